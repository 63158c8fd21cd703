"""起案 on its pages: the text for the approvers, what will happen, the route beside the case, change and take back."""

from __future__ import annotations

from typing import Any

import pytest

from jichi.engines.audit.context import Actor, unit
from jichi.engines.cases.models import Case, Decision, Proposal
from jichi.engines.cases.tests import desk
from jichi.engines.cases.tests.desk import Office
from jichi.engines.cases.tests.test_proposing import furnished, reviewed, route_id
from jichi.engines.routes import actions as routes
from jichi.kernel.receipt_number import format_number

pytestmark = pytest.mark.django_db
NO = {
    "reason": "資格がないためです。",
    "question": "不承認としてよいか伺います。",
    "seal": "sealed",
    "dispatch": "post",
}


@pytest.fixture
def town() -> tuple[Office, Actor]:
    return furnished()


def address(case: Case, page: str = "") -> str:
    return f"/staff/cases/{format_number(case.number)}/{page}"


def drafted(office: Office, case: Case) -> Any:
    client = desk.browser(office.sato)
    version = desk.case(case.pk).version
    asked = client.get(address(case, "refuse/")).content.decode()
    assert "<h1>不承認を起案する</h1>" in asked
    assert "伺い文" in asked
    preview = client.post(address(case, "refuse/"), {**NO, "version": version, "act": "check"}).content.decode()
    assert "まだ起案していません。" in preview
    assert "公印を押す" in preview
    sent = client.post(address(case, "refuse/"), {**NO, "version": version, "act": "decide"})
    assert sent.status_code == 302
    return client


def test_proposing_shows_the_route_and_the_decision_both_names(town: tuple[Office, Actor]) -> None:
    office, kato = town
    case = reviewed(office)
    client = drafted(office, case)
    page = client.get(address(case)).content.decode()
    for words in (
        "起案しました。決裁する人の",
        "決裁待ち",
        "不承認としてよいか伺います。",
        "「決裁経路」の順番の人が処理する",
    ):
        assert words in page, words
    assert "承認する</a>" not in page
    assert client.get(address(case, "approve/")).status_code == 409
    routes.approve_step(actor=office.suzuki, route_id=route_id(case))
    routes.decide_route(actor=kato, route_id=route_id(case))
    page = client.get(address(case)).content.decode()
    for words in ("決裁済み", "決裁 加藤 恵", "8みど子第1号"):
        assert words in page, words


def test_the_drafter_changes_and_takes_back(town: tuple[Office, Actor]) -> None:
    office, _kato = town
    case = reviewed(office)
    client = drafted(office, case)
    change = {**NO, "version": desk.case(case.pk).version, "how": "minor", "why": "誤字のため"}
    assert client.post(address(case, "proposal/"), {**change, "seal": "omitted"}).status_code == 422
    assert client.post(address(case, "proposal/"), {**change, "why": ""}).status_code == 422
    changed = client.post(address(case, "proposal/"), {**change, "reason": "資格がないため。"})
    assert changed.status_code == 302
    assert "軽微な修正: 誤字のため" in client.get(address(case)).content.decode()
    stale = client.post(address(case, "proposal/take-back/"), {"version": 1})
    assert stale.status_code == 409
    back = client.post(address(case, "proposal/take-back/"), {"version": desk.case(case.pk).version})
    assert back.status_code == 302
    with unit(desk.SYSTEM):
        assert Proposal.objects.get().state == "ended"
        assert not Decision.objects.exists()
    assert client.get(address(case, "proposal/")).status_code == 409
