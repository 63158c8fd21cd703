"""What an answer of a gateway means, and when it is tried again. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias

DeliveryState: TypeAlias = Literal["sent", "pending", "uncertain", "failed", "suppressed"]

FIRST_WAIT: Final = timedelta(seconds=30)
LONGEST_WAIT: Final = timedelta(days=1)
LONGEST_WAIT_AWAY: Final = timedelta(minutes=5)
GIVE_UP_AFTER: Final = timedelta(days=5)
GIVE_UP_BESIDE_MAIL: Final = timedelta(days=3)
"""SMS and LINE have a channel behind them: longer than a quiet weekend and a day's outage, no longer."""
UNCERTAIN_TRIES: Final = 5
REPEATABLE_FOR: Final = timedelta(hours=23)
"""How long a gateway surely knows a key again (LINE: 24 hours)."""


def wait_before(attempts: int, *, away: bool, jitter: float) -> timedelta:
    """How long to wait after the `attempts`-th failed try: doubling from 30 s up to a day, ±20 %.

    Args:
        attempts: tries so far, from 1.
        away: the server as a whole was out of reach; then at most 5 minutes, so that messages flow soon after.
        jitter: a random number in [0, 1).
    """
    longest = LONGEST_WAIT_AWAY if away else LONGEST_WAIT
    doublings = min(max(attempts - 1, 0), 20)
    return min(FIRST_WAIT * (1 << doublings), longest) * (0.8 + 0.4 * jitter)


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one try.

    `kind`: "taken"; "later" (busy, or trouble on our side); "never" (this will not work, bad address); "away"
    (no connection); "unknown" (the connection broke after the text was handed over and before the answer).
    `receipt`: "delivered" where the gateway already knows that it arrived.
    """

    kind: Literal["taken", "later", "never", "away", "unknown"]
    code: str = ""
    receipt: str = ""


def answer_of(number: int, *, what: str) -> Answer:
    """The mail server's three-digit reply to a step, as an answer; 2xx is "taken"."""
    if 200 <= number < 300:
        return Answer("taken")
    return Answer("never" if 500 <= number < 600 else "later", f"mail.{what}:{number}")


@dataclass(frozen=True, slots=True)
class Verdict:
    """The delivery's next state; `wait` for those that are tried again.

    `tried`: false where nothing was sent (quiet hours), so that it does not count as a try.
    """

    state: DeliveryState
    error: str = ""
    wait: timedelta | None = None
    uncertain: int = 0
    receipt: str = ""
    tried: bool = True


def judge(
    answer: Answer, *, attempts: int, uncertain: int, created_at: datetime, now: datetime, jitter: float,
    repeatable: bool = False,
) -> Verdict:  # fmt: skip
    """What follows from one answer.

    A mail that may have arrived is sent again under the same Message-ID (twice is better than never), at
    most five times; everything else temporary for five days (SMS and LINE: three); then it fails.

    Args:
        repeatable: the gateway knows our key, so that asking or sending again is no second message: then a
            message that may have arrived is settled within minutes, and tried for as long as the key is known.
    """
    if answer.kind == "taken":
        return Verdict("sent", uncertain=uncertain, receipt=answer.receipt)
    if answer.kind == "never":
        return Verdict("failed", answer.code, uncertain=uncertain)
    age = now - created_at
    if answer.kind == "unknown":
        uncertain += 1
        if uncertain >= UNCERTAIN_TRIES and not (repeatable and age < REPEATABLE_FOR):
            return Verdict("failed", f"{answer.code.partition('.')[0]}.uncertain", uncertain=uncertain)
    if age > (GIVE_UP_BESIDE_MAIL if repeatable else GIVE_UP_AFTER):
        return Verdict("failed", answer.code, uncertain=uncertain)
    soon = answer.kind == "away" or bool(repeatable and uncertain)
    wait = wait_before(attempts, away=soon, jitter=jitter)
    return Verdict("uncertain" if uncertain else "pending", answer.code, wait, uncertain)
