"""Who sees which rows, asked as the database's three roles, past any code of ours."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
import pytest

from conftest import TestDatabase, own_world
from jichi.engines.accounts import actions as accounts
from jichi.engines.audit.context import Actor, unit
from jichi.engines.registry import actions, queries
from jichi.engines.registry.rules import HIDDEN
from jichi.kernel.errors import Conflict, Forbidden

from .people import CLERK, LOADER, OFFICIAL, address_line, fill, household_line, measure, resident_line

OPEN, HIDDEN_ONE, CHILD, OFFENDER, BY_HOUSEHOLD = "1000000001", "1000000002", "1000000003", "1000000004", "1000000005"
ADDRESSES = "SELECT addressee_no FROM eng_registry_address ORDER BY 1"
PEOPLE = "SELECT addressee_no FROM eng_registry_resident WHERE is_current ORDER BY 1"
EVERYBODY = [OPEN, HIDDEN_ONE, CHILD, OFFENDER, BY_HOUSEHOLD]


def people() -> None:
    """An open person; a protected mother and her child, whose offender lives with them; a protected household."""
    together = {"household_no": "H1"}
    fill(
        [
            resident_line(OPEN),
            resident_line(HIDDEN_ONE, name="隠田　静", kana="オンダ　シズカ", **together),
            resident_line(CHILD, name="隠田　湊", kana="オンダ　ミナト", relationship="子", **together),
            resident_line(OFFENDER, name="隠田　剛", kana="オンダ　ツヨシ", relationship="夫", **together),
            resident_line(BY_HOUSEHOLD, household_no="H2"),
        ],
        [
            address_line(OPEN),
            address_line(HIDDEN_ONE, **together),
            address_line(CHILD, **together),
            address_line(OFFENDER, **together),
            address_line(BY_HOUSEHOLD, household_no="H2"),
        ],
        measure(HIDDEN_ONE, CHILD, offender_no=OFFENDER),
        measure(households=("H2",)),
    )


register = own_world(people)


@contextmanager
def looking(url: str, *, kind: str = "", account: object = "", permissions: tuple[str, ...] = ()) -> Iterator[Any]:
    """A bare connection whose transaction claims to be this actor."""
    with psycopg.connect(url) as connection:
        connection.execute(
            "SELECT set_config('jichi.actor_kind', %s, true), set_config('jichi.actor_id', %s, true), "
            "set_config('jichi.permissions', %s, true)",
            (kind, str(account), json.dumps(list(permissions))),
        )
        yield lambda statement: [row[0] for row in connection.execute(statement).fetchall()]


def login_of(number: str, mail: str) -> UUID:
    account = accounts.create_resident_account(actor=LOADER, email=mail)
    accounts.link_person(actor=LOADER, account_id=account.pk, addressee_no=number, how="sample")
    return account.pk


def test_the_application_sees_nothing_without_an_actor(register: TestDatabase) -> None:
    for kind in ("", "anonymous", "partner", "resident"):
        with looking(register.app_url, kind=kind) as rows:
            assert rows(ADDRESSES) == []
            assert rows(PEOPLE) == []
            assert rows("SELECT household_no FROM eng_registry_household") == []


def test_officials_see_all_people_but_no_protected_address(register: TestDatabase) -> None:
    with looking(register.app_url, kind="staff", permissions=("eng_registry.resident.view",)) as rows:
        assert rows(PEOPLE) == EVERYBODY
        assert rows(ADDRESSES) == [OPEN, OFFENDER]
        assert rows("SELECT count(*) FROM eng_registry_address WHERE town_key = '13103001001'") == [2]
        assert rows("SELECT applicant_no FROM eng_registry_protection") == []
        assert rows("SELECT addressee_no FROM eng_registry_protectedperson") == []


def test_the_permission_opens_protected_addresses(register: TestDatabase) -> None:
    with looking(register.app_url, kind="staff", permissions=("eng_registry.protected.view",)) as rows:
        assert rows(ADDRESSES) == EVERYBODY


def test_a_permission_counts_for_officials_only(register: TestDatabase) -> None:
    with looking(register.app_url, kind="resident", permissions=("eng_registry.protected.view",)) as rows:
        assert rows(ADDRESSES) == []


def test_the_system_and_the_owner_see_all(register: TestDatabase) -> None:
    with looking(register.app_url, kind="system") as rows:
        assert rows(ADDRESSES) == EVERYBODY
    for url in (register.owner_url, register.super_url):
        with looking(url) as rows:
            assert rows(ADDRESSES) == EVERYBODY


def test_residents_see_their_own_household(register: TestDatabase) -> None:
    with looking(register.app_url, kind="resident", account=login_of(OPEN, "open@example.jp")) as rows:
        assert rows(PEOPLE) == [OPEN]
        assert rows(ADDRESSES) == [OPEN]
    with looking(register.app_url, kind="resident", account=login_of(HIDDEN_ONE, "hidden@example.jp")) as rows:
        assert rows(PEOPLE) == [HIDDEN_ONE, CHILD, OFFENDER]
        assert rows(ADDRESSES) == [HIDDEN_ONE, CHILD, OFFENDER]


def test_the_offender_in_the_household_does_not_see_the_protected_address(register: TestDatabase) -> None:
    with looking(register.app_url, kind="resident", account=login_of(OFFENDER, "offender@example.jp")) as rows:
        assert rows(ADDRESSES) == [OFFENDER]


def test_an_ended_link_shows_nothing(register: TestDatabase) -> None:
    account = login_of(OPEN, "open@example.jp")
    accounts.end_link(actor=LOADER, account_id=account)
    with looking(register.app_url, kind="resident", account=account) as rows:
        assert rows(PEOPLE) == []


def test_a_measure_does_not_end_by_itself_but_by_being_lifted(register: TestDatabase) -> None:
    with psycopg.connect(register.owner_url) as owner:
        owner.execute("UPDATE eng_registry_protection SET start_on = '2001-04-01', end_on = '2002-03-31'")
    with looking(register.app_url, kind="staff") as rows:
        assert rows(ADDRESSES) == [OPEN, OFFENDER]
    with psycopg.connect(register.owner_url) as owner:
        owner.execute("UPDATE eng_registry_protection SET lifted_on = '2002-05-01', lifted_reason = '本人の申出'")
    with looking(register.app_url, kind="staff") as rows:
        assert rows(ADDRESSES) == EVERYBODY


def test_without_the_policy_the_addresses_would_show(register: TestDatabase) -> None:
    with psycopg.connect(register.owner_url) as owner:
        owner.execute("ALTER TABLE eng_registry_address DISABLE ROW LEVEL SECURITY")
    with looking(register.app_url, kind="staff") as rows:
        assert rows(ADDRESSES) == EVERYBODY


@pytest.mark.parametrize(
    "table", ["resident", "address", "household", "protection", "protectedperson", "protectionblock"]
)
def test_the_mirror_is_read_only_to_everybody_but_a_load(register: TestDatabase, table: str) -> None:
    permissions = ("eng_registry.resident.view", "eng_registry.protected.view")
    with looking(register.app_url, kind="staff", permissions=permissions) as rows:
        assert rows(f"DELETE FROM eng_registry_{table} RETURNING 1") == []
    with (
        looking(register.app_url, kind="staff", permissions=permissions) as rows,
        pytest.raises(psycopg.Error) as refused,
    ):
        rows(
            "INSERT INTO eng_registry_household (household_no, head_addressee_no, size, type) "
            "VALUES ('H9', 'x', 1, 'single')"
        )
    assert refused.value.sqlstate == "42501"
    with looking(register.app_url, kind="staff", permissions=permissions) as rows, pytest.raises(psycopg.Error):
        rows("SELECT registry_remove_sample()")


def test_provisional_rows_are_for_the_resident_section_only(committed_db: TestDatabase) -> None:
    fill(
        [
            resident_line(OPEN),
            resident_line(OPEN, name="改姓　花子", history_no="2", is_current="f", is_provisional="t"),
        ],
        [address_line(OPEN), address_line(OPEN, history_no="2", is_current="f")],
    )
    names = "SELECT name FROM eng_registry_resident ORDER BY history_no"
    with looking(committed_db.app_url, kind="staff", permissions=("eng_registry.resident.view",)) as rows:
        assert rows(names) == ["試験　花子"]
    with looking(committed_db.app_url, kind="staff", permissions=("eng_registry.provisional.view",)) as rows:
        assert rows(names) == ["試験　花子", "改姓　花子"]


def test_records_say_hidden_where_the_database_hid(register: TestDatabase) -> None:
    with unit(OFFICIAL):
        person = queries.resident(HIDDEN_ONE)
    assert person is not None
    assert (person.address, person.postcode, person.town_key) == (HIDDEN, "", "")
    assert (person.is_protected, person.address_hidden) == (True, True)
    with unit(CLERK):
        seen = queries.resident(HIDDEN_ONE)
    assert seen is not None
    assert seen.address == "東京都みどり区芝一丁目2番3号 試験荘101号室"


def test_the_search_past_row_security_answers_only_who_may_search(register: TestDatabase) -> None:
    search = "SELECT registry_search('', '', ARRAY['^隠'], ARRAY['%隠%'], '', 10)"
    with looking(register.app_url, kind="staff", permissions=("eng_registry.resident.search",)) as rows:
        assert rows(search) == [HIDDEN_ONE, OFFENDER, CHILD]
    for kind, permissions in (("staff", ()), ("resident", ("eng_registry.resident.search",)), ("", ())):
        with looking(register.app_url, kind=kind, permissions=permissions) as rows:
            assert rows(search) == []


def test_no_column_can_hold_an_individual_number(register: TestDatabase) -> None:
    with psycopg.connect(register.super_url) as connection:
        columns = connection.execute(
            "SELECT table_name || '.' || column_name FROM information_schema.columns "
            "WHERE table_name LIKE 'eng_registry%'"
        ).fetchall()
    forbidden = (
        "my_number",
        "mynumber",
        "individual_no",
        "individual_number",
        "kojin_bango",
        "個人番号",
        "resident_code",
        "card_no",
    )
    assert [c for (c,) in columns if any(word in c for word in forbidden)] == []


def test_removing_refuses_what_came_from_a_file(register: TestDatabase) -> None:
    with psycopg.connect(register.owner_url) as owner:
        owner.execute("UPDATE eng_registry_registerload SET kind = 'file'")
    with pytest.raises(Conflict, match=r"registry\.not_a_sample"):
        actions.remove_sample(actor=LOADER)
    with looking(register.app_url, kind="system") as rows:
        assert rows(PEOPLE) == EVERYBODY
        with pytest.raises(psycopg.Error, match="more than a sample"):
            rows("SELECT registry_remove_sample()")


def test_loading_needs_the_permission(register: TestDatabase) -> None:
    with pytest.raises(Forbidden):
        actions.remove_sample(actor=Actor(kind="staff"))
    with looking(register.app_url, kind="system") as rows:
        assert rows(PEOPLE) == EVERYBODY
    assert household_line("H1", OPEN) == f"H1\t{OPEN}\t1\tsingle\n"
