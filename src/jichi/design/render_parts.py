"""Draws the parts of a page that are not fields or lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import lru_cache

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from jichi.kernel import calendar

from .catalogue import message
from .html import attrs, esc, safe
from .labels import label, text_of
from .parts import Card, Contact, Difference, Event, Fact, Figure, Link, Progress, Task, TaskGroup
from .render_fields import icon
from .statuses import STATUS_LOOKS, key_of

_BUTTONS = {"primary": "b1", "secondary": "b2", "text": "b3", "danger": "b4"}


def _quiet(name: bool) -> str:
    return " data-noruby" if name else ""


def button(
    text: str,
    *,
    kind: str = "primary",
    name: str = "",
    value: str = "",
    icon_name: str = "",
    hidden: str = "",
    small: bool = False,
) -> SafeString:
    """A submit button; the text is a verb naming the act."""
    mark = icon(icon_name) if icon_name else ""
    more = f'<span class="sr">{esc(hidden)}</span>' if hidden else ""
    return safe(
        f'<button class="button {_BUTTONS[kind]}{" small" if small else ""}"{attrs(name=name, value=value)}>'
        f"{mark}<span>{esc(text_of(text))}{more}</span></button>"
    )


def link_button(
    text: str, url: str, *, kind: str = "primary", icon_name: str = "", hidden: str = "", small: bool = False
) -> SafeString:
    """A link that looks like a button (leads to a page, changes nothing)."""
    mark = icon(icon_name) if icon_name else ""
    more = f'<span class="sr">{esc(hidden)}</span>' if hidden else ""
    return safe(
        f'<a class="button {_BUTTONS[kind]}{" small" if small else ""}" href="{esc(url)}">'
        f"{mark}<span>{esc(text_of(text))}{more}</span></a>"
    )


@lru_cache(maxsize=512)
def _chip(key: str, text: str, _language: str) -> SafeString:
    tone, shape = STATUS_LOOKS[key]
    return safe(f'<span class="chip t-{tone}">{icon(shape)}<span>{esc(text or label(key))}</span></span>')


def status_chip(status: str, text: str = "") -> SafeString:
    """A status in its colour, with its own icon and its word; `text` narrows the word."""
    return _chip(key_of(status), text_of(text) if text else "", get_language() or "ja")


def tag(text: str, *, tone: str = "neutral") -> SafeString:
    """A plain word in a frame: the kind of a thing, not its state."""
    return safe(f'<span class="tag t-{esc(tone)}"><span>{esc(text_of(text))}</span></span>')


def _value(fact: Fact) -> str:
    value = fact.value
    if isinstance(value, list | tuple):
        return "<br>".join(esc(line) for line in value)
    if value is None or value == "":
        return f'<span class="none">{esc(label("word.unanswered"))}</span>'
    return esc(value)


def facts(rows: Iterable[Fact], *, compact: bool = False) -> SafeString:
    """A description list; 変更する at the end of each line that may be changed."""
    html = []
    for row in rows:
        change = ""
        if row.change_url:
            hidden = message("change.of", label=row.label)
            words = f"<span>{esc(text_of(row.change_text))}</span>"
            change = f'<dd class="act"><a href="{esc(row.change_url)}" aria-label="{esc(hidden)}">{words}</a></dd>'
        html.append(
            f"<div><dt>{esc(text_of(row.label))}</dt><dd{_quiet(row.name)}{attrs(lang=row.lang)}>{_value(row)}</dd>{change}</div>"
        )
    return safe(f'<dl class="facts{" compact" if compact else ""}">{"".join(html)}</dl>')


def day_text(day: dt.date, *, long: bool = False) -> str:
    """A date in the page's language; `long` with the era for the first one on a page (Japanese)."""
    return calendar.format_date(day, get_language() or "ja", "long" if long else "short")


def moment_text(at: dt.datetime) -> str:
    """Date and time in the page's language, Tokyo time."""
    return calendar.format_datetime(timezone.localtime(at), get_language() or "ja")


def _time(at: dt.datetime | dt.date) -> str:
    if isinstance(at, dt.datetime):
        return f'<time datetime="{timezone.localtime(at).isoformat(timespec="minutes")}">{esc(moment_text(at))}</time>'
    return f'<time datetime="{at.isoformat()}">{esc(day_text(at))}</time>'


def timeline(events: Iterable[Event]) -> SafeString:
    """What happened, as handed in (newest first by rule)."""
    html = []
    for event in events:
        who = f'<span class="who"><span data-noruby>{esc(event.who)}</span></span>' if event.who else ""
        via = f'<span class="via">{esc(text_of(event.via))}</span>' if event.via else ""
        detail = f'<p class="detail"{attrs(lang=event.detail_lang)}>{esc(event.detail)}</p>' if event.detail else ""
        html.append(
            f'<li>{_time(event.at)}<p class="what">{esc(event.what)}</p>{detail}<p class="by">{who}{via}</p></li>'
        )
    return safe(f'<ol class="timeline">{"".join(html)}</ol>')


def _task(task: Task) -> str:
    chip = status_chip(f"task.{task.state}")
    if task.state == "blocked" or not task.url:
        why = f'<span class="hint">{esc(task.reason or task.hint)}</span>' if task.reason or task.hint else ""
        return f'<li class="blocked"><span class="task-title">{esc(task.title)}{why}</span>{chip}</li>'
    hint = f'<span class="hint">{esc(task.hint)}</span>' if task.hint else ""
    title = f'<span class="task-title"><span class="u">{esc(task.title)}</span>{hint}</span>'
    return f'<li><a href="{esc(task.url)}">{title}{chip}</a></li>'


def task_list(groups: Sequence[TaskGroup]) -> SafeString:
    """Groups of tasks with their states and 「5つのうち2つ完了」."""
    every = [task for group in groups for task in group.tasks]
    done = sum(task.state == "done" for task in every)
    html = [f'<p class="tasks-done"><strong>{esc(message("tasks.progress", total=len(every), done=done))}</strong></p>']
    for group in groups:
        rows = "".join(_task(task) for task in group.tasks)
        html.append(f'<h2>{esc(group.title)}</h2><ul class="tasks">{rows}</ul>')
    return safe(f'<div class="task-list">{"".join(html)}</div>')


def _card(card: Card, level: int) -> str:
    kind = f'<p class="card-kind">{tag(card.kind)}</p>' if card.kind else ""
    title = f'<a href="{esc(card.url)}">{esc(card.title)}</a>' if card.url else esc(card.title)
    chip = status_chip(card.status, card.status_text) if card.status else ""
    text = f"<p>{esc(card.text)}</p>" if card.text else ""
    rows = "".join(f"<div><dt>{esc(text_of(k))}</dt><dd>{esc(v)}</dd></div>" for k, v in card.facts)
    about = f'<dl class="card-facts">{rows}</dl>' if rows else ""
    act = (
        f'<p class="card-act">{link_button(card.action, card.url, hidden=f": {card.title}")}</p>'
        if card.action and card.url
        else ""
    )
    return f'<li class="card">{kind}<h{level}{_quiet(card.name)}>{title}</h{level}>{chip}{text}{about}{act}</li>'


def cards(items: Iterable[Card], *, level: int = 2, columns: int = 1) -> SafeString:
    """A list of cards; `level` is their heading's."""
    rows = "".join(_card(item, level) for item in items)
    return safe(f'<ul class="cards{" c2" if columns > 1 else ""}">{rows}</ul>')


def record_header(
    *, status: str, number: str = "", status_text: str = "", staff_status: str = "", next_step: str = "", due: str = ""
) -> SafeString:
    """Head of a record: status in words, number, what happens next and by when."""
    chips = status_chip(status, status_text)
    if staff_status:
        chips += status_chip(f"staff.{staff_status.removeprefix('staff.')}")
    html = f"<div><dt>{esc(label('word.status'))}</dt><dd>{chips}</dd></div>"
    if number:
        html += f'<div><dt>{esc(label("word.reference_number"))}</dt><dd class="number">{esc(number)}</dd></div>'
    if next_step:
        html += f"<div><dt>{esc(label('word.next_step'))}</dt><dd>{esc(next_step)}</dd></div>"
    if due:
        html += f"<div><dt>{esc(label('word.by_date'))}</dt><dd>{esc(due)}</dd></div>"
    return safe(f'<dl class="record-head">{html}</dl>')


def progress(p: Progress) -> SafeString:
    """A long job: bar with counts, phase, elapsed; 更新する works without JavaScript."""
    done, total = f"{p.done:,}", f"{p.total:,}"
    text = message("job.progress", done=done, total=total)
    words = [word for word in (p.started, p.phase, p.elapsed, p.remaining) if word]
    html = f"<h2>{esc(p.title)}</h2>"
    html += f'<progress max="{max(p.total, 1)}" value="{p.done}" aria-label="{esc(p.title)}"></progress>'
    html += f'<p class="job-count">{esc(text)}</p>'
    html += "".join(f'<p class="job-line">{esc(word)}</p>' for word in words)
    if p.state == "running":
        html += f'<p class="hint">{esc(message("job.may_leave"))}</p>'
        if p.refresh_url:
            refresh = link_button("action.refresh", p.refresh_url, kind="secondary", icon_name="refresh", small=True)
            html += f"<p>{refresh}</p>"
        if p.stop_url:
            note = f'<span class="hint">{esc(p.stop_note)}</span>' if p.stop_note else ""
            html += f"<p>{link_button('action.stop', p.stop_url, kind='text', small=True)}{note}</p>"
    elif p.result:
        html += f"<p><strong>{esc(p.result)}</strong></p>"
    poll = (
        f' hx-get="{esc(p.refresh_url)}" hx-trigger="every 2s" hx-swap="outerHTML"'
        if p.refresh_url and p.state == "running"
        else ""
    )
    return safe(f'<div class="job" id="job" data-percent="{100 * p.done // max(p.total, 1)}"{poll}>{html}</div>')


_MARKS = {"good": ("○", "達成", "done"), "partly": ("△", "一部", "todo"), "bad": ("×", "未達", "error")}


def key_figures(figures: Iterable[Figure]) -> SafeString:
    """Key figures with goal and last year; ○△× always with its word."""
    html = []
    for f in figures:
        mark = ""
        if f.mark:
            sign, word, tone = _MARKS[f.mark]
            mark = f'<p class="tag t-{tone}"><span aria-hidden="true">{sign}</span> {word}</p>'
        name = f'<a href="{esc(f.url)}">{esc(f.label)}</a>' if f.url else esc(f.label)
        more = "".join(
            f"<div><dt>{esc(label(key))}</dt><dd>{esc(value)}</dd></div>"
            for key, value in (("word.target", f.target), ("word.last_year", f.last_year))
            if value
        )
        more = f"<dl>{more}</dl>" if more else ""
        unit = f'<span class="unit">{esc(f.unit)}</span>' if f.unit else ""
        html.append(
            f'<li><p class="figure-label">{name}</p><p class="figure-value">{esc(f.value)}{unit}</p>{mark}{more}</li>'
        )
    return safe(f'<ul class="figures">{"".join(html)}</ul>')


def comparison(rows: Sequence[Difference], *, caption: str, only_different: bool = True) -> SafeString:
    """Two versions side by side, aligned; what changed is said in a word and a mark, then by colour."""
    html = []
    for row in rows:
        if only_different and row.change == "same":
            continue
        before, after = esc(row.before), esc(row.after)
        if row.change in ("removed", "changed") and row.before:
            before = f"<del>{before}</del>"
        if row.change in ("added", "changed") and row.after:
            after = f"<ins>{after}</ins>"
        quiet = _quiet(row.name)
        html.append(
            f'<tr><th scope="row">{esc(row.label)}</th><td>{status_chip(f"change.{row.change}")}</td>'
            f'<td{quiet} data-label="{esc(label("word.before"))}">{before}</td>'
            f'<td{quiet} data-label="{esc(label("word.after"))}">{after}</td></tr>'
        )
    head = "".join(
        f'<th scope="col">{esc(label(k))}</th>' for k in ("word.item", "change.changed", "word.before", "word.after")
    )
    return safe(
        f'<table class="table compare"><caption>{esc(caption)}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(html)}</tbody></table>"
    )


def contact_box(contact: Contact | None) -> SafeString:
    """困ったとき: the way to a person, in the same place on every page."""
    if contact is None:
        return safe("")
    rows = ""
    if contact.phone:
        dial = "".join(c for c in contact.phone if c.isdigit() or c == "+")
        rows += (
            f'<div><dt>{esc(label("word.telephone"))}</dt><dd><a href="tel:{dial}">{esc(contact.phone)}</a></dd></div>'
        )
    if contact.hours:
        rows += f"<div><dt>{esc(label('word.hours'))}</dt><dd>{esc(contact.hours)}</dd></div>"
    if contact.place:
        rows += f"<div><dt>{esc(label('word.counter'))}</dt><dd>{esc(contact.place)}</dd></div>"
    link = f'<p><a href="{esc(contact.url)}">{esc(contact.url_text)}</a></p>' if contact.url else ""
    more = f"<dl>{rows}</dl>" if rows else ""
    return safe(
        f'<section class="trouble" aria-labelledby="trouble"><h2 id="trouble">{icon("question")}'
        f"<span>{esc(label('nav.trouble'))}</span></h2>"
        f'<p class="trouble-who">{esc(contact.name)}</p>{more}{link}</section>'
    )


def tabs(items: Iterable[Link], *, name: str) -> SafeString:
    """Tabs of the staff portal: links to pages, the present one marked."""
    here = ' aria-current="page"'
    rows = "".join(
        f'<li><a href="{esc(i.url)}"{here if i.current else ""}><span>{esc(i.label)}</span></a></li>' for i in items
    )
    return safe(f'<nav class="tabs" aria-label="{esc(text_of(name))}"><ul>{rows}</ul></nav>')


def breadcrumb(items: Iterable[tuple[str, str]]) -> SafeString:
    """The way here: (label, url); the present page is not in it."""
    rows = "".join(f'<li><a href="{esc(url)}"><span>{esc(text_of(text))}</span></a></li>' for text, url in items)
    return safe(f'<nav class="crumbs" aria-label="{esc(label("nav.breadcrumb"))}"><ol>{rows}</ol></nav>')
