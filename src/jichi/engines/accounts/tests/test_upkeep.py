"""What accounts promise to forget is forgotten, and nothing else."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from jichi.engines.accounts import actions, guests
from jichi.engines.accounts.models import (
    Account,
    GuestLink,
    Identity,
    LinkRequest,
    Representation,
    SignatureEvidence,
    SignInCode,
    SigningRequest,
)
from jichi.engines.accounts.retention import KEPT, erase, over
from jichi.engines.accounts.upkeep import sweep as sweep_counters
from jichi.engines.audit.context import ANONYMOUS, system_actor, unit
from jichi.kernel import clock
from jichi.kernel.clock import standing_at

pytestmark = pytest.mark.django_db
SYSTEM = system_actor("test")


def sweep() -> None:
    """All that is over today goes, by every rule."""
    sweep_counters()
    with unit(system_actor("retention", purpose="retention")):
        for key in KEPT:
            erase(key, [found[0] for found in over(key, clock.today(), 100)])


def test_old_decisions_and_codes_go_and_open_requests_stay() -> None:
    now = clock.now()
    with unit(SYSTEM):
        account = actions.create_resident_account(actor=SYSTEM, email="hanako@example.jp")
        for state, decided in (
            ("linked", now - timedelta(days=367)), ("refused", now - timedelta(days=300)), ("review", None),
        ):  # fmt: skip
            LinkRequest.objects.create(
                account=account, state=state, kana="シケン　ハナ", birth_date=date(2006, 5, 5), postcode="1000001",
                created_at=now - timedelta(days=400), decided_at=decided,
            )  # fmt: skip
        for hours in (30, 1):
            SignInCode.objects.create(email="hanako@example.jp", code_hash="x", expires_at=now - timedelta(hours=hours))
    sweep()
    sweep()
    with unit(SYSTEM):
        assert sorted(LinkRequest.objects.values_list("state", flat=True)) == ["refused", "review"]
        assert SignInCode.objects.count() == 1


def test_guests_that_ended_go_and_links_stay_a_month_after_their_last_day() -> None:
    ended, there = (guests.begin_guest(actor=ANONYMOUS, language="ja", client="192.0.2.1").account_id for _ in range(2))
    with standing_at(clock.now() - timedelta(days=61)):
        guests.way_in(there, "guest@example.jp", "/apply/")
    with standing_at(clock.now() - timedelta(days=59)):
        guests.way_in(there, "guest@example.jp", "/apply/")
    with unit(SYSTEM):
        Account.objects.filter(pk=ended).update(is_active=False)
    sweep()
    with unit(SYSTEM):
        assert list(Account.objects.filter(kind="guest").values_list("pk", flat=True)) == [there]
        assert GuestLink.objects.count() == 1


def _ended(years: float) -> None:
    """A representation and an identity that ended, a signature that was made, so many years ago."""
    then = clock.now() - timedelta(days=years * 365.25)
    account = actions.create_resident_account(actor=SYSTEM, email=f"y{years}@example.jp")
    Representation.objects.create(
        kind="agent", state="ended", principal_no="0000000019", principal_name="花子", agent_name="次郎",
        during=DateRange(then.date(), None), request_key=uuid4(), asked_at=then, ended_at=then,
    )  # fmt: skip
    Identity.objects.create(
        account=account, provider="identity", subject=str(years), level="card", linked_at=then, ended_at=then
    )
    request = SigningRequest.objects.create(
        account=account, content_hash="0" * 64, about="x", state="signed", created_at=then
    )
    SignatureEvidence.objects.create(
        request=request, account=account, content_hash="0" * 64, certificate_serial="1", issuer="x",
        subject_digest="x", signed_at=then, operator_answer="good", operator_at=then,
    )  # fmt: skip


def test_representation_goes_after_five_years_and_signatures_after_ten() -> None:
    with unit(SYSTEM):
        for years in (4.9, 5.1, 9.9, 10.1):
            _ended(years)
    sweep()
    sweep()
    with unit(SYSTEM):
        counts = [m.objects.count() for m in (Representation, Identity, SignatureEvidence, SigningRequest)]
    assert counts == [1, 1, 3, 3]


def test_the_database_lets_nothing_go_sooner() -> None:
    with unit(SYSTEM):
        _ended(4.9)
        for model in (Representation, SignatureEvidence):
            with pytest.raises(IntegrityError), transaction.atomic():
                model.objects.all().delete()
        assert (Representation.objects.count(), SignatureEvidence.objects.count()) == (1, 1)
