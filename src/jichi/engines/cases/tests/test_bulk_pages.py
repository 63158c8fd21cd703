"""Deciding many at once, as the pages do it: marks, outcome, preview, progress, stop."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from conftest import shared_world
from jichi.engines.audit.context import unit
from jichi.engines.cases import actions
from jichi.engines.cases.models import BulkRun, Case
from jichi.engines.cases.tests import desk
from jichi.engines.cases.tests.desk import Office
from jichi.kernel.receipt_number import format_number

pytestmark = pytest.mark.django_db
BULK = "/staff/cases/bulk/"


office = shared_world(desk.build)


def hidden(html: str) -> dict[str, str]:
    """The hidden inputs of a page, as a browser would post them."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', html)
    return {name: unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


def choose(client: Client, cases: list[Case]) -> dict[str, str]:
    page = client.post(BULK, {"row": [str(case.pk) for case in cases], "act": "choose"})
    assert page.status_code == 200
    assert f"選んだ案件は{len(cases)}件です。" in page.content.decode()
    return hidden(page.content.decode())


def test_from_marks_through_the_preview_to_the_progress(office: Office) -> None:
    good, odd = desk.pile(office, 1)[0], desk.pile(office, 1, checks=[{"id": "x", "outcome": "look"}])[0]
    client = desk.browser(office.sato)
    listed = client.get("/staff/cases/").content.decode()
    assert f'value="{good.pk}"' in listed
    kept = choose(client, [good, odd])
    answers = {**kept, "outcome": "approved", "seal": "omitted", "dispatch": "electronic", "act": "check"}
    preview = client.post(BULK, answers).content.decode()
    assert "<h1>1件を承認しますか</h1>" in preview
    assert "点検に「要確認」があります。1件ずつ確かめてください。" in preview
    assert f"/staff/cases/{format_number(odd.number)}/" in preview
    started = client.post(BULK, {**hidden(preview), "act": "start"})
    again = client.post(BULK, {**hidden(preview), "act": "start"})
    assert started.status_code == 302
    assert started["Location"] == again["Location"]
    shown = client.get(started["Location"]).content.decode()
    assert "まとめて決定" in shown
    assert format_number(odd.number) in shown
    with unit(desk.SYSTEM):
        run = BulkRun.objects.get()
    actions.work_off(actor=desk.SYSTEM, run_id=run.pk)
    ended = client.get(started["Location"]).content.decode()
    assert "決定 1件、決定しなかったもの 1件" in ended


def test_a_refusal_without_a_reason_comes_back_with_what_was_chosen(office: Office) -> None:
    cases = desk.pile(office, 2)
    client = desk.browser(office.sato)
    kept = choose(client, cases)
    page = client.post(BULK, {**kept, "outcome": "refused", "seal": "sealed", "dispatch": "post", "act": "check"})
    assert page.status_code == 422
    assert "理由を入力してください。申請した人がそのまま読みます。" in page.content.decode()
    assert hidden(page.content.decode())["cases"] == kept["cases"]
    with unit(desk.SYSTEM):
        assert BulkRun.objects.count() == 0


def test_the_filter_of_the_list_chooses_too_and_nothing_chosen_leads_back(office: Office) -> None:
    desk.pile(office, 3)
    client = desk.browser(office.sato)
    page = client.get(BULK, {"status": "received", "procedure": "coming-of-age"}).content.decode()
    assert "選んだ案件は3件です。" in page
    assert client.get(BULK, {"status": "approved"}).status_code == 302
    assert client.post(BULK, {"act": "choose"})["Location"] == "/staff/cases/"


def test_stopping_from_the_page(office: Office) -> None:
    cases = desk.pile(office, 2)
    client = desk.browser(office.sato)
    kept = choose(client, cases)
    answers = {**kept, "outcome": "approved", "seal": "omitted", "dispatch": "electronic", "act": "start", "key": "k"}
    where = client.post(BULK, answers)["Location"]
    assert client.post(f"{where}stop/")["Location"] == where
    assert "止めたもの 2件" in client.get(where).content.decode()


def test_other_divisions_cases_are_not_chosen_and_readers_do_not_decide(office: Office) -> None:
    cases = desk.pile(office, 1)
    assert desk.browser(office.takagi).post(BULK, {"row": [str(cases[0].pk)]})["Location"] == "/staff/cases/"
    assert desk.browser(office.reader).get(BULK).status_code == 404
