"""One thing that is wrong with a slip, as a code of the catalogue with what fills its sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from jichi.kernel.errors import Invalid


@dataclass(frozen=True, slots=True)
class Fault:
    """A code ("slip.check_digit") and its parameters, as text or numbers."""

    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)

    def refusal(self) -> Invalid:
        """The fault as an error to raise."""
        return Invalid(self.code, fields=None, **self.params)


def require_none(faults: Iterable[Fault]) -> None:
    """Raise the first fault as Invalid; nothing where there is none."""
    for fault in faults:
        raise fault.refusal()
