"""Reading the audit trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from .models import AuditEvent


def events_about(*, subject: str, limit: int = 100) -> QuerySet[AuditEvent]:
    """What was done to or looked at of one person, newest first (誰が私の記録を見たか)."""
    return AuditEvent.objects.filter(subject=subject).order_by("-id")[:limit]


def events_of(*, table: str, object_id: str, limit: int = 200) -> QuerySet[AuditEvent]:
    """What happened to one object, newest first."""
    return AuditEvent.objects.filter(table=table, object_id=object_id).order_by("-id")[:limit]


def acts(*, action: str, limit: int = 200) -> QuerySet[AuditEvent]:
    """Every event of one name ("sign_in_failed"), newest first."""
    return AuditEvent.objects.filter(action=action).order_by("-id")[:limit]


def looks_at(*, subject: str, limit: int = 100) -> QuerySet[AuditEvent]:
    """Who looked at one person's records, newest first: officials only, not the person's own look."""
    return AuditEvent.objects.filter(subject=subject, action="look", actor_kind="staff").order_by("-id")[:limit]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """An official looked at a person's record (閲覧). `nth_before`: when their Nth look before this one was."""

    id: int
    at: datetime
    actor_id: UUID
    purpose: str
    table: str
    object_id: str
    subject: str
    nth_before: datetime | None


_LOOKS: Final = """
SELECT e.id, e.at, e.actor_id, e.purpose, e.table_name, e.object_id, e.subject, (
    SELECT b.at FROM eng_audit_auditevent b WHERE b.action = 'look' AND b.actor_kind = 'staff'
        AND b.actor_id = e.actor_id AND (b.at, b.id) < (e.at, e.id)
    ORDER BY b.at DESC, b.id DESC OFFSET %(nth)s LIMIT 1)
FROM eng_audit_auditevent e
WHERE e.action = 'look' AND e.actor_kind = 'staff' AND e.actor_id IS NOT NULL AND {where}
    AND e.at >= %(since)s AND e.at < %(until)s AND (e.at, e.id) < (%(at)s, %(id)s)
ORDER BY e.at DESC, e.id DESC LIMIT %(limit)s
"""


def looks(
    *,
    since: datetime,
    until: datetime,
    actor_ids: tuple[UUID, ...] | None = None,
    subject: str = "",
    before: tuple[datetime, int] | None = None,
    nth: int = 30,
    limit: int = 50,
) -> list[Look]:
    """Who looked at whom, newest first; one statement, by an index whatever is asked.

    Args:
        actor_ids: of these officials only; None is everybody. subject: of this person only; "" is everybody.
        before: (time, id) of the last one seen, to go on after it.
        nth: how many looks back `Look.nth_before` lies.
    """  # fmt: skip
    where = "true" if actor_ids is None else "e.actor_id = ANY (%(actors)s)"
    where += " AND e.subject = %(subject)s" if subject else ""
    at, last = before or (until, 0)
    values: dict[str, Any] = {
        "since": since, "until": until, "at": at, "id": last, "actors": list(actor_ids or ()), "subject": subject,
        "nth": nth - 1, "limit": limit,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_LOOKS.format(where=where), values)
        return [
            Look(
                id=r[0], at=r[1], actor_id=r[2], purpose=r[3], table=r[4], object_id=r[5], subject=r[6],
                nth_before=r[7],
            )
            for r in cursor.fetchall()
        ]  # fmt: skip
