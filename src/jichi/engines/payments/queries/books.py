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

_SUMS: Final = """
SELECT account, sum(amount_yen)::bigint FROM eng_ledger_entry WHERE item LIKE 'pay:%' GROUP BY account
UNION ALL
SELECT 'settled', sum(s.gross_yen)::bigint FROM eng_payments_settledline s
    JOIN eng_payments_payment p ON p.id = s.payment_id JOIN eng_payments_charge c ON c.id = p.charge_id
WHERE s.outcome IN ('matched', 'amount') AND NOT c.is_carried HAVING sum(s.gross_yen) <> 0
"""
"""By account; "settled": what the firm has settled since, which stands in the books under the firm."""
_COMPARED: Final = (
    "what people owe is not what the books say",
    "what we owe back is not what the books say",
    "money taken less money returned is not what the books say",
)
_COMPARE: Final = """
WITH books AS (
    SELECT item, sum(amount_yen) FILTER (WHERE account = 'claims') AS claims,
        sum(amount_yen) FILTER (WHERE account = 'refunds_due') AS owed_back,
        sum(amount_yen) FILTER (WHERE account IN ('cash', 'agents')) AS taken
    FROM eng_ledger_entry WHERE item LIKE 'pay:%' GROUP BY item
), paid AS (
    SELECT charge_id, sum(amount_yen) AS yen FROM eng_payments_payment WHERE voided_at IS NULL GROUP BY 1
), back AS (
    SELECT p.charge_id, sum(r.amount_yen) FILTER (WHERE r.state <> 'done') AS waits,
        sum(r.amount_yen) FILTER (WHERE r.state = 'done') AS gone
    FROM eng_payments_refund r JOIN eng_payments_payment p ON p.id = r.payment_id GROUP BY 1
), settled AS (
    SELECT p.charge_id, sum(s.gross_yen) AS yen FROM eng_payments_settledline s
    JOIN eng_payments_payment p ON p.id = s.payment_id WHERE s.outcome IN ('matched', 'amount') GROUP BY 1
), ours AS (
    SELECT 'pay:' || c.id AS item, CASE WHEN c.state = 'due' THEN c.total_yen ELSE 0 END AS claims,
        -coalesce(back.waits, 0) AS owed_back,
        coalesce(paid.yen, 0) - coalesce(back.gone, 0) - coalesce(settled.yen, 0) AS taken
    FROM eng_payments_charge c LEFT JOIN paid ON paid.charge_id = c.id LEFT JOIN back ON back.charge_id = c.id
        LEFT JOIN settled ON settled.charge_id = c.id
    WHERE NOT c.is_carried
)
SELECT count(*) FILTER (WHERE coalesce(o.claims, 0) <> coalesce(b.claims, 0)),
    count(*) FILTER (WHERE coalesce(o.owed_back, 0) <> coalesce(b.owed_back, 0)),
    count(*) FILTER (WHERE coalesce(o.taken, 0) <> coalesce(b.taken, 0))
FROM ours o FULL JOIN books b USING (item)
"""
"""Charge by charge, in one pass over both: (what differs of each of `_COMPARED`)."""
_CHECKS: Final[tuple[tuple[str, str], ...]] = (
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
    """What the ledger says of all charges, seven statements over all rows: for doctor and tests."""
    with unit(SYSTEM), connection.cursor() as cursor:
        cursor.execute(_SUMS)
        balances = {account: int(amount) for account, amount in cursor.fetchall()}
        cursor.execute(_COMPARE)
        wrong = [f"{what} ({off})" for what, off in zip(_COMPARED, cursor.fetchone(), strict=True) if off]
        for what, statement in _CHECKS:
            cursor.execute(statement)
            if off := int(cursor.fetchone()[0]):
                wrong.append(f"{what} ({off})")
    return Books(balances, tuple(wrong))


def books_balance() -> bool:
    """Does the ledger agree with charges, payments and refunds?"""
    return books().balance


def findings() -> list[Finding]:
    """For `jichi doctor`: is there a payment firm, does it answer, do the books balance, does anything wait?"""
    found = [_firm_finding()]
    state = books()
    if state.balance:
        found.append(Finding("payment books", "ok", "charges, payments and refunds equal the ledger"))
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
