"""What the payment firm settles: its lines beside our payments, its fee and its money on their way into the books."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import unit
from jichi.engines.bankfiles import actions as bankfiles
from jichi.engines.bankfiles import queries as bankfile_queries
from jichi.engines.bankfiles.rules import SettledLine as Told
from jichi.engines.ledger import actions as ledger
from jichi.engines.ledger.rules import Entry, Posting
from jichi.kernel import clock
from jichi.kernel.calendar import fiscal_year

from . import rules
from .booking import SYSTEM
from .models import Charge, Payment, Refund, SettledLine
from .rules import SettledOutcome

_BOOKED: Final = ("matched", "amount")


@dataclass(frozen=True, slots=True)
class Found:
    """A line of a settlement with what is ours of it, in whose books it stands: (fiscal year, item, yen) together its
    gross."""

    told: Told
    outcome: SettledOutcome
    ours_yen: int | None
    payment: Payment | None
    refund: Refund | None
    division_id: int
    parts: tuple[tuple[int, str, int], ...]


def take_settlement(file_id: UUID) -> None:
    """Book a settlement that was taken in, in the transaction that takes it: every line, whatever it says.

    A line that is a payment of ours clears what the firm owed; any other goes to 仮受金 and on the work list. The
    bank's credit is awaited as one sum for each day on which the firm sends.
    """
    file = bankfile_queries.taken_file(file_id)
    if file is None:
        return
    lines = bankfile_queries.settled_lines(file_id=file_id)
    home = accounts.division(str(next(
        one.terms["division"] for one in bankfile_queries.partners("acquirer") if one.code == file.partner
    )))  # fmt: skip
    sender = f"acquirer:{file.partner}"
    with unit(SYSTEM):
        found = _found(lines, home.id if home else 0, sender)
        SettledLine.objects.bulk_create(
            SettledLine(
                file_id=file_id, line=one.told.line, kind=one.told.kind, reference=one.told.reference,
                payment=one.payment, refund=one.refund, accepted_on=one.told.accepted_on, gross_yen=one.told.gross,
                fee_yen=one.told.fee, net_yen=one.told.net, remit_on=one.told.remit_on, outcome=one.outcome,
                promise_key=_promise_key(file_id, one.told.remit_on),
            )
            for one in found
        )  # fmt: skip
        _post(file_id, sender, found)
        _put_aside(file_id, found)


def _promise_key(file_id: UUID, day: date) -> str:
    return f"pay:{file_id}:{day}"


# -- whose they are -----------------------------------------------------------------------------------


def _found(lines: Sequence[Told], home: int, sender: str) -> list[Found]:
    """Every line with its payment or refund; of several for one payment the first counts."""
    references = [one.reference for one in lines]
    payments = {
        one.provider_ref: one
        for one in Payment.objects.select_related("charge").prefetch_related("charge__lines")
        .select_for_update(of=("self",)).order_by("pk").filter(provider_ref__in=references)
    }  # fmt: skip
    refunds = {
        one.provider_ref: one
        for one in Refund.objects.select_related("payment__charge").filter(state="done", provider_ref__in=references)
        if one.provider_ref
    }
    booked = SettledLine.objects.filter(outcome__in=_BOOKED)
    settled: set[UUID] = set(
        booked.filter(kind="sale", payment__in=payments.values()).values_list("payment", flat=True)
    ) | set(booked.filter(kind="refund", refund__in=refunds.values()).values_list("refund", flat=True))
    found = []
    for told in lines:
        refund = refunds.get(told.reference) if told.kind == "refund" else None
        payment = refund.payment if refund else payments.get(told.reference) if told.kind == "sale" else None
        ours = -refund.amount_yen if refund else payment.amount_yen if payment else None
        subject = refund.pk if refund else payment.pk if payment else None
        outcome = rules.judge_settled(told.gross, ours_yen=ours, is_settled=subject in settled)
        if subject is not None:
            settled.add(subject)
        found.append(_placed(told, outcome, ours, payment, refund, home, sender))
    return found


def _placed(
    told: Told, outcome: SettledOutcome, ours: int | None, payment: Payment | None, refund: Refund | None, home: int,
    sender: str,
) -> Found:  # fmt: skip
    charge: Charge | None = payment.charge if payment and outcome in _BOOKED else None
    if charge is None:
        return Found(told, outcome, ours, payment, refund, home, ((fiscal_year(told.remit_on), sender, told.gross),))
    return Found(told, outcome, ours, payment, refund, charge.division_id, _parts(told.gross, charge, sender))


def _parts(gross: int, charge: Charge, sender: str) -> tuple[tuple[int, str, int], ...]:
    """What is only carried the room above books, each bill in its year; what is off is the largest's."""
    year = fiscal_year(charge.opened_at.astimezone(clock.TOKYO).date())
    if not charge.is_carried:
        return ((year, rules.ledger_item(charge.pk), gross),)
    bills = rules.bills_of((line.code, line.unit_yen * line.count) for line in charge.lines.all())
    if not bills:
        return ((year, sender, gross),)
    *rest, (last_year, item, yen) = sorted(bills, key=lambda bill: bill[2])
    return (*rest, (last_year, item, yen + gross - sum(bill[2] for bill in bills)))


# -- the books ----------------------------------------------------------------------------------------


def _post(file_id: UUID, sender: str, found: Sequence[Found]) -> None:
    bankfiles.open_accounts()
    groups: dict[tuple[date, int, int], list[tuple[Entry, int]]] = defaultdict(list)
    for one in found:
        for n, (year, item, yen) in enumerate(reversed(one.parts)):  # the fee is the largest part's
            cleared = Entry(rules.settled_against(one.outcome), -yen, item)
            groups[one.told.remit_on, one.division_id, year].append((cleared, 0 if n else one.told.fee))
    parts: dict[date, list[bankfiles.Part]] = defaultdict(list)
    postings = []
    for (day, division, year), of in sorted(groups.items(), key=lambda group: group[0]):
        fee = sum(fee for _, fee in of)
        net = -sum(entry.yen for entry, _ in of) - fee
        postings.append(Posting(
            key=f"settled:{file_id}:{day}:{division}:{year}", kind="settled", division_id=division, fiscal_year=year,
            belongs_on=clock.today(),
            entries=(Entry("remittances", net, sender), Entry("collection_fees", fee, sender),
                     *(entry for entry, _ in of)),
        ))  # fmt: skip
        parts[day].append(bankfiles.Part(division, year, net))
    ledger.post(actor=SYSTEM, postings=postings)
    for day, of_day in parts.items():
        bankfiles.promise(actor=SYSTEM, sender=sender, key=_promise_key(file_id, day), day=day, parts=of_day)


# -- what a person looks at ---------------------------------------------------------------------------


def _put_aside(file_id: UUID, found: Sequence[Found]) -> None:
    for one in found:
        kinds = ([f"settled_{one.outcome}"] if one.outcome != "matched" else []) + (
            ["settled_fee"] if one.told.fee_is_off else []
        )
        for kind in kinds:
            is_fee = kind == "settled_fee"
            bankfiles.put_settled_aside(
                actor=SYSTEM, file_id=file_id, kind=kind, subject=f"settled:{file_id}:{one.told.line}",
                detail={
                    "reference": one.told.reference, "day": f"{one.told.accepted_on}",
                    "said": one.told.fee if is_fee else one.told.gross,
                    "ours": one.told.expected_fee if is_fee else one.ours_yen,
                },
            )  # fmt: skip
    bankfiles.close_settled(
        actor=SYSTEM, kind="settled_missing",
        subjects=[f"payment:{one.payment.pk}" for one in found if one.payment and one.told.kind == "sale"],
    )  # fmt: skip
    sales = [one.told.accepted_on for one in found if one.told.kind == "sale"]
    if sales:
        _put_missing_aside(file_id, min(sales), max(sales))


def _put_missing_aside(file_id: UUID, first: date, last: date) -> None:
    """Payments of the days that a settlement speaks of, which it and those before leave out."""
    settled = SettledLine.objects.filter(kind="sale", outcome__in=_BOOKED).values("payment")
    waiting = Payment.objects.filter(accepted_on__range=(first, last)).exclude(provider_ref="")
    for one in waiting.exclude(pk__in=settled).order_by("accepted_on", "pk"):
        bankfiles.put_settled_aside(
            actor=SYSTEM, file_id=file_id, kind="settled_missing", subject=f"payment:{one.pk}",
            detail={"reference": one.provider_ref, "day": f"{one.accepted_on}", "ours": one.amount_yen},
        )  # fmt: skip
