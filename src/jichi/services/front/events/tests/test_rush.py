"""The quick way in says and keeps what the ordinary way does, and leaves to it what is not simple."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, QueryDict
from django.middleware.csrf import CsrfViewMiddleware
from django.test import Client

from conftest import shared_world
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit.context import unit
from jichi.kernel import clock
from jichi.services.front.events import actions, middleware
from jichi.services.front.events.middleware import _token_for

from . import office as place
from .office import SYSTEM, Office, enter, owner, published

office = shared_world(place.build)
pytestmark = pytest.mark.django_db
PRESS: Any = {"step": "check", "choice1": "001", "name": "予約 花子", "kana": "ヨヤク", "phone": "03-1234-5678"}
ORDINARY = {"household": "nobody"}
"""Asks for somebody of the household, whom the ordinary way looks for and does not find."""
FULL, DONE = 409, 302


def _press(page: Client, code: str, language: str = "ja", **more: str) -> Any:
    path = f"/events/{code}/apply/" if language == "ja" else f"/{language}/events/{code}/apply/"
    given = PRESS | {"press": "one"} | more
    body = "&".join(f"{name}={value}" for name, value in given.items())
    return page.post(path, body, content_type="application/x-www-form-urlencoded")


def _rows(account: Any) -> dict[str, Any]:
    """All that is kept of an account's entry, without numbers of its own."""
    said = {
        "entry": "SELECT size, tier, weight, choices, channel, state FROM eng_booking_entry WHERE account_id = %s",
        "told": "SELECT name, kana, phone, companions, answers, language FROM front_events_evententry "
        "WHERE account_id = %s",
        "notice": "SELECT kind, title, due_on, permission, state FROM eng_inbox_workitem WHERE account_id = %s",
        "mail": "SELECT m.template, m.language, d.channel, d.state FROM eng_messages_message m "
        "JOIN eng_messages_delivery d ON d.message_id = m.id WHERE m.account_id = %s",
        "trail": "SELECT action, table_name FROM eng_audit_auditevent WHERE subject = %s::text "
        "AND table_name IN ('eng_booking_entry', 'front_events_evententry') ORDER BY 1, 2",
    }
    found = {}
    with unit(SYSTEM), connection.cursor() as cursor:
        for what, statement in said.items():
            cursor.execute(statement, (account,))
            found[what] = cursor.fetchall()
    return found


def _ways(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which way each entry took: "quick" is added where the quick way answered."""
    taken: list[str] = []
    real = middleware.RushMiddleware._answer

    def watched(self: Any, *given: Any) -> Any:
        found = real(self, *given)
        taken.append("quick" if found is not None else "ordinary")
        return found

    monkeypatch.setattr(middleware.RushMiddleware, "_answer", watched)
    return taken


def test_both_ways_keep_the_same_of_an_entry(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    ways = _ways(monkeypatch)
    code = published(office.division, capacity=9, most_people=4)
    quick, ordinary = browser(owner(office.hanako)), browser(owner(office.taro))
    one = _press(quick, code, companions="同伴 一郎%0D%0A同伴 二郎")
    other = _press(ordinary, code, companions="同伴 一郎%0D%0A同伴 二郎", **ORDINARY)
    assert ways == ["quick", "ordinary"]
    assert (one.status_code, other.status_code) == (DONE, DONE)
    assert re.fullmatch(r"/events/mine/[^/]+/done/", one["Location"])
    kept = _rows(owner(office.hanako))
    assert kept == _rows(owner(office.taro))
    assert [len(rows) for rows in kept.values()] == [1, 1, 1, 1, 2]
    assert _press(quick, code)["Location"] == one["Location"]  # the same press again: the first answer
    assert ways == ["quick", "ordinary", "ordinary"]
    assert _press(quick, code, press="two").status_code == FULL  # who stands in an entry already is told so
    assert _rows(owner(office.hanako)) == kept


@pytest.mark.parametrize("language", ["ja", "easy", "en"])
def test_both_ways_say_full_with_the_same_page(office: Office, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ways = _ways(monkeypatch)
    code = published(office.division, capacity=1)
    enter(code, office.taro)
    page = browser(owner(office.hanako))
    quick, ordinary = _press(page, code, language), _press(page, code, language, **ORDINARY)
    assert ways == ["quick", "ordinary"]
    assert (quick.status_code, ordinary.status_code) == (FULL, FULL)
    own = {"X-Request-Id", "Set-Cookie", "Content-Length", "Vary"}
    assert {k: v for k, v in quick.items() if k not in own} == {k: v for k, v in ordinary.items() if k not in own}
    bodies = [
        re.sub(r'(name="csrfmiddlewaretoken" value|data-session)="[^"]*"', "", answer.content.decode())
        for answer in (quick, ordinary)
    ]
    assert bodies[0] == bodies[1]
    assert _rows(owner(office.hanako))["entry"] == []


def test_full_costs_one_statement_and_an_entry_two(office: Office, django_assert_num_queries: Any) -> None:
    code = published(office.division, capacity=2)
    hanako = browser(owner(office.hanako))
    enter(code, office.taro, companions=("同伴 三郎",))
    assert _press(hanako, code, press="warm").status_code == FULL  # the event is read and the page drawn once
    with django_assert_num_queries(1):
        assert _press(hanako, code).status_code == FULL
    more = published(office.division, capacity=3)
    enter(more, office.taro)
    with django_assert_num_queries(4):  # one to know, two to read the event for the first time, one to enter
        assert _press(hanako, more).status_code == DONE


@pytest.mark.parametrize(
    "more",
    [{"residents_only": True}, {"price_yen": 500}, {"mode": "lottery"}, {}],
    ids=["a condition", "a price", "a draw", "cancelled"],
)
def test_what_is_not_simple_goes_the_ordinary_way(
    office: Office, more: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    ways = _ways(monkeypatch)
    if "mode" in more:
        more = more | {"draw_at": clock.now().replace(year=clock.now().year + 1)}
    code = published(office.division, **more)
    if not more:
        actions.cancel_event(actor=office.clerk, code=code, reason="雨")
    _press(browser(owner(office.hanako)), code)
    assert ways == ["ordinary"]


@pytest.mark.parametrize("wrong", ["choice1", "name", "phone", "long", "many", "nul"])
def test_a_form_with_something_wrong_goes_the_ordinary_way(
    office: Office, wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ways = _ways(monkeypatch)
    code = published(office.division)
    given = {"long": {"name": "あ" * 201}, "many": {"companions": "a%0Ab%0Ac"}, "nul": {"kana": "%00"}}
    answer = _press(browser(owner(office.hanako)), code, **given.get(wrong, {wrong: ""}))
    assert ways == ["ordinary"]
    assert answer.status_code in (400, 422)
    assert _rows(owner(office.hanako))["entry"] == []


def test_who_is_not_surely_signed_in_enters_nothing_quickly(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    ways = _ways(monkeypatch)
    code = published(office.division)
    hanako = owner(office.hanako)
    ended, idle, strict = browser(hanako, generation=7), browser(hanako, seen_ago=3600), browser(hanako)
    for page in (ended, idle, Client()):
        answer = _press(page, code)
        assert (answer.status_code, "/done/" in answer["Location"]) == (DONE, False)
    strict.handler.enforce_csrf_checks = True
    assert _press(strict, code).status_code == 403
    assert "quick" not in ways
    assert _rows(owner(office.hanako))["entry"] == []


def test_a_form_token_made_quickly_is_one_that_django_takes() -> None:
    request, secret = HttpRequest(), "aB3" * 10 + "zZ"
    request.method, request.META["CSRF_COOKIE"] = "POST", secret
    request.COOKIES[settings.CSRF_COOKIE_NAME] = secret
    tokens = {_token_for(request) for _ in range(20)}
    assert len(tokens) == 20
    check = CsrfViewMiddleware(lambda _request: HttpResponse())
    for token in tokens:
        request.POST = QueryDict(f"csrfmiddlewaretoken={token}")
        request.__dict__.pop("csrf_processing_done", None)
        assert check.process_view(request, HttpResponse, (), {}) is None


def test_entering_never_reads_all_seats_of_an_offering_that_nobody_has_counted(office: Office) -> None:
    published(office.division, capacity=2000)
    free = "SELECT id FROM eng_booking_seat WHERE item_id = (SELECT max(item_id) FROM eng_booking_seat) "
    free += "AND place_id IS NULL ORDER BY number + 0 LIMIT 2 FOR UPDATE SKIP LOCKED"
    with unit(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SELECT proconfig FROM pg_proc WHERE proname = 'booking_glance'")
        (told,) = cursor.fetchall()
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN {free}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert {"enable_seqscan=off", "enable_bitmapscan=off", "plan_cache_mode=force_generic_plan"} <= set(told[0])
    assert "using seat_free" in plan, plan
    assert "Sort" not in plan, plan
