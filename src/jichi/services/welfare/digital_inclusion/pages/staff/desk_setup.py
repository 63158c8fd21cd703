"""What a help desk is, when it is open, and what is asked there: data that its division looks after."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design.fields import FieldGroup, FormField, Option, errors_for
from jichi.design.typed import Typed
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.programmes.arranging import UNPROCESSABLE
from jichi.kernel import clock
from jichi.kernel.calendar import format_date
from jichi.kernel.errors import FieldError, Invalid, NotFound
from jichi.kernel.localized import LANGUAGES

from ... import actions, queries
from ...actions import DeskContent
from ...permissions import EDIT
from ...queries import DeskView
from ...rules import SLOT_MINUTES, SPOKEN, WEEKDAYS, Hours, SingleDay
from .desks import crumbs, owned, tabs

SINGLE: Final = (
    ("day", "日", 12, "例: 2026-12-29"), ("opens", "開く時刻", 6, "休みのときは、2つの時刻を空にします。"),
    ("closes", "閉じる時刻", 6, ""), ("supporters", "相談員の人数", 4, ""), ("reason", "理由", 30, "例: 年末年始"),
)  # fmt: skip
_LANG: Final = {"en": "en", "zh-hans": "zh-Hans", "ko": "ko"}


def _titles(values: dict[str, str], label: str) -> list[FormField]:
    return [
        FormField(
            name=f"title_{language}", label=label if language == "ja" else f"{label}({SPOKEN[language]})",
            required=language == "ja", lang=_LANG.get(language, ""), value=values.get(language, ""),
        )
        for language in LANGUAGES
    ]  # fmt: skip


def _desk_fields(content: DeskContent, wrong: dict[str, FieldError]) -> list[FormField]:
    minutes = tuple(Option(str(one), f"{one}分") for one in SLOT_MINUTES)
    fields = [
        *_titles(dict(content.title), "窓口の名前"),
        FormField(name="address", label="住所", required=False, value=content.address),
        FormField(name="access", label="行き方", required=False, value=content.access),
        FormField(name="phone", label="窓口の電話", kind="phone", required=False, value=content.phone),
        FormField(name="slot_minutes", label="1枠", kind="select", options=minutes, value=str(content.slot_minutes)),
        FormField(name="ahead_days", label="何日先まで予約できるか", kind="number", size=4, unit="日",
                  value=str(content.ahead_days)),
        FormField(name="is_open", label="住民に見せて、予約を受ける", kind="consent", required=False,
                  value=content.is_open),
    ]  # fmt: skip
    return [one.with_error(wrong.get(one.name)) for one in fields]


def _read(request: SignedInRequest) -> tuple[DeskContent, dict[str, FieldError]]:
    read, post = Typed(request.POST, "digital"), request.POST
    content = DeskContent(
        title=read.by_language("title", 200), address=post.get("address", "").strip()[:200],
        access=post.get("access", "").strip()[:200], phone=post.get("phone", "").strip()[:40],
        slot_minutes=read.number("slot_minutes", 10, 120, 30), ahead_days=read.number("ahead_days", 0, 180, 28),
        is_open=post.get("is_open") == "1",
    )  # fmt: skip
    return content, read.wrong


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def new(request: SignedInRequest) -> HttpResponse:
    """A2: another desk."""
    divisions = accounts.divisions(sorted(request.actor.divisions))
    code, chosen = request.POST.get("code", "").strip(), request.POST.get("division", "")
    division = next((one for one in divisions if one.code == chosen), divisions[0] if divisions else None)
    content, wrong = _read(request) if request.method == "POST" else (DeskContent(title={}), {})
    if request.method == "POST" and division is not None:
        if queries.desk(code, since=clock.today()) is not None:
            wrong["code"] = FieldError("digital.code_taken")
        try:
            if not wrong:
                actions.put_desk(actor=request.actor, code=code, division_id=division.id, content=content)
                return redirect("welfare_digital_inclusion_staff:desk_hours", code=code)
        except Invalid as error:
            wrong = dict(error.fields)
    options = tuple(Option(one.code, one.names["ja"], noruby=True) for one in divisions)
    fields = [
        FormField(name="division", label="担当課", kind="select", options=options,
                  value=division.code if division else ""),
        FormField(
            name="code", label="窓口の符号", value=code, size=20, error=wrong.get("code"),
            hint="住所(URL)に出ます。小文字の英数字と - です。例: midori-plaza",
        ),
        *_desk_fields(content, wrong),
    ]  # fmt: skip
    return _form(request, "新しい相談窓口", fields, crumbs(), [])


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def change(request: SignedInRequest, code: str) -> HttpResponse:
    """A2: what people read of a desk."""
    found = owned(request, code)
    wrong: dict[str, FieldError] = {}
    content = DeskContent(
        title=found.title, address=found.address, access=found.access, phone=found.phone,
        slot_minutes=found.slot_minutes, ahead_days=found.ahead_days, is_open=found.is_open,
    )  # fmt: skip
    if request.method == "POST":
        content, wrong = _read(request)
        try:
            if not wrong:
                actions.put_desk(actor=request.actor, code=code, division_id=found.division_id, content=content)
                return redirect("welfare_digital_inclusion_staff:desk", code=code)
        except Invalid as error:
            wrong = dict(error.fields)
    fields = _desk_fields(content, wrong)
    return _form(request, f"{found.title['ja']}の内容", fields, crumbs(found), tabs(found, "desk_change", request))


def _form(request: SignedInRequest, title: str, fields: list[FormField], way: Any, links: Any) -> HttpResponse:
    errors = errors_for(fields)
    context = {
        "title": title, "breadcrumb": way, "narrow": True, "tabs": links, "fields": fields, "errors": errors,
    }  # fmt: skip
    status = UNPROCESSABLE if errors else 200
    return render(request, "welfare_digital_inclusion/staff/desk_form.html", context, status=status)


# -- hours -----------------------------------------------------------------------------------------


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def hours(request: SignedInRequest, code: str) -> HttpResponse:
    """A2: the week of a desk from a day on, and days unlike their weekday."""
    found = owned(request, code)
    wrong: dict[str, FieldError] = {}
    act = request.POST.get("act", "")
    if request.method == "POST":
        try:
            _set(request, found, act)
            return redirect("welfare_digital_inclusion_staff:desk_hours", code=code)
        except Invalid as error:
            wrong = dict(error.fields)
    post = request.POST
    newest = max((one.valid_from for one in found.hours), default=None)
    week = {one.weekday: one for one in found.hours if one.valid_from == newest}
    start = FormField(
        name="valid_from", label="いつから", size=12, value=post.get("valid_from", clock.today().isoformat()),
        error=wrong.get("valid_from") or wrong.get("hours"),
    )  # fmt: skip
    days = [_week_group(day, week.get(day), post if act == "week" else None, wrong) for day in range(7)]
    single = [
        FormField(name=name, label=label, required=name == "day", size=size, hint=hint, error=wrong.get(name),
                  value=post.get(name, "") if act == "day" else "")
        for name, label, size, hint in SINGLE
    ]  # fmt: skip
    context = {
        "title": f"{found.title['ja']}の曜日と時間", "breadcrumb": crumbs(found), "start": start, "days": days,
        "tabs": tabs(found, "desk_hours", request), "single": single, "narrow": True,
        "errors": errors_for([start, *(one for group in days for one in group.fields), *single]),
        "sets": _sets(found), "exceptions": [_exception(one) for one in found.days if one.rule.day >= clock.today()],
    }  # fmt: skip
    status = UNPROCESSABLE if wrong else 200
    return render(request, "welfare_digital_inclusion/staff/desk_hours.html", context, status=status)


def _week_group(day: int, rule: Hours | None, post: Any, wrong: dict[str, FieldError]) -> FieldGroup:
    def field(name: str, label: str, kept: Any) -> FormField:
        key = f"{name}{day}"
        value = post.get(key, "") if post is not None else kept
        return FormField(
            name=key, label=f"{WEEKDAYS[day]}曜 {label}", required=False, size=6, value=value, error=wrong.get(key)
        )

    return FieldGroup(
        f"{WEEKDAYS[day]}曜",
        (
            field("opens", "開く時刻", f"{rule.opens:%H:%M}" if rule else ""),
            field("closes", "閉じる時刻", f"{rule.closes:%H:%M}" if rule else ""),
            field("supporters", "相談員の人数", str(rule.supporters) if rule else ""),
        ),
    )


def _sets(found: DeskView) -> list[tuple[str, str]]:
    """Each set of hours: from when, and its weekdays."""
    sets: dict[date, list[str]] = {}
    for one in found.hours:
        text = f"{WEEKDAYS[one.weekday]} {one.opens:%H:%M}–{one.closes:%H:%M}({one.supporters}人)"
        sets.setdefault(one.valid_from, []).append(text)
    return [(format_date(day), "、".join(texts)) for day, texts in sorted(sets.items(), reverse=True)]


def _exception(one: Any) -> dict[str, str]:
    rule = one.rule
    return {
        "day": rule.day.isoformat(), "shown": format_date(rule.day), "reason": one.reason,
        "hours": f"{rule.opens:%H:%M}–{rule.closes:%H:%M}({rule.supporters}人)" if rule.opens else "休み",
    }  # fmt: skip


def _set(request: SignedInRequest, found: DeskView, act: str) -> None:
    read = Typed(request.POST, "digital")
    if act == "remove":
        day = read.day("day")
        if day is not None:
            actions.remove_day(actor=request.actor, code=found.code, day=day)
    elif act == "day":
        single = _single(read)
        actions.set_day(actor=request.actor, code=found.code, day=single, reason=request.POST.get("reason", ""))
    else:
        start, rules = _week(read)
        actions.set_hours(actor=request.actor, code=found.code, valid_from=start, hours=rules)


def _single(read: Typed) -> SingleDay:
    """A day unlike its weekday. Raises Invalid."""
    day = read.day("day")
    opens, closes = (read.hours(name) for name in ("opens", "closes"))
    supporters = read.number("supporters", 0, 20, 1)
    if day is None:
        read.wrong.setdefault("day", FieldError("field.required"))
    if read.wrong or day is None:
        raise Invalid(fields=read.wrong)
    return SingleDay(day=day, supporters=supporters if opens else 0, opens=opens, closes=closes)


def _week(read: Typed) -> tuple[date, list[Hours]]:
    """A week's hours and from when. Raises Invalid."""
    start = read.day("valid_from")
    rules = []
    for weekday in range(7):
        opens, closes = (read.hours(f"{name}{weekday}") for name in ("opens", "closes"))
        supporters = read.number(f"supporters{weekday}", 0, 20, 1)
        if (opens is None) != (closes is None) or (opens and closes and closes <= opens):
            read.wrong.setdefault(f"closes{weekday}", FieldError("digital.times"))
        elif opens and closes and start:
            rules.append(Hours(valid_from=start, weekday=weekday, opens=opens, closes=closes, supporters=supporters))
    if start is None:
        read.wrong.setdefault("valid_from", FieldError("field.required"))
    if read.wrong or start is None:
        raise Invalid(fields=read.wrong)
    return start, rules


# -- topics ----------------------------------------------------------------------------------------


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def topics(request: SignedInRequest) -> HttpResponse:
    """A6: what is asked at desks, in five languages; here one is added, changed or retired."""
    divisions = sorted(request.actor.divisions)
    if not divisions:
        raise NotFound
    wrong: dict[str, FieldError] = {}
    post, read = request.POST, Typed(request.POST, "digital")
    chosen = next((one for one in queries.topics(retired=True) if one.code == request.GET.get("code", "")), None)
    if request.method == "POST":
        place = read.number("place", 0, 999, 0)
        try:
            if read.wrong:
                raise Invalid(fields=read.wrong)
            actions.put_topic(
                actor=request.actor, division_id=divisions[0], code=post.get("code", "").strip(),
                title=read.by_language("title", 100), place=place, is_active=post.get("is_active") == "1",
            )  # fmt: skip
            return redirect("welfare_digital_inclusion_staff:topics")
        except Invalid as error:
            wrong = dict(error.fields)
    titles = read.by_language("title", 100) if request.method == "POST" else dict(chosen.title) if chosen else {}
    sent = request.method == "POST"
    given_code = post.get("code", "") if sent else chosen.code if chosen else ""
    fields = [
        FormField(name="code", label="符号", size=20, value=given_code,
                  hint="小文字の英数字と -。同じ符号は、上書きになります。"),
        *_titles({str(key): value for key, value in titles.items()}, "相談の内容"),
        FormField(name="place", label="並び順", kind="number", size=4, required=False,
                  value=post.get("place", "") if sent else str(chosen.place if chosen else 0)),
        FormField(name="is_active", label="選べるようにする", kind="consent", required=False,
                  value=post.get("is_active", "") if sent else (chosen.is_active if chosen else True)),
    ]  # fmt: skip
    fields = [one.with_error(wrong.get(one.name)) for one in fields]
    context = {
        "title": "相談の内容の項目", "breadcrumb": crumbs(), "narrow": True, "fields": fields,
        "errors": errors_for(fields), "rows": queries.topics(retired=True),
        "here": reverse("welfare_digital_inclusion_staff:topics"),
    }  # fmt: skip
    status = UNPROCESSABLE if wrong else 200
    return render(request, "welfare_digital_inclusion/staff/topics.html", context, status=status)
