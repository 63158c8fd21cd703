"""What is being paid online just now, and what others of a household may pay."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Final
from uuid import UUID

from django.db import connection

from .bills import Bill, bills_by_id

_OPEN: Final = (
    "SELECT p.instalment_id, o.charge_id FROM eng_collection_onlinepart p JOIN eng_collection_onlinepayment o "
    "ON o.id = p.payment_id WHERE p.is_open AND p.instalment_id = ANY (%s)"
)
_SHARED: Final = (
    "SELECT i.id FROM eng_collection_instalment i JOIN eng_collection_assessment a ON a.id = i.assessment_id "
    "JOIN eng_collection_levykind k ON k.code = a.kind_id "
    "WHERE a.payer_no = ANY (%s) AND a.payer_no <> '' AND k.household_pays"
)


def being_paid(*, ids: Collection[int]) -> dict[int, UUID]:
    """Instalment → charge by which it is being paid online; the others are left out. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, (sorted(ids),))
        return dict(cursor.fetchall())


def shared_bills(*, payers: Collection[str], today: date) -> list[Bill]:
    """Bills of these payers whose kind others of the household may pay, by due day; nine statements."""
    with connection.cursor() as cursor:
        cursor.execute(_SHARED, (sorted(payers),))
        ids = [int(row[0]) for row in cursor.fetchall()]
    return bills_by_id(ids=ids, today=today) if ids else []
