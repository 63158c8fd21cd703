"""The sample ward's counters: open days, a difference that waits, a settlement with an entry on the work list."""

from __future__ import annotations

from datetime import timedelta

import pytest

from jichi.engines.accounts import actions as accounts
from jichi.engines.audit.context import unit
from jichi.engines.ledger import queries as ledger
from jichi.kernel import clock
from jichi.kernel.sampling import SampleContext

from .. import queries, sample
from .office import SYSTEM


@pytest.mark.django_db
def test_the_sample_ward_leaves_something_to_do_at_each_counter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample, "DAYS", 9)
    for code in ("youth", "health"):
        accounts.create_division(actor=SYSTEM, code=code, names={"ja": code})
    for _ in range(2):
        sample.fill(SampleContext(seed=1, size=100, today=clock.today()))
    with unit(SYSTEM):
        states = {one.code: one.state for one in queries.desks()}
        assert states == {"HOKEN-1": "waiting", "KODOMO-1": "open", "KODOMO-2": ""}
        assert queries.differences()
        assert sum(ledger.balances(on=clock.today() + timedelta(days=1)).values()) == 0
        assert [one.difference_yen for one in queries.waiting_cash() if one.difference_yen] == [-100]
