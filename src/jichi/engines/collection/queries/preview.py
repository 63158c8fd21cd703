"""調定の予告: what a run would open, before anybody presses the button."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..models import Assessment

if TYPE_CHECKING:
    from ..actions import NewAssessment


@dataclass(frozen=True, slots=True)
class Preview:
    """`count` and `yen` of what is new; `there`: opened before with the same total; `differs`: with another one.

    `twice`: keys that the run itself holds more than once. `empty`: nothing is owed, nothing is opened for them.
    """

    count: int
    yen: int
    there: int
    differs: tuple[str, ...]
    twice: tuple[str, ...]
    empty: int


def preview_assessments(*, assessments: Sequence[NewAssessment]) -> Preview:
    """What `actions.open_assessments` would do with them; one statement, nothing is written."""
    keys = Counter(one.dedupe_key for one in assessments)
    kept = dict(Assessment.objects.filter(dedupe_key__in=list(keys)).values_list("dedupe_key", "total_yen"))
    fresh = [one for one in assessments if one.dedupe_key not in kept]
    known = [one for one in assessments if one.dedupe_key in kept]
    return Preview(
        count=sum(1 for one in fresh if one.total_yen),
        yen=sum(one.total_yen for one in fresh),
        there=sum(1 for one in known if kept[one.dedupe_key] == one.total_yen),
        differs=tuple(sorted(one.dedupe_key for one in known if kept[one.dedupe_key] != one.total_yen)),
        twice=tuple(sorted(key for key, count in keys.items() if count > 1)),
        empty=sum(1 for one in fresh if not one.total_yen),
    )
