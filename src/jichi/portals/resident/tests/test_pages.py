"""The portal's own pages: every one in every language, own things only, and the same cost for more of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from conftest import shared_world
from jichi.design.readings import missing_readings
from jichi.engines.audit.context import unit
from jichi.engines.cases import actions
from jichi.engines.cases.tests import desk
from jichi.engines.cases.tests.desk import AOI, HANA, SAKURA, SYSTEM, Office
from jichi.engines.inbox import actions as inbox
from jichi.engines.registry import queries as registry
from jichi.kernel.clock import TOKYO, standing_at
from jichi.kernel.localized import LANGUAGES
from jichi.kernel.receipt_number import format_number

pytestmark = pytest.mark.django_db
DAY = datetime(2026, 11, 21, 10, 0, tzinfo=TOKYO)
PREFIXES = [(code, "" if code == "ja" else f"/{code}") for code in LANGUAGES]
OWN = ("/", "/inbox/", "/my/", "/my/family/", "/my/documents/", "/my/settings/", "/my/looks/", "/menu/")
HOSTILE = "<script>alert(1)</script>'\"&"


@pytest.fixture(autouse=True)
def _today(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.JICHI_FILES_ROOT = tmp_path
    with standing_at(DAY):
        yield
    translation.activate("ja")


office = shared_world(desk.build)


def page(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, (path, response.content.decode()[:1500])
    return response.content.decode()


def sound(html: str, language: str) -> None:
    assert len(re.findall(r"<h1[ >]", html)) == 1
    if language == "easy":
        assert missing_readings(html) == []


def busy(office: Office) -> None:
    """Somebody with a case decided, looks at the record and things in the inbox."""
    case = desk.apply(office, HANA)
    actions.take_case(actor=office.sato, case_id=case.pk, expected_version=1)
    actions.decide_case(actor=office.sato, case_id=case.pk, outcome="approved", expected_version=2)
    registry.look_at_resident(actor=office.clerk, addressee_no=HANA, purpose="counter_help")


@pytest.mark.parametrize(("language", "prefix"), PREFIXES)
def test_every_page_of_somebody_new_and_of_somebody_busy(office: Office, language: str, prefix: str) -> None:
    busy(office)
    for number in (HANA, SAKURA):
        client = desk.browser(office.residents[number])
        for path in OWN:
            sound(page(client, f"{prefix}{path}"), language)
        for words in ("", "成人式", "zzz"):
            sound(page(client, f"{prefix}/search/?q={words}"), language)


@pytest.mark.parametrize(("language", "prefix"), PREFIXES)
def test_errors_say_what_happened_and_what_to_do_in_every_language(
    client: Client, office: Office, language: str, prefix: str
) -> None:
    html = page(client, f"{prefix}/no-such-page/", 404)
    sound(html, language)
    assert "03-0000-0000" in html


def test_the_search_finds_my_applications_first_and_nobody_elses(office: Office) -> None:
    mine, theirs = desk.apply(office, HANA), desk.apply(office, SAKURA)
    client = desk.browser(office.residents[HANA])
    html = page(client, "/search/?q=二十歳")
    assert html.index("わたしの申請 (1)") < html.index("手続 (1)")
    assert format_number(mine.number) in html
    assert format_number(theirs.number) not in html
    assert format_number(theirs.number) not in page(client, f"/search/?q={theirs.number}")
    assert "さくら" not in page(client, "/search/?q=隣")


def test_what_is_typed_into_the_search_is_shown_as_text(client: Client, office: Office) -> None:
    response = client.get("/search/", {"q": HOSTILE})
    assert "<script>alert" not in response.content.decode()


def test_family_shows_the_own_household_only_and_protected_addresses_to_themselves(office: Office) -> None:
    html = page(desk.browser(office.residents[HANA]), "/my/family/")
    assert "試験　花" in html
    assert "𠮷田　葵" not in html
    assert "50番" in page(desk.browser(office.residents[AOI]), "/my/family/")


def test_documents_are_ones_own(office: Office) -> None:
    busy(office)
    assert "入場券" in page(desk.browser(office.residents[HANA]), "/my/documents/")
    assert "受け取った書類はありません。" in page(desk.browser(office.residents[SAKURA]), "/my/documents/")


def test_who_looked_names_the_office_and_the_purpose_and_no_official(office: Office) -> None:
    busy(office)
    html = page(desk.browser(office.residents[HANA]), "/my/looks/")
    assert "窓口・電話での相談への対応" in html
    assert "森" not in html
    assert "まだ誰も見ていません。" in page(desk.browser(office.residents[SAKURA]), "/my/looks/")


def test_leading_elsewhere_is_refused_when_a_language_is_chosen(client: Client, office: Office) -> None:
    for away in ("https://example.org/", "//example.org/", "javascript:alert(1)"):
        assert client.get("/language/en/", {"next": away}).headers["Location"] == "/"
    assert client.get("/language/en/", {"next": "/en/my/"}).headers["Location"] == "/en/my/"
    assert client.get("/language/xx/").status_code == 404


@pytest.mark.parametrize("path", ["/", "/inbox/", "/my/"])
def test_more_in_the_inbox_costs_no_more_statements(office: Office, path: str) -> None:
    resident = office.residents[HANA]
    client = desk.browser(resident)

    def put(place: int) -> None:
        with unit(SYSTEM):
            inbox.put_item(
                actor=SYSTEM, account_id=resident.account_id, kind="todo", title={"ja": HOSTILE}, url_path="/my/",
                subject_key=f"test:{place}", due_on=DAY.date(),
            )  # fmt: skip

    def cost() -> int:
        with CaptureQueriesContext(connection) as counted:
            assert "<script>alert" not in page(client, path)
        return len(counted)

    put(0)
    cost()
    before = cost()
    for place in range(1, 9):
        put(place)
    assert cost() == before
