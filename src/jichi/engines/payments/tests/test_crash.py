"""kill -9 of the refund pump at every step: the money goes back once, and the books know it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections

from conftest import TestDatabase
from jichi.engines.audit.context import unit
from jichi.engines.payments import actions, queries
from jichi.engines.payments.models import Refund
from jichi.engines.payments.pump import pump
from jichi.kernel import clock

from . import till as desk
from .firm import ROOT, SECRET, Address, FirmProcess, until
from .till import SYSTEM, Till

PROGRAM = """
import django; django.setup()
import os, sys
from datetime import timedelta
from jichi.engines.payments.pump import pump
def die(step):
    if step == sys.argv[1]:
        os.kill(os.getpid(), 9)
pump(at_step=die, lease=timedelta(seconds=60))
"""


def run_pump_that_dies(db: TestDatabase, firm: FirmProcess, step: str) -> int:
    environ = {
        **os.environ, "JICHI_DATABASE_URL": db.app_url, "JICHI_SANDBOX_SECRET": SECRET,
        "JICHI_SANDBOX_PAYMENTS": firm.url,
    }  # fmt: skip
    return subprocess.run([sys.executable, "-c", PROGRAM, step], cwd=ROOT, check=False, env=environ).returncode


def being_refunded(till: Till, firm: FirmProcess) -> None:
    """A charge that was paid through the firm and is to go back; its callbacks from now on are lost."""
    charge_id = desk.open_one(till)
    url = actions.start_checkout(actor=till.payer, charge_id=charge_id, language="ja").url
    firm.act(url, "pay")
    until(lambda: desk.view(charge_id).state == "paid", "no callback")
    actions.refund_charge(actor=till.clerk, charge_id=charge_id, reason="誤り")
    firm.fault("lost")


def state() -> tuple[str, int]:
    with unit(SYSTEM):
        found = Refund.objects.get()
    return found.state, found.uncertain


@pytest.mark.parametrize("step", ["claimed", "answered", "marked"])
@pytest.mark.usefixtures("address")
def test_a_pump_killed_at_any_step_gives_the_money_back_once(
    real_till: Till, own_db: TestDatabase, firm: FirmProcess, step: str
) -> None:
    being_refunded(real_till, firm)
    assert run_pump_that_dies(own_db, firm, step) == -9
    if step == "marked":
        assert state() == ("done", 0)
    else:
        assert state() == ("sending", 0)
        assert pump() == 0  # the lease still runs: nobody takes it away from a pump that may live
        assert queries.books_balance()
        with unit(SYSTEM):
            Refund.objects.update(lease_until=clock.now() - timedelta(seconds=1))
        assert pump() == 1
        assert state() == ("done", 1)
    assert len(firm.state()["refunds"]) == 1
    assert queries.books_balance()


@pytest.mark.usefixtures("address")
def test_a_line_that_breaks_after_the_refund_is_doubtful_and_then_certain(real_till: Till, firm: FirmProcess) -> None:
    being_refunded(real_till, firm)
    firm.fault("refund_drop", times=1)
    pump()
    assert state()[0] in ("uncertain", "done")  # done: its callback was quicker than we are
    with unit(SYSTEM):
        Refund.objects.filter(state="uncertain").update(next_attempt_at=clock.now())
    pump()
    assert state() in (("done", 1), ("done", 0))
    assert len(firm.state()["refunds"]) == 1


@pytest.mark.usefixtures("address")
def test_a_refund_that_takes_time_and_one_that_is_refused(real_till: Till, firm: FirmProcess) -> None:
    being_refunded(real_till, firm)
    firm.fault("refund_slow", times=1)
    pump()
    until(lambda: state()[0] in ("sent", "done"), "neither sent nor done")
    until(lambda: not firm.state()["callbacks"], "callbacks wait")
    assert state()[0] == "done"
    charge_id = desk.open_one(real_till)
    firm.fault("")
    firm.act(actions.start_checkout(actor=real_till.payer, charge_id=charge_id, language="ja").url, "pay")
    until(lambda: desk.view(charge_id).state == "paid", "no callback")
    actions.refund_charge(actor=real_till.clerk, charge_id=charge_id, reason="誤り")
    firm.fault("refund_fails", times=1)
    pump()
    refund = desk.record(charge_id).payments[0].refund
    assert refund is not None
    assert (refund.state, refund.error) == ("failed", "firm.refused")
    with unit(real_till.clerk):
        assert [t.charge_id for t in queries.unsettled_refunds(actor=real_till.clerk)] == [charge_id]
    assert queries.books_balance()


@pytest.mark.usefixtures("address")
def test_several_pumps_share_the_refunds(real_till: Till, firm: FirmProcess) -> None:
    charges = []
    for _ in range(6):
        charge_id = desk.open_one(real_till)
        firm.act(actions.start_checkout(actor=real_till.payer, charge_id=charge_id, language="ja").url, "pay")
        charges.append(charge_id)
    until(lambda: all(desk.view(one).state == "paid" for one in charges), "not all paid")
    firm.fault("lost")
    for one in charges:
        actions.refund_charge(actor=real_till.clerk, charge_id=one, reason="誤り")

    def empty(_number: int) -> int:
        try:
            done = 0
            while claimed := pump(limit=1):
                done += claimed
            return done
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(empty, range(3))) == 6
    assert {desk.view(one).state for one in charges} == {"refunded"}
    assert len(firm.state()["refunds"]) == 6
    assert json.dumps(queries.books().wrong) == "[]"


def test_the_sandbox_remembers_after_kill(firm: FirmProcess, real_till: Till, address: Address) -> None:
    assert address.origin
    charge_id = desk.open_one(real_till)
    url = actions.start_checkout(actor=real_till.payer, charge_id=charge_id, language="ja").url
    firm.fault("late", seconds=1)
    firm.act(url, "pay")
    firm.stop(kill=True)
    firm.start()
    until(lambda: desk.view(charge_id).state == "paid", "the callback was forgotten")
