"""A payer's own bills: seen by nobody else, a slip of what is owed today, a certificate of a year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from conftest import shared_world
from jichi.engines.accounts import actions as accounts
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit.context import unit
from jichi.engines.collection import actions, queries
from jichi.engines.collection.actions import NewAssessment, NewReceipt
from jichi.kernel import clock

from .town import SYSTEM

pytestmark = pytest.mark.django_db
HANA = "900000000000021"


@dataclass(frozen=True)
class Home:
    """Logins of the payer and of a neighbour."""

    payer: UUID
    neighbour: UUID


def build() -> Home:
    """A division that levies a fee of 5,000 yen, due in ten days."""
    division = accounts.create_division(actor=SYSTEM, code="OWN-A", names={"ja": "学童課", "en": "After-school"}).pk
    actions.set_levy_kind(
        actor=SYSTEM, code="own-fee", title="見本料", division_id=division, nature="fee", is_charged_late=False,
        titles={"en": "Sample fee"},
    )  # fmt: skip
    due, today = clock.today() + timedelta(days=10), clock.today()
    actions.open_assessments(actor=SYSTEM, assessments=[NewAssessment(
        dedupe_key="own", kind="own-fee", levy_year=2026, fiscal_year=2026, assessed_on=today, decision_ref="1",
        lines=(("fee", "料", 5_000),), instalments=((due, 5_000),), payer_no=HANA, term="2026-11",
    )])  # fmt: skip
    logins = []
    for number in (HANA, "900000000000022"):
        login = accounts.create_resident_account(actor=SYSTEM, email=f"{number}@example.jp", name=number)
        accounts.link_person(actor=SYSTEM, account_id=login.pk, addressee_no=number, how="sample")
        logins.append(login.pk)
    return Home(*logins)


home = shared_world(build)


def key() -> str:
    with unit(SYSTEM):
        return queries.bills_of_payer(payer_no=HANA, today=clock.today())[0].view.key


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_a_bill_is_for_its_payer_alone(home: Home) -> None:
    payer, neighbour = browser(home.payer), browser(home.neighbour)
    assert f"/bills/{key()}/" in text(payer, "/pay/")
    assert "Sample fee 2026-11" in text(payer, f"/en/bills/{key()}/")
    page = text(payer, f"/bills/{key()}/")
    for part in ("見本料 2026年11月分", "5,000円", "期限までに支払ってください。"):
        assert part in page
    assert neighbour.get(f"/bills/{key()}/").status_code == 404
    assert neighbour.post(f"/bills/{key()}/slip/").status_code == 404
    assert key() not in text(neighbour, "/pay/")


def test_paid_it_is_said_and_certified(home: Home) -> None:
    payer = browser(home.payer)
    assert "支払いの記録は、まだありません。" in text(payer, "/bills/certificates/")
    year = clock.today().year
    refused = payer.post("/bills/certificates/pdf/", {"year": str(year)})
    assert refused.status_code == 404
    actions.record_receipts(actor=SYSTEM, receipts=[
        NewReceipt(dedupe_key="r", channel="store", key=key(), paid_on=clock.today(), amount_yen=5_000)
    ])  # fmt: skip
    assert "支払いは終わりました" in text(payer, f"/bills/{key()}/")
    assert f"{year}年分" in text(payer, "/bills/certificates/")
    with unit(SYSTEM):
        (paid,) = queries.paid_by(payer_no=HANA, first=clock.today(), last=clock.today())
    assert (paid.principal, paid.late, paid.kind_title) == (5_000, 0, "見本料")
    assert payer.post(f"/bills/{key()}/slip/").status_code == 409
