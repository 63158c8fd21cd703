"""A mail in the sandbox mailbox for the tests that walk every address; the box is everybody's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jichi.engines.messages import mailbox, views

SHARED = frozenset({"eng_messages:mail"})


def _mail(world: Any) -> Mapping[str, Any]:
    views.folder().mkdir(parents=True, exist_ok=True)
    stored = mailbox.store(views.folder(), b"Subject: x\r\nTo: a@example.jp\r\n\r\nhello\r\n")
    return {"name": stored.stem}


def url_examples() -> dict[str, Callable[[Any], Mapping[str, Any]]]:
    """URL name → function of the world → the address's arguments."""
    return {"eng_messages:mail": _mail}
