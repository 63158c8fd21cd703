"""At once, on real commits: two workers carry out one plan once, and two erase what is over once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

from django.db import connection

from conftest import own_world
from jichi.engines.accounts import officials
from jichi.engines.audit.context import unit
from jichi.kernel import clock
from jichi.kernel.clock import standing_at

from .. import actions, queries
from ..models import Erasure
from .conftest import SYSTEM
from .test_plans import LEAVE, TAKE, Ward

own_ward = own_world(Ward)


def at_once(press: Callable[[], int], count: int = 4) -> list[int]:
    """What each of so many threads was answered."""
    gate, found = threading.Barrier(count), [0] * count

    def run(place: int) -> None:
        gate.wait()
        try:
            found[place] = press()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return found


def test_four_workers_carry_out_a_plan_once_and_erase_once(own_ward: Ward) -> None:
    plan = own_ward.plan(LEAVE, TAKE)
    actions.answer_orphans(actor=own_ward.boss, id=plan.id, answers={"cases:sato:youth": "to:new"}, expected_revision=1)
    own_ward.confirm(own_ward.look(plan.id))
    assert sorted(at_once(lambda: actions.carry_out_due(actor=SYSTEM))) == [0, 0, 0, 1]
    assert own_ward.assignee()[0] == own_ward.new.account_id
    today = clock.today()
    posts = [one for one in queries.organisation().holdings if one.login == "new" and one.holds_on(today)]
    assert sorted(one.division for one in posts) == ["information", "youth"]

    with standing_at(clock.now() - timedelta(days=60)):
        key = officials.save_official(actor=SYSTEM, login="late", name="新人")
        officials.invite(actor=SYSTEM, account_id=key, reason="入庁")
    assert sorted(at_once(lambda: actions.erase_over(actor=SYSTEM))) == [0, 0, 0, 1]
    with unit(SYSTEM):
        assert Erasure.objects.count() == 1
