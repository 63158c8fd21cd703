"""収納代行の送金: what an agent has to send for what it finally reported, awaited at the bank, out of what it owes."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Sum

from jichi.engines.audit.context import Actor, unit
from jichi.engines.bankfiles import actions as bankfiles
from jichi.engines.bankfiles import queries as bankfile_queries
from jichi.engines.bankfiles import rules as bankfile_rules
from jichi.engines.ledger import actions as ledger
from jichi.engines.ledger.rules import Entry, Posting
from jichi.kernel import clock
from jichi.kernel.errors import Conflict

from ..models import Remitted
from ..permissions import COLLECT, require

Share = bankfile_rules.Share
_SHARES: Final = (
    "SELECT b.remit_on, r.division_id, r.fiscal_year, count(*)::int, sum(r.amount_yen)::bigint "
    "FROM bankfiles_remitted(%s) b JOIN eng_collection_receipt r ON r.dedupe_key = b.source GROUP BY 1, 2, 3"
)


def expect_remittance(*, actor: Actor, file_id: UUID) -> int:
    """Await what an agent's file of final reports adds to what it has to send, by day; how many days.

    Only of agents whose terms say how a bank's list names them. The same file again changes nothing.

    Raises:
        Forbidden. Conflict: "collection.agent_fee": a day before the agent's first agreed fee.
    """
    require(actor, COLLECT)
    file = bankfile_queries.taken_file(file_id)
    agent = next((one for one in bankfile_queries.partners("stores") if file and one.code == file.partner), None)
    if agent is None or not (terms := bankfile_rules.store_terms(agent.terms)).payers:
        return 0
    sender = f"stores:{agent.code}"
    with unit(actor):
        shares = _shares(file_id)
        for day, of_day in sorted(shares.items()):
            try:
                now = bankfile_rules.remitted(of_day, day, terms.fee_table)
            except LookupError:
                raise Conflict("collection.agent_fee") from None
            fresh = bankfile_rules.not_yet(now, _before(sender, day))
            if fresh:
                _expect(actor, sender, file_id, day, fresh)
    return len(shares)


def _shares(file_id: UUID) -> dict[date, list[Share]]:
    found: dict[date, list[Share]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")  # a file of a million receipts takes seconds
        cursor.execute(_SHARES, [file_id])
        for day, division, year, count, yen in cursor.fetchall():
            found[day].append(Share(division, year, count, yen))
    return found


def _before(sender: str, day: date) -> list[Share]:
    rows = Remitted.objects.filter(sender=sender, remit_on=day).values_list("division_id", "fiscal_year")
    return [
        Share(*row) for row in rows.annotate(Sum("count"), Sum("gross_yen"), Sum("fee_yen")).order_by("division_id")
    ]


def _expect(actor: Actor, sender: str, file_id: UUID, day: date, fresh: tuple[Share, ...]) -> None:
    """Kept, posted, promised: what the agent owes becomes money on its way, and its fee."""
    Remitted.objects.bulk_create(
        Remitted(
            sender=sender, file_id=file_id, remit_on=day, division_id=one.division_id, fiscal_year=one.fiscal_year,
            count=one.count, gross_yen=one.gross_yen, fee_yen=one.fee_yen,
        )
        for one in fresh
    )  # fmt: skip
    bankfiles.open_accounts()
    ledger.post(actor=actor, postings=[
        Posting(
            key=f"collection:remitted:{file_id}:{day}:{one.division_id}:{one.fiscal_year}", kind="settled",
            division_id=one.division_id, fiscal_year=one.fiscal_year, belongs_on=clock.today(),
            entries=(
                Entry("remittances", one.gross_yen - one.fee_yen, sender),
                Entry("collection_fees", one.fee_yen, sender), Entry("agents", -one.gross_yen),
            ),
        )
        for one in fresh
    ])  # fmt: skip
    bankfiles.promise(
        actor=actor, sender=sender, key=f"{sender}:{day}:{file_id}", day=day,
        parts=[bankfiles.Part(one.division_id, one.fiscal_year, one.gross_yen - one.fee_yen) for one in fresh],
    )  # fmt: skip
