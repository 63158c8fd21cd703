"""還付: money that was too much goes back, with interest; a decision first, then the payment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from jichi.engines.audit.context import Actor, unit
from jichi.engines.ledger import actions as ledger
from jichi.engines.ledger.rules import Entry, Posting
from jichi.kernel import clock
from jichi.kernel.errors import Invalid, NotFound

from .. import booking
from ..models import Refund, RefundPaid
from ..permissions import REFUND, require
from ..queries.receipts import left_of
from ..rules import refunds
from ..rules.refunds import Reason, Unclaimed
from .receiving import locked_receipt


def decide_refund(
    *, actor: Actor, receipt_id: int, amount_yen: int, reason: Reason, decided_on: date, decision_ref: str,
    dedupe_key: str, requested_on: date | None = None, event_on: date | None = None,
    unclaimed: Sequence[Unclaimed] = (),
) -> UUID:  # fmt: skip
    """Decide that so much of what is left over of a receipt goes back; its id. The same key decides once.

    Interest runs to `decided_on` from the day that the reason says (`rules.refunds.first_day`).

    Args:
        requested_on, event_on: days of the request, and of the correction or the income tax return.

    Raises:
        Forbidden: without "eng_collection.refund". NotFound.
        Invalid: "collection.grounds"; "collection.amount": more than is left over; "collection.rate_missing".
    """
    require(actor, REFUND)
    if not decision_ref.strip():
        raise Invalid("collection.grounds")
    with unit(actor):
        receipt = locked_receipt(receipt_id)
        there = Refund.objects.filter(dedupe_key=dedupe_key).first()
        if there is not None:
            return there.pk
        most = left_of(receipt_id=receipt.pk)
        if not 1 <= amount_yen <= most:
            raise Invalid("collection.amount", yen=amount_yen, most=most)
        first = refunds.first_day(reason, paid_on=receipt.paid_on, requested_on=requested_on, decided_on=event_on)
        interest = refunds.interest(amount_yen, first, decided_on, unclaimed=unclaimed)
        row = Refund.objects.create(
            dedupe_key=dedupe_key, receipt=receipt, reason=reason, amount_yen=amount_yen, interest_yen=interest,
            interest_from=first, decided_on=decided_on, decision_ref=decision_ref, recorded_at=clock.now(),
        )  # fmt: skip
        item = f"f{row.pk}"
        ledger.post(actor=actor, postings=[Posting(
            key=f"collection:refund:{row.pk}", kind="refund_decided", division_id=receipt.division_id,
            fiscal_year=receipt.fiscal_year, belongs_on=decided_on,
            entries=(Entry("unallocated", amount_yen, booking.receipt_item(receipt.pk)),
                     Entry("refund_interest", interest), Entry("refunds_due", -amount_yen - interest, item)),
        )])  # fmt: skip
    return row.pk


def record_refund_paid(*, actor: Actor, refund_id: UUID, paid_on: date, slip: str = "") -> bool:
    """The money of a refund has gone; False where that was recorded before.

    Raises:
        Forbidden: without "eng_collection.refund". NotFound.
    """
    require(actor, REFUND)
    with unit(actor):
        row = Refund.objects.select_for_update(of=("self",)).select_related("receipt").filter(pk=refund_id).first()
        if row is None:
            raise NotFound
        _, fresh = RefundPaid.objects.get_or_create(
            refund=row, defaults={"paid_on": paid_on, "slip": slip, "recorded_at": clock.now()}
        )
        if fresh:
            total = row.amount_yen + row.interest_yen
            ledger.post(actor=actor, postings=[Posting(
                key=f"collection:refund_paid:{row.pk}", kind="refund_paid", division_id=row.receipt.division_id,
                fiscal_year=row.receipt.fiscal_year, belongs_on=paid_on,
                entries=(Entry("refunds_due", total, f"f{row.pk}"), Entry("cash", -total)),
            )])  # fmt: skip
    return fresh
