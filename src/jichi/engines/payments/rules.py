"""What is owed, what a word of the payment firm means, which entries go into the books, when to try again. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, Literal, TypeAlias
from uuid import UUID

from jichi.kernel.localized import LocalizedText

MOST_YEN: Final = 999_999_999
MOST_LINES: Final = 100


@dataclass(frozen=True, slots=True)
class ChargeLine:
    """One line of a charge: `count` times `unit_yen`. A reduction (減免) is a line of its own with a negative unit."""

    code: str
    title: LocalizedText
    unit_yen: int
    count: int

    @property
    def amount_yen(self) -> int:
        """What the line comes to."""
        return self.unit_yen * self.count


class ChargeState(StrEnum):
    """How a charge stands. `zero`: nothing is owed, settled from the beginning."""

    DUE = "due"
    PAID = "paid"
    CANCELLED = "cancelled"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    ZERO = "zero"


TRANSITIONS: Final[dict[ChargeState, frozenset[ChargeState]]] = {
    ChargeState.DUE: frozenset({ChargeState.PAID, ChargeState.CANCELLED}),
    ChargeState.ZERO: frozenset({ChargeState.CANCELLED}),
    ChargeState.PAID: frozenset({ChargeState.REFUNDING, ChargeState.DUE}),
    ChargeState.CANCELLED: frozenset({ChargeState.REFUNDING}),
    ChargeState.REFUNDING: frozenset({ChargeState.REFUNDED}),
    ChargeState.REFUNDED: frozenset(),
}
"""From → to; the database holds the same table (`sql/guards.sql`). From paid to due only by 当日取消. Money that was
only carried for a room above counts though its try was over: from cancelled to paid."""


def total_of(lines: Sequence[ChargeLine]) -> int:
    """The sum of the lines in yen.

    Raises:
        ValueError: no line, too many, a count below 1, a line without Japanese title, a sum below 0 or too large.
    """
    if not lines or len(lines) > MOST_LINES:
        raise ValueError(f"a charge has 1 to {MOST_LINES} lines")
    for line in lines:
        if type(line.unit_yen) is not int or type(line.count) is not int or line.count < 1:
            raise ValueError(f"line {line.code}: yen and counts are whole numbers, counts at least 1")
        if not line.title.get("ja"):
            raise ValueError(f"line {line.code} has no Japanese title")
    total = sum(line.amount_yen for line in lines)
    if not 0 <= total <= MOST_YEN:
        raise ValueError(f"a charge of {total} yen is none")
    return total


# -- what the payment firm says -----------------------------------------------------------------------

EventKind: TypeAlias = Literal[
    "session.paid", "session.failed", "session.cancelled", "session.expired", "refund.done", "refund.failed"
]
EVENT_KINDS: Final[tuple[EventKind, ...]] = (
    "session.paid", "session.failed", "session.cancelled", "session.expired", "refund.done", "refund.failed",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing the payment firm told us, by callback or when asked.

    `event_id` is the firm's own ("poll:…" for answers to our questions). `reference` is the charge's id as we gave it.
    `payment_ref`, `method`, `accepted_at` are there for money that came; `refund_key` for refunds is our refund's id.
    """

    event_id: str
    kind: EventKind
    session_ref: str
    reference: UUID | None
    amount_yen: int
    payment_ref: str = ""
    method: str = ""
    accepted_at: datetime | None = None
    refund_key: UUID | None = None
    refund_ref: str = ""


Outcome: TypeAlias = Literal[
    "settled",
    "late",
    "surplus",
    "again",
    "other_amount",
    "unknown",
    "repeat",
    "ended",
    "refund_done",
    "refund_failed",
    "kept",
]
"""What a notice led to.

settled: the charge is paid. late: paid after it was cancelled. surplus: paid a second time.
again: paid a second time, and whose money it is, the room above says.
other_amount, unknown: kept aside for an official, nothing booked. repeat: known already.
ended: that try to pay is over. kept: noted, changes nothing.
"""
TROUBLE: Final[frozenset[Outcome]] = frozenset({"late", "surplus", "again", "other_amount", "unknown", "refund_failed"})
"""Outcomes that an official is told about."""


def judge_money(
    state: ChargeState, *, total_yen: int, told_yen: int, has_settling: bool, is_known_payment: bool,
    is_carried: bool = False,
) -> Outcome:  # fmt: skip
    """What follows when the firm says that money came.

    Args:
        has_settling: the charge was paid once, whatever became of it since.
        is_known_payment: this very payment is in the books.
        is_carried: the money is a room's above. It counts whenever it comes: what was to be paid with it is still owed.
    """
    if is_known_payment:
        return "repeat"
    if told_yen != total_yen or total_yen == 0:
        return "other_amount"
    if is_carried:
        return "again" if has_settling else "settled"
    if has_settling:
        return "surplus"
    if state is ChargeState.DUE:
        return "settled"
    return "late" if state is ChargeState.CANCELLED else "surplus"


# -- the books ----------------------------------------------------------------------------------------

Account: TypeAlias = Literal["claims", "revenue", "cash", "agents", "refunds_due"]
"""Of the chart of `ledger`: 未収金 (what people owe), 歳入, 歳計現金, 収納受託者への未収 (what the payment firm
has taken and not yet handed over), 還付未済金 (what we owe back). Debit is positive, credit negative."""
Purse: TypeAlias = Literal["cash", "agents"]
PostingKind: TypeAlias = Literal["opened", "cancelled", "paid", "voided", "surplus", "refund", "refund_paid"]


def posting(kind: PostingKind, amount_yen: int, *, purse: Purse = "agents") -> dict[Account, int]:
    """The entries of one fact, account → yen; their sum is 0. No entries for 0 yen.

    Args:
        kind: "opened" and "cancelled" of a charge; "paid"; "voided": paid by mistake, taken back the same day;
            "surplus": money for a charge that owes nothing;
            "refund": a paid charge, or a part of it, is given back; "refund_paid": the money has gone.
        purse: where money came in or went out.
    """
    tables: dict[PostingKind, tuple[Account, Account]] = {
        "opened": ("claims", "revenue"),
        "cancelled": ("revenue", "claims"),
        "paid": (purse, "claims"),
        "voided": ("claims", purse),
        "surplus": (purse, "refunds_due"),
        "refund": ("revenue", "refunds_due"),
        "refund_paid": ("refunds_due", purse),
    }
    if amount_yen < 0:
        raise ValueError("entries are made of amounts; the kind says which way")
    debit, credit = tables[kind]
    return {debit: amount_yen, credit: -amount_yen} if amount_yen else {}


def ledger_item(charge_id: UUID) -> str:
    """How the books name a charge."""
    return f"pay:{charge_id}"


# -- receipts -----------------------------------------------------------------------------------------


def receipt_number(fiscal_year: int, serial: int) -> str:
    """領収番号 such as 2026-000123: fiscal year, then a number without gaps."""
    return f"{fiscal_year}-{serial:06d}"


# -- counter ------------------------------------------------------------------------------------------

CounterMethod: TypeAlias = Literal["cash", "counter_card", "counter_code", "slip"]
COUNTER_METHODS: Final[tuple[CounterMethod, ...]] = ("cash", "counter_card", "counter_code", "slip")
MOST_SLIP: Final = 40


def purse_of(method: str) -> Purse:
    """Where money of this method lies: cash and paid slips with us, all else with the payment firm."""
    return "cash" if method in {"cash", "slip"} else "agents"


def shares(amount_yen: int, left: Sequence[int]) -> tuple[int, ...]:
    """How much of an amount goes back from each payment, taken in the order given, none more than is left of it.

    Raises:
        ValueError: below 1 yen, or more than is left of all together.
    """
    if not 1 <= amount_yen <= sum(left):
        raise ValueError(f"{amount_yen} yen can't go back of {sum(left)}")
    found = []
    for most in left:
        share = min(amount_yen, most)
        found.append(share)
        amount_yen -= share
    return tuple(found)


def goes_back_by_firm(method: str) -> bool:
    """Does the online payment firm give it back? What came over the counter goes back by hand."""
    return method not in COUNTER_METHODS


# -- before and after the day -------------------------------------------------------------------------

REMIND_DAYS: Final = 3
"""Days before the last day to pay at which the payer is reminded, where the settings say nothing else."""
LOOK_BACK: Final = timedelta(days=14)
"""So long after the day an overdue charge is still told of by a job that was down."""


def is_overdue(state: str, due_on: date | None, today: date) -> bool:
    """Unpaid past its day (納期限超過)."""
    return state == ChargeState.DUE and due_on is not None and due_on < today


# -- trying again -------------------------------------------------------------------------------------

FIRST_WAIT: Final = timedelta(seconds=20)
LONGEST_WAIT: Final = timedelta(hours=1)
GIVE_UP_AFTER: Final = timedelta(days=5)
CHECKOUT_LIVES: Final = timedelta(minutes=30)
"""So long the firm's page can be used."""
FIRST_LOOK: Final = timedelta(seconds=30)
ASK_NO_MORE: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one call about a refund.

    `kind`: "done"; "taken" (the firm works on it); "later" (5xx); "never" (refused for good); "away" (no connection);
    "unknown" (the line broke after the request went out: it may have been done).
    """

    kind: Literal["done", "taken", "later", "never", "away", "unknown"]
    code: str = ""
    ref: str = ""


RefundState: TypeAlias = Literal["requested", "sending", "sent", "uncertain", "done", "failed"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The refund's next state; `wait` for those that are tried again."""

    state: RefundState
    error: str = ""
    wait: timedelta | None = None
    uncertain: int = 0


def wait_before(attempts: int, *, jitter: float) -> timedelta:
    """How long to wait after the `attempts`-th try: doubling from 20 s up to an hour, ±20 % by `jitter` in [0, 1)."""
    return min(FIRST_WAIT * (1 << min(max(attempts - 1, 0), 20)), LONGEST_WAIT) * (0.8 + 0.4 * jitter)


def judge_refund(
    answer: Answer, *, attempts: int, uncertain: int, requested_at: datetime, now: datetime, jitter: float
) -> Verdict:
    """What follows from one call. The firm does a refund once per key, so a doubtful one is simply asked again.

    A refund that the firm has taken is asked about until it is done; after five days of trouble an official is told.
    """
    if answer.kind == "done":
        return Verdict("done", uncertain=uncertain)
    if answer.kind == "never":
        return Verdict("failed", answer.code, uncertain=uncertain)
    wait = wait_before(attempts, jitter=jitter)
    if answer.kind == "taken":
        return Verdict("sent", "", wait, uncertain)
    if answer.kind == "unknown":
        uncertain += 1
    if now - requested_at > GIVE_UP_AFTER:
        return Verdict("failed", answer.code, uncertain=uncertain)
    return Verdict("uncertain" if uncertain else "requested", answer.code, wait, uncertain)


def next_look(age: timedelta, *, jitter: float) -> timedelta | None:
    """When to ask the firm again about a checkout of this age that has not ended; None: no more."""
    if age > ASK_NO_MORE:
        return None
    return min(max(age / 2, timedelta(seconds=10)), timedelta(hours=6)) * (0.8 + 0.4 * jitter)


def subject_key(charge_id: UUID) -> str:
    """How inboxes name a charge."""
    return f"eng_payments:charge:{charge_id}"


# -- what the firm settles ----------------------------------------------------------------------------

SettledOutcome: TypeAlias = Literal["matched", "amount", "unknown", "twice"]
SETTLED_OUTCOMES: Final[tuple[SettledOutcome, ...]] = ("matched", "amount", "unknown", "twice")


def bills_of(lines: Iterable[tuple[str, int]]) -> tuple[tuple[int, str, int], ...]:
    """Of a charge that is only carried: (fiscal year, item in the books, yen) of each bill; () where it doesn't say.

    Args:
        lines: code and yen; the room above names a bill "bill:<fiscal year>:<its item>".
    """
    found = []
    for code, yen in lines:
        kind, _, rest = code.partition(":")
        year, _, item = rest.partition(":")
        if kind != "bill" or not year.isdecimal() or not item:
            return ()
        found.append((int(year), item, yen))
    return tuple(found)


SettledAccount: TypeAlias = Literal["agents", "unallocated"]


def judge_settled(gross_yen: int, *, ours_yen: int | None, is_settled: bool) -> SettledOutcome:
    """What one line of the firm's settlement is to us.

    Args:
        gross_yen: what the line says; of a refund below 0.
        ours_yen: the payment's yen, or the refund's below 0; None: we know of none.
        is_settled: another line settled it before.
    """
    if ours_yen is None:
        return "unknown"
    if is_settled:
        return "twice"
    return "matched" if gross_yen == ours_yen else "amount"


def settled_against(outcome: SettledOutcome) -> SettledAccount:
    """Which account a line clears: what the firm owed us, or 仮受金 where it owed us nothing that we know of.

    So the money of a settlement is in the books whole, whatever its lines say, and equals what the bank credits.
    """
    return "agents" if outcome in ("matched", "amount") else "unallocated"


class MoneyState(StrEnum):
    """How far a payment's money has come: taken by the firm, settled by it, credited by the bank."""

    TAKEN = "taken"
    SETTLED = "settled"
    CREDITED = "credited"


def money_state(*, is_settled: bool, credited_on: date | None) -> MoneyState:
    """How far the money has come."""
    if not is_settled:
        return MoneyState.TAKEN
    return MoneyState.CREDITED if credited_on is not None else MoneyState.SETTLED
