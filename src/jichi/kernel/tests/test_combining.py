"""Questions asked at the same moment are answered in one go, each thread hearing its own answer."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial

import pytest

from jichi.kernel.combining import Combiner


def in_threads(work: list[Callable[[], object]]) -> list[object]:
    """What each thread answered or raised."""
    found: list[object] = [None] * len(work)

    def run(place: int) -> None:
        try:
            found[place] = work[place]()
        except ValueError as error:
            found[place] = error

    threads = [threading.Thread(target=run, args=(place,), daemon=True) for place in range(len(work))]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert not any(one.is_alive() for one in threads)
    return found


class Slow:
    """Answers with the square; the first call lasts until so many threads wait behind it."""

    def __init__(self, behind: int) -> None:
        self.calls: list[list[int]] = []
        self.at_work, self.most_at_work = 0, 0
        self.waiting = threading.Semaphore(0)
        self.behind = behind

    def __call__(self, asked: Sequence[int]) -> list[int]:
        self.at_work += 1
        self.most_at_work = max(self.most_at_work, self.at_work)
        self.calls.append(list(asked))
        if len(self.calls) == 1:
            for _ in range(self.behind):
                assert self.waiting.acquire(timeout=20)
        self.at_work -= 1
        if 13 in asked:
            raise ValueError("13")
        return [one * one for one in asked]


def test_alone_a_question_is_answered_at_once() -> None:
    slow = Slow(0)
    combiner = Combiner(slow, most=8)
    assert [combiner.ask(n) for n in (2, 3)] == [4, 9]
    assert slow.calls == [[2], [3]]


@pytest.mark.parametrize(("most", "calls"), [(100, 2), (4, 6)])
def test_who_waits_behind_an_answer_is_answered_together(most: int, calls: int) -> None:
    slow = Slow(20)
    combiner = Combiner(slow, most=most, waiting=slow.waiting.release)
    numbers = [n + 20 for n in range(21)]
    found = in_threads([partial(combiner.ask, n) for n in numbers])
    assert found == [n * n for n in numbers]
    assert (len(slow.calls), slow.most_at_work) == (calls, 1)
    assert sorted(n for call in slow.calls for n in call) == numbers
    assert max(map(len, slow.calls)) <= most


def test_what_an_answer_raises_everybody_of_it_raises_and_the_next_are_answered() -> None:
    slow = Slow(6)
    combiner = Combiner(slow, most=3, waiting=slow.waiting.release)
    numbers = [1, 2, 3, 13, 5, 6, 7]
    found = in_threads([partial(combiner.ask, n) for n in numbers])
    (failed,) = [call for call in slow.calls if 13 in call]
    for n, answer in zip(numbers, found, strict=True):
        assert isinstance(answer, ValueError) if n in failed else answer == n * n
    assert combiner.ask(9) == 81


def test_an_answer_too_few_is_an_error_for_all_who_asked() -> None:
    combiner: Combiner[int, int] = Combiner(lambda asked: [1] * (len(asked) - 1), most=3)
    with pytest.raises(ValueError, match="shorter"):
        combiner.ask(1)
