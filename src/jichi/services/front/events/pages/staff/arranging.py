"""The division's events: list, form, record, preview, publication, copy, picture."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design.fields import FormField, errors_for, filter_choice, filter_field
from jichi.design.pages import listing_response
from jichi.design.parts import Column, Fact, Link, Listing, Row
from jichi.design.render_parts import tag
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.booking import queries as booking
from jichi.engines.files import queries as files
from jichi.engines.files.errors import FileRefused
from jichi.engines.files.views import download_response
from jichi.engines.programmes import arranging
from jichi.engines.programmes.arranging import STATES, UNPROCESSABLE, Standing
from jichi.kernel.calendar import format_datetime
from jichi.kernel.clock import TOKYO
from jichi.kernel.errors import FieldError, Invalid, NotFound
from jichi.kernel.text import fold_for_search

from ... import actions, queries
from ...actions.organising import FIXED
from ...permissions import EDIT, VIEW
from ...queries import EventView
from ...rules import MODE_WORDS, Content, problems
from ..finding import event_context
from .form import groups, read_form

_COLUMNS: Final = (
    Column(key="title", title="催し", head=True),
    Column(key="day", title="始めの日時"),
    Column(key="mode", title="決め方"),
    Column(key="entries", title="申込み", number=True),
    Column(key="places", title="決まった人数", number=True),
    Column(key="state", title="状態"),
)


def owned(request: SignedInRequest, code: str) -> EventView:
    """An event of the official's divisions. Raises NotFound."""
    found = queries.event(code)
    if found is None or found.division_id not in request.actor.divisions:
        raise NotFound
    return found


def tabs(found: EventView, here: str, request: SignedInRequest) -> list[Link]:
    """The pages of an event, as tabs."""
    pages = [("event", "内容")]
    if found.offering_id is not None:
        pages += [("entries", "申込み"), ("attendance", "出席")]
        if request.actor.may(EDIT):
            pages.append(("telephone", "電話の受付"))
        if found.content.is_lottery:
            pages.append(("draw", "抽選"))
        if found.mode == "selection" and request.actor.may(EDIT):
            pages.append(("select", "選考"))
        pages.append(("outcome", "報告"))
    return [
        Link(word, reverse(f"front_events_staff:{name}", args=[found.code]), current=name == here)
        for name, word in pages
    ]


def crumbs(found: EventView | None = None) -> list[tuple[str, str]]:
    """The way back."""
    way = [("催し", reverse("front_events_staff:list"))]
    return (
        [*way, (found.title.get("ja", "名前のない催し"), reverse("front_events_staff:event", args=[found.code]))]
        if found
        else way
    )


@access(audience="staff", permission=VIEW)
def listing(request: SignedInRequest) -> HttpResponse:
    """A6: the division's events, last changed first."""
    q, state = request.GET.get("q", "")[:100], request.GET.get("state", "")
    state = state if state in STATES else ""
    found = queries.events_of_divisions(request.actor.divisions, text=fold_for_search(q, keep_spaces=True), state=state)
    totals = booking.totals([one.offering_id for one in found if one.offering_id])
    table = Listing(
        caption="催し", columns=_COLUMNS, rows=[_row(one, totals) for one in found], url=request.path,
        params={name: value for name, value in (("q", q), ("state", state)) if value}, total=len(found),
        search=filter_field("q", "名前・説明・場所", q),
        filters=(filter_choice("state", "状態", state, [(key, word) for key, (word, _tone) in STATES.items()]),),
        html_id="events", empty="催しはまだありません。「新しく作る」か「ファイルから作る」で始めます。",
    )  # fmt: skip
    context = {"title": "催し", "uses_htmx": True, "may": request.actor.may(EDIT)}
    return listing_response(request, "front_events/staff/list.html", context, table)


def _row(one: EventView, totals: dict[Any, booking.Totals]) -> Row:
    word, tone = STATES[one.state]
    total = totals.get(one.offering_id) if one.offering_id else None
    slots = [slot for _code, slot in one.slots] or _planned(one.content)
    first = format_datetime(slots[0].starts_at, "ja", "staff") if slots else "まだ"
    living = (
        sum(count for state, count in total.entries.items() if state not in ("withdrawn", "cancelled")) if total else 0
    )
    return Row(
        url=reverse("front_events_staff:event", args=[one.code]),
        cells=(
            one.title.get("ja", "名前のない催し"), first, MODE_WORDS[one.mode], f"{living:,}" if total else "",
            f"{total.people.get('taken', 0):,}" if total else "", tag(word, tone=tone),
        ),
    )  # fmt: skip


def _planned(content: Content) -> list[Any]:
    try:
        return list(content.slots())
    except ValueError:
        return []


FORM: Final = arranging.Form(
    read=read_form, groups=groups, lacking=problems, there="front_events_staff:event", word="催し"
)


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def new(request: SignedInRequest) -> HttpResponse:
    """A2: a new draft. What is missing may be filled in later."""

    def begin(division_id: int, content: Content) -> str:
        return actions.create_event(actor=request.actor, division_id=division_id, content=content)

    return arranging.new(request, FORM, empty=Content(), begin=begin, title="新しい催し", way=crumbs())


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def change(request: SignedInRequest, code: str) -> HttpResponse:
    """A2: the form of a draft; of a published event only what nobody relied on."""
    found = owned(request, code)

    def kept(before: Content, after: Content) -> Content:
        """The picture's words are not on this form; dates and rules of a published event stay."""
        names = ("picture_alt",) if found.state == "draft" else ("picture_alt", *FIXED)
        return replace(after, **{name: getattr(before, name) for name in names})

    def save(content: Content, revision: int) -> None:
        actions.change_event(actor=request.actor, code=code, content=content, expected_revision=revision)

    title = f"{found.title.get('ja', '名前のない催し')}の内容を変える"
    return arranging.change(request, FORM, _standing(found), kept=kept, save=save, title=title, way=crumbs(found))


def _standing(found: EventView) -> Standing[Content]:
    return Standing(code=found.code, content=found.content, state=found.state, revision=found.revision)


@access(audience="staff", permission=VIEW, methods=("GET", "POST"))
def record(request: SignedInRequest, code: str) -> HttpResponse:
    """A7: one event: how it stands, what is missing, publish, copy."""
    found = owned(request, code)
    wrong: dict[str, FieldError] = {}
    if request.method == "POST":
        if request.POST.get("act") == "copy":
            return redirect("front_events_staff:event", code=actions.copy_event(actor=request.actor, code=code))
        try:
            actions.publish_event(actor=request.actor, code=code)
            return redirect("front_events_staff:event", code=code)
        except Invalid as error:
            wrong = dict(error.fields)
    word, tone = STATES[found.state]
    context = {
        "title": found.title.get("ja", "名前のない催し"), "breadcrumb": crumbs(), "tabs": tabs(found, "event", request),
        "state": tag(word, tone=tone), "event": found, "may": request.actor.may(EDIT), "facts": _facts(found),
        "missing": arranging.missing(FORM, _standing(found)), "refused": bool(wrong),
        "public_url": request.build_absolute_uri(reverse("front_events:event", args=[code])),
        "updated": format_datetime(found.updated_at, "ja", "staff"),
    }  # fmt: skip
    return render(request, "front_events/staff/event.html", context, status=UNPROCESSABLE if wrong else 200)


def _price(content: Content) -> str | list[str]:
    if not content.costs:
        return "無料"
    rows = [f"{one.label} {one.yen:,}円" for one in content.prices] or [f"{content.price_yen:,}円"]
    if content.pay_first:
        rows.append(f"申込みのときに支払う({content.hold_minutes}分、席を押さえる)")
        rows += [f"取り消し料: {one.days}日前から{one.percent}%" for one in content.cancel_steps]
    return rows


def _facts(found: EventView) -> list[Fact]:
    content = found.content
    slots = [slot for _code, slot in found.slots] or _planned(content)
    dates = [
        f"{format_datetime(slot.starts_at, 'ja', 'staff')}〜{slot.ends_at.astimezone(TOKYO):%H:%M}"
        for slot in slots[:8]
    ]
    rows: list[tuple[str, Any]] = [
        ("日時", [*dates, *([f"ほか{len(slots) - 8}回"] if len(slots) > 8 else [])]), ("場所", content.place_name),
        ("決め方", MODE_WORDS[found.mode]), ("料金", _price(content)),
    ]  # fmt: skip
    if found.mode != "none":
        rows.append(("定員", f"{content.capacity:,}人({'全部の回で' if content.whole_course else '1回ごと'})"))
        for name, label in (
            ("opens_at", "申込みの始まり"), ("closes_at", "申込みの締切"), ("draw_at", "抽選"),
            ("withdraw_until", "取り消しの期限"),
        ):  # fmt: skip
            value = getattr(content, name)
            rows.append((label, format_datetime(value, "ja", "staff") if value else ""))
    rows += [("中止の理由", found.cancel_reason)]
    return [Fact(label=label, value=value) for label, value in rows if value]


@access(audience="staff", permission=VIEW)
def preview(request: SignedInRequest, code: str) -> HttpResponse:
    """A1: the page as residents will see it."""
    found = owned(request, code)
    context = {**event_context(request, found), "breadcrumb": crumbs(found), "apply_url": "", "narrow": True}
    if found.picture_id:
        context["picture_url"] = reverse("front_events_staff:picture_file", args=[code])
    context["title"] = f"見本: {found.title.get('ja', '名前のない催し')}"
    return render(request, "front_events/staff/preview.html", context)


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def picture(request: SignedInRequest, code: str) -> HttpResponse:
    """A2: the picture of an event, and what it shows."""
    found = owned(request, code)
    wrong: dict[str, FieldError] = {}
    alt = request.POST.get("alt", found.content.picture_alt).strip()[:200]
    if request.method == "POST":
        upload = request.FILES.get("file")
        if request.POST.get("act") == "remove":
            actions.set_picture(actor=request.actor, code=code, upload=None, alt="")
            return redirect("front_events_staff:event", code=code)
        if upload is None:
            wrong["file"] = FieldError("field.required")
        if not alt:
            wrong["alt"] = FieldError("field.required")
        try:
            if upload is not None and not wrong:
                actions.set_picture(actor=request.actor, code=code, upload=upload, alt=alt)
                return redirect("front_events_staff:event", code=code)
        except FileRefused as error:
            wrong["file"] = FieldError(error.code, error.params)
    fields = [
        FormField(name="file", label="写真か絵", kind="file", accept="image/*", error=wrong.get("file")),
        FormField(
            name="alt", label="何が写っているか", value=alt, error=wrong.get("alt"),
            hint="見えない方に読み上げます。例: 公園で木の葉を集める親子",
        ),
    ]  # fmt: skip
    context = {
        "title": "催しの写真",
        "fields": fields,
        "errors": errors_for(fields),
        "breadcrumb": crumbs(found),
        "narrow": True,
        "there": reverse("front_events_staff:picture_file", args=[code]) if found.picture_id else "",
        "alt": found.content.picture_alt,
    }
    return render(request, "front_events/staff/picture.html", context, status=UNPROCESSABLE if wrong else 200)


@access(audience="staff", permission=VIEW)
def picture_file(request: SignedInRequest, code: str) -> HttpResponseBase:
    """The picture of a draft."""
    found = owned(request, code)
    if found.picture_id is None:
        raise NotFound
    return download_response(files.get_file(found.picture_id), inline=True)
