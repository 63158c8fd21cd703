"""Examples of this room's addresses for the test of access."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from django.test import override_settings

from jichi.engines.accounts import actions, officials
from jichi.engines.audit.context import system_actor
from jichi.engines.files import actions as files
from jichi.kernel import clock

SYSTEM = system_actor("test")


def _represented(world: Any) -> dict[str, Any]:
    """The resident as representative of a child, with the paper that an official saw."""
    paper = files.store_bytes(
        actor=SYSTEM, data=b"%PDF-1.4", filename="koseki.pdf", media_type="application/pdf", purpose="test"
    )
    made = actions.register_representation(
        actor=SYSTEM, kind="guardian", principal_no="0000000043", principal_name="山田　翔太", agent_name="山田　健一",
        agent_account_id=world.resident.account_id, procedures=(uuid4().hex,),
        valid_from=clock.today(), valid_until=None,        basis="戸籍全部事項証明書", request_key=uuid4(),
        document_id=paper.pk,
    )  # fmt: skip
    return {"representation_id": made.id}


def _signing(world: Any) -> dict[str, Any]:
    """A content that waits for the resident's signature."""
    with override_settings(JICHI_PEERS={"identity": {"kind": "sandbox", "url": "http://localhost:9", "secret": "x"}}):
        asked = actions.request_signature(
            actor=world.resident.actor, content_hash=hashlib.sha256(b"x").hexdigest(), about="x", language="ja"
        )
    return {"request_id": asked.id}


def _invited(world: Any) -> dict[str, Any]:
    """An invitation of an official who has not signed in yet."""
    key = officials.save_official(actor=SYSTEM, login=f"new{uuid4().hex[:8]}", name="新人")
    path = officials.invite(actor=SYSTEM, account_id=key, reason="test").url_path
    return {"token": path.rstrip("/").rpartition("/")[2]}


def url_examples() -> dict[str, Callable[[Any], Mapping[str, Any]]]:
    """URL name → the arguments of its address."""
    admin = ("eng_accounts_admin:person", "eng_accounts_admin:reset")
    desk = ("eng_accounts_representation_desk:one", "eng_accounts_representation_desk:paper")
    return {
        **dict.fromkeys(admin, lambda world: {"account_id": world.roles[0].account_id}),
        **dict.fromkeys((*desk, "eng_accounts_representation:end"), _represented),
        "eng_accounts_staff:staff_invited": _invited,
        **dict.fromkeys(("eng_accounts:sign", "eng_accounts:sign_back"), _signing),
    }


SHARED = frozenset(
    {
        "eng_accounts_admin:person", "eng_accounts_admin:reset", "eng_accounts_representation_desk:one",
        "eng_accounts_representation_desk:paper", "eng_accounts:sign",
    }
)  # fmt: skip
"""Accounts and representation belong to no division: who has the permission sees them all.
Who comes to sign shows the card first, and only then learns whether there is such a request (`test_signing.py`)."""
