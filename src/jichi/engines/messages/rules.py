"""What a message may say, when it is tried again, what an answer of the mail server means. Pure."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal, TypeAlias

from jichi.kernel.localized import LANGUAGES, LocalizedText, pick

PARAMS: Final = frozenset({"url_path", "due_on", "code"})
"""All that a message carries besides the 受付番号: an address below ours, a date (ISO), a one-time code."""
_PLACES: Final = frozenset({"ward", "about", "due", "due_short", "url", "code"})

MailState: TypeAlias = Literal["sent", "pending", "uncertain", "failed", "suppressed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """定型文: a text in five languages.

    Places that are filled: {ward} our name, {about} 受付番号, {due} a date with weekday and {due_short}
    without, {url} the address in the portal
    in the reader's language, {code}. Nothing else may stand in a mail.
    """

    key: str
    topic: str
    subject: LocalizedText
    body: LocalizedText
    may_opt_out: bool = True
    valid_minutes: int | None = None
    """After this it is no longer sent (a one-time code)."""
    secret: bool = False
    """Its parameters are wiped once the delivery has ended."""


def places(text: str) -> frozenset[str]:
    """Names of the places in a text that are filled when it is sent."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def problems(template: Template) -> tuple[str, ...]:
    """What is wrong with a template, in words for its author; () when nothing is."""
    found: list[str] = []
    for part, text in (("subject", template.subject), ("body", template.body)):
        found += [
            f"{template.key}: {part} is missing in {language}" for language in LANGUAGES if not text.get(language)
        ]
        wanted = places(text.get("ja", ""))
        if wanted - _PLACES:
            found.append(f"{template.key}: {part} has unknown places {sorted(wanted - _PLACES)}")
        for language, words in text.items():
            if words and places(words) != wanted:
                found.append(f"{template.key}: {part} in {language} does not fill the same places as ja")
    if any(character in text for text in template.subject.values() for character in "\r\n"):
        found.append(f"{template.key}: a subject is one line")
    return tuple(found)


def compose(template: Template, language: str, values: Mapping[str, str]) -> tuple[str, str, str]:
    """Subject, body and the language they are in.

    Args:
        values: what fills the places; missing ones become "".
    """
    body = pick(template.body, language)
    filled = {name: values.get(name, "") for name in _PLACES}
    subject = pick(template.subject, body.language).text.format_map(filled)
    return " ".join(subject.split()), body.text.format_map(filled), body.language


def check_params(params: Mapping[str, object]) -> dict[str, str]:
    """The parameters as they are stored. Raises ValueError for anything a mail must not carry."""
    unknown = set(params) - PARAMS
    if unknown:
        raise ValueError(f"a message does not carry {sorted(unknown)}")
    stored = {name: value.isoformat() if isinstance(value, date) else str(value) for name, value in params.items()}
    path = stored.get("url_path", "/")
    if not path.startswith("/") or path.startswith("//") or any(c.isspace() for c in path):
        raise ValueError("url_path is an address below ours")
    if "due_on" in stored:
        date.fromisoformat(stored["due_on"])
    return stored


_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?=.{1,253}\Z)(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*"
    r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
)


def deliverable(address: str) -> bool:
    """Can mail be addressed to it? One plain address: nothing that could end a header or a command."""
    return _ADDRESS.fullmatch(address) is not None


# -- trying again -------------------------------------------------------------------------------------

FIRST_WAIT: Final = timedelta(seconds=30)
LONGEST_WAIT: Final = timedelta(days=1)
LONGEST_WAIT_AWAY: Final = timedelta(minutes=5)
GIVE_UP_AFTER: Final = timedelta(days=5)
UNCERTAIN_TRIES: Final = 5


def wait_before(attempts: int, *, away: bool, jitter: float) -> timedelta:
    """How long to wait after the `attempts`-th failed try: doubling from 30 s up to a day, ±20 %.

    Args:
        attempts: tries so far, from 1.
        away: the server as a whole was out of reach; then at most 5 minutes, so that mail flows soon after.
        jitter: a random number in [0, 1).
    """
    longest = LONGEST_WAIT_AWAY if away else LONGEST_WAIT
    doublings = min(max(attempts - 1, 0), 20)
    return min(FIRST_WAIT * (1 << doublings), longest) * (0.8 + 0.4 * jitter)


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one try.

    `kind`: "taken"; "later" (4xx); "never" (5xx, bad address); "away" (no connection); "unknown" (the
    connection broke after the text was handed over and before the answer).
    """

    kind: Literal["taken", "later", "never", "away", "unknown"]
    code: str = ""


def answer_of(number: int, *, what: str) -> Answer:
    """The server's three-digit reply to a step, as an answer; 2xx is "taken"."""
    if 200 <= number < 300:
        return Answer("taken")
    return Answer("never" if 500 <= number < 600 else "later", f"mail.{what}:{number}")


@dataclass(frozen=True, slots=True)
class Verdict:
    """The delivery's next state; `wait` for those that are tried again."""

    state: MailState
    error: str = ""
    wait: timedelta | None = None
    uncertain: int = 0


def judge(
    answer: Answer, *, attempts: int, uncertain: int, created_at: datetime, now: datetime, jitter: float
) -> Verdict:
    """What follows from one answer.

    A mail that may have arrived is sent again under the same Message-ID (twice is better than never), at
    most five times; everything else temporary for five days; then it fails and somebody is told.
    """
    if answer.kind == "taken":
        return Verdict("sent", uncertain=uncertain)
    if answer.kind == "never":
        return Verdict("failed", answer.code, uncertain=uncertain)
    if answer.kind == "unknown":
        uncertain += 1
        if uncertain >= UNCERTAIN_TRIES:
            return Verdict("failed", "mail.uncertain", uncertain=uncertain)
    if now - created_at > GIVE_UP_AFTER:
        return Verdict("failed", answer.code, uncertain=uncertain)
    wait = wait_before(attempts, away=answer.kind == "away", jitter=jitter)
    return Verdict("uncertain" if uncertain else "pending", answer.code, wait, uncertain)
