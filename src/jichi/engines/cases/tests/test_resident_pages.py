"""The pages of a case for its applicant: what they show, to nobody else, and what a press does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from conftest import shared_world
from jichi.design.readings import missing_readings
from jichi.engines.audit import queries as trail
from jichi.engines.audit.context import unit
from jichi.engines.cases import actions, queries
from jichi.engines.cases.models import Case, CaseEvent, Correction
from jichi.engines.cases.tests import desk
from jichi.engines.cases.tests.desk import HANA, SAKURA, SYSTEM, Office
from jichi.engines.forms import actions as forms
from jichi.engines.forms import queries as form_queries
from jichi.engines.forms.tests.ward import GATHERING
from jichi.engines.inbox import queries as inbox
from jichi.kernel.clock import TOKYO, standing_at
from jichi.kernel.errors import Conflict
from jichi.kernel.localized import LANGUAGES
from jichi.kernel.receipt_number import format_number

pytestmark = pytest.mark.django_db
DAY = datetime(2026, 11, 21, 10, 0, tzinfo=TOKYO)
HOSTILE = "<script>alert(1)</script>'\"&"
PREFIXES = [(code, "" if code == "ja" else f"/{code}") for code in LANGUAGES]


@pytest.fixture(autouse=True)
def _today(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.JICHI_FILES_ROOT = tmp_path
    with standing_at(DAY):
        yield
    translation.activate("ja")


office = shared_world(desk.build)


def address(case: Case, step: str = "") -> str:
    return f"/items/{format_number(case.number)}/{step}"


def browse(office: Office, number: str = HANA) -> Client:
    return desk.browser(office.residents[number])


def page(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, (path, response.headers.get("Location"), response.content.decode()[:2000])
    return response.content.decode()


def asked(office: Office, *fields: str, due_on: date = date(2026, 12, 1)) -> Case:
    """A case whose applicant is asked to correct these fields."""
    case = desk.apply(office, HANA)
    actions.take_case(actor=office.sato, case_id=case.pk, expected_version=1)
    points = [{"field": field, "sentence": f"{field}を直してください。"} for field in fields]
    actions.request_correction(actor=office.sato, case_id=case.pk, points=points, due_on=due_on, expected_version=2)
    return desk.case(case.pk)


def corrected(office: Office, client: Client, case: Case, kana: str = "シケン カナ") -> str:
    """Begin the correction in the browser and change the reading of the name; the address of the check page."""
    begun = client.post(address(case, "correction/"))
    draft_id = UUID(begun.headers["Location"].split("/")[2])
    with unit(office.residents[HANA]):
        revision = form_queries.draft(draft_id).revision
    forms.save_page(
        actor=office.residents[HANA], draft_id=draft_id, page="reading", raw={"name_kana": [kana]},
        expected_revision=revision, applicant_no=HANA,
    )  # fmt: skip
    return f"/items/correction/{draft_id}/"


class _Balanced(HTMLParser):
    """Every opened tag is closed, in order."""

    VOID = frozenset({"meta", "link", "input", "br", "img", "use", "path", "hr"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open, tag
            assert self.open.pop() == tag


def sound(html: str, language: str) -> None:
    """What holds for every page: one heading, well-formed, in its language, with readings where it is plain."""
    assert len(re.findall(r"<h1[ >]", html)) == 1
    assert f'<html lang="{ {"zh-hans": "zh-Hans", "easy": "ja"}.get(language, language) }"' in html
    parser = _Balanced()
    parser.feed(html)
    assert parser.open == []
    if language == "easy":
        assert missing_readings(html) == []


def decided(office: Office, outcome: Any) -> Case:
    case = desk.apply(office, HANA)
    actions.take_case(actor=office.sato, case_id=case.pk, expected_version=1)
    reason = "対象の生年月日ではありません。" if outcome == "refused" else ""
    actions.decide_case(
        actor=office.sato, case_id=case.pk, outcome=outcome, expected_version=2, reason=reason,
        reason_code="outside_cohort" if outcome == "refused" else "",
    )  # fmt: skip
    return desk.case(case.pk)


# -- every page, every language ------------------------------------------------------------------


@pytest.mark.parametrize(("language", "prefix"), PREFIXES)
def test_an_open_case_and_the_page_before_withdrawing(office: Office, language: str, prefix: str) -> None:
    case = desk.apply(office, HANA, language=language)
    client = browse(office)
    html = page(client, prefix + address(case))
    sound(html, language)
    assert format_number(case.number) in html
    assert "copy.pdf" in html
    assert "佐藤" not in html
    sound(page(client, prefix + address(case, "withdraw/")), language)


@pytest.mark.parametrize(("language", "prefix"), PREFIXES)
@pytest.mark.parametrize("outcome", ["approved", "refused"])
def test_a_decided_case(office: Office, language: str, prefix: str, outcome: str) -> None:
    case = decided(office, outcome)
    html = page(browse(office), prefix + address(case))
    sound(html, language)
    assert re.search(r"[2-9A-Z]{4}(-[2-9A-Z]{4}){3}", html)
    assert "withdraw" not in html
    assert ("対象の生年月日ではありません。" in html) is (outcome == "refused")


@pytest.mark.parametrize(("language", "prefix"), PREFIXES)
def test_a_correction_from_the_request_to_its_receipt(office: Office, language: str, prefix: str) -> None:
    case = asked(office, "name_kana", "companion_name")
    client = browse(office)
    sound(page(client, prefix + address(case)), language)
    html = page(client, prefix + address(case, "correction/"))
    sound(html, language)
    assert "name_kanaを直してください。" in html
    check = corrected(office, client, case)
    html = page(client, prefix + check)
    sound(html, language)
    assert "<del>シケン　ハナ</del>" in html
    assert "<ins>シケン　カナ</ins>" in html
    revision = re.search(r'name="revision" value="(\d+)"', html)
    assert revision
    sent = client.post(prefix + check, {"revision": revision[1]})
    assert sent.headers["Location"] == prefix + address(case, "correction/done/")
    sound(page(client, prefix + address(case, "correction/done/")), language)
    assert desk.case(case.pk).status == "reviewing"


@pytest.mark.parametrize("status", ["withdrawn", "expired"])
@pytest.mark.parametrize(("language", "prefix"), PREFIXES)
def test_a_case_that_ended_otherwise(office: Office, language: str, prefix: str, status: str) -> None:
    case = asked(office, "name_kana") if status == "expired" else desk.apply(office, HANA)
    if status == "withdrawn":
        actions.withdraw_case(actor=office.residents[HANA], case_id=case.pk)
    else:
        with standing_at(DAY + timedelta(days=20)):
            actions.expire_case(actor=office.suzuki, case_id=case.pk, expected_version=3)
    html = page(browse(office), prefix + address(case))
    sound(html, language)
    assert "withdraw/" not in html


# -- whose it is ---------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["", "withdraw/", "correction/", "correction/done/"])
def test_another_persons_case_is_not_found_and_the_attempt_is_logged(office: Office, step: str) -> None:
    case = asked(office, "name_kana")
    page(browse(office, SAKURA), address(case, step), 404)
    events = trail.events_of(table=f"eng_cases_items:{_name(step)}", object_id=address(case, step))
    assert [(e.action, e.actor_id) for e in events] == [("denied", office.residents[SAKURA].account_id)]


def _name(step: str) -> str:
    return {"": "item", "withdraw/": "withdraw", "correction/": "correction"}.get(step, "correction_done")


def test_presses_on_another_persons_case_change_nothing(office: Office) -> None:
    case = asked(office, "name_kana")
    stranger = browse(office, SAKURA)
    check = corrected(office, browse(office), case)
    before = desk.case(case.pk).version
    for path in (address(case, "withdraw/"), address(case, "correction/"), check):
        assert stranger.post(path, {"revision": "2"}).status_code == 404
    assert desk.case(case.pk).version == before
    assert desk.case(case.pk).status == "correction"


def test_documents_and_files_of_others_are_not_found(office: Office) -> None:
    case = decided(office, "approved")
    with unit(office.residents[HANA]):
        document = queries.applicant_case(actor=office.residents[HANA], number=case.number).documents[0]
    own = browse(office).get(address(case, f"documents/{document.id}/"))
    assert own.status_code == 200
    assert b"".join(own.streaming_content).startswith(b"%PDF-")  # type: ignore[attr-defined] # a FileResponse
    assert own.headers["Content-Type"] == "application/pdf"
    page(browse(office, SAKURA), address(case, f"documents/{document.id}/"), 404)
    page(browse(office), address(case, f"documents/{uuid4()}/"), 404)
    page(browse(office), address(case, f"files/{document.file_id}/"), 404)


def test_a_number_may_be_written_in_any_way_and_has_one_address(office: Office) -> None:
    case = desk.apply(office, HANA)
    response = browse(office).get(f"/items/{case.number.lower()}/")
    assert (response.status_code, response.headers["Location"]) == (302, address(case))
    page(browse(office), "/items/AAAA-AAAA/", 404)


# -- what a press does ---------------------------------------------------------------------------


def test_opening_a_case_marks_its_notices_as_read(office: Office) -> None:
    case = desk.apply(office, HANA)
    account = office.residents[HANA].account_id
    assert account
    with unit(office.residents[HANA]):
        assert inbox.counts_for_account(account).unread == 1
    page(browse(office), address(case))
    with unit(office.residents[HANA]):
        assert inbox.counts_for_account(account).unread == 0


def test_withdrawing_twice_is_withdrawing_once(office: Office) -> None:
    case = desk.apply(office, HANA)
    client = browse(office)
    for _press in range(2):
        response = client.post(address(case, "withdraw/"))
        assert response.headers["Location"] == address(case) + "?withdrawn=1"
    assert "取り下げました。同じ内容でいつでも申請できます。" in page(client, address(case) + "?withdrawn=1")
    with unit(SYSTEM):
        kinds = CaseEvent.objects.filter(case=case).order_by("id").values_list("kind", flat=True)
        assert list(kinds) == ["received", "withdrawn"]


def test_after_a_decision_nothing_is_withdrawn(office: Office) -> None:
    case = decided(office, "approved")
    client = browse(office)
    assert "すでに結果が出ているため、取り下げられません。" in page(client, address(case, "withdraw/"), 409)
    assert client.post(address(case, "withdraw/")).status_code == 409
    assert desk.case(case.pk).status == "approved"


def test_a_correction_sent_twice_arrives_once(office: Office) -> None:
    case = asked(office, "name_kana")
    client = browse(office)
    check = corrected(office, client, case)
    for _press in range(2):
        assert client.post(check, {"revision": "2"}).headers["Location"] == address(case, "correction/done/")
    with unit(SYSTEM):
        kinds = list(CaseEvent.objects.filter(case=case).order_by("id").values_list("kind", flat=True))
    assert kinds.count("correction_received") == 1
    assert client.get(check).headers["Location"] == address(case, "correction/done/")


def test_another_window_that_saved_meanwhile_is_shown_before_sending(office: Office) -> None:
    case = asked(office, "name_kana")
    client = browse(office)
    check = corrected(office, client, case)
    response = client.post(check, {"revision": "1"})
    assert response.status_code == 409
    assert "別の画面で新しい内容が保存されています" in response.content.decode()
    assert desk.case(case.pk).status == "correction"


def test_what_was_not_changed_is_named_before_sending(office: Office) -> None:
    case = asked(office, "name_kana", "companion_name")
    client = browse(office)
    html = page(client, corrected(office, client, case))
    assert "まだ変わっていない答えがあります" in html


def test_late_corrections_are_told_whom_to_ask(office: Office) -> None:
    case = asked(office, "name_kana")
    client = browse(office)
    check = corrected(office, client, case)
    with standing_at(datetime(2026, 12, 2, 0, 0, tzinfo=TOKYO)):
        client = browse(office)
        html = page(client, address(case, "correction/"))
        assert "期限の2026年12月1日(火)を過ぎました。申請はまだ取り消していません。" in html
        assert "<button" not in html.partition("<main")[2].partition("</main")[0]
        assert client.post(check, {"revision": "2"}).headers["Location"] == address(case, "correction/")
    assert desk.case(case.pk).status == "correction"


def test_on_the_last_day_at_midnight_less_a_minute_it_still_arrives(office: Office) -> None:
    case = asked(office, "name_kana")
    client = browse(office)
    check = corrected(office, client, case)
    with standing_at(datetime(2026, 12, 1, 23, 59, tzinfo=TOKYO)):
        client = browse(office)
        assert client.post(check, {"revision": "2"}).headers["Location"] == address(case, "correction/done/")


def test_a_second_request_about_other_questions_opens_those_and_no_others(office: Office) -> None:
    case = asked(office, "name_kana")
    client = browse(office)
    corrected(office, client, case)
    actions.cancel_correction(actor=office.sato, case_id=case.pk, expected_version=3)
    actions.request_correction(
        actor=office.sato, case_id=case.pk, due_on=date(2026, 12, 8), expected_version=4,
        points=[{"field": "companion_name", "sentence": "氏名を確かめてください。"}],
    )  # fmt: skip
    begun = client.post(address(case, "correction/"))
    with unit(office.residents[HANA]):
        draft = form_queries.draft(UUID(begun.headers["Location"].split("/")[2]))
    assert draft.editable == {"companion_name"}
    assert draft.answers["name_kana"] == "シケン　ハナ"
    assert draft.expires_at == datetime(2026, 12, 9, 0, 0, tzinfo=TOKYO)


def test_a_draft_that_corrects_nothing_opens_no_check_page(office: Office) -> None:
    applicant = office.residents[SAKURA]
    with unit(applicant):
        draft = forms.start_draft(actor=applicant, slug="coming-of-age", applicant_no=SAKURA)
    page(browse(office, SAKURA), f"/items/correction/{draft.id}/", 404)


# -- texts from people, cost ---------------------------------------------------------------------


def test_what_people_wrote_is_shown_as_text(office: Office) -> None:
    answers = {**GATHERING, "support_details": {"interpreter_language": ["english"], "support_text": [HOSTILE]}}
    case = desk.apply(office, HANA, answers=answers)
    html = page(browse(office), address(case))
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_an_officials_words_are_shown_as_text(office: Office) -> None:
    case = desk.apply(office, HANA)
    actions.take_case(actor=office.sato, case_id=case.pk, expected_version=1)
    actions.request_correction(
        actor=office.sato, case_id=case.pk, points=[{"field": "name_kana", "sentence": HOSTILE}],
        due_on=date(2026, 12, 1), expected_version=2,
    )  # fmt: skip
    for step in ("", "correction/"):
        assert "<script>alert" not in page(browse(office), address(case, step))


def test_a_longer_history_costs_no_more_statements(office: Office) -> None:
    case = desk.apply(office, HANA)
    client = browse(office)

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as counted:
            page(client, address(case))
        return len(counted)

    cost()
    before = cost()
    for version in range(1, 9, 2):
        actions.take_case(actor=office.sato, case_id=case.pk, expected_version=version)
        actions.release_case(actor=office.sato, case_id=case.pk, expected_version=version + 1)
    assert cost() == before


def test_an_answer_to_a_closed_correction_is_refused(office: Office) -> None:
    """The guard below the page: without an open correction there is nothing to answer."""
    case = asked(office, "name_kana")
    client = browse(office)
    check = corrected(office, client, case)
    actions.cancel_correction(actor=office.sato, case_id=case.pk, expected_version=3)
    assert client.post(check, {"revision": "2"}).status_code == 409
    with pytest.raises(Conflict):
        actions.answer_correction(
            actor=office.residents[HANA], case_id=case.pk, draft_id=check.split("/")[3], revision=2,  # type: ignore[arg-type] # text of the id
            language="ja", applicant_no=HANA,
        )  # fmt: skip
    with unit(SYSTEM):
        assert Correction.objects.get(case=case).state == "cancelled"
