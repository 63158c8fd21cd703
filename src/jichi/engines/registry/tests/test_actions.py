"""Filling the mirror: idempotent, all or nothing, and one current row per person whoever races."""

from __future__ import annotations

import threading

import psycopg
import pytest
from django.db import DataError, IntegrityError, connection

from conftest import TestDatabase
from jichi.engines.audit.context import unit
from jichi.engines.registry import actions, queries

from .people import LOADER, address_line, fill, resident_line

ONE = "1000000001"


def rows_of(number: str) -> list[tuple[int, bool, str]]:
    with unit(LOADER), connection.cursor() as cursor:
        cursor.execute(
            "SELECT history_no, is_current, name FROM eng_registry_resident WHERE addressee_no = %s ORDER BY 1",
            (number,),
        )
        return list(cursor.fetchall())


def apply(load_id: int, *histories: tuple[int, str], provisional: bool = False) -> int:
    flag = "t" if provisional else "f"
    return actions.apply_rows(
        actor=LOADER,
        load_id=load_id,
        residents=[resident_line(ONE, history_no=str(n), name=name, is_provisional=flag) for n, name in histories],
        addresses=[address_line(ONE, history_no=str(n)) for n, _ in histories],
    )


def test_applying_the_same_rows_again_changes_nothing(committed_db: TestDatabase) -> None:
    load = fill([resident_line(ONE)], [address_line(ONE)])
    assert apply(load.load_id, (2, "二　花子"), (3, "三　花子")) == 2
    expected = [(1, False, "試験　花子"), (2, False, "二　花子"), (3, True, "三　花子")]
    assert rows_of(ONE) == expected
    assert apply(load.load_id, (2, "二　花子"), (3, "三　花子")) == 0
    assert rows_of(ONE) == expected
    with unit(LOADER):
        person = queries.resident(ONE)
    assert person is not None
    assert (person.name, person.history_no, person.address_hidden) == ("三　花子", 3, False)


def test_an_older_row_or_a_provisional_one_does_not_become_current(committed_db: TestDatabase) -> None:
    load = fill([resident_line(ONE, history_no="3")], [address_line(ONE, history_no="3")])
    apply(load.load_id, (2, "古　花子"))
    apply(load.load_id, (4, "仮　花子"), provisional=True)
    assert rows_of(ONE) == [(2, False, "古　花子"), (3, True, "試験　花子"), (4, False, "仮　花子")]


def test_a_load_is_all_or_nothing(committed_db: TestDatabase) -> None:
    fill([resident_line(ONE)], [address_line(ONE)])
    with pytest.raises(IntegrityError, match="registry_sex"):
        fill([resident_line("2"), resident_line("3", sex="9")], [])
    with pytest.raises((IntegrityError, DataError)):
        fill([resident_line("2"), resident_line("2", history_no="2")], [])
    assert rows_of(ONE) == [(1, True, "試験　花子")]
    assert rows_of("2") == []


@pytest.mark.parametrize(
    ("given", "constraint"),
    [
        ({"birth_unknown": "t"}, "registry_no_made_up_birthday"),
        ({"is_provisional": "t"}, "registry_current_is_real"),
        ({"history_no": "0"}, "registry_history_from_1"),
        ({"state": "fled"}, "registry_state"),
        ({"addressee_no": ""}, "registry_has_number"),
    ],
)
def test_the_database_refuses_impossible_rows(
    committed_db: TestDatabase, given: dict[str, str], constraint: str
) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        fill([resident_line(ONE, **given)], [])


def test_lines_with_tabs_and_backslashes_survive(committed_db: TestDatabase) -> None:
    fill([resident_line(ONE, name="a\tb\\n　c\nd")], [address_line(ONE)])
    assert rows_of(ONE) == [(1, True, "a\tb\\n　c\nd")]


INSERT = (
    "INSERT INTO eng_registry_resident (load_id, addressee_no, history_no, is_current, household_no, "
    "municipality_code, kind, state, name, birth_text, relationship, names_folded, kana_folded) "
    "VALUES ({load}, '1000000009', {history}, true, 'H9', '131032', 'japanese', "
    "'resident', '競　走', '不詳', '世帯主', '', '')"
)


def race(database: TestDatabase, load_id: int) -> list[str]:
    """Two loads put a current row of the same new person at once; answers what became of each."""
    start = threading.Barrier(2)
    outcome: list[str] = []

    def load(history: int) -> None:
        with psycopg.connect(database.app_url) as own:
            own.execute("SELECT set_config('jichi.actor_kind', 'system', true)")
            start.wait(10)
            try:
                own.execute(INSERT.format(load=load_id, history=history))
                own.commit()
                outcome.append("done")
            except psycopg.errors.UniqueViolation:
                outcome.append("refused")

    threads = [threading.Thread(target=load, args=(n,)) for n in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return sorted(outcome)


def test_without_the_unique_index_two_rows_become_current(committed_db: TestDatabase) -> None:
    load = fill([resident_line(ONE)], [address_line(ONE)])
    with psycopg.connect(committed_db.owner_url) as owner:
        owner.execute("DROP INDEX registry_one_current")
    assert race(committed_db, load.load_id) == ["done", "done"]


def test_one_of_two_racing_loads_is_refused(committed_db: TestDatabase) -> None:
    load = fill([resident_line(ONE)], [address_line(ONE)])
    assert race(committed_db, load.load_id) == ["done", "refused"]


def test_a_change_after_the_load_is_in_the_trail_and_the_load_itself_is(committed_db: TestDatabase) -> None:
    load = fill([resident_line(ONE)], [address_line(ONE)])
    apply(load.load_id, (2, "二　花子"))
    with unit(LOADER), connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, action, subject FROM eng_audit_auditevent "
            "WHERE table_name LIKE 'eng_registry%' ORDER BY id"
        )
        trail = cursor.fetchall()
    assert [row for row in trail if row[1] != "remove"] == [
        ("eng_registry_registerload", "insert", ""),
        ("eng_registry_registerload", "update", ""),
        # The row that was current, then the one that is.
        ("eng_registry_resident", "update", ONE),
        ("eng_registry_address", "update", ONE),
        ("eng_registry_resident", "update", ONE),
        ("eng_registry_address", "update", ONE),
    ]
