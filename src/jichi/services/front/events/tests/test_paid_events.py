"""Events that are paid for when entering: on pages, with the payment firm's word, and what comes back."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest

from conftest import shared_world
from jichi.engines.accounts import actions as accounts
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit.context import unit
from jichi.engines.booking import actions as booking_actions
from jichi.engines.booking import queries as booking
from jichi.engines.booking.rules.paying import CancelStep
from jichi.engines.payments import queries as payments
from jichi.engines.payments.queries import ChargeView
from jichi.engines.payments.tests.till import paid, take
from jichi.engines.programmes import actions as programmes
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Invalid, NotFound
from jichi.services.front.events import actions, queries, retention
from jichi.services.front.events.rules import Content, Price, content_from, content_to, entry_lines, problems

from . import office as place
from .office import SYSTEM, Office, content, enter, owner, published
from .test_events import _told

PRICES = (Price(key="price1", label="大人", yen=500), Price(key="price2", label="手帳のある方", yen=0))
STEPS = (CancelStep(7, 20), CancelStep(0, 100))


def _paid(**more: Any) -> dict[str, Any]:
    return {"pay_first": True, "prices": PRICES, "cancel_steps": STEPS, "hold_minutes": 20, "capacity": 3, **more}


def test_what_an_entry_costs_by_its_people() -> None:
    one = Content(pay_first=True, price_yen=300)
    assert [(line.unit_yen, line.count) for line in entry_lines(one, {}, 3)] == [(300, 3)]
    several = Content(**_paid())
    assert [line.amount_yen for line in entry_lines(several, {"price1": 2, "price2": 1}, 3)] == [1000, 0]
    for wrong in ({"price1": 1}, {"price1": 2, "x": 1}, {"price1": 4, "price2": -1}, {}):
        with pytest.raises(ValueError, match="class"):
            entry_lines(several, wrong, 3)
    assert entry_lines(Content(price_yen=300), {}, 3) == ()
    assert content_from(content_to(several)) == several


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"prices": ()}, "pay_first"), ({"mode": "none"}, "pay_first"), ({"hold_minutes": 2}, "hold_minutes"),
        ({"cancel_steps": (CancelStep(3, 50), CancelStep(0, 20))}, "cancel1"), ({}, ""),
    ],
)  # fmt: skip
def test_what_stands_between_a_paid_event_and_its_publication(given: dict[str, Any], field: str) -> None:
    assert [one.field for one in problems(content(**_paid(**given)), clock.now())] == ([field] if field else [])


office = shared_world(place.build)
pytestmark = pytest.mark.django_db


def _charge(entry_id: Any) -> ChargeView:
    with unit(SYSTEM):
        found = booking.charge_of(entry_id)
    assert found is not None
    return found


def test_from_the_page_to_the_firm_and_back(office: Office) -> None:
    code = published(office.division, **_paid())
    page = browser(owner(office.hanako))
    shown = page.get(f"/events/{code}/").content.decode()
    for words in ("大人", " 500円", "手帳のある方", " 無料", "20分間", "7日前から: 料金の20%"):
        assert words in shown, words
    given = {"step": "wishes", "choice1": "001", "companions": "一郎", "press": "p", "class_price1": "1"}
    wrong = page.post(f"/events/{code}/apply/", given)
    assert (wrong.status_code, "参加する人数(2人)" in wrong.content.decode()) == (422, True)
    given |= {"class_price2": "1", "step": "contact", "name": "予約 花子", "phone": "03-1234-5678"}
    check = page.post(f"/events/{code}/apply/", given).content.decode()
    assert "合計 500円" in check
    done = page.post(f"/events/{code}/apply/", given | {"step": "check"})["Location"]
    record = done.removesuffix("done/")
    with unit(SYSTEM):
        entry = booking.own_entries(owner(office.hanako))[0]
    charge = _charge(entry.id)
    for path in (done, record):
        text = page.get(path).content.decode()
        assert f"/pay/{charge.id}/" in text, path
        assert "参加しない" not in text, path
    assert record in page.get(f"/pay/{charge.id}/").content.decode()
    assert page.get(f"{record}ticket.svg").status_code == 404
    assert page.post(record, {"act": "yes"}).status_code in (302, 409)
    assert page.get(f"{record}ticket.svg").status_code == 404
    take(paid(charge.id, 500))
    assert _told(owner(office.hanako)) == ["to_pay", "paid"]
    assert page.get(f"{record}ticket.svg").status_code == 200
    assert "払った500円のうち、500円をお返しします" in page.get(f"{record}withdraw/").content.decode()
    page.post(f"{record}withdraw/")
    assert "500円をお返しします" in page.get(record).content.decode()
    assert _charge(entry.id).state == "refunding"


def test_who_does_not_pay_makes_room_and_hears_of_it(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    code = published(office.division, **_paid(capacity=1, most_people=1, waiting_list=True, answer_hours=24))
    first, second = (enter(code, one, counts={"price1": 1}) for one in (office.hanako, office.taro))
    assert (first.outcome, second.outcome) == ("held", "waiting")
    assert "キャンセル待ちに申し込む" in browser(owner(office.taro)).get(f"/events/{code}/").content.decode()
    now = clock.now() + timedelta(minutes=20)
    monkeypatch.setattr(clock, "now", lambda: now)
    booking_actions.release_expired(actor=SYSTEM)
    assert _told(owner(office.hanako)) == ["to_pay", "unpaid"]
    assert _told(owner(office.taro)) == ["waiting", "to_pay"]
    with pytest.raises(Conflict):
        programmes.answer_offer(actor=office.taro, entry_id=second.entry_id or uuid.uuid4(), comes=True)
    take(paid(_charge(second.entry_id).id, 500))
    assert _told(owner(office.taro)) == ["waiting", "to_pay", "paid"]


def test_a_cancelled_event_says_what_goes_back_and_gives_it_back_once(office: Office) -> None:
    code = published(office.division, **_paid())
    entries = [enter(code, one, counts={"price1": 1}).entry_id for one in (office.hanako, office.taro)]
    called = enter(code, office.clerk, phone="03-9", counts={"price1": 1}).entry_id
    take(paid(_charge(entries[0]).id, 500))
    found = queries.event(code)
    assert found is not None
    money = booking.money_of(found.offering_id or uuid.uuid4())
    assert (money.paid, money.paid_yen, money.due, money.due_yen) == (1, 500, 2, 1000)
    actions.cancel_event(actor=office.clerk, code=code, reason="台風のため")
    assert [booking_actions.end_money_of_ended(actor=SYSTEM) for _ in range(2)] == [3, 0]
    assert [_charge(one).state for one in (*entries, called)] == ["refunding", "cancelled", "cancelled"]
    with unit(SYSTEM):
        assert payments.books_balance()


def test_classes_of_persons_are_asked_of_everybody(office: Office) -> None:
    code = published(office.division, **_paid())
    with pytest.raises(Invalid) as refused:
        enter(code, office.hanako, companions=("一郎",), counts={"price1": 1})
    assert list(refused.value.fields) == ["classes"]
    with unit(SYSTEM):
        assert booking.own_entries(owner(office.hanako)) == ()


def test_the_door_keeps_hashes_and_takes_an_arrival_once(office: Office) -> None:
    """What the page's script asks and sends; nobody's name or number leaves the house."""
    code = published(office.division)
    enter(code, office.hanako, name="予約 花子")
    account = accounts.create_staff_account(
        actor=SYSTEM, login="door", name="受付", password="many plain words 1", roles=("caseworker",),
        division_codes=("EVENTS",),
    )  # fmt: skip
    page, here = browser(account.pk), f"/staff/events/{code}/door/"
    assert "camera=(self)" in page.get(here)["Permissions-Policy"]
    assert page.get(f"{here}worker.js")["Content-Type"].startswith("text/javascript")
    kept = page.get(f"{here}tickets/").json()
    assert [(len(one[0]), len(one[1]), one[2:]) for one in kept["tickets"]] == [(32, 16, [1, False])]
    assert page.get(f"{here}state/").json()["mark"] == kept["mark"]
    read = {"key": str(uuid.uuid4()), "ticket": kept["tickets"][0][0], "device": "aaaa0001",
            "at": clock.now().isoformat()}  # fmt: skip
    send = [page.post(f"{here}arrivals/", body, content_type="application/json") for body in (read, read, {"key": "x"})]
    assert [one.status_code for one in send] == [200, 200, 422]
    assert [one.json().get("outcome") for one in send] == ["arrived", "arrived", None]
    other = page.post(f"{here}arrivals/", {**read, "key": str(uuid.uuid4()), "device": "b"}, "application/json")
    assert other.json()["outcome"] == "already"
    assert "2台で受け付けた券" in page.get(f"/staff/events/{code}/attendance/").content.decode()


def test_another_companion_comes_by_a_page(office: Office) -> None:
    code = published(office.division, capacity=3)
    enter(code, office.hanako, companions=("一郎", "二郎"))
    with unit(SYSTEM):
        entry = booking.own_entries(owner(office.hanako))[0]
    page, here = browser(owner(office.hanako)), f"/events/mine/{entry.number}/companion/"
    assert "一郎" in page.get(here).content.decode()
    for wrong in ({}, {"place": "3", "name": "三郎"}, {"place": "2", "name": " "}, {"place": "2", "name": "あ" * 201}):
        assert page.post(here, wrong).status_code == 422, wrong
    with pytest.raises(NotFound):
        actions.exchange_companion(actor=office.taro, entry_id=entry.id, place=1, name="三郎")
    assert page.post(here, {"place": "2", "name": "三郎"}).status_code == 302
    with unit(SYSTEM):
        person = queries.person_of(entry.id)
    assert person is not None
    assert person.companions == ("一郎", "三郎")
    booking_actions.check_in(actor=office.clerk, entry_id=entry.id)
    assert page.get(here).status_code == 404
    with pytest.raises(Conflict):
        actions.exchange_companion(actor=office.hanako, entry_id=entry.id, place=1, name="四郎")


def test_what_applicants_told_goes_after_a_year_and_numbers_stay(office: Office) -> None:
    code = published(office.division)
    entered = enter(code, office.hanako)
    found = queries.event(code)
    assert found is not None
    assert found.last_day is not None
    last = found.last_day
    assert retention.over("events.entries", last + timedelta(days=366), 10) == []
    with unit(SYSTEM):
        number = booking.entries_by_id([entered.entry_id])[entered.entry_id].number  # type: ignore[list-item, index] # there
        due = retention.over("events.entries", last + timedelta(days=367), 10)
        assert due == [(str(entered.entry_id), number, last)]
        assert retention.erase("events.entries", [due[0][0]])[0] == {"front_events_evententry": 1}
        assert retention.erase("events.entries", [due[0][0]]) == ({}, [])
        assert queries.people_of(found.id) == {}
        left = booking.entries_of(found.offering_id or uuid.uuid4())
    assert [(one.number, one.state) for one in left] == [(number, "taken")]
