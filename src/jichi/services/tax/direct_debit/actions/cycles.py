"""振替の回: requests to banks for a transfer day, and what follows from their results. Engine bankfiles keeps both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import IntegrityError

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import Actor, unit
from jichi.engines.bankfiles import queries as bankfiles
from jichi.engines.bankfiles import transfers
from jichi.engines.bankfiles.queries import TransferView
from jichi.engines.bankfiles.rules import Payer
from jichi.engines.collection import queries as collection
from jichi.engines.collection.queries import Bill
from jichi.engines.collection.rules.keys import key_in
from jichi.engines.mandates import actions as mandate_acts
from jichi.engines.mandates import queries as mandates
from jichi.engines.mandates.permissions import EDIT
from jichi.engines.mandates.queries import MandateView
from jichi.engines.messages import actions as messages
from jichi.kernel import clock
from jichi.kernel.errors import FieldError, Forbidden, Invalid

from ..models import Bank, Offer
from ..notices import NOTICES
from ..rules.cycling import REACH, Policy, after, is_asked
from .registering import SYSTEM
from .working import put_entry

RUN = "debit"


@dataclass(frozen=True, slots=True)
class CycleMade:
    """What a run asked of banks: requests, lines and yen."""

    requests: tuple[UUID, ...]
    count: int
    yen: int


def run_cycle(*, actor: Actor, kind: str, day: date) -> CycleMade:
    """Ask banks for what payers of a 費目 with a live mandate owe by a transfer day, once more for what failed before.

    One request to each bank; the same 費目 and day again is the same request. All or nothing.

    Raises:
        Forbidden: without "eng_mandates.edit" in the division that levies.
        Invalid: field "kind"; "day": a day on which banks are closed, or past; "debit.nothing_due";
            "debit.bank_waits": a bank has not answered another request for that day.
        RequestRefused (engine bankfiles): lines that no bank takes.
    """
    row = Offer.objects.select_related("kind").filter(kind_id=kind).first()
    if row is None:
        raise Invalid(fields={"kind": FieldError("field.choose_one")})
    if actor.kind != "system" and not (actor.may(EDIT) and row.kind.division_id in actor.divisions):
        raise Forbidden
    with unit(actor), unit(SYSTEM):
        asked = _wanted(kind, day, Policy(row.retries, row.stop_after))
        partners = dict(Bank.objects.values_list("code", "partner"))
        whole = mandates.accounts_of({one.id for one, _, _ in asked})
        by_partner: dict[str, list[Payer]] = {}
        for one, bill, tries in asked:
            account = whole[one.id]
            by_partner.setdefault(partners[account.bank], []).append(Payer(
                customer_no=bill.view.key, bank=account.bank, branch=account.branch, type=account.type,
                account=account.number, holder=account.holder, amount=bill.view.tax - bill.view.paid,
                new_code="0" if tries or one.since < bill.view.due_on.replace(day=1) else "1",
            ))  # fmt: skip
        if not by_partner:
            raise Invalid("debit.nothing_due", fields={"day": FieldError("debit.nothing_due")})
        try:
            made = tuple(
                transfers.make_request(
                    actor=SYSTEM, partner=partner, run=f"{RUN}:{kind}:{day:%Y%m%d}:{partner}", day=day, payers=payers
                )
                for partner, payers in sorted(by_partner.items())
            )
        except IntegrityError:
            raise Invalid(fields={"day": FieldError("debit.bank_waits")}) from None
    lines = [payer for payers in by_partner.values() for payer in payers]
    return CycleMade(made, len(lines), sum(one.amount for one in lines))


def _wanted(kind: str, day: date, policy: Policy) -> list[tuple[MandateView, Bill, int]]:
    """(mandate, instalment, earlier tries) of everything that is asked for on the day."""
    living = mandates.live_mandates(kind=kind, on=day)
    ids = [
        pk for pk, payer in collection.due_ids(kind=kind, first=day - REACH, last=day) if payer in living
    ]  # fmt: skip
    bills = collection.bills_by_id(ids=ids, today=day)
    told: dict[str, list[str]] = {}
    for line in bankfiles.transfers(customers=[bill.view.key.zfill(20) for bill in bills]):
        told.setdefault(line.customer_no, []).append(line.result)
    found = []
    for bill in bills:
        one, results = living[bill.payer_no], tuple(told.get(bill.view.key.zfill(20), ()))
        wanted = is_asked(due_on=bill.view.due_on, day=day, since=one.since, results=results, policy=policy)
        if wanted and bill.view.tax > bill.view.paid and not bill.view.announced:
            found.append((one, bill, len(results)))
    return found


def follow_results(*, actor: Actor, file_id: UUID) -> None:
    """What follows from a bank's results that a file brought: second collection, slips, mandates held or ended.

    Raises:
        Forbidden: not the platform.
    """
    if actor.kind != "system":
        raise Forbidden
    with unit(SYSTEM):
        lines = [line for line in bankfiles.transfers(file=file_id) if line.run.startswith(f"{RUN}:")]
        if lines:
            _follow(lines)


def _follow(lines: list[TransferView]) -> None:
    keys = {line.customer_no: key_in(line.customer_no) or "" for line in lines}
    bills = {bill.view.key: bill for bill in collection.bills_by_key(keys=list(keys.values()), today=clock.today())}
    tries: dict[str, int] = {}
    for told in bankfiles.transfers(customers=list(keys)):
        tries[told.customer_no] = tries.get(told.customer_no, 0) + 1
    policies = {row.kind_id: Policy(row.retries, row.stop_after) for row in Offer.objects.all()}
    living: dict[tuple[str, str], MandateView] = {}
    for kind in {bill.kind for bill in bills.values()}:
        payers = {bill.payer_no for bill in bills.values()}
        for payer, found in mandates.live_mandates(kind=kind, payers=payers, on=lines[0].day).items():
            living[payer, kind] = found
    of = {line.customer_no: _mandate_of(bills.get(keys[line.customer_no]), living) for line in lines}
    failures = mandate_acts.note_debits(
        actor=SYSTEM, taken=_ids(of[line.customer_no] for line in lines if line.result == "0"),
        failed=_ids(of[line.customer_no] for line in lines if line.result == "1"),
    )  # fmt: skip
    for line in lines:
        bill, one = bills.get(keys[line.customer_no]), of[line.customer_no]
        if bill is not None and line.result != "0":
            row = failures.get(one.id, 0) if one else 0
            policy = policies.get(bill.kind, Policy(0, 1))
            _act(line, bill, one, after(line.result, tries=tries[line.customer_no], failures=row, policy=policy),
                 is_over=row >= policy.stop_after)  # fmt: skip
    from ..tasks import send_slips

    send_slips.defer()


def _mandate_of(bill: Bill | None, living: dict[tuple[str, str], MandateView]) -> MandateView | None:
    return living.get((bill.payer_no, bill.kind)) if bill else None


def _ids(found: Iterable[MandateView | None]) -> set[UUID]:
    return {one.id for one in found if one is not None}


def _act(line: TransferView, bill: Bill, one: MandateView | None, what: str, *, is_over: bool) -> None:
    """Hold, end, tell and put on the work list, as the result asks for."""
    subject = f"{line.request}:{line.customer_no}"
    detail: dict[str, object] = {"result": line.result, "key": bill.view.key, "yen": line.amount_yen}
    if what == "hold" and one is not None:
        mandate_acts.hold_mandate(actor=SYSTEM, mandate_id=one.id, reason="result")
    if what == "slip" and one is not None and is_over:
        mandate_acts.end_mandate(actor=SYSTEM, mandate_id=one.id, reason="failures")
    if what in ("hold", "look"):
        put_entry("result", subject, bill.division_id, bill.payer_no, detail, one.id if one else None)
    if what in ("hold", "slip"):
        put_entry("slip", subject, bill.division_id, bill.payer_no, detail, one.id if one else None)
        _tell(bill, one, subject)


def _tell(bill: Bill, one: MandateView | None, subject: str) -> None:
    """The payer pays by slip: told in the inbox and by mail where there is a login."""
    account = accounts.account_of_person(bill.payer_no)
    if account is None:
        return
    path = f"/debit/accounts/{one.id}/" if one else "/debit/"
    messages.notify(
        actor=SYSTEM, account_id=account, template="debit.slip", title=NOTICES["slip"], url_path=path,
        subject_key=f"tax_direct_debit:mandate:{one.id if one else bill.view.key}",
        dedupe_key=f"tax_direct_debit:slip:{subject}", division_id=bill.division_id, alert_url_path="/staff/debit/",
    )  # fmt: skip
