"""An agent, an official who takes files in and one who only looks, for the tests of this room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from jichi.engines.accounts import actions as accounts
from jichi.engines.accounts import queries as account_queries
from jichi.engines.audit.context import Actor, system_actor, unit

from .. import actions, queries
from ..queries import FileView

SYSTEM = system_actor("test")
TERMS = {"layout": "stores-120", "issuer": "929023", "prefix": "25207"}


@dataclass(frozen=True)
class Desk:
    """Who there is."""

    clerk: Actor
    stranger: Actor
    administrator: Actor

    def read(self, data: bytes, partner: str = "agent", purpose: str = "receipts") -> tuple[UUID, bool]:
        """Read a file."""
        return actions.read_file(
            actor=self.clerk, partner=partner, purpose=purpose, filename="a.txt", data=data
        )  # fmt: skip

    def take(self, data: bytes, partner: str = "agent", purpose: str = "receipts") -> UUID:
        """Read a file and apply it."""
        id, _ = self.read(data, partner, purpose)
        actions.apply_file(actor=self.clerk, id=id)
        return id

    def file(self, id: UUID) -> FileView:
        """A file as the official sees it."""
        with unit(self.clerk):
            found = queries.taken_file(id)
        assert found is not None
        return found

    def entries(self, *, is_open: bool = True) -> list[tuple[str, str]]:
        """The work list as (kind, barcode)."""
        with unit(self.clerk):
            return sorted((one.kind, one.barcode) for one in queries.differences(is_open=is_open).rows)


def build() -> Desk:
    """The desk, with an agent by fixed records and one by CSV."""
    accounts.create_division(actor=SYSTEM, code="tax", names={"ja": "納税課"})
    actions.set_partner(actor=SYSTEM, code="agent", kind="stores", title="みどり収納代行", terms=TERMS)
    actions.set_partner(
        actor=SYSTEM, code="sheet", kind="stores", title="CSVの代行", terms={**TERMS, "layout": "stores-csv"}
    )
    return Desk(
        clerk=_official("sato", "section_chief"), stranger=_official("takagi", "caseworker"),
        administrator=_official("admin", "administrator"),
    )  # fmt: skip


def _official(login: str, role: str) -> Actor:
    account = accounts.create_staff_account(
        actor=SYSTEM, login=login, name=login, password="many plain words 1", roles=(role,), division_codes=("tax",),
        starts_on=date(2020, 4, 1),
    )  # fmt: skip
    found = account_queries.signed_in(account_id=account.pk)
    assert found is not None
    return found.actor("", "test")


def asked(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """Rows, read as the platform."""
    with unit(SYSTEM), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def states() -> dict[str, tuple[str, int]]:
    """Barcode → (state, bits) of all receipts."""
    rows = asked("SELECT barcode, state, seen FROM eng_bankfiles_storereceipt")
    return {barcode: (state, seen) for barcode, state, seen in rows}


def to_book(file: UUID) -> list[tuple[Any, ...]]:
    """(channel, key, reissue, day, yen, kind) of what a file changed in the books."""
    return asked(
        "SELECT channel, key, reissue, paid_on, amount_yen, kind FROM bankfiles_to_book(%s) ORDER BY 2, 3", file
    )
