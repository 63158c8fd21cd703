"""Use cases of files that come in: agree on terms, read, apply, drop; look through what differs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import Max

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit import actions as audit
from jichi.engines.audit.announce import announce
from jichi.engines.audit.context import Actor, unit
from jichi.engines.files import actions as files
from jichi.engines.files import queries as file_queries
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound
from jichi.kernel.text import safe_filename

from . import crediting, rules, staging, transfers
from .crediting import SYSTEM, Part, open_accounts, promise, set_sender
from .crediting import one_at_a_time as _one_at_a_time
from .events import ReceiptsTaken, SettlementTaken
from .models import Difference, Partner, Remittance, TakenFile
from .permissions import MANAGE, TAKE, require

__all__ = [
    "Part",
    "apply_file",
    "bind_credits",
    "close_difference",
    "close_settled",
    "drop_file",
    "open_accounts",
    "promise",
    "put_aside",
    "put_settled_aside",
    "raise_alarms",
    "read_file",
    "set_partner",
    "set_sender",
    "take_whole",
]
MOST_NOTE: Final = 500


def set_partner(*, actor: Actor, code: str, kind: str, title: str, terms: Mapping[str, Any]) -> None:
    """Agree on terms with a bank or agent, or change them.

    Raises:
        Forbidden; Invalid: `fields` names what is wrong.
    """
    require(actor, MANAGE)
    if kind not in rules.KIND_WORDS:
        raise Invalid(fields={"kind": FieldError("field.choose_one")})
    if not title.strip():
        raise Invalid(fields={"title": FieldError("field.required")})
    if kind == "stores":
        rules.store_terms(terms)
    elif kind == "bank":
        rules.bank_terms(terms)
    with unit(actor):
        Partner.objects.update_or_create(
            code=code, defaults={"kind": kind, "title": title, "terms": dict(terms), "changed_at": clock.now()}
        )
        if kind == "stores" and (named := rules.store_terms(terms)).payers:
            set_sender(actor=actor, code=f"stores:{code}", title=title, payers=named.payers, wait_days=named.wait_days)
        if kind == "acquirer":
            agreed = rules.acquirer_terms(terms)
            if accounts.division(agreed.division) is None:
                raise Invalid(fields={"division": FieldError("bankfile.no_division", {"name": agreed.division[:40]})})
            set_sender(
                actor=actor, code=f"acquirer:{code}", title=title, payers=agreed.payers, wait_days=agreed.wait_days
            )


def read_file(*, actor: Actor, partner: str, purpose: str, filename: str, data: bytes) -> tuple[UUID, bool]:
    """Keep a file unchanged, read it, and weigh what it would do. Nothing but the file is kept yet.

    Returns:
        (the file, True) or, where the same bytes wait or were taken in before, (that file, False).

    Raises:
        Forbidden; NotFound: no such partner. Invalid: "field.required" for an empty file, "bankfile.wrong_purpose".
    """
    require(actor, TAKE)
    with unit(actor), unit(SYSTEM):
        row, look = _read(actor, partner, purpose, filename, data)
        return row.pk, look is not None


def take_whole(*, actor: Actor, partner: str, purpose: str, filename: str, data: bytes) -> tuple[UUID, bool]:
    """As `read_file` and then `apply_file`, looked at once, in one transaction: for files that nobody looks at first.

    One that is wrong is kept as refused. Raises as they do.

    Returns:
        (the file, whether it was taken in now and not before).
    """
    require(actor, TAKE)
    with unit(actor), unit(SYSTEM):
        row, look = _read(actor, partner, purpose, filename, data)
        is_waiting = row.state == "ready"
        if is_waiting:
            _apply(actor, row, look or staging.look(row.partner, purpose, data))
        return row.pk, is_waiting


def _read(
    actor: Actor, partner: str, purpose: str, filename: str, data: bytes
) -> tuple[TakenFile, staging.Look | None]:
    """The file kept with what it holds; where its bytes were there before, that one and nothing looked at."""
    if not data:
        raise Invalid(fields={"file": FieldError("field.required")})
    sha256 = hashlib.sha256(data).hexdigest()
    _one_at_a_time()
    peer = _partner(partner, purpose)
    same = TakenFile.objects.select_related("partner").filter(
        partner=peer, purpose=purpose, sha256=sha256, state__in=("ready", "applied")
    )
    if found := same.first():
        return found, None
    look = staging.look(peer, purpose, data)
    name = safe_filename(filename)
    with unit(actor):
        stored = files.store_bytes(
            actor=actor, data=data, filename=name, media_type="application/octet-stream", purpose="bankfiles.taken"
        )
    row = TakenFile.objects.create(
        number=(TakenFile.objects.aggregate(last=Max("number"))["last"] or 0) + 1, partner=peer, purpose=purpose,
        filename=name, sha256=sha256, stored_id=stored.pk, state="refused" if look.error_count else "ready",
        rows=look.rows, amount_yen=look.amount, error_count=look.error_count, problems=look.problems,
        outcome=look.outcome, taken_by_id=actor.account_id, taken_at=clock.now(),
    )  # fmt: skip
    _record(actor, "read_file", row.pk)
    return row, look


def apply_file(*, actor: Actor, id: UUID) -> dict[str, Any]:
    """Take a file in: all of it in one transaction, with what the rooms above book. Pressed twice it is applied once.

    Returns:
        what it did: counts as `bankfiles_weigh` names them.

    Raises:
        Forbidden; NotFound; Conflict: "bankfile.not_waiting", "bankfile.file_lost".
    """
    require(actor, TAKE)
    with unit(actor), unit(SYSTEM):
        _one_at_a_time()
        row = TakenFile.objects.select_related("partner").select_for_update(of=("self",)).filter(pk=id).first()
        if row is None:
            raise NotFound
        if row.state == "applied":
            return dict(row.outcome)
        if row.state != "ready":
            raise Conflict("bankfile.not_waiting")
        with file_queries.open_file(row.stored_id) as content:
            data = content.read()
        if hashlib.sha256(data).hexdigest() != row.sha256:
            raise Conflict("bankfile.file_lost")
        return _apply(actor, row, staging.look(row.partner, row.purpose, data))


def _apply(actor: Actor, row: TakenFile, look: staging.Look) -> dict[str, Any]:
    if look.error_count:  # the terms were changed since
        raise Conflict("bankfile.not_waiting")
    outcome = {**look.outcome, **_written(row, look)}
    TakenFile.objects.filter(pk=row.pk).update(state="applied", outcome=outcome, ended_at=clock.now())
    _record(actor, "apply_file", row.pk)
    if row.purpose == "settlement":
        announce(SettlementTaken(file_id=row.pk))
    elif row.purpose in ("receipts", "results"):
        announce(ReceiptsTaken(file_id=row.pk))
    return outcome


def _written(row: TakenFile, look: staging.Look) -> dict[str, int]:
    """Write what a file says; what came of it beyond what was weighed. A settlement the room above writes."""
    if row.purpose == "remittance":
        for day, chain, amount in look.remittances:
            Remittance.objects.update_or_create(
                partner=row.partner, remit_on=day, chain=chain, defaults={"file": row, "amount_yen": amount}
            )
    elif row.purpose == "credits":
        return crediting.take_credits(row, look.credits)
    elif look.answer is not None:
        transfers.take_answer(row, *look.answer)
    elif row.purpose == "receipts":
        with connection.cursor() as cursor:
            cursor.execute("SELECT bankfiles_merge(%s, %s, %s)", [row.pk, row.partner_id, clock.now()])
    return {}


def drop_file(*, actor: Actor, id: UUID) -> None:
    """Give a waiting file up. Raises Forbidden; Conflict."""
    require(actor, TAKE)
    with unit(actor), unit(SYSTEM):
        done = TakenFile.objects.filter(pk=id, state="ready").update(state="dropped", ended_at=clock.now())
        if not done and not TakenFile.objects.filter(pk=id, state="dropped").exists():
            raise Conflict("bankfile.not_waiting")
        _record(actor, "drop_file", id)


def close_difference(*, actor: Actor, id: UUID, note: str) -> None:
    """Say how a difference was settled. Nothing of the receipt changes: what is booked, the rooms above decide.

    Raises:
        Forbidden; NotFound; Invalid: a note is needed; Conflict: "bankfile.entry_closed".
    """
    require(actor, TAKE)
    if not note.strip():
        raise Invalid(fields={"note": FieldError("bankfile.note_needed")})
    if len(note) > MOST_NOTE:
        raise Invalid(fields={"note": FieldError("field.too_long", {"max": MOST_NOTE, "now": len(note)})})
    with unit(actor), unit(SYSTEM):
        row = Difference.objects.select_for_update().filter(pk=id).first()
        if row is None:
            raise NotFound
        if row.closed_at is not None:
            raise Conflict("bankfile.entry_closed")
        Difference.objects.filter(pk=id).update(closed_at=clock.now(), closed_by_id=actor.account_id, note=note.strip())
        _record(actor, "close_difference", id, "eng_bankfiles_difference")


def put_aside(*, actor: Actor, receipt_ids: list[int], kind: str) -> int:
    """Put receipts on the work list for a room above: "unknown" (no such claim) or "old_flag" (slip issued again)."""
    with unit(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SELECT bankfiles_put_aside(%s, %s, %s)", [receipt_ids, kind, clock.now()])
        return int(cursor.fetchone()[0])


def raise_alarms(*, actor: Actor) -> int:
    """Put advance notices on the work list that wait too long for what must follow. How many are new there."""
    with unit(actor):
        _one_at_a_time()
        crediting.look_for_missing()
        with connection.cursor() as cursor:
            cursor.execute("SELECT bankfiles_alarm(%s, %s)", [clock.today(), clock.now()])
            return int(cursor.fetchone()[0])


def put_settled_aside(*, actor: Actor, file_id: UUID, kind: str, subject: str, detail: Mapping[str, Any]) -> None:
    """Put something of a settlement on the work list for the room above, once for its subject."""
    del actor  # who may take a settlement in was asked when the file was
    with unit(SYSTEM):
        partner_id = TakenFile.objects.values_list("partner_id", flat=True).get(pk=file_id)
        crediting.put_entry(kind, subject, detail=detail, partner_id=partner_id, file_id=file_id)


def close_settled(*, actor: Actor, kind: str, subjects: list[str]) -> None:
    """What waited on the work list for a settlement has come by itself."""
    del actor  # as above
    with unit(SYSTEM):
        Difference.objects.filter(kind=kind, subject__in=subjects, closed_at=None).update(closed_at=clock.now())


def bind_credits(*, actor: Actor, promises: list[UUID], credits: list[UUID], reason: str) -> None:
    """Say that promises and credits of one firm belong together though they don't add up by themselves.

    Raises:
        Forbidden; Invalid: field "reason". Conflict: "bankfile.bound_already".
    """
    require(actor, TAKE)
    if len(reason) > MOST_NOTE:
        raise Invalid(fields={"reason": FieldError("field.too_long", {"max": MOST_NOTE, "now": len(reason)})})
    with unit(actor), unit(SYSTEM):
        _one_at_a_time()
        crediting.bind_by_hand(by=actor.account_id, promises=promises, credits=credits, reason=reason)
        for id in credits:
            _record(actor, "bind_credits", id, "eng_bankfiles_credit")


def _partner(code: str, purpose: str) -> Partner:
    found = Partner.objects.filter(code=code).first()
    if found is None:
        raise NotFound
    if purpose not in rules.PURPOSES_OF[found.kind]:
        raise Invalid("bankfile.wrong_purpose", fields={"purpose": FieldError("bankfile.wrong_purpose")})
    return found


def _record(actor: Actor, action: str, id: UUID, table: str = "eng_bankfiles_takenfile") -> None:
    """Who asked for what the platform wrote."""
    audit.record(actor=actor, action=action, table=table, object_id=str(id))
