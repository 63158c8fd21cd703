"""A resident's row always names a load that is there, though no foreign key says so."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg import errors

from .people import address_line, fill, resident_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import TestDatabase

ROW = (
    "INSERT INTO eng_registry_resident (load_id, addressee_no, history_no, is_current, household_no, "
    "municipality_code, kind, state, name, birth_text, relationship, names_folded, kana_folded) "
    "VALUES (%s, '1000000009', 1, true, 'H9', '131032', 'japanese', 'resident', '親　子', '不詳', '世帯主', '', '')"
)
LOAD = (
    "INSERT INTO eng_registry_registerload (kind, label, as_of, started_at, persons, rows, checksum) "
    "VALUES ('sample', 'other', '2026-04-02', now(), 0, 0, '') RETURNING id"
)


@contextmanager
def owner(database: TestDatabase) -> Iterator[psycopg.Connection[Any]]:
    """As whoever owns the tables: past row security and grants, so that the triggers alone refuse."""
    with psycopg.connect(database.owner_url) as connection:
        connection.execute("SET lock_timeout = '200ms'")
        yield connection


def test_no_row_names_a_load_that_is_not_there(committed_db: TestDatabase) -> None:
    load = fill([resident_line("1")], [address_line("1")]).load_id
    with owner(committed_db) as connection:
        for statement in (ROW, "UPDATE eng_registry_resident SET load_id = %s"):
            with (
                pytest.raises(errors.ForeignKeyViolation, match="not there") as refused,
                connection.transaction(),
            ):
                connection.execute(statement, (load + 1,))
            assert refused.value.diag.constraint_name == "registry_load_of_resident"
        assert connection.execute("SELECT array_agg(load_id) FROM eng_registry_resident").fetchone() == ([load],)
        connection.execute(ROW, (load,))


def test_a_load_that_rows_name_stays(committed_db: TestDatabase) -> None:
    load = fill([resident_line("1")], [address_line("1")]).load_id
    with owner(committed_db) as connection:
        for statement in ("DELETE FROM eng_registry_registerload", "UPDATE eng_registry_registerload SET id = 99"):
            with pytest.raises(errors.ForeignKeyViolation, match="name this load"), connection.transaction():
                connection.execute(statement)
        found = connection.execute("SELECT array_agg(id) FROM eng_registry_registerload").fetchone()
        assert found == ([load],)
        with pytest.raises(errors.FeatureNotSupported), connection.transaction():
            connection.execute("TRUNCATE eng_registry_registerload")


def test_a_load_waits_for_who_is_writing_rows_of_it(committed_db: TestDatabase) -> None:
    with owner(committed_db) as writing, owner(committed_db) as removing:
        row = writing.execute(LOAD).fetchone()
        writing.commit()
        assert row is not None
        writing.execute(ROW, row)
        with pytest.raises(errors.LockNotAvailable), removing.transaction():
            removing.execute("DELETE FROM eng_registry_registerload WHERE id = %s", row)
        writing.commit()
        with pytest.raises(errors.ForeignKeyViolation), removing.transaction():
            removing.execute("DELETE FROM eng_registry_registerload WHERE id = %s", row)
