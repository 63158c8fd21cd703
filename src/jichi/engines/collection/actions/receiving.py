"""収納: money that came, put elsewhere (充当), or recorded by mistake."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError

from jichi.engines.audit.context import Actor, unit
from jichi.engines.ledger import actions as ledger
from jichi.engines.ledger.rules import Entry, Posting
from jichi.kernel import clock
from jichi.kernel.calendar import fiscal_year
from jichi.kernel.errors import Conflict, Invalid, NotFound

from .. import booking
from ..models import Instalment, LevyKind, Receipt, Reversal
from ..permissions import COLLECT, REFUND, require
from ..queries.receipts import left_of
from ..rules.facts import Purse
from ..rules.keys import key_in
from .changing import locked


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReceipt:
    """Money as a channel tells of it. `key`: 納付番号, padded or not; `dedupe_key`: the channel's name of it."""

    dedupe_key: str
    channel: str
    key: str
    paid_on: date
    amount_yen: int
    purse: Purse = "agents"


def record_receipts(*, actor: Actor, receipts: Sequence[NewReceipt]) -> int:
    """Book money that came and let it count where its key says; how many are new.

    One whose `dedupe_key` is there changes nothing. What finds no instalment, or is more than is owed, is left over:
    `queries.unallocated`.

    Raises:
        Forbidden: without "eng_collection.collect".
        Invalid: "collection.amount": not above 0.
        Conflict: "collection.nobody_takes": a key is unknown and no division takes such money.
    """
    require(actor, COLLECT)
    if any(receipt.amount_yen <= 0 for receipt in receipts):
        raise Invalid("collection.amount", yen=min(receipt.amount_yen for receipt in receipts), most=10**12)
    with unit(actor):
        keys = {receipt.dedupe_key: key_in(receipt.key) or "" for receipt in receipts}
        there = set(Receipt.objects.filter(dedupe_key__in=keys).values_list("dedupe_key", flat=True))
        found = {row.key: row for row in Instalment.objects.filter(key__in=set(keys.values()))}
        rows = [
            _row(receipt, found.get(keys[receipt.dedupe_key]))
            for receipt in {receipt.dedupe_key: receipt for receipt in receipts}.values()
            if receipt.dedupe_key not in there
        ]
        Receipt.objects.bulk_create(rows)
        ledger.post(actor=actor, postings=[_posting(row) for row in rows])
        by_day: dict[date, set[int]] = {}
        for row in rows:
            if row.instalment_id is not None:
                by_day.setdefault(row.paid_on, set()).add(row.instalment_id)
        for day in sorted(by_day):
            booking.settle_all(actor, by_day[day], on=day)
    return len(rows)


def _row(receipt: NewReceipt, instalment: Instalment | None) -> Receipt:
    row = Receipt(
        dedupe_key=receipt.dedupe_key, channel=receipt.channel, purse=receipt.purse, key=receipt.key,
        instalment=instalment, paid_on=receipt.paid_on, amount_yen=receipt.amount_yen, recorded_at=clock.now(),
    )  # fmt: skip
    if instalment is not None:
        row.division_id, row.fiscal_year = instalment.division_id, instalment.fiscal_year
        return row
    division = LevyKind.objects.filter(takes_unknown=True).values_list("division_id", flat=True).first()
    if division is None:
        raise Conflict("collection.nobody_takes")
    row.division_id, row.fiscal_year = division, fiscal_year(receipt.paid_on)
    return row


def _posting(row: Receipt) -> Posting:
    return Posting(
        key=f"collection:receipt:{row.pk}", kind="received", division_id=row.division_id, fiscal_year=row.fiscal_year,
        belongs_on=row.paid_on,
        entries=(
            # The firm's settlement names online payments bill by bill (payments.settling).
            Entry(row.purse, row.amount_yen, row.key if row.channel == "online" else ""),
            Entry("unallocated", -row.amount_yen, booking.receipt_item(row.pk)),
        ),
    )  # fmt: skip


def locked_receipt(receipt_id: int) -> Receipt:
    """The receipt, with its instalment's row, locked until the transaction ends. Raises NotFound."""
    found = Receipt.objects.filter(pk=receipt_id).first()
    if found is None:
        raise NotFound
    if found.instalment_id is not None:
        locked(found.instalment_id)
    return Receipt.objects.select_for_update().get(pk=receipt_id)


def reverse_receipt(*, actor: Actor, receipt_id: int, reason: str, decision_ref: str) -> bool:
    """Take back a receipt that was recorded by mistake; False where it was taken back before.

    Raises:
        Forbidden: without "eng_collection.collect". NotFound.
        Invalid: "collection.grounds".
        Conflict: "collection.in_use": a part of it was given back or put elsewhere.
    """
    require(actor, COLLECT)
    if not reason.strip() or not decision_ref.strip():
        raise Invalid("collection.grounds")
    with unit(actor):
        row = locked_receipt(receipt_id)
        if Reversal.objects.filter(receipt=row).exists():
            return False
        if row.refunds.exists() or row.put.filter(reversal=None).exists():
            raise Conflict("collection.in_use")
        Reversal.objects.create(receipt=row, reason=reason, decision_ref=decision_ref, recorded_at=clock.now())
        other = Entry(row.purse, -row.amount_yen, row.key if row.channel == "online" else "")
        if row.source_id is not None:
            other = Entry("unallocated", -row.amount_yen, booking.receipt_item(row.source_id))
        ledger.post(actor=actor, postings=[Posting(
            key=f"collection:reversal:{row.pk}", kind="reversed", division_id=row.division_id,
            fiscal_year=row.fiscal_year, belongs_on=clock.today(),
            entries=(Entry("unallocated", row.amount_yen, booking.receipt_item(row.pk)), other),
        )])  # fmt: skip
        touched = [row.instalment_id, row.source.instalment_id if row.source else None]
        booking.settle_all(actor, [pk for pk in touched if pk is not None], on=clock.today())
    return True


def apply_surplus(
    *, actor: Actor, receipt_id: int, instalment_id: int, amount_yen: int, counts_on: date, decision_ref: str,
    dedupe_key: str,
) -> bool:  # fmt: skip
    """充当: put what is left over of a receipt to another instalment; False where this was recorded before.

    Args:
        counts_on: the day on which the other instalment counts as paid with it.

    Raises:
        Forbidden: without "eng_collection.refund". NotFound.
        Invalid: "collection.grounds"; "collection.amount": more than is left over.
    """
    require(actor, REFUND)
    if not decision_ref.strip():
        raise Invalid("collection.grounds")
    with unit(actor):
        source = locked_receipt(receipt_id)
        if Receipt.objects.filter(dedupe_key=dedupe_key).exists():
            return False
        target = locked(instalment_id)
        most = left_of(receipt_id=source.pk)
        if not 1 <= amount_yen <= most:
            raise Invalid("collection.amount", yen=amount_yen, most=most)
        try:
            row = Receipt.objects.create(
                dedupe_key=dedupe_key, channel="applied", purse="source", key=target.key, instalment_id=target.id,
                source=source, division_id=target.division_id, fiscal_year=target.fiscal_year, paid_on=counts_on,
                amount_yen=amount_yen, decision_ref=decision_ref, recorded_at=clock.now(),
            )  # fmt: skip
        except IntegrityError:
            raise Conflict("collection.in_use") from None
        ledger.post(actor=actor, postings=[Posting(
            key=f"collection:applied:{row.pk}", kind="applied", division_id=target.division_id,
            fiscal_year=target.fiscal_year, belongs_on=clock.today(),
            entries=(Entry("unallocated", amount_yen, booking.receipt_item(source.pk)),
                     Entry("unallocated", -amount_yen, booking.receipt_item(row.pk))),
        )])  # fmt: skip
        booking.settle_all(actor, [target.id], on=clock.today())
    return True
