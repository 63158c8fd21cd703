"""One charge, and the charges of one subject."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal
from uuid import UUID

from django.db.models import Sum

from jichi.engines.audit.context import Actor, current_actor, system_actor, unit
from jichi.engines.ledger import queries as ledger
from jichi.kernel.errors import NotFound
from jichi.kernel.localized import LocalizedText

from ..models import Charge, ChargeLine, Checkout, Payment, PaymentEvent, Receipt, Refund
from ..rules import ChargeLine as Line
from ..rules import ledger_item

SYSTEM: Final = system_actor("payments.record")
State = Literal["due", "paid", "cancelled", "refunding", "refunded", "zero"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeView:
    """A charge. `paid_yen` is what came in; state "refunded" says that it went back. `url_path`: the payer's page,
    without language prefix. `receipt_number` is "" until it is paid. `returned_yen`: of what was paid, what has gone
    or begun to go back."""

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
    returned_yen: int = 0
    is_carried: bool = False
    """The money is in the books of a room above."""

    @property
    def kept_yen(self) -> int:
        """What is owed or was paid and stays: 0 for what was cancelled or goes back whole."""
        return self.total_yen - self.returned_yen if self.state in {"due", "paid"} else 0


def _views(charges: Sequence[Charge]) -> tuple[ChargeView, ...]:
    """Three more statements, however many."""
    ids = [one.pk for one in charges]
    lines: dict[UUID, list[Line]] = {}
    for row in ChargeLine.objects.filter(charge_id__in=ids).order_by("charge_id", "position"):
        lines.setdefault(row.charge_id, []).append(Line(row.code, row.title, row.unit_yen, row.count))
    numbers = dict(
        Receipt.objects.filter(payment__charge_id__in=ids, payment__voided_at=None)
        .values_list("payment__charge_id", "number")
    )  # fmt: skip
    going = Refund.objects.filter(payment__charge_id__in=ids).exclude(payment__kind="surplus")
    returned = dict(going.values("payment__charge_id").annotate(yen=Sum("amount_yen")).values_list(
        "payment__charge_id", "yen"
    ))  # fmt: skip
    return tuple(
        ChargeView(
            id=one.pk, subject=one.subject, state=one.state, title=one.title, total_yen=one.total_yen,  # type: ignore[arg-type] # a check constraint keeps the state
            paid_yen=one.paid_yen, lines=tuple(lines.get(one.pk, ())), due_on=one.due_on, opened_at=one.opened_at,
            paid_at=one.paid_at, receipt_number=numbers.get(one.pk, ""), url_path=f"/pay/{one.pk}/", about=one.about,
            account_id=one.account_id, payer_no=one.payer_no, division_id=one.division_id, reason=one.reason,
            returned_yen=returned.get(one.pk, 0), is_carried=one.is_carried,
        )
        for one in charges
    )  # fmt: skip


def charge(charge_id: UUID) -> ChargeView:
    """One charge, as the actor of the unit sees it; four statements. Raises NotFound."""
    found = Charge.objects.filter(pk=charge_id).first()
    if found is None:
        raise NotFound
    return _views([found])[0]


def charges_of(subject: str) -> tuple[ChargeView, ...]:
    """All charges of a subject that the actor of the unit sees, oldest first; four statements."""
    found = list(Charge.objects.filter(subject=subject).order_by("opened_at", "id"))
    return _views(found) if found else ()


def own_charges(*, actor: Actor, limit: int = 100) -> tuple[ChargeView, ...]:
    """The actor's own charges, newest first; four statements, none for nobody. Tries that came to nothing are none."""
    if actor.kind != "resident" or actor.account_id is None:
        return ()
    return _views(
        list(
            Charge.objects.filter(account_id=actor.account_id)
            .exclude(is_carried=True, state="cancelled")
            .order_by("-opened_at", "id")[:limit]
        )
    )


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
    """Money on its way back; `error` is a code for the catalogue, with the firm's number behind a colon.

    `is_part`: not all that was paid.
    """

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
    is_part: bool


@dataclass(frozen=True, slots=True)
class PaymentInfo:
    """Money that came. kind: "settles", "late" (after cancelling), "surplus" (a second time).

    `voided_at`: it was recorded by mistake and counts no more, for `void_reason`.
    """

    id: UUID
    kind: str
    method: str
    amount_yen: int
    accepted_on: date
    recorded_at: datetime
    recorded_by: UUID | None
    slip: str
    provider_ref: str
    voided_at: datetime | None
    voided_by: UUID | None
    void_reason: str
    refunds: tuple[RefundInfo, ...]

    @property
    def refund(self) -> RefundInfo | None:
        """The one that gives back all that is left; else the first of a part."""
        return next((one for one in self.refunds if not one.is_part), self.refunds[0] if self.refunds else None)


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
    """One line of the books; `account` as the chart calls it."""

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
        return next((one for one in self.payments if one.kind == "settles" and one.voided_at is None), None)

    @property
    def last_try(self) -> CheckoutInfo | None:
        """The newest try to pay online."""
        return self.checkouts[0] if self.checkouts else None


def record(charge_id: UUID) -> Record:
    """A charge with its tries, payments, refunds, events and entries; ten statements. Raises NotFound."""
    view = charge(charge_id)
    tries = Checkout.objects.filter(charge_id=charge_id).order_by("-attempt")[:50]
    refunds: dict[UUID, list[Refund]] = {}
    for refund in Refund.objects.filter(payment__charge_id=charge_id).order_by("requested_at", "id"):
        refunds.setdefault(refund.payment_id, []).append(refund)
    payments = Payment.objects.filter(charge_id=charge_id).order_by("recorded_at", "id")
    events = PaymentEvent.objects.filter(charge_id=charge_id).order_by("-id")[:100]
    receipt = Receipt.objects.filter(payment__charge_id=charge_id, payment__voided_at=None).first()
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
        payments=tuple(_payment(one, refunds.get(one.pk, ())) for one in payments),
        events=tuple(event_info(one) for one in events),
        entries=_entries(charge_id),
        receipt_prints=receipt.prints if receipt else 0,
        receipt_issued_at=receipt.issued_at if receipt else None,
    )


def _entries(charge_id: UUID) -> tuple[Entry, ...]:
    """What the ledger says of the charge, for officials who see the charge, whatever they see of the books."""
    if current_actor().kind not in ("staff", "system"):
        return ()
    with unit(SYSTEM):
        lines = ledger.lines_of_item(item=ledger_item(charge_id))
    return tuple(Entry(one.title, one.yen, one.booked_on) for one in lines)


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
        one.done_at, one.slip, one.is_part,
    )  # fmt: skip


def _payment(one: Payment, refunds: Sequence[Refund]) -> PaymentInfo:
    return PaymentInfo(
        one.pk, one.kind, one.method, one.amount_yen, one.accepted_on, one.recorded_at, one.recorded_by_id, one.slip,
        one.provider_ref, one.voided_at, one.voided_by_id, one.void_reason, tuple(refund_info(r) for r in refunds),
    )  # fmt: skip
