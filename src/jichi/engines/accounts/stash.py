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
    """Keep the posted text fields (no files, no secrets) in the new session."""
    fields = {k: v for k, v in request.POST.lists() if k not in NEVER}
    if sum(len(k) + sum(map(len, v)) for k, v in fields.items()) > LIMIT:
        return
    request.session[KEY] = {
        "path": request.path,
        "fields": fields,
        "at": int(time.time()),
        "account": getattr(request, "expired_account", None),
    }


def take(request: HttpRequest) -> QueryDict | None:
    """The kept fields for this address, once; None when there are none or they were somebody else's."""
    kept = request.session.get(KEY)
    if not kept or kept["path"] != request.path:
        return None
    del request.session[KEY]
    actor = cast("SignedInRequest", request).actor
    if kept["account"] and kept["account"] != str(actor.account_id):
        return None
    if time.time() - kept["at"] > KEPT_FOR:
        return None
    fields = QueryDict(mutable=True)
    for name, values in kept["fields"].items():
        fields.setlist(name, values)
    return fields
