"""Reads of representation, offered by `queries`. Each is one statement; row security shows what is one's own.

None of it holds an address or a contact of either side: a protected person's representative learns a name and no more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from jichi.kernel import clock
from jichi.kernel.localized import LocalizedText, pick

from .models import Representation as Row
from .representation import code_of, last_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Representation:
    """For whom an account may act. `procedures` () means all; `valid_until` None means no end was agreed."""

    id: UUID
    kind: str
    """"guardian", "agent" or "officer"."""
    principal_no: str
    """宛名番号, or 団体番号 where the kind is "officer"."""
    principal_name: str
    procedures: tuple[str, ...]
    valid_from: date
    valid_until: date | None

    def covers(self, procedure: str) -> bool:
        """May the representative act in this procedure?"""
        return not self.procedures or procedure in self.procedures


@dataclass(frozen=True, slots=True, kw_only=True)
class Mandate:
    """A representation as its own pages show it. `code` is there only while it waits, for who gave it."""

    id: UUID
    kind: str
    state: str
    principal_name: str
    agent_name: str
    procedures: tuple[str, ...]
    valid_from: date
    valid_until: date | None
    asked_at: datetime
    code: str
    code_until: datetime | None
    end_reason: str
    principal_no: str
    agent_account_id: UUID | None
    basis: str
    document_id: UUID | None

    @property
    def is_open(self) -> bool:
        """Can it still be ended?"""
        return self.state in {"asked", "active"}


def representations(account_id: UUID, on: date) -> tuple[Representation, ...]:
    """Those for whom this account may act on that day. One statement.

    Readable by the representative, the system and officials with "eng_accounts.representation.see".
    """
    rows = Row.objects.filter(agent_account_id=account_id, state="active", during__contains=on)
    return tuple(
        Representation(
            id=row.pk, kind=row.kind, principal_no=row.principal_no, principal_name=row.principal_name,
            procedures=tuple(row.procedures), valid_from=row.during.lower, valid_until=last_day(row.during),
        )
        for row in rows.order_by("principal_name", "pk")
    )  # fmt: skip


def representation_for(
    *, account_id: UUID, principal_no: str, procedure: str, on: date, kind: str = ""
) -> Representation | None:
    """The representation under which this account may act for that person or organisation; None: it may not.

    Args:
        kind: only of this kind; "" takes any ("officer" is asked for by name: its numbers are organisations').
    """
    for one in representations(account_id, on):
        fits = one.kind == kind if kind else one.kind != "officer"
        if fits and one.principal_no == principal_no and one.covers(procedure):
            return one
    return None


def _mandate(row: Row, *, with_code: bool) -> Mandate:
    waits = with_code and row.state == "asked" and row.code_until is not None and row.code_until > clock.now()
    return Mandate(
        id=row.pk, kind=row.kind, state=row.state, principal_name=row.principal_name, agent_name=row.agent_name,
        procedures=tuple(row.procedures), valid_from=row.during.lower, valid_until=last_day(row.during),
        asked_at=row.asked_at, code=code_of(row.pk) if waits else "", code_until=row.code_until,
        end_reason=row.end_reason, principal_no=row.principal_no, agent_account_id=row.agent_account_id,
        basis=row.basis, document_id=row.document_id,
    )  # fmt: skip


def mandates_given(*, account_id: UUID, addressee_no: str) -> tuple[Mandate, ...]:
    """What this resident gave, or what was registered for them; newest first, the last fifty. One statement."""
    own = Row.objects.filter(principal_account_id=account_id)
    if addressee_no:
        own = own | Row.objects.filter(principal_no=addressee_no).exclude(kind="officer")
    return tuple(_mandate(row, with_code=True) for row in own.order_by("-asked_at")[:50])


def mandates_held(*, account_id: UUID) -> tuple[Mandate, ...]:
    """What this account was given, newest first, the last fifty. One statement."""
    rows = Row.objects.filter(agent_account_id=account_id).order_by("-asked_at")[:50]
    return tuple(_mandate(row, with_code=False) for row in rows)


def mandate(representation_id: UUID) -> Mandate | None:
    """One, if the reader may see it. One statement."""
    row = Row.objects.filter(pk=representation_id).first()
    return _mandate(row, with_code=True) if row else None


def mandates_of(principal_no: str) -> tuple[Mandate, ...]:
    """All of one principal, for officials; newest first, the last fifty. One statement."""
    rows = Row.objects.filter(principal_no=principal_no).order_by("-asked_at")[:50]
    return tuple(_mandate(row, with_code=False) for row in rows)


_procedures: list[Callable[[], Mapping[str, LocalizedText]]] = []


def tell_procedures(names: Callable[[], Mapping[str, LocalizedText]]) -> None:
    """Tell this room, which stands below them, which procedures a mandate may name (called from an `apps.ready`)."""
    _procedures[:] = [names]


def procedure_names(language: str) -> dict[str, str]:
    """Id → title of every procedure that a mandate may name; empty where nobody has told."""
    return {key: pick(title, language).text for names in _procedures for key, title in names().items()}
