"""Which bills a person may pay online: their own, and those of the household where the kind allows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from jichi.engines.audit import actions as audit
from jichi.engines.audit.context import Actor, unit
from jichi.engines.registry import queries as registry
from jichi.kernel import clock
from jichi.kernel.errors import NotFound

from . import actions, queries
from .actions import ChosenBill
from .queries import Bill
from .resident import SYSTEM, own_bills

LANGUAGES: Final = ("ja", "easy", "en", "zh-hans", "ko")


@dataclass(frozen=True, slots=True)
class Payable:
    """A bill that is open. `charge_id`: it is being paid by this charge. `of_other`: of another of the household."""

    bill: Bill
    charge_id: UUID | None
    of_other: bool


def payable(actor: Actor, payer_no: str) -> list[Payable]:
    """What the person may pay online now, by due day. Whoever sees bills of others is recorded, once for each person.

    Bills of which a store has said that they were paid are left out.
    """
    if not payer_no:
        return []
    today = clock.today()
    own = own_bills(payer_no)
    with unit(SYSTEM):
        others = _others(payer_no)
        shared = [bill for bill in queries.shared_bills(payers=others, today=today) if bill.view.owed] if others else []
        rows = [bill for bill in (*own, *shared) if bill.view.owed and not bill.view.announced]
        going = queries.being_paid(ids=[bill.view.id for bill in rows])
    for number in sorted({bill.payer_no for bill in shared}):
        seen = next(bill for bill in shared if bill.payer_no == number)
        audit.record_look(
            actor=actor, table="eng_collection_assessment", object_id=str(seen.assessment_id), subject=number
        )
    rows.sort(key=lambda bill: (bill.view.due_on, bill.view.id))
    return [Payable(bill, going.get(bill.view.id), bill.payer_no != payer_no) for bill in rows]


def _others(payer_no: str) -> list[str]:
    """Who else lives in the household, by the register of today; nobody where anybody of it is protected."""
    members = registry.household_of(payer_no)
    if any(member.is_protected for member in members):
        return []
    return [member.addressee_no for member in members if member.addressee_no != payer_no]


def begin(actor: Actor, payer_no: str, keys: Sequence[str]) -> UUID:
    """Begin to pay the bills with these 納付番号, over what is owed today; the id of the charge that carries them.

    Raises:
        NotFound: one that the person may not pay, or that is paid.
        Invalid, Conflict: see `actions.begin_online`.
    """
    found = {one.bill.view.key: one.bill for one in payable(actor, payer_no)}
    if not set(keys) <= set(found):
        raise NotFound
    return actions.begin_online(
        actor=actor, payer_no=payer_no,
        bills=[
            ChosenBill(found[key].view.id, line_title(found[key]), found[key].view.owed) for key in sorted(set(keys))
        ],
    )  # fmt: skip


def line_title(bill: Bill) -> dict[str, str]:
    """What a line of the charge, and so the receipt, calls the bill."""
    return {language: f"{bill.title_in(language)} ({bill.view.key})" for language in LANGUAGES}
