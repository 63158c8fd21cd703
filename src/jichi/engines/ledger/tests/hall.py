"""Two divisions, a treasurer and an official, for the tests of this room; how they post."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jichi.engines.accounts import actions as accounts
from jichi.engines.audit.context import Actor, system_actor
from jichi.engines.ledger import actions
from jichi.engines.ledger.rules import Entry, Posting

SYSTEM = system_actor("test")


@dataclass(frozen=True)
class Hall:
    """Ids of two divisions; who closes the books, who looks at those of the first one."""

    first: int
    second: int
    treasurer: Actor
    official: Actor


def build() -> Hall:
    """Make them in the open transaction."""
    first = accounts.create_division(actor=SYSTEM, code="BOOKS-A", names={"ja": "納税課"}).pk
    second = accounts.create_division(actor=SYSTEM, code="BOOKS-B", names={"ja": "学童課"}).pk
    return Hall(
        first,
        second,
        Actor(kind="staff", permissions=frozenset({"eng_ledger.close", "eng_ledger.watch"})),
        Actor(kind="staff", permissions=frozenset({"eng_ledger.view"}), divisions=frozenset({first})),
    )


def posting(
    key: str, division: int, day: date, *entries: tuple[str, int, str] | tuple[str, int], year: int = 2026
) -> Posting:
    """A posting of kind "test"."""
    return Posting(
        key=key, kind="test", division_id=division, fiscal_year=year, belongs_on=day,
        entries=tuple(Entry(*entry) for entry in entries),
    )  # fmt: skip


def post(*postings: Posting) -> actions.Posted:
    """Post as the platform."""
    return actions.post(actor=SYSTEM, postings=postings)
