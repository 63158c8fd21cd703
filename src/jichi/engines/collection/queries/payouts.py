"""総合振込 of refunds as pages need them. What an actor sees, row security decides."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from jichi.engines.files.queries import FileInfo, get_file
from jichi.kernel.errors import NotFound

from ..models import Payout, PayoutLine, RefundAccount


@dataclass(frozen=True, slots=True)
class PayoutLineView:
    """A refund in a transfer; `result`: "", "paid", "returned"."""

    id: int
    refund_id: UUID
    customer_no: str
    words: str
    amount_yen: int
    result: str


@dataclass(frozen=True, slots=True)
class PayoutView:
    """A transfer with its lines."""

    id: UUID
    number: int
    partner: str
    day: date
    made_at: datetime
    settled_at: datetime | None
    cuts: Sequence[Sequence[str]]
    lines: tuple[PayoutLineView, ...]

    @property
    def amount_yen(self) -> int:
        """The sum of its lines."""
        return sum(one.amount_yen for one in self.lines)


def _view(row: Payout) -> PayoutView:
    lines = tuple(
        PayoutLineView(one.pk, one.refund_id, one.customer_no, one.words, one.amount_yen, one.result)
        for one in sorted(row.lines.all(), key=lambda line: line.pk)
    )
    return PayoutView(row.pk, row.number, row.partner, row.day, row.made_at, row.settled_at, row.cuts, lines)


def payouts(*, limit: int = 200) -> list[PayoutView]:
    """Transfers, newest first. Two statements."""
    return [_view(row) for row in Payout.objects.prefetch_related("lines").order_by("-number")[:limit]]


def payout(*, payout_id: UUID) -> PayoutView | None:
    """One transfer. Two statements."""
    row = Payout.objects.prefetch_related("lines").filter(pk=payout_id).first()
    return _view(row) if row else None


def payout_file_of(*, payout_id: UUID) -> FileInfo:
    """The file for the bank. Raises NotFound."""
    row = Payout.objects.filter(pk=payout_id).first()
    if row is None:
        raise NotFound
    return get_file(row.file_id)


def refund_accounts(*, refunds: Collection[UUID]) -> dict[UUID, tuple[str, str, str, str, str]]:
    """Refund → bank, branch, type, account, holder where one is kept. One statement."""
    rows = RefundAccount.objects.filter(refund_id__in=refunds)
    return {one.refund_id: (one.bank, one.branch, one.type, one.account, one.holder) for one in rows}


def refunds_sent(*, refunds: Collection[UUID]) -> set[UUID]:
    """Which of them are with the bank or paid by it. One statement."""
    return set(
        PayoutLine.objects.filter(refund_id__in=refunds).exclude(result="returned").values_list("refund_id", flat=True)
    )
