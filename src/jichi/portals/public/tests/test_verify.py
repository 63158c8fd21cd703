"""The public check: three outcomes, no more than the paper says, and no guessing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from jichi.design.readings import missing_readings
from jichi.engines.audit.context import unit
from jichi.engines.cases import actions
from jichi.engines.cases import queries as cases
from jichi.engines.cases.tests import desk
from jichi.engines.cases.tests.desk import HANA, SYSTEM
from jichi.kernel.clock import TOKYO, standing_at
from jichi.kernel.localized import LANGUAGES

from ..views import TRIES, normal_code

pytestmark = pytest.mark.django_db
DAY = datetime(2026, 11, 21, 10, 0, tzinfo=TOKYO)
PREFIXES = [(code, "" if code == "ja" else f"/{code}") for code in LANGUAGES]


@pytest.fixture(autouse=True)
def _today(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.JICHI_FILES_ROOT = tmp_path
    with standing_at(DAY):
        yield
    translation.activate("ja")


@pytest.fixture
def code() -> str:
    """The code of an admission ticket that was given out."""
    office = desk.build()
    case = desk.apply(office, HANA)
    actions.take_case(actor=office.sato, case_id=case.pk, expected_version=1)
    actions.decide_case(actor=office.sato, case_id=case.pk, outcome="approved", expected_version=2)
    with unit(SYSTEM):
        return cases.case_by_id(case.pk).documents[0].verification_code


def page(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, response.content.decode()[:1500]
    return response.content.decode()


@pytest.mark.parametrize(("language", "prefix"), PREFIXES)
def test_every_outcome_in_every_language(client: Client, code: str, language: str, prefix: str) -> None:
    pages = [page(client, f"{prefix}/verify/"), page(client, f"{prefix}/verify/?code=abc", 422)]
    pages.append(page(client, f"{prefix}/verify/{code}/"))
    pages.append(page(client, f"{prefix}/verify/{unknown(code)}/"))
    for html in pages:
        assert len(re.findall(r"<h1[ >]", html)) == 1
        if language == "easy":
            assert missing_readings(html) == []


def unknown(code: str) -> str:
    """Another code of the right form."""
    return code[8:] + code[:8]


def test_a_genuine_document_shows_what_it_says_and_nothing_else(client: Client, code: str) -> None:
    html = page(client, f"/verify/{code}/")
    assert "<h1>本物です</h1>" in html
    assert "試験　花" in html
    assert "芝一丁目" not in html
    assert "2006" not in html


def test_a_code_may_be_typed_in_any_width_case_and_grouping(client: Client, code: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code.lower())
    typed = "-".join(wide[i : i + 4] for i in range(0, 16, 4))
    assert client.get("/verify/", {"code": typed}).headers["Location"] == f"/verify/{code}/"


def test_a_slip_of_one_character_is_seen_without_asking(code: str) -> None:
    other = next(c for c in "ABCDEFGH" if c != code[3])
    assert normal_code(code[:3] + other + code[4:]) is None
    assert normal_code(code[:15]) is None


def test_a_document_past_its_day_does_not_match(client: Client, code: str) -> None:
    with standing_at(DAY + timedelta(days=400)):
        html = page(client, f"/verify/{code}/")
    assert "<h1>一致しません</h1>" in html
    assert "有効期限が過ぎています" in html


def test_an_unknown_code_is_neither(client: Client, code: str) -> None:
    assert "<h1>確認できません</h1>" in page(client, f"/verify/{unknown(code)}/")


def test_whoever_tries_too_often_waits(client: Client, code: str) -> None:
    for _try in range(TRIES):
        page(client, f"/verify/{unknown(code)}/")
    response = client.get(f"/verify/{code}/")
    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) > 0
