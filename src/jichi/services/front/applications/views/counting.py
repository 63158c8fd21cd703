"""What the pages of an application say to statistics: which page of which form this was, and what came of it.

The draft's id becomes a number under the day's salt; no answer and no name is handed on.
"""

from __future__ import annotations

from django.http import HttpRequest

from jichi.engines.forms import queries
from jichi.engines.statistics.noting import note
from jichi.engines.statistics.rules import seconds_between
from jichi.kernel import clock

OWN_FIELDS = frozenset({"shown", "plain"})
"""Posted names that say when the page was shown, and that the browser runs no scripts."""


def shown_now() -> int:
    """The moment a page is made, for its form to carry back."""
    return int(clock.now().timestamp())


def before_form(
    request: HttpRequest, found: queries.ProcedureInfo, page: str, draft: queries.DraftView | None = None
) -> None:
    """A page before the form ("start", "begin", "who"); with a draft that is new: it was started there."""
    fresh = draft is not None and draft.revision == 1
    note(
        request, kind="started" if fresh else "", subject=found.slug, page=f":{page}",
        version=0 if page == "start" else found.version_id, attempt=draft.id if fresh and draft is not None else "",
    )  # fmt: skip


def noted(request: HttpRequest, view: queries.DraftView, page: str, kind: str = "") -> None:
    """A page of the form, or of checking and sending it (":check"). Putting right what was sent is not counted here."""
    if view.corrects_id is not None:
        return
    posted = request.method == "POST"
    note(
        request, kind=kind, subject=view.slug, version=view.version_id, page=page, attempt=view.id,
        plain="plain" in request.POST if posted and "shown" in request.POST else None,
        seconds=seconds_between(request.POST.get("shown", ""), clock.now().timestamp()) if posted else None,
    )  # fmt: skip
