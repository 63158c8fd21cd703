"""What can't work in a route although its shape is right: nobody decides, m of fewer than m, steps never reached."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from .source import Path, Problem, Source, path_text
from .spec import Authority, Condition, RouteSpec, Step, height


def lint(spec: RouteSpec, source: Source | None = None) -> tuple[Problem, ...]:
    """Problems of the route, in the order of its file."""
    where = source or Source()
    found = [*_steps(spec), *_decisions(spec), *_table(spec), *_lifts(spec), *_deputies(spec)]
    problems = [
        Problem(f"route.{code}", where.line(path), path_text(path), message, fix, level)
        for code, path, message, fix, level in found
    ]
    return tuple(sorted(problems, key=lambda p: (p.line, p.path, p.code)))


Found: TypeAlias = tuple[str, Path, str, str, str]


def _error(code: str, path: Path, message: str, fix: str) -> Found:
    return code, path, message, fix, "error"


def _steps(spec: RouteSpec) -> Iterator[Found]:
    seen: set[str] = set()
    for number, step in enumerate(spec.steps):
        path: Path = ("steps", number)
        if step.id in seen:
            yield _error("id_twice", (*path, "id"), f"「{step.id}」という段が2つあります。", "別の名前にする")
        if step.id == "drafter" or step.id.startswith("extra-"):
            fix = "「drafter」と「extra-」で始まる名前は使わない"
            yield _error("id_reserved", (*path, "id"), f"「{step.id}」は使えない名前です。", fix)
        seen.add(step.id)
        yield from _seats(step, path)
        if any(_never(condition) for condition in step.when):
            fix = "over と up_to を確かめる"
            yield _error("step_unreachable", (*path, "when"), "この段に進むことはありません。", fix)


def _seats(step: Step, path: Path) -> Iterator[Found]:
    if step.kind == "decision":
        if step.seats:
            yield _error("decision_seats", (*path, "seats"), "決裁する職は専決の表で決まります。", "「decides:」に書く")
        return
    if not step.seats:
        yield _error("no_seat", path, "この段には誰もいません。", "「seats:」に職を書く")
    if len(set(step.seats)) < len(step.seats):
        yield _error("seat_twice", (*path, "seats"), "同じ職が2回あります。", "片方を消す")
    if isinstance(step.need, int) and step.need > len(step.seats):
        message = f"{len(step.seats)}つの職のうち{step.need}つは得られません。"
        yield _error("need_too_many", (*path, "need"), message, f"need を{len(step.seats)}以下にする")
    if step.kind != "consent" and step.disagreement != "continue":
        yield _error("not_here", (*path, "disagreement"), "不同意の扱いは合議だけにあります。", "消す")


def _decisions(spec: RouteSpec) -> Iterator[Found]:
    places = [number for number, step in enumerate(spec.steps) if step.kind == "decision"]
    if not places:
        yield _error("no_decision", ("steps",), "決裁の段がありません。", "「kind: decision」の段を書く")
        return
    for number in places[1:]:
        yield _error("two_decisions", ("steps", number), "決裁の段が2つあります。", "1つにする")
    if spec.steps[places[0]].when:
        yield _error("decision_when", ("steps", places[0], "when"), "決裁の段に条件は付けられません。", "消す")
    for number in range(places[0] + 1, len(spec.steps)):
        if spec.steps[number].kind in ("line", "consent"):
            yield _error("step_unreachable", ("steps", number), "決裁の後に回議・合議はできません。", "決裁の前に書く")


def _table(spec: RouteSpec) -> Iterator[Found]:
    for number, row in enumerate(spec.decides):
        path: Path = ("decides", number)
        if any(_covers(earlier, row) for earlier in spec.decides[:number]):
            yield _error("row_unreachable", path, "上の行がいつも先に当てはまります。", "順を入れ替えるか、消す")
        if any(_never(condition) for condition in row.when):
            yield _error("row_unreachable", (*path, "when"), "この行が当てはまることはありません。", "条件を直す")
    if spec.decides[-1].when:
        message = "どの行にも当てはまらないとき、決裁する人がいません。"
        yield _error("nobody_decides", ("decides", len(spec.decides) - 1), message, "最後に条件のない行を書く")
    ranks = {row.seat.rank for row in spec.decides}
    highest = max(height(rank) for rank in ranks | {row.to for row in spec.lifts if row.rank in ranks})
    for number, step in enumerate(spec.steps):
        if step.kind == "line" and step.seats and all(not s.division and height(s.rank) >= highest for s in step.seats):
            yield _error(
                "step_unreachable",
                ("steps", number),
                "決裁する職より上の職に、回議は回りません。",
                "消すか、下の職にする",
            )


def _lifts(spec: RouteSpec) -> Iterator[Found]:
    deciding = {row.seat.rank for row in spec.decides}
    for number, row in enumerate(spec.lifts):
        path: Path = ("lifts", number)
        if height(row.to) <= height(row.rank):
            yield _error("lift_down", (*path, "to"), "上の職ではありません。", "「rank」より上の職にする")
        if row.rank not in deciding or all(_never(condition) for condition in row.when):
            yield _error(
                "row_unreachable", path, "この行が当てはまることはありません。", "「decides」の職と条件を確かめる"
            )


def _covers(earlier: Authority, later: Authority) -> bool:
    """Does the earlier row fit whenever the later one does? Told for rows of the same facts only."""
    return all(any(_implies(narrow, wide) for narrow in later.when) for wide in earlier.when)


def _implies(narrow: Condition, wide: Condition) -> bool:
    if narrow.fact != wide.fact:
        return False
    if wide.one_of and not (narrow.one_of and set(narrow.one_of) <= set(wide.one_of)):
        return False
    above = wide.over is None or (narrow.over is not None and narrow.over >= wide.over)
    below = wide.up_to is None or (narrow.up_to is not None and narrow.up_to <= wide.up_to)
    return above and below


def _never(condition: Condition) -> bool:
    return condition.over is not None and condition.up_to is not None and condition.over >= condition.up_to


def _deputies(spec: RouteSpec) -> Iterator[Found]:
    seen: set[str] = set()
    for number, row in enumerate(spec.deputies):
        path: Path = ("deputies", number)
        if row.rank in seen:
            yield _error("deputies_twice", path, "同じ職の代決者が2か所にあります。", "1つにまとめる")
        seen.add(row.rank)
        if row.rank in row.by:
            yield _error("own_deputy", (*path, "by"), "自分の代決者にはなれません。", "別の職にする")
