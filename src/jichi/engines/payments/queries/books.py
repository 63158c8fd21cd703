"""Are the books right? For `jichi doctor`, tests and officials: figures and what does not fit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db import connection

from jichi.engines.audit.context import unit
from jichi.kernel import clock
from jichi.kernel.errors import Finding

from ..backends import PEER, FirmAwayError, FirmRefusedError, firm, peer
from ..booking import SYSTEM
from ..models import Checkout, PaymentEvent, Refund

_SUMS: Final = "SELECT account, sum(amount_yen)::bigint FROM eng_payments_ledgerentry GROUP BY account"
_CHECKS: Final[tuple[tuple[str, str], ...]] = (
    (
        "a posting does not sum to 0",
        "SELECT count(*) FROM (SELECT 1 FROM eng_payments_ledgerentry GROUP BY posting HAVING sum(amount_yen) <> 0) x",
    ),
    (
        "what people owe is not the sum of the unpaid charges",
        ("SELECT coalesce((SELECT sum(amount_yen) FROM eng_payments_ledgerentry WHERE account = 'claims'), 0) "
     "- coalesce((SELECT sum(total_yen) FROM eng_payments_charge WHERE state = 'due' AND NOT is_carried), 0)"),
    ),
    (
        "what we owe back is not the sum of the open refunds",
        ("SELECT coalesce((SELECT sum(amount_yen) FROM eng_payments_ledgerentry WHERE account = 'owed_back'), 0) "
     "+ coalesce((SELECT sum(amount_yen) FROM eng_payments_refund WHERE state <> 'done'), 0)"),
    ),
    (
        "money taken is not money received less money returned",
        ("SELECT coalesce((SELECT sum(amount_yen) FROM eng_payments_ledgerentry WHERE account IN ('cash', 'firm')), 0) "
     "- coalesce((SELECT sum(p.amount_yen) FROM eng_payments_payment p JOIN eng_payments_charge c "
     "ON c.id = p.charge_id AND NOT c.is_carried WHERE p.voided_at IS NULL), 0) "
     "+ coalesce((SELECT sum(amount_yen) FROM eng_payments_refund WHERE state = 'done'), 0)"),
    ),
    (
        "a charge is paid without its one payment, or the other way round",
        ("SELECT count(*) FROM eng_payments_charge c WHERE (c.state IN ('paid', 'refunding', 'refunded')) <> "
     "EXISTS (SELECT FROM eng_payments_payment p WHERE p.charge_id = c.id AND p.kind <> 'surplus' "
     "AND p.voided_at IS NULL)"),
    ),
    (
        "more went back of a payment than came",
        ("SELECT count(*) FROM eng_payments_payment p WHERE p.amount_yen < "
     "(SELECT sum(r.amount_yen) FROM eng_payments_refund r WHERE r.payment_id = p.id)"),
    ),
    (
        "a paid charge has no receipt",
        ("SELECT count(*) FROM eng_payments_payment p WHERE p.kind = 'settles' "
     "AND NOT EXISTS (SELECT FROM eng_payments_receipt r WHERE r.payment_id = p.id)"),
    ),
    (
        "a receipt number is missing",
        ("SELECT coalesce(sum(s.last - (SELECT count(*) FROM eng_payments_receipt r "
     "WHERE r.fiscal_year = s.fiscal_year)), 0) FROM eng_payments_receiptseries s"),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Books:
    """Balance of each account in yen (debit positive), and what is wrong with the books, () where nothing is."""

    balances: dict[str, int]
    wrong: tuple[str, ...]

    @property
    def balance(self) -> bool:
        """Do they?"""
        return not self.wrong and sum(self.balances.values()) == 0


def books() -> Books:
    """The whole books, as the platform sees them; nine statements over all rows: for doctor and tests."""
    with unit(SYSTEM), connection.cursor() as cursor:
        cursor.execute(_SUMS)
        balances = {account: int(amount) for account, amount in cursor.fetchall()}
        wrong = []
        for what, statement in _CHECKS:
            cursor.execute(statement)
            if off := int(cursor.fetchone()[0]):
                wrong.append(f"{what} ({off})")
    return Books(balances, tuple(wrong))


def books_balance() -> bool:
    """Is every posting even and does every account agree with the tables beside it?"""
    return books().balance


def findings() -> list[Finding]:
    """For `jichi doctor`: is there a payment firm, does it answer, do the books balance, does anything wait?"""
    found = [_firm_finding()]
    state = books()
    if state.balance:
        found.append(Finding("payment books", "ok", "every posting is even"))
    else:
        found.append(
            Finding("payment books", "wrong", "; ".join(state.wrong), "see docs/payments.md, When books differ")
        )
    with unit(SYSTEM):
        failed = Refund.objects.filter(state="failed").count()
        open_events = PaymentEvent.objects.filter(is_trouble=True, handled_at=None).count()
        late = Refund.objects.filter(
            state__in=("requested", "uncertain", "sent"), next_attempt_at__lt=clock.now() - timedelta(minutes=10)
        ).count()
        silent = Checkout.objects.filter(state="open", expires_at__lt=clock.now() - timedelta(hours=1)).count()
    if late:
        found.append(Finding("refunds", "wrong", f"{late} wait", "keep a worker running: jichi worker"))
    if failed or open_events:
        detail = f"{failed} refunds failed, {open_events} notices to look at"
        found.append(Finding("payments to look at", "wrong", detail, "see 納付の点検 on the staff side"))
    if silent:
        found.append(Finding("payments without result", "wrong", f"{silent} tries", "is the payment firm reachable?"))
    return found


def _firm_finding() -> Finding:
    at = firm()
    if not at.is_there:
        mend = f'put {{"{PEER}": {{"kind": "hosted", "url": …, "secret": …}}}} into secrets/peers.json'
        return Finding("payment firm", "missing", "nobody can pay online; the counter can", mend)
    where = str(peer().get("url"))
    try:
        at.session("doctor")
    except FirmAwayError as error:
        return Finding("payment firm", "wrong", f"{where}: {error}", "payments wait; check secrets/peers.json")
    except FirmRefusedError as error:
        if "404" not in str(error):
            return Finding("payment firm", "wrong", f"{where}: {error}", "does the secret fit? see secrets/peers.json")
    return Finding("payment firm", "ok", where)
