"""What officials do with an instalment: change, relief, a fact for limitation, money at the counter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final, cast

from django.http import HttpResponse

from jichi.design.fields import FormField, Option
from jichi.design.parts import Fact
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.kernel import clock
from jichi.kernel.calendar import format_date
from jichi.kernel.errors import FieldError

from .. import actions
from ..actions import NewReceipt
from ..permissions import ASSESS, COLLECT
from ..queries import Bill
from ..rules.delinquent import ReliefKind
from ..rules.facts import ChangeKind
from ..rules.limitation import Kind
from .act import Act, run_act
from .words import CHANGES, EVENTS, RELIEFS, day_given, yen, yen_given

_GROUNDS: Final = (
    FormField(name="reason", label="理由", size=40, hint="例: 4月5日の退会届による。氏名は書かないでください。"),
    FormField(name="decision_ref", label="決裁の番号", size=20, hint="例: 8子若第123号"),
)


def _grounds(request: SignedInRequest, errors: dict[str, FieldError]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, most in (("reason", 200), ("decision_ref", 60)):
        text = request.POST.get(name, "").strip()
        if not text:
            errors[name] = FieldError("field.required")
        elif len(text) > most:
            errors[name] = FieldError("field.too_long", {"max": most, "now": len(text)})
        found[name] = text
    return found


def _change_fields(_found: Bill) -> Sequence[FormField]:
    return (
        FormField(
            name="kind", label="変更の種類", kind="radio",
            options=tuple(Option(key, words) for key, words in CHANGES.items()),
        ),
        FormField(
            name="yen", label="変える額", size=10, unit="円", required=False,
            hint="増やす額か減らす額です。取消しのときは空のまま(全部が取り消されます)。",
        ),
        FormField(name="day", label="決定日", size=12, hint="例: R8.11.1", value=format_date(clock.today())),
        *_GROUNDS,
    )  # fmt: skip


def _change_read(request: SignedInRequest, found: Bill, errors: dict[str, FieldError]) -> dict[str, object]:
    values = _grounds(request, errors)
    kind = request.POST.get("kind", "")
    if kind not in CHANGES:
        errors["kind"] = FieldError("field.choose_one")
    values["kind"] = kind
    values["yen"] = found.view.tax if kind == "cancelled" else yen_given(request.POST.get("yen", ""), "yen", errors)
    values["day"] = day_given(request.POST.get("day", ""), "day", errors)
    most = found.view.tax if kind not in {"increased", "late_waived"} else 10**10
    if "yen" not in errors and not 1 <= cast("int", values["yen"]) <= most:
        errors["yen"] = FieldError("collection.range", {"most": yen(most)})
    if isinstance(values["day"], date) and values["day"] > clock.today():
        errors["day"] = FieldError("collection.future")
    return values


def _change_preview(found: Bill, values: dict[str, object]) -> list[Fact]:
    kind, amount, view = cast("str", values["kind"]), cast("int", values["yen"]), found.view
    rows = [Fact(label="変更", value=f"{CHANGES[kind]} {yen(amount)}円")]
    if kind == "late_waived":
        rows.append(Fact(label="延滞金", value=f"{yen(view.late)}円 → {yen(max(view.late - amount, 0))}円"))
    else:
        after = view.tax + amount if kind == "increased" else view.tax - amount
        rows.append(Fact(label="調定", value=f"{yen(view.tax)}円 → {yen(after)}円"))
        if view.paid > after:
            rows.append(
                Fact(label="過納", value=f"{yen(view.paid - after)}円が未充当になります。充当か還付を決めてください。")
            )
    return [
        *rows, Fact(label="決定日", value=format_date(cast("date", values["day"]))),
        Fact(label="理由", value=values["reason"], name=True),
        Fact(label="決裁の番号", value=values["decision_ref"], name=True),
    ]  # fmt: skip


def _change_do(request: SignedInRequest, found: Bill, values: dict[str, object], token: str) -> object:
    return actions.change_instalment(
        actor=request.actor, instalment_id=found.view.id, kind=cast("ChangeKind", values["kind"]),
        amount_yen=cast("int", values["yen"]), reason=cast("str", values["reason"]),
        decision_ref=cast("str", values["decision_ref"]), decided_on=cast("date", values["day"]),
        dedupe_key=f"page:{found.view.key}:{token}",
    )  # fmt: skip


CHANGE: Final = Act("調定を変える", "この内容で変える", _change_fields, _change_read, _change_preview, _change_do)


def _relief_fields(_found: Bill) -> Sequence[FormField]:
    return (
        FormField(
            name="kind", label="免除する部分", kind="radio", options=tuple(Option(k, w) for k, w in RELIEFS.items())
        ),
        FormField(name="first", label="免除の初めの日", size=12, hint="例: R8.10.1"),
        FormField(name="last", label="免除の終わりの日", size=12),
        *_GROUNDS,
    )


def _relief_read(request: SignedInRequest, _found: Bill, errors: dict[str, FieldError]) -> dict[str, object]:
    values = _grounds(request, errors)
    values["kind"] = request.POST.get("kind", "")
    if values["kind"] not in RELIEFS:
        errors["kind"] = FieldError("field.choose_one")
    for name in ("first", "last"):
        values[name] = day_given(request.POST.get(name, ""), name, errors)
    first, last = values["first"], values["last"]
    if isinstance(first, date) and isinstance(last, date) and first > last:
        errors["last"] = FieldError("collection.days")
    return values


def _relief_preview(found: Bill, values: dict[str, object]) -> list[Fact]:
    days = f"{format_date(cast('date', values['first']))}から{format_date(cast('date', values['last']))}まで"
    return [
        Fact(label="免除", value=RELIEFS[cast("str", values["kind"])]), Fact(label="期間", value=days),
        Fact(label="今の延滞金", value=f"{yen(found.view.late)}円(免除のあとで計算し直します)"),
        Fact(label="理由", value=values["reason"], name=True),
        Fact(label="決裁の番号", value=values["decision_ref"], name=True),
    ]  # fmt: skip


def _relief_do(request: SignedInRequest, found: Bill, values: dict[str, object], _token: str) -> object:
    return actions.grant_relief(
        actor=request.actor, instalment_id=found.view.id, kind=cast("ReliefKind", values["kind"]),
        first_day=cast("date", values["first"]), last_day=cast("date", values["last"]),
        reason=cast("str", values["reason"]), decision_ref=cast("str", values["decision_ref"]),
    )  # fmt: skip


RELIEF: Final = Act(
    "延滞金の免除期間を決める", "この期間を免除する", _relief_fields, _relief_read, _relief_preview, _relief_do
)


def _event_fields(_found: Bill) -> Sequence[FormField]:
    return (
        FormField(name="kind", label="事実", kind="select", options=tuple(Option(k, w) for k, w in EVENTS.items())),
        FormField(name="day", label="あった日", size=12, hint="例: R8.10.1"),
        FormField(
            name="until", label="終わりの日", size=12, required=False, hint="続くもの(差押え、猶予など)が終わったとき"
        ),
        FormField(name="reference", label="根拠・文書番号", size=30),
    )


def _event_read(request: SignedInRequest, _found: Bill, errors: dict[str, FieldError]) -> dict[str, object]:
    values: dict[str, object] = {"kind": request.POST.get("kind", "")}
    if values["kind"] not in EVENTS:
        errors["kind"] = FieldError("field.choose_one")
    values["day"] = day_given(request.POST.get("day", ""), "day", errors)
    values["until"] = day_given(request.POST.get("until", ""), "until", errors, needed=False)
    values["reference"] = request.POST.get("reference", "").strip()[:200]
    if not values["reference"]:
        errors["reference"] = FieldError("field.required")
    if isinstance(values["day"], date) and isinstance(values["until"], date) and values["until"] < values["day"]:
        errors["until"] = FieldError("collection.days")
    return values


def _event_preview(_found: Bill, values: dict[str, object]) -> list[Fact]:
    rows = [
        Fact(label="事実", value=EVENTS[cast("str", values["kind"])]),
        Fact(label="あった日", value=format_date(cast("date", values["day"]))),
    ]
    if values["until"]:
        rows.append(Fact(label="終わりの日", value=format_date(cast("date", values["until"]))))
    return [*rows, Fact(label="根拠・文書番号", value=values["reference"], name=True)]


def _event_do(request: SignedInRequest, found: Bill, values: dict[str, object], _token: str) -> object:
    return actions.note_event(
        actor=request.actor, instalment_id=found.view.id, kind=cast("Kind", values["kind"]),
        on=cast("date", values["day"]), until=cast("date | None", values["until"]),
        reference=cast("str", values["reference"]),
    )  # fmt: skip


EVENT: Final = Act(
    "時効に関わる事実を記録する", "この事実を記録する", _event_fields, _event_read, _event_preview, _event_do
)


def _collect_fields(found: Bill) -> Sequence[FormField]:
    return (
        FormField(name="yen", label="受け取った額", size=10, unit="円", value=str(found.view.owed or "")),
        FormField(name="day", label="受け取った日", size=12, value=format_date(clock.today())),
    )


def _collect_read(request: SignedInRequest, _found: Bill, errors: dict[str, FieldError]) -> dict[str, object]:
    amount = yen_given(request.POST.get("yen", ""), "yen", errors)
    if "yen" not in errors and amount == 0:
        errors["yen"] = FieldError("collection.range", {"most": yen(10**10)})
    day = day_given(request.POST.get("day", ""), "day", errors)
    if day is not None and day > clock.today():
        errors["day"] = FieldError("collection.future")
    return {"yen": amount, "day": day}


def _collect_preview(found: Bill, values: dict[str, object]) -> list[Fact]:
    amount, view = cast("int", values["yen"]), found.view
    tax = min(amount, view.tax - view.paid)
    late = min(amount - tax, view.late - view.late_paid)
    rows = [
        Fact(label="受け取った額", value=f"{yen(amount)}円"), Fact(label="本体に", value=f"{yen(tax)}円"),
        Fact(label="延滞金に", value=f"{yen(late)}円(受け取った日で確定します)"),
        Fact(label="受け取った日", value=format_date(cast("date", values["day"]))),
    ]  # fmt: skip
    if amount > tax + late:
        rows.append(Fact(label="余り", value=f"{yen(amount - tax - late)}円が未充当になります。"))
    return rows


def _collect_do(request: SignedInRequest, found: Bill, values: dict[str, object], token: str) -> object:
    return actions.record_receipts(actor=request.actor, receipts=[NewReceipt(
        dedupe_key=f"page:{found.view.key}:{token}", channel="counter", key=found.view.key,
        paid_on=cast("date", values["day"]), amount_yen=cast("int", values["yen"]), purse="cash",
    )])  # fmt: skip


COLLECT_ACT: Final = Act(
    "窓口の収納を記録する", "この収納を記録する", _collect_fields, _collect_read, _collect_preview, _collect_do
)


@access(audience="staff", permission=ASSESS, methods=("GET", "POST"))
def change(request: SignedInRequest, key: str) -> HttpResponse:
    """A2, A3: 増減, 減免, 取消し, 不納欠損, 延滞金の減免."""
    return run_act(request, key, CHANGE)


@access(audience="staff", permission=ASSESS, methods=("GET", "POST"))
def relief(request: SignedInRequest, key: str) -> HttpResponse:
    """A2, A3: 延滞金の免除期間."""
    return run_act(request, key, RELIEF)


@access(audience="staff", permission=COLLECT, methods=("GET", "POST"))
def event(request: SignedInRequest, key: str) -> HttpResponse:
    """A2, A3: a fact that matters for limitation."""
    return run_act(request, key, EVENT)


@access(audience="staff", permission=COLLECT, methods=("GET", "POST"))
def collect(request: SignedInRequest, key: str) -> HttpResponse:
    """A2, A3: money over the counter."""
    return run_act(request, key, COLLECT_ACT)
