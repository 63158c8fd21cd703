"""Draws a table to be filled in: each row a group of small fields, with buttons for one row more or less."""

from __future__ import annotations

from django.utils.safestring import SafeString

from .fields import FormField, RowTable
from .html import esc
from .render_fields import group, render_field


def render_rows(f: FormField, error: str) -> SafeString:
    """Rows, buttons (name `row`, value `<field>:add`, `<field>:sum`, `<field>:remove:<n>`) and sums.

    It works without a script: each button sends the page, which comes back with everything that was typed.
    """
    table = f.table or RowTable()
    rows = "".join(_row(f, table, number) for number in range(len(table.rows)))
    sums = "".join(f"<div><dt>{esc(name)}</dt><dd>{esc(text)}</dd></div>" for name, text in table.sums)
    buttons = ""
    if len(table.rows) < table.max_rows:
        buttons += _button(table.add_text, f"{f.name}:add")
    if sums:
        buttons += _button(table.sum_text, f"{f.name}:sum")
    inner = f'<input type="hidden" name="{esc(f.name)}__rows" value="{len(table.rows)}">{rows}'
    if sums:
        inner += f'<dl class="row-sums">{sums}</dl>'
    return group(f, error, f'<div class="rows">{inner}<div class="row-buttons">{buttons}</div></div>')


def _row(f: FormField, table: RowTable, number: int) -> str:
    cells = "".join(render_field(cell) for cell in table.rows[number])
    name = table.row_text.replace("{row}", str(number + 1))
    remove = ""
    if len(table.rows) > 1:
        words = f'{esc(table.remove_text)}<span class="sr">: {esc(name)}</span>'
        value = f"{f.name}:remove:{number}"
        remove = f'<button class="button b3 small" name="row" value="{esc(value)}"><span>{words}</span></button>'
    id_ = f' id="{esc(f.html_id)}"' if number == 0 else ""
    legend = f'<legend class="row-name">{esc(name)}</legend>'
    return f'<fieldset class="row"{id_} tabindex="-1">{legend}<div class="row-cells">{cells}</div>{remove}</fieldset>'


def _button(text: str, value: str) -> str:
    return f'<button class="button b2 small" name="row" value="{esc(value)}"><span>{esc(text)}</span></button>'
