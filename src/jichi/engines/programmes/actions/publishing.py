"""A programme from the first draft to its publication, its copy for the next year, and its end before time."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from django.db.models import F

from jichi.engines.audit.context import Actor, unit
from jichi.engines.booking import actions as booking
from jichi.engines.inbox import actions as inbox
from jichi.kernel import clock
from jichi.kernel.calendar import format_date
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound
from jichi.kernel.localized import LANGUAGES, LocalizedText
from jichi.kernel.receipt_number import new_number
from jichi.kernel.text import fold_for_search

from ..base import Programme


class Lacking(Protocol):
    """What a draft still lacks, and in which field."""

    @property
    def field(self) -> str:
        """Name of the form's field."""

    @property
    def error(self) -> FieldError:
        """What is wrong with it."""


class Content(Protocol):
    """What is written of a programme, as far as this room reads it."""

    @property
    def first(self) -> date | None:
        """Its first day."""


RowT = TypeVar("RowT", bound=Programme)
ContentT = TypeVar("ContentT", bound=Content)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """By what a programme is found: on the pages of officials by all of it, on those of residents without `more`."""

    title: LocalizedText
    text: LocalizedText
    place: str
    more: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind(Generic[RowT, ContentT]):
    """What is a room's own of the programmes it publishes."""

    model: type[RowT]
    actor: Actor
    """The room, as the platform."""
    refusals: str
    """Its codes begin with it: "<refusals>.changed_since", ".not_draft", ".not_ready"."""
    key: str
    """What the search box knows one by: "<key>:<code>"."""
    path: str
    """Where residents read it: "<path><code>/"."""
    fixed: Sequence[str]
    """What people relied on when they entered, which stays once it is published."""
    require_editor: Callable[[Actor, int], None]
    read: Callable[[RowT], ContentT]
    columns: Callable[[ContentT], Mapping[str, Any]]
    """The room's own columns."""
    words: Callable[[ContentT], Words]
    later: Callable[[ContentT], ContentT]
    """The same 52 weeks later."""
    lacking: Callable[[ContentT, datetime], Sequence[Lacking]]
    open: Callable[[RowT, ContentT], date]
    """Writes its dates, opens its offerings and sets the row's fields for them; its last day."""
    offerings: Callable[[RowT], Sequence[UUID]]


def _columns(kind: Kind[RowT, ContentT], content: ContentT) -> dict[str, Any]:
    words = kind.words(content)
    text = " ".join([*words.title.values(), *words.text.values(), words.place, words.more])
    return {
        **kind.columns(content), "title": dict(words.title), "search_text": fold_for_search(text),
        "updated_at": clock.now(),
    }  # fmt: skip


def begin_programme(
    *, actor: Actor, kind: Kind[RowT, ContentT], division_id: int, content: ContentT, copy_of: UUID | None = None
) -> str:
    """Begin a draft; its code.

    Raises:
        Forbidden: not an official of the division.
    """
    kind.require_editor(actor, division_id)
    with unit(actor):
        row = kind.model._default_manager.create(
            code=new_number(secrets.token_bytes(8)).lower(), division_id=division_id, copy_of_id=copy_of,
            **_columns(kind, content),
        )  # fmt: skip
        return row.code


def lock_programme(*, actor: Actor, kind: Kind[RowT, ContentT], code: str) -> RowT:
    """The row, locked until the end of the caller's unit, for one of its editors. Raises NotFound, Forbidden."""
    row = kind.model._default_manager.select_for_update(of=("self",)).filter(code=code).first()
    if row is None:
        raise NotFound
    kind.require_editor(actor, row.division_id)
    return row


def change_programme(
    *, actor: Actor, kind: Kind[RowT, ContentT], code: str, content: ContentT, expected_revision: int
) -> None:
    """Write a draft anew; of what is published only what nobody relied on (`Kind.fixed` stays).

    Raises:
        Forbidden; NotFound; Conflict: ".changed_since" or ".not_draft".
    """
    with unit(actor):
        row = lock_programme(actor=actor, kind=kind, code=code)
        if row.revision != expected_revision:
            raise Conflict(f"{kind.refusals}.changed_since")
        before = kind.read(row)
        if row.state != "draft" and any(getattr(before, name) != getattr(content, name) for name in kind.fixed):
            raise Conflict(f"{kind.refusals}.not_draft")
        columns = {**_columns(kind, content), "revision": F("revision") + 1}
        kind.model._default_manager.filter(pk=row.pk).update(**columns)
        if row.state == "published":
            _put_into_search(kind, row, content)


def copy_programme(*, actor: Actor, kind: Kind[RowT, ContentT], code: str) -> str:
    """A draft from one of before, 52 weeks later each time until it lies ahead; its code.

    Raises:
        Forbidden; NotFound.
    """
    with unit(actor):
        row = lock_programme(actor=actor, kind=kind, code=code)
        content = kind.later(kind.read(row))
        while content.first is not None and content.first <= clock.today():
            content = kind.later(content)
        return begin_programme(
            actor=actor, kind=kind, division_id=row.division_id, content=content, copy_of=row.pk
        )  # fmt: skip


def publish_programme(*, actor: Actor, kind: Kind[RowT, ContentT], code: str) -> None:
    """Let people see it, and enter where they may. Pressed twice it is published once.

    Raises:
        Forbidden; NotFound; Invalid: ".not_ready", by field what is missing; Conflict: it was cancelled.
    """
    with unit(actor):
        row = lock_programme(actor=actor, kind=kind, code=code)
        if row.state == "published":
            return
        if row.state != "draft":
            raise Conflict(f"{kind.refusals}.not_draft")
        content, now = kind.read(row), clock.now()
        wrong = kind.lacking(content, now)
        if wrong:
            raise Invalid(f"{kind.refusals}.not_ready", fields={one.field: one.error for one in wrong})
        row.last_day = kind.open(row, content)
        row.state, row.published_at, row.updated_at = "published", now, now
        row.save()
        _put_into_search(kind, row, content)


def _put_into_search(kind: Kind[RowT, ContentT], row: RowT, content: ContentT) -> None:
    """Not what is over. Two of one title are told apart by day and place."""
    if row.last_day is None or row.last_day < clock.today():
        return
    words = kind.words(content)
    days = {content.first or row.last_day, row.last_day}
    inbox.put_search_entry(
        actor=kind.actor, key=f"{kind.key}:{row.code}", kind="bookable", title=words.title,
        url_path=f"{kind.path}{row.code}/", body=" ".join([*words.text.values(), words.place]), audience="resident",
        summary={
            language: " ".join([" – ".join(format_date(day, language) for day in sorted(days)), words.place]).strip()
            for language in LANGUAGES
        },
    )  # fmt: skip


def forget_over(*, actor: Actor, kind: Kind[RowT, ContentT]) -> int:
    """Take out of the search box what is over, whenever this ran last; how many were still in it."""
    today = clock.today()
    with unit(actor):
        over = kind.model._default_manager.filter(state="published", last_day__lt=today).values_list("code", flat=True)
        return sum(inbox.remove_search_entry(actor=kind.actor, key=f"{kind.key}:{code}") for code in over)


def cancel_programme(*, actor: Actor, kind: Kind[RowT, ContentT], code: str, reason: str) -> int:
    """It does not take place: entries end, everybody who entered is told; how many entries ended.

    Raises:
        Forbidden; NotFound; Invalid: "reason", none; Conflict: a draft, which nobody saw.
    """
    with unit(actor):
        row = lock_programme(actor=actor, kind=kind, code=code)
        if row.state == "cancelled":
            return 0
        if row.state == "draft":
            raise Conflict(f"{kind.refusals}.not_ready")
        if not reason.strip():
            raise Invalid(fields={"reason": FieldError("field.required")})
        row.state, row.cancel_reason, row.updated_at = "cancelled", reason.strip(), clock.now()
        row.save(update_fields=["state", "cancel_reason", "updated_at"])
        inbox.remove_search_entry(actor=kind.actor, key=f"{kind.key}:{code}")
        return sum(
            booking.cancel_offering(actor=kind.actor, offering_id=one, reason=reason) for one in kind.offerings(row)
        )
