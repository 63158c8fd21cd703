"""Reads of mandates. Row security shows payers their own and officials those of their divisions."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Q

from jichi.engines.accounts.sealing import unseal

from .models import Mandate, MandateEvent
from .rules import TYPES, Account, masked

PAGE: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class MandateView:
    """A mandate as pages show it: the account number masked, the holder not at all."""

    id: UUID
    number: str
    payer_no: str
    kind: str
    kind_title: str
    division_id: int
    bank: str
    branch: str
    type: str
    tail: str
    source: str
    state: str
    since: date
    ended_on: date | None
    reason: str
    failures: int
    opened_at: datetime

    @property
    def account(self) -> str:
        """Kind and masked number: 普通 ****567."""
        return f"{TYPES[self.type]} {masked(self.tail)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One line of a mandate's history."""

    what: str
    detail: Mapping[str, Any]
    by: str
    at: datetime


def unsealed(row: Mandate) -> Account:
    """The whole account: for files to banks and comparisons, never for pages."""
    told = json.loads(unseal(row.sealed))
    return Account(bank=row.bank, branch=row.branch, type=row.type, number=told["number"], holder=told["holder"])


def _view(row: Mandate) -> MandateView:
    return MandateView(
        id=row.pk, number=row.number, payer_no=row.payer_no, kind=row.kind_id, kind_title=row.kind.title,
        division_id=row.division_id, bank=row.bank, branch=row.branch, type=row.type, tail=row.tail,
        source=row.source, state=row.state, since=row.since, ended_on=row.ended_on, reason=row.reason,
        failures=row.failures, opened_at=row.opened_at,
    )  # fmt: skip


def mandate(id: UUID) -> MandateView | None:
    """One mandate that the actor sees. One statement."""
    row = Mandate.objects.select_related("kind").filter(pk=id).first()
    return _view(row) if row else None


def history(id: UUID) -> tuple[Happened, ...]:
    """What happened to it, oldest first. One statement."""
    rows = MandateEvent.objects.filter(mandate_id=id).select_related("by").order_by("id")
    return tuple(
        Happened(what=row.what, detail=row.detail, by=row.by.name if row.by else "", at=row.at) for row in rows
    )


def of_payer(payer_no: str) -> tuple[MandateView, ...]:
    """All of a payer that the actor sees, those that live first. One statement."""
    rows = Mandate.objects.select_related("kind").filter(payer_no=payer_no).order_by("ended_on", "-opened_at")
    return tuple(_view(row) for row in sorted(rows, key=lambda row: row.state == "ended"))


def live_mandate(*, payer_no: str, kind: str, on: date) -> MandateView | None:
    """支払方法: the account from which this payer's dues of a kind that fall on a day are taken, None: pay by slip.

    For rooms that charge; one statement. Held ones are not live.
    """
    row = Mandate.objects.select_related("kind").filter(
        payer_no=payer_no, kind_id=kind, state="live", since__lte=on
    ).first()  # fmt: skip
    return _view(row) if row else None


def live_mandates(*, kind: str, payers: Collection[str] | None = None, on: date) -> dict[str, MandateView]:
    """Payer → account as of `live_mandate`, for these payers (None: all that the actor sees). One statement."""
    rows = Mandate.objects.select_related("kind").filter(kind_id=kind, state="live", since__lte=on)
    if payers is not None:
        rows = rows.filter(payer_no__in=set(payers))
    return {row.payer_no: _view(row) for row in rows}


def accounts_of(ids: Collection[UUID]) -> dict[UUID, Account]:
    """Whole accounts, for files to banks. One statement; inside a unit of the platform."""
    return {row.pk: unsealed(row) for row in Mandate.objects.filter(pk__in=set(ids))}


def search(
    *, q: str = "", kind: str = "", state: str = "", source: str = "", after: str = "", limit: int = PAGE
) -> tuple[tuple[MandateView, ...], int]:
    """(mandates by number, how many in all); `q`: 宛名番号 or the mandate's number; `after`: the last number seen.

    Two statements.
    """
    rows = Mandate.objects.select_related("kind").all()
    plain = q.strip().replace("-", "").upper()
    for name, value in (("kind_id", kind), ("state", state), ("source", source)):
        if value:
            rows = rows.filter(**{name: value})
    if plain:
        rows = rows.filter(Q(payer_no=plain) | Q(number=plain))
    total = rows.count()
    return tuple(_view(row) for row in rows.filter(number__gt=after).order_by("number")[:limit]), total


def payers_on(*, kind: str, on: date) -> set[str]:
    """Payers whose dues of a kind were taken from an account on a day, as far as the actor sees. One statement."""
    rows = Mandate.objects.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=on), kind_id=kind, since__lte=on)
    return set(rows.values_list("payer_no", flat=True))


def bank_name(bank: str, branch: str = "") -> str:
    """Name of a bank and branch from the copy this house came with; the codes where there is none."""
    import zengin_code

    found = zengin_code.Bank.all.get(bank)
    if found is None:
        return f"{bank} {branch}".strip()
    at = found.branches.get(branch)
    name = found.name if found.name.endswith(("銀行", "信金", "信組", "農協")) else f"{found.name}銀行"
    return f"{name} {at.name}支店".replace("営業部支店", "営業部") if at else name
