"""What programs may ask of the register: as an official with the permission and a purpose, every look recorded."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from jichi.engines.api.operations import (
    ApiRequest,
    Field,
    In,
    Out,
    Page,
    Query,
    Router,
    next_cursor,
    opened,
    operation,
)

from . import queries
from .permissions import SEARCH, VIEW
from .rules import PURPOSES, ResidentRecord

router = Router(tags=["住民 / residents"])
MOST = 50
Purpose = StrEnum("Purpose", {key: key for key in PURPOSES})  # type: ignore[misc] # the words of the rules
"""利用目的: every look names one."""


class ResidentOut(Out):
    """A person; places of protected persons are hidden, whatever the key may do."""

    addressee_no: str
    display_name: str
    display_kana: str
    name: str
    kana: str
    birth_date: date | None
    birth_text: str
    sex: str
    postcode: str
    address: str
    address_hidden: bool
    is_protected: bool
    state: str
    became_resident_on: date | None


class ResidentsOut(Out):
    """A page of people; `next` continues."""

    items: list[ResidentOut]
    next: str | None


class ResidentsIn(Page):
    """Whom to look for: 宛名番号, a birth date, kana, or part of a name."""

    q: str = Field(min_length=1, max_length=80)
    limit: int = Field(20, ge=1, le=MOST)


class LookIn(In):
    """Why the person's record is opened."""

    purpose: Purpose


def _person(record: ResidentRecord) -> ResidentOut:
    return ResidentOut.model_validate(record.masked() if record.is_protected else record)


@operation(router, "GET", "/residents", permission=SEARCH, response=ResidentsOut,
           summary="住民の検索。検索したことは記録に残る",
           english="Search the register; the search is recorded")  # fmt: skip
def residents(request: ApiRequest, given: Query[ResidentsIn]) -> ResidentsOut:
    page = queries.search_residents(actor=request.actor, q=given.q, after=opened(given), limit=given.limit)
    return ResidentsOut(items=[_person(one) for one in page.rows], next=next_cursor(request, page.next_after))


@operation(router, "GET", "/residents/{addressee_no}", permission=VIEW, response=ResidentOut,
           summary="1人の記録。見たことは閲覧記録に残る", english="One person; the look is recorded")  # fmt: skip
def resident(request: ApiRequest, addressee_no: str, given: Query[LookIn]) -> ResidentOut:
    found = queries.look_at_resident(actor=request.actor, addressee_no=addressee_no, purpose=given.purpose.value)
    return _person(found)
