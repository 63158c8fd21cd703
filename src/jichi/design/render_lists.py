"""Draws a list with filters, sorting, keyset paging and CSV (archetype A6)."""

from __future__ import annotations

from urllib.parse import urlencode

from django.utils.safestring import SafeString

from .catalogue import message
from .fields import FormField
from .html import attrs, esc, safe
from .labels import label, text_of
from .parts import Column, Listing, Row
from .render_fields import icon, render_field

_PAGING = ("after", "before")


def _address(listing: Listing, *, without: tuple[str, ...] = (), **more: str) -> str:
    kept = {k: v for k, v in listing.params.items() if v and k not in (*without, *_PAGING, *more)}
    kept.update({k: v for k, v in more.items() if v})
    return f"{listing.url}?{urlencode(kept)}" if kept else listing.url


def _shown_value(f: FormField) -> str:
    values = f.value if isinstance(f.value, list | tuple) else [f.value]
    names = {option.value: option.label for option in f.options}
    return "、".join(names.get(str(v), str(v)) for v in values if v not in (None, ""))


def _active(listing: Listing) -> list[FormField]:
    fields = [*([listing.search] if listing.search else []), *listing.filters]
    return [f for f in fields if _shown_value(f)]


def _filter_form(listing: Listing, active: list[FormField]) -> str:
    if not (listing.search or listing.filters):
        return ""
    search = render_field(listing.search) if listing.search else ""
    rest = "".join(render_field(f) for f in listing.filters)
    if rest and listing.search:
        used = " data-used" if any(f in active for f in listing.filters) else ""
        summary = f"<summary>{icon('filter')}<span>{esc(label('word.filters'))}</span></summary>"
        rest = f'<details class="more-filters" open{used}>{summary}<div class="filters">{rest}</div></details>'
    elif rest:
        rest = f'<div class="filters">{rest}</div>'
    sort = f'<input type="hidden" name="sort" value="{esc(listing.sort)}">' if listing.sort else ""
    target = f"#{listing.html_id}-results"
    return (
        f'<form class="filter" method="get" action="{esc(listing.url)}"'
        f' role="search" aria-label="{esc(listing.caption)}"'
        f' novalidate hx-get="{esc(listing.url)}" hx-target="{target}" hx-push-url="true" hx-swap="outerHTML">'
        f'{search}{rest}{sort}<button class="button b2">{icon("search")}'
        f"<span>{esc(label('action.filter'))}</span></button></form>"
    )


def _chips(listing: Listing, active: list[FormField]) -> str:
    if not active:
        return ""
    rows = "".join(
        f'<li><a class="filter-chip" href="{esc(_address(listing, without=(f.name,)))}"'
        f' aria-label="{esc(message("list.remove_filter", filter=f"{text_of(f.label)}: {_shown_value(f)}"))}">'
        f"<span data-noruby>{esc(text_of(f.label))}: {esc(_shown_value(f))}</span>{icon('close')}</a></li>"
        for f in active
    )
    return f'<ul class="filter-chips">{rows}</ul>'


def _heading(listing: Listing, column: Column) -> str:
    if not column.sort:
        return f'<th scope="col"{attrs(class_="num" if column.number else None)}>{esc(text_of(column.title))}</th>'
    up, down = column.key, f"-{column.key}"
    state = "ascending" if listing.sort == up else "descending" if listing.sort == down else ""
    goal = down if listing.sort == up else up
    shape = {"ascending": "sort-up", "descending": "sort-down", "": "sort"}[state]
    return (
        f'<th scope="col"{attrs(aria_sort=state, class_="num" if column.number else None)}>'
        f'<a href="{esc(_address(listing, sort=goal))}"'
        f' aria-label="{esc(message("list.sort_by", column=text_of(column.title)))}">'
        f"<span>{esc(text_of(column.title))}</span>{icon(shape)}</a></th>"
    )


def _cell(column: Column, cell: object, row: Row) -> str:
    quiet = " data-noruby" if column.name else ""
    text = esc("" if cell is None else cell)
    if column.head:
        link = f'<a href="{esc(row.url)}">{text}</a>' if row.url else text
        return f'<th scope="row"{quiet}>{link}</th>'
    number = ' class="num"' if column.number else ""
    return f'<td{number}{quiet} data-label="{esc(text_of(column.title))}">{text}</td>'


def _row(listing: Listing, row: Row, head: int) -> str:
    pick = ""
    if listing.bulk:
        name = message("list.choose_row", name=row.cells[head])
        pick = (
            f'<td class="pick"><input type="checkbox" name="row" value="{esc(row.key)}" aria-label="{esc(name)}"></td>'
        )
    cells = "".join(_cell(c, v, row) for c, v in zip(listing.columns, row.cells, strict=True))
    tone = f' class="t-{esc(row.tone)}"' if row.tone else ""
    return f"<tr{tone}>{pick}{cells}</tr>"


def _table(listing: Listing) -> str:
    head = next((i for i, c in enumerate(listing.columns) if c.head), 0)
    pick = (
        f'<th scope="col" class="pick"><span class="sr">{esc(message("list.choose_row", name=""))}</span></th>'
        if listing.bulk
        else ""
    )
    titles = "".join(_heading(listing, c) for c in listing.columns)
    rows = "".join(_row(listing, row, head) for row in listing.rows)
    return (
        f'<table class="table rows"><caption class="sr">{esc(listing.caption)}</caption>'
        f"<thead><tr>{pick}{titles}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _paging(listing: Listing) -> str:
    if not (listing.after or listing.before):
        return ""
    html = ""
    if listing.before:
        url, words = _address(listing, before=listing.before), esc(label("action.previous_page"))
        html += f'<a class="button b2 small" rel="prev" href="{esc(url)}">{icon("left")}<span>{words}</span></a>'
    if listing.after:
        url, words = _address(listing, after=listing.after), esc(label("action.next_page"))
        html += f'<a class="button b2 small" rel="next" href="{esc(url)}"><span>{words}</span>{icon("right")}</a>'
    return f'<nav class="pager" aria-label="{esc(label("nav.pages"))}">{html}</nav>'


def _count(listing: Listing) -> str:
    last = listing.first + len(listing.rows) - 1
    if listing.total is None:
        return message("list.count_unknown", first=f"{listing.first:,}", last=f"{last:,}")
    return message("list.count", total=f"{listing.total:,}", first=f"{listing.first:,}", last=f"{last:,}")


def render_results(listing: Listing) -> SafeString:
    """What htmx replaces: chips, count, table, paging."""
    active = _active(listing)
    id_ = f"{listing.html_id}-results"
    if not listing.rows:
        sentence = message("list.nothing_matches") if active else (listing.empty or message("list.empty"))
        clear = (
            f'<p><a class="button b2" href="{esc(listing.url)}">'
            f"<span>{esc(label('action.clear_filters'))}</span></a></p>"
            if active
            else ""
        )
        return safe(
            f'<div id="{id_}" data-announce="{esc(sentence)}">{_chips(listing, active)}'
            f'<div class="empty"><p>{esc(sentence)}</p>{clear}</div></div>'
        )
    count = _count(listing)
    csv = (
        f'<a class="csv" href="{esc(listing.csv_url)}">{icon("download")}<span>{esc(label("action.csv"))}</span></a>'
        if listing.csv_url
        else ""
    )
    table = _table(listing)
    if listing.bulk:
        buttons = "".join(
            f'<button class="button b2 small" name="{esc(n)}" value="{esc(v)}"><span>{esc(t)}</span></button>'
            for n, v, t in listing.bulk
        )
        chosen = f'<span class="bulk-count" data-selected="{esc(message("list.selected", count="#"))}"></span>'
        table = f'{table}<div class="bulk">{chosen}{buttons}</div>'
    return safe(
        f'<div id="{id_}" data-announce="{esc(count)}">{_chips(listing, active)}'
        f'<div class="list-head"><p class="count">{esc(count)}</p>{csv}</div>{table}{_paging(listing)}</div>'
    )


def render_listing(listing: Listing, csrf: str = "") -> SafeString:
    """The whole list: search and filters, then the results. With `bulk` the results are a form (POST to `bulk_url`)."""
    results: str = render_results(listing)
    if listing.bulk:
        results = f'<form method="post" action="{esc(listing.bulk_url or listing.url)}">{csrf}{results}</form>'
    return safe(f'<div class="listing">{_filter_form(listing, _active(listing))}{results}</div>')
