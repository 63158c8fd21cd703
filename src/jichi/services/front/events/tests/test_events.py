"""From draft to door: publishing, entering, waiting, drawing, cancelling, with what people hear of it."""

from __future__ import annotations

import hashlib
import re
import secrets
import uuid
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from conftest import shared_world
from jichi.design.readings import missing_readings
from jichi.engines.accounts import actions as accounts
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit.context import ANONYMOUS, Actor, unit
from jichi.engines.booking import actions as booking_actions
from jichi.engines.booking import queries as booking
from jichi.engines.programmes import actions as programmes
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from jichi.kernel.receipt_number import format_number
from jichi.services.front.events import actions, queries
from jichi.services.front.events.models import Event, EventEntry
from jichi.services.front.events.queries import EventView, Filter, event
from jichi.services.front.events.rules import Question

from . import office as place
from .office import SYSTEM, Office, content, enter, owner, published

office = shared_world(place.build)
pytestmark = pytest.mark.django_db


def _told(account: Any) -> list[str]:
    with connection.cursor() as cursor, unit(SYSTEM):
        cursor.execute(
            "SELECT template FROM eng_messages_message WHERE account_id = %s ORDER BY created_at, ctid", (account,)
        )
        return [row[0].removeprefix("events.") for row in cursor.fetchall() if row[0].startswith("events.")]


def _event(code: str) -> EventView:
    found = event(code)
    assert found is not None
    return found


def _state(entry_id: Any) -> str:
    with unit(SYSTEM):
        return booking.entries_by_id([entry_id])[entry_id].state


def test_a_draft_is_published_only_when_nothing_is_missing(office: Office) -> None:
    code = actions.create_event(actor=office.clerk, division_id=office.division, content=content(place_name=""))
    with pytest.raises(Invalid) as refused:
        actions.publish_event(actor=office.clerk, code=code)
    assert list(refused.value.fields) == ["place_name"]
    with pytest.raises(Forbidden):
        actions.publish_event(actor=office.stranger, code=code)
    assert _event(code).state == "draft"
    with pytest.raises(NotFound):
        enter(code, office.hanako)
    actions.change_event(actor=office.clerk, code=code, content=content(), expected_revision=1)
    with pytest.raises(Conflict):
        actions.change_event(actor=office.clerk, code=code, content=content(), expected_revision=1)
    for _ in range(2):
        actions.publish_event(actor=office.clerk, code=code)
    assert (_event(code).state, len(_event(code).slots)) == ("published", 1)
    with pytest.raises(Conflict, match="not_draft"):
        actions.change_event(actor=office.clerk, code=code, content=content(capacity=9), expected_revision=2)


def test_a_copy_lies_ahead_and_stays_a_draft(office: Office) -> None:
    code = published(office.division)
    copy = _event(actions.copy_event(actor=office.clerk, code=code))
    assert (copy.state, copy.title) == ("draft", {"ja": "親子工作教室", "en": "Crafts"})
    assert (copy.content.first or clock.today()) > clock.today() + timedelta(days=21)


def test_places_go_to_who_comes_first_and_the_next_hears_when_one_is_free(office: Office) -> None:
    code = published(office.division, capacity=1, most_people=1, waiting_list=True, answer_hours=48)
    first = enter(code, office.hanako, key="press")
    assert enter(code, office.hanako, key="press") == first
    assert enter(code, office.hanako).outcome == "twice"
    second = enter(code, office.taro)
    assert (first.outcome, second.outcome) == ("taken", "waiting")
    assert (_told(owner(office.hanako)), _told(owner(office.taro))) == (["received"], ["waiting"])
    booking_actions.withdraw(actor=office.hanako, entry_id=first.entry_id or uuid.uuid4())
    assert (_state(second.entry_id), _told(owner(office.taro))) == ("held", ["waiting", "offered"])
    with pytest.raises(NotFound):
        programmes.answer_offer(actor=office.hanako, entry_id=second.entry_id or uuid.uuid4(), comes=True)
    assert programmes.answer_offer(actor=office.taro, entry_id=second.entry_id or uuid.uuid4(), comes=True)
    assert _state(second.entry_id) == "taken"


def test_what_is_missing_or_too_much_is_refused_and_nobody_entered(office: Office) -> None:
    code = published(office.division, questions=())
    for given, field in (
        ({"choices": ("009",)}, "choices"), ({"choices": ()}, "choices"), ({"phone": " "}, "phone"),
        ({"name": ""}, "name"),
        ({"companions": ("a", "b", "c")}, "companions"), ({"name": "あ" * 201}, "name"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            enter(code, office.hanako, **given)
        assert list(refused.value.fields) == [field]
    with pytest.raises(Forbidden):
        enter(code, office.stranger)
    with pytest.raises(Forbidden):
        enter(code, ANONYMOUS)
    with unit(SYSTEM):
        assert EventEntry.objects.count() == 0


def test_the_telephone_stands_in_the_same_queue_and_conditions_are_asked(office: Office) -> None:
    code = published(office.division, capacity=1, most_people=1, residents_only=True, works_here_too=True)
    assert enter(code, office.clerk).outcome == "unmet"
    seen = actions.enter_event(
        actor=office.clerk, code=code, dedupe_key="call", channel="telephone", works_here=True,
        application=actions.Application(choices=["001"], name="電話 一郎", phone="03-1111-1111"),
    )  # fmt: skip
    assert seen.outcome == "taken"
    assert enter(code, office.hanako).outcome == "unmet"
    with unit(office.clerk):
        assert [one.name for one in queries.people_of(_event(code).id).values()] == ["電話 一郎"]
    with unit(office.stranger):
        assert EventEntry.objects.count() == 0


def test_a_draw_from_freeze_to_result(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now()
    due = now + timedelta(days=15)
    code = published(
        office.division, mode="lottery", capacity=1, waiting_list=True, draw_at=due, text_source="市場指数 終値",
        answer_hours=48, most_people=1,
    )  # fmt: skip
    entries = {actor.account_id: enter(code, actor) for actor in (office.hanako, office.taro)}
    assert {one.outcome for one in entries.values()} == {"applied"}
    offering = _event(code).offering_id or uuid.uuid4()
    monkeypatch.setattr(clock, "now", lambda: due - timedelta(minutes=20))
    draw = booking_actions.freeze_draw(
        actor=office.clerk, offering_id=offering, draw_id=f"{code}-1", randomness_due_at=due,
        beacon={"kind": "text", "sources": "市場指数 終値"},
    )  # fmt: skip
    assert enter(code, office.clerk).outcome == "closed"
    monkeypatch.setattr(clock, "now", lambda: due + timedelta(minutes=1))
    line = "市場指数 終値 1234.56"
    booking_actions.perform_draw(
        actor=office.clerk, draw_pk=draw, randomness=hashlib.sha256(line.encode()).hexdigest(), line=line
    )
    assert [actions.tell_results(actor=SYSTEM, offering_id=offering) for _ in range(2)] == [2, 2]
    states = {account: _state(one.entry_id) for account, one in entries.items()}
    assert sorted(states.values()) == ["taken", "waiting"]
    for account, state in states.items():
        assert _told(account) == ["received", {"taken": "won", "waiting": "lost"}[state]]
    loser = next(account for account, state in states.items() if state == "waiting")
    with unit(SYSTEM):
        number = booking.entries_by_id([entries[loser].entry_id])[entries[loser].entry_id].number  # type: ignore[list-item, index] # there
    standing = booking.standing_of(offering, number)
    assert standing is not None
    assert (standing.place, standing.entries, standing.filled_at, standing.waiting) == (
        2,
        2,
        1,
        1,
    )


def test_cancelling_tells_everybody_once_and_takes_nobody_more(office: Office) -> None:
    code = published(office.division)
    entry = enter(code, office.hanako)
    enter(code, office.clerk, phone="03-2222-2222")
    with pytest.raises(Invalid):
        actions.cancel_event(actor=office.clerk, code=code, reason=" ")
    assert _state(entry.entry_id) == "taken"
    assert [actions.cancel_event(actor=office.clerk, code=code, reason="台風のため") for _ in range(2)] == [2, 0]
    offering = _event(code).offering_id or uuid.uuid4()
    for _ in range(2):
        actions.tell_results(actor=SYSTEM, offering_id=offering)
    assert _told(owner(office.hanako)) == ["received", "cancelled"]
    with pytest.raises(NotFound):
        enter(code, office.taro)
    assert Event.objects.get(code=code).cancel_reason == "台風のため"


def test_lists_and_months_take_one_statement(office: Office, django_assert_num_queries: Any) -> None:
    code = published(office.division, repeat="weekly", until=clock.today() + timedelta(days=80))
    actions.create_event(actor=SYSTEM, division_id=office.division, content=content())
    with django_assert_num_queries(1):
        page = queries.listed(Filter(text="工作 センター", category="other", mode="open"), now=clock.now())
    assert [(one.code, one.dates) for one in page.rows] == [(code, 9)]
    assert queries.listed(Filter(text="ない言葉"), now=clock.now()).rows == ()
    first = clock.today() + timedelta(days=21)
    with django_assert_num_queries(1):
        found = queries.month(Filter(), first=first, last=first + timedelta(days=20), now=clock.now())
    assert list(found) == [first + timedelta(days=7 * n) for n in range(3)]


# -- pages -------------------------------------------------------------------------------------------


def test_a_resident_enters_on_pages_and_sees_the_ticket(office: Office) -> None:
    code = published(office.division)
    page = browser(owner(office.hanako))
    address = f"/events/{code}/apply/"
    assert page.get(address).status_code == 200
    wrong = page.post(address, {"step": "wishes", "companions": "一郎\n二郎\n三郎"})
    assert (wrong.status_code, "3人まで" in wrong.content.decode(), "三郎" in wrong.content.decode()) == (
        422,
        True,
        True,
    )
    given = {"step": "wishes", "choice1": "001", "companions": "一郎", "press": "p"}
    assert "氏名" in page.post(address, given).content.decode()
    given |= {"step": "contact", "name": "予約 花子", "phone": ""}
    assert page.post(address, given).status_code == 422
    given |= {"phone": "03-1234-5678"}
    assert "予約 花子" in page.post(address, given).content.decode()
    given |= {"step": "check"}
    done = page.post(address, given)
    assert done.status_code == 302
    assert page.post(address, given)["Location"] == done["Location"]
    assert page.get(done["Location"]).status_code == 200
    record = done["Location"].removesuffix("done/")
    assert "一郎" in page.get(record).content.decode()
    assert page.get(f"{record}ticket.svg")["Content-Type"] == "image/svg+xml"
    assert browser(owner(office.taro)).get(record).status_code == 404
    again = page.post(address, given | {"press": "q"})
    assert (again.status_code, "すでに" in again.content.decode()) == (409, True)
    assert page.post(f"{record}withdraw/").status_code == 302
    with unit(SYSTEM):
        number = format_number(booking.own_entries(owner(office.hanako))[0].number)
    assert number in record
    assert page.get(f"{record}ticket.svg").status_code == 404


@pytest.mark.parametrize("language", ["", "/easy", "/en", "/zh-hans", "/ko"])
def test_public_pages_and_files(office: Office, language: str) -> None:
    code = published(office.division)
    page = browser(owner(office.hanako))
    month = f"{clock.today() + timedelta(days=21):%Y-%m}"
    for path in ("", "?q=工作&category=other&mode=open", f"calendar/?month={month}", "calendar/?month=9999-99",
                 f"day/{clock.today() + timedelta(days=21)}/", f"{code}/", "mine/"):  # fmt: skip
        assert page.get(f"{language}/events/{path}").status_code == 200, path
    assert page.get(f"{language}/events/day/x/").status_code == 404
    text = page.get(f"{language}/events/events.ics").content
    assert text.count(b"BEGIN:VEVENT") == 1
    assert "親子工作教室" in page.get("/events/open-data.csv").content.decode("utf-8-sig")


@pytest.mark.parametrize("language", ["easy", "en", "zh-hans", "ko"])
def test_what_a_division_typed_stands_as_it_is_on_pages_of_every_language(office: Office, language: str) -> None:
    typed = "鷺沼ことり"
    names = ("place_name", "address", "access", "price_note", "organiser", "contact_name")
    code = published(
        office.division, **dict.fromkeys(names, typed), title={"ja": typed}, description={"ja": typed},
        languages=("ja", "easy", "en"), questions=(Question(key="q1", label=typed),),
    )  # fmt: skip
    page, apply, day = browser(owner(office.hanako)), f"{code}/apply/", clock.today() + timedelta(days=21)
    given = {"step": "wishes", "choice1": "001", "press": "t", "name": "Hanako", "phone": "03-1234-5678", "q1": typed}

    def shown(path: str, **posted: str) -> None:
        address = f"/{language}/events/{path}"
        html = (page.post(address, posted) if posted else page.get(address)).content.decode()
        main = html[html.index("<main") : html.index("</main>")]
        assert typed in main, path
        if language == "easy":
            assert not missing_readings(main), path
        main = re.sub(r"<(\w+)[^>]*data-noruby[^>]*>.*?</\1>|<input[^>]*>", "", main, flags=re.DOTALL)
        assert typed not in main, path
        assert language == "easy" or not re.search("[\u3041-\u3096]{2}", main), path

    for path in ("", f"calendar/?month={day:%Y-%m}", f"day/{day}/", f"{code}/", apply):
        shown(path)
    shown(apply, **given)
    shown(apply, **given | {"step": "contact"})
    done = page.post(f"/{language}/events/{apply}", given | {"step": "check"})["Location"]
    done = done.removeprefix(f"/{language}/events/")
    for path in (done, done.removesuffix("done/"), done.replace("done", "withdraw"), "mine/"):
        shown(path)
    shown(apply, **given | {"step": "check", "press": "u"})
    actions.cancel_event(actor=SYSTEM, code=code, reason=typed)
    shown(f"{code}/")


def test_the_division_chooses_once_after_closing_and_everybody_hears(office: Office) -> None:
    code = published(office.division, mode="selection", capacity=1, waiting_list=False)
    first, second = enter(code, office.hanako), enter(code, office.taro)
    found = queries.event(code)
    assert (first.outcome, second.outcome) == ("applied", "applied")
    assert found is not None
    assert found.offering_id is not None
    assert first.entry_id is not None
    assert second.entry_id is not None
    both = {first.entry_id: "001", second.entry_id: "001"}

    def choose(actor: Actor, chosen: dict[UUID, str]) -> tuple[int, int]:
        assert found is not None
        assert found.offering_id is not None
        return booking_actions.select_entries(actor=actor, offering_id=found.offering_id, chosen=chosen)

    with pytest.raises(Conflict, match="not_now"):
        choose(office.clerk, {second.entry_id: "001"})  # still open
    with clock.standing_at(clock.now() + timedelta(days=15)):
        for actor, chosen, refusal in (
            (office.stranger, {second.entry_id: "001"}, Forbidden), (office.clerk, both, Conflict),
            (office.clerk, {second.entry_id: "002"}, Conflict), (office.clerk, {uuid.uuid4(): "001"}, Conflict),
        ):  # fmt: skip
            with pytest.raises(refusal):
                choose(actor, chosen)
        with unit(SYSTEM):
            assert {one.state for one in booking.entries_of(found.offering_id)} == {"applied"}
        assert choose(office.clerk, {second.entry_id: "001"}) == (1, 1)
        with pytest.raises(Conflict):
            choose(office.clerk, {first.entry_id: "001"})
        actions.tell_results(actor=SYSTEM, offering_id=found.offering_id)
    with unit(SYSTEM):
        states = {one.id: one.state for one in booking.entries_of(found.offering_id)}
    assert states == {first.entry_id: "lost", second.entry_id: "taken"}
    assert _told(owner(office.hanako))[-1] == "not_chosen"
    assert _told(owner(office.taro))[-1] == "chosen"


def test_the_page_of_a_selection_says_what_is_wrong_and_counts_the_result(office: Office) -> None:
    code = published(office.division, mode="selection", capacity=1, waiting_list=False)
    entries = [enter(code, one).entry_id for one in (office.hanako, office.taro)]
    clerk = accounts.create_staff_account(
        actor=SYSTEM, login="chooser", name="担当 二郎", password=secrets.token_urlsafe(16), roles=("section_chief",),
        division_codes=("EVENTS",),
    ).pk  # fmt: skip
    path = f"/staff/events/{code}/selection/"
    assert "今は2件です" in browser(clerk).get(path).content.decode()
    with clock.standing_at(clock.now() + timedelta(days=15)):
        page = browser(clerk)
        refused = page.post(path, {f"item-{one}": "001" for one in entries})
        assert (refused.status_code, "定員より多く選んでいます" in refused.content.decode()) == (409, True)
        assert page.post(path, {f"item-{entries[1]}": "001"}).status_code == 302
        shown = page.get(path).content.decode()
    assert "参加 1件" in shown
    assert "見送り 1件" in shown
