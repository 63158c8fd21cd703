"""The sample ward has online money in each state, and one difference to work on; filled again it is the same."""

from __future__ import annotations

from datetime import timedelta

import pytest

from jichi.engines.accounts import actions as accounts
from jichi.engines.audit.context import unit
from jichi.engines.bankfiles import queries as bankfiles
from jichi.engines.ledger import queries as ledger
from jichi.kernel import clock
from jichi.kernel.manifest import load_manifests, resolve
from jichi.kernel.sampling import SampleContext

from .. import queries, sample
from ..rules import MoneyState
from .till import SYSTEM

pytestmark = pytest.mark.django_db


def test_money_in_each_state_and_one_difference() -> None:
    accounts.create_division(actor=SYSTEM, code="treasury", names={"ja": "会計課"})
    context = SampleContext(seed=1, size=100, today=clock.today())
    sample.fill(context)  # no firm is agreed on yet
    assert queries.money_by_day(since=clock.today() - timedelta(days=30)) == []
    for room in load_manifests(("jichi.engines.bankfiles",)):
        resolve(room.sample)(context)
    for _ in range(2):
        sample.fill(context)
    with unit(SYSTEM):
        found = [one.state for one in queries.money_by_day(since=clock.today() - timedelta(days=30))]
        kinds = [one.kind for one in bankfiles.differences().rows if one.kind.startswith(("credit", "settled"))]
        assert sum(ledger.balances(on=clock.today() + timedelta(days=60)).values()) == 0
    assert set(found) == {MoneyState.CREDITED, MoneyState.SETTLED, MoneyState.TAKEN}
    assert kinds == ["credit_amount"]
