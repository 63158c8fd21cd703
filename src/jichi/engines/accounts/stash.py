"""What somebody typed when the session ended: kept for the same account, put back after sign-in."""

from __future__ import annotations

import time
from typing import cast

from django.http import HttpRequest, QueryDict

from .access import SignedInRequest

KEY = "stash"
LIMIT = 100_000
KEPT_FOR = 3600
NEVER = frozenset({"csrfmiddlewaretoken", "password", "code"})


def keep(request: HttpRequest) -> None:
    """Keep the posted text fields (no files, no secrets) for the account whose session just ended, and nobody else.

    Whose they were when no session says so is not known: on a shared computer the next one to sign in
    may be somebody else, so then nothing is kept.
    """
    ours = cast("SignedInRequest", request)
    owner = ours.expired_account or str(ours.actor.account_id or "")
    if not owner:
        return
    fields = {k: v for k, v in request.POST.lists() if k not in NEVER}
    if sum(len(k) + sum(map(len, v)) for k, v in fields.items()) > LIMIT:
        return
    request.session[KEY] = {
        "path": request.path,
        "fields": fields,
        "at": int(time.time()),
        "account": owner,
    }


def take(request: HttpRequest) -> QueryDict | None:
    """The kept fields for this address, once; None when there are none or they were somebody else's."""
    kept = request.session.get(KEY)
    if not kept or kept["path"] != request.path:
        return None
    del request.session[KEY]
    actor = cast("SignedInRequest", request).actor
    if kept["account"] != str(actor.account_id):
        return None
    if time.time() - kept["at"] > KEPT_FOR:
        return None
    fields = QueryDict(mutable=True)
    for name, values in kept["fields"].items():
        fields.setlist(name, values)
    return fields
