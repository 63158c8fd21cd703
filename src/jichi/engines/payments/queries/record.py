"""One charge, and the charges of one subject."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from jichi.engines.audit.context import Actor
from jichi.kernel.errors import NotFound
from jichi.kernel.localized import LocalizedText

from ..models import Charge, ChargeLine, Checkout, LedgerEntry, Payment, PaymentEvent, Receipt, Refund
from ..rules import ChargeLine as Line

State = Literal["due", "paid", "cancelled", "refunding", "refunded", "zero"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeView:
    """A charge. `paid_yen` is what came in; state "refunded" says that it went back. `url_path`: the payer's page,
    without language prefix. `receipt_number` is "" until it is paid."""

    id: UUID
    subject: str
    state: State
    title: LocalizedText
    total_yen: int
    paid_yen: int
    lines: tuple[Line, ...]
    due_on: date | None
    opened_at: datetime
    paid_at: datetime | None
    receipt_number: str
    url_path: str
    about: str
    account_id: UUID | None
    payer_no: str
    division_id: int
    reason: str


def _views(charges: Sequence[Charge]) -> tuple[ChargeView, ...]:
    """Two more statements, however many."""
    ids = [one.pk for one in charges]
    lines: dict[UUID, list[Line]] = {}
    for row in ChargeLine.objects.filter(charge_id__in=ids).order_by("charge_id", "position"):
        lines.setdefault(row.charge_id, []).append(Line(row.code, row.title, row.unit_yen, row.count))
    numbers = dict(
        Receipt.objects.filter(payment__charge_id__in=ids).values_list("payment__charge_id", "number")
    )  # fmt: skip
    return tuple(
        ChargeView(
            id=one.pk, subject=one.subject, state=one.state, title=one.title, total_yen=one.total_yen,  # type: ignore[arg-type] # a check constraint keeps the state
            paid_yen=one.paid_yen, lines=tuple(lines.get(one.pk, ())), due_on=one.due_on, opened_at=one.opened_at,
            paid_at=one.paid_at, receipt_number=numbers.get(one.pk, ""), url_path=f"/pay/{one.pk}/", about=one.about,
            account_id=one.account_id, payer_no=one.payer_no, division_id=one.division_id, reason=one.reason,
        )
        for one in charges
    )  # fmt: skip


def charge(charge_id: UUID) -> ChargeView:
    """One charge, as the actor of the unit sees it; three statements. Raises NotFound."""
    found = Charge.objects.filter(pk=charge_id).first()
    if found is None:
        raise NotFound
    return _views([found])[0]


def charges_of(subject: str) -> tuple[ChargeView, ...]:
    """All charges of a subject that the actor of the unit sees, oldest first; three statements."""
    found = list(Charge.objects.filter(subject=subject).order_by("opened_at", "id"))
    return _views(found) if found else ()


def own_charges(*, actor: Actor, limit: int = 100) -> tuple[ChargeView, ...]:
    """The actor's own charges, newest first; three statements, none for nobody."""
    if actor.kind != "resident" or actor.account_id is None:
        return ()
    return _views(list(Charge.objects.filter(account_id=actor.account_id).order_by("-opened_at", "id")[:limit]))


@dataclass(frozen=True, slots=True)
class CheckoutInfo:
    """One try on the payment firm's page, at `url`."""

    attempt: int
    url: str
    state: str
    provider_ref: str
    opened_at: datetime
    expires_at: datetime
    returned_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class RefundInfo:
    """Money on its way back; `error` is a code for the catalogue, with the firm's number behind a colon."""

    id: UUID
    amount_yen: int
    by_firm: bool
    reason: str
    state: str
    attempts: int
    error: str
    requested_at: datetime
    done_at: datetime | None
    slip: str


@dataclass(frozen=True, slots=True)
class PaymentInfo:
    """Money that came. kind: "settles", "late" (after cancelling), "surplus" (a second time)."""

    id: UUID
    kind: str
    method: str
    amount_yen: int
    accepted_on: date
    recorded_at: datetime
    recorded_by: UUID | None
    slip: str
    provider_ref: str
    refund: RefundInfo | None


@dataclass(frozen=True, slots=True)
class EventInfo:
    """What the firm said and what it led to."""

    event_id: str
    kind: str
    amount_yen: int | None
    via: str
    received_at: datetime
    outcome: str
    is_open: bool
    handled_at: datetime | None
    handled_by: UUID | None
    note: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the books."""

    account: str
    amount_yen: int
    booked_on: date


@dataclass(frozen=True, slots=True)
class Record:
    """A charge with all that happened to it; events and entries only for officials."""

    view: ChargeView
    checkouts: tuple[CheckoutInfo, ...]
    payments: tuple[PaymentInfo, ...]
    events: tuple[EventInfo, ...]
    entries: tuple[Entry, ...]
    receipt_prints: int
    receipt_issued_at: datetime | None

    @property
    def settling(self) -> PaymentInfo | None:
        """The payment that settled the charge."""
        return next((one for one in self.payments if one.kind == "settles"), None)

    @property
    def last_try(self) -> CheckoutInfo | None:
        """The newest try to pay online."""
        return self.checkouts[0] if self.checkouts else None


def record(charge_id: UUID) -> Record:
    """A charge with its tries, payments, refunds, events and entries; nine statements. Raises NotFound."""
    view = charge(charge_id)
    tries = Checkout.objects.filter(charge_id=charge_id).order_by("-attempt")[:50]
    refunds = {one.payment_id: one for one in Refund.objects.filter(payment__charge_id=charge_id)}
    payments = Payment.objects.filter(charge_id=charge_id).order_by("recorded_at", "id")
    events = PaymentEvent.objects.filter(charge_id=charge_id).order_by("-id")[:100]
    entries = LedgerEntry.objects.filter(charge_id=charge_id).order_by("id")
    receipt = Receipt.objects.filter(payment__charge_id=charge_id).first()
    return Record(
        view=view,
        checkouts=tuple(
            CheckoutInfo(
                one.attempt,
                one.url,
                one.state,
                one.provider_ref,
                one.opened_at,
                one.expires_at,
                one.returned_at,
                one.ended_at,
            )
            for one in tries
        ),
        payments=tuple(_payment(one, refunds.get(one.pk)) for one in payments),
        events=tuple(event_info(one) for one in events),
        entries=tuple(Entry(one.account, one.amount_yen, one.booked_on) for one in entries),
        receipt_prints=receipt.prints if receipt else 0,
        receipt_issued_at=receipt.issued_at if receipt else None,
    )


def event_info(one: PaymentEvent) -> EventInfo:
    """A row as pages show it."""
    return EventInfo(
        one.event_id, one.kind, one.amount_yen, one.via, one.received_at, one.outcome,
        one.is_trouble and one.handled_at is None, one.handled_at, one.handled_by_id, one.handled_note,
    )  # fmt: skip


def refund_info(one: Refund) -> RefundInfo:
    """A row as pages show it."""
    return RefundInfo(
        one.pk, one.amount_yen, one.by_firm, one.reason, one.state, one.attempts, one.last_error, one.requested_at,
        one.done_at, one.slip,
    )  # fmt: skip


def _payment(one: Payment, refund: Refund | None) -> PaymentInfo:
    return PaymentInfo(
        one.pk, one.kind, one.method, one.amount_yen, one.accepted_on, one.recorded_at, one.recorded_by_id, one.slip,
        one.provider_ref, refund_info(refund) if refund else None,
    )  # fmt: skip
