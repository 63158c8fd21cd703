"""納付書 for what could not be taken from an account: made by themselves, printed by the division that levies."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from jichi.engines.audit.context import Actor, unit
from jichi.engines.collection import queries as collection
from jichi.engines.collection.queries import Bill
from jichi.engines.registry import queries as registry
from jichi.engines.registry.rules import ResidentRecord
from jichi.engines.slips import actions as slips
from jichi.engines.slips import queries as issued
from jichi.engines.slips.errors import OrdersRefused
from jichi.engines.slips.rules import Addressee, SlipOrder
from jichi.kernel import clock
from jichi.kernel.errors import Forbidden

from ..models import Entry
from .registering import SYSTEM

logger = logging.getLogger(__name__)
STORE_DAYS: Final = 30
"""Days from the making of such a slip for which stores take it."""
MADE: Final = "納付書を発行しました(自動)"
SETTLED: Final = "残りがなくなっていました(自動)"


def send_slips(*, actor: Actor) -> int:
    """Issue a slip for every failed debit on the work list and close its entry; how many. Again it does nothing.

    What stays for a person: protected persons (支援措置), unknown addresses, what can't be printed, no terms of slips.

    Raises:
        Forbidden: not the platform.
    """
    if actor.kind != "system":
        raise Forbidden
    made = 0
    with unit(SYSTEM):
        if issued.terms_on(clock.today()) is None:
            return 0
        waiting = list(Entry.objects.select_for_update(skip_locked=True).filter(kind="slip", closed_at=None))
        by_key = {str(entry.detail.get("key", "")): entry for entry in waiting if not entry.detail.get("by_hand")}
        bills = collection.bills_by_key(keys=list(by_key), today=clock.today())
        for entry in (by_key[bill.view.key] for bill in bills if not bill.view.owed):
            _close(entry, SETTLED, None)
        for division in sorted({bill.division_id for bill in bills}):
            made += _issue(division, [b for b in bills if b.division_id == division and b.view.owed], by_key)
    return made


def _issue(division: int, bills: Sequence[Bill], by_key: dict[str, Entry]) -> int:
    people = registry.residents(sorted({bill.payer_no for bill in bills}))
    orders = [order for bill in bills if (order := _order(bill, people.get(bill.payer_no))) is not None]
    while orders:
        first = by_key[orders[0].number]
        try:
            run = slips.issue_slips(
                actor=SYSTEM, run_key=f"debit:failed:{first.pk}:{clock.now():%Y%m%d%H%M%S}", division_id=division,
                title=f"口座振替できなかった分({clock.today():%Y-%m-%d})", orders=orders,
            )  # fmt: skip
        except OrdersRefused as refused:
            wrong = {fault.number for fault in refused.found}
            logger.warning("slips of failed debits: %d can't be printed", len(wrong))
            orders = [order for order in orders if order.number not in wrong]
            continue
        for order in orders:
            _close(by_key[order.number], MADE, run)
        break
    done = {order.number for order in orders}
    for bill in bills:
        if bill.view.key not in done:
            entry = by_key[bill.view.key]
            entry.detail = {**entry.detail, "by_hand": True}
            entry.save(update_fields=["detail"])
    return len(done)


def _order(bill: Bill, person: ResidentRecord | None) -> SlipOrder | None:
    if person is None or person.is_protected or not person.address:
        return None
    late = bill.view.late - bill.view.late_paid
    rows = (("本体", f"{bill.view.tax - bill.view.paid:,}円"), ("延滞金", f"{late:,}円")) if late else ()
    return SlipOrder(
        number=bill.view.key, subject=f"collection:{bill.view.key}", amount=bill.view.owed, due=bill.view.due_on,
        pay_by=max(bill.view.due_on, clock.today()) + timedelta(days=STORE_DAYS), title=bill.title[:30], rows=rows,
        to=Addressee(postcode=person.postcode, address=person.address, name=person.display_name),
    )  # fmt: skip


def _close(entry: Entry, note: str, run: UUID | None) -> None:
    entry.closed_at, entry.note = clock.now(), note
    entry.detail = {**entry.detail, **({"slip_run": str(run)} if run else {})}
    entry.save(update_fields=["closed_at", "note", "detail"])
