"""The components as template tags; loaded everywhere (settings: builtins). Usage: docs/design-components.md."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from jichi.design import catalogue, charts, labels, navigation, render_fields, render_lists, render_parts
from jichi.design.fields import FormField, SummaryError
from jichi.design.html import attrs, esc, safe
from jichi.design.parts import Card, Chart, Contact, Difference, Event, Fact, Figure, Link, Listing, Progress, TaskGroup
from jichi.kernel.localized import HTML_LANG, LocalizedText, pick

register = template.Library()


@register.simple_tag
def label(key: str, language: str | None = None) -> str:
    """`{% label "status.received" %}`: the word of the house."""
    return labels.label(key, language)


@register.simple_tag
def message(code: str, **params: object) -> str:
    """`{% message "saved" at=saved_at %}`: a shared sentence."""
    return catalogue.message(code, None, **params)


@register.simple_tag
def message_of(code: str, params: Mapping[str, object]) -> str:
    """`{% message_of code params %}`: a shared sentence whose parameters are a dict (error pages)."""
    return catalogue.message(code, None, **params)


@register.simple_tag
def icon(name: str, title: str = "") -> SafeString:
    """`{% icon "check" %}`; a title only where no word stands beside it."""
    return render_fields.icon(name, title)


@register.simple_tag
def button(
    text: str,
    kind: str = "primary",
    name: str = "",
    value: str = "",
    icon_name: str = "",
    hidden: str = "",
    small: bool = False,
) -> SafeString:
    """`{% button "action.continue" %}`: submit button; text or label key; kind primary, secondary, text, danger."""
    return render_parts.button(text, kind=kind, name=name, value=value, icon_name=icon_name, hidden=hidden, small=small)


@register.simple_tag
def link_button(
    text: str, url: str, kind: str = "primary", icon_name: str = "", hidden: str = "", small: bool = False
) -> SafeString:
    """`{% link_button "action.start" url %}`."""
    return render_parts.link_button(text, url, kind=kind, icon_name=icon_name, hidden=hidden, small=small)


@register.simple_tag(takes_context=True)
def field(context: Context, f: FormField) -> SafeString:
    """`{% field f %}`: one FormField. A page with a map may ask the browser where it is (`request.may_ask_place`)."""
    if f.map is not None and (request := context.get("request")) is not None:
        request.may_ask_place = True
    return render_fields.render_field(f)


@register.simple_tag(takes_context=True)
def fields(context: Context, fs: Iterable[FormField]) -> SafeString:
    """`{% fields fs %}`: several."""
    return safe("".join(field(context, f) for f in fs))


@register.simple_tag
def error_summary(errors: Iterable[SummaryError]) -> SafeString:
    """`{% error_summary errors %}`; the layouts do it already from `errors`."""
    return render_fields.render_error_summary(errors)


@register.simple_tag
def status(key: str, text: str = "") -> SafeString:
    """`{% status "received" %}` or `{% status "staff.awaiting_decision" %}`."""
    return render_parts.status_chip(key, text)


@register.simple_tag
def tag(text: str, tone: str = "neutral") -> SafeString:
    """`{% tag "inbox.todo" tone="todo" %}`: a plain word in a frame."""
    return render_parts.tag(text, tone=tone)


@register.simple_tag
def facts(rows: Iterable[Fact], compact: bool = False) -> SafeString:
    """`{% facts rows %}`: description list of Fact."""
    return render_parts.facts(rows, compact=compact)


@register.simple_tag
def record_header(
    status: str,
    number: str = "",
    status_text: str = "",
    staff_status: str = "",
    next_step: str = "",
    due: str = "",
) -> SafeString:
    """`{% record_header status="in_review" number="K7M4-2QF9" next_step="…" due="…" %}`."""
    return render_parts.record_header(
        status=status,
        number=number,
        status_text=status_text,
        staff_status=staff_status,
        next_step=next_step,
        due=due,
    )


@register.simple_tag
def timeline(events: Iterable[Event]) -> SafeString:
    """`{% timeline events %}`: list of Event, newest first."""
    return render_parts.timeline(events)


@register.simple_tag
def task_list(groups: list[TaskGroup]) -> SafeString:
    """`{% task_list groups %}`."""
    return render_parts.task_list(groups)


@register.simple_tag
def cards(items: Iterable[Card], level: int = 2, columns: int = 1) -> SafeString:
    """`{% cards items %}`: list of Card; `columns=2` on wide screens."""
    return render_parts.cards(items, level=level, columns=columns)


@register.simple_tag(takes_context=True)
def listing(context: Context, data: Listing) -> SafeString:
    """`{% listing l %}`: archetype A6 from a Listing."""
    csrf = f'<input type="hidden" name="csrfmiddlewaretoken" value="{esc(context.get("csrf_token", ""))}">'
    return render_lists.render_listing(data, csrf if data.bulk else "")


@register.simple_tag
def listing_results(data: Listing) -> SafeString:
    """`{% listing_results l %}`: the part that htmx replaces."""
    return render_lists.render_results(data)


@register.simple_tag
def job_progress(p: Progress) -> SafeString:
    """`{% job_progress p %}`: archetype A9."""
    return render_parts.progress(p)


@register.simple_tag
def key_figures(figures: Iterable[Figure]) -> SafeString:
    """`{% key_figures figures %}`."""
    return render_parts.key_figures(figures)


@register.simple_tag
def chart(data: Chart) -> SafeString:
    """`{% chart c %}`: bars or lines with their table."""
    return charts.render_chart(data)


@register.simple_tag
def comparison(rows: list[Difference], caption: str, only_different: bool = True) -> SafeString:
    """`{% comparison rows "変更の確認" %}`: archetype A11."""
    return render_parts.comparison(rows, caption=caption, only_different=only_different)


@register.simple_tag
def tabs(items: Iterable[Link], name: str) -> SafeString:
    """`{% tabs items "案件" %}`: staff only."""
    return render_parts.tabs(items, name=name)


@register.simple_tag
def question_progress(number: int, total: int) -> SafeString:
    """`{% question_progress 4 7 %}`: 「7問中4問目」."""
    return safe(f'<p class="steps">{esc(catalogue.message("question.progress", number=number, total=total))}</p>')


@register.simple_tag
def search_box(action: str, text: str, name: str = "q", value: str = "") -> SafeString:
    """`{% search_box url "何をしたいですか" value=q %}`: GET form with one box."""
    return safe(
        f'<form class="search-box" role="search" method="get" action="{esc(action)}">'
        f'<label class="label" for="search-{esc(name)}">{esc(labels.text_of(text))}</label>'
        f'<div class="search-row"><input class="input" type="search" id="search-{esc(name)}"'
        f'{attrs(name=name, value=value)}><button class="button b1">{render_fields.icon("search")}'
        f"<span>{esc(labels.label('action.search'))}</span></button></div></form>"
    )


@register.simple_tag
def contact(who: Contact | None) -> SafeString:
    """`{% contact who %}`: 困ったとき; the layouts do it already from `help` or the ward's own."""
    return render_parts.contact_box(who)


@register.simple_tag
def crumbs(items: Iterable[tuple[str, str]]) -> SafeString:
    """`{% crumbs items %}`: the layouts do it already from `breadcrumb`."""
    return render_parts.breadcrumb(items)


@register.simple_tag
def day(value: dt.date, long: bool = False) -> SafeString:
    """`{% day d %}` 2026年4月1日(水); `{% day d long=True %}` 令和8年(2026年)4月1日(水)."""
    return safe(f'<time datetime="{value.isoformat()[:10]}">{esc(render_parts.day_text(value, long=long))}</time>')


@register.simple_tag
def moment(value: dt.datetime) -> SafeString:
    """`{% moment at %}`: date and time, Tokyo."""
    return safe(f'<time datetime="{value.isoformat(timespec="minutes")}">{esc(render_parts.moment_text(value))}</time>')


@register.simple_tag
def yen(amount: Any) -> str:
    """`{% yen 5000 %}` → 5,000円; None → 未定."""
    return labels.label("word.undecided") if amount is None else f"{int(amount):,}円"


@register.simple_tag
def person(name: str) -> SafeString:
    """`{% person name %}`: a name from the register; never gets ruby."""
    return safe(f'<span class="person" data-noruby>{esc(name)}</span>')


@register.simple_tag
def localized(text: LocalizedText) -> SafeString:
    """`{% localized texts %}`: a five-language dict in the page's language, `lang="ja"` where only that exists."""
    wanted = get_language() or "ja"
    found = pick(text, wanted)
    if found.language == wanted or HTML_LANG.get(wanted) == "ja":
        return safe(esc(found.text))
    return safe(f'<span lang="ja">{esc(found.text)}</span>')


@register.simple_tag(takes_context=True)
def top_navigation(context: Context) -> SafeString:
    """The portal's main areas from `nav` (used by the layouts)."""
    return navigation.render_main(context.get("nav") or ())


@register.simple_tag(takes_context=True)
def tool_navigation(context: Context) -> SafeString:
    """検索・お知らせ箱・マイページ from `nav` (used by the layouts)."""
    return navigation.render_tools(
        context.get("nav") or (), context.get("inbox_count"), str(context.get("csrf_token") or "")
    )


@register.simple_block_tag
def notice(content: str, tone: str = "info", title: str = "") -> SafeString:
    """`{% notice tone="todo" title="…" %}…{% endnotice %}`: info, todo, done, error, neutral."""
    shapes = {"info": "info", "todo": "alert", "done": "check", "error": "error", "neutral": "info"}
    head = f'<p class="notice-title">{esc(labels.text_of(title))}</p>' if title else ""
    return safe(
        f'<div class="notice t-{esc(tone)}">{render_fields.icon(shapes[tone])}'
        f'<div class="notice-body">{head}{content}</div></div>'
    )


@register.simple_block_tag
def panel(content: str, title: str, number: str = "", number_label: str = "word.reference_number") -> SafeString:
    """`{% panel "申請を受け付けました" number="K7M4-2QF9" %}…{% endpanel %}`: head of a done page; it is the h1."""
    shown = ""
    if number:
        shown = f'<p class="panel-number">{esc(labels.text_of(number_label))}<strong>{esc(number)}</strong></p>'
    return safe(
        f'<div class="panel">{render_fields.icon("check")}'
        f'<h1 tabindex="-1" data-focus>{esc(labels.text_of(title))}</h1>'
        f"{shown}{content}</div>"
    )


@register.simple_block_tag
def disclosure(content: str, summary: str, open: bool = False) -> SafeString:  # HTML's own word
    """`{% disclosure "カードを使わずに申請する方法" %}…{% enddisclosure %}`."""
    return safe(
        f'<details class="disclosure"{" open" if open else ""}>'
        f"<summary><span>{esc(labels.text_of(summary))}</span></summary>"
        f'<div class="disclosure-body">{content}</div></details>'
    )


@register.simple_block_tag
def scroll(content: str, name: str) -> SafeString:
    """`{% scroll "料金の表" %}<table>…</table>{% endscroll %}`: the only place that may scroll sideways; says so."""
    return safe(
        f'<p class="scroll-note hint">{esc(catalogue.message("table.scrolls"))}</p>'
        f'<div class="scroll" role="region" tabindex="0" aria-label="{esc(name)}">{content}</div>'
    )
