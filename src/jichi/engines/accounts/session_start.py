"""The session of somebody who has just proved who they are."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest
from django.middleware.csrf import rotate_token

from . import guests, stash
from .middleware import GUEST, mark_signed_in
from .models import Account
from .rules import Level


def start_session(
    request: HttpRequest, account: Account, *, second_factor: bool, level: Level = "", keep: tuple[str, ...] = ()
) -> None:
    """A new session id for a newly proved person; what an expired session had kept comes along.

    What was begun or sent in this session without a login is the person's from now on.

    Args:
        keep: further keys of the session before that stay.
    """
    guest = request.session.get(SESSION_KEY) if request.session.get(GUEST) else None
    kept = {key: request.session[key] for key in (stash.KEY, *keep) if key in request.session}
    request.session.flush()
    request.session.update(kept)
    request.session[SESSION_KEY] = str(account.pk)
    rotate_token(request)
    mark_signed_in(request, generation=account.session_generation, second_factor=second_factor, level=level)
    if guest and account.kind == "resident":
        guests.hand_over(guest_id=UUID(guest), account_id=account.pk)
