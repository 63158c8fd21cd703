"""A run of one slip in `world.division`, printed, for the tests that walk every address."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from jichi.engines.audit.context import unit
from jichi.kernel import clock

from .. import actions
from ..models import Slip, SlipTerms
from ..rules import Addressee, SlipOrder

ISSUER = "900000"


def order(number: str, **other: Any) -> SlipOrder:
    """A slip of an invented person over 12,000 yen."""
    parts: dict[str, Any] = {
        "number": number, "subject": f"test:{number}", "amount": 12_000, "due": clock.today() + timedelta(days=10),
        "pay_by": clock.today() + timedelta(days=40), "title": "学童クラブ保育料",
        "to": Addressee(postcode="1234567", address="東京都みどり区本町1丁目2番3号", name="見本 太郎"),
    }  # fmt: skip
    return SlipOrder(**{**parts, **other})


def make_terms(actor: Any, **other: Any) -> None:
    """Terms with invented codes, unless there are some."""
    with unit(actor):
        if SlipTerms.objects.exists():
            return
    parts: dict[str, Any] = {"valid_from": date(2020, 1, 1), "issuer": ISSUER, "prefix": "12345", "dpi": 400}
    actions.set_terms(actor=actor, **{**parts, **other})


def _run(world: Any) -> uuid.UUID:
    make_terms(world.system)
    key = uuid.uuid4()
    number = f"{key.int % 10**10:010}"
    run_id = actions.issue_slips(
        actor=world.system, run_key=str(key), division_id=world.division.id, title="見本の発行", orders=[order(number)]
    )
    actions.print_run(actor=world.system, run_id=run_id)
    return run_id


def _slip(world: Any) -> Mapping[str, Any]:
    run_id = _run(world)
    with unit(world.system):
        return {"slip_id": Slip.objects.get(run_id=run_id).pk}


def url_examples() -> dict[str, Callable[[Any], Mapping[str, Any]]]:
    """URL name → function of the world → the address's arguments."""
    return {
        "eng_slips:run": lambda world: {"run_id": _run(world)},
        "eng_slips:file": lambda world: {"run_id": _run(world), "number": 1},
        "eng_slips:slip": _slip,
        "eng_slips:again": _slip,
    }
