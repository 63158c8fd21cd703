"""What a channel is to the pump: it writes a letter, opens a line, sends, and may be asked about what it was given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol, TypeAlias
from uuid import UUID

from ..rules import Answer, Template

Step: TypeAlias = Callable[[str], None]
"""Called with "connected", "before_data", "data_sent" as a try goes on; crash tests die there."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What is to be said to whom, before a channel has put it into words."""

    to: str
    language: str
    template: Template
    params: Mapping[str, str]
    about: str
    key: UUID
    header_id: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What goes over the wire: `content` is a whole mail, or the body of a request."""

    to: str
    key: UUID
    content: bytes


class Wire(Protocol):
    """An open line to a gateway. Neither method raises for trouble of the other side: trouble is an answer."""

    def send(self, outgoing: Outgoing) -> Answer:
        """Hand one message over."""

    def ask(self, key: UUID, /) -> Answer | None:
        """What became of an earlier try under this key; None: it has not come there, or it can't be asked."""


class Backend(Protocol):
    """A channel."""

    @property
    def name(self) -> str:
        """ "mail", "sms" or "line": the beginning of its error codes too."""

    @property
    def on(self) -> bool:
        """Is it configured?"""

    @property
    def repeatable(self) -> bool:
        """Does the gateway know a key again, so that a second try is no second message?"""

    def write(self, letter: Letter) -> Outgoing:
        """Put it into words. Raises ValueError when this channel must not or can't say it."""

    def open(self, at_step: Step) -> AbstractContextManager[Wire]:
        """A line for one round; it connects at the first message."""
