"""Loading the sample ward into a real database, with its accounts."""

from __future__ import annotations

from datetime import date

import psycopg
import pytest
from cryptography.fernet import Fernet
from pytest_django import Settings

from conftest import TestDatabase
from jichi.engines.accounts.queries import linked_person
from jichi.engines.audit.context import unit
from jichi.engines.registry import queries
from jichi.engines.registry.rules import HIDDEN
from jichi.kernel.sampling import SampleContext
from jichi.sample import accounts, commands
from jichi.sample.cast import cast_number
from jichi.sample.commands import ACTOR

TODAY = date(2026, 11, 21)
CONTEXT = SampleContext(seed=1, size=600, today=TODAY)


def count(database: TestDatabase, statement: str) -> int:
    with psycopg.connect(database.super_url) as connection:
        row = connection.execute(statement).fetchone()
        assert row is not None
        return int(row[0])


@pytest.fixture
def empty(committed_db: TestDatabase, settings: Settings) -> TestDatabase:
    """An empty house of register and accounts; the other rooms' samples are theirs to test."""
    settings.JICHI_ROOMS = ("jichi.engines.accounts", "jichi.engines.registry")
    settings.JICHI_FIELD_KEYS = (Fernet.generate_key().decode(),)
    return committed_db


@pytest.fixture
def loaded(empty: TestDatabase) -> TestDatabase:
    """A small ward with its accounts."""
    commands.load_ward(CONTEXT)
    return empty


def test_a_ward_is_loaded_whole(loaded: TestDatabase) -> None:
    assert count(loaded, "SELECT count(*) FROM eng_registry_resident WHERE is_current AND state = 'resident'") == 600
    assert (
        count(
            loaded,
            "SELECT count(*) FROM eng_registry_resident r LEFT JOIN eng_registry_address a "
            "USING (addressee_no, history_no, branch_no) WHERE a.town_key IS NULL",
        )
        == 0
    )
    assert count(loaded, "SELECT sum(size) FROM eng_registry_household") == 600
    assert count(loaded, "SELECT count(*) FROM eng_registry_town") > 100
    state = queries.register_state()
    assert (state.kind, state.residents, state.as_of) == ("sample", 600, TODAY)


def test_loading_again_gives_the_same_and_keeps_the_accounts(
    loaded: TestDatabase, capsys: pytest.CaptureFixture[str]
) -> None:
    digest = "SELECT ('x' || left(checksum, 8))::bit(32)::int FROM eng_registry_registerload"
    before = count(loaded, digest), count(loaded, "SELECT count(*) FROM eng_accounts_account")
    assert "stay as they are" not in capsys.readouterr().out
    commands.load_ward(CONTEXT)
    assert "stay as they are" in capsys.readouterr().out
    assert (count(loaded, digest), count(loaded, "SELECT count(*) FROM eng_accounts_account")) == before
    assert count(loaded, "SELECT count(*) FROM eng_registry_registerload") == 1


def test_accounts_stand_for_the_people_they_are_said_to_be(loaded: TestDatabase) -> None:
    with unit(ACTOR):
        for demo in accounts.demo_accounts():
            if demo.kind != "resident":
                continue
            with psycopg.connect(loaded.super_url) as connection:
                row = connection.execute(
                    "SELECT id FROM eng_accounts_account WHERE email = %s", (demo.login,)
                ).fetchone()
            assert row is not None
            number = linked_person(row[0])
            if demo.key == "unlinked":
                assert number is None
                continue
            assert number == cast_number(demo.key, TODAY)
            person = queries.resident(number)
            assert person is not None
            assert person.name.replace("　", "") == demo.name or person.name.replace("　", " ") == demo.name
    assert count(
        loaded, "SELECT count(*) FROM eng_accounts_account WHERE kind = 'staff' AND totp_confirmed_at IS NOT NULL"
    ) == sum(demo.kind == "staff" for demo in accounts.demo_accounts())


def test_the_hint_for_the_unlinked_login_finds_exactly_one(loaded: TestDatabase) -> None:
    hint = accounts.link_hint(TODAY)
    match = queries.find_candidates(hint.kana, hint.birth_date, hint.postcode)
    assert (match.grade, match.addressee_no) == ("exact", cast_number("unlinked", TODAY))


def test_an_official_sees_no_address_of_the_protected_cast(loaded: TestDatabase) -> None:
    from jichi.engines.audit.context import Actor

    with unit(Actor(kind="staff")):
        for member in range(3):
            person = queries.resident(cast_number("protected", TODAY, member=member))
            assert person is not None
            assert (person.is_protected, person.address) == (True, HIDDEN)


def test_the_command_loads_once_and_removes(empty: TestDatabase, capsys: pytest.CaptureFixture[str]) -> None:
    load = ["load", "--size", "60", "--seed", "3", "--today", "2026-11-21"]
    assert commands.main(load) == 0
    shown = capsys.readouterr().out
    assert "60 residents" in shown
    assert "sakura@midori.example" in shown
    assert commands.main([*load, "--if-empty"]) == 0
    assert "left as it is" in capsys.readouterr().out
    assert commands.main(["load", "--city", "99999"]) == 1
    assert "no towns" in capsys.readouterr().err
    assert count(empty, "SELECT count(*) FROM eng_registry_resident WHERE is_current AND state = 'resident'") == 60
    assert commands.main(["remove"]) == 0
    assert count(empty, "SELECT count(*) FROM eng_registry_resident") == 0
    capsys.readouterr()
    assert commands.main([*load, "--no-accounts"]) == 0
    assert "sakura" not in capsys.readouterr().out  # `jichi demo` lists them when it is ready
    assert commands.main(["remove"]) == 0
    with psycopg.connect(empty.owner_url) as owner:
        owner.execute(
            "INSERT INTO eng_registry_registerload (kind, label, as_of, started_at, persons, rows, checksum) "
            "VALUES ('file', 'day', '2026-11-21', now(), 0, 0, '')"
        )
    assert commands.main(load) == 1
    assert "loaded from a file" in capsys.readouterr().err
