"""What accounts promise to forget is forgotten, and nothing else."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from jichi.engines.accounts import actions
from jichi.engines.accounts.models import LinkRequest, SignInCode
from jichi.engines.accounts.upkeep import sweep
from jichi.engines.audit.context import system_actor, unit
from jichi.kernel import clock

pytestmark = pytest.mark.django_db
SYSTEM = system_actor("test")


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
