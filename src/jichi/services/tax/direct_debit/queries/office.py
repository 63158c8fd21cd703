"""What officials' pages read: the work list, requests of a cycle, uptake by 費目 and month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from jichi.engines.audit.context import system_actor, unit
from jichi.engines.bankfiles import queries as bankfiles
from jichi.engines.bankfiles.queries import RequestView
from jichi.engines.collection import queries as collection
from jichi.engines.mandates import queries as mandates
from jichi.kernel import clock

from ..models import Bank, Entry, Offer

SYSTEM = system_actor("direct_debit")


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryView:
    """An entry of the work list."""

    id: UUID
    kind: str
    payer_no: str
    mandate_id: UUID | None
    detail: Mapping[str, Any]
    opened_at: datetime
    closed_at: datetime | None
    closed_by: str
    note: str


@dataclass(frozen=True, slots=True)
class Uptake:
    """Of a 費目 in a month: payers of whom something fell due, and those of them who pay by transfer."""

    kind: str
    title: str
    month: date
    payers: int
    by_transfer: int
    goal_permille: int

    @property
    def permille(self) -> int:
        """Share of payers by transfer, in thousandths, cut."""
        return self.by_transfer * 1000 // self.payers if self.payers else 0


def _entry(row: Entry) -> EntryView:
    return EntryView(
        id=row.pk, kind=row.kind, payer_no=row.payer_no, mandate_id=row.mandate_id, detail=row.detail,
        opened_at=row.opened_at, closed_at=row.closed_at, closed_by=row.closed_by.name if row.closed_by else "",
        note=row.note,
    )  # fmt: skip


def entries(*, kind: str = "", is_open: bool = True, limit: int = 200) -> tuple[EntryView, ...]:
    """The work list, oldest first. One statement."""
    rows = Entry.objects.select_related("closed_by").filter(closed_at__isnull=is_open)
    rows = rows.filter(kind=kind) if kind else rows
    return tuple(_entry(row) for row in rows.order_by("opened_at", "id")[:limit])


def entry(id: UUID) -> EntryView | None:
    """One entry. One statement."""
    row = Entry.objects.select_related("closed_by").filter(pk=id).first()
    return _entry(row) if row else None


def offers(*, divisions: frozenset[int]) -> tuple[tuple[str, str], ...]:
    """(code, title) of 費目 of these divisions that can be paid by transfer. One statement."""
    rows = Offer.objects.filter(kind__division_id__in=divisions).order_by("kind__title")
    return tuple(rows.values_list("kind_id", "kind__title"))


@dataclass(frozen=True, slots=True, kw_only=True)
class SetBank:
    """A bank as administrators set it."""

    code: str
    title: str
    partner: str
    opens: time
    closes: time
    closed_weekdays: tuple[int, ...]
    is_offered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SetOffer:
    """A 費目 and, where it can be paid by transfer, how (`names` is empty where it can't)."""

    kind: str
    title: str
    names: Mapping[str, str]
    lead_days: int
    retries: int
    stop_after: int
    goal_permille: int


def set_banks() -> tuple[SetBank, ...]:
    """All banks by code, those not offered any more too. One statement."""
    return tuple(
        SetBank(code=row.code, title=row.title, partner=row.partner, opens=row.opens, closes=row.closes,
                closed_weekdays=tuple(row.closed_weekdays), is_offered=row.is_offered)
        for row in Bank.objects.order_by("code")
    )  # fmt: skip


def set_offers() -> tuple[SetOffer, ...]:
    """Every 費目 of the house by title, with what is set for account transfers. Two statements."""
    rows = {row.kind_id: row for row in Offer.objects.all()}
    with unit(SYSTEM):
        kinds = collection.kinds()
    plain = Offer()
    return tuple(
        SetOffer(kind=kind.code, title=kind.title, names=row.names if kind.code in rows else {},
                 lead_days=row.lead_days, retries=row.retries, stop_after=row.stop_after,
                 goal_permille=row.goal_permille)
        for kind in kinds for row in (rows.get(kind.code, plain),)
    )  # fmt: skip


def cycles(*, kinds: frozenset[str]) -> tuple[RequestView, ...]:
    """Requests that cycles of these 費目 made, newest first, without their results. One statement."""
    with unit(SYSTEM):
        found = bankfiles.requests(limit=500)
    return tuple(one for one in found if one.run.startswith("debit:") and one.run.split(":")[1] in kinds)


def uptake(*, divisions: frozenset[int], months: int = 12) -> list[Uptake]:
    """利用率 by 費目 and month, oldest first; two statements for each."""
    found = []
    with unit(SYSTEM):
        for row in Offer.objects.select_related("kind").filter(kind__division_id__in=divisions).order_by("kind__title"):
            for first, last in _months(clock.today(), months):
                due = collection.payers_due(kind=row.kind_id, first=first, last=last)
                living = mandates.payers_on(kind=row.kind_id, on=last)
                found.append(
                    Uptake(row.kind_id, row.kind.title, first, len(due), len(due & living), row.goal_permille)
                )  # fmt: skip
    return found


def _months(today: date, count: int) -> list[tuple[date, date]]:
    """First and last days of the months up to the next one."""
    found: list[tuple[date, date]] = []
    last = (today.replace(day=1) + timedelta(days=62)).replace(day=1) - timedelta(days=1)
    for _ in range(count):
        found.append((last.replace(day=1), last))
        last = last.replace(day=1) - timedelta(days=1)
    return found[::-1]
