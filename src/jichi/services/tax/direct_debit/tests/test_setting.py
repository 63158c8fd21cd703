"""Banks and 費目 as administrators set them; 記号 and 番号 of ゆうちょ銀行."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest

from jichi.engines.accounts import actions as accounts
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit.context import Actor
from jichi.engines.bankfiles import actions as bankfiles
from jichi.engines.bankfiles.tests.made import HEADER
from jichi.engines.collection.tests import town as towns
from jichi.kernel.errors import Forbidden, Invalid

from .. import actions, queries, rules
from ..rules.yucho import as_account
from .desk import SYSTEM


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("08:30", time(8, 30)), ("8:30", time(8, 30)), ("０８：３０", time(8, 30)), ("0830", time(8, 30)),
        ("24:00", time(0)), ("24:01", None), ("8時", None), ("", None), ("12:60", None),
    ],
)  # fmt: skip
def test_a_time_is_read_however_it_is_typed(text: str, read: time | None) -> None:
    assert rules.time_from(text) == read


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({}, set()), ({"lead_days": "91"}, {"lead_days"}), ({"retries": "-1"}, {"retries"}), ({"goal": ""}, {"goal"}),
        ({"stop_after": "0"}, {"stop_after"}), ({"goal": "100.1"}, {"goal"}), ({"lead_days": "２０"}, set()),
    ],
)  # fmt: skip
def test_numbers_of_an_offer_keep_to_what_the_database_takes(changed: dict[str, str], wrong: set[str]) -> None:
    given = {"lead_days": "20", "retries": "1", "stop_after": "3", "goal": "23.4", **changed}
    found, errors = rules.offer_numbers(given)
    assert set(errors) == wrong
    if not wrong:
        assert found == {"lead_days": 20, "retries": 1, "stop_after": 3, "goal_permille": 234}


@pytest.mark.parametrize(
    ("symbol", "number", "in_debit_form", "expected"),
    [
        ("10530", "12345671", False, ("058", "1", "1234567")), ("10530", "12345671", True, ("053", "1", "1234567")),
        ("058", "1234567", False, ("058", "", "1234567")),
        ("１０５３０", "１２３４５６７１", False, ("058", "1", "1234567")),
    ],
)  # fmt: skip
def test_symbol_and_number_become_codes(symbol: str, number: str, in_debit_form: bool, expected: Any) -> None:
    given = {"bank": "9900", "branch": symbol, "number": number, "type": ""}
    found, wrong = as_account(given, in_debit_form=in_debit_form)
    assert (found["branch"], found["type"], found["number"], wrong) == (*expected, {})
    assert as_account({**given, "bank": "0001"}, in_debit_form=True)[0]["branch"] == symbol
    assert set(as_account({**given, "branch": "20530"}, in_debit_form=False)[1]) == {"branch"}


@pytest.mark.django_db
def test_administrators_set_banks_and_dues_on_pages_and_nobody_else() -> None:
    towns.build()
    terms = {name: value for name, value in HEADER.items() if name != "mmdd"}
    bankfiles.set_partner(actor=SYSTEM, code="bank-a", kind="bank", title="みどり銀行", terms=terms)
    chief = accounts.create_staff_account(
        actor=SYSTEM, login="debit-admin", name="管理 職員", password="many plain words 1", roles=("administrator",),
        division_codes=("COLLECT-A",),
    )  # fmt: skip
    visitor: Any = browser(chief.pk)
    given = {"code": "1", "title": "", "partner": "no", "opens": "x", "closes": "", "closed": ["6"]}
    wrong = visitor.post("/staff/debit/settings/banks/", given)
    assert (wrong.status_code, queries.set_banks()) == (422, ())
    given = {
        "code": "9900", "title": "ゆうちょ銀行", "partner": "bank-a", "opens": "8:00", "closes": "2300",
        "closed": ["6", "6"], "is_offered": "1",
    }  # fmt: skip
    for _ in range(2):
        assert visitor.post("/staff/debit/settings/banks/", given).status_code == 302
    (bank,) = queries.set_banks()
    assert (bank.opens, bank.closes, bank.closed_weekdays, bank.is_offered) == (time(8), time(23), (6,), True)
    del given["is_offered"]
    assert visitor.post("/staff/debit/settings/banks/9900/", given).status_code == 302
    assert [one.is_offered for one in queries.set_banks()] == [False]
    names = {f"name_{language}": "住民税" for language in ("ja", "easy", "en", "zh-hans", "ko")}
    numbers = {"lead_days": "15", "retries": "2", "stop_after": "4", "goal": "30"}
    page = "/staff/debit/settings/dues/resident-tax/"
    assert visitor.post(page, {**names, **numbers, "name_ko": ""}).status_code == 422
    assert not any(one.names for one in queries.set_offers())
    assert visitor.post(page, {**names, **numbers}).status_code == 302
    set_one = next(one for one in queries.set_offers() if one.kind == "resident-tax")
    assert (set_one.lead_days, set_one.retries, set_one.stop_after, set_one.goal_permille) == (15, 2, 4, 300)
    text = visitor.get("/staff/debit/settings/").content.decode()
    assert "ゆうちょ銀行" in text
    assert "30.0" in text
    with pytest.raises(Forbidden):
        actions.change_offer(actor=Actor(kind="staff"), kind="resident-tax", values={**names, **numbers})
    with pytest.raises(Invalid):
        actions.change_offer(actor=SYSTEM, kind="no", values={**names, **numbers})
