"""Reading the audit trail."""

from __future__ import annotations

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
