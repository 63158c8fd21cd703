"""A mail in the sandbox mailbox and a message on the board, for the tests that walk every address."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from jichi.engines.messages import mailbox, views
from jichi.engines.messages.actions import send_message

SHARED = frozenset({"eng_messages:mail", "eng_messages_staff:delivery"})
"""The box is everybody's; with the board's permission every division's messages are seen."""


def _mail(world: Any) -> Mapping[str, Any]:
    views.folder().mkdir(parents=True, exist_ok=True)
    stored = mailbox.store(views.folder(), b"Subject: x\r\nTo: a@example.jp\r\n\r\nhello\r\n")
    return {"name": stored.stem}


def _message(world: Any) -> Mapping[str, Any]:
    number = send_message(
        actor=world.system, template="notice.arrived", account_id=world.resident.account_id,
        dedupe_key=str(uuid.uuid4()), division_id=world.division.id,
    )  # fmt: skip
    return {"message_id": number}


def url_examples() -> dict[str, Callable[[Any], Mapping[str, Any]]]:
    """URL name → function of the world → the address's arguments."""
    return {"eng_messages:mail": _mail, "eng_messages_staff:delivery": _message}
