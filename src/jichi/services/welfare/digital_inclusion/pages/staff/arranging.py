"""The division's classes: list, form, record, publication, copy."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design.fields import filter_choice, filter_field
from jichi.design.pages import listing_response
from jichi.design.parts import Column, Fact, Link, Listing, Row
from jichi.design.render_parts import tag
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit.context import joining
from jichi.engines.booking import queries as booking
from jichi.engines.programmes import arranging
from jichi.engines.programmes.arranging import STATES, UNPROCESSABLE, Standing
from jichi.kernel.calendar import format_datetime
from jichi.kernel.errors import Invalid, NotFound

from ... import actions, queries
from ...actions.organising import FIXED
from ...permissions import EDIT, VIEW
from ...queries import CourseView
from ...rules import LEVELS, MODES, SPOKEN, Plan, problems
from .form import groups, read_form

_COLUMNS: Final = (
    Column(key="title", title="教室(初回)", head=True),
    Column(key="place", title="場所"),
    Column(key="times", title="回数", number=True),
    Column(key="level", title="段階"),
    Column(key="mode", title="決め方"),
    Column(key="entries", title="申込み", number=True),
    Column(key="places", title="決まった人数", number=True),
    Column(key="state", title="状態"),
)


def owned(request: SignedInRequest, code: str) -> CourseView:
    """A class of the official's divisions. Raises NotFound."""
    found = queries.course(code)
    if found is None or found.division_id not in request.actor.divisions:
        raise NotFound
    return found


def tabs(found: CourseView, here: str, request: SignedInRequest) -> list[Link]:
    """The pages of a class, as tabs."""
    pages = [("course", "内容")]
    if found.offering_id is not None:
        pages.append(("entries", "申込み"))
        if request.actor.may(EDIT):
            pages.append(("telephone", "電話の受付"))
            if found.plan.mode == "lottery":
                pages.append(("draw", "抽選"))
        pages.append(("outcome", "報告"))
    return [
        Link(word, reverse(f"welfare_digital_inclusion_staff:{name}", args=[found.code]), current=name == here)
        for name, word in pages
    ]


def crumbs(found: CourseView | None = None) -> list[tuple[str, str]]:
    """The way back."""
    way = [("スマホ教室", reverse("welfare_digital_inclusion_staff:list"))]
    if found is None:
        return way
    here = reverse("welfare_digital_inclusion_staff:course", args=[found.code])
    return [*way, (found.title.get("ja", "名前のない教室"), here)]


@access(audience="staff", permission=VIEW)
def listing(request: SignedInRequest) -> HttpResponse:
    """A6: the division's classes. Five statements."""
    q, state = request.GET.get("q", "")[:100], request.GET.get("state", "")
    state = state if state in STATES else ""
    found = queries.courses_of_divisions(request.actor.divisions, text=q, state=state)
    totals = booking.totals([offering for one in found for offering in one.offerings()])
    table = Listing(
        caption="教室", columns=_COLUMNS, rows=[_row(one, totals) for one in found], url=request.path,
        params={name: value for name, value in (("q", q), ("state", state)) if value}, total=len(found),
        search=filter_field("q", "名前・説明・場所", q),
        filters=(filter_choice("state", "状態", state, [(key, word) for key, (word, _tone) in STATES.items()]),),
        html_id="courses", empty="教室はまだありません。「新しく作る」で始めます。",
    )  # fmt: skip
    context = {"title": "スマホ教室", "uses_htmx": True, "may": request.actor.may(EDIT)}
    return listing_response(request, "welfare_digital_inclusion/staff/list.html", context, table)


def _row(one: CourseView, totals: dict[UUID, booking.Totals]) -> Row:
    word, tone = STATES[one.state]
    sums = [totals[offering] for offering in one.offerings()]
    living = sum(n for total in sums for key, n in total.entries.items() if key not in ("withdrawn", "cancelled"))
    taken = sum(total.people.get("taken", 0) for total in sums)
    first = one.sessions[0].starts_at if one.sessions else next((s.starts_at for s in one.plan.slots()), None)
    begins = format_datetime(first, "ja", "staff") if first else "日時はまだ"
    return Row(
        url=reverse("welfare_digital_inclusion_staff:course", args=[one.code]),
        cells=(
            f"{one.title.get('ja', '名前のない教室')} ({begins})", one.plan.place_name,
            str(len(one.sessions) or one.plan.times), LEVELS[one.plan.level], MODES[one.plan.mode],
            f"{living:,}" if sums else "",
            f"{taken:,}" if sums else "", tag(word, tone=tone),
        ),
    )  # fmt: skip


FORM: Final = arranging.Form(
    read=read_form, groups=groups, lacking=problems, there="welfare_digital_inclusion_staff:course", word="教室"
)


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def new(request: SignedInRequest) -> HttpResponse:
    """A2: a new draft. What is missing may be filled in later."""

    def begin(division_id: int, plan: Plan) -> str:
        return actions.create_course(actor=request.actor, division_id=division_id, plan=plan)

    return arranging.new(request, FORM, empty=Plan(), begin=begin, title="新しい教室", way=crumbs())


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def change(request: SignedInRequest, code: str) -> HttpResponse:
    """A2: the form of a class; of a published one only what nobody relied on."""
    found = owned(request, code)
    if found.state == "cancelled":
        raise NotFound

    def kept(before: Plan, after: Plan) -> Plan:
        """Dates and rules of a published class as they were."""
        return replace(after, **{name: getattr(before, name) for name in (FIXED if found.state != "draft" else ())})

    def save(plan: Plan, revision: int) -> None:
        actions.change_course(actor=request.actor, code=code, plan=plan, expected_revision=revision)

    return arranging.change(
        request, FORM, _standing(found), kept=kept, save=save, title="内容を変える", way=crumbs(found)
    )


def _standing(found: CourseView) -> Standing[Plan]:
    return Standing(code=found.code, content=found.plan, state=found.state, revision=found.revision)


@access(audience="staff", permission=VIEW, methods=("GET", "POST"))
def record(request: SignedInRequest, code: str) -> HttpResponse:
    """A7: a class with its sessions; here it is published or copied."""
    found = owned(request, code)
    refused = False
    if request.method == "POST":
        act = request.POST.get("act", "")
        try:
            if act == "copy":
                return redirect(
                    "welfare_digital_inclusion_staff:course", code=actions.copy_course(actor=request.actor, code=code)
                )
            if act == "publish":
                actions.publish_course(actor=request.actor, code=code)
            return redirect("welfare_digital_inclusion_staff:course", code=code)
        except Invalid:
            refused = True
    with joining(request.actor):
        counts = queries.attendance_counts([found.id])
    context = {
        "title": found.title.get("ja", "名前のない教室"), "breadcrumb": crumbs(), "course": found,
        "tabs": tabs(found, "course", request), "state": tag(STATES[found.state][0], tone=STATES[found.state][1]),
        "updated": format_datetime(found.updated_at, "ja", "staff"), "refused": refused,
        "missing": arranging.missing(FORM, _standing(found)),
        "facts": _facts(found), "may": request.actor.may(EDIT),
        "public_url": reverse("welfare_digital_inclusion:course", args=[code]),
        "sessions": _session_rows(found, counts),
        "planned": [format_datetime(one.starts_at, "ja", "staff") for one in found.plan.slots()],
    }  # fmt: skip
    status = UNPROCESSABLE if refused else 200
    return render(request, "welfare_digital_inclusion/staff/course.html", context, status=status)


def _session_rows(found: CourseView, counts: dict[tuple[UUID, int], int]) -> list[dict[str, object]]:
    """Each session with who teaches it and how many came. One statement."""
    teachers = accounts.account_names([one.teacher_id for one in found.sessions if one.teacher_id])
    return [
        {
            "number": one.number, "when": format_datetime(one.starts_at, "ja", "staff"),
            "teacher": teachers.get(one.teacher_id, "") if one.teacher_id else "",
            "came": counts.get((found.id, one.number), 0),
            "url": reverse("welfare_digital_inclusion_staff:session", args=[found.code, one.number]),
        }
        for one in found.sessions
    ]  # fmt: skip


def _facts(found: CourseView) -> list[Fact]:
    plan = found.plan

    def at(moment: Any) -> str:
        return format_datetime(moment, "ja", "staff") if moment else ""

    rows = (
        ("段階", LEVELS[plan.level]), ("話す言葉", SPOKEN[plan.spoken]),
        ("場所", f"{plan.place_name} {plan.address}".strip()), ("決め方", MODES[plan.mode]),
        ("定員", f"{plan.capacity}人" if plan.capacity else ""),
        ("団体の席", f"{plan.team_places}人(1団体{plan.team_most}人まで)" if plan.team_places else ""),
        ("申込みの始まり", at(plan.opens_at)), ("締切", at(plan.closes_at)),
        ("取り消しの期限", at(plan.withdraw_until)),
        ("抽選の日時", at(plan.draw_at) if plan.mode == "lottery" else ""), ("持ち物", plan.bring.get("ja", "")),
    )  # fmt: skip
    return [Fact(label=label, value=value) for label, value in rows if value]
