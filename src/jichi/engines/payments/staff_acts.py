"""What officials do with a charge: take money, give it back after a second look, note what was found."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design.catalogue import message
from jichi.design.fields import FormField, Option, errors_for, with_values
from jichi.design.parts import Fact
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit.context import joining
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound
from jichi.kernel.money import Yen, format_yen
from jichi.kernel.receipt_number import format_number

from . import actions, permissions, queries
from .presentation import method_word
from .queries import Record
from .rules import COUNTER_METHODS, CounterMethod, goes_back_by_firm
from .staff_views import charge_page, staff_record


def _back(charge_id: UUID) -> HttpResponse:
    return redirect("eng_payments_staff:charge", charge_id=charge_id)


def _crumbs(found: Record) -> list[tuple[str, str]]:
    return [
        ("納付の一覧", reverse("eng_payments_staff:list")),
        (found.view.title.get("ja", ""), reverse("eng_payments_staff:charge", args=[found.view.id])),
    ]


def _summary(found: Record) -> list[Fact]:
    view = found.view
    rows = [
        Fact(label="内容", value=view.title.get("ja", "")), Fact(label="金額", value=format_yen(Yen(view.total_yen))),
    ]  # fmt: skip
    if view.about:
        rows.append(Fact(label="受付番号", value=format_number(view.about)))
    return rows


def _conflict(request: SignedInRequest, charge_id: UUID, problem: Conflict) -> HttpResponse:
    """Nothing was done: the newest state, with why."""
    return charge_page(request, staff_record(request, charge_id), trouble=message(problem.code, "ja"), status=409)


@access(audience="staff", permission=permissions.COLLECT, methods=("GET", "POST"))
def collect(request: SignedInRequest, charge_id: UUID) -> HttpResponse:
    """A2: money over the counter."""
    found = staff_record(request, charge_id)
    values = {name: request.POST.get(name, "").strip() for name in ("method", "slip")}
    errors: dict[str, FieldError] = {}
    if request.method == "POST":
        try:
            method = cast("CounterMethod", values["method"])
            actions.record_counter_payment(actor=request.actor, charge_id=charge_id, method=method, slip=values["slip"])
            return _back(charge_id)
        except Conflict as problem:
            return _conflict(request, charge_id, problem)
        except Invalid as problem:
            errors = problem.fields
    fields = with_values(
        [
            FormField(
                name="method", label="支払い方", kind="radio",
                options=tuple(Option(one, method_word(one)) for one in COUNTER_METHODS),
            ),
            FormField(name="slip", label="控えの番号", size=20, hint="レジの番号か、端末の伝票番号です。"),
        ],
        values, errors,
    )  # fmt: skip
    context = {
        "title": "窓口の収納を記録する", "facts": _summary(found), "fields": fields, "errors": errors_for(fields),
        "breadcrumb": _crumbs(found), "amount": format_yen(Yen(found.view.total_yen)),
    }  # fmt: skip
    return render(request, "eng_payments/staff_collect.html", context, status=422 if errors else 200)


@access(audience="staff", permission=permissions.COLLECT, methods=("GET", "POST"))
def void(request: SignedInRequest, charge_id: UUID) -> HttpResponse:
    """A2: 当日取消 of what was recorded at the counter by mistake, with the reason."""
    found = staff_record(request, charge_id)
    reason = request.POST.get("reason", "").strip()
    errors: dict[str, FieldError] = {}
    if request.method == "POST":
        try:
            actions.void_counter_payment(actor=request.actor, charge_id=charge_id, reason=reason)
            return _back(charge_id)
        except Conflict as problem:
            return _conflict(request, charge_id, problem)
        except Invalid as problem:
            errors = problem.fields
    paid = found.settling
    if paid is None or found.view.state != "paid":
        return _conflict(request, charge_id, Conflict("payment.not_paid"))
    field = FormField(
        name="reason", label="取消しの理由", kind="textarea", rows=2, hint="本人には見えません。500文字まで。"
    )
    fields = with_values([field], {"reason": reason}, errors)
    how = [Fact(label="支払い方", value=method_word(paid.method)), Fact(label="控えの番号", value=paid.slip, name=True)]
    context = {
        "title": "今日の収納を取り消す", "facts": [*_summary(found), *how], "fields": fields,
        "errors": errors_for(fields), "breadcrumb": _crumbs(found),
    }  # fmt: skip
    return render(request, "eng_payments/staff_void.html", context, status=422 if errors else 200)


@access(audience="staff", permission=permissions.REFUND, methods=("GET", "POST"))
def refund(request: SignedInRequest, charge_id: UUID) -> HttpResponse:
    """A2, then A3: why, a second look at what will happen, then the act."""
    found = staff_record(request, charge_id)
    act, reason = request.POST.get("act", ""), request.POST.get("reason", "").strip()
    if request.method == "POST" and act == "refund":
        try:
            actions.refund_charge(actor=request.actor, charge_id=charge_id, reason=reason)
            return _back(charge_id)
        except Conflict as problem:
            return _conflict(request, charge_id, problem)
        except Invalid as problem:
            return _ask_reason(request, found, reason, problem.fields)
    if found.settling is None or found.view.state != "paid":
        return _conflict(request, charge_id, Conflict("payment.not_paid"))
    if request.method == "POST" and act == "check" and reason:
        return _second_look(request, found, reason)
    errors = {"reason": FieldError("field.required")} if request.method == "POST" and not reason else {}
    return _ask_reason(request, found, reason, errors)


def _ask_reason(request: SignedInRequest, found: Record, reason: str, errors: dict[str, FieldError]) -> HttpResponse:
    field = FormField(
        name="reason", label="還付の理由", kind="textarea", rows=3, hint="本人には見えません。500文字まで。"
    )
    fields = with_values([field], {"reason": reason}, errors)
    context = {
        "title": "還付する", "facts": _summary(found), "fields": fields, "errors": errors_for(fields),
        "breadcrumb": _crumbs(found),
    }  # fmt: skip
    return render(request, "eng_payments/staff_refund.html", context, status=422 if errors else 200)


def _second_look(request: SignedInRequest, found: Record, reason: str) -> HttpResponse:
    paid = found.settling
    assert paid is not None  # noqa: S101 - `refund` let only paid charges through
    how = (
        "支払いの会社が、同じ支払い方に返します。"
        if goes_back_by_firm(paid.method)
        else "窓口か口座振込で、職員が返します。"
    )
    rows = [
        *_summary(found),
        Fact(label="支払い方", value=method_word(paid.method)),
        Fact(label="返し方", value=how),
        Fact(label="還付の理由", value=reason, name=True),
        Fact(label="届くもの", value="お知らせ箱とメールで、お返しすることを本人に知らせます。"),
    ]
    context = {"title": "還付してよいか確かめる", "facts": rows, "reason": reason, "breadcrumb": _crumbs(found)}
    return render(request, "eng_payments/staff_refund_confirm.html", context)


def _press(request: SignedInRequest, charge_id: UUID, act: Callable[[UUID], None]) -> HttpResponse:
    """One press about a refund of the charge."""
    staff_record(request, charge_id)
    try:
        refund_id = UUID(request.POST.get("refund", ""))
    except ValueError as error:
        if not request.POST:
            return _back(charge_id)
        raise NotFound from error
    try:
        act(refund_id)
    except Conflict as problem:
        return _conflict(request, charge_id, problem)
    except Invalid as problem:
        code = next(iter(problem.fields.values())).code
        return charge_page(request, staff_record(request, charge_id), trouble=message(code, "ja"), status=422)
    return _back(charge_id)


@access(audience="staff", permission=permissions.REFUND, methods=("POST",))
def retry(request: SignedInRequest, charge_id: UUID) -> HttpResponse:
    """もう一度還付を頼む."""
    return _press(
        request, charge_id,
        lambda refund_id: actions.retry_refund(actor=request.actor, charge_id=charge_id, refund_id=refund_id),
    )  # fmt: skip


@access(audience="staff", permission=permissions.REFUND, methods=("POST",))
def by_hand(request: SignedInRequest, charge_id: UUID) -> HttpResponse:
    """手で還付したことを記録する."""
    slip = request.POST.get("slip", "")
    return _press(
        request, charge_id,
        lambda refund_id: actions.record_refund_by_hand(
            actor=request.actor, charge_id=charge_id, refund_id=refund_id, slip=slip
        ),
    )  # fmt: skip


@access(audience="staff", permission=permissions.VIEW, methods=("GET", "POST"))
def settle(request: SignedInRequest) -> HttpResponse:
    """A2: what the firm said was dealt with; what was found is noted."""
    event_id = (request.POST.get("event") or request.GET.get("event") or "")[:300]
    with joining(request.actor):
        found = next(
            (t for t in queries.troubles(actor=request.actor) if t.event and t.event.event_id == event_id), None
        )
    board = reverse("eng_payments_staff:troubles")
    if found is None or found.event is None:
        return redirect(board)
    note = request.POST.get("note", "").strip()
    errors: dict[str, FieldError] = {}
    if request.method == "POST":
        try:
            actions.settle_event(actor=request.actor, event_id=event_id, note=note)
            return redirect(board)
        except Invalid as problem:
            errors = problem.fields
    field = FormField(
        name="note", label="確かめたこと・したこと", kind="textarea", rows=3,
        hint="これを記録しても、収納や還付は変わりません。500文字まで。",
    )  # fmt: skip
    fields = with_values([field], {"note": note}, errors)
    context = {
        "title": "入金の知らせを確認済みにする", "fields": fields, "errors": errors_for(fields), "event_id": event_id,
        "facts": [
            Fact(label="内容", value=found.title or "不明"),
            Fact(label="金額", value=format_yen(Yen(found.event.amount_yen or 0))),
            Fact(label="会社の番号", value=event_id, name=True),
        ],
        "breadcrumb": [("納付の点検", board)],
    }  # fmt: skip
    return render(request, "eng_payments/staff_settle.html", context, status=422 if errors else 200)
