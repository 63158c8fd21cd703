"""A store's file taken in by engine bankfiles is in the books in the same transaction, by every kind of report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from conftest import shared_world
from jichi.engines.audit.context import unit
from jichi.engines.bankfiles import actions as bankfiles
from jichi.engines.bankfiles.tests import desk as bank
from jichi.engines.bankfiles.tests.desk import Desk
from jichi.engines.bankfiles.tests.made import barcode, report, reports
from jichi.engines.collection import actions, queries
from jichi.engines.collection.models import LevyKind, Receipt
from jichi.engines.ledger import queries as ledger
from jichi.kernel.errors import Conflict

from . import town as desk
from .town import SYSTEM, Town, levy

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Both:
    """Who takes files in, and who levies."""

    bank: Desk
    town: Town


def build() -> Both:
    """Make them in the open transaction."""
    return Both(bank.build(), desk.build())


world = shared_world(build)
DAY = date(2026, 6, 30)


def slip(key: str, yen: int) -> str:
    """The barcode of an instalment, behind the agent's five digits."""
    return barcode(int(key + "00"), yen)


def standing(*ids: int) -> list[tuple[int, int]]:
    with unit(SYSTEM):
        return [(view.paid, view.announced) for view in queries.standings(ids=ids, today=DAY)]


def test_from_the_notice_to_the_money(db: None, world: Both) -> None:
    first, second = levy(10_000, 8_000)
    one, other = slip(first.key, 10_000), slip(second.key, 8_000)
    world.bank.take(reports(report("01", one), report("01", other)))
    assert standing(first.pk, second.pk) == [(0, 10_000), (0, 8_000)]
    money = reports(report("02", one, made="20260715"), report("03", other, made="20260715"))
    world.bank.take(money)
    world.bank.take(money)
    assert standing(first.pk, second.pk) == [(10_000, 0), (0, 0)]
    assert (queries.wrong(), ledger.wrong()) == ((), ())
    with unit(SYSTEM):
        assert ledger.balances(on=date(2027, 1, 1), accounts=("agents", "claims")) == {
            "agents": 10_000,
            "claims": 8_000,
        }


def test_a_slip_paid_at_two_stores_and_an_unknown_one(db: None, world: Both) -> None:
    (first,) = levy(10_000)
    code, unknown = slip(first.key, 10_000), barcode(4711, 500)
    world.bank.take(reports(
        report("02", code, time="1145"), report("02", code, time="1146", shop="0220003"), report("02", unknown),
    ))  # fmt: skip
    with unit(SYSTEM):
        assert sorted((row.left_yen, row.instalment_id is None) for row in queries.unallocated()) == [
            (500, True), (10_000, False),
        ]  # fmt: skip
    assert standing(first.pk) == [(10_000, 0)]
    assert ("unknown", unknown) in world.bank.entries()
    assert (queries.wrong(), ledger.wrong()) == ((), ())


def test_a_file_that_the_books_refuse_is_not_taken_in(db: None, world: Both) -> None:
    with unit(SYSTEM):
        LevyKind.objects.update(takes_unknown=False)
    id, _ = world.bank.read(reports(report("02", barcode(4711, 500))))
    with pytest.raises(Conflict) as refused:
        bankfiles.apply_file(actor=world.bank.clerk, id=id)
    assert refused.value.code == "collection.nobody_takes"
    assert world.bank.file(id).state == "ready"
    assert bank.states() == {}
    with unit(SYSTEM):
        assert Receipt.objects.count() == 0


def test_the_same_file_booked_again_changes_nothing(db: None, world: Both) -> None:
    (first,) = levy(10_000)
    id = world.bank.take(reports(report("02", slip(first.key, 10_000))))
    assert actions.take_file(actor=SYSTEM, file_id=id) == 0
    with unit(SYSTEM):
        assert Receipt.objects.count() == 1
    assert queries.wrong() == ()
