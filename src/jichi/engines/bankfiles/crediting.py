"""What firms said they would send, and what came: kept, bound together, posted. Inside the caller's transaction.

Until the bank's credit is there the money is on its way (送金待ち `remittances`); binding moves it to 歳計現金 `cash`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection

from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.engines.files import queries as files
from jichi.engines.ledger import actions as ledger
from jichi.engines.ledger import queries as ledger_queries
from jichi.engines.ledger.rules import Entry, Posting
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError, Invalid

from . import rules
from .models import Credit, CreditMatch, Difference, Partner, Promise, Sender, TakenFile

SYSTEM: Final = system_actor("bankfiles")
"""Writing is the platform's own act: row security lets nobody else. The trail says beside it who asked for it."""
_LOCK: Final = 7_304_911
"""Key of the advisory lock under which files are weighed and applied, one at a time."""
ON_ITS_WAY: Final = "remittances"
FEES: Final = "collection_fees"
LOOK_BACK: Final = timedelta(days=90)
"""So far back lists are looked through again when a firm gets another name."""
MOST_OFF: Final = 10_000
"""So many yen a credit that a person binds may lie beside what was promised."""


def one_at_a_time() -> None:
    """Wait for others that weigh, apply or bind; until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def open_accounts() -> None:
    """The accounts of settlements stand in the chart; done again it changes nothing."""
    there = {one.code for one in ledger_queries.accounts()}
    if ON_ITS_WAY not in there:
        ledger.open_account(actor=SYSTEM, code=ON_ITS_WAY, title="送金待ち", kind="asset", position=14)
    if FEES not in there:
        ledger.open_account(actor=SYSTEM, code=FEES, title="収納手数料", kind="expense", position=94)


def set_sender(*, actor: Actor, code: str, title: str, payers: Sequence[str], wait_days: int = 5) -> None:
    """Keep how a firm is named in banks' lists; credits of lists that came before are looked through again."""
    del actor  # who may agree on terms, the caller has asked
    with unit(SYSTEM):
        one_at_a_time()
        before = Sender.objects.filter(pk=code).values_list("payers", flat=True).first()
        Sender.objects.update_or_create(
            code=code, defaults={"title": title, "payers": list(payers), "wait_days": wait_days}
        )
        if before != list(payers):
            _look_again()


def _look_again() -> None:
    """Lists of the last months once more: what a new name says is ours was passed over then."""
    since = clock.now() - LOOK_BACK
    lists = TakenFile.objects.select_related("partner").filter(purpose="credits", state="applied", taken_at__gte=since)
    for file in lists.order_by("number"):
        with files.open_file(file.stored_id) as content:
            found = rules.read_bank_credits(
                content.read(), rules.bank_terms(file.partner.terms), today=clock.today()
            )  # fmt: skip
        take_credits(file, found.lines)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a promise: in whose books and of which fiscal year it stands, in yen."""

    division_id: int
    fiscal_year: int
    yen: int


def promise(*, actor: Actor, sender: str, key: str, day: date, parts: Sequence[Part]) -> None:
    """A firm says that it sends so much on a day; the caller posts it to `remittances` with the sender as item.

    The same key again changes nothing. What came already is bound at once.
    """
    del actor  # who may take a settlement in, the caller has asked
    yen = sum(part.yen for part in parts)
    if not yen:
        return
    with unit(SYSTEM):
        one_at_a_time()
        _made, is_new = Promise.objects.get_or_create(key=key, defaults={
            "sender_id": sender, "day": day, "yen": yen, "made_at": clock.now(),
            "parts": [[part.division_id, part.fiscal_year, part.yen] for part in parts if part.yen],
        })  # fmt: skip
        if is_new:
            bind(sender)


# -- a bank's list ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a list holds of firms we know: new credits, how many are there already, how many are others'.

    `back`: what the bank takes back of credits that are kept, or of nobody knows which; `back_count`: of all.
    """

    fresh: tuple[tuple[rules.CreditLine, str], ...]
    repeated: int
    others: int
    back: tuple[tuple[rules.CreditLine, str], ...] = ()
    back_count: int = 0


def weigh(bank: Partner, lines: Sequence[rules.CreditLine]) -> Weighed:
    """Sort the lines of a list by firm, and leave out those that came with another list.

    A credit that the same list takes back is neither kept nor told: it never was there.
    """
    senders = {one.code: tuple(one.payers) for one in Sender.objects.all()}
    known = {line: sender for line in lines if (sender := rules.sender_of(line.payer, senders))}
    ours = [line for line in known if not line.is_back]
    backs = [line for line in known if line.is_back]
    days = [line.booked_on for line in ours]
    there = set()
    if days:
        kept = Credit.objects.filter(bank=bank, booked_on__range=(min(days), max(days)))
        there = set(kept.values_list("booked_on", "yen", "payer", "number", "nth"))
    fresh = [line for line in ours if _shape(line) not in there]
    taken = {back: line for back, line in rules.taken_back(backs, ours).items() if line in fresh}
    gone = set(taken.values())
    return Weighed(
        fresh=tuple((line, known[line]) for line in fresh if line not in gone), repeated=len(ours) - len(fresh),
        others=len(lines) - len(known), back=tuple((line, known[line]) for line in backs if line not in taken),
        back_count=len(backs),
    )  # fmt: skip


def _shape(line: rules.CreditLine) -> tuple[date, int, str, str, int]:
    return line.booked_on, line.yen, line.payer, line.number, line.nth


def take_credits(file: TakenFile, lines: Sequence[rules.CreditLine]) -> dict[str, int]:
    """Keep the new credits of a list and bind what fits; counts of what came of it."""
    found = weigh(file.partner, lines)
    Credit.objects.bulk_create(
        Credit(
            bank_id=file.partner_id, file=file, sender_id=sender, booked_on=line.booked_on, yen=line.yen,
            payer=line.payer, number=line.number, nth=line.nth,
        )
        for line, sender in found.fresh
    )  # fmt: skip
    for line, sender in found.back:
        name = f"{line.booked_on}:{line.yen}:{line.number}:{line.nth}:{rules.folded(line.payer)}"
        put_entry(
            "credit_back", f"back:{file.partner_id}:{name}", partner_id=file.partner_id, file_id=file.pk,
            detail={"who": line.payer, "sender": sender, "day": f"{line.booked_on}", "after": line.yen},
        )  # fmt: skip
    bound = sum(bind(sender, file) for sender in sorted({sender for _, sender in found.fresh}))
    return {
        "credits": len(found.fresh), "credits_repeated": found.repeated, "credits_other": found.others,
        "credits_back": found.back_count, "credits_bound": bound,
    }  # fmt: skip


# -- binding ------------------------------------------------------------------------------------------


def bind(code: str, file: TakenFile | None = None) -> int:
    """Bind what fits of a firm, put what doesn't on the work list; how many credits found their promise."""
    sender = Sender.objects.get(pk=code)
    promises = {str(one.pk): one for one in Promise.objects.filter(sender=sender, match=None)}
    came = {str(one.pk): one for one in Credit.objects.filter(sender=sender, match=None)}
    found = rules.pairs(
        [rules.Item(key, one.day, one.yen) for key, one in promises.items()],
        [rules.Item(key, one.booked_on, one.yen) for key, one in came.items()], wait_days=sender.wait_days,
    )  # fmt: skip
    for pair in found:
        _bound(sender, [promises.pop(key) for key in pair.promises], [came.pop(key) for key in pair.credits])
    _tell(sender, list(promises.values()), list(came.values()), file)
    return sum(len(pair.credits) for pair in found)


def _bound(
    sender: Sender, promises: Sequence[Promise], credits: Sequence[Credit], *, by: UUID | None = None, reason: str = ""
) -> None:
    off = sum(one.yen for one in promises) - sum(one.yen for one in credits)
    match = CreditMatch.objects.create(
        sender=sender, booked_on=max(one.booked_on for one in credits), off_yen=off, reason=reason,
        made_at=clock.now(), made_by_id=by,
    )  # fmt: skip
    Promise.objects.filter(pk__in=[one.pk for one in promises]).update(match=match)
    Credit.objects.filter(pk__in=[one.pk for one in credits]).update(match=match)
    subjects = [f"promise:{one.pk}" for one in promises] + [f"credit:{one.pk}" for one in credits]
    Difference.objects.filter(subject__in=subjects, closed_at=None).update(closed_at=clock.now())
    _post(sender, promises, match)


def _post(sender: Sender, promises: Sequence[Promise], match: CreditMatch) -> None:
    """The money is there: out of what is on its way, into cash. What is off is the bank's fee, or nobody's yet."""
    open_accounts()
    postings = [
        Posting(
            key=f"credit:{one.pk}:{n}", kind="credited", division_id=division, fiscal_year=year,
            belongs_on=match.booked_on, entries=(Entry("cash", yen), Entry(ON_ITS_WAY, -yen, sender.code)),
        )
        for one in promises
        for n, (division, year, yen) in enumerate(one.parts)
    ]  # fmt: skip
    if match.off_yen:
        division, year, _ = promises[0].parts[0]
        other = Entry(FEES if match.off_yen > 0 else "unallocated", match.off_yen, sender.code)
        postings.append(Posting(
            key=f"credit:{match.pk}:off", kind="credited", division_id=division, fiscal_year=year,
            belongs_on=match.booked_on, entries=(other, Entry("cash", -match.off_yen)),
        ))  # fmt: skip
    ledger.post(actor=SYSTEM, postings=postings)


def _tell(sender: Sender, promises: Sequence[Promise], credits: Sequence[Credit], file: TakenFile | None) -> None:
    """Entries of the work list for what is left: a credit beside a promise of another amount, or beside none."""
    wait = timedelta(days=sender.wait_days)
    for credit in credits:
        near = [
            one for one in promises
            if one.day - timedelta(days=rules.BEFORE) <= credit.booked_on <= one.day + wait
        ]  # fmt: skip
        kind, other = ("credit_amount", "credit_unknown") if near else ("credit_unknown", "credit_amount")
        subject = f"credit:{credit.pk}"
        detail = {
            "who": sender.title, "sender": sender.code, "day": f"{credit.booked_on}", "after": credit.yen,
            "before": near[0].yen if near else None,
        }  # fmt: skip
        put_entry(kind, subject, partner_id=credit.bank_id, file_id=credit.file_id, detail=detail)
        Difference.objects.filter(kind=other, subject=subject, closed_at=None).update(closed_at=clock.now())
    for one in promises:
        if one.day + wait < clock.today():
            detail = {"who": sender.title, "sender": sender.code, "day": f"{one.day}", "before": one.yen}
            put_entry("credit_missing", f"promise:{one.pk}", file_id=file.pk if file else None, detail=detail)


def put_entry(
    kind: str, subject: str, *, detail: Mapping[str, Any], partner_id: int | None = None, file_id: UUID | None = None
) -> None:
    """An entry of the work list, once for its subject; one that had closed by itself is open again."""
    Difference.objects.filter(kind=kind, subject=subject, closed_by=None).update(closed_at=None, detail=dict(detail))
    Difference.objects.get_or_create(kind=kind, subject=subject, defaults={
        "partner_id": partner_id, "file_id": file_id, "detail": dict(detail), "opened_at": clock.now(),
    })  # fmt: skip


def look_for_missing() -> None:
    """Put promises on the work list whose day is long over. Each morning."""
    today = clock.today()
    waiting = Promise.objects.filter(match=None, day__lt=today).values_list("sender", flat=True).distinct()
    for code in sorted(waiting):
        bind(code)


def bind_by_hand(
    *, by: UUID | None, promises: Sequence[UUID], credits: Sequence[UUID], reason: str
) -> None:  # fmt: skip
    """Bind what a person says belongs together; what is off needs a reason and stays small.

    Raises:
        Invalid: "bankfile.nothing_chosen", "bankfile.other_sender", "bankfile.too_far", "reason". Conflict:
        "bankfile.bound_already".
    """
    due = list(Promise.objects.select_related("sender").filter(pk__in=promises).order_by("day", "pk"))
    came = list(Credit.objects.filter(pk__in=credits).order_by("booked_on", "pk"))
    if not due or not came or (len(due), len(came)) != (len(set(promises)), len(set(credits))):
        raise Invalid("bankfile.nothing_chosen", fields={"reason": FieldError("bankfile.nothing_chosen")})
    if any(one.match_id for one in due) or any(one.match_id for one in came):
        raise Conflict("bankfile.bound_already")
    if {one.sender_id for one in due} | {one.sender_id for one in came} != {due[0].sender_id}:
        raise Invalid("bankfile.other_sender", fields={"reason": FieldError("bankfile.other_sender")})
    off = sum(one.yen for one in due) - sum(one.yen for one in came)
    if abs(off) > MOST_OFF:
        raise Invalid("bankfile.too_far", fields={"reason": FieldError("bankfile.too_far", {"max": f"{MOST_OFF:,}"})})
    if off and not reason.strip():
        raise Invalid("field.required", fields={"reason": FieldError("field.required")})
    _bound(due[0].sender, due, came, by=by, reason=reason.strip())
