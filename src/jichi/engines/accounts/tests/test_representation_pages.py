"""Pages of representation: residents give, accept and end it; officials register it from paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pypdf import PdfWriter

from jichi.design.dates import parts_of
from jichi.engines.accounts import actions, mandates, queries
from jichi.engines.accounts.models import Representation
from jichi.engines.accounts.tests.browser import CHEAP_HASHERS, browser
from jichi.engines.audit import queries as audit
from jichi.engines.audit.context import system_actor, unit
from jichi.kernel import clock

from .test_representation import HANAKO, ask, resident

pytestmark = pytest.mark.django_db
SYSTEM = system_actor("test")
PAGES = "/my/representation/"
DESK = "/staff/representation/"


def pdf() -> bytes:
    writer, kept = PdfWriter(), BytesIO()
    writer.add_blank_page(width=200, height=200)
    writer.write(kept)
    return kept.getvalue()


@pytest.fixture(autouse=True)
def procedures() -> Iterator[None]:
    """As the room of procedures tells it at start."""
    before = list(mandates._procedures)
    queries.tell_procedures(lambda: {"juminhyo": {"ja": "住民票の写し", "en": "Copy of the resident record"}})
    yield
    mandates._procedures[:] = before


def date_fields(name: str, days: int) -> dict[str, str]:
    parts = parts_of(clock.today() + timedelta(days=days))
    return {f"{name}_era": parts.era, f"{name}_y": parts.year, f"{name}_m": parts.month, f"{name}_d": parts.day}


def given(**changed: Any) -> dict[str, Any]:
    return {
        "principal_name": "山田　花子", "agent_name": "鈴木　次郎", "procedures": ["juminhyo"],
        **date_fields("valid_from", 0), **date_fields("valid_until", 30), **changed,
    }  # fmt: skip


def count() -> int:
    with unit(SYSTEM):
        return Representation.objects.count()


def test_from_giving_to_accepting_to_ending() -> None:
    hanako, jiro = resident("hanako", HANAKO), resident("jiro")
    assert hanako.account_id is not None
    assert jiro.account_id is not None
    hers, his = browser(hanako.account_id), browser(jiro.account_id)
    assert hers.post(f"{PAGES}give/", given()).headers["Location"] == f"{PAGES}?done=given"
    page = hers.get(PAGES).content.decode()
    code = re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", page)
    assert code is not None
    offer = his.post(f"{PAGES}accept/", {"code": code[0], "act": "look"}).content.decode()
    assert "山田　花子" in offer
    assert "住民票の写し" in offer
    assert "example.jp" not in offer
    assert his.post(f"{PAGES}accept/", {"code": code[0], "act": "accept"}).status_code == 302
    assert "山田　花子" in his.get(PAGES).content.decode()
    assert code[0] not in hers.get(PAGES).content.decode()
    [held] = queries_for(jiro.account_id)
    for client in (hers, his):
        assert client.get(f"{PAGES}{held.id}/end/").status_code == 200
    assert his.post(f"{PAGES}{held.id}/end/").status_code == 302
    assert queries_for(jiro.account_id) == ()


def queries_for(account_id: UUID) -> tuple[queries.Representation, ...]:
    with unit(SYSTEM):
        return queries.representations(account_id, clock.today())


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"agent_name": ""}, "代理人の氏名"), ({"procedures": []}, "頼む手続"),
        ({"procedures": ["unknown"]}, "頼む手続"), ({"valid_until_y": ""}, "いつまで"),
        ({"valid_until_m": "13"}, "いつまで"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(changed: dict[str, Any], said: str) -> None:
    hanako = resident("hanako", HANAKO)
    assert hanako.account_id is not None
    response = browser(hanako.account_id).post(f"{PAGES}give/", given(**changed))
    page = response.content.decode()
    assert response.status_code == 422
    assert said in page.split("<h1")[0]
    assert "山田　花子" in page
    assert count() == 0


def test_who_is_not_linked_is_told_what_to_do_first() -> None:
    nobody = resident("nobody")
    assert nobody.account_id is not None
    client = browser(nobody.account_id)
    for page in (client.get(f"{PAGES}give/"), client.post(f"{PAGES}give/", given())):
        assert "先に本人確認が必要です" in page.content.decode()
    assert count() == 0


def test_a_code_that_opens_nothing_is_answered_at_its_field() -> None:
    jiro = resident("jiro")
    assert jiro.account_id is not None
    response = browser(jiro.account_id).post(f"{PAGES}accept/", {"code": "2222-2222-2222", "act": "accept"})
    assert response.status_code == 422
    assert "この番号の代理はありません" in response.content.decode()


def test_somebody_elses_mandate_is_not_there() -> None:
    hanako, other = resident("hanako", HANAKO), resident("saburo")
    made = ask(hanako)
    assert other.account_id is not None
    for method in ("get", "post"):
        assert getattr(browser(other.account_id), method)(f"{PAGES}{made.id}/end/").status_code == 404


@pytest.mark.parametrize("language", ["", "/easy", "/en", "/zh-hans", "/ko"])
def test_the_pages_speak_five_languages(language: str) -> None:
    hanako = resident("hanako", HANAKO)
    assert hanako.account_id is not None
    ask(hanako)
    client = browser(hanako.account_id)
    for page in ("", "give/", "accept/"):
        assert client.get(f"{language}{PAGES}{page}").status_code == 200


@pytest.fixture
def clerk(settings: Any, tmp_path: Any) -> Client:
    settings.PASSWORD_HASHERS = CHEAP_HASHERS
    settings.JICHI_FILES_ROOT = tmp_path
    actions.create_division(actor=SYSTEM, code="koseki", names={"ja": "戸籍住民課"})
    account = actions.create_staff_account(
        actor=SYSTEM, login="mori", name="森", password="correct horse battery staple", roles=("register_clerk",),
        division_codes=("koseki",),
    )  # fmt: skip
    return browser(account.pk)


def paper_form(**changed: Any) -> dict[str, Any]:
    return {
        "kind": "guardian", "principal_no": "0000000043", "principal_name": "山田　翔太", "agent_name": "山田　健一",
        "agent_no": "", "basis": "戸籍全部事項証明書", "scope": "", **date_fields("valid_from", 0), **changed,
    }  # fmt: skip


def test_an_official_registers_from_paper_hands_over_the_code_and_ends_it(clerk: Client) -> None:
    paper = SimpleUploadedFile("koseki.pdf", pdf(), "application/pdf")
    response = clerk.post(f"{DESK}register/", paper_form(paper=paper))
    assert response.status_code == 302, response.content.decode()
    address = response.headers["Location"]
    page = clerk.get(address).content.decode()
    assert re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", page)
    assert b"".join(clerk.get(f"{address}paper/")).startswith(b"%PDF-")
    assert [act.subject for act in audit.acts(action="look")] == ["0000000043"]
    assert "山田　健一" in clerk.get(f"{DESK}?number=0000000043").content.decode()
    assert clerk.post(address, {"reason": ""}).status_code == 422
    assert clerk.post(address, {"reason": "後見の終了"}).status_code == 302
    assert "後見の終了" in clerk.get(address).content.decode()


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"principal_no": ""}, 422), ({"basis": ""}, 422), ({"agent_no": "0000000043"}, 409), ({"scope": "x"}, 422),
        ({"valid_from_m": "13"}, 422), ({"paper": SimpleUploadedFile("x.pdf", b"MZ nonsense")}, 422),
    ],
)  # fmt: skip
def test_an_incomplete_paper_registers_nothing(clerk: Client, changed: dict[str, Any], status: int) -> None:
    response = clerk.post(f"{DESK}register/", paper_form(**changed))
    assert response.status_code == status
    assert "山田　翔太" in response.content.decode()
    assert count() == 0


def test_others_find_no_desk() -> None:
    hanako = resident("hanako", HANAKO)
    assert hanako.account_id is not None
    assert browser(hanako.account_id).get(DESK).headers["Location"].startswith("/staff/sign-in/")
