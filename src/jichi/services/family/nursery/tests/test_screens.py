"""Officials' screens of tables, wording and seats: wrong, empty and huge input, then what is kept."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.test import Client

from conftest import shared_world
from jichi.engines.accounts import actions as accounts
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit.context import Actor, unit
from jichi.kernel import clock

from .. import actions, queries
from ..queries import TableView
from ..rules.remedies import EXAMPLE
from ..rules.table_cases import COLUMNS
from .office import SYSTEM, Office, official

office = shared_world(Office)
pytestmark = pytest.mark.django_db


def desk_of(actor: Actor) -> Client:
    assert actor.account_id is not None
    return browser(actor.account_id, second_factor=True)


def draft(office: Office) -> UUID:
    made, _ = actions.make_table(
        actor=office.sato, division_id=office.division, name="案", valid_from=date(2060, 4, 1),
        valid_until=date(2061, 3, 31), data=actions.example_table(actor=office.sato, key="forty"),
    )  # fmt: skip
    assert made is not None
    return made


def shown(office: Office, made: UUID) -> TableView:
    with unit(office.sato):
        found = queries.table(made)
    assert found is not None
    return found


def test_a_row_is_changed_on_the_screen(office: Office) -> None:
    made, desk = draft(office), desk_of(office.sato)
    address = f"/staff/nursery/tables/{made}/row/"
    assert "A2の行を変える" in desk.get(f"{address}?code=A2").content.decode()
    row = {
        "was": "A2", "revision": "1", "code": "A2", "kind": "基準", "about": "保護者", "points": "17", "group": "事由",
        "condition": "理由 = 就労 かつ 週の時間 >= 30", "how": "最高のみ", "name": "30時間以上", "act": "save",
    }  # fmt: skip
    for wrong in ({"points": "たくさん"}, {"code": "A1"}, {"condition": "天気 = 晴れ"}, {"name": ""}):
        assert desk.post(address, {**row, **wrong}).status_code == 422
    assert desk.post(address, {**row, "revision": "9"}).status_code == 409
    assert shown(office, made).revision == 1
    assert desk.post(address, row).status_code == 302
    assert {rule.code: rule.points for rule in shown(office, made).rules}["A2"] == 17
    assert desk.post(address, {"was": "A2", "revision": "2", "act": "remove"}).status_code == 302
    assert "A2" not in {rule.code for rule in shown(office, made).rules}
    assert desk_of(office.other).get(address).status_code == 404


def test_cases_are_tried_kept_and_dropped_on_the_screen(office: Office) -> None:
    made, desk = draft(office), desk_of(office.sato)
    address = f"/staff/nursery/tables/{made}/cases/"
    assert "例はまだありません" in desk.get(address).content.decode()
    names = {column: f"c{place}" for place, column in enumerate(COLUMNS)}
    case = {
        names["name"]: "共働き", names["g1:理由"]: "就労", names["g1:週の日数"]: "5", names["g1:週の時間"]: "40",
        names["g2:理由"]: "求職", names["base"]: "28", names["adjust"]: "0", names["place"]: "0", "revision": "1",
    }  # fmt: skip
    tried = desk.post(address, {**case, names["base"]: "27", "act": "try"})
    assert "基準指数: 27のはずが28" in tried.content.decode()
    assert shown(office, made).tried == ()
    assert desk.post(address, {**case, names["base"]: "x", "act": "keep"}).status_code == 422
    assert desk.post(address, {"act": "file", "revision": "1"}).status_code == 422
    assert desk.post(address, {**case, "act": "keep"}).status_code == 302
    assert [(one.case.name, one.wrong) for one in shown(office, made).tried] == [("共働き", ())]
    assert desk.get(f"{address}export/").content.decode("utf-8-sig").count("共働き") == 1
    assert desk.post(address, {"act": "drop", "case": "共働き", "revision": "1"}).status_code == 409
    assert desk.post(address, {"act": "drop", "case": "共働き", "revision": "2"}).status_code == 302
    assert shown(office, made).tried == ()


def test_the_wording_is_kept_for_a_day_to_come(office: Office) -> None:
    desk, day = desk_of(office.sato), clock.today() + timedelta(days=3)
    assert "付属の例を使っています" in desk.get("/staff/nursery/remedies/").content.decode()
    posted = {
        "division": str(office.division), "valid_from": day.isoformat(), "text": EXAMPLE.text, "appeal_months": "3",
        "suit_months": "6",
    }  # fmt: skip
    for wrong in ({"text": "だめ"}, {"text": "あ" * 9000}, {"valid_from": "きのう"}, {"valid_from": "2020-01-01"}):
        assert desk.post("/staff/nursery/remedies/", {**posted, **wrong}).status_code == 422
    assert desk.post("/staff/nursery/remedies/", posted).status_code == 302
    with unit(SYSTEM):
        assert [one.valid_from for one in queries.wordings(frozenset({office.division}))] == [day]


def test_a_nurserys_head_sees_and_enters_its_seats_alone(office: Office) -> None:
    accounts.create_division(actor=SYSTEM, code="N1-desk", names={"ja": "みどり園"})
    facilities = "園番号,園名,受付の組織\r\nN1,みどり園,N1-desk\r\n".encode()
    actions.load_facilities(actor=office.sato, data=facilities)
    head = official("enchou", "N1-desk", ("nursery_desk",))
    desk = desk_of(head)
    assert "依頼は、まだありません" in desk.get("/staff/nursery/desk/").content.decode()
    until = clock.now() + timedelta(days=2)
    actions.ask_facilities(actor=office.sato, round_id=office.round, until=until)
    with unit(head):
        (asked,) = queries.own_asks(head.divisions)
    address = f"/staff/nursery/desk/{asked.id}/"
    assert desk.get(address).status_code == 200
    assert desk.post(address, {"seats_1": "-3"}).status_code == 422
    empty = desk.post(address, {})
    assert (empty.status_code, "0を入力してください" in empty.content.decode()) == (422, True)
    for wrong in ("99999", "501", "3.5", "四", "１２３４５"):
        assert desk.post(address, {"seats_1": wrong}).status_code == 422
    kept = desk.post(address, {"seats_1": "４", "mark": ""})
    assert (kept.status_code, kept.headers["Location"]) == (302, f"{address}?kept=1")
    page = desk.get(kept.headers["Location"]).content.decode()
    assert "1歳児クラス: 4人" in page
    assert "0歳児クラス: クラスなし(枠を載せません)" in page
    assert desk.post(address, {"seats_1": "5", "mark": ""}).status_code == 409, "somebody has entered since"
    assert "enchou" in desk.get("/staff/nursery/desk/").content.decode()
    assert "みどり園" in desk_of(office.sato).get(f"/staff/nursery/{office.round}/asks/").content.decode()
    for closed in ("/staff/nursery/", f"/staff/nursery/{office.round}/", f"/staff/nursery/{office.round}/asks/"):
        assert desk.get(closed).status_code == 404
    assert desk_of(office.sato).get(address).status_code == 404
    with clock.standing_at(until + timedelta(minutes=1)):
        assert desk.get(address).status_code in {302, 409}  # the session may be over by then
