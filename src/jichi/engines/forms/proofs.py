"""What must be there beside the answers before they are sent: a signature, a second person's confirmation."""

from __future__ import annotations

from uuid import UUID

from jichi.engines.accounts import queries as accounts

from .errors import Unconfirmed, Unsigned
from .models import Confirmation
from .queries import DraftView


def require_proofs(view: DraftView, content_hash: str) -> None:
    """Raise Unconfirmed or Unsigned unless just this content was confirmed and signed where the procedure asks for it.

    Up to two statements.
    """
    definition = view.definition
    if definition.second_person is not None and not is_confirmed(view.id, content_hash):
        raise Unconfirmed(content_hash)
    if definition.signature is not None and not is_signed(view.account_id, content_hash):
        raise Unsigned(content_hash)


def is_confirmed(draft_id: UUID, content_hash: str) -> bool:
    """Has the second person confirmed just this content? One statement."""
    return Confirmation.objects.filter(draft_id=draft_id, content_hash=content_hash, state="confirmed").exists()


def is_signed(account_id: UUID, content_hash: str) -> bool:
    """Has this account signed just this content? One statement."""
    return accounts.signature(content_hash, account_id) is not None
