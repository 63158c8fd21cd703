"""The one status model (journeys §4.2): meaning by colour, icon shape and word; officials' states beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

STATUS_LOOKS: Final[Mapping[str, tuple[str, str]]] = {
    # key: (tone, icon)
    "status.draft": ("neutral", "pencil"),
    "status.payment_due": ("todo", "yen"),
    "status.received": ("info", "tray"),
    "status.in_review": ("info", "clock"),
    "status.correction": ("todo", "alert"),
    "status.approved": ("done", "check"),
    "status.issued": ("done", "check"),
    "status.selected": ("done", "check"),
    "status.place_offered": ("done", "check"),
    "status.paid": ("done", "check"),
    "status.not_approved": ("neutral", "minus-circle"),
    "status.not_selected": ("neutral", "minus-circle"),
    "status.on_hold": ("neutral", "minus-circle"),
    "status.waiting_list": ("info", "queue"),
    "status.withdrawn": ("neutral", "minus"),
    "status.expired": ("neutral", "minus"),
    "status.opens_later": ("neutral", "calendar"),
    "status.open": ("done", "open"),
    "status.closed": ("neutral", "minus"),
    "status.unpaid": ("todo", "yen"),
    "status.payment_confirming": ("info", "clock"),
    "task.not_started": ("neutral", "ring"),
    "task.in_progress": ("info", "pencil"),
    "task.done": ("done", "check"),
    "task.blocked": ("neutral", "lock"),
    "staff.not_started": ("todo", "tray"),
    "staff.in_review": ("info", "clock"),
    "staff.inquiring": ("info", "question"),
    "staff.drafting": ("info", "pencil"),
    "staff.awaiting_decision": ("info", "queue"),
    "staff.sent_back": ("todo", "undo"),
    "staff.decided": ("info", "check"),
    "staff.correction": ("neutral", "alert"),
    "staff.payment_due": ("neutral", "yen"),
    "staff.carried_out": ("done", "check"),
    "staff.closed": ("done", "check"),
    "staff.withdrawn": ("neutral", "minus"),
    "staff.lapsed": ("neutral", "minus"),
    "staff.overdue": ("error", "alert"),
    "staff.restricted": ("error", "lock"),
    "change.added": ("done", "plus"),
    "change.removed": ("error", "minus"),
    "change.changed": ("todo", "pencil"),
    "change.same": ("neutral", "ring"),
}
"""Label key → colour meaning and icon. A status that is not here does not exist."""


def key_of(status: str) -> str:
    """ "received" or "status.received" → "status.received"; KeyError for an unknown one."""
    key = status if "." in status else f"status.{status}"
    if key not in STATUS_LOOKS:
        raise KeyError(f"no such status: {status}")
    return key
