"""Certificates, holds and their pages, in an office without cases."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from jichi.engines.accounts import officials
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit import actions as audit
from jichi.engines.audit import queries as trail
from jichi.engines.audit.context import unit
from jichi.kernel import clock
from jichi.kernel.clock import standing_at
from jichi.kernel.errors import Forbidden, Invalid

from .. import actions, queries
from ..models import Erasure, Hold
from .conftest import SYSTEM, Office


def test_old_sign_ins_and_invitations_go_and_young_ones_stay(office: Office) -> None:
    key = officials.save_official(actor=SYSTEM, login="new", name="新人")
    with standing_at(clock.now() - timedelta(days=60)):
        officials.invite(actor=SYSTEM, account_id=key, reason="入庁")
    audit.record(actor=SYSTEM, action="sign_in", table="eng_accounts_account", object_id=str(key))
    assert actions.erase_over(actor=SYSTEM) == 1
    found = list(Erasure.objects.values_list("rule", "counts"))
    assert found == [("accounts.invitations", {"eng_accounts_invitation": 1})]
    assert "sign_in" in [one.action for one in trail.events_of(table="eng_accounts_account", object_id=str(key))]


def test_certificates_are_never_changed(office: Office) -> None:
    key = certificate(office)
    for statement in (
        "UPDATE office_administration_erasure SET items = 9",
        "DELETE FROM office_administration_erasure",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert Erasure.objects.get().pk == key


def certificate(office: Office) -> UUID:
    """A certificate of an invitation that nobody used."""
    with standing_at(clock.now() - timedelta(days=60)):
        officials.invite(actor=SYSTEM, account_id=office.ids["sato"], reason="入庁")
    actions.erase_over(actor=SYSTEM)
    return Erasure.objects.get().pk


def test_only_administrators_hold_and_a_wrong_hold_changes_nothing(office: Office) -> None:
    boss = office.actor("boss")
    with pytest.raises(Forbidden):
        actions.set_hold(actor=office.actor("sato"), rule="", subject="", reason="x")
    with pytest.raises(Forbidden):
        actions.erase_over(actor=boss)
    for rule, reason in (("none", "x"), ("", " "), ("", "x" * 501)):
        with pytest.raises(Invalid):
            actions.set_hold(actor=boss, rule=rule, subject="", reason=reason)
    with unit(SYSTEM):
        assert not Hold.objects.exists()


def test_pages_show_what_goes_next_holds_and_the_certificate_as_pdf(office: Office) -> None:
    key = certificate(office)
    page = browser(office.ids["boss"])
    text = page.get("/staff/admin/retention/").content.decode()
    for words in ("終わった案件", "職員への招待", "来月末までに"):
        assert words in text
    assert "消した行のSHA-256" in page.get(f"/staff/admin/retention/{key}/").content.decode()
    pdf = page.get(f"/staff/admin/retention/{key}/pdf/").content
    assert pdf.startswith(b"%PDF")
    assert pdf == page.get(f"/staff/admin/retention/{key}/pdf/").content
    sent = {"rule": "cases.decided", "subject": "", "reason": "監査のため"}
    assert page.post("/staff/admin/retention/holds/", {**sent, "reason": ""}).status_code == 422
    assert page.post("/staff/admin/retention/holds/", sent).status_code == 302
    with unit(SYSTEM):
        held = queries.holds()[0]
    assert page.post("/staff/admin/retention/holds/", {"act": "lift", "row": str(held.id)}).status_code == 302
