"""After an event: who took part is asked once, and the division has its report as page, file and paper."""

from __future__ import annotations

import io
import secrets
from datetime import timedelta

import pytest
from pypdf import PdfReader

from conftest import shared_world
from jichi.engines.accounts import actions as accounts
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit.context import unit
from jichi.engines.booking import actions as booking_actions
from jichi.engines.booking import queries as booking
from jichi.engines.surveys import actions as surveys
from jichi.engines.surveys import queries as survey_queries
from jichi.engines.surveys.rules import own_question, standard
from jichi.kernel import clock
from jichi.kernel.errors import Forbidden, NotFound
from jichi.services.front.events import actions, queries
from jichi.services.front.events.pages.staff import reporting
from jichi.services.front.events.rules import survey_code, survey_times

from . import office as place
from .office import SYSTEM, Office, content, enter, owner, published
from .test_events import _told

office = shared_world(place.build)
pytestmark = pytest.mark.django_db


def test_who_took_part_is_asked_the_next_morning_and_answers_once(office: Office) -> None:
    code = published(office.division, capacity=5)
    came, away = enter(code, office.hanako), enter(code, office.taro)
    found = queries.event(code)
    assert found is not None
    assert found.offering_id is not None
    opens_at, closes_at = survey_times([slot for _code, slot in found.slots])
    surveys.set_survey(
        actor=office.clerk, code=survey_code(found.id), division_id=office.division, opens_at=opens_at,
        closes_at=closes_at, questions=standard(("satisfied", "remarks")),
    )  # fmt: skip
    with unit(SYSTEM):
        entries = booking.entries_of(found.offering_id)
    number = next(one.number for one in entries if one.id == came.entry_id)
    page = browser(owner(office.hanako))
    assert page.get(f"/events/mine/{number}/survey/").status_code == 404  # not over yet
    with clock.standing_at(opens_at + timedelta(minutes=5)):
        assert came.entry_id is not None
        booking_actions.check_in(actor=SYSTEM, entry_id=came.entry_id)
        booking_actions.mark_no_shows(actor=SYSTEM, offering_id=found.offering_id)
    with clock.standing_at(opens_at + timedelta(days=1)):
        assert actions.ask(actor=SYSTEM) == 1
        assert actions.ask(actor=SYSTEM) == 1
        assert _told(owner(office.hanako)).count("survey") == 1
        assert "survey" not in _told(owner(office.taro))
        page = browser(owner(office.hanako))
        assert "アンケートに答える" in page.get(f"/events/mine/{number}/").content.decode()
        sent = page.post(f"/events/mine/{number}/survey/", {"satisfied": "5", "remarks": "楽しかった"})
        assert sent.status_code == 302
        assert "ありがとうございました" in page.get(sent["Location"]).content.decode()
        page.post(f"/events/mine/{number}/survey/", {"satisfied": "1"})
    assert survey_queries.outcome(survey_code(found.id), least=1).replies == 1
    assert away.entry_id is not None
    with pytest.raises(Forbidden):
        actions.ask(actor=office.hanako)


def test_the_report_counts_who_came_and_hides_what_too_few_said(office: Office) -> None:
    code = published(office.division, capacity=5)
    came = enter(code, office.hanako, companions=("一郎",))
    enter(code, office.taro)
    found = queries.event(code)
    assert found is not None
    assert found.offering_id is not None
    assert came.entry_id is not None
    with clock.standing_at(found.slots[0][1].ends_at + timedelta(hours=1)):
        booking_actions.check_in(actor=SYSTEM, entry_id=came.entry_id)
        booking_actions.mark_no_shows(actor=SYSTEM, offering_id=found.offering_id)
        request = type("Request", (), {"actor": office.clerk})()
        report = reporting._report(request, found)
    facts = dict(report.facts)
    assert (facts["参加が決まった"], facts["出席"], facts["欠席"]) == ("2件(3人)", "1件(2人)", "1件(1人)")
    from jichi.engines.surveys.pages import report_csv, report_pdf

    table = report_csv(report, "r").content.decode("utf-8-sig")
    assert "数字,出席,1件(2人)," in table.replace('"', "")
    paper = PdfReader(io.BytesIO(report_pdf(report, "r").content))
    assert "1件(2人)" in "".join(one.extract_text() for one in paper.pages)


def test_the_division_asks_and_reads_the_report_on_pages(office: Office) -> None:
    code = published(office.division, capacity=5)
    clerk = accounts.create_staff_account(
        actor=SYSTEM, login="clerk", name="担当 一郎", password=secrets.token_urlsafe(16), roles=("section_chief",),
        division_codes=("EVENTS",),
    ).pk  # fmt: skip
    page = browser(clerk)
    assert "アンケートはありません" in page.get(f"/staff/events/{code}/report/").content.decode()
    given = {"questions": ["satisfied", "remarks"], "label1": "会場は?", "options1": "近い"}
    wrong = page.post(f"/staff/events/{code}/survey/", given)
    assert (wrong.status_code, "選択肢は2つから8つまで" in wrong.content.decode()) == (422, True)
    assert page.post(f"/staff/events/{code}/survey/", {}).status_code == 422
    assert page.post(f"/staff/events/{code}/survey/", given | {"options1": "近い\n遠い"}).status_code == 302
    found = queries.event(code)
    assert found is not None
    name = survey_code(found.id)
    with clock.standing_at(found.slots[0][1].ends_at + timedelta(hours=1)):
        for number in range(6):
            said = {"satisfied": "5", "own1": "1", "remarks": "<b>よかった</b>"}
            surveys.reply(actor=SYSTEM, code=name, respondent=f"{number}", answers=said)
    shown = page.get(f"/staff/events/{code}/report/").content.decode()
    for words in ("答え 6件", "会場は?", "とてもよかった", "&lt;b&gt;よかった"):
        assert words in shown, words
    assert page.get(f"/staff/events/{code}/report.csv").status_code == 200
    assert page.get(f"/staff/events/{code}/survey/").status_code == 200
    assert page.post(f"/staff/events/{code}/survey/", {"questions": ["age"]}).status_code == 409


def test_what_is_over_leaves_the_search_and_goes_down_on_my_page(office: Office) -> None:
    code = published(office.division, capacity=5)
    enter(code, office.hanako)
    event = queries.event(code)
    assert event is not None
    page = browser(owner(office.hanako))
    now, over = page.get("/my/").content.decode().split("終わったもの</h2>")
    assert "親子工作教室" in now.split("進行中")[1]
    assert "親子工作教室" not in over
    found = page.get("/search/?q=工作").content.decode()
    assert f'href="/events/{code}/"' in found
    assert "みどり区民センター" in found
    assert actions.leave_search(actor=SYSTEM) == 0
    with clock.standing_at(event.slots[-1][1].ends_at + timedelta(days=1)):
        page = browser(owner(office.hanako))
        now, over = page.get("/my/").content.decode().split("終わったもの</h2>")
        assert "親子工作教室" not in now
        assert "終わりました" in over.split("親子工作教室")[1]
        assert (actions.leave_search(actor=SYSTEM), actions.leave_search(actor=SYSTEM)) == (1, 0)
        assert f'href="/events/{code}/"' not in page.get("/search/?q=工作").content.decode()


def test_a_copied_event_brings_its_questions_along_and_asks_nobody_before_they_are_saved(office: Office) -> None:
    code = published(office.division, capacity=5)
    before = queries.event(code)
    assert before is not None
    assert actions.copy_event(actor=office.clerk, code=code)  # without a questionnaire there is nothing to copy
    asked = (*standard(("satisfied",)), own_question(1, "会場は?", "近い\n遠い"))
    opens_at, closes_at = survey_times([slot for _code, slot in before.slots])
    surveys.set_survey(
        actor=SYSTEM, code=survey_code(before.id), division_id=office.division, questions=asked, opens_at=opens_at,
        closes_at=closes_at,
    )  # fmt: skip
    with pytest.raises(Forbidden):
        actions.copy_event(actor=office.stranger, code=code)
    new = actions.copy_event(actor=office.clerk, code=code)
    actions.change_event(
        actor=office.clerk, code=new, expected_revision=1,
        content=content(first=(clock.now() + timedelta(days=30)).date(), mode="first_come"),
    )  # fmt: skip
    actions.publish_event(actor=office.clerk, code=new)
    came, after = enter(new, office.hanako), queries.event(new)
    assert after is not None
    assert (survey_queries.survey(survey_code(after.id)), survey_queries.drafted(survey_code(after.id))) == (
        None,
        asked,
    )
    with clock.standing_at(after.slots[0][1].ends_at + timedelta(days=1)), pytest.raises(NotFound):
        surveys.reply(actor=SYSTEM, code=survey_code(after.id), respondent="x", answers={"satisfied": "5"})
    clerk = accounts.create_staff_account(
        actor=SYSTEM, login="clerk", name="担当 一郎", password=secrets.token_urlsafe(16), roles=("section_chief",),
        division_codes=("EVENTS",),
    ).pk  # fmt: skip
    page = browser(clerk)
    assert "アンケートは下書きです" in page.get(f"/staff/events/{new}/report/").content.decode()
    form = page.get(f"/staff/events/{new}/survey/").content.decode()
    assert ("会場は?" in form, "まだ、だれにも届きません" in form) == (True, True)
    given = {"questions": ["satisfied"], "label1": "会場は?", "options1": "近い\n遠い"}
    assert page.post(f"/staff/events/{new}/survey/", given).status_code == 302
    assert survey_queries.drafted(survey_code(after.id)) == ()
    with clock.standing_at(after.slots[0][1].ends_at + timedelta(days=1)):
        assert surveys.reply(
            actor=SYSTEM, code=survey_code(after.id), respondent=str(came.entry_id), answers={"satisfied": "5"}
        )
