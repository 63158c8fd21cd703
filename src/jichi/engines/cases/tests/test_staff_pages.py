"""Officials' pages of cases in a browser: what they show, to whom, at which cost, and what a press does."""

from __future__ import annotations

import csv
import io
import re
import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from conftest import shared_world
from jichi.engines.audit import queries as trail
from jichi.engines.audit.context import Actor, unit
from jichi.engines.cases import actions
from jichi.engines.cases.models import Case, Correction, Decision
from jichi.engines.cases.tests import desk
from jichi.engines.cases.tests.desk import AOI, HANA, SAKURA, Office
from jichi.engines.forms.tests.sending import send_again
from jichi.engines.forms.tests.ward import GATHERING
from jichi.kernel import clock
from jichi.kernel.clock import TOKYO
from jichi.kernel.receipt_number import format_number, new_number

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script>'\"&"


office = shared_world(desk.build)


def url(case: Case, step: str = "") -> str:
    return f"/staff/cases/{format_number(case.number)}/{step}"


def text(response: Any) -> str:
    return str(response.content.decode())


def page(actor: Actor, address: str, status: int = 200) -> str:
    response = desk.browser(actor).get(address)
    assert response.status_code == status, text(response)[:2000]
    return text(response)


def reviewing(office: Office, number: str = HANA) -> Case:
    case = desk.apply(office, number)
    actions.take_case(actor=office.sato, case_id=case.pk, expected_version=1)
    return desk.case(case.pk)


def statements(client: Client, address: str) -> int:
    b"".join(client.get(address))  # fills the caches of definitions and menus; files are closed at their end
    with CaptureQueriesContext(connection) as caught:
        response: Any = client.get(address)
    assert response.status_code == 200
    b"".join(response)
    return len(caught)


# -- the case page --------------------------------------------------------------------------------


def test_the_case_shows_application_register_checks_and_what_can_be_done(office: Office) -> None:
    case = desk.apply(office)
    html = page(office.sato, url(case))
    for words in (
        "試験　花", "シケン　ハナ", "東京都みどり区芝一丁目18番", "電動車いす", "要確認", "手伝いの希望があります",
        "審査を始める", "申請した人には「受付済」と見えています", "hana@example.jp", "送信待ち",
    ):  # fmt: skip
        assert words in html, words
    assert "承認する" not in html
    assert "≠" not in html


def test_differences_from_the_register_are_marked_on_both_sides(office: Office) -> None:
    case = desk.apply(office, answers={**GATHERING, "reading": {"name_kana": ["チガウ ヨミ"]}})
    html = page(office.sato, url(case))
    assert "≠ 住民記録: シケン　ハナ" in html
    assert "≠ 申請と違う" in html


def test_looks_at_case_and_person_are_logged_with_their_purpose(office: Office) -> None:
    case = desk.apply(office)
    page(office.sato, url(case))
    looks = [e for e in trail.events_about(subject=HANA) if e.action == "look"]
    assert {e.actor_id for e in looks} == {office.sato.account_id}
    assert sorted((e.table, e.purpose) for e in looks) == [
        ("eng_cases_case", "application_review"), ("eng_registry_resident", "application_review"),
    ]  # fmt: skip


def test_another_division_gets_404_and_the_try_is_kept(office: Office) -> None:
    case = desk.apply(office)
    page(office.takagi, url(case), 404)
    (kept,) = trail.events_of(table="eng_cases_staff:case", object_id=url(case))
    assert (kept.action, kept.actor_id) == ("denied", office.takagi.account_id)


def test_a_reader_sees_the_case_and_no_button(office: Office) -> None:
    html = page(office.reader, url(reviewing(office)))
    assert "住民記録を見る権限がありません" in html
    assert "action-bar" not in html
    assert "東京都みどり区" not in html


def test_a_protected_address_is_shown_to_nobody_by_itself(office: Office) -> None:
    case = desk.apply(office, AOI)
    seen = {actor.name: page(actor, url(case)) for actor in (office.sato, office.clerk)}
    assert all("【閲覧制限】" in html and "芝一丁目" not in html for html in seen.values())
    assert "住所を表示する(記録されます)" in seen[office.clerk.name]
    assert "住所を表示する" not in seen[office.sato.name]


def test_who_may_reveals_the_address_and_it_is_logged(office: Office) -> None:
    case = desk.apply(office, AOI)
    html = text(desk.browser(office.clerk).post(url(case, "reveal/")))
    assert "東京都みどり区芝一丁目50番" in html
    assert "芝一丁目" not in text(desk.browser(office.sato).post(url(case, "reveal/")))
    kept = [e.actor_id for e in trail.events_about(subject=AOI) if e.action == "reveal_address"]
    assert kept == [office.clerk.account_id]


def test_hostile_answers_are_text(office: Office) -> None:
    answers = {**GATHERING, "support_details": {"interpreter_language": ["english"], "support_text": [HOSTILE]}}
    case = desk.apply(office, answers=answers)
    html = page(office.sato, url(case))
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_the_page_costs_the_same_however_long_the_history(office: Office) -> None:
    case = reviewing(office)
    client = desk.browser(office.sato)
    before = statements(client, url(case))
    for _ in range(5):
        version = desk.case(case.pk).version
        actions.request_correction(
            actor=office.sato, case_id=case.pk, points=[{"field": "phone", "sentence": "番号"}],
            due_on=clock.today() + timedelta(days=9), expected_version=version,
        )  # fmt: skip
        actions.cancel_correction(actor=office.sato, case_id=case.pk, expected_version=version + 1)
    assert statements(client, url(case)) == before
    assert before <= 42


# -- steps ----------------------------------------------------------------------------------------


def test_taking_can_be_undone_on_the_next_page(office: Office) -> None:
    case = desk.apply(office)
    client = desk.browser(office.sato)
    html = text(client.post(url(case, "take/"), {"version": 1}, follow=True))
    assert "担当になりました。" in html
    assert "元に戻す" in html
    html = text(client.post(url(case, "release/"), {"version": 2}, follow=True))
    assert "担当を外れました。" in html
    assert desk.case(case.pk).assignee_id is None


def test_undo_ends_after_a_minute(office: Office) -> None:
    case = reviewing(office)
    with clock.standing_at(clock.now() + timedelta(seconds=61)):
        assert "元に戻す" not in page(office.sato, url(case))


def test_who_comes_second_reads_who_was_first_and_what_became_of_it(office: Office) -> None:
    case = reviewing(office)
    at = datetime(2026, 11, 24, 10, 12, tzinfo=TOKYO)
    with clock.standing_at(at):
        actions.decide_case(actor=office.suzuki, case_id=case.pk, outcome="approved", expected_version=2)
        response = desk.browser(office.sato).post(
            url(case, "refuse/"), {"act": "decide", "version": 2, "reason": "私の理由です"}
        )
    html = text(response)
    assert response.status_code == 409
    assert "鈴木 聡さんが10時12分に承認しました。あなたの操作は行われていません。最新の内容を表示します。" in html
    assert "私の理由です" in html
    with unit(desk.SYSTEM):
        assert Decision.objects.get(case=case).outcome == "approved"


@pytest.mark.parametrize("step", ["take/", "release/", "correction/cancel/", "approve/", "refuse/", "correction/"])
def test_a_page_without_its_version_does_nothing(office: Office, step: str) -> None:
    case = reviewing(office)
    values = {"act": "decide", "reason": "理由"} if step in {"approve/", "refuse/"} else {}
    client = desk.browser(office.suzuki)
    response = client.post(url(case, step), values)
    assert response.status_code in {409, 422}
    now = desk.case(case.pk)
    assert (now.status, now.version, now.assignee_id) == ("reviewing", 2, office.sato.account_id)


# -- decisions ------------------------------------------------------------------------------------


def decide(client: Client, case: Case, step: str, **values: Any) -> HttpResponse:
    return client.post(url(case, step), {"version": desk.case(case.pk).version, **values})  # type: ignore[return-value] # a response


def test_refusing_step_by_step(office: Office) -> None:
    case = reviewing(office)
    client = desk.browser(office.sato)
    asked = text(client.get(url(case, "refuse/")))
    assert "申込みの日に、区に住民登録がなかったためです。" in asked
    assert "審査請求" in asked
    empty = decide(client, case, "refuse/", act="check")
    assert empty.status_code == 422
    assert "理由を入力してください" in text(empty)
    shown = text(decide(client, case, "refuse/", act="check", reason_code="not_resident"))
    for words in ("まだ決定していません", "お知らせ箱", "1通", "不承認通知書", "第3条第2号", "取り消せません"):
        assert words in shown, words
    with unit(desk.SYSTEM):
        assert not Decision.objects.exists()
    done = decide(client, case, "refuse/", act="decide", reason_code="not_resident", reason="転出のためです。")
    assert (done.status_code, done.headers["Location"]) == (302, url(case))
    html = page(office.sato, url(case))
    assert "不承認にしました。" in html
    assert "8みど子第1号" in html
    assert "転出のためです。" in html


def test_a_second_press_shows_the_done_state(office: Office) -> None:
    case = reviewing(office)
    client = desk.browser(office.sato)
    for _ in range(2):
        response = client.post(url(case, "approve/"), {"act": "decide", "version": 2}, follow=True)
        assert response.status_code == 200
        assert "承認しました。" in text(response)
    with unit(desk.SYSTEM):
        assert Decision.objects.filter(case=case).count() == 1


def test_places_left_open_in_a_reason_are_not_sent(office: Office) -> None:
    case = reviewing(office)
    response = decide(desk.browser(office.sato), case, "refuse/", act="decide", reason="{日付}に転出しています。")
    assert response.status_code == 422
    assert "{ } の中を書き換えてください" in text(response)
    assert desk.case(case.pk).status == "reviewing"


def test_the_decision_page_of_a_decided_case_shows_the_case(office: Office) -> None:
    case = reviewing(office)
    actions.decide_case(actor=office.suzuki, case_id=case.pk, outcome="approved", expected_version=2)
    assert "今の状態(「承認」)では、この操作はできません。" in page(office.sato, url(case, "approve/"), 409)


# -- corrections ----------------------------------------------------------------------------------


def test_asking_for_a_correction_step_by_step(office: Office) -> None:
    case = desk.apply(office, language="en")
    actions.take_case(actor=office.sato, case_id=case.pk, expected_version=1)
    client = desk.browser(office.sato)
    assert "直してもらうところ" in text(client.get(url(case, "correction/")))
    written = text(client.get(url(case, "correction/"), {"points": ["name_kana.0", "phone."]}))
    assert "フリガナが住民登録と違います。正しいフリガナを入力してください。" in written
    values: dict[str, Any] = {
        "points": ["name_kana", "phone"], "version": 2, "due_y": "2027", "due_m": "1", "due_d": "12",
        "sentence-name_kana": "フリガナが住民登録と違います。正しいフリガナを入力してください。",
        "sentence-phone": "市外局番から入力してください。",
    }  # fmt: skip
    preview = text(client.post(url(case, "correction/"), {**values, "act": "preview"}))
    assert "The katakana reading differs from your registration." in preview
    assert "Tuesday, 12 January 2027" in preview
    assert "日本語のまま届く文があります" in preview
    assert desk.case(case.pk).status == "reviewing"
    for _ in range(2):  # pressed twice: asked once
        response = client.post(url(case, "correction/"), {**values, "act": "send"}, follow=True)
        assert "補正を依頼しました" in text(response)
    with unit(desk.SYSTEM):
        assert [c.state for c in Correction.objects.filter(case=case)] == ["open"]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"sentence-phone": " "}, "「電話番号」に添える文"),
        ({"due_y": "2020"}, "明日以降の日を入力してください。"),
        ({"due_d": "40"}, "期限"),
        ({"due_y": "", "due_m": "", "due_d": ""}, "期限"),
    ],
)
def test_a_wrong_correction_keeps_what_was_typed(office: Office, changed: dict[str, str], words: str) -> None:
    case = reviewing(office)
    values = {
        "points": ["phone"], "sentence-phone": "書いた文", "version": "2", "act": "send", "due_y": "2027", "due_m": "1",
        "due_d": "12", **changed,
    }  # fmt: skip
    response = desk.browser(office.sato).post(url(case, "correction/"), values)
    html = text(response)
    assert response.status_code == 422
    assert "エラー: " in html
    assert words in html
    assert "sentence-phone" in changed or "書いた文" in html
    assert desk.case(case.pk).status == "reviewing"


def test_the_usual_date_lies_on_an_open_day(office: Office) -> None:
    case = reviewing(office)
    with clock.standing_at(datetime(2026, 12, 18, 10, tzinfo=TOKYO)):  # two weeks later is New Year's Day
        html = page(office.sato, url(case, "correction/?points=phone."))
    assert 'name="due_y" value="2027"' in " ".join(html.split()) or "2027" in html
    assert 'value="4"' in html  # Monday, 4 January


def test_expiring_only_after_the_date(office: Office) -> None:
    case = reviewing(office)
    actions.request_correction(
        actor=office.sato, case_id=case.pk, points=[{"field": "phone", "sentence": "番号"}],
        due_on=clock.today() + timedelta(days=3), expected_version=2,
    )  # fmt: skip
    assert "失効にする" not in page(office.sato, url(case))
    assert page(office.sato, url(case, "expire/"), 409)
    with clock.standing_at(clock.now() + timedelta(days=4)):
        assert "失効にする" in page(office.sato, url(case))
        assert "取り消せません" in page(office.sato, url(case, "expire/"))
        response = desk.browser(office.sato).post(url(case, "expire/"), {"version": 3}, follow=True)
        assert "失効" in text(response)
    assert desk.case(case.pk).status == "expired"


# -- list and file --------------------------------------------------------------------------------


def test_an_empty_list_says_so_and_nothing_found_offers_a_way_out(office: Office) -> None:
    assert "課の案件はまだありません。" in page(office.sato, "/staff/cases/")
    assert "条件をすべて外す" in page(office.sato, "/staff/cases/?q=いない")


@pytest.mark.parametrize("q", ["しけん", "試験 花", "ｼｹﾝ", HANA])
def test_people_are_found_in_any_writing(office: Office, q: str) -> None:
    case, other = desk.apply(office), desk.apply(office, SAKURA)
    html = page(office.sato, f"/staff/cases/?q={q}")
    assert format_number(case.number) in html
    assert format_number(other.number) not in html


def test_filters_narrow_the_list(office: Office) -> None:
    mine, other = reviewing(office), desk.apply(office, SAKURA)
    for query, found in {
        "status=reviewing": mine, "scope=mine": mine, "status=received": other, f"q={other.number.lower()}": other,
    }.items():  # fmt: skip
        html = page(office.sato, f"/staff/cases/?{query}")
        shown = {c for c in (mine, other) if format_number(c.number) in html}
        assert shown == {found}, query
    assert "1件中" not in page(office.sato, "/staff/cases/?from=2026-13-01")
    tomorrow = clock.today() + timedelta(days=1)
    assert "条件をすべて外す" in page(office.sato, f"/staff/cases/?from={tomorrow}")


def test_another_division_lists_nothing(office: Office) -> None:
    case = desk.apply(office)
    assert format_number(case.number) not in page(office.takagi, "/staff/cases/")


def rows_of(body: bytes, encoding: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.decode(encoding), newline="")))


def exported(actor: Actor, query: str = "") -> bytes:
    response = desk.browser(actor).get(f"/staff/cases/export/?{query}")
    assert response.status_code == 200
    return b"".join(response.streaming_content)  # type: ignore[attr-defined] # a file


def test_the_file_has_a_bom_one_row_a_case_and_is_logged(office: Office) -> None:
    case = desk.apply(office)
    body = exported(office.sato)
    header, row = rows_of(body, "utf-8-sig")
    assert body.startswith(b"\xef\xbb\xbf")
    assert dict(zip(header, row, strict=True))["受付番号"] == format_number(case.number)
    assert dict(zip(header, row, strict=True))["住所"] == "東京都みどり区芝一丁目18番 試験荘101号室"
    (kept,) = trail.events_of(table="eng_cases_case", object_id="")
    assert kept.detail is not None
    assert (kept.action, kept.actor_id, kept.detail["encoding"]) == ("export", office.sato.account_id, "utf-8")


def test_protected_people_have_no_address_in_any_column(office: Office) -> None:
    desk.apply(office, AOI)
    for actor in (office.sato, office.clerk):
        body = exported(actor, "procedure=coming-of-age").decode("utf-8-sig")
        assert "【閲覧制限】" in body
        assert "非表示" in body
        assert "芝一丁目" not in body
        assert "0000001" not in body


def test_answers_become_columns_and_formulas_do_not(office: Office) -> None:
    support = {"interpreter_language": ["english"], "support_text": ['=HYPERLINK("http://x")']}
    desk.apply(office, answers={**GATHERING, "support_details": support})
    header, row = rows_of(exported(office.sato, "procedure=coming-of-age"), "utf-8-sig")
    cells = dict(zip(header, row, strict=True))
    assert cells["手伝いについて伝えたいこと"] == '\'=HYPERLINK("http://x")'
    assert cells["お名前のフリガナ"] == "シケン　ハナ"


def test_what_shift_jis_lacks_is_marked_and_named(office: Office) -> None:
    desk.apply(office, AOI)
    header, row = rows_of(exported(office.sato, "encoding=sjis"), "cp932")
    cells = dict(zip(header, row, strict=True))
    assert cells["氏名"] == "〓田　葵"
    assert cells["書けなかった文字"] == "氏名: U+20BB7"


def test_a_reader_gets_no_file(office: Office) -> None:
    page(office.reader, "/staff/cases/export/", 404)
    assert "CSVで保存する" not in page(office.reader, "/staff/cases/")


def copies(case: Case, count: int) -> None:
    """More cases like this one, with numbers of their own, written past the application."""
    with unit(desk.SYSTEM):
        row = desk.case(case.pk)
        for place in range(count):
            row.pk, row.number, row.submission_id = (
                uuid4(),
                new_number(secrets.token_bytes(16)),
                send_again(case.submission_id),
            )
            row.once_key, row.received_at = None, case.received_at - timedelta(hours=place + 1)
            row.save(force_insert=True)


@pytest.mark.parametrize("sort", ["due", "-due", "received", "-received"])
def test_paging_forth_and_back_shows_every_case_once(office: Office, sort: str) -> None:
    case = desk.apply(office)
    copies(case, 44)
    client = desk.browser(office.sato)
    address, pages, before = f"/staff/cases/?sort={sort}", [], None
    while address:
        html = text(client.get(address))
        pages.append(re.findall(r'href="/staff/cases/([0-9A-Z]{4}-[0-9A-Z]{4})/"', html))
        found = re.search(r'rel="next" href="([^"]+)"', html)
        before = re.search(r'rel="prev" href="([^"]+)"', html)
        address = found.group(1).replace("&amp;", "&") if found else ""
    assert [len(numbers) for numbers in pages] == [20, 20, 5]
    assert len({number for numbers in pages for number in numbers}) == 45
    assert before is not None
    html = text(client.get(before.group(1).replace("&amp;", "&")))
    assert re.findall(r'href="/staff/cases/([0-9A-Z]{4}-[0-9A-Z]{4})/"', html) == pages[1]
    assert "45件中 21から40件目" in html


def test_the_list_costs_the_same_for_one_and_for_many(office: Office) -> None:
    case = reviewing(office)
    client = desk.browser(office.sato)
    few = statements(client, "/staff/cases/")
    copies(case, 19)
    assert statements(client, "/staff/cases/") == few
    assert few <= 16


def test_the_file_costs_three_statements_a_batch(office: Office) -> None:
    case = reviewing(office)
    client = desk.browser(office.sato)
    few = statements(client, "/staff/cases/export/?procedure=coming-of-age")
    copies(case, 30)
    assert statements(client, "/staff/cases/export/?procedure=coming-of-age") == few
