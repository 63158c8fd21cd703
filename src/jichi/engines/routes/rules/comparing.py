"""What is different in what is decided: before and after, by label; and what of it a reader has not approved. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from uuid import UUID

from .state import ANSWERS, Act, Change

MAX_CHANGES: Final = 50
MAX_LENGTH: Final = 1000
_LOOKED: Final = ANSWERS | {"send_back"}
"""Acts after which somebody knows the content as it was then."""


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Change, ...]:
    """What differs between two contents, in the order of the newer one; long texts are cut.

    Args:
        before, after: label → text as people read it; "" and a missing label are the same.
    """
    labels = [*after, *(label for label in before if label not in after)]
    found = ((label, before.get(label, ""), after.get(label, "")) for label in labels)
    changed = [Change(label=label, before=_cut(was), after=_cut(now)) for label, was, now in found if was != now]
    return tuple(changed[:MAX_CHANGES])


def _cut(text: str) -> str:
    return text if len(text) <= MAX_LENGTH else f"{text[:MAX_LENGTH]}…"


def joined(parts: Iterable[Sequence[Change]]) -> tuple[Change, ...]:
    """Changes one after the other as one: the first before, the last after; what was changed back is left out."""
    found: dict[str, Change] = {}
    for part in parts:
        for change in part:
            first = found.get(change.label)
            before = change.before if first is None else first.before
            found[change.label] = Change(label=change.label, before=before, after=change.after)
    return tuple(change for change in found.values() if change.before != change.after)


def changed_for(acts: Sequence[Act], person: UUID | None) -> tuple[Change, ...]:
    """What changed since the person last approved, answered or sent back; for others since anybody did."""
    looked = [number for number, act in enumerate(acts) if act.kind in _LOOKED]
    own = [number for number in looked if acts[number].by == person]
    since = (own or looked or [-1])[-1]
    return joined(act.changes for act in acts[since + 1 :] if act.kind == "content")
