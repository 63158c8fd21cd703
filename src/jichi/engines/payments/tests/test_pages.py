"""Pages of charges: what payers and officials read, press and save; what hinders them is said where they are."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from conftest import shared_world
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit import queries as audit
from jichi.engines.audit.context import Actor, unit
from jichi.engines.payments import actions, queries
from jichi.engines.payments.queries import ChargeFilters
from jichi.kernel import clock

from . import till as desk
from .firm import FirmProcess
from .till import Till

pytestmark = pytest.mark.django_db


_till = shared_world(desk.build)


@pytest.fixture
def till(db: None, _till: Till) -> Till:
    return _till


def seen_by(actor: Actor) -> Client:
    """A browser signed in as this person, officials with their second factor."""
    assert actor.account_id is not None
    return browser(actor.account_id, second_factor=actor.kind == "staff")


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def pdf_text(answer: Any) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)


# -- payers ----------------------------------------------------------------------------------------


def test_the_way_to_the_firm_is_open_for_the_form_and_for_nothing_else(till: Till, firm: FirmProcess) -> None:
    charge_id = desk.open_one(till)
    person = seen_by(till.payer)
    page = person.get(f"/pay/{charge_id}/")
    assert "710円を支払う" in text_of(page)
    policy = page.headers["Content-Security-Policy"]
    assert {f"form-action 'self' {firm.url}", "default-src 'self'", "object-src 'none'"} <= set(policy.split("; "))
    assert firm.url not in person.get("/pay/").headers["Content-Security-Policy"]
    gone = person.post(f"/pay/{charge_id}/start/")
    assert (gone.status_code, gone.headers["Location"]) == (302, desk.record(charge_id).checkouts[0].url)
    assert firm.url in gone.headers["Content-Security-Policy"]
    back = person.get(f"/en/pay/{charge_id}/return/")
    assert "Do not pay again" in text_of(back)
    assert back.headers["Refresh"] == f"3; url=/en/pay/{charge_id}/return/?look=1"
    assert "Refresh" not in person.get(f"/en/pay/{charge_id}/return/?look=20").headers
    assert "Being confirmed" in text_of(person.get(f"/en/pay/{charge_id}/"))
    firm.act(gone.headers["Location"], "pay")
    desk.take(desk.paid(charge_id, session=desk.record(charge_id).checkouts[0].provider_ref))
    done = person.get(f"/pay/{charge_id}/return/")
    assert (done.status_code, done.headers["Location"]) == (302, f"/pay/{charge_id}/?back=1")


def test_what_hinders_paying_is_said_on_the_page(till: Till, firm: FirmProcess, settings: Any) -> None:
    charge_id = desk.open_one(till)
    person = seen_by(till.payer)
    before = desk.snapshot()
    firm.fault("down")
    away = person.post(f"/pay/{charge_id}/start/")
    assert (away.status_code, "お金は引き落とされていません" in text_of(away)) == (503, True)
    settings.JICHI_PEERS = {}
    off = person.post(f"/pay/{charge_id}/start/")
    assert (off.status_code, "今は、インターネットで支払えません" in text_of(off)) == (409, True)
    assert desk.snapshot() == before
    desk.take(desk.paid(charge_id))
    assert person.post(f"/pay/{charge_id}/start/").status_code == 302  # paid meanwhile: the page says so


def test_neighbours_and_other_divisions_find_nothing(till: Till) -> None:
    charge_id = desk.open_one(till)
    desk.take(desk.paid(charge_id))
    before = desk.snapshot()
    for path in ("", "return/"):
        assert seen_by(till.neighbour).get(f"/pay/{charge_id}/{path}").status_code == 404
    for path in ("start/", "receipt/"):
        assert seen_by(till.neighbour).post(f"/pay/{charge_id}/{path}").status_code == 404
    for path in ("", "collect/", "refund/"):
        assert seen_by(till.stranger).get(f"/staff/payments/{charge_id}/{path}").status_code == 404
    assert str(charge_id) not in text_of(seen_by(till.stranger).get("/staff/payments/"))
    assert str(charge_id) not in text_of(seen_by(till.neighbour).get("/pay/"))
    assert desk.snapshot() == before


@pytest.mark.parametrize(
    ("language", "word"), [("", "領収証"), ("en/", "Receipt"), ("zh-hans/", "收据"), ("ko/", "영수증")]
)
def test_the_receipt_says_what_was_paid_and_how_often_it_was_printed(till: Till, language: str, word: str) -> None:
    charge_id = desk.open_one(till)
    desk.take(desk.paid(charge_id, at=datetime(2026, 4, 1, 12, tzinfo=clock.TOKYO)))
    person = seen_by(till.payer)
    first = person.post(f"/{language}pay/{charge_id}/receipt/")
    assert first.headers["Content-Type"] == "application/pdf"
    assert "no-store" in first.headers["Cache-Control"]
    said = pdf_text(first)
    for words in (
        word,
        "710円",
        "住民票の写し",
        desk.view(charge_id).receipt_number,
        "K7M4-2QF9",
        "令和8年(2026年)4月1日",
    ):
        assert words in said, words
    assert "再発行" not in said
    assert "再発行" in pdf_text(person.post(f"/{language}pay/{charge_id}/receipt/"))
    third = seen_by(till.clerk).post(f"/staff/payments/{charge_id}/receipt/")
    assert "(2)" in pdf_text(third)


def test_the_overview_names_what_is_due_first(till: Till) -> None:
    paid_id = desk.open_one(till)
    desk.take(desk.paid(paid_id))
    due_id = desk.open_one(till, due_on=clock.today() + timedelta(days=3))
    page = text_of(seen_by(till.payer).get("/pay/"))
    assert page.index(str(due_id)) < page.index(str(paid_id))


# -- officials -------------------------------------------------------------------------------------


def test_the_list_narrows_and_turns_pages(till: Till) -> None:
    charges = [desk.open_one(till) for _ in range(45)]
    desk.take(desk.paid(charges[0]))
    official = seen_by(till.clerk)
    page = text_of(official.get("/staff/payments/"))
    assert "45件中" in page
    seen: list[object] = []
    after = ""
    with unit(till.clerk):
        while True:
            found = queries.list_charges(actor=till.clerk, filters=ChargeFilters(), after=after, limit=20)
            seen += [row.id for row in found.rows]
            after = found.next_key
            if not after:
                break
        assert seen == list(reversed(charges))
        last = queries.list_charges(actor=till.clerk, filters=ChargeFilters(), before=found.before_key, limit=20)
    assert [row.id for row in last.rows] == seen[20:40]
    number = desk.view(charges[0]).receipt_number
    for query in (f"q={number}", "state=paid"):
        narrowed = text_of(official.get(f"/staff/payments/?{query}"))
        assert str(charges[0]) in narrowed
        assert str(charges[1]) not in narrowed
    assert str(charges[1]) not in text_of(official.get("/staff/payments/?overdue=1&state=due"))
    assert official.get("/staff/payments/?from=xyz&after=1:nonsense&before=~").status_code == 200


def test_the_number_of_statements_does_not_grow_with_the_list(till: Till, django_assert_max_num_queries: Any) -> None:
    for _ in range(3):
        desk.take(desk.paid(desk.open_one(till)))
    with unit(till.clerk), django_assert_max_num_queries(3):
        assert len(queries.list_charges(actor=till.clerk, filters=ChargeFilters()).rows) == 3
    for _ in range(12):
        desk.take(desk.paid(desk.open_one(till)))
    with unit(till.clerk), django_assert_max_num_queries(3):
        assert len(queries.list_charges(actor=till.clerk, filters=ChargeFilters()).rows) == 15


def test_the_file_holds_the_list_and_taking_it_is_recorded(till: Till) -> None:
    charge_id = desk.open_one(till)
    actions.cancel_charge(actor=till.clerk, subject=desk.view(charge_id).subject, reason="=1+1")
    answer = seen_by(till.clerk).get("/staff/payments/export/?state=cancelled")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][:5] == ["調定日時", "受付番号", "宛名番号", "内容", "金額"]
    assert rows[1][1:6] == ["K7M4-2QF9", desk.ADDRESSEE, "住民票の写しの手数料", "710", "取消し"]
    assert not rows[1][10].startswith("=")
    assert len(rows) == 2
    assert [event.action for event in audit.acts(action="export")] == ["export"]
    assert seen_by(till.reader).get("/staff/payments/export/").status_code == 404


def test_refunding_asks_why_and_looks_twice(till: Till) -> None:
    charge_id = desk.open_one(till)
    official = seen_by(till.clerk)
    path = f"/staff/payments/{charge_id}/refund/"
    assert official.get(path).status_code == 409  # nothing was paid
    desk.take(desk.paid(charge_id))
    before = desk.snapshot()
    assert official.post(path, {"act": "check", "reason": " "}).status_code == 422
    second = official.post(path, {"act": "check", "reason": "二重の申請"})
    assert "この操作は取り消せません" in text_of(second)
    assert "二重の申請" in text_of(official.post(path, {"act": "rewrite", "reason": "二重の申請"}))
    assert official.post(path, {"act": "refund", "reason": ""}).status_code == 422
    assert desk.snapshot() == before
    assert official.post(path, {"act": "refund", "reason": "二重の申請"}).status_code == 302
    assert desk.view(charge_id).state == "refunding"
    page = text_of(official.get(f"/staff/payments/{charge_id}/"))
    assert "還付の手続中" in page
    assert "二重の申請" in page
    assert "二重の申請" not in text_of(seen_by(till.payer).get(f"/pay/{charge_id}/"))


def test_the_counter_records_what_it_took_and_says_what_is_missing(till: Till) -> None:
    charge_id = desk.open_one(till)
    official = seen_by(till.clerk)
    path = f"/staff/payments/{charge_id}/collect/"
    missing = official.post(path, {"method": "gold", "slip": ""})
    assert (missing.status_code, desk.view(charge_id).state) == (422, "due")
    assert official.post(path, {"method": "cash", "slip": "R-17"}).status_code == 302
    late = official.post(path, {"method": "cash", "slip": "R-18"})
    assert (late.status_code, "支払うものはありません" in text_of(late)) == (409, True)
    assert seen_by(till.reader).get(path).status_code == 404


def test_the_board_shows_what_waits_until_somebody_has_looked(till: Till) -> None:
    charge_id = desk.open_one(till)
    desk.take(desk.paid(charge_id, 71, event="evt_odd"))
    official = seen_by(till.clerk)
    board = text_of(official.get(reverse("eng_payments_staff:troubles")))
    assert "金額が違うため、記録だけしました" in board
    assert "確認を待つ知らせが1件あります" in text_of(official.get("/staff/payments/"))
    path = reverse("eng_payments_staff:settle")
    assert "evt_odd" in text_of(official.get(f"{path}?event=evt_odd"))
    assert official.post(path, {"event": "evt_odd", "note": ""}).status_code == 422
    assert official.post(path, {"event": "evt_odd", "note": "会社に電話した"}).status_code == 302
    assert "確認を待つ知らせはありません" in text_of(official.get(reverse("eng_payments_staff:troubles")))
    assert "会社に電話した" in text_of(official.get(f"/staff/payments/{charge_id}/"))


def test_a_failed_refund_can_be_dealt_with_on_the_page(till: Till) -> None:
    charge_id = desk.open_one(till)
    desk.take(desk.paid(charge_id))
    actions.refund_charge(actor=till.clerk, charge_id=charge_id, reason="誤り")
    refund = desk.record(charge_id).payments[0].refund
    assert refund is not None
    desk.take(desk.given_back(refund.id, charge_id, kind="refund.failed"))
    official = seen_by(till.clerk)
    assert "支払いの会社が還付を断りました" in text_of(official.get(f"/staff/payments/{charge_id}/"))
    assert "支払いの会社が還付を断りました" in text_of(official.get(reverse("eng_payments_staff:troubles")))
    path = f"/staff/payments/{charge_id}/refund/"
    assert official.post(f"{path}retry/", {"refund": str(refund.id)}).status_code == 302
    assert official.post(f"{path}retry/", {"refund": str(refund.id)}).status_code == 409
    assert official.post(f"{path}by-hand/", {"refund": "x"}).status_code == 404
    desk.take(desk.given_back(refund.id, charge_id, kind="refund.failed"))
    assert official.post(f"{path}by-hand/", {"refund": str(refund.id), "slip": "x" * 41}).status_code == 422
    assert official.post(f"{path}by-hand/", {"refund": str(refund.id), "slip": "戸-3"}).status_code == 302
    assert desk.view(charge_id).state == "refunded"


# -- the stand-in ----------------------------------------------------------------------------------


def test_the_stand_in_says_what_it_is_and_takes_signed_orders_alone(till: Till, firm: FirmProcess) -> None:
    charge_id = desk.open_one(till)
    url = actions.start_checkout(actor=till.payer, charge_id=charge_id, language="en").url
    page = firm.ask("GET", f"/pay/{firm.session(url)}")[1]
    assert "It is no real payment company; no money moves." in page
    assert "本物の支払いの会社ではありません" in firm.ask("GET", "/")[1]
    for method, path in (
        ("POST", "/v1/sessions"),
        ("POST", "/v1/refunds"),
        ("GET", f"/v1/sessions/{firm.session(url)}"),
    ):
        assert firm.ask(method, path, {} if method == "POST" else None)[0] == 401
    assert firm.ask("GET", "/pay/nothing")[0] == 404
    assert firm.ask("GET", "/pay/../faults")[0] == 404
    assert firm.ask("POST", "/sandbox/faults", {"mode": "nothing"})[0] == 400
