"""The channel that is not there: nothing is sent, and everything goes on by the next one."""

from __future__ import annotations

from types import TracebackType
from uuid import UUID

from ..rules import Answer
from .base import Letter, Outgoing, Step


class OffBackend:
    """Stands for a channel without a gateway."""

    on = False
    repeatable = True

    def __init__(self, name: str) -> None:
        self.name = name

    def write(self, letter: Letter) -> Outgoing:
        """Nothing is put into words."""
        return Outgoing(letter.to, letter.key, b"")

    def open(self, _at_step: Step) -> OffBackend:
        """Itself."""
        return self

    def __enter__(self) -> OffBackend:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return

    def send(self, _outgoing: Outgoing) -> Answer:
        """It will not work: "sms.off"."""
        return Answer("never", f"{self.name}.off")

    def ask(self, _key: UUID) -> Answer | None:
        """Nothing ever came here."""
        return None
