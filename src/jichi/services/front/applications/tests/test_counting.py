"""What statistics learn while somebody fills in a form: pages, errors, time, started and sent. No answers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from jichi.engines.accounts.actions import create_division
from jichi.engines.audit.context import system_actor, unit
from jichi.engines.forms import actions as forms
from jichi.engines.forms.tests.ward import source
from jichi.engines.statistics import actions, queries
from jichi.engines.statistics.recorder import recorder
from jichi.engines.statistics.rules import Period
from jichi.kernel import clock

pytestmark = pytest.mark.django_db
SYSTEM = system_actor("test")
PHONE = "Mozilla/5.0 (iPhone) Mobile/15E148"
NOW = clock.now()
DAYS = Period(first=NOW.date(), last=NOW.date() + timedelta(days=1), by="day")


@pytest.fixture(autouse=True)
def _form() -> None:
    recorder._waiting.clear()
    create_division(actor=SYSTEM, code="community", names={"ja": "地域振興課"})
    forms.publish_definition(actor=SYSTEM, source=source("ward-opinion"))


def events() -> list[tuple[str, str]]:
    return [(one.kind, one.page) for one in recorder._waiting]


def test_an_application_from_its_first_page_to_sending() -> None:
    client = Client(headers={"user-agent": PHONE})
    with clock.standing_at(NOW):
        client.get("/en/procedures/ward-opinion/")
        client.get("/procedures/ward-opinion/begin/")
        draft = client.post("/procedures/ward-opinion/begin/").headers["Location"]
        asked = client.get(f"{draft}q/opinion/").content.decode()
        shown = str(int(clock.now().timestamp()))
        assert f'name="shown" value="{shown}"' in asked
        with clock.standing_at(NOW + timedelta(seconds=20)):
            client.post(f"{draft}q/opinion/", {"revision": "1", "shown": shown})
        with clock.standing_at(NOW + timedelta(seconds=90)):
            answers = {"subject_line": "歩道の段差", "opinion_text": "段差があります。", "revision": "2"}
            client.post(f"{draft}q/opinion/", {**answers, "shown": shown, "plain": "1"})
        client.post(f"{draft}q/reply/", {"wants_reply": "no", "revision": "3", "leave": "1"})
        client.post(f"{draft}q/reply/", {"wants_reply": "no", "revision": "4"})
        client.get(f"{draft}check/")
        sent = client.post(f"{draft}check/", {"shown": shown})
        assert sent.headers["Location"] == f"{draft}done/"
        client.post(f"{draft}check/", {})  # pressed again: nothing more was sent
        assert events() == [
            ("view", ":start"), ("view", ":begin"), ("started", ":begin"), ("view", "opinion"), ("error", "opinion"),
            ("saved", "opinion"), ("left", "reply"), ("saved", "reply"), ("view", ":check"), ("sent", ":check"),
        ]  # fmt: skip
        assert {one.subject for one in recorder._waiting} == {"ward-opinion"}
        assert [one.language for one in recorder._waiting][:2] == ["en", "ja"]
        assert [one.plain for one in recorder._waiting if one.kind in {"error", "saved"}] == [False, True, None]
        assert [one.seconds for one in recorder._waiting if one.kind == "saved"] == [90, None]
        actions.write_what_waits(actor=SYSTEM)
        actions.add_up(actor=SYSTEM)
    with unit(SYSTEM):
        pages = {one.page: (one.reached, one.went_on, one.erred) for one in queries.pages("ward-opinion", DAYS)}
    assert pages == {":begin": (2, 1, 0), "opinion": (1, 1, 1), "reply": (1, 1, 0), ":check": (1, 1, 0)}
    with connection.cursor() as cursor:
        cursor.execute("SELECT e::text FROM eng_statistics_event e")
        kept = " ".join(row[0] for row in cursor.fetchall())
    assert draft.strip("/").split("/")[-1] not in kept
    assert "段差" not in kept


def test_nonsense_in_the_hidden_fields_changes_no_answer() -> None:
    client = Client(headers={"user-agent": PHONE})
    draft = client.post("/procedures/ward-opinion/begin/").headers["Location"]
    answers = {"subject_line": "歩道の段差", "opinion_text": "段差があります。", "revision": "1"}
    saved = client.post(f"{draft}q/opinion/", {**answers, "shown": "9" * 400, "plain": ["x", "y"]})
    assert saved.headers["Location"] == f"{draft}q/reply/"
    assert [(one.seconds, one.plain) for one in recorder._waiting if one.kind == "saved"] == [(None, True)]
