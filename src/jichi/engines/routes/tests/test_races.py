"""Two people at once, on real commits: one act counts, the other is told; without the guard the chain would fork."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from conftest import own_world
from jichi.engines.accounts import actions as accounts
from jichi.engines.audit.context import unit

from .. import actions, queries
from ..actions import changing
from ..models import Route, RouteAct
from . import hall as town
from .hall import HASH_2, SYSTEM, Hall

Outcome = str | BaseException


def furnished() -> Hall:
    """The hall, with one more post for 加藤."""
    made = town.build()
    accounts.give_post(
        actor=SYSTEM, account_id=made.id("kato"), division_code="youth", title="係長", roles=("caseworker",),
        starts_on=date(2020, 4, 1),
    )  # fmt: skip
    return made


hall = own_world(furnished)


def at_once(*presses: Callable[[], object]) -> list[Outcome]:
    """All presses begin together, each on a connection of its own; what became of each, in order."""
    gate = threading.Barrier(len(presses))
    found: list[Outcome] = [""] * len(presses)

    def run(place: int, press: Callable[[], object]) -> None:
        gate.wait()
        try:
            press()
            found[place] = "done"
        except BaseException as error:  # handed to the test
            found[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(i, press)) for i, press in enumerate(presses)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return found


def names(found: list[Outcome]) -> list[str]:
    return sorted("done" if f == "done" else type(f).__name__ for f in found)


def opened(hall: Hall) -> Any:
    with transaction.atomic():
        return town.draft(hall)


def acts(route_id: Any) -> list[str]:
    with unit(SYSTEM):
        assert queries.verify_chain(route_id).is_whole
        return list(RouteAct.objects.filter(route_id=route_id).order_by("number").values_list("kind", flat=True))


def test_of_two_approvers_at_once_one_counts(hall: Hall) -> None:
    route_id = opened(hall)  # the 課長 holds a post as 係長 too
    found = at_once(
        lambda: actions.approve_step(actor=hall.suzuki, route_id=route_id, expected_version=1),
        lambda: actions.approve_step(actor=hall.kato, route_id=route_id, expected_version=1),
    )
    assert names(found) == ["Conflict", "done"]
    assert acts(route_id) == ["submit", "approve"]


def test_the_draft_is_not_taken_back_while_somebody_approves(hall: Hall) -> None:
    route_id = opened(hall)
    found = at_once(
        lambda: actions.approve_step(actor=hall.suzuki, route_id=route_id, expected_version=1),
        lambda: actions.pull_back(actor=hall.sato, route_id=route_id, expected_version=1),
    )
    assert names(found) == ["Conflict", "done"]
    assert acts(route_id) in (["submit", "approve"], ["submit", "pull_back"])


def test_no_decision_of_a_text_that_changes_at_the_same_moment(hall: Hall) -> None:
    route_id = opened(hall)
    actions.approve_step(actor=hall.suzuki, route_id=route_id, expected_version=1)
    found = at_once(
        lambda: actions.decide_route(actor=hall.kato, route_id=route_id, expected_version=2),
        lambda: actions.content_changed(
            actor=hall.sato, subject="test:1", content_hash=HASH_2, minor=False, reason="誤り"
        ),
    )
    last = acts(route_id)[2:]
    with unit(SYSTEM):
        status = Route.objects.get(pk=route_id).status
    assert (status, last, names(found)) in (
        ("approved", ["decide"], ["done", "done"]), ("running", ["content"], ["Conflict", "done"]),
    )  # fmt: skip


def test_opened_twice_at_once_it_is_one_route(hall: Hall) -> None:
    found = at_once(*(lambda: town.draft(hall) for _ in range(4)))
    assert names(found) == ["done"] * 4
    with unit(SYSTEM):
        assert Route.objects.count() == 1


def test_without_the_lock_the_database_still_keeps_the_chain(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard taken away, both find it their turn; the second link does not fit, and nothing of it stays."""
    route_id = opened(hall)
    both_have_read = threading.Barrier(2)

    def unlocked(wanted: Any) -> Route:
        found = Route.objects.select_related("division").get(pk=wanted)
        both_have_read.wait(timeout=30)
        return found

    monkeypatch.setattr(changing, "locked_route", unlocked)
    found = at_once(
        lambda: actions.approve_step(actor=hall.suzuki, route_id=route_id, expected_version=1),
        lambda: actions.pull_back(actor=hall.sato, route_id=route_id, expected_version=1),
    )
    failed = [one for one in found if one != "done"]
    assert len(failed) == 1
    assert isinstance(failed[0], IntegrityError), failed
    assert len(acts(route_id)) == 2
