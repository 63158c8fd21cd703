"""What engine bankfiles has to book of a file is asked for by its id; of that engine only the answer matters here."""

from __future__ import annotations

from datetime import date

import psycopg

from conftest import TestDatabase, own_world
from jichi.engines.audit.context import unit
from jichi.engines.collection import actions, queries

from . import town as desk
from .town import SYSTEM, Town, levy

town = own_world(desk.build)


def test_all_that_a_file_has_to_book(town: Town, own_db: TestDatabase) -> None:
    first, second = levy(10_000, 8_000)
    answer = (
        f"SELECT 7::bigint, 'store', '{first.key}0000000', 0, date '2026-06-20', 10000::bigint, 'final' "
        f"UNION ALL SELECT 8, 'app', '{second.key}', 1, date '2026-06-21', 8000, 'provisional' WHERE $1 = 3"
    )
    with psycopg.connect(own_db.super_url) as owner:
        owner.execute("DROP FUNCTION IF EXISTS bankfiles_to_book(bigint)")
        owner.execute(
            "CREATE FUNCTION bankfiles_to_book(p_file bigint) RETURNS TABLE (receipt_id bigint, channel text, "
            f"key text, reissue int, paid_on date, amount_yen bigint, kind text) LANGUAGE sql AS $$ {answer} $$"
        )
    for _ in range(2):
        assert actions.take_file(actor=SYSTEM, file_id=3) == 0
    with unit(SYSTEM):
        found = queries.standings(ids=[first.pk, second.pk], today=date(2026, 6, 22))
    assert [(view.paid, view.announced) for view in found] == [(10_000, 0), (0, 8_000)]
    assert queries.wrong() == ()
