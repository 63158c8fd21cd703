"""Money that came and what is left over of it (未充当・過誤納)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import connection

from ..standing import AVAILABLE

_LEFT: Final = (
    f"SELECT r.id, r.channel, r.key, r.instalment_id, r.paid_on, r.amount_yen, {AVAILABLE} - coalesce((SELECT "  # noqa: S608 - fixed text
    "sum(a.principal_yen + a.late_yen) FROM eng_collection_allocation a WHERE a.receipt_id = r.id), 0) AS left_yen "
    "FROM eng_collection_receipt r WHERE NOT EXISTS (SELECT FROM eng_collection_reversal v WHERE v.receipt_id = r.id)"
)


@dataclass(frozen=True, slots=True)
class LeftOver:
    """A receipt of which something is left over. `instalment_id` None: nobody knows what it was paid for."""

    receipt_id: int
    channel: str
    key: str
    instalment_id: int | None
    paid_on: date
    amount_yen: int
    left_yen: int


def unallocated(*, limit: int = 1_000) -> list[LeftOver]:
    """未充当の収納: oldest first, at most `limit`. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT * FROM ({_LEFT}) x WHERE left_yen > 0 ORDER BY paid_on, id LIMIT %s",  # noqa: S608 - fixed text
            (limit,),
        )
        return [
            LeftOver(pk, channel, key, at, on, yen, int(left))
            for pk, channel, key, at, on, yen, left in cursor.fetchall()
        ]


def left_of(*, receipt_id: int) -> int:
    """What is left over of a receipt in yen; 0 where there is none. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_LEFT + " AND r.id = %s", (receipt_id,))
        row = cursor.fetchone()
    return int(row[6]) if row else 0
