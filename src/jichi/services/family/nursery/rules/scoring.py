"""Scores (基準指数・調整指数) and tie keys (優先順位) by a table of rules, each point with the answer it came from."""

from __future__ import annotations

import hashlib
import json
import operator
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final, Literal, TypeAlias

from .answers import ABSENT, About, Answer, Answers

Kind: TypeAlias = Literal["base", "adjust", "place", "key"]
How: TypeAlias = Literal["highest", "sum"]
KINDS: Final[dict[Kind, str]] = {"base": "基準", "adjust": "調整", "place": "園", "key": "優先"}
"""`place`: points at the facility that a sibling attends; `key`: a place in the order among equals, lower first."""
HOW: Final[dict[How, str]] = {"highest": "最高のみ", "sum": "合計"}
NO_KEY: Final = 9_999
"""The place in the order of a child that no rule of the key fits."""
COMPARE: Final[dict[str, Callable[[int, int], bool]]] = {
    ">=": operator.ge, "<=": operator.le, "!=": operator.ne, ">": operator.gt, "<": operator.lt, "=": operator.eq,
}  # fmt: skip
TOTALS: Final = frozenset({"基準指数", "調整指数"})


@dataclass(frozen=True, slots=True)
class Term:
    """One comparison of an answer: "週の時間 >= 40", "理由 = 就労|就学" (one of several words)."""

    title: str
    sign: str
    values: tuple[Answer, ...]

    def fits(self, answers: Answers) -> bool:
        """Is it so by these answers? A question that was not answered fits nothing."""
        given = answers.get(self.title)
        if given is None:
            return False
        if isinstance(given, str) or len(self.values) > 1:
            return (given in self.values) == (self.sign == "=")
        wanted = self.values[0]
        return isinstance(wanted, int) and COMPARE[self.sign](given, wanted)

    def __str__(self) -> str:
        return f"{self.title} {self.sign} {'|'.join(str(value) for value in self.values)}"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of a table: who meets all terms gets the points; `group` and `how` say what counts among several.

    For a key `group` is its place ("1", "2", …), and `source` may name what the value is taken from, "-" turned round.
    """

    code: str
    kind: Kind
    about: About
    terms: tuple[Term, ...]
    points: int
    group: str
    how: How
    name: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """What one rule gave: to whom, how much, from which answers; `counted` False: a higher one of its group counts."""

    code: str
    kind: Kind
    name: str
    subject: str
    points: int
    answers: dict[str, Answer]
    counted: bool = True


@dataclass(frozen=True, slots=True)
class Score:
    """基準指数, 調整指数, points at the sibling's facility, keys by place (lower first), and every point."""

    base: int
    adjust: int
    place: int
    keys: tuple[int, ...]
    points: tuple[Point, ...]

    @property
    def index(self) -> int:
        """The total that orders children."""
        return self.base + self.adjust

    def as_json(self) -> dict[str, object]:
        """As it is kept and shown."""
        return {
            "base": self.base, "adjust": self.adjust, "place": self.place, "keys": list(self.keys),
            "points": [asdict(point) for point in self.points],
        }  # fmt: skip


def fingerprint(score: Mapping[str, object]) -> str:
    """SHA-256 of a score as kept: what two officials confirm is exactly this."""
    text = json.dumps(score, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def score(rules: Sequence[Rule], guardians: Sequence[Answers], family: Answers, child: Answers) -> Score:
    """The score of one child.

    Args:
        guardians: answers of one or two guardians; a second who is not there counts with the reason 不存在.
    """
    both = [*guardians, {"理由": ABSENT}][:2]
    subjects: dict[About, list[tuple[str, dict[str, Answer]]]] = {
        "guardian": [(f"保護者{number}", {**family, **one}) for number, one in enumerate(both, 1)],
        "family": [("世帯", dict(family))],
        "child": [("児童", {**family, **child})],
    }
    points: list[Point] = []
    for kind in ("base", "adjust", "place"):
        for about, people in subjects.items():
            own = [rule for rule in rules if rule.kind == kind and rule.about == about]
            for subject, answers in people:
                points += _given(own, subject, answers)
    total = {kind: sum(p.points for p in points if p.counted and p.kind == kind) for kind in KINDS}
    numbers = {"基準指数": total["base"], "調整指数": total["adjust"]}
    keys, reasons = _keys(rules, subjects, numbers)
    return Score(total["base"], total["adjust"], total["place"], keys, (*points, *reasons))


def _given(rules: Sequence[Rule], subject: str, answers: dict[str, Answer]) -> list[Point]:
    """Points of one person; of a group whose rule is 最高のみ the first highest counts."""
    fitting = [rule for rule in rules if all(term.fits(answers) for term in rule.terms)]
    best: dict[str, str] = {}
    for rule in sorted(fitting, key=lambda rule: -rule.points):
        if rule.how == "highest":
            best.setdefault(rule.group or rule.code, rule.code)
    return [
        _point(rule, subject, answers, rule.points,
               counted=rule.how == "sum" or best[rule.group or rule.code] == rule.code)
        for rule in fitting
    ]  # fmt: skip


def _point(rule: Rule, subject: str, answers: Answers, points: int, *, counted: bool = True) -> Point:
    used = {term.title: answers[term.title] for term in rule.terms}
    return Point(rule.code, rule.kind, rule.name, subject, points, used, counted)


def _keys(
    rules: Sequence[Rule], subjects: Mapping[About, Sequence[tuple[str, dict[str, Answer]]]], totals: Mapping[str, int]
) -> tuple[tuple[int, ...], list[Point]]:
    """The value of each key, in the order of their places, and where it came from: the lowest that fits."""
    found: dict[int, list[Point]] = defaultdict(list)
    for rule in rules:
        if rule.kind != "key":
            continue
        place = found[int(rule.group)]
        for subject, answers in subjects[rule.about]:
            if not all(term.fits(answers) for term in rule.terms):
                continue
            value = rule.points
            if rule.source:
                known = {**answers, **totals}.get(rule.source.removeprefix("-"), NO_KEY)
                value = int(known) * (-1 if rule.source.startswith("-") else 1)
            place.append(_point(rule, subject, answers, value))
    best = [min(found[place], key=lambda point: point.points, default=None) for place in sorted(found)]
    return tuple(point.points if point else NO_KEY for point in best), [point for point in best if point]
