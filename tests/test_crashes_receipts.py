"""A store's file, killed at every step of taking it in: nothing of it is there, or all of it to the last entry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg

from conftest import TestDatabase
from jichi.engines.bankfiles import actions as bankfiles
from jichi.engines.bankfiles.tests import desk
from jichi.engines.bankfiles.tests.made import barcode, report, reports
from jichi.engines.collection import queries
from jichi.engines.collection.tests import town
from jichi.engines.collection.tests.town import SYSTEM, levy
from jichi.engines.ledger import queries as ledger

from .dying import Act, dies_after

MOST_STATEMENTS = 120
TRACES = """
SELECT (SELECT count(*) FROM eng_bankfiles_takenfile), (SELECT count(*) FROM eng_bankfiles_storereceipt),
    (SELECT count(*) FROM eng_bankfiles_difference), (SELECT count(*) FROM eng_collection_receipt),
    (SELECT count(*) FROM eng_collection_allocation), (SELECT count(*) FROM eng_collection_announced),
    (SELECT count(*) FROM eng_ledger_posting WHERE kind <> 'assessed'),
    (SELECT coalesce(sum(amount_yen), 0) FROM eng_ledger_daysum WHERE account = 'agents')
"""
NOTHING = (0, 0, 0, 0, 0, 0, 0, 0)


def traces(database: TestDatabase) -> tuple[Any, ...]:
    """What the file left, past row security."""
    with psycopg.connect(database.super_url) as there:
        found = there.execute(TRACES).fetchone()
    assert found is not None
    return tuple(found)


def taking(data: bytes) -> Callable[[], object]:
    """Take the file in, as `jichi receipts take` does."""
    return lambda: bankfiles.take_whole(
        actor=SYSTEM, partner="agent", purpose="receipts", filename="a.txt", data=data
    )  # fmt: skip


def a_file() -> bytes:
    """Money in time, the same slip paid twice, one that is late, one that nobody knows, one that is announced."""
    parts = [*levy(10_000, 8_000), *levy(7_000, 6_000, key="b")]
    first, second, third, fourth = (barcode(int(part.key + "00"), part.amount_yen) for part in parts)
    return reports(
        report("02", first, day="20260620"), report("02", first, day="20260621", shop="0220003"),
        report("02", second, day="20260620"), report("02", third, day="20260910"), report("01", fourth, day="20260620"),
        report("02", barcode(4711, 500), day="20260620"),
    )  # fmt: skip


def test_a_file_killed_at_every_step_leaves_all_or_nothing(committed_db: TestDatabase) -> None:
    desk.build()
    town.build()
    take = Act(taking, {"data": a_file()})
    killed = 0
    for statements in range(1, MOST_STATEMENTS):
        lived = dies_after(committed_db, statements, take)
        if lived:
            break
        assert traces(committed_db) == NOTHING
        killed += 1
    assert killed >= 10
    found = traces(committed_db)
    assert found[:6] == (1, 6, 1, 5, 3, 1)
    assert found[7] == 10_000 + 10_000 + 8_000 + 7_000 + 500
    assert (queries.wrong(), ledger.wrong()) == ((), ())
    # Sent again after a crash that came between commit and answer.
    assert dies_after(committed_db, MOST_STATEMENTS, take)
    assert traces(committed_db) == found
