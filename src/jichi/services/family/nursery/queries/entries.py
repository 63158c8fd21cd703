"""Reads of online applications, and of what a family chooses its nurseries by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from ..models import Entry
from ..rules.entering import content_mark

PAGE: Final = 50
STATES: Final = {"sent": "受付待ち", "returned": "修正待ち", "accepted": "受付済み", "withdrawn": "取り下げた"}


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryView:
    """An online application: `content` as the family writes it, `sent` as the office sees it."""

    id: UUID
    round_id: UUID
    account_id: UUID
    addressee_no: str
    number: str
    state: str
    content: dict[str, Any]
    sent: dict[str, Any]
    sent_at: datetime | None
    accepted: dict[str, Any]
    remark: str
    application_id: UUID | None

    @property
    def unsent(self) -> bool:
        """Has the family written what it has not sent?"""
        return self.state != "withdrawn" and self.content != self.sent

    @property
    def mark(self) -> str:
        """Names the content."""
        return content_mark(self.content)

    @property
    def sent_mark(self) -> str:
        """Names what was sent."""
        return content_mark(self.sent)


def _view(row: Entry) -> EntryView:
    return EntryView(
        id=row.pk, round_id=row.round_id, account_id=row.account_id, addressee_no=row.addressee_no, number=row.number,
        state=row.state, content=row.content, sent=row.sent or {}, sent_at=row.sent_at, accepted=row.accepted or {},
        remark=row.remark, application_id=row.application_id,
    )  # fmt: skip


def entry(id: UUID) -> EntryView | None:
    """One online application, if the actor may see it. One statement."""
    row = Entry.objects.filter(pk=id).first()
    return _view(row) if row else None


def own_entries(account_id: UUID) -> tuple[EntryView, ...]:
    """A resident's online applications, the newest first. One statement."""
    return tuple(_view(row) for row in Entry.objects.filter(account_id=account_id).order_by("-changed_at"))


def entry_of(application_id: UUID) -> EntryView | None:
    """The online application behind an application; None where it came on paper. One statement."""
    row = Entry.objects.filter(application_id=application_id).first()
    return _view(row) if row else None


@dataclass(frozen=True, slots=True)
class EntryPage:
    """Some online applications of a round, the longest waiting first."""

    rows: tuple[EntryView, ...]
    total: int
    after: str


def entries(round_id: UUID, *, state: str = "", after: str = "") -> EntryPage:
    """What was sent into a round, by the moment of sending; drafts are nobody's business. Two statements.

    Args:
        state: a key of `STATES`; "" all.
        after: `after` of the page before.
    """
    found = Entry.objects.filter(round_id=round_id).exclude(state="draft")
    if state in STATES:
        found = found.filter(state=state)
    total = found.count()
    if after:
        try:
            found = found.filter(sent_at__gt=datetime.fromisoformat(after))
        except ValueError:
            after = ""
    rows = list(found.order_by("sent_at", "number")[: PAGE + 1])
    more = rows[PAGE - 1].sent_at if len(rows) > PAGE else None
    return EntryPage(tuple(_view(row) for row in rows[:PAGE]), total, more.isoformat() if more else "")
