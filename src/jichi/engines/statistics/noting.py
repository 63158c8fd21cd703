"""Door for views: say what a page was, and the middleware notes it once the answer is known.

Costs a page nothing but an object: no statement, no file. What fails is not noted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest

ATTRIBUTE: Final = "jichi_seen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a view says of its page. See `rules.Noted`; `kind` "" : a look at a page, where it was one."""

    kind: str = ""
    subject: str = ""
    version: int = 0
    page: str = ""
    attempt: str = ""
    plain: bool | None = None
    seconds: int | None = None


def note(
    request: HttpRequest,
    *,
    kind: str = "",
    subject: str = "",
    version: int = 0,
    page: str = "",
    attempt: object = "",
    plain: bool | None = None,
    seconds: int | None = None,
) -> None:
    """Say what this request's page is; said twice, the last counts.

    Args:
        kind: "started", "saved", "error", "left", "sent", or "" for a look at a page.
        subject: what it is about, opaque: the slug of a procedure.
        version: of the form, any positive number that stays the same.
        page: id of a page inside the form; those that are no questions begin with ":".
        attempt: what tells this application from another (id of the draft); becomes a number under the day's salt.
        plain: whether the form came from a browser without JavaScript, where that is known.
        seconds: since the page was shown, see `rules.seconds_between`.
    """
    seen = Seen(
        kind=kind, subject=subject, version=version, page=page, attempt=str(attempt or ""), plain=plain,
        seconds=seconds,
    )  # fmt: skip
    setattr(request, ATTRIBUTE, seen)


def seen_of(request: HttpRequest) -> Seen | None:
    """What the view said, if it did."""
    found = getattr(request, ATTRIBUTE, None)
    return found if isinstance(found, Seen) else None
