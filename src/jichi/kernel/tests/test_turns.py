"""Turns: so many threads at once; who steps aside lets the next one in."""

from __future__ import annotations

import threading

import pytest

from jichi.kernel.turns import Turns


def test_no_more_threads_than_turns_work_at_the_same_time() -> None:
    turns, guard = Turns(), threading.Lock()
    turns.limit(3)
    at_work: list[int] = [0]
    most: list[int] = [0]

    def work() -> None:
        with turns.taken():
            with guard:
                at_work[0] += 1
                most[0] = max(most[0], at_work[0])
            threading.Event().wait(0.01)
            with guard:
                at_work[0] -= 1

    threads = [threading.Thread(target=work) for _ in range(12)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(20)
    assert (at_work[0], most[0]) == (0, 3)


def test_who_steps_aside_lets_the_next_one_in_and_waits_for_a_turn_to_go_on() -> None:
    turns, inside = Turns(), threading.Event()
    turns.limit(1)

    def other() -> None:
        with turns.taken():
            inside.set()

    with turns.taken():
        thread = threading.Thread(target=other)
        thread.start()
        assert not inside.wait(0.05)
        turns.step_aside()
        assert inside.wait(20)
        turns.step_back()
        turns.step_back()  # a turn is had once
    thread.join(20)
    with turns.taken():  # and given back once
        pass


def test_a_turn_is_given_back_when_the_work_fails() -> None:
    turns = Turns()
    turns.limit(1)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), turns.taken():
            _ = 1 / 0


def test_without_a_limit_nobody_waits() -> None:
    turns = Turns()
    with turns.taken(), turns.taken():
        turns.step_aside()
        turns.step_back()
