"""The sample ward's part of this room: two programs that were let in, one of them with a key."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.conf import settings

from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.sealing import seal
from jichi.engines.audit.context import system_actor
from jichi.kernel import clock
from jichi.kernel.sampling import SampleContext

from . import actions
from .models import ApiClient, Subscription
from .sandbox import demo_secret
from .scopes import offered_permissions

ACTOR: Final = system_actor("sample")
_CLIENTS: Final = (
    ("台帳システム連携", "みどりシステム株式会社 03-0000-0101", ("eng_cases.case.view",), True),
    (
        "受付窓口システム", "窓口サービス株式会社 03-0000-0102",
        ("eng_cases.case.view", "eng_cases.case.handle", "eng_cases.case.enter"), False,
    ),
)  # fmt: skip


def fill(context: SampleContext) -> None:
    """Let the programs in once; the key is nobody's, for it is shown to nobody."""
    divisions = accounts.divisions()
    if not divisions or ApiClient.objects.exists():
        return
    code = next((one.code for one in divisions if one.code == "youth"), divisions[0].code)
    for title, contact, permissions, with_key in _CLIENTS:
        wanted = [one for one in permissions if one in offered_permissions()]
        if not wanted:
            continue
        client_id = actions.create_client(
            actor=ACTOR, title=title, contact=contact, division_code=code, permissions=wanted,
            ends_on=clock.today() + timedelta(days=180),
        )  # fmt: skip
        if with_key:
            actions.make_key(actor=ACTOR, client_id=client_id)
            _be_told(client_id)


def _be_told(client_id: UUID) -> None:
    """Events go to the demo's stand-in, where there is one; it knows the secret."""
    told = settings.JICHI_PEERS.get("webhooks", {})
    if not settings.JICHI_FIELD_KEYS or told.get("kind") != "sandbox":
        return
    Subscription.objects.create(
        client_id=client_id, url=f"{told['url']}/hook", kinds=["case.decided", "case.opened"],
        secret=seal(demo_secret(str(told["secret"]))), created_at=clock.now(),
    )  # fmt: skip
