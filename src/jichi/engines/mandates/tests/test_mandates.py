"""口座振替の契約: one that lives for each payer and kind, kept as it was, seen by whom it concerns."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from conftest import own_world
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.engines.collection.tests import town as towns
from jichi.engines.collection.tests.town import PAYER, Town
from jichi.kernel.errors import Conflict, Forbidden, Invalid, NotFound

from .. import actions, queries, rules
from ..actions import NewMandate
from ..models import Mandate
from ..rules import Account
from .keys import sealing_key

SYSTEM = system_actor("test")
KIND = "resident-tax"
RIGHTS = frozenset({"eng_mandates.view", "eng_mandates.edit"})


@pytest.fixture
def town(db: None) -> Town:
    return towns.build()


@pytest.fixture(autouse=True)
def key() -> Iterator[None]:
    with sealing_key():
        yield


real_town = own_world(towns.build)


def account(number: str = "1234567") -> Account:
    return rules.checked_account(bank="0001", branch="001", type="1", number=number, holder="みどり はなこ")


def new(key: str = "a", number: str = "1234567", payer: str = PAYER) -> NewMandate:
    return NewMandate(
        dedupe_key=key, payer_no=payer, kind=KIND, account=account(number), source="web", since=date(2026, 12, 1)
    )


def official(*divisions: int) -> Actor:
    return Actor(kind="staff", permissions=RIGHTS, divisions=frozenset(divisions))


@pytest.mark.parametrize(
    ("today", "lead", "first"),
    [
        (date(2026, 11, 5), 20, date(2026, 12, 1)), (date(2026, 11, 11), 20, date(2026, 12, 1)),
        (date(2026, 11, 12), 20, date(2027, 1, 1)), (date(2026, 12, 20), 20, date(2027, 2, 1)),
        (date(2026, 11, 1), 0, date(2026, 11, 1)),
    ],
)  # fmt: skip
def test_a_mandate_counts_from_the_month_that_banks_are_ready_for(today: date, lead: int, first: date) -> None:
    assert rules.counts_from(today, lead) == first


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"number": "12345678"}, "number", "mandate.account"), ({"number": "0"}, "number", "mandate.account"),
        ({"branch": "1"}, "number", "mandate.account"), ({"type": "4"}, "number", "mandate.account"),
        ({"holder": "緑 花子"}, "holder", "mandate.holder"), ({"holder": " "}, "holder", "field.required"),
    ],
)  # fmt: skip
def test_what_is_no_account_is_refused(values: dict[str, str], field: str, code: str) -> None:
    given = {"bank": "0001", "branch": "001", "type": "1", "number": "1234567", "holder": "ミドリ ハナコ", **values}
    with pytest.raises(Invalid) as refused:
        rules.checked_account(**given)
    assert refused.value.fields[field].code == code


def test_an_account_is_written_as_banks_write_it() -> None:
    found = rules.checked_account(bank="0001", branch="001", type="1", number="4567", holder="みどり がっこ")
    assert (found.number, found.holder, found.masked) == ("0004567", "ﾐﾄﾞﾘ ｶﾞﾂｺ", "****567")


def test_told_twice_it_is_one_and_another_account_is_refused(town: Town) -> None:
    first = actions.open_mandate(actor=SYSTEM, new=new())
    assert actions.open_mandate(actor=SYSTEM, new=new()) == first
    assert actions.open_mandate(actor=SYSTEM, new=new("b")) == first
    with pytest.raises(Conflict, match=r"mandate\.there"):
        actions.open_mandate(actor=SYSTEM, new=new("c", "7654321"))
    second = actions.open_mandate(actor=SYSTEM, new=new("d", "7654321"), replaces=True)
    with unit(SYSTEM):
        assert [(one.id, one.state, one.reason) for one in queries.of_payer(PAYER)] == [
            (second, "live", ""), (first, "ended", "changed"),
        ]  # fmt: skip
        assert [one.what for one in queries.history(first)] == ["opened", "ended"]


def test_rooms_that_charge_ask_which_account_pays(town: Town) -> None:
    made = actions.open_mandate(actor=SYSTEM, new=new())
    with unit(SYSTEM):
        assert queries.live_mandate(payer_no=PAYER, kind=KIND, on=date(2026, 11, 30)) is None
        found = queries.live_mandate(payer_no=PAYER, kind=KIND, on=date(2026, 12, 1))
        assert found is not None
        assert (found.id, found.account) == (made, "普通 ****567")
        assert set(queries.live_mandates(kind=KIND, on=date(2026, 12, 1))) == {PAYER}
        actions.hold_mandate(actor=SYSTEM, mandate_id=made, reason="result")
        assert queries.live_mandate(payer_no=PAYER, kind=KIND, on=date(2026, 12, 1)) is None
    actions.free_mandate(actor=SYSTEM, mandate_id=made)
    with unit(SYSTEM):
        assert queries.live_mandate(payer_no=PAYER, kind=KIND, on=date(2026, 12, 1)) is not None


def test_numbers_are_sealed_in_the_table_and_absent_from_the_trail(town: Town) -> None:
    made = actions.open_mandate(actor=SYSTEM, new=new())
    with unit(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(m)::text FROM eng_mandates_mandate m WHERE id = %s", (made,))
        row = cursor.fetchone()[0]
        cursor.execute("SELECT string_agg(to_jsonb(e)::text, '') FROM eng_audit_auditevent e")
        trail = cursor.fetchone()[0]
    assert "1234567" not in row + trail
    assert "ﾐﾄﾞﾘ" not in row + trail
    assert json.loads(row)["tail"] == "567"
    with unit(SYSTEM):
        assert queries.accounts_of([made])[made].number == "1234567"


def test_officials_reach_what_their_divisions_levy(town: Town) -> None:
    with pytest.raises(Forbidden):
        actions.open_mandate(actor=official(town.other), new=new())
    made = actions.open_mandate(actor=official(town.division), new=new())
    with unit(official(town.other)):
        assert queries.mandate(made) is None
    with pytest.raises(NotFound):
        actions.end_mandate(actor=official(town.other), mandate_id=made, reason="asked")
    with unit(official(town.division)):
        assert queries.search(q=PAYER)[1] == 1
    actions.end_mandate(actor=official(town.division), mandate_id=made, reason="asked")
    with unit(SYSTEM):
        assert [one.state for one in queries.of_payer(PAYER)] == ["ended"]


def test_the_database_keeps_accounts_and_ends(town: Town) -> None:
    made = actions.open_mandate(actor=SYSTEM, new=new())
    with unit(SYSTEM):
        for change in ({"bank": "0005"}, {"payer_no": "1"}, {"state": "ended"}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Mandate.objects.filter(pk=made).update(**change)
        with pytest.raises(IntegrityError), transaction.atomic():
            Mandate.objects.filter(pk=made).delete()
    actions.end_mandate(actor=SYSTEM, mandate_id=made, reason="asked")
    with unit(SYSTEM), pytest.raises(IntegrityError), transaction.atomic():
        Mandate.objects.filter(pk=made).update(state="live", ended_on=None, reason="")


def test_two_at_once_leave_one_that_lives(real_town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both look before either writes. Without the guard both rows stand; the constraint lets one through."""
    both = threading.Barrier(2, timeout=20)
    keep = actions._keep
    outcomes: list[str] = []

    def wait_then_keep(*given: Any) -> Any:
        both.wait()
        return keep(*given)

    def press(key: str, number: str) -> None:
        try:
            actions.open_mandate(actor=SYSTEM, new=new(key, number))
            outcomes.append("kept")
        except Conflict as error:
            outcomes.append(error.code)
        finally:
            connection.close()

    monkeypatch.setattr(actions, "_keep", wait_then_keep)
    threads = [threading.Thread(target=press, args=(f"k{place}", f"{place}234567")) for place in (1, 2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert sorted(outcomes) == ["kept", "mandate.there"]
    with unit(SYSTEM):
        assert len(queries.of_payer(PAYER)) == 1
