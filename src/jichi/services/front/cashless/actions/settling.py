"""What card firms pay: terms, a file looked at and taken in, differences looked through."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import Max

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import Actor, unit
from jichi.engines.bankfiles import actions as bankfiles
from jichi.engines.ledger import actions as ledger
from jichi.engines.ledger.rules import Posting
from jichi.kernel import clock
from jichi.kernel.calendar import fiscal_year
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound
from jichi.kernel.tables import require_table
from jichi.kernel.text import safe_filename

from .. import queries, rules
from ..models import Difference, Firm, Settlement, SettlementLine
from ..permissions import MANAGE, SETTLE, require
from .days import open_accounts

_LOCK: Final = 7_312_031
"""Key of the advisory lock under which settlements are taken in, one at a time."""
MOST_NOTE: Final = 500
MOST_ERRORS: Final = 200


def set_firm(*, actor: Actor, code: str, title: str, division: str, terms: Mapping[str, Any]) -> None:
    """Agree on terms with a card firm, or change them.

    Raises:
        Forbidden; NotFound: no such division. Invalid: "cashless.terms".
    """
    require(actor, MANAGE)
    agreed = rules.firm_terms(terms)
    found = accounts.division(division)
    if found is None:
        raise NotFound
    with unit(actor):
        values = {"title": title, "division_id": found.id, "terms": dict(terms), "changed_at": clock.now()}
        Firm.objects.update_or_create(code=code, defaults=values)
        _name_sender(actor, code, title, agreed)


def _sender(firm: str) -> str:
    return f"cashless:{firm}"


def _name_sender(actor: Actor, code: str, title: str, agreed: rules.FirmTerms) -> None:
    bankfiles.set_sender(actor=actor, code=_sender(code), title=title, payers=agreed.payers, wait_days=agreed.wait_days)


def read_settlement(*, actor: Actor, firm: str, filename: str, data: bytes) -> UUID:
    """Keep a firm's file as it came and read it; nothing is booked yet. The same bytes again are the same file.

    Raises:
        Forbidden; NotFound: no such firm. Invalid: field "file".
    """
    require(actor, SETTLE)
    require_table(data)
    sha256 = hashlib.sha256(data).hexdigest()
    with unit(actor):
        _one_at_a_time()
        peer = Firm.objects.filter(pk=firm).first()
        if peer is None:
            raise NotFound
        same = Settlement.objects.filter(firm=peer, sha256=sha256, state__in=("ready", "applied")).first()
        if same is not None:
            return same.pk
        _lines, wrong = rules.said(data, rules.firm_terms(peer.terms))
        row = Settlement.objects.create(
            number=(Settlement.objects.aggregate(last=Max("number"))["last"] or 0) + 1, firm=peer,
            filename=safe_filename(filename), sha256=sha256, content=data, state="refused" if wrong else "ready",
            errors=[[one.line, one.place, one.code, dict(one.params)] for one in wrong[:MOST_ERRORS]],
            taken_at=clock.now(), taken_by=actor.account_id,
        )  # fmt: skip
        return row.pk


def apply_settlement(*, actor: Actor, id: UUID) -> None:
    """Take a file in, whole: lines that agree are booked, the others go to the work list. Pressed twice it is once.

    Raises:
        Forbidden; NotFound; Conflict: "cashless.settlement_ended".
    """
    require(actor, SETTLE)
    with unit(actor):
        _one_at_a_time()
        row = Settlement.objects.select_related("firm").select_for_update(of=("self",)).filter(pk=id).first()
        if row is None:
            raise NotFound
        if row.state == "applied":
            return
        if row.state != "ready":
            raise Conflict("cashless.settlement_ended")
        judged, missing = queries.judged(row.firm.terms, bytes(row.content))
        row.state, row.ended_at = "applied", clock.now()
        row.save(update_fields=["state", "ended_at"])
        _keep(row, judged)
        _put_aside(row, judged, missing)
        _post(actor, row, judged)


def _keep(row: Settlement, judged: Sequence[rules.Judged]) -> None:
    SettlementLine.objects.bulk_create(
        SettlementLine(
            settlement=row, line=one.said.line, brand=one.said.brand, from_day=one.said.from_day,
            to_day=one.said.to_day, count=one.said.count, gross_yen=one.said.gross, fee_yen=one.said.fee,
            tax_yen=one.said.tax, net_yen=one.said.net, remit_on=one.said.remit_on, booked_count=one.booked_count,
            booked_yen=one.booked_yen, outcome=one.outcome,
        )
        for one in judged
    )  # fmt: skip


def _put_aside(row: Settlement, judged: Sequence[rules.Judged], missing: Sequence[rules.Booked]) -> None:
    found = [
        Difference(
            settlement=row, kind=kind, brand=one.said.brand, from_day=one.said.from_day, to_day=one.said.to_day,
            said_yen=one.said.gross, booked_yen=one.booked_yen, opened_at=clock.now(),
        )
        for one in judged
        for kind in ([one.outcome] if one.outcome != "matched" else []) + (["fee"] if one.fee_is_off else [])
    ]  # fmt: skip
    found += [
        Difference(
            settlement=row, kind="missing", brand=one.brand, from_day=one.day, to_day=one.day, booked_yen=one.yen,
            opened_at=clock.now(),
        )
        for one in missing
    ]  # fmt: skip
    Difference.objects.bulk_create(found)


def _post(actor: Actor, row: Settlement, judged: Sequence[rules.Judged]) -> None:
    """Book what agrees, and await what the bank must credit for it: one sum for each day on which the firm sends."""
    open_accounts()
    sender = _sender(row.firm_id)
    postings = [
        Posting(
            key=f"cashless:settlement:{row.pk}:{one.said.line}", kind="settlement", division_id=row.firm.division_id,
            fiscal_year=fiscal_year(one.said.remit_on), belongs_on=one.said.remit_on,
            entries=rules.settlement_entries(sender, one.said.brand, one.said.gross, one.said.net),
        )
        for one in judged
        if one.outcome == "matched"
    ]  # fmt: skip
    ledger.post(actor=actor, postings=postings)
    _name_sender(actor, row.firm_id, row.firm.title, rules.firm_terms(row.firm.terms))
    days: dict[date, int] = {}
    for one in judged:
        if one.outcome == "matched":
            days[one.said.remit_on] = days.get(one.said.remit_on, 0) + one.said.net
    for day, yen in days.items():
        bankfiles.promise(
            actor=actor, sender=sender, key=f"cashless:{row.pk}:{day}", day=day,
            parts=[bankfiles.Part(row.firm.division_id, fiscal_year(day), yen)],
        )  # fmt: skip


def drop_settlement(*, actor: Actor, id: UUID) -> None:
    """Give a waiting file up.

    Raises:
        Forbidden; Conflict: "cashless.settlement_ended".
    """
    require(actor, SETTLE)
    with unit(actor):
        done = Settlement.objects.filter(pk=id, state="ready").update(state="dropped", ended_at=clock.now())
        if not done and not Settlement.objects.filter(pk=id, state="dropped").exists():
            raise Conflict("cashless.settlement_ended")


def close_difference(*, actor: Actor, id: UUID, note: str) -> None:
    """Say how a difference was settled.

    Raises:
        Forbidden; NotFound; Invalid: field "note". Conflict: "cashless.difference_closed".
    """
    require(actor, SETTLE)
    note = note.strip()
    if not note:
        raise Invalid(fields={"note": FieldError("field.required")})
    if len(note) > MOST_NOTE:
        raise Invalid(fields={"note": FieldError("field.too_long", {"max": MOST_NOTE, "now": len(note)})})
    with unit(actor):
        row = Difference.objects.select_for_update().filter(pk=id).first()
        if row is None:
            raise NotFound
        if row.closed_at is not None:
            raise Conflict("cashless.difference_closed")
        row.closed_at, row.closed_by, row.note = clock.now(), actor.account_id, note
        row.save(update_fields=["closed_at", "closed_by", "note"])


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
