"""With real commits: a close waits for whoever writes; what no code of ours can do is found by the doctor."""

from __future__ import annotations

from datetime import date

import psycopg
import pytest

from conftest import TestDatabase, own_world
from jichi.engines.ledger import actions, queries
from jichi.engines.ledger.checking import look_at_all
from jichi.engines.ledger.commands import main as ledger

from . import hall as desk
from .hall import SYSTEM, Hall, post, posting

hall = own_world(desk.build)
DAY = date(2026, 6, 10)
CLOSE = "SELECT ledger_close_days('2026-06-10', now())"
POST = (
    "SELECT fresh FROM ledger_post(ARRAY[ROW('x','t',%(d)s,2026,'2026-06-10','cash','',5)::ledger_line, "
    "ROW('x','t',%(d)s,2026,'2026-06-10','claims','',-5)::ledger_line], now())"
)


def booked_on(own_db: TestDatabase) -> date:
    with psycopg.connect(own_db.super_url) as looking:
        row = looking.execute("SELECT booked_on FROM eng_ledger_posting WHERE key = 'x'").fetchone()
        assert row is not None
        found: date = row[0]
        return found


def test_a_close_waits_for_who_is_writing(hall: Hall, own_db: TestDatabase) -> None:
    with psycopg.connect(own_db.app_url) as writer, psycopg.connect(own_db.app_url, autocommit=True) as closer:
        writer.execute(POST, {"d": hall.first})
        closer.execute("SET lock_timeout = '100ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            closer.execute(CLOSE)
        writer.commit()
        closer.execute(CLOSE)
    assert booked_on(own_db) == DAY


def test_who_writes_waits_for_a_close_and_goes_to_the_next_day(hall: Hall, own_db: TestDatabase) -> None:
    with psycopg.connect(own_db.app_url) as closer, psycopg.connect(own_db.app_url, autocommit=True) as writer:
        closer.execute(CLOSE)
        writer.execute("SET lock_timeout = '100ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            writer.execute(POST, {"d": hall.first})
        closer.commit()
        writer.execute(POST, {"d": hall.first})
    assert booked_on(own_db) == date(2026, 6, 11)


def test_without_the_lock_a_closed_day_would_be_written_to(hall: Hall, own_db: TestDatabase) -> None:
    """The guard taken away: the writer has looked before the close, and commits after it."""
    with psycopg.connect(own_db.super_url, autocommit=True) as owner:
        owner.execute("CREATE OR REPLACE FUNCTION ledger_lock() RETURNS bigint LANGUAGE sql VOLATILE "
                      "RETURN (random() * 1e15)::bigint")  # fmt: skip
    with psycopg.connect(own_db.app_url) as writer, psycopg.connect(own_db.app_url, autocommit=True) as closer:
        writer.execute(POST, {"d": hall.first})
        closer.execute(CLOSE)
        writer.commit()
    assert booked_on(own_db) == DAY  # in the closed day, after it was closed


def test_the_doctor_finds_what_somebody_changed_past_the_guards(hall: Hall, own_db: TestDatabase) -> None:
    post(posting("c", hall.first, DAY, ("claims", 5), ("revenue", -5)))
    look_at_all()
    post(posting("a", hall.first, DAY, ("claims", 5), ("revenue", -5)))
    post(posting("b", hall.first, DAY, ("claims", 5), ("revenue", -5)))
    assert queries.last_look().posting > 0
    with psycopg.connect(own_db.super_url) as owner:
        owner.execute("SET session_replication_role = replica")
        owner.execute("UPDATE eng_ledger_entry SET amount_yen = 6 WHERE account = 'claims' AND posting_id = "
                      "(SELECT id FROM eng_ledger_posting WHERE key = 'a')")  # fmt: skip
        owner.execute("DELETE FROM eng_ledger_entry WHERE posting_id = "
                      "(SELECT id FROM eng_ledger_posting WHERE key = 'b')")  # fmt: skip
    assert (
        queries.wrong()
        == queries.wrong(since=queries.last_look())
        == (
            "postings that don't balance (1)",
            "sums by day that are not those of the entries (2)",
            "postings without entries (1)",
        )
    )
    assert [finding.state for finding in queries.findings()] == ["wrong"]
    assert ledger(["check"]) == 1
    assert len(queries.last_look().wrong) == 3


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("UPDATE eng_ledger_entry SET amount_yen = 1", "ledger_append_only"),
        ("DELETE FROM eng_ledger_posting", "ledger_append_only"),
        ("UPDATE eng_ledger_account SET kind = 'asset'", "ledger_append_only"),
        (("INSERT INTO eng_ledger_posting (key, kind, division_id, fiscal_year, belongs_year, booked_on, belongs_on, "
         "booked_at) VALUES ('y', 't', {d}, 2026, 2026, '2026-06-20', '2026-06-20', now())"), "ledger_even"),
        (("INSERT INTO eng_ledger_posting (key, kind, division_id, fiscal_year, belongs_year, booked_on, belongs_on, "
         "booked_at) VALUES ('y', 't', {d}, 2026, 2026, '2026-06-01', '2026-06-01', now())"), "ledger_open_period"),
        (("INSERT INTO eng_ledger_entry (posting_id, account, amount_yen, booked_on, division_id, fiscal_year) "
         "SELECT id, a, y, booked_on, division_id, fiscal_year FROM eng_ledger_posting, "
         "(VALUES ('cash', 3), ('claims', -3)) v(a, y)"), "ledger_even"),
        (("INSERT INTO eng_ledger_entry (posting_id, account, amount_yen, booked_on, division_id, fiscal_year) "
         "VALUES (0, 'cash', 3, '2026-06-20', {d}, 2026)"), "ledger_entry_placed"),
    ],
)  # fmt: skip
def test_not_even_the_owner_writes_past_the_guards(
    hall: Hall, own_db: TestDatabase, statement: str, constraint: str
) -> None:
    post(posting("a", hall.first, DAY, ("claims", 5), ("revenue", -5)))
    actions.close_days(actor=SYSTEM, through=DAY)
    with psycopg.connect(own_db.owner_url) as owner, pytest.raises(psycopg.errors.IntegrityError) as refused:
        owner.execute(statement.replace("{d}", str(hall.first)))
    assert refused.value.diag.constraint_name == constraint
