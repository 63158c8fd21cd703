"""Questions that several threads ask at the same moment, answered in one go (flat combining).

Who finds nobody answering answers for all who are there, and hands over to one of those who came meanwhile. Nobody
waits for more to come: alone, a question is answered at once; the more come, the more are answered together.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Q = TypeVar("Q")
A = TypeVar("A")


class _Asked(Generic[Q, A]):
    """One question, and the lock that its thread waits at until it is answered or has to answer."""

    __slots__ = ("answer", "error", "is_answered", "lock", "question")

    def __init__(self, question: Q) -> None:
        self.question, self.lock = question, threading.Lock()
        self.answer: A
        self.error: BaseException | None = None
        self.is_answered = False
        self.lock.acquire()


class Combiner(Generic[Q, A]):
    """Threads `ask`; one at a time answers for all who wait.

    Args:
        answer: as many answers as questions, in their order. What it raises, everybody who asked raises.
        most: questions answered together at most.
        waiting: called by a thread that begins to wait for another one.
    """

    def __init__(
        self, answer: Callable[[Sequence[Q]], Sequence[A]], *, most: int, waiting: Callable[[], object] = lambda: None
    ) -> None:
        self._answer, self._most, self._waiting = answer, most, waiting
        self._guard = threading.Lock()
        self._asked: deque[_Asked[Q, A]] = deque()
        self._is_answering = False

    def ask(self, question: Q) -> A:
        """The answer, whichever thread worked it out."""
        mine: _Asked[Q, A] = _Asked(question)
        with self._guard:
            self._asked.append(mine)
            answers, self._is_answering = not self._is_answering, True
        if not answers:
            self._waiting()
            mine.lock.acquire()
        if not mine.is_answered:
            self._answer_all()
        if mine.error is not None:
            raise mine.error
        return mine.answer

    def _answer_all(self) -> None:
        """For the first ones that wait; the thread that calls this is the first of them."""
        with self._guard:
            together = [self._asked.popleft() for _ in range(min(self._most, len(self._asked)))]
        try:
            answers = self._answer([one.question for one in together])
            for one, answer in zip(together, answers, strict=True):
                one.answer = answer
        except BaseException as error:  # whatever it is, nobody waits for ever
            for one in together:
                one.error = error
        for one in together:
            one.is_answered = True
        with self._guard:
            self._is_answering = bool(self._asked)
            following = [self._asked[0]] if self._asked else []
        for one in following + together[1:]:
            one.lock.release()
