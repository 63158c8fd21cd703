"""Account transfers: a request to a bank made and kept, its result compared and taken in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Max

from jichi.engines.audit import actions as audit
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.engines.files import actions as files
from jichi.kernel import clock
from jichi.kernel.errors import FieldError, Invalid, NotFound

from . import rules
from .models import Partner, TakenFile, TransferLine, TransferRequest
from .permissions import TAKE, require
from .rules import BankTerms, Line, Payer

SYSTEM = system_actor("bankfiles")
_LINES = (
    "INSERT INTO eng_bankfiles_transferline (id, request_id, customer_no, bank, branch, type, account, holder, "
    "amount_yen, new_code) SELECT nextval(pg_get_serial_sequence('eng_bankfiles_storereceipt', 'id')), %s, l.* "
    "FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::text[]) l"
)


class RequestRefused(Invalid):
    """No file was made. `wrong`: line by line why."""

    code = "bankfile.request_refused"

    def __init__(self, wrong: Sequence[rules.Wrong]) -> None:
        self.wrong = tuple(wrong)
        super().__init__(count=len(wrong), first=wrong[0].customer_no)


def branches_known() -> frozenset[tuple[str, str]]:
    """Banks and branches of the copy that this house came with (see docs/bankfiles.md); ゆうちょ included."""
    import zengin_code

    return frozenset((code, branch) for code, bank in zengin_code.Bank.all.items() for branch in bank.branches)


def make_request(*, actor: Actor, partner: str, run: str, day: date, payers: Sequence[Payer]) -> UUID:
    """Make the file for a bank: judged, written, read again, numbered and kept. The same `run` again is the same one.

    Args:
        day: transfer day; a day on which banks are open, not in the past.

    Raises:
        Forbidden; NotFound: no such bank. RequestRefused: lines that can't be asked for, all of them told.
        Invalid: "bankfile.closed_day", "bankfile.past_day" (field "day"); "bankfile.empty".
    """
    require(actor, TAKE)
    peer = Partner.objects.filter(code=partner, kind="bank").first()
    if peer is None:
        raise NotFound
    if not rules.is_bank_day(day):
        raise Invalid(fields={"day": FieldError("bankfile.closed_day")})
    if day < clock.today():
        raise Invalid(fields={"day": FieldError("bankfile.past_day")})
    terms = rules.bank_terms(peer.terms)
    with unit(actor), unit(SYSTEM):
        if found := TransferRequest.objects.filter(run=run).values_list("pk", flat=True).first():
            return found
        judged = rules.judge(payers, terms, branches_known())
        if judged.wrong:
            raise RequestRefused(judged.wrong)
        if not judged.lines:
            raise Invalid("bankfile.empty", fields={"payers": FieldError("bankfile.empty")})
        data = _written(terms, day, judged.lines)
        with unit(actor):
            stored = files.store_bytes(
                actor=actor, data=data, filename=f"{partner}_{day:%Y%m%d}.txt", media_type="application/octet-stream",
                purpose="bankfiles.request",
            )  # fmt: skip
        row = TransferRequest.objects.create(
            number=(TransferRequest.objects.aggregate(last=Max("number"))["last"] or 0) + 1, run=run, partner=peer,
            day=day, count=len(judged.lines), amount_yen=sum(one.amount for one in judged.lines),
            cuts=[list(one) for one in judged.cuts], stored_id=stored.pk, made_by_id=actor.account_id,
            made_at=clock.now(),
        )  # fmt: skip
        _keep_lines(row.pk, judged.lines)
        audit.record(
            actor=actor, action="make_request", table="eng_bankfiles_transferrequest", object_id=str(row.pk),
            detail={"count": row.count, "amount_yen": row.amount_yen},
        )  # fmt: skip
        return row.pk


def _written(terms: BankTerms, day: date, lines: Sequence[Payer]) -> bytes:
    rows = [
        (n.bank, "", n.branch, "", n.type, n.account, n.holder, n.amount, n.new_code, n.customer_no, "0") for n in lines
    ]
    return _laid_out(terms, day, rows)


def _laid_out(terms: BankTerms, day: date, rows: Sequence[Sequence[object]]) -> bytes:
    header = {
        "client_code": terms.client_code, "client_name": terms.client_name, "mmdd": f"{day:%m%d}", "bank": terms.bank,
        "bank_name": terms.bank_name, "branch": terms.branch, "branch_name": terms.branch_name, "type": terms.type,
        "account": terms.account,
    }  # fmt: skip
    code: rules.Code = "ebcdic" if terms.code == "ebcdic" else "jis"
    line_end: rules.LineEnd = "none" if terms.line_end == "none" else "crlf"
    made = rules.write_file(rules.layout(terms.layout), header, rows, code=code, line_end=line_end)
    if made.errors:
        raise RequestRefused([rules.Wrong(str(one.line), one.code) for one in made.errors])
    return made.data


def check_account(payee: Payer) -> None:
    """Is it an account that a bank takes: branch, kind, digits, name? Raises RequestRefused."""
    terms = BankTerms(client_code="", client_name="", bank="", branch="", type="1", account="")
    if wrong := rules.judge([payee], terms, branches_known()).wrong:
        raise RequestRefused(wrong)


def payout_file(*, partner: str, day: date, payees: Sequence[Payer]) -> tuple[bytes, rules.Judged]:
    """総合振込: the file by which we pay, judged and read again as a request is; nothing is kept here.

    Args:
        payees: whose account, how much; `customer_no` is the caller's key of the line.

    Raises:
        NotFound: no such bank. RequestRefused: lines that can't be paid, all of them told.
        Invalid: "bankfile.closed_day", "bankfile.past_day" (field "day"); "bankfile.empty".
    """
    with unit(SYSTEM):
        peer = Partner.objects.filter(code=partner, kind="bank").first()
    if peer is None:
        raise NotFound
    if not rules.is_bank_day(day):
        raise Invalid(fields={"day": FieldError("bankfile.closed_day")})
    if day < clock.today():
        raise Invalid(fields={"day": FieldError("bankfile.past_day")})
    terms = replace(rules.bank_terms(peer.terms), layout="zengin-21")
    judged = rules.judge(payees, terms, branches_known())
    if judged.wrong:
        raise RequestRefused(judged.wrong)
    if not judged.lines:
        raise Invalid("bankfile.empty")
    rows = [
        (n.bank, "", n.branch, "", "", n.type, n.account, n.holder, n.amount, n.new_code, n.customer_no, "", "")
        for n in judged.lines
    ]
    return _laid_out(terms, day, rows), judged


def _keep_lines(request: UUID, lines: Sequence[Payer]) -> None:
    names = ("customer_no", "bank", "branch", "type", "account", "holder", "amount", "new_code")
    with connection.cursor() as cursor:
        cursor.execute(_LINES, [request, *([getattr(one, name) for one in lines] for name in names)])


def answer_to(partner: Partner, data: bytes) -> tuple[rules.ReadFile, UUID | None, rules.Comparison | None]:
    """A bank's result, the request it answers, and what differs; None where no request waits for it."""
    terms = rules.bank_terms(partner.terms)
    read = rules.read_file(data, rules.layout(terms.layout))
    if read.error_count or len(read.groups) != 1:
        return read, None, None
    header = read.groups[0].header
    waiting = [
        (id, day)
        for id, day in TransferRequest.objects.filter(partner=partner, answer=None).values_list("pk", "day")
        if f"{day:%m%d}" == header["mmdd"]
    ]
    if header["client_code"] != terms.client_code or not waiting:
        return read, None, None
    id, day = waiting[0]
    asked = TransferLine.objects.filter(request_id=id).values_list("customer_no", "amount_yen")
    found = rules.compare(
        (Line(number, amount) for number, amount in asked),
        (Line(*one) for one in read.data.tuples("customer_no", "amount", "result")),
        ours=(terms.client_code, f"{day:%m%d}"), theirs=(header["client_code"], header["mmdd"]),
    )  # fmt: skip
    return read, id, found


def take_answer(row: TakenFile, request: UUID, read: rules.ReadFile) -> None:
    """Write the results beside what was asked for. Inside a unit of the platform."""
    numbers, results = read.data.texts("customer_no"), read.data.texts("result")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE eng_bankfiles_transferline l SET result = g.result FROM unnest(%s::text[], %s::text[]) "
            "AS g(number, result) WHERE l.request_id = %s AND l.customer_no = g.number",
            [numbers, results, request],
        )
    TransferRequest.objects.filter(pk=request).update(answer=row)


def told(found: rules.Comparison | None) -> list[list[Any]]:
    """What differs, as problems of a file."""
    if found is None:
        return [["error", 0, "", "bankfile.no_request", {}]]
    rows: list[list[Any]] = [["error", 0, "", "bankfile.answer_header", {"name": name}] for name in found.header]
    for code, numbers in (("missing", found.missing), ("unasked", found.unknown), ("twice", found.twice)):
        rows += [["error", 0, "顧客番号", f"bankfile.answer_{code}", {"value": number}] for number in numbers]
    return rows + [
        ["error", 0, "引落金額", "bankfile.answer_amount", {"value": number, "said": said, "counted": asked}]
        for number, asked, said in found.amounts
    ]
