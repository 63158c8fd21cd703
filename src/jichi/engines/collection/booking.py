"""What follows from facts: allocations, the fixed charge for lateness, and their postings. Inside the action's unit."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Final

from jichi.engines.audit.context import Actor
from jichi.engines.ledger import actions as ledger
from jichi.engines.ledger.rules import Entry, Posting
from jichi.kernel import clock

from .models import Accrual, Allocation
from .rules.settling import Share, Standing, settle
from .standing import Known, known

NOTHING: Final = Share(0, 0)


def receipt_item(receipt_id: int) -> str:
    """How the books name a receipt."""
    return f"r{receipt_id}"


def settle_all(actor: Actor, ids: Collection[int], *, on: date) -> int:
    """Bring allocations of the instalments to what their facts say; how many changed. Told again it changes nothing.

    Args:
        on: the day to which what changes belongs in the books.
    """
    now = clock.now()
    allocations: list[Allocation] = []
    accruals: list[Accrual] = []
    postings: list[Posting] = []
    for one in known(ids, locks=True):
        wanted = settle(one.facts)
        moved = dict(_differences(one, wanted))
        late = wanted.late - one.late
        if not moved and not late:
            continue
        step = one.step + 1
        allocations += [
            Allocation(instalment_id=one.id, receipt_id=receipt, step=step, principal_yen=share.principal,
                       late_yen=share.late, recorded_at=now)
            for receipt, share in moved.items()
        ]  # fmt: skip
        if late:
            accruals.append(Accrual(instalment_id=one.id, step=step, amount_yen=late, recorded_at=now))
        postings.append(_posting(one, step, moved, late, on))
    Allocation.objects.bulk_create(allocations)
    Accrual.objects.bulk_create(accruals)
    ledger.post(actor=actor, postings=postings)
    return len(postings)


def _differences(one: Known, wanted: Standing) -> Iterator[tuple[int, Share]]:
    for receipt in sorted({*one.shares, *wanted.shares}):
        was, is_ = one.shares.get(receipt, NOTHING), wanted.shares.get(receipt, NOTHING)
        if was != is_:
            yield receipt, Share(is_.principal - was.principal, is_.late - was.late)


def _posting(one: Known, step: int, moved: dict[int, Share], late: int, on: date) -> Posting:
    """Money from the receipts to the claims; the charge for lateness becomes a claim of its own."""
    entries = [Entry("claims_late", late, one.key), Entry("revenue_late", -late)]
    for receipt, share in moved.items():
        entries += [
            Entry("unallocated", share.principal + share.late, receipt_item(receipt)),
            Entry("claims", -share.principal, one.key),
            Entry("claims_late", -share.late, one.key),
        ]
    return Posting(
        key=f"collection:settle:{one.id}:{step}", kind="settled", division_id=one.division_id,
        fiscal_year=one.fiscal_year, belongs_on=on, entries=tuple(entries),
    )  # fmt: skip
