"""A division that levies, its official, another one, and a kind of levy, for the tests of this room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jichi.engines.accounts import actions as accounts
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.engines.collection import actions
from jichi.engines.collection.actions import NewAssessment, NewReceipt
from jichi.engines.collection.models import Instalment

SYSTEM = system_actor("test")
RIGHTS = frozenset(
    f"eng_collection.{right}" for right in ("view", "assess", "collect", "refund")
) | {"eng_ledger.view"}  # fmt: skip
PAYER = "900000000000011"
DUE = (date(2026, 6, 30), date(2026, 8, 31))


@dataclass(frozen=True)
class Town:
    """Ids of two divisions; officials of each; who may only look."""

    division: int
    other: int
    clerk: Actor
    stranger: Actor
    reader: Actor


def build() -> Town:
    """Make them in the open transaction."""
    division = accounts.create_division(actor=SYSTEM, code="COLLECT-A", names={"ja": "納税課"}).pk
    other = accounts.create_division(actor=SYSTEM, code="COLLECT-B", names={"ja": "学童課"}).pk
    actions.set_levy_kind(actor=SYSTEM, code="resident-tax", title="住民税", division_id=division, nature="tax",
                          takes_unknown=True)  # fmt: skip
    actions.set_levy_kind(actor=SYSTEM, code="after-school", title="学童クラブ", division_id=other, nature="fee",
                          is_charged_late=False)  # fmt: skip
    return Town(
        division,
        other,
        Actor(kind="staff", permissions=RIGHTS, divisions=frozenset({division})),
        Actor(kind="staff", permissions=RIGHTS, divisions=frozenset({other})),
        Actor(kind="staff", permissions=frozenset({"eng_collection.view"}), divisions=frozenset({division})),
    )


def assessment(key: str, *parts: int, payer: str = PAYER, kind: str = "resident-tax") -> NewAssessment:
    """An assessment with one line and instalments on the days of `DUE`."""
    return NewAssessment(
        dedupe_key=key, kind=kind, levy_year=2026, fiscal_year=2026, assessed_on=date(2026, 6, 1),
        decision_ref="8納税第1号", lines=(("tax", "税額", sum(parts)),),
        instalments=tuple(zip(DUE, parts, strict=False)), payer_no=payer, term="全期",
    )  # fmt: skip


def levy(*parts: int, key: str = "a") -> list[Instalment]:
    """An assessment opened by the platform; its instalments."""
    actions.open_assessments(actor=SYSTEM, assessments=[assessment(key, *parts)])
    with unit(SYSTEM):
        return list(Instalment.objects.filter(assessment__dedupe_key=key).order_by("number"))


def money(name: str, key: str, yen: int, day: date) -> NewReceipt:
    """Money from a store."""
    return NewReceipt(dedupe_key=name, channel="store", key=key, paid_on=day, amount_yen=yen)


def pay(name: str, key: str, yen: int, day: date) -> int:
    """Book it as the platform; how many are new."""
    return actions.record_receipts(actor=SYSTEM, receipts=[money(name, key, yen, day)])
