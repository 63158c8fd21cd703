"""The staff portal in a browser: work list, search, people, figures, deliveries, menu; for nothing and for many."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from conftest import shared_world
from jichi.engines.audit import queries as trail
from jichi.engines.audit.context import Actor, unit
from jichi.engines.cases import actions as case_actions
from jichi.engines.cases.tests import desk
from jichi.engines.cases.tests.desk import AOI, HANA, SAKURA, Office
from jichi.engines.inbox import actions as inbox
from jichi.engines.messages.tests.states import fail
from jichi.kernel import clock
from jichi.kernel.clock import TOKYO
from jichi.kernel.receipt_number import format_number

pytestmark = pytest.mark.django_db


office = shared_world(desk.build)


def page(actor: Actor, address: str, status: int = 200) -> str:
    response: Any = desk.browser(actor).get(address)
    assert response.status_code == status, response.content.decode()[:2000]
    return str(response.content.decode())


def statements(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


def looks(subject: str, action: str = "look") -> list[tuple[UUID | None, str]]:
    """(who, for what purpose) looked at a person."""
    return [(e.actor_id, e.purpose) for e in trail.events_about(subject=subject) if e.action == action]


def work(office: Office, count: int) -> None:
    """Further things to do for the youth division."""
    with unit(desk.SYSTEM):
        for place in range(count):
            inbox.put_item(
                actor=desk.SYSTEM, division_id=office.youth, kind="check", title={"ja": f"仕事{place}"},
                url_path="/staff/cases/", subject_key=f"test:{place}", due_on=clock.today() + timedelta(days=place),
                assignee_id=office.sato.account_id,
            )  # fmt: skip


# -- 自分の番 ---------------------------------------------------------------------------------------


def test_with_nothing_to_do_the_division_s_untaken_cases_are_counted(office: Office) -> None:
    assert "今、あなたの番の案件はありません。課の未着手は0件です。" in page(office.sato, "/staff/")
    desk.apply(office)
    html = page(office.sato, "/staff/")
    assert "今、あなたの番の案件はありません。課の未着手は1件です。" in html
    assert "今日の受付 <strong>1件</strong>" in html


def test_the_division_s_work_stands_with_name_and_next_step(office: Office) -> None:
    case = desk.apply(office)
    html = page(office.suzuki, "/staff/?scope=division")
    for words in (format_number(case.number), "試験　花", "二十歳のつどい 参加申込", "内容を確かめる", "課の仕事 (1)"):
        assert words in html, words
    assert format_number(case.number) not in page(office.takagi, "/staff/?scope=division")


def test_what_i_took_is_my_turn_and_late_work_says_so(office: Office) -> None:
    case = desk.apply(office)
    case_actions.take_case(actor=office.sato, case_id=case.pk, expected_version=1)
    with clock.standing_at(datetime.combine(case.due_on + timedelta(days=1), datetime.min.time(), TOKYO)):
        mine, late = page(office.sato, "/staff/"), page(office.sato, "/staff/?scope=overdue")
    assert format_number(case.number) in mine
    assert "期限超過" in mine
    assert format_number(case.number) in late


def test_hostile_names_are_text_everywhere(office: Office) -> None:
    with unit(desk.SYSTEM):
        inbox.put_item(
            actor=desk.SYSTEM, division_id=office.youth, kind="check", title={"ja": "<b>x</b>"},
            url_path="/staff/cases/", subject_key="test:1",
        )  # fmt: skip
    html = page(office.sato, "/staff/?scope=division")
    assert "&lt;b&gt;x&lt;/b&gt;" in html
    assert "<b>x</b>" not in html
    html = page(office.sato, "/staff/search/?q=%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script>alert" not in html


def test_the_work_list_costs_the_same_for_one_and_for_many(office: Office) -> None:
    client = desk.browser(office.sato)
    case = desk.apply(office)
    case_actions.take_case(actor=office.sato, case_id=case.pk, expected_version=1)
    few = statements(client, "/staff/")
    work(office, 30)
    assert statements(client, "/staff/") == few
    assert few <= 14


def test_long_work_lists_go_on_after_the_last_row(office: Office) -> None:
    work(office, 25)
    client = desk.browser(office.sato)
    first = client.get("/staff/").content.decode()
    address = re.search(r'rel="next" href="([^"]+)"', first)
    assert address is not None
    second = client.get(address.group(1).replace("&amp;", "&")).content.decode()
    names = [re.findall(r">(仕事\d+)<", html) for html in (first, second)]
    assert names == [[f"仕事{i}" for i in range(20)], [f"仕事{i}" for i in range(20, 25)]]


@pytest.mark.parametrize("address", ["", "?scope=nothing", "?after=x~y", "?after=2026-01-01", "?scope=reading"])
def test_odd_addresses_show_a_list(office: Office, address: str) -> None:
    page(office.sato, f"/staff/{address}")


# -- search and people ------------------------------------------------------------------------------


def test_the_one_box_finds_by_number_and_name_and_is_logged(office: Office) -> None:
    case = desk.apply(office)
    for q in (case.number.lower(), "しけん"):
        html = page(office.sato, f"/staff/search/?q={q}")
        assert f"/staff/cases/{format_number(case.number)}/" in html, q
    kept = trail.events_of(table="eng_inbox_searchentry", object_id="")
    assert [(e.action, e.actor_id) for e in kept] == [("search", office.sato.account_id)] * 2
    assert format_number(case.number) not in page(office.takagi, "/staff/search/?q=しけん").replace("しけん", "")


def test_people_are_found_masked_and_opened_only_with_a_purpose(office: Office) -> None:
    found = page(office.sato, "/staff/people/?q=よしだ")
    assert "𠮷田　葵【閲覧制限】" in found
    assert "非表示" in found
    assert "芝一丁目" not in found
    asked = page(office.sato, f"/staff/people/{HANA}/")
    assert "何のために見ますか" in asked
    assert "試験" not in asked
    assert not looks(HANA)
    page(office.sato, f"/staff/people/{HANA}/?purpose=curiosity", 422)
    shown = page(office.sato, f"/staff/people/{HANA}/?purpose=counter_help")
    for words in ("試験　花", "東京都みどり区芝一丁目18番", "窓口・電話での相談への対応", "佐藤 真紀", "見た"):
        assert words in shown, words
    assert looks(HANA) == [(office.sato.account_id, "counter_help")]


def test_a_protected_address_is_shown_on_request_to_those_who_may(office: Office) -> None:
    address = f"/staff/people/{AOI}/"
    for actor in (office.sato, office.clerk):
        assert "芝一丁目" not in page(actor, f"{address}?purpose=protection")
    values = {"purpose": "protection", "act": "reveal"}
    assert "芝一丁目50番" in desk.browser(office.clerk).post(address, values).content.decode()
    assert "芝一丁目" not in desk.browser(office.sato).post(address, values).content.decode()
    assert looks(AOI, "reveal_address") == [(office.clerk.account_id, "protection")]


def test_unknown_people_are_not_found_and_the_try_is_kept(office: Office) -> None:
    page(office.sato, "/staff/people/999999999/?purpose=counter_help", 404)
    missed = trail.events_of(table="eng_registry_resident", object_id="999999999")
    assert [e.action for e in missed] == ["look_missed"]


@pytest.mark.parametrize("address", ["/staff/people/", f"/staff/people/{HANA}/?purpose=counter_help"])
def test_readers_of_cases_see_no_people(office: Office, address: str) -> None:
    page(office.reader, address, 404)
    assert "住民を探す" not in page(office.reader, "/staff/")


def test_the_cases_of_a_person_are_those_of_the_division(office: Office) -> None:
    case = desk.apply(office)
    number = format_number(case.number)
    assert number in page(office.sato, f"/staff/people/{HANA}/?purpose=counter_help")
    assert number not in page(office.takagi, f"/staff/people/{HANA}/?purpose=counter_help")


# -- figures ----------------------------------------------------------------------------------------


def test_figures_for_nothing_and_for_some(office: Office) -> None:
    html = page(office.sato, "/staff/figures/")
    assert "今週は0件を受け付け、0件を決定しました。期限を過ぎた案件はありません。" in html
    assert "未定" in html
    case, other = desk.apply(office), desk.apply(office, SAKURA)
    case_actions.take_case(actor=office.sato, case_id=case.pk, expected_version=1)
    case_actions.decide_case(actor=office.sato, case_id=case.pk, outcome="approved", expected_version=2)
    html = page(office.sato, "/staff/figures/")
    assert "今週は2件を受け付け、1件を決定しました。" in html
    with clock.standing_at(datetime.combine(other.due_on + timedelta(days=1), datetime.min.time(), TOKYO)):
        assert "期限を過ぎた案件が1件あります。" in page(office.sato, "/staff/figures/")
    assert "今週は0件を受け付け" in page(office.takagi, "/staff/figures/")


def test_the_numbers_as_a_file_end_today(office: Office) -> None:
    case = desk.apply(office)
    response = desk.browser(office.sato).get("/staff/figures/csv/")
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))
    days = [row for row in rows if row[0] == "日"]
    assert len(days) == 28
    assert days[-1][:3] == ["日", case.received_at.astimezone(TOKYO).date().isoformat(), "1"]
    assert ["手続(今年度)", "二十歳のつどい 参加申込", "1", "0", "0", "0"] in rows


# -- deliveries, menu, keys ---------------------------------------------------------------------------


def test_the_delivery_board_shows_what_did_not_arrive_to_its_division(office: Office) -> None:
    case = desk.apply(office)
    assert "届けられなかった通知も" in page(office.sato, "/staff/messages/")
    with unit(desk.SYSTEM):
        fail(case.number)
    html = page(office.sato, "/staff/messages/")
    assert format_number(case.number) in html
    assert "550" in html
    assert format_number(case.number) not in page(office.takagi, "/staff/messages/")


def test_the_menu_as_a_page_has_what_the_header_has(office: Office) -> None:
    html = page(office.sato, "/staff/menu/")
    for address in ("/staff/cases/", "/staff/people/", "/staff/figures/", "/staff/messages/", "/staff/search/"):
        assert f'href="{address}"' in html, address
    assert "/staff/accounts/" not in html


def test_only_one_line_of_the_menu_is_current(office: Office) -> None:
    for address in ("/staff/", "/staff/cases/", "/staff/figures/", f"/staff/people/{HANA}/"):
        html = page(office.sato, address)
        header = html[html.index('class="site-nav"') : html.index('class="menu"')]
        assert header.count('aria-current="page"') == 1, address


def test_keys_are_told(office: Office) -> None:
    assert "Ctrl" in page(office.sato, "/staff/keys/")
