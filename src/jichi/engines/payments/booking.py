"""The steps of which acts are made: entries, settling, money that goes back, who is told. Inside a system unit.

Every step starts from a charge whose row is locked, so that of two at once the second sees what the first did.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Sum

from jichi.engines.audit.announce import announce
from jichi.engines.audit.context import system_actor
from jichi.engines.inbox import actions as inbox
from jichi.engines.ledger import actions as ledger
from jichi.engines.ledger.rules import Entry, Posting
from jichi.engines.messages import actions as messages
from jichi.kernel import clock
from jichi.kernel.calendar import fiscal_year
from jichi.kernel.errors import NotFound
from jichi.kernel.localized import LocalizedText

from . import permissions, rules, texts
from .events import CarriedEnded, ChargePartRefunded, ChargeRefunded, ChargeReopened, ChargeSettled, MoneyCarried
from .models import Charge, Payment, Receipt, Refund
from .rules import ChargeState, PostingKind, Purse

SYSTEM: Final = system_actor("payments")


def lock_charge(charge_id: UUID) -> Charge:
    """The charge, locked until the transaction ends. Raises NotFound."""
    found = Charge.objects.select_for_update().filter(pk=charge_id).first()
    if found is None:
        raise NotFound
    return found


def post(
    charge: Charge, name: str, kind: PostingKind, amount_yen: int, *, day: date, purse: Purse = "agents"
) -> None:  # fmt: skip
    """One fact into the ledger, in the fiscal year of the charge; the same name is never written twice.

    What is only carried, the room above books.
    """
    entries = rules.posting(kind, amount_yen, purse=purse)
    if charge.is_carried or not entries:
        return
    item = rules.ledger_item(charge.pk)
    ledger.post(actor=SYSTEM, postings=[Posting(
        key=name, kind=kind, division_id=charge.division_id,
        fiscal_year=fiscal_year(charge.opened_at.astimezone(clock.TOKYO).date()), belongs_on=day,
        entries=tuple(Entry(account, amount, item) for account, amount in entries.items()),
    )])  # fmt: skip


def next_receipt(payment: Payment) -> Receipt:
    """The receipt of a payment with the next number of the fiscal year; never a gap."""
    now = clock.now()
    year = fiscal_year(now.astimezone(clock.TOKYO).date())
    with connection.cursor() as cursor:
        cursor.execute("SELECT payments_next_receipt(%s)", (year,))
        serial = int(cursor.fetchone()[0])
    return Receipt.objects.create(
        payment=payment, fiscal_year=year, serial=serial, number=rules.receipt_number(year, serial), issued_at=now
    )


def settle(charge: Charge, payment: Payment, *, at: datetime) -> None:
    """The charge is paid: books, receipt, notice, mail, and the fact is announced; nobody needs to be reminded."""
    charge.state, charge.paid_yen, charge.paid_at = ChargeState.PAID.value, payment.amount_yen, at
    charge.save(update_fields=["state", "paid_yen", "paid_at"])
    purse = rules.purse_of(payment.method)
    post(charge, f"payment:{payment.pk}", "paid", payment.amount_yen, day=payment.accepted_on, purse=purse)
    next_receipt(payment)
    close_asking(charge)
    tell_payer(charge, "paid", key=f"payment:{payment.pk}")
    announce(ChargeSettled(subject=charge.subject, charge_id=charge.pk, amount_yen=payment.amount_yen))
    hand_up(charge, payment)


def hand_up(charge: Charge, payment: Payment) -> None:
    """Money that is only carried is booked by the room above, in this transaction."""
    if charge.is_carried:
        announce(MoneyCarried(
            subject=charge.subject, charge_id=charge.pk, payment_id=payment.pk, amount_yen=payment.amount_yen,
            paid_on=payment.accepted_on,
        ))  # fmt: skip


def end_carried(charge: Charge) -> bool:
    """A locked charge that only carries money ends with its try; False where there is nothing to end.

    Money that comes for it all the same still counts (`rules.judge_money`).
    """
    if not charge.is_carried or charge.state != ChargeState.DUE:
        return False
    if charge.checkouts.filter(state__in=("open", "paid")).exists():
        return False
    charge.state, charge.cancelled_at = ChargeState.CANCELLED.value, clock.now()
    charge.save(update_fields=["state", "cancelled_at"])
    announce(CarriedEnded(subject=charge.subject, charge_id=charge.pk))
    return True


def unsettle(charge: Charge, payment: Payment) -> None:
    """The payment counts no more: owed again, with the entries the other way round; the fact is announced."""
    charge.state, charge.paid_yen, charge.paid_at = ChargeState.DUE.value, 0, None
    charge.save(update_fields=["state", "paid_yen", "paid_at"])
    purse = rules.purse_of(payment.method)
    post(charge, f"payment:{payment.pk}:voided", "voided", payment.amount_yen, day=clock.today(), purse=purse)
    tell_payer(charge, "voided", key=f"payment:{payment.pk}:voided", todo=True)
    announce(ChargeReopened(subject=charge.subject, charge_id=charge.pk, amount_yen=payment.amount_yen))


def left_of(payment: Payment) -> int:
    """How much of a payment has not begun to go back."""
    gone = payment.refunds.aggregate(yen=Sum("amount_yen"))["yen"] or 0
    return payment.amount_yen - int(gone)


def begin_refund(charge: Charge, payment: Payment, *, reason: str, by: UUID | None, cause: str = "") -> Refund:
    """All that is left of a payment goes back, and the charge with it."""
    there = payment.refunds.filter(is_part=False).first()
    if there is not None:
        return there
    refund = _refund(charge, payment, left_of(payment), reason=reason, by=by, cause=cause)
    if payment.kind != "surplus":
        charge.state, charge.reason = ChargeState.REFUNDING.value, reason
        charge.save(update_fields=["state", "reason", "paid_yen", "paid_at"])
    tell_payer(charge, "surplus" if payment.kind == "surplus" else "refunding", key=f"refund:{refund.pk}")
    return refund


def begin_part(
    charge: Charge, payment: Payment, amount_yen: int, *, reason: str, by: UUID | None, cause: str
) -> Refund:
    """A part of a payment goes back; the charge stays paid."""
    refund = _refund(charge, payment, amount_yen, reason=reason, by=by, cause=cause, is_part=True)
    tell_payer(charge, "part", key=f"refund:{refund.pk}")
    return refund


def _refund(
    charge: Charge, payment: Payment, amount_yen: int, *, reason: str, by: UUID | None, cause: str,
    is_part: bool = False,
) -> Refund:  # fmt: skip
    """Into the outbox, or to an official where it came over the counter; and into the books."""
    now = clock.now()
    by_firm = rules.goes_back_by_firm(payment.method)
    refund = Refund.objects.create(
        payment=payment, is_part=is_part, cause=cause, amount_yen=amount_yen, by_firm=by_firm, reason=reason,
        requested_at=now, requested_by=by, next_attempt_at=now if by_firm else None, changed_at=now,
    )  # fmt: skip
    if payment.kind == "settles":
        day = now.astimezone(clock.TOKYO).date()
        post(charge, f"refund:{refund.pk}", "refund", amount_yen, day=day)
    if not by_firm:
        tell_office(
            charge, texts.OFFICE["refund_by_hand"], key=f"refund:{refund.pk}:by_hand",
            subject_key=f"eng_payments:refund:{refund.pk}",
        )  # fmt: skip
    return refund


def finish_refund(charge: Charge, refund: Refund, *, ref: str = "", slip: str = "") -> bool:
    """The money has gone. False: it was known already."""
    if refund.state == "done":
        return False
    payment, now = refund.payment, clock.now()
    refund.state, refund.done_at, refund.changed_at = "done", now, now
    refund.claim = refund.lease_until = refund.next_attempt_at = None
    refund.provider_ref, refund.slip, refund.last_error = ref or refund.provider_ref, slip, ""
    refund.save()
    day, purse = now.astimezone(clock.TOKYO).date(), rules.purse_of(payment.method)
    post(charge, f"refund:{refund.pk}:paid", "refund_paid", refund.amount_yen, day=day, purse=purse)
    inbox.close_items(actor=SYSTEM, subject_key=f"eng_payments:refund:{refund.pk}")
    tell_payer(charge, "refunded", key=f"refund:{refund.pk}:done")
    if payment.kind == "surplus":
        return True
    if refund.is_part:
        announce(ChargePartRefunded(subject=charge.subject, charge_id=charge.pk, amount_yen=refund.amount_yen))
    _finish_charge(charge, payment)
    return True


def _finish_charge(charge: Charge, payment: Payment) -> None:
    """Given back is a charge whose last yen has gone."""
    if charge.state != ChargeState.REFUNDING or payment.refunds.exclude(state="done").exists():
        return
    charge.state = ChargeState.REFUNDED.value
    charge.save(update_fields=["state"])
    whole = payment.refunds.get(is_part=False)
    announce(ChargeRefunded(subject=charge.subject, charge_id=charge.pk, amount_yen=whole.amount_yen))


def refund_trouble(charge: Charge, refund: Refund) -> None:
    """An official must see to a refund that failed."""
    inbox.put_item(
        actor=SYSTEM, division_id=charge.division_id, kind="check", title=texts.OFFICE["refund_failed"],
        url_path=staff_path(charge), subject_key=f"eng_payments:refund:{refund.pk}", about=charge.about,
        permission=permissions.VIEW, dedupe_key=f"eng_payments:refund:{refund.pk}:failed:{refund.attempts}",
    )  # fmt: skip


def late_key(charge: Charge) -> str:
    """What the division's work about an overdue charge is about."""
    return f"{rules.subject_key(charge.pk)}:late"


def close_asking(charge: Charge) -> None:
    """Nothing is to be paid any more: neither the payer nor the division waits for it."""
    inbox.close_items(actor=SYSTEM, subject_key=rules.subject_key(charge.pk), kinds=("todo",))
    inbox.close_items(actor=SYSTEM, subject_key=late_key(charge))


# -- who is told --------------------------------------------------------------------------------------


def resident_path(charge: Charge) -> str:
    """Where the payer sees it, without language prefix."""
    return f"/pay/{charge.pk}/"


def staff_path(charge: Charge) -> str:
    """Where officials see it."""
    return f"/staff/payments/{charge.pk}/"


def tell_payer(charge: Charge, what: str, *, key: str, todo: bool = False) -> None:
    """An entry in the inbox (something to do, or a notice) and a mail that there is one; nobody without a login."""
    if charge.account_id is None:
        return
    inbox.put_item(
        actor=SYSTEM, account_id=charge.account_id, kind="todo" if todo else "notice", title=texts.NOTICES[what],
        url_path=resident_path(charge), subject_key=rules.subject_key(charge.pk), about=charge.about,
        due_on=charge.due_on if todo else None, dedupe_key=f"eng_payments:{key}",
    )  # fmt: skip
    params: dict[str, object] = {"url_path": resident_path(charge)}
    if what in texts.DATED and charge.due_on is not None:
        params["due_on"] = charge.due_on
    messages.send_message(
        actor=SYSTEM, template=f"payment.{what}", account_id=charge.account_id, about=charge.about,
        params=params, dedupe_key=f"eng_payments:{key}",
        division_id=charge.division_id, alert_url_path=staff_path(charge),
    )  # fmt: skip


def tell_office(charge: Charge, title: LocalizedText, *, key: str, subject_key: str = "") -> None:
    """Work for the division."""
    inbox.put_item(
        actor=SYSTEM, division_id=charge.division_id, kind="check", title=title, url_path=staff_path(charge),
        subject_key=subject_key or rules.subject_key(charge.pk), about=charge.about, permission=permissions.VIEW,
        dedupe_key=f"eng_payments:{key}",
    )  # fmt: skip
