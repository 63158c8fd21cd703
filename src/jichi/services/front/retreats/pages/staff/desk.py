"""The desk: stays in a list, one stay with what may be done, a day's arrivals and departures."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design import catalogue
from jichi.design.fields import FormField, errors_for, filter_choice, filter_field
from jichi.design.pages import listing_response
from jichi.design.parts import Column, Fact, Link, Listing, Row
from jichi.design.render_parts import tag
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit import actions as audit
from jichi.engines.audit.context import joining
from jichi.kernel import clock
from jichi.kernel.calendar import format_date, format_datetime, parse_date
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound
from jichi.kernel.receipt_number import format_number, parse_number
from jichi.kernel.tables import write_table

from ... import actions, queries
from ...permissions import DESK, EDIT, VIEW
from ...queries import HouseView, StayFilter, StayView
from ...rules import CLASSES, OPEN, PLANS, WORDS, charge_on

UNPROCESSABLE: Final = 422
CONFLICT: Final = 409
TONES: Final = {
    "offered": "todo", "held": "todo", "requested": "todo", "booked": "done", "arrived": "done", "no_show": "error",
    "waiting": "info", "applied": "info",
}  # fmt: skip
PLAN_WORDS: Final = dict(zip(PLANS, ("食事なし", "朝食", "夕食と朝食"), strict=True))
CHANNELS: Final = {"web": "Web", "telephone": "電話", "counter": "窓口"}
_COLUMNS: Final = (
    Column(key="number", title="予約番号", head=True), Column(key="day", title="泊まる日"),
    Column(key="nights", title="泊", number=True), Column(key="house", title="施設"), Column(key="room", title="部屋"),
    Column(key="name", title="代表者", name=True), Column(key="people", title="人", number=True),
    Column(key="state", title="状態"),
)  # fmt: skip
MOST_EXPORTED: Final = 20_000


def tabs(request: SignedInRequest, here: str) -> list[Link]:
    """The pages of the service; a desk has the first two."""
    every = [("stays", "予約"), ("houses", "施設と料金"), ("figures", "利用率と見込み"), ("members", "利用登録")]
    pages = every if request.actor.may(VIEW) else every[:2]
    return [Link(word, reverse(f"front_retreats_staff:{name}"), current=name == here) for name, word in pages]


def houses_here(request: SignedInRequest) -> tuple[HouseView, ...]:
    """Houses that the official's divisions run or receive guests of."""
    return queries.houses_of(request.actor.divisions)


def _filter(request: SignedInRequest) -> StayFilter:
    get = request.GET
    state, text = get.get("state", ""), get.get("q", "")[:100]
    return StayFilter(
        text=text, house=get.get("house", "")[:40], state=state if state in WORDS else "",
        first=read_day(get.get("first", "")),
        last=read_day(get.get("last", "")),
    )  # fmt: skip


def read_day(text: str) -> date | None:
    """A day as typed; None where it is none."""
    try:
        return parse_date(text[:40]) if text.strip() else None
    except ValueError:
        return None


@access(audience="staff", permission=DESK)
def listing(request: SignedInRequest) -> HttpResponse:
    """A6: stays, the last days first."""
    chosen, houses = _filter(request), houses_here(request)
    with joining(request.actor):
        found, after = queries.stays(chosen, after=request.GET.get("after", ""))
    params = {name: request.GET[name] for name in ("q", "house", "state", "first", "last") if request.GET.get(name)}
    table = Listing(
        caption="宿泊の予約", columns=_COLUMNS, rows=[_row(one) for one in found], url=request.path, params=params,
        after=after, html_id="stays", search=filter_field("q", "番号・氏名", chosen.text),
        filters=(
            filter_choice("house", "施設", chosen.house, [(one.code, one.title.get("ja", one.code)) for one in houses]),
            filter_choice("state", "状態", chosen.state, list(WORDS.items())),
            filter_field("first", "始めの日", request.GET.get("first", ""), size=12),
            filter_field("last", "終わりの日", request.GET.get("last", ""), size=12),
        ),
        csv_url=reverse("front_retreats_staff:export") if request.actor.may(VIEW) else "",
        empty="予約はまだありません。",
    )  # fmt: skip
    context = {
        "title": "保養施設の予約", "uses_htmx": True, "tabs": tabs(request, "stays"), "may": request.actor.may(EDIT),
        "houses": [
            (one.title.get("ja", one.code), reverse("front_retreats_staff:day", args=[one.code]),
             reverse("front_retreats_staff:telephone", args=[one.code])) for one in houses if one.state != "draft"
        ],
    }  # fmt: skip
    return listing_response(request, "front_retreats/staff/stays.html", context, table)


def _row(one: StayView) -> Row:
    return Row(
        url=reverse("front_retreats_staff:stay", args=[format_number(one.number)]),
        cells=(
            format_number(one.number), format_date(one.check_in), str(one.nights), one.house_title.get("ja", ""),
            f"{one.room_title.get('ja', '')} {one.room}".strip(), one.name, str(one.people),
            tag(WORDS[one.state], tone=TONES.get(one.state, "neutral")),
        ),
    )  # fmt: skip


@access(audience="staff", permission=VIEW)
def export(request: SignedInRequest) -> HttpResponse:
    """The stays of the list as CSV; that it was saved is logged."""
    with joining(request.actor):
        found, _more = queries.stays(_filter(request), limit=MOST_EXPORTED)
    audit.record(
        actor=request.actor, action="export", table="front_retreats_stay", object_id="", detail={"rows": len(found)}
    )
    headings = (
        "予約番号", "施設", "部屋の種類", "部屋", "状態", "チェックイン", "泊数", "代表者", "フリガナ", "電話番号",
        *CLASSES.values(), "食事", "料金(円)", "うち税(円)", "取消料(円)", "受付", "受付日時",
    )  # fmt: skip
    rows = (
        [
            format_number(one.number), one.house_title.get("ja", ""), one.room_title.get("ja", ""), one.room,
            WORDS[one.state], one.check_in.isoformat(), str(one.nights), one.name, one.kana, one.phone,
            *(str(one.party.get(person, 0)) for person in CLASSES), PLAN_WORDS[one.meals], str(one.total_yen),
            str(one.total_yen - one.before_tax_yen), str(one.charge_yen), CHANNELS[one.channel],
            format_datetime(one.entered_at, "ja", "staff"),
        ]
        for one in found
    )  # fmt: skip
    response = HttpResponse(write_table(headings, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="stays_{clock.today():%Y%m%d}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


def _seen(request: SignedInRequest, number: str) -> StayView:
    plain = parse_number(number)
    with joining(request.actor):
        found = queries.stay(plain) if plain else None
    if found is None:
        raise NotFound
    return found


@access(audience="staff", permission=DESK, methods=("GET", "POST"))
def record(request: SignedInRequest, number: str) -> HttpResponse:
    """A7: one stay and what the desk or the division may do with it."""
    found, problem = _seen(request, number), ""
    wrong: dict[str, FieldError] = {}
    if request.method == "POST":
        try:
            _acted(request, found)
            return redirect("front_retreats_staff:stay", number=number)
        except Invalid as error:
            wrong = dict(error.fields)
        except Conflict as error:
            problem = catalogue.message(error.code, "ja")
    today, may = clock.today(), request.actor.may(EDIT)
    percent, yen = _charge(found)
    reason = FormField(
        name="reason", label="お断りの理由", kind="textarea", rows=2, error=wrong.get("reason"),
        hint="申し込んだ方が読みます。部屋は、この泊のあいだ閉じておきます。",
    )  # fmt: skip
    waive = FormField(
        name="waive", label="取消料を取らない理由", required=False, error=wrong.get("waive"),
        hint="空にすると、表のとおりの取消料になります。",
    )  # fmt: skip
    until = FormField(
        name="until", label="確かめた在勤・在学の有効期限", value=format_date(today + timedelta(days=365)),
        error=wrong.get("until"), size=16,
    )  # fmt: skip
    context = {
        "title": f"宿泊 {format_number(found.number)}", "stay": found, "problem": problem, "facts": _facts(found),
        "state": tag(WORDS[found.state], tone=TONES.get(found.state, "neutral")), "errors": errors_for([reason, until]),
        "breadcrumb": [("保養施設", reverse("front_retreats_staff:stays"))],
        "lines": [(_line_word(one), f"{one.yen:,}円") for one in found.lines], "total": f"{found.total_yen:,}円",
        "reason": reason, "waive": waive, "until": until, "percent": percent, "yen": f"{yen:,}円",
        "may_answer": found.state == "requested",
        "may_arrive": found.state in ("booked", "no_show") and found.check_in <= today,
        "may_take_back": found.state == "arrived", "may_cancel": may and found.state in OPEN,
        "may_prove": may and found.prove_until is not None and found.state in OPEN,
    }  # fmt: skip
    status = CONFLICT if problem else UNPROCESSABLE if wrong else 200
    return render(request, "front_retreats/staff/stay.html", context, status=status)


def _acted(request: SignedInRequest, found: StayView) -> None:
    post, act, actor = request.POST, request.POST.get("act", ""), request.actor
    if act == "accept":
        actions.accept_request(actor=actor, number=found.number)
    elif act == "refuse":
        actions.refuse_request(actor=actor, number=found.number, reason=post.get("reason", ""))
    elif act in ("arrive", "back"):
        actions.check_in(actor=actor, number=found.number, arrived=act == "arrive")
    elif act == "cancel":
        actions.cancel_stay(actor=actor, number=found.number, waive=post.get("waive", ""))
    elif act == "prove":
        until = read_day(post.get("until", ""))
        if until is None or until < clock.today():
            raise Invalid(fields={"until": FieldError("field.unreadable_date")})
        actions.note_proof(actor=actor, number=found.number, until=until)


def _charge(found: StayView) -> tuple[int, int]:
    if found.state not in ("booked", "requested"):
        return 0, 0
    row = charge_on(
        found.tariff, before_tax_yen=found.before_tax_yen, check_in=found.check_in, day=clock.today()
    )  # fmt: skip
    return row.percent, row.yen


def _line_word(one: Any) -> str:
    what = {"night": "宿泊", "meal": "朝食" if one.what == "breakfast" else "夕食", "tax": one.what}[one.kind]
    return f"{what} {CLASSES[one.person]} {one.unit_yen:,}円 × {one.persons}人 × {one.nights}泊"


def _facts(found: StayView) -> list[Fact]:
    rows: list[tuple[str, Any]] = [
        ("施設", found.house_title.get("ja", "")),
        ("部屋", f"{found.room_title.get('ja', '')} {found.room}".strip()),
        ("日程", f"{format_date(found.check_in)}から{format_date(found.check_out)}まで {found.nights}泊"),
        ("人数", [f"{CLASSES[person]} {count}人" for person, count in found.party.items()]),
        ("食事", PLAN_WORDS[found.meals]), ("電話番号", found.phone), ("受付", CHANNELS[found.channel]),
        ("受け付けた日時", format_datetime(found.entered_at, "ja", "staff")),
        ("返事の期限", format_datetime(found.answer_until, "ja", "staff") if found.answer_until else ""),
        ("証明の期限(仮予約)", format_date(found.prove_until) if found.prove_until else ""),
        ("勤め先・学校", found.workplace if found.prove_until else ""),
        ("支払い", _money_word(found)),
        ("取消料", f"{found.charge_yen:,}円" if found.charge_yen else ""), ("理由", found.reason),
    ]  # fmt: skip
    facts = [Fact(label="代表者", value=f"{found.name} {found.kana}".strip(), name=True)]
    return facts + [Fact(label=label, value=value) for label, value in rows if value]


def _money_word(found: StayView) -> str:
    if not found.owes_yen:
        return ""
    if found.paid_at is not None:
        return f"{found.owes_yen:,}円 支払い済み"
    until = f"({format_datetime(found.pay_until, 'ja', 'staff')}まで部屋を押さえています)" if found.pay_until else ""
    return f"{found.owes_yen:,}円 未払い{until if found.state == 'held' else ''}"


def house_here(request: SignedInRequest, code: str) -> HouseView:
    """A house of the official's divisions, as division or desk. Raises NotFound."""
    found = queries.house(code)
    if found is None or not {found.division_id, found.desk_id} & set(request.actor.divisions):
        raise NotFound
    return found


@access(audience="staff", permission=DESK, methods=("GET", "POST"))
def day(request: SignedInRequest, code: str) -> HttpResponse:
    """A6: who arrives, stays and leaves on a day; arrivals are ticked here."""
    found, today = house_here(request, code), clock.today()
    asked = read_day(request.GET.get("day", "")) or today
    if request.method == "POST":
        number = parse_number(request.POST.get("number", ""))
        if request.POST.get("act") == "absent":
            actions.mark_no_shows(actor=request.actor, code=code, day=asked)
        elif number:
            actions.check_in(actor=request.actor, number=number, arrived=request.POST.get("act") == "arrive")
        return redirect(f"{request.path}?day={asked.isoformat()}")
    with joining(request.actor):
        come, there, leave = queries.guests_of(found.id, asked)
    context = {
        "title": f"{found.title['ja']}の{format_date(asked)}", "house": found,
        "breadcrumb": [("保養施設", reverse("front_retreats_staff:stays"))],
        "come": [_guest(one) for one in come], "there": [_guest(one) for one in there],
        "leave": [_guest(one) for one in leave], "people": sum(one.people for one in come), "is_today": asked <= today,
        "absent": sum(1 for one in come if one.state == "booked") if asked < today else 0,
        "before_url": f"?day={asked - timedelta(days=1)}", "after_url": f"?day={asked + timedelta(days=1)}",
        "field": filter_field("day", "日", asked.isoformat(), size=12),
    }  # fmt: skip
    return render(request, "front_retreats/staff/day.html", context)


def _guest(one: StayView) -> dict[str, Any]:
    return {
        "number": format_number(one.number), "name": one.name, "room": one.room, "nights": one.nights,
        "people": "、".join(f"{CLASSES[person]} {count}人" for person, count in one.party.items()),
        "meals": PLAN_WORDS[one.meals], "total": f"{one.total_yen:,}円", "state": one.state, "word": WORDS[one.state],
        "url": reverse("front_retreats_staff:stay", args=[format_number(one.number)]), "phone": one.phone,
        "proof": one.prove_until is not None,
    }  # fmt: skip
