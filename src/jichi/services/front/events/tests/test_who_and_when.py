"""Who enters twice, and when: households, devices, telephone and web; the moments of opening, closing and the draw."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from conftest import shared_world
from jichi.engines.accounts import actions as accounts
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit import queries as audit
from jichi.engines.audit.context import Actor, unit
from jichi.engines.booking import actions as booking_actions
from jichi.engines.booking import queries as booking
from jichi.engines.registry.tests.people import address_line, fill, resident_line
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Invalid
from jichi.services.front.events import actions, queries

from . import office as place
from .office import SYSTEM, Office, content, enter, owner, published

HANAKO, TARO, CHILD = "0000000019", "0000000027", "0000000035"
LINE = "市場指数 終値 1234.56"
MOMENT = timedelta(microseconds=1)


def family(child_with: str) -> None:
    """Two parents with households of their own; the child lives with one of them."""
    houses = {HANAKO: "H1", TARO: "H2", CHILD: child_with}
    fill(
        [resident_line(number, household_no=house) for number, house in houses.items()],
        [address_line(number, household_no=house) for number, house in houses.items()],
    )


def build() -> Office:
    """The office, its residents linked with the register."""
    made = place.build()
    family("H1")
    for actor, number in ((made.hanako, HANAKO), (made.taro, TARO)):
        accounts.link_person(actor=SYSTEM, account_id=owner(actor), addressee_no=number, how="letter")
    return made


office = shared_world(build)
pytestmark = pytest.mark.django_db


def _offering(code: str) -> UUID:
    found = queries.event(code)
    assert found is not None
    assert found.offering_id is not None
    return found.offering_id


def _refused(code: str) -> list[Any]:
    """What the trail says of entries that were refused, oldest first."""
    trail = audit.events_of(table="eng_booking_entry", object_id=str(_offering(code)))
    return [(event.detail or {}).get("reason") for event in reversed(trail) if event.action == "denied"]


def _entries(code: str) -> int:
    with unit(SYSTEM):
        return len(booking.entries_of(_offering(code)))


def _calls(office: Office, code: str, addressee_no: str, key: str) -> str:
    """Somebody telephones, and the official finds them in the register."""
    application = actions.Application(choices=["001"], phone="03-1111-1111")
    return actions.enter_event(
        actor=office.clerk, code=code, application=application, dedupe_key=key, channel="telephone",
        addressee_no=addressee_no,
    ).outcome  # fmt: skip


# -- the same person -------------------------------------------------------------------------------


def test_the_same_person_through_two_households_stands_in_one_entry(office: Office) -> None:
    code = published(office.division, capacity=9)
    assert enter(code, office.hanako, household=(CHILD,)).outcome == "taken"
    family("H2")  # the child moves to its father, who enters with it too
    assert enter(code, office.taro, household=(CHILD,)).outcome == "twice"
    assert (_entries(code), _refused(code)) == (1, ["twice"])
    assert enter(code, office.taro).outcome == "taken"


@pytest.mark.parametrize("first", ["web", "telephone"])
def test_the_same_person_by_telephone_and_web_stands_in_one_entry(office: Office, first: str) -> None:
    code = published(office.division, capacity=9)
    order = ("web", "telephone") if first == "web" else ("telephone", "web")
    found = [
        enter(code, office.hanako).outcome if way == "web" else _calls(office, code, HANAKO, "call") for way in order
    ]
    assert (found, _entries(code), _refused(code)) == (["taken", "twice"], 1, ["twice"])


def test_the_same_person_on_two_devices_stands_in_one_entry(office: Office) -> None:
    """Each device opened the form for itself, so that each sends a press of its own."""
    code = published(office.division, capacity=9)
    telephone, tablet = browser(owner(office.hanako)), browser(owner(office.hanako))
    given = {"step": "check", "choice1": "001", "phone": "03-1234-5678"}
    answers = [
        device.post(f"/events/{code}/apply/", given | {"press": press})
        for device, press in ((telephone, "one"), (tablet, "two"), (tablet, "two"))
    ]
    assert [one.status_code for one in answers] == [302, 409, 409]
    assert "すでに申し込んでいます" in answers[1].content.decode()
    assert (_entries(code), set(_refused(code))) == (1, {"twice"})


# -- opening and closing ---------------------------------------------------------------------------


def _press(actor: Actor, code: str, at: datetime, key: str) -> str:
    with clock.standing_at(at):
        return enter(code, actor, key=key).outcome


def test_the_clock_crosses_opening_and_closing(office: Office) -> None:
    opens, closes = clock.now() + timedelta(hours=1), clock.now() + timedelta(days=1)
    code = published(office.division, capacity=9, opens_at=opens, closes_at=closes)
    found = [_press(office.hanako, code, at, f"h{at}") for at in (opens - MOMENT, closes, opens, closes - MOMENT)]
    assert found == ["closed", "closed", "taken", "twice"]
    assert _press(office.taro, code, closes - MOMENT, "t") == "taken"
    assert _press(office.taro, code, closes, "t") == "taken"  # the same press, sent again when it is over
    assert (_entries(code), _refused(code)) == (2, ["closed", "closed", "twice"])


def test_who_opened_the_form_in_time_and_presses_too_late_has_no_entry(office: Office) -> None:
    closes = clock.now() + timedelta(days=1)
    code = published(office.division, capacity=9, opens_at=clock.now() - timedelta(hours=1), closes_at=closes)
    page, address = browser(owner(office.hanako)), f"/events/{code}/apply/"
    assert page.get(address).status_code == 200
    given = {"step": "check", "choice1": "001", "phone": "03-1234-5678", "press": "late"}
    with clock.standing_at(closes):
        late = page.post(address, given)
    assert (late.status_code, "今は申し込めません" in late.content.decode(), _entries(code)) == (409, True, 0)
    assert page.post(address, given).status_code == 302  # and in time the same press is an entry


# -- the draw --------------------------------------------------------------------------------------


def _frozen(office: Office) -> tuple[str, int, datetime, dict[UUID, UUID]]:
    """A draw for one place with two entries, frozen; (code, draw, when it is drawn, account → entry)."""
    due = clock.now() + timedelta(days=15)
    code = published(
        office.division, mode="lottery", capacity=1, waiting_list=True, draw_at=due, text_source="市場指数 終値",
        most_people=1,
    )  # fmt: skip
    entries = {owner(one): enter(code, one).entry_id for one in (office.hanako, office.taro)}
    with clock.standing_at(due - timedelta(minutes=20)):
        draw = booking_actions.freeze_draw(
            actor=office.clerk, offering_id=_offering(code), draw_id=f"{code}-1", randomness_due_at=due,
            beacon={"kind": "text", "sources": "市場指数 終値"},
        )  # fmt: skip
    return code, draw, due, {account: one for account, one in entries.items() if one is not None}


def _drawn(draw: int, due: datetime) -> None:
    with clock.standing_at(due + timedelta(minutes=1)):
        randomness = hashlib.sha256(LINE.encode()).hexdigest()
        booking_actions.perform_draw(actor=SYSTEM, draw_pk=draw, randomness=randomness, line=LINE)


def test_who_withdraws_between_freeze_and_draw_wins_nothing_and_the_other_has_the_place(office: Office) -> None:
    code, draw, due, entries = _frozen(office)
    with clock.standing_at(due - timedelta(minutes=5)):
        booking_actions.withdraw(actor=office.hanako, entry_id=entries[owner(office.hanako)])
    _drawn(draw, due)
    assert actions.tell_results(actor=SYSTEM, offering_id=_offering(code)) == 1
    with unit(SYSTEM):
        states = {account: booking.entries_by_id([one])[one].state for account, one in entries.items()}
    assert states == {owner(office.hanako): "withdrawn", owner(office.taro): "taken"}


def test_a_late_entry_into_a_frozen_list_is_refused_and_logged(office: Office) -> None:
    code, _draw, due, _entries_of = _frozen(office)
    with clock.standing_at(due - timedelta(minutes=5)):
        assert _calls(office, code, CHILD, "late") == "closed"
    assert (_entries(code), _refused(code)) == (2, ["closed"])


def test_a_changed_rule_after_the_freeze_is_refused(office: Office) -> None:
    code, draw, due, _ = _frozen(office)
    before = queries.event(code)
    assert before is not None
    more = content(
        mode="lottery", capacity=2, waiting_list=True, draw_at=due, text_source="市場指数 終値", most_people=1
    )
    with pytest.raises(Conflict, match="not_draft"):
        actions.change_event(actor=office.clerk, code=code, content=more, expected_revision=before.revision)
    after = queries.event(code)
    assert after is not None
    assert (after.content.capacity, after.revision) == (1, before.revision)
    _drawn(draw, due)
    with unit(SYSTEM):
        states = sorted(one.state for one in booking.entries_of(_offering(code)))
    assert states == ["taken", "waiting"]


# -- linked events -----------------------------------------------------------------------------------


def test_of_linked_events_a_person_has_one_place_and_leaves_the_other_lists(office: Office) -> None:
    given = {"capacity": 1, "most_people": 1, "waiting_list": True, "linked_with": "夏の水泳教室"}
    codes = [published(office.division, **given) for _ in range(2)]
    assert [_calls(office, code, CHILD, code) for code in codes] == ["taken", "twice"]
    assert _calls(office, codes[1], TARO, "t") == "taken"
    waits = [enter(code, office.hanako) for code in codes]
    assert [one.outcome for one in waits] == ["waiting", "waiting"]
    page = browser(owner(office.hanako))
    for language, words in (("", "1人1席です"), ("/en", "each person has one place")):
        assert words in page.get(f"{language}/events/{codes[0]}/").content.decode()
    with unit(SYSTEM):
        first = next(one for one in booking.entries_of(_offering(codes[0])) if one.state == "taken")
    booking_actions.withdraw(actor=SYSTEM, entry_id=first.id)
    with unit(SYSTEM):
        states = [booking.entries_by_id([one.entry_id])[one.entry_id].state for one in waits if one.entry_id]
    assert states == ["taken", "withdrawn"]


def test_a_lottery_is_not_linked(office: Office) -> None:
    due = clock.now() + timedelta(days=15)
    more = content(mode="lottery", draw_at=due, text_source="市場指数 終値", linked_with="夏の水泳教室")
    code = actions.create_event(actor=office.clerk, division_id=office.division, content=more)
    with pytest.raises(Invalid) as refused:
        actions.publish_event(actor=office.clerk, code=code)
    assert list(refused.value.fields) == ["linked_with"]
    found = queries.event(code)
    assert found is not None
    assert found.state == "draft"
