"""Writing to the audit trail what no trigger sees: looks, refusals, sign-ins, exports."""

from __future__ import annotations

import json

from django.db import connection

from .context import Actor, unit


def record(
    *,
    actor: Actor,
    action: str,
    table: str,
    object_id: str,
    subject: str = "",
    detail: dict[str, object] | None = None,
) -> None:
    """Append one event.

    Args:
        actor: who did it.
        action: a verb: "look", "denied", "search", "export", "sign_in", …
        table: table or page the act concerns.
        object_id: key of the object; "" where there is none.
        subject: 宛名番号 or account id of the person concerned.
        detail: further facts; never secrets, never whole documents.
    """
    with unit(actor), connection.cursor() as cursor:
        cursor.execute(
            "SELECT audit_write(%s, %s, %s, %s, %s::jsonb)",
            (action, table, object_id, subject, json.dumps(detail) if detail is not None else None),
        )


def record_look(*, actor: Actor, table: str, object_id: str, subject: str) -> None:
    """A person's record was shown to `actor` (閲覧記録)."""
    record(actor=actor, action="look", table=table, object_id=object_id, subject=subject)
