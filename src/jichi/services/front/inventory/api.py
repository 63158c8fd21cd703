"""What programs may read of the inventory of procedures."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from jichi.engines.api.operations import (
    ApiRequest,
    Field,
    Out,
    Page,
    Query,
    Router,
    next_cursor,
    opened,
    operation,
)

from . import queries
from .permissions import VIEW

router = Router(tags=["棚卸し / inventory"])


class EntryOut(Out):
    """A procedure of the inventory."""

    id: UUID
    code: str
    name: str
    division: str
    basis: str
    applicants: str
    volume: int | None
    state: str
    reasons: list[str]
    planned_on: date | None
    online_since: date | None
    slug: str
    updated_at: datetime


class EntriesOut(Out):
    """A page of the inventory; `next` continues."""

    items: list[EntryOut]
    total: int
    next: str | None


class EntriesIn(Page):
    """Filters of the list, as on the page. Pages have the page's own length."""

    q: str = Field("", max_length=80)
    division: str = Field("", max_length=40)
    state: str = Field("", max_length=20)
    reason: str = Field("", max_length=20)


@operation(router, "GET", "/inventory", permission=VIEW, response=EntriesOut,
           summary="手続の棚卸し", english="The inventory of procedures")  # fmt: skip
def inventory(request: ApiRequest, given: Query[EntriesIn]) -> EntriesOut:
    chosen = queries.Filter(text=given.q, division=given.division, state=given.state, reason=given.reason)
    page = queries.listed(chosen, after=opened(given))
    items = [
        EntryOut.model_validate({
            **{name: getattr(one.entry, name) for name in EntryOut.model_fields if hasattr(one.entry, name)},
            "id": one.id, "updated_at": one.updated_at,
        })
        for one in page.rows
    ]  # fmt: skip
    return EntriesOut(items=items, total=page.total, next=next_cursor(request, page.next_after))
