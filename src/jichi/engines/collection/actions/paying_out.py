"""総合振込 of refunds: an account for each, a file for the bank, its result in the books."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Final
from uuid import UUID

from django.db.models import Max

from jichi.engines.audit import actions as audit
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.engines.bankfiles.rules import Payer
from jichi.engines.bankfiles.transfers import check_account, payout_file
from jichi.engines.files import actions as files
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, NotFound

from ..models import Payout, PayoutLine, Refund, RefundAccount
from ..permissions import REFUND, require
from .refunding import record_refund_paid

SYSTEM: Final = system_actor("collection.payouts")
PURPOSE: Final = "collection.payout"


def set_refund_account(
    *, actor: Actor, refund_id: UUID, bank: str, branch: str, type: str, account: str, holder: str
) -> None:  # fmt: skip
    """Keep where a refund is paid to; a later word takes the place of the one before.

    Raises:
        Forbidden: without "eng_collection.refund". NotFound.
        RequestRefused: an account that no bank takes. Conflict: "collection.refund_on_its_way": paid, or with the bank.
    """
    require(actor, REFUND)
    check_account(Payer(
        customer_no="1", bank=bank, branch=branch, type=type, account=account, holder=holder, amount=1
    ))  # fmt: skip
    with unit(actor):
        row = Refund.objects.select_for_update().filter(pk=refund_id).first()
        if row is None:
            raise NotFound
        gone = PayoutLine.objects.filter(refund=row).exclude(result="returned").exists()
        if gone or hasattr(row, "paid"):
            raise Conflict("collection.refund_on_its_way")
        RefundAccount.objects.update_or_create(refund=row, defaults={
            "bank": bank, "branch": branch, "type": type, "account": account, "holder": holder,
            "recorded_at": clock.now(),
        })  # fmt: skip


def make_payout(*, actor: Actor, partner: str, day: date) -> UUID:
    """One file of every refund that waits and has an account, of the division whose refund waits longest; its id.

    Args:
        partner: the bank by which we pay. day: one on which banks are open, not in the past.

    Raises:
        Forbidden: without "eng_collection.refund". Conflict: "collection.no_refund_waits".
        NotFound, Invalid, RequestRefused: see `bankfiles.transfers.payout_file`. Nothing is changed then.
    """
    require(actor, REFUND)
    with unit(actor):
        waiting = list(
            Refund.objects.select_for_update(of=("self",)).select_related("receipt", "account")
            .filter(account__isnull=False, paid__isnull=True)
            .exclude(pk__in=PayoutLine.objects.exclude(result="returned").values("refund_id"))
            .order_by("decided_on", "recorded_at", "pk")
        )  # fmt: skip
        if not waiting:
            raise Conflict("collection.no_refund_waits")
        division = waiting[0].receipt.division_id
        chosen = [one for one in waiting if one.receipt.division_id == division]
        with unit(SYSTEM):
            number = (Payout.objects.aggregate(last=Max("number"))["last"] or 0) + 1
        payees = [_payee(one, f"{number}{place:05}") for place, one in enumerate(chosen, start=1)]
        data, judged = payout_file(partner=partner, day=day, payees=payees)
        stored = files.store_bytes(
            actor=actor, data=data, filename=f"sogo-furikomi_{day:%Y%m%d}_{number}.txt",
            media_type="application/octet-stream", purpose=PURPOSE,
        )  # fmt: skip
        row = Payout.objects.create(
            number=number, division_id=division, partner=partner, day=day, cuts=[list(one) for one in judged.cuts],
            file_id=stored.pk, made_at=clock.now(),
        )  # fmt: skip
        PayoutLine.objects.bulk_create(
            PayoutLine(
                payout=row, refund=one, customer_no=payee.customer_no, amount_yen=payee.amount,
                words=f"{payee.bank}-{payee.branch} {payee.type}-{payee.account} {payee.holder}",
            )
            for one, payee in zip(chosen, payees, strict=True)
        )  # fmt: skip
    return row.pk


def _payee(row: Refund, customer_no: str) -> Payer:
    to: RefundAccount = row.account
    return Payer(
        customer_no=customer_no, bank=to.bank, branch=to.branch, type=to.type, account=to.account, holder=to.holder,
        amount=row.amount_yen + row.interest_yen,
    )  # fmt: skip


def settle_payout(*, actor: Actor, payout_id: UUID, returned: Collection[int] = ()) -> bool:
    """The bank has paid, but for the lines that came back: the others are in the books; False where it was recorded.

    What came back waits again, for another account.

    Args:
        returned: ids of lines that came back (組戻し).

    Raises:
        Forbidden: without "eng_collection.refund". NotFound: no such transfer, or a line of another one.
        Conflict: "collection.payout_early": its day has not come.
    """
    require(actor, REFUND)
    with unit(actor):
        row = Payout.objects.select_for_update().filter(pk=payout_id).first()
        if row is None:
            raise NotFound
        if row.settled_at is not None:
            return False
        if row.day > clock.today():
            raise Conflict("collection.payout_early")
        lines = {line.pk: line for line in row.lines.all()}
        if not set(returned) <= set(lines):
            raise NotFound
        for pk, line in sorted(lines.items()):
            line.result = "returned" if pk in set(returned) else "paid"
            line.save(update_fields=["result"])
            if line.result == "paid":
                record_refund_paid(
                    actor=actor, refund_id=line.refund_id, paid_on=row.day, slip=f"総合振込{row.number}番"
                )
        row.settled_at = clock.now()
        row.save(update_fields=["settled_at"])
        audit.record(
            actor=actor, action="settle_payout", table="eng_collection_payout", object_id=str(row.pk),
            detail={"returned": len(set(returned)), "count": len(lines)},
        )  # fmt: skip
    return True
