"""Objects of this room for the tests that walk every address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from jichi.engines.audit.context import system_actor, unit
from jichi.kernel import clock

from .. import actions, queries, rules

SHARED = frozenset({"front_cashless:settlement", "front_cashless:difference", "front_cashless:handover"})
"""What firms send, and what the treasurer has, concerns the whole town."""
SYSTEM = system_actor("test")


def _desk(world: Any) -> UUID:
    code = f"X-{uuid4().hex[:8].upper()}"
    actions.load_desks(actor=SYSTEM, data=f"窓口番号,窓口名,課\n{code},例の窓口,{world.division.code}\n".encode())
    fees = f"窓口番号,項目番号,項目,単価,税区分\n{code},JUMIN,写し,300,非課税\n"
    actions.load_fees(actor=SYSTEM, data=fees.encode(), valid_from=clock.today())
    return next(one.id for one in queries.desks() if one.code == code)


def _day(world: Any) -> UUID:
    return actions.open_day(actor=SYSTEM, desk_id=_desk(world), pieces={1_000: "10"})


def _sale(world: Any) -> UUID:
    day = _day(world)
    with unit(SYSTEM):
        found = queries.day(day)
    assert found is not None
    tender = rules.Tender(method="cash", tendered_yen=300)
    return actions.sell(actor=SYSTEM, desk_id=found.desk_id, key=uuid4(), counts={"JUMIN": 1}, tender=tender)


def _settlement(world: Any) -> UUID:
    terms = {"brands": {"VISA": "card"}}
    actions.set_firm(actor=SYSTEM, code="example", title="例の会社", division=world.division.code, terms=terms)
    head = "対象期間開始,対象期間終了,ブランド,件数,売上金額,手数料率,手数料,消費税,振込金額,振込日\n"
    row = f"2026-06-01,2026-06-15,VISA,1,{uuid4().int % 900_000 + 1},,0,0,0,2026-06-30\n"
    return actions.read_settlement(actor=SYSTEM, firm="example", filename="a.csv", data=(head + row).encode())


def _difference(world: Any) -> UUID:
    id = _settlement(world)
    actions.apply_settlement(actor=SYSTEM, id=id)
    with unit(SYSTEM):
        return next(one.id for one in queries.differences() if one.settlement_id == id)


def _handover(world: Any) -> UUID:
    day = _day(world)
    actions.close_day(actor=SYSTEM, day_id=day, pieces={1_000: "10"})
    return actions.hand_over(actor=SYSTEM, day_ids=[day], counted_yen=0)


def url_examples() -> dict[str, Callable[[Any], dict[str, object]]]:
    """URL name → its arguments."""
    return {
        "front_cashless:desk": lambda world: {"id": _desk(world)},
        "front_cashless:open": lambda world: {"id": _desk(world)},
        "front_cashless:sell": lambda world: {"id": _desk(world)},
        "front_cashless:tablet": lambda world: {"id": _desk(world)},
        "front_cashless:tablet_state": lambda world: {"id": _desk(world)},
        "front_cashless:tablet_worker": lambda world: {"id": _desk(world)},
        "front_cashless:tablets": lambda world: {"id": _desk(world)},
        "front_cashless:tablet_pair": lambda world: {"id": _desk(world)},
        "front_cashless:tablet_send": lambda world: {"id": _desk(world)},
        "front_cashless:day": lambda world: {"id": _day(world)},
        "front_cashless:close": lambda world: {"id": _day(world)},
        "front_cashless:sale": lambda world: {"id": _sale(world)},
        "front_cashless:back": lambda world: {"id": _sale(world)},
        "front_cashless:receipt": lambda world: {"id": _sale(world)},
        "front_cashless:handover": lambda world: {"id": _handover(world)},
        "front_cashless:settlement": lambda world: {"id": _settlement(world)},
        "front_cashless:difference": lambda world: {"id": _difference(world)},
    }
