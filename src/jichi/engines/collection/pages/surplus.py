"""What is left over of a receipt (過誤納・未充当): 充当 to another instalment, 還付 with interest, 収納の取消し."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Final, cast
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design.catalogue import message
from jichi.design.fields import FormField, Option, errors_for, with_values
from jichi.design.parts import Fact
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit import actions as audit
from jichi.kernel import clock
from jichi.kernel.calendar import format_date
from jichi.kernel.errors import FieldError, JichiError, NotFound

from .. import actions, queries
from ..permissions import COLLECT, REFUND, VIEW
from ..queries import Bill, ReceiptView
from ..rules import refunds
from ..rules.refunds import Reason
from .accounts import crumbs
from .words import REASONS, channel_word, day_given, yen, yen_given

UNPROCESSABLE: Final = 422
_SIMPLE: Final = ("mistaken", "corrected")
"""Reasons whose days follow from the receipt alone; the others need days that the page asks for."""


def _receipt(number: int) -> ReceiptView:
    found = queries.receipt(receipt_id=number)
    if found is None:
        raise NotFound
    return found


def _facts(one: ReceiptView) -> list[Fact]:
    return [
        Fact(label="収納日", value=format_date(one.paid_on)), Fact(label="経路", value=channel_word(one.channel)),
        Fact(label="納付番号", value=one.key or f"分からない(届いた番号 {one.given_key or 'なし'})", name=True),
        Fact(label="宛名番号", value=one.payer_no or "分からない", name=True),
        Fact(label="収納した額", value=f"{yen(one.amount_yen)}円"),
        Fact(label="本体に充てた額", value=f"{yen(one.principal)}円"),
        Fact(label="延滞金に充てた額", value=f"{yen(one.late)}円"),
        Fact(label="残り(未充当)", value=f"{yen(one.left)}円"),
    ]  # fmt: skip


@access(audience="staff", permission=VIEW)
def surplus(request: SignedInRequest, number: int) -> HttpResponse:
    """A7: one receipt, what is left over of it, and what can be done."""
    one = _receipt(number)
    audit.record_look(actor=request.actor, table="eng_collection_receipt", object_id=str(one.id), subject=one.payer_no)
    may = request.actor.may(REFUND) and one.left > 0
    context = {
        "title": f"収納 {one.id}番", "facts": _facts(one), "receipt": one, "may_refund": may,
        "may_reverse": request.actor.may(COLLECT) and not one.is_reversed,
        "refunds": queries.refunds_of_receipts(ids=[one.id]),
        "breadcrumb": crumbs(("未充当の収納", reverse("eng_collection:left"))),
    }  # fmt: skip
    return render(request, "eng_collection/surplus.html", context)


def _crumbs(one: ReceiptView) -> list[tuple[str, str]]:
    return crumbs(
        ("未充当の収納", reverse("eng_collection:left")),
        (f"収納 {one.id}番", reverse("eng_collection:surplus", args=[one.id])),
    )


def _page(
    request: SignedInRequest, one: ReceiptView, title: str, fields: list[FormField], token: str, problem: str
) -> HttpResponse:
    errors = errors_for(fields)
    context = {
        "title": title, "facts": _facts(one), "fields": fields, "errors": errors, "token": token,
        "notices": [{"tone": "error", "title": "", "text": problem}] if problem else [], "narrow": True,
        "breadcrumb": _crumbs(one),
    }  # fmt: skip
    return render(request, "eng_collection/act.html", context, status=UNPROCESSABLE if errors or problem else 200)


def _check(request: SignedInRequest, one: ReceiptView, title: str, verb: str, facts: list[Fact]) -> HttpResponse:
    given = {name: value for name, value in request.POST.items() if name not in {"csrfmiddlewaretoken", "act", "token"}}
    context = {
        "title": f"{title}(確認)", "facts": facts, "given": given.items(), "token": request.POST.get("token", ""),
        "verb": verb, "narrow": True, "breadcrumb": _crumbs(one),
    }  # fmt: skip
    return render(request, "eng_collection/act_check.html", context)


def _amount(request: SignedInRequest, one: ReceiptView, errors: dict[str, FieldError]) -> int:
    amount = yen_given(request.POST.get("yen", ""), "yen", errors)
    if "yen" not in errors and not 1 <= amount <= one.left:
        errors["yen"] = FieldError("collection.range", {"most": yen(one.left)})
    return amount


def _text(request: SignedInRequest, name: str, errors: dict[str, FieldError]) -> str:
    text = request.POST.get(name, "").strip()[:200]
    if not text:
        errors[name] = FieldError("field.required")
    return text


def _token(request: SignedInRequest) -> str:
    return (request.POST.get("token", "") or str(uuid.uuid4()))[:80]


@access(audience="staff", permission=REFUND, methods=("GET", "POST"))
def apply(request: SignedInRequest, number: int) -> HttpResponse:
    """A2, A3: 充当: what is left over goes to another instalment of the official's divisions."""
    one, title = _receipt(number), "充当する"
    fields = [
        FormField(name="key", label="充てる先の納付番号", size=16, hint=_open_hint(one)),
        FormField(name="yen", label="充てる額", size=10, unit="円", value=str(one.left or "")),
        FormField(
            name="day", label="納めたとみなす日", size=12, value=format_date(clock.today()),
            hint="この日に納めたものとして、延滞金を計算します。",
        ),
        FormField(name="decision_ref", label="決裁の番号", size=20, hint="例: 8子若第123号"),
    ]  # fmt: skip
    errors: dict[str, FieldError] = {}
    problem, token = "", _token(request)
    if request.method == "POST":
        target = _target(request.POST.get("key", ""), errors)
        amount, ref = _amount(request, one, errors), _text(request, "decision_ref", errors)
        day = day_given(request.POST.get("day", ""), "day", errors)
        if day is not None and day > clock.today():
            errors["day"] = FieldError("collection.future")
        if not errors and target is not None and day is not None:
            if request.POST.get("act") != "do":
                return _check(request, one, title, "この内容で充当する", _apply_preview(one, target, amount, day, ref))
            try:
                actions.apply_surplus(
                    actor=request.actor, receipt_id=one.id, instalment_id=target.view.id, amount_yen=amount,
                    counts_on=day, decision_ref=ref, dedupe_key=f"page:{one.id}:{token}",
                )  # fmt: skip
                return redirect("eng_collection:bill", key=target.view.key)
            except JichiError as refused:
                problem = message(refused.code, "ja", **refused.params)
        fields = with_values(fields, {field.name: request.POST.get(field.name, "") for field in fields}, errors)
    return _page(request, one, title, fields, token, problem)


def _target(typed: str, errors: dict[str, FieldError]) -> Bill | None:
    key = "".join(typed.split()).replace("-", "")
    found = queries.bills_by_key(keys=[key], today=clock.today()) if key else []
    if not found:
        errors["key"] = FieldError("collection.no_bill")
        return None
    return found[0]


def _open_hint(one: ReceiptView) -> str:
    """The payer's own open instalments, so that nobody has to look them up."""
    if not one.payer_no:
        return "14けたの番号です。"
    bills = [bill for bill in queries.bills_of_payer(payer_no=one.payer_no, today=clock.today()) if bill.view.owed]
    if not bills:
        return "この方に、ほかの未納はありません。"
    words = "、".join(f"{bill.view.key}({bill.title} {yen(bill.view.owed)}円)" for bill in bills[:3])
    return f"この方の未納: {words}"


def _apply_preview(one: ReceiptView, target: Bill, amount: int, day: date, ref: str) -> list[Fact]:
    return [
        Fact(label="充てる先", value=f"{target.title}({target.view.key})", name=True),
        Fact(label="充てる額", value=f"{yen(amount)}円"), Fact(label="納めたとみなす日", value=format_date(day)),
        Fact(label="充てる先の未納", value=f"{yen(target.view.owed)}円 → {yen(max(target.view.owed - amount, 0))}円"),
        Fact(label="残り(未充当)", value=f"{yen(one.left)}円 → {yen(one.left - amount)}円"),
        Fact(label="決裁の番号", value=ref, name=True),
    ]  # fmt: skip


@access(audience="staff", permission=REFUND, methods=("GET", "POST"))
def refund(request: SignedInRequest, number: int) -> HttpResponse:
    """A2, A3: 還付の決定, with the interest shown before."""
    one, title = _receipt(number), "還付を決める"
    fields = [
        FormField(
            name="reason", label="理由", kind="radio",
            options=tuple(Option(key, words) for key, words in REASONS.items()),
        ),
        FormField(name="yen", label="還付する額", size=10, unit="円", value=str(one.left or "")),
        FormField(name="day", label="決定日", size=12, value=format_date(clock.today())),
        FormField(
            name="event", label="変更の決定か申告の日", size=12, required=False,
            hint="請求による変更、所得税の申告・更正のとき",
        ),
        FormField(name="requested", label="請求の日", size=12, required=False, hint="請求による変更のとき"),
        FormField(name="decision_ref", label="決裁の番号", size=20, hint="例: 8子若第123号"),
    ]  # fmt: skip
    problem, token = "", _token(request)
    errors: dict[str, FieldError] = {}
    if request.method == "POST":
        values = _refund_values(request, one, errors)
        try:
            if not errors and request.POST.get("act") != "do":
                return _check(request, one, title, "この内容で還付を決める", _refund_preview(one, values))
            if not errors:
                actions.decide_refund(
                    actor=request.actor, receipt_id=one.id, amount_yen=cast("int", values["yen"]),
                    reason=cast("Reason", values["reason"]), decided_on=cast("date", values["day"]),
                    decision_ref=cast("str", values["ref"]), dedupe_key=f"page:{one.id}:{token}",
                    requested_on=cast("date | None", values["requested"]),
                    event_on=cast("date | None", values["event"]),
                )  # fmt: skip
                return redirect("eng_collection:refunds")
        except JichiError as refused:
            problem = message(refused.code, "ja", **refused.params)
        fields = with_values(fields, {field.name: request.POST.get(field.name, "") for field in fields}, errors)
    return _page(request, one, title, fields, token, problem)


def _refund_values(request: SignedInRequest, one: ReceiptView, errors: dict[str, FieldError]) -> dict[str, object]:
    reason = request.POST.get("reason", "")
    if reason not in REASONS:
        errors["reason"] = FieldError("field.choose_one")
    values: dict[str, object] = {
        "reason": reason, "yen": _amount(request, one, errors),
        "day": day_given(request.POST.get("day", ""), "day", errors),
        "event": day_given(request.POST.get("event", ""), "event", errors, needed=reason not in ("", *_SIMPLE)),
        "requested": day_given(request.POST.get("requested", ""), "requested", errors, needed=reason == "requested"),
        "ref": _text(request, "decision_ref", errors),
    }  # fmt: skip
    if isinstance(values["day"], date) and values["day"] > clock.today():
        errors["day"] = FieldError("collection.future")
    return values


def _refund_preview(one: ReceiptView, values: dict[str, object]) -> list[Fact]:
    reason, amount, day = cast("Reason", values["reason"]), cast("int", values["yen"]), cast("date", values["day"])
    first = refunds.first_day(
        reason, paid_on=one.paid_on, requested_on=cast("date | None", values["requested"]),
        decided_on=cast("date | None", values["event"]),
    )  # fmt: skip
    interest = refunds.interest(amount, first, day)
    return [
        Fact(label="理由", value=REASONS[reason]), Fact(label="還付する額", value=f"{yen(amount)}円"),
        Fact(label="還付加算金", value=f"{yen(interest)}円({format_date(first)}から)"),
        Fact(label="支払う額", value=f"{yen(amount + interest)}円"), Fact(label="決定日", value=format_date(day)),
        Fact(label="決裁の番号", value=values["ref"], name=True),
    ]  # fmt: skip


@access(audience="staff", permission=COLLECT, methods=("GET", "POST"))
def reverse_one(request: SignedInRequest, number: int) -> HttpResponse:
    """A2, A3: a receipt that was recorded by mistake is taken back."""
    one, title = _receipt(number), "収納を取り消す"
    fields = [
        FormField(name="reason", label="理由", size=40, hint="例: 別の納付番号に記録したため"),
        FormField(name="decision_ref", label="決裁の番号", size=20),
    ]
    problem, token = "", _token(request)
    errors: dict[str, FieldError] = {}
    if request.method == "POST":
        reason, ref = _text(request, "reason", errors), _text(request, "decision_ref", errors)
        if not errors and request.POST.get("act") != "do":
            facts = [
                *_facts(one)[:5], Fact(label="理由", value=reason, name=True),
                Fact(label="決裁の番号", value=ref, name=True),
            ]  # fmt: skip
            return _check(request, one, title, "この収納を取り消す", facts)
        try:
            if not errors:
                actions.reverse_receipt(actor=request.actor, receipt_id=one.id, reason=reason, decision_ref=ref)
                return redirect("eng_collection:surplus", number=one.id)
        except JichiError as refused:
            problem = message(refused.code, "ja", **refused.params)
        fields = with_values(fields, {field.name: request.POST.get(field.name, "") for field in fields}, errors)
    return _page(request, one, title, fields, token, problem)


@access(audience="staff", permission=REFUND, methods=("GET", "POST"))
def refund_paid(request: SignedInRequest, refund_id: UUID) -> HttpResponse:
    """A2: the money of a refund has gone."""
    found = queries.refund(refund_id=refund_id)
    if found is None:
        raise NotFound
    if found.paid_on is not None:
        return redirect("eng_collection:refunds")
    fields = [
        FormField(name="day", label="支払った日", size=12, value=format_date(clock.today())),
        FormField(name="slip", label="控えの番号", size=20, required=False),
    ]
    errors: dict[str, FieldError] = {}
    if request.method == "POST":
        day = day_given(request.POST.get("day", ""), "day", errors)
        if day is not None and not found.decided_on <= day <= clock.today():
            errors["day"] = FieldError("collection.paid_day")
        if not errors and day is not None:
            actions.record_refund_paid(
                actor=request.actor, refund_id=refund_id, paid_on=day, slip=request.POST.get("slip", "").strip()[:60]
            )
            return redirect("eng_collection:refunds")
        fields = with_values(fields, {field.name: request.POST.get(field.name, "") for field in fields}, errors)
    facts = [
        Fact(label="宛名番号", value=found.payer_no or "分からない", name=True),
        Fact(label="還付する額", value=f"{yen(found.amount_yen)}円"),
        Fact(label="還付加算金", value=f"{yen(found.interest_yen)}円"),
        Fact(label="支払う額", value=f"{yen(found.amount_yen + found.interest_yen)}円"),
        Fact(label="決定日", value=format_date(found.decided_on)),
    ]
    context = {
        "title": "還付の支払いを記録する", "facts": facts,
        "account_url": reverse("eng_collection:refund_account", args=[refund_id]), "fields": fields,
        "errors": errors_for(fields), "narrow": True,
        "breadcrumb": crumbs(("支払いを待つ還付", reverse("eng_collection:refunds"))),
    }  # fmt: skip
    return render(request, "eng_collection/refund_paid.html", context, status=UNPROCESSABLE if errors else 200)
