"""Draws form fields. Plain string building: a page may hold thirty of them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final

from django.templatetags.static import static
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from .catalogue import message
from .dates import ERAS, DateParts
from .fields import FormField, Kind, Option, SummaryError
from .html import attrs, esc, safe
from .labels import label, text_of


@lru_cache(maxsize=128)
def icon(name: str, title: str = "") -> SafeString:
    """An icon of the set; hidden from readers unless it has a title (only where it stands without a word)."""
    use = f'<use href="{esc(static("design/icons.svg"))}#{esc(name)}"></use></svg>'
    if title:
        return safe(f'<svg class="icon" role="img" aria-label="{esc(title)}">{use}')
    return safe(f'<svg class="icon" aria-hidden="true" focusable="false">{use}')


@lru_cache(maxsize=16)
def _mark(required: bool, _language: str) -> str:
    if required:
        return f' <span class="mark mark-must">{esc(label("word.required"))}</span>'
    return f' <span class="mark">{esc(label("word.optional"))}</span>'


_INPUT: Final[dict[str, dict[str, object]]] = {
    "text": {"type": "text"},
    "kana": {"type": "text", "lang": "ja"},
    "email": {"type": "email", "inputmode": "email", "spellcheck": "false", "autocapitalize": "none"},
    "phone": {"type": "tel", "inputmode": "tel"},
    "postcode": {"type": "text", "inputmode": "numeric"},
    "number": {"type": "text", "inputmode": "numeric"},
    "code": {"type": "text", "inputmode": "numeric", "spellcheck": "false"},
    "password": {"type": "password"},
}
_AUTOCOMPLETE: Final = {"email": "email", "phone": "tel", "postcode": "postal-code", "code": "one-time-code"}
_SIZE: Final = {"postcode": 10, "phone": 16, "code": 10, "number": 8}


def _described(f: FormField, has_error: bool) -> str:
    ids = [f"{f.html_id}-error"] if has_error else []
    if f.hint:
        ids.append(f"{f.html_id}-hint")
    return " ".join(ids)


def _hint_and_error(f: FormField, error: str) -> str:
    html = f'<div class="hint" id="{esc(f.html_id)}-hint">{esc(f.hint)}</div>' if f.hint else ""
    if error:
        html += f'<p class="error" id="{esc(f.html_id)}-error">{icon("error")}<span>{esc(error)}</span></p>'
    return html


def _head(f: FormField, tag: str) -> str:
    mark = _mark(f.required, get_language() or "ja") if f.show_mark and f.kind != "shown" else ""
    words = f'<span class="label-text">{esc(text_of(f.label))}</span>{mark}'
    for_ = f' for="{esc(f.html_id)}"' if tag == "label" else ""
    if f.as_heading and tag == "legend":
        return f'<legend class="label label-h1"><h1>{words}</h1></legend>'
    if f.as_heading:
        return f'<h1 class="label-h1"><label{for_}>{words}</label></h1>'
    return f'<{tag} class="label"{for_}>{words}</{tag}>'


def _wrap(f: FormField, error: str, inner: str) -> SafeString:
    wrong = " wrong" if error else ""
    return safe(f'<div class="field{wrong}">{_head(f, "label")}{_hint_and_error(f, error)}{inner}</div>')


def group(f: FormField, error: str, inner: str, *, role: str = "") -> SafeString:
    """Several controls under one legend, with hint and error."""
    more = attrs(
        role=role,
        aria_describedby=_described(f, bool(error)),
        aria_invalid="true" if error and role == "radiogroup" else None,
    )
    wrong = " wrong" if error else ""
    return safe(
        f'<fieldset class="field{wrong}"{more}>{_head(f, "legend")}{_hint_and_error(f, error)}{inner}</fieldset>'
    )


def _single(f: FormField, error: str) -> str:
    return attrs(
        id=f.html_id,
        name=f.name,
        autocomplete=f.autocomplete or _AUTOCOMPLETE.get(f.kind, ""),
        aria_describedby=_described(f, bool(error)),
        aria_invalid="true" if error else None,
        lang=f.lang,
    )


def _input(f: FormField, error: str) -> SafeString:
    size = f.size or _SIZE.get(f.kind, 0)
    value = esc(f.value if f.value is not None else "") if f.kind != "password" else ""
    inner = f'<input class="input{_width(size)}"{attrs(**_INPUT[f.kind])}{_single(f, error)}{_value(value)}>'
    if f.unit:
        inner = f'<div class="with-unit">{inner}<span>{esc(f.unit)}</span></div>'
    if f.address_button:
        words = f"<span>{esc(label('action.find_address'))}</span>"
        button = f'<button class="button b2 small" name="find_address" value="1">{words}</button>'
        inner = f'<div class="with-unit">{inner}{button}</div>'
    return _wrap(f, error, inner)


def _value(escaped: str) -> str:
    return f' value="{escaped}"' if escaped else ""


def _width(size: int) -> str:
    if not size:
        return ""
    for limit in (4, 8, 10, 16, 24):
        if size <= limit:
            return f" w{limit}"
    return ""


def _textarea(f: FormField, error: str) -> SafeString:
    inner = f'<textarea class="input" rows="{f.rows}"{_single(f, error)}>\n{esc(f.value or "")}</textarea>'
    return _wrap(f, error, inner)


def _lang(option: Option) -> str:
    """A choice in a language of its own says which."""
    return f' lang="{esc(option.lang)}"' if option.lang else ""


def _options(options: Iterable[Option], chosen: str) -> str:
    return "".join(
        f'<option value="{esc(o.value)}"{_lang(o)}{attrs(data_kana=o.reading)}'
        f"{' selected' if o.value == chosen else ''}>{esc(o.label)}</option>"
        for o in options
    )


def _select(f: FormField, error: str) -> SafeString:
    first = ""
    if all(o.value for o in f.options):
        first = f'<option value="">{esc(message("select.choose"))}</option>'
    by_reading = len(f.options) > _FEW and all(o.reading for o in f.options)
    choices = f"{first}{(_in_rows if by_reading else _options)(f.options, str(f.value or ''))}"
    inner = f'<div class="select"><select class="input"{_single(f, error)}>{choices}</select>{icon("down")}</div>'
    return _wrap(f, error, (find_box(f.html_id) if by_reading else "") + inner)


_FEW: Final = 20
"""So many choices are looked through at a glance; more are put in rows, with a box to find them by reading."""
_ROWS: Final = (
    ("ア", "あ"), ("カ", "か"), ("サ", "さ"), ("タ", "た"), ("ナ", "な"), ("ハ", "は"), ("マ", "ま"), ("ヤ", "や"),
    ("ラ", "ら"), ("ワ", "わ"),
)  # fmt: skip


def _row_of(reading: str) -> str:
    """The row of the syllabary that a reading begins in: シバ → さ."""
    first = unicodedata.normalize("NFD", reading[:1])[:1]
    return next((name for start, name in reversed(_ROWS) if first >= start), "あ")


def _in_rows(options: Iterable[Option], chosen: str) -> str:
    """The choices under the rows of their readings, in the order they come in."""
    rows: dict[str, list[Option]] = {}
    for option in options:
        rows.setdefault(_row_of(option.reading), []).append(option)
    return "".join(
        f'<optgroup label="{esc(row)}" lang="ja">{_options(found, chosen)}</optgroup>' for row, found in rows.items()
    )


def find_box(select_id: str) -> str:
    """A box that narrows a list by name or reading; shown where scripts run, and sent with nothing."""
    id_ = esc(f"{select_id}-find")
    return (
        f'<div class="find" hidden><label for="{id_}">{esc(message("find.by_reading"))}</label>'
        f'<input class="input w16" type="text" id="{id_}" autocomplete="off" data-find="{esc(select_id)}"'
        f' data-found="{esc(message("find.found", count="#"))}"></div>'
    )


def _choice(f: FormField, place: int, option: Option, kind: str, more: str) -> str:
    id_ = f.html_id if place == 0 else f"{f.html_id}-{place + 1}"
    hint, described = "", ""
    if option.hint:
        hint = f'<span class="hint" id="{esc(id_)}-about">{esc(option.hint)}</span>'
        described = f' aria-describedby="{esc(id_)}-about"'
    quiet = " data-noruby" if option.noruby else ""
    return (
        f'<div class="choice"><input type="{kind}" id="{esc(id_)}" name="{esc(f.name)}" value="{esc(option.value)}"'
        f'{more}{described}><label for="{esc(id_)}"{quiet}>{esc(option.label)}</label>{hint}</div>'
    )


def _radio(f: FormField, error: str) -> SafeString:
    value = str(f.value or "")
    rows = "".join(
        _choice(f, place, o, "radio", " checked" if o.value == value else "") for place, o in enumerate(f.options)
    )
    return group(f, error, f'<div class="choices{" inline" if f.inline else ""}">{rows}</div>', role="radiogroup")


def _checkboxes(f: FormField, error: str) -> SafeString:
    chosen = {str(v) for v in f.value} if isinstance(f.value, list | tuple | set | frozenset) else {str(f.value)}
    wrong = ' aria-invalid="true"' if error else ""
    rows = "".join(
        _choice(f, place, o, "checkbox", (" checked" if o.value in chosen else "") + wrong)
        for place, o in enumerate(f.options)
    )
    return group(f, error, f'<div class="choices{" inline" if f.inline else ""}">{rows}</div>')


def _consent(f: FormField, error: str) -> SafeString:
    checked = " checked" if f.value and f.value not in ("0", "false") else ""
    mark = _mark(f.required, get_language() or "ja") if f.show_mark else ""
    wrong = " wrong" if error else ""
    return safe(
        f'<div class="field{wrong}">{_hint_and_error(f, error)}<div class="choice consent">'
        f'<input type="checkbox" value="1"{_single(f, error)}{checked}>'
        f'<label for="{esc(f.html_id)}">{esc(text_of(f.label))}{mark}</label></div></div>'
    )


def _date(f: FormField, error: str) -> SafeString:
    parts = f.value if isinstance(f.value, DateParts) else DateParts()
    name, first = esc(f.name), esc(f.html_id)
    wrong = ' aria-invalid="true"' if error else ""
    bday = f.autocomplete == "bday"
    html = ""
    if f.eras:
        eras = _options((Option(value, label(key)) for value, key in ERAS.items()), parts.era)
        html = (
            f'<div class="date-part"><label for="{first}">{esc(label("word.calendar"))}</label><div class="select">'
            f'<select class="input" id="{first}" name="{name}_era"{wrong}>{eras}</select>{icon("down")}</div></div>'
        )
    for key, value, word, token in (
        ("y", parts.year, "word.year", "bday-year"),
        ("m", parts.month, "word.month", "bday-month"),
        ("d", parts.day, "word.day", "bday-day"),
    ):
        id_ = first if key == "y" and not f.eras else f"{first}-{key}"
        more = f' autocomplete="{token}"' if bday else ""
        html += (
            f'<div class="date-part"><label for="{id_}">{esc(label(word))}</label>'
            f'<input class="input {"w8" if key == "y" else "w4"}" type="text" inputmode="numeric" id="{id_}"'
            f' name="{name}_{key}"{more}{wrong}{_value(esc(value))}></div>'
        )
    return group(f, error, f'<div class="date">{html}</div>')


def _file(f: FormField, error: str) -> SafeString:
    rows = "".join(
        f"<li>{icon('file')}<span data-noruby>{_file_link(sent.name, sent.url)}</span>"
        + (f' <span class="hint">{esc(sent.size)}</span>' if sent.size else "")
        + (
            f'<button class="button b3 small" name="remove" value="{esc(sent.remove_value)}"><span>'
            f'{esc(label("action.remove"))}<span class="sr">: {esc(sent.name)}</span></span></button>'
            if sent.remove_value
            else ""
        )
        + "</li>"
        for sent in f.files
    )
    sent_list = f'<ul class="files" aria-label="{esc(message("file.current"))}">{rows}</ul>' if rows else ""
    more = attrs(accept=f.accept, multiple=f.multiple)
    return _wrap(f, error, f'{sent_list}<input class="file" type="file"{_single(f, error)}{more}>')


def _file_link(name: str, url: str) -> str:
    return f'<a href="{esc(url)}">{esc(name)}</a>' if url else esc(name)


def _shown(f: FormField, _error: str) -> SafeString:
    hint = f'<div class="hint">{esc(f.hint)}</div>' if f.hint else ""
    return safe(
        f'<div class="field"><p class="label"><span class="label-text">{esc(text_of(f.label))}</span></p>{hint}'
        f'<p class="shown" data-noruby>{esc(f.value or "")}</p></div>'
    )


def _hidden(f: FormField, _error: str) -> SafeString:
    return safe(f'<input type="hidden" name="{esc(f.name)}" value="{esc(f.value or "")}">')


_DRAW: Final[dict[Kind, Callable[[FormField, str], SafeString]]] = {
    "text": _input,
    "kana": _input,
    "email": _input,
    "phone": _input,
    "postcode": _input,
    "number": _input,
    "code": _input,
    "password": _input,
    "textarea": _textarea,
    "select": _select,
    "radio": _radio,
    "checkboxes": _checkboxes,
    "consent": _consent,
    "date": _date,
    "file": _file,
    "shown": _shown,
    "hidden": _hidden,
}


def render_field(f: FormField) -> SafeString:
    """One field with label, mark, hint, error and control."""
    if f.kind == "rows":
        from .render_rows import render_rows

        return render_rows(f, f.error_text())
    drawn = _DRAW[f.kind](f, f.error_text())
    if f.map is not None:
        from .render_map import render_map

        return safe(render_map(f.map, f.html_id) + drawn)
    return drawn


def render_error_summary(errors: Iterable[SummaryError]) -> SafeString:
    """The box above the heading; "" without errors. Focus goes to it when the page opens."""
    lines = list(errors)
    if not lines:
        return safe("")
    rows = "".join(
        f'<li><a href="#{esc(line.target)}">{esc(line.text)}</a></li>' if line.target else f"<li>{esc(line.text)}</li>"
        for line in lines
    )
    heading = esc(message("errors.heading", count=len(lines)))
    return safe(
        '<div class="error-summary" id="error-summary" role="group" aria-labelledby="error-summary-title" tabindex="-1"'
        f' data-focus><h2 id="error-summary-title">{icon("error")}<span>{heading}</span></h2><ul>{rows}</ul></div>'
    )
