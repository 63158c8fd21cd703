"""The one exception that the checks of this package raise."""

from __future__ import annotations

from typing import Literal, TypeAlias

Code: TypeAlias = Literal["file.type", "file.unsafe", "file.unreadable"]


class Refused(Exception):
    """Content that is not let in: `code` for people, `reason` for logs and tests."""

    def __init__(self, code: Code, reason: str) -> None:
        self.code: Code = code
        self.reason = reason
        super().__init__(code, reason)
