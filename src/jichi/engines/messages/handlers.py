"""What this room does when rooms below announce a fact."""

from __future__ import annotations

import uuid
from typing import Final

from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.events import (
    IdentityEnded,
    RepresentationBegan,
    RepresentationEnded,
    RepresentationsSeen,
    SecondFactorReset,
    SignInCodeIssued,
)
from jichi.engines.audit.context import Actor, system_actor
from jichi.engines.inbox import actions as inbox

from .actions import send_message
from .texts import REPRESENTATION_TITLES

ACTOR = system_actor("messages.handlers")
REPRESENTATION: Final = "eng_accounts:representation"
"""The name under which the inbox knows what people are told of representation."""


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


def tell_representation_began(event: RepresentationBegan) -> None:
    """Tell both sides that one may act for the other: nobody is represented without knowing."""
    _tell_both_sides(event, "began")


def tell_representation_ended(event: RepresentationEnded) -> None:
    """Tell both sides that it is over, or who asked that it was declined. The reason is for the office alone."""
    _tell_both_sides(event, event.state)


def read_representations(event: RepresentationsSeen) -> None:
    """The page was opened: the lines about it in the inbox are no news any more."""
    inbox.mark_read(actor=Actor(kind="resident", account_id=event.account_id), subject_key=REPRESENTATION)


def tell_identity_ended(event: IdentityEnded) -> None:
    """Tell who was disconnected from a card or another outside identity, in case it was not their wish."""
    send_message(
        actor=ACTOR, template="identity.ended", account_id=event.account_id, params={"url_path": "/my/settings/"},
        # Each end is told: nothing in the fact repeats, so the key is new.
        dedupe_key=f"eng_accounts:identity_ended:{uuid.uuid4()}",
    )  # fmt: skip


def _tell_both_sides(event: RepresentationBegan | RepresentationEnded, what: str) -> None:
    """No name, number or reason goes out: what a side may know of the other, the page of representation shows it."""
    principal = event.principal_account_id
    if principal is None and event.kind != "officer":
        principal = accounts.account_of_person(event.principal_no)
    for side, account_id in (("principal", principal), ("agent", event.agent_account_id)):
        title = REPRESENTATION_TITLES.get((what, side))
        if account_id is None or title is None:
            continue
        key = f"{REPRESENTATION}:{event.representation_id}"
        inbox.put_item(
            actor=ACTOR, account_id=account_id, kind="notice", title=title, url_path="/my/representation/",
            subject_key=REPRESENTATION, dedupe_key=f"{key}:{what}",
        )  # fmt: skip
        send_message(
            actor=ACTOR, template="representation.changed", account_id=account_id,
            params={"url_path": "/my/representation/"}, dedupe_key=f"{key}:{what}:{account_id}",
        )  # fmt: skip
