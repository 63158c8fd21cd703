"""What this room does when rooms below announce a fact."""

from __future__ import annotations

import uuid

from jichi.engines.accounts.events import SecondFactorReset, SignInCodeIssued
from jichi.engines.audit.context import system_actor

from .actions import send_message

ACTOR = system_actor("messages.handlers")


def send_sign_in_code(event: SignInCodeIssued) -> None:
    """Mail the code to the address it was asked for."""
    send_message(
        actor=ACTOR, template="sign_in.code", email=event.email, language=event.language,
        params={"code": event.code, "url_path": "/"}, dedupe_key=f"eng_accounts:sign_in_code:{event.code_id}",
    )  # fmt: skip


def tell_second_factor_reset(event: SecondFactorReset) -> None:
    """Tell the official whose authenticator was taken off, in case it was not their wish."""
    send_message(
        actor=ACTOR, template="account.second_factor_reset", account_id=event.account_id,
        params={"url_path": "/staff/"},
        # Each reset is told: nothing in the fact repeats, so the key is new.
        dedupe_key=f"eng_accounts:second_factor_reset:{uuid.uuid4()}",
    )  # fmt: skip
