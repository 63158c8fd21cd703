"""A program's address that stopped answering is read by who let the program in, once."""

from __future__ import annotations

from uuid import uuid4

import pytest

from jichi.engines.accounts import actions as accounts
from jichi.engines.api.events import SubscriptionFailed
from jichi.engines.audit.context import system_actor, unit
from jichi.engines.inbox.handlers import on_subscription_failed
from jichi.engines.inbox.models import WorkItem

SYSTEM = system_actor("test")


@pytest.mark.django_db
def test_who_let_a_program_in_reads_that_its_address_is_silent() -> None:
    accounts.create_division(actor=SYSTEM, code="youth", names={"ja": "子ども若者課"})
    official = accounts.create_staff_account(
        actor=SYSTEM, login="admin", name="管理 太郎", password="many plain words 1", roles=("administrator",),
        division_codes=("youth",),
    )  # fmt: skip
    event = SubscriptionFailed(subscription_id=uuid4(), client_id=uuid4(), client="台帳の連携", let_in_by=official.pk)
    nobody = SubscriptionFailed(subscription_id=uuid4(), client_id=uuid4(), client="台帳の連携", let_in_by=None)
    with unit(SYSTEM):
        for one in (event, event, nobody):
            on_subscription_failed(one)
        (item,) = WorkItem.objects.all()
    assert (item.account_id, item.lane) == (official.pk, "reading")
    assert "台帳の連携" in item.title["ja"]
