"""Reads of files, receipts and what differs. Row security shows them to officials who may."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q, Sum

from jichi.engines.files import queries as files
from jichi.engines.files.queries import FileInfo

from . import rules
from .models import Credit, Difference, Partner, Promise, Sender, TakenFile, TransferLine, TransferRequest

PAGE: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerView:
    """A bank or agent with its terms."""

    code: str
    kind: str
    title: str
    terms: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileView:
    """A file that came. `problems`: (level, line, place, code, params); `outcome`: counts by what it does."""

    id: UUID
    number: int
    partner: str
    partner_title: str
    purpose: str
    filename: str
    sha256: str
    stored: UUID
    state: str
    rows: int
    amount_yen: int
    error_count: int
    problems: tuple[tuple[str, int, str, str, Mapping[str, Any]], ...]
    outcome: Mapping[str, Any]
    taken_by: str
    taken_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceView:
    """An entry of the work list, with its receipt where it has one."""

    id: UUID
    kind: str
    partner: str
    detail: Mapping[str, Any]
    opened_at: datetime
    closed_at: datetime | None
    closed_by: str
    note: str
    barcode: str = ""
    paid_on: date | None = None
    paid_at: str = ""
    shop: str = ""
    amount_yen: int | None = None
    state: str = ""
    file: UUID | None = None
    file_number: int | None = None


@dataclass(frozen=True, slots=True)
class DifferencePage:
    """One page of the work list; `next_after`: cursor of the next, "" for none."""

    rows: tuple[DifferenceView, ...]
    total: int
    next_after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemittanceView:
    """What an agent said it sends, beside what its final reports of that day come to."""

    partner: str
    remit_on: date
    chain: str
    said: int | None
    counted: int

    @property
    def difference(self) -> int:
        """Counted less said."""
        return self.counted - (self.said or 0)


def partners(kind: str = "") -> tuple[PartnerView, ...]:
    """Banks and agents by title. One statement."""
    found = Partner.objects.filter(kind=kind) if kind else Partner.objects.all()
    return tuple(
        PartnerView(code=one.code, kind=one.kind, title=one.title, terms=one.terms) for one in found.order_by("title")
    )


def taken_files(limit: int = PAGE) -> tuple[FileView, ...]:
    """The last files, newest first. One statement."""
    rows = TakenFile.objects.select_related("partner", "taken_by").order_by("-number")[:limit]
    return tuple(_file(row) for row in rows)


def taken_file(id: UUID) -> FileView | None:
    """One file. One statement."""
    row = TakenFile.objects.select_related("partner", "taken_by").filter(pk=id).first()
    return _file(row) if row else None


def stored_file(id: UUID) -> FileInfo | None:
    """The bytes of a file as they came, under the name they came with. Two statements."""
    row = TakenFile.objects.filter(pk=id).values_list("stored_id", flat=True).first()
    return files.get_file(row) if row else None


def _file(row: TakenFile) -> FileView:
    return FileView(
        id=row.pk, number=row.number, partner=row.partner.code, partner_title=row.partner.title, purpose=row.purpose,
        filename=row.filename, sha256=row.sha256, stored=row.stored_id, state=row.state, rows=row.rows,
        amount_yen=row.amount_yen, error_count=row.error_count,
        problems=tuple((level, line, place, code, params) for level, line, place, code, params in row.problems),
        outcome=row.outcome, taken_by=row.taken_by.name if row.taken_by else "", taken_at=row.taken_at,
        ended_at=row.ended_at,
    )  # fmt: skip


def differences(*, kind: str = "", is_open: bool = True, after: str = "", limit: int = PAGE) -> DifferencePage:
    """The work list, oldest first. Two statements.

    Args:
        after: cursor as `next_after` gave it; one that can't be read begins at the start.
    """
    found = Difference.objects.filter(closed_at__isnull=is_open)
    if kind:
        found = found.filter(kind=kind)
    total = found.count()
    at, _, key = after.partition("|")
    try:
        moment, last = (datetime.fromisoformat(at), UUID(key)) if key else (None, None)
    except ValueError:
        moment, last = None, None
    if moment is not None:
        found = found.filter(Q(opened_at__gt=moment) | Q(opened_at=moment, id__gt=last))
    rows = list(
        found.select_related("partner", "receipt", "file", "closed_by").order_by("opened_at", "id")[: limit + 1]
    )
    more = rows[limit - 1] if len(rows) > limit else None
    cursor = f"{more.opened_at.isoformat()}|{more.pk}" if more else ""
    return DifferencePage(tuple(_difference(row) for row in rows[:limit]), total, cursor)


def difference(id: UUID) -> DifferenceView | None:
    """One entry of the work list. One statement."""
    row = Difference.objects.select_related("partner", "receipt", "file", "closed_by").filter(pk=id).first()
    return _difference(row) if row else None


def _difference(row: Difference) -> DifferenceView:
    receipt = row.receipt
    return DifferenceView(
        id=row.pk, kind=row.kind, partner=row.partner.title if row.partner else row.detail.get("who", ""),
        detail=row.detail, opened_at=row.opened_at,
        closed_at=row.closed_at, closed_by=row.closed_by.name if row.closed_by else "", note=row.note,
        barcode=receipt.barcode if receipt else "", paid_on=receipt.paid_on if receipt else None,
        paid_at=receipt.paid_at if receipt else "", shop=receipt.shop if receipt else "",
        amount_yen=receipt.amount_yen if receipt else None, state=receipt.state if receipt else "",
        file=row.file_id, file_number=row.file.number if row.file else None,
    )  # fmt: skip


def open_counts() -> dict[str, int]:
    """Kind of entry → how many wait. One statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, count(*) FROM eng_bankfiles_difference WHERE closed_at IS NULL GROUP BY kind")
        return {str(kind): int(count) for kind, count in cursor.fetchall()}


def remittances(*, since: date) -> tuple[RemittanceView, ...]:
    """What agents send from a day on, beside the sums of their final reports. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.title, coalesce(s.remit_on, c.remit_on), coalesce(s.chain, c.chain), s.amount_yen, "
            "coalesce(c.amount, 0) FROM (SELECT partner_id, remit_on, chain, amount_yen FROM eng_bankfiles_remittance "
            "WHERE remit_on >= %s) s FULL JOIN (SELECT partner_id, remit_on, chain, sum(amount_yen)::bigint AS amount "
            "FROM eng_bankfiles_storereceipt WHERE state = 'final' AND remit_on >= %s GROUP BY 1, 2, 3) c "
            "ON (s.partner_id, s.remit_on, s.chain) = (c.partner_id, c.remit_on, c.chain) "
            "JOIN eng_bankfiles_partner p ON p.id = coalesce(s.partner_id, c.partner_id) ORDER BY 2, 1, 3",
            [since, since],
        )
        return tuple(
            RemittanceView(partner=title, remit_on=day, chain=chain, said=said, counted=counted)
            for title, day, chain, said, counted in cursor.fetchall()
        )


def newest_advance(partner: str) -> date | None:
    """The day up to which an agent's reports are in: print it on each demand. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT max(r.data_on) FROM eng_bankfiles_storereceipt r JOIN eng_bankfiles_partner p "
            "ON p.id = r.partner_id WHERE p.code = %s",
            [partner],
        )
        found: date | None = cursor.fetchone()[0]
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestView:
    """A request of account transfers. `cuts`: (customer number, kept, cut off); `results`: (code, count, yen)."""

    id: UUID
    number: int
    partner: str
    day: date
    count: int
    amount_yen: int
    cuts: tuple[tuple[str, str, str], ...]
    made_by: str
    made_at: datetime
    answer: UUID | None
    run: str = ""
    results: tuple[tuple[str, int, int], ...] = ()


def requests(limit: int = PAGE) -> tuple[RequestView, ...]:
    """The last requests, newest first. One statement."""
    rows = TransferRequest.objects.select_related("partner", "made_by").order_by("-number")[:limit]
    return tuple(_request(row) for row in rows)


def request(id: UUID) -> RequestView | None:
    """One request with its results by code. Two statements."""
    row = TransferRequest.objects.select_related("partner", "made_by").filter(pk=id).first()
    if row is None:
        return None
    found = TransferLine.objects.filter(request=row).exclude(result="").values_list("result")
    results = found.annotate(Count("id"), Sum("amount_yen")).order_by("result")
    return _request(row, tuple((code, count, yen) for code, count, yen in results))


def request_file(id: UUID) -> FileInfo | None:
    """The file that goes to the bank. Two statements."""
    row = TransferRequest.objects.filter(pk=id).values_list("stored_id", flat=True).first()
    return files.get_file(row) if row else None


def _request(row: TransferRequest, results: tuple[tuple[str, int, int], ...] = ()) -> RequestView:
    return RequestView(
        id=row.pk, number=row.number, partner=row.partner.title, day=row.day, count=row.count,
        amount_yen=row.amount_yen, cuts=tuple((number, kept, dropped) for number, kept, dropped in row.cuts),
        made_by=row.made_by.name if row.made_by else "", made_at=row.made_at, answer=row.answer_id, run=row.run,
        results=results,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferView:
    """One account that a bank was asked to debit: for whom (`customer_no`, 20 digits), result "" while none came."""

    request: UUID
    run: str
    day: date
    customer_no: str
    amount_yen: int
    result: str


def transfers(*, customers: Collection[str] = (), file: UUID | None = None) -> tuple[TransferView, ...]:
    """Lines of requests: of these customer numbers, or those that a bank's result file answered. One statement."""
    found = TransferLine.objects.select_related("request")
    found = found.filter(request__answer=file) if file else found.filter(customer_no__in=set(customers))
    return tuple(
        TransferView(
            request=row.request_id, run=row.request.run, day=row.request.day, customer_no=row.customer_no,
            amount_yen=row.amount_yen, result=row.result,
        )
        for row in found.order_by("request__number", "customer_no")
    )  # fmt: skip


def settled_lines(*, file_id: UUID) -> tuple[rules.SettledLine, ...]:
    """The lines of an acquirer's settlement. Three statements."""
    row = TakenFile.objects.select_related("partner").get(pk=file_id, purpose="settlement")
    with files.open_file(row.stored_id) as content:
        return rules.read_settlement(content.read(), rules.acquirer_terms(row.partner.terms)).lines


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseView:
    """What a firm said it sends; `credited_on`: the day of the last credit that brought it, None while it waits."""

    id: UUID
    key: str
    sender: str
    sender_title: str
    day: date
    yen: int
    credited_on: date | None
    match: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditView:
    """A credit of a bank's list from a firm we know."""

    id: UUID
    sender: str
    sender_title: str
    booked_on: date
    yen: int
    payer: str
    file: UUID
    match: UUID | None


def promises(
    *, since: date | None = None, keys: Collection[str] | None = None, is_open: bool = False
) -> tuple[PromiseView, ...]:
    """Promises by day: all from a day on, those of these keys, or those that wait. One statement."""
    found = Promise.objects.select_related("sender", "match")
    if since is not None:
        found = found.filter(Q(day__gte=since) | Q(match=None))
    if keys is not None:
        found = found.filter(key__in=list(keys))
    if is_open:
        found = found.filter(match=None)
    return tuple(
        PromiseView(
            id=row.pk, key=row.key, sender=row.sender_id, sender_title=row.sender.title, day=row.day, yen=row.yen,
            credited_on=row.match.booked_on if row.match else None, match=row.match_id,
        )
        for row in found.order_by("-day", "sender__title", "key")
    )  # fmt: skip


def credits(*, since: date | None = None, is_open: bool = False) -> tuple[CreditView, ...]:
    """Credits of firms we know, newest first: from a day on with those that wait, or only these. One statement."""
    found = Credit.objects.select_related("sender")
    if since is not None:
        found = found.filter(Q(booked_on__gte=since) | Q(match=None))
    if is_open:
        found = found.filter(match=None)
    return tuple(
        CreditView(
            id=row.pk, sender=row.sender_id, sender_title=row.sender.title, booked_on=row.booked_on, yen=row.yen,
            payer=row.payer, file=row.file_id, match=row.match_id,
        )
        for row in found.order_by("-booked_on", "sender__title", "yen", "pk")
    )  # fmt: skip


def senders() -> dict[str, str]:
    """Code → title of the firms that send money. One statement."""
    return dict(Sender.objects.order_by("title").values_list("code", "title"))
