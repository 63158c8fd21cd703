"""Mandates opened, held, set free and ended; the platform writes after it was asked who may."""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.db import IntegrityError

from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.sealing import seal
from jichi.engines.audit.announce import announce
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.engines.collection import queries as collection
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Forbidden, NotFound
from jichi.kernel.receipt_number import new_number

from .events import MandateChanged
from .models import Mandate, MandateEvent
from .permissions import require
from .queries import unsealed
from .rules import SHOWN_DIGITS, Account, Source

SYSTEM = system_actor("mandates")
CHUNK: Final = 2_000
"""Mandates a statement, where a file brings many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMandate:
    """What is agreed: dues of `kind` of a payer from `since` on. The same `dedupe_key` is the same mandate."""

    dedupe_key: str
    payer_no: str
    kind: str
    account: Account
    source: Source
    since: date


def open_mandate(*, actor: Actor, new: NewMandate, replaces: bool = False) -> UUID:
    """Keep a mandate; the id. Told again, or the same account as the one that lives, it is the one that is there.

    Args:
        replaces: another account takes the place of the one that lives.

    Raises:
        Forbidden: not the platform, and without "eng_mandates.edit" in the division that levies.
        NotFound: no such kind. Conflict: "mandate.there": another account is registered.
    """
    found = next((one for one in _kinds() if one.code == new.kind), None)
    if found is None:
        raise NotFound
    require(actor, found.division_id)
    with unit(actor), unit(SYSTEM):
        if told := Mandate.objects.filter(dedupe_key=new.dedupe_key).first():
            return told.pk
        old = Mandate.objects.select_for_update().filter(payer_no=new.payer_no, kind_id=new.kind)
        living = old.exclude(state="ended").first()
        if living is not None:
            if living.state == "live" and unsealed(living) == new.account:
                return living.pk
            if not replaces:
                raise Conflict("mandate.there")
            _end(living, actor, "changed", clock.today())
        return _keep(actor, new, found.division_id)


def open_mandates(*, actor: Actor, news: Sequence[NewMandate]) -> tuple[int, int, list[tuple[str, str]]]:
    """Keep many, all or none: (new, there with the same account, (payer, kind) that have another account).

    Where the last is not empty nothing was written. Statements by thousands, not by mandate.

    Raises:
        Forbidden: without "eng_mandates.edit" in a division that levies. NotFound: no such kind.
        Conflict: "mandate.there": somebody else registered one meanwhile.
    """
    divisions = {one.code: one.division_id for one in _kinds()}
    if not {new.kind for new in news} <= set(divisions):
        raise NotFound
    for kind in {new.kind for new in news}:
        require(actor, divisions[kind])
    with unit(actor), unit(SYSTEM):
        living = {
            (row.payer_no, row.kind_id): row
            for row in Mandate.objects.filter(payer_no__in={new.payer_no for new in news}).exclude(state="ended")
        }
        known = {at: unsealed(row) for at, row in living.items()}
        others = [at for new in news if (at := (new.payer_no, new.kind)) in known and known[at] != new.account]
        if others:
            return 0, 0, others
        told = set(Mandate.objects.filter(dedupe_key__in={new.dedupe_key for new in news}).values_list("dedupe_key"))
        fresh = [new for new in news if (new.payer_no, new.kind) not in known and (new.dedupe_key,) not in told]
        rows = [_row(new, divisions[new.kind]) for new in fresh]
        try:
            with unit(SYSTEM):
                Mandate.objects.bulk_create(rows, batch_size=CHUNK)
        except IntegrityError:
            raise Conflict("mandate.there") from None
        MandateEvent.objects.bulk_create(
            [MandateEvent(mandate=row, what="opened", detail={"source": row.source}, by_id=actor.account_id,
                          at=row.opened_at) for row in rows], batch_size=CHUNK,
        )  # fmt: skip
        for row in rows:
            _announce(row)
        return len(rows), len(news) - len(rows), []


def _row(new: NewMandate, division_id: int) -> Mandate:
    account = new.account
    return Mandate(
        number=new_number(secrets.token_bytes(5)), dedupe_key=new.dedupe_key, payer_no=new.payer_no,
        kind_id=new.kind, division_id=division_id, bank=account.bank, branch=account.branch, type=account.type,
        tail=account.number[-SHOWN_DIGITS:],
        sealed=seal(json.dumps({"number": account.number, "holder": account.holder})), source=new.source,
        since=new.since, opened_at=clock.now(),
    )  # fmt: skip


def _kinds() -> list[collection.KindView]:
    with unit(SYSTEM):
        return collection.kinds()


def _keep(actor: Actor, new: NewMandate, division_id: int) -> UUID:
    row = _row(new, division_id)
    try:
        with unit(SYSTEM):
            row.save(force_insert=True)
    except IntegrityError:
        raise Conflict("mandate.there") from None
    _note(row, actor, "opened", {"source": new.source})
    return row.pk


def end_mandate(*, actor: Actor, mandate_id: UUID, reason: str, on: date | None = None) -> None:
    """End it: nothing is taken for dues that are asked for later. Ended before: nothing more happens.

    Raises:
        Forbidden: neither the payer, nor "eng_mandates.edit" in the division, nor the platform. NotFound.
    """
    with unit(actor), unit(SYSTEM):
        row = _locked(mandate_id)
        _require_owner(actor, row)
        if row.state != "ended":
            _end(row, actor, reason, on or clock.today())


def _require_owner(actor: Actor, row: Mandate) -> None:
    if actor.kind == "resident" and actor.account_id is not None:
        if accounts.linked_person(actor.account_id) != row.payer_no:
            raise NotFound
        return
    try:
        require(actor, row.division_id)
    except Forbidden:
        raise NotFound from None


def hold_mandate(*, actor: Actor, mandate_id: UUID, reason: str) -> None:
    """Stop it until somebody has looked; one that is held or ended stays so. Raises as `end_mandate`."""
    with unit(actor), unit(SYSTEM):
        row = _locked(mandate_id)
        _require_owner(actor, row)
        if row.state == "live":
            row.state, row.reason = "held", reason
            row.save(update_fields=["state", "reason"])
            _note(row, actor, "held", {"reason": reason})


def free_mandate(*, actor: Actor, mandate_id: UUID) -> None:
    """Take up again what was held. Raises as `end_mandate`; Conflict: "mandate.ended"."""
    with unit(actor), unit(SYSTEM):
        row = _locked(mandate_id)
        require(actor, row.division_id)
        if row.state == "ended":
            raise Conflict("mandate.ended")
        if row.state == "held":
            row.state, row.reason, row.failures = "live", "", 0
            row.save(update_fields=["state", "reason", "failures"])
            _note(row, actor, "freed", {})


def note_debits(*, actor: Actor, taken: Collection[UUID], failed: Collection[UUID]) -> dict[UUID, int]:
    """What a bank's result said: taken ends a row of failures, failed lengthens it. Failures in a row, by mandate.

    Raises:
        Forbidden: not the platform.
    """
    if actor.kind != "system":
        raise Forbidden
    counts: dict[UUID, int] = {}
    with unit(actor):
        rows = Mandate.objects.select_for_update().filter(pk__in={*taken, *failed}).exclude(state="ended")
        for row in rows.order_by("pk"):
            wanted = row.failures + 1 if row.pk in failed else 0
            if wanted != row.failures:
                row.failures = wanted
                row.save(update_fields=["failures"])
            counts[row.pk] = wanted
    return counts


def _locked(mandate_id: UUID) -> Mandate:
    row = Mandate.objects.select_for_update().filter(pk=mandate_id).first()
    if row is None:
        raise NotFound
    return row


def _end(row: Mandate, actor: Actor, reason: str, on: date) -> None:
    row.state, row.reason, row.ended_on = "ended", reason, on
    row.save(update_fields=["state", "reason", "ended_on"])
    _note(row, actor, "ended", {"reason": reason})


def _note(row: Mandate, actor: Actor, what: str, detail: dict[str, object]) -> None:
    MandateEvent.objects.create(mandate=row, what=what, detail=detail, by_id=actor.account_id, at=clock.now())
    _announce(row)


def _announce(row: Mandate) -> None:
    announce(MandateChanged(
        mandate_id=row.pk, payer_no=row.payer_no, kind=row.kind_id, state=row.state, since=row.since,
        reason=row.reason,
    ))  # fmt: skip
