"""This room of the sample ward: terms with invented codes, and a run of slips of invented people."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import system_actor
from jichi.kernel.errors import Conflict
from jichi.kernel.sampling import SampleContext

from . import actions
from .rules import Addressee, SlipOrder

SYSTEM: Final = system_actor("sample", purpose="sample")
DIVISION: Final = "youth"
_NAMES: Final = ("見本 一郎", "見本 花子", "見本 葵")


def fill(context: SampleContext) -> None:
    """One run for the division that the sample ward gives its most to do; filled before: nothing more."""
    division = accounts.division(DIVISION)
    if division is None:
        return
    try:
        actions.set_terms(actor=SYSTEM, valid_from=context.today, issuer="900000", prefix="12345")
    except Conflict:
        return
    orders = [
        SlipOrder(
            number=f"{20_260_000 + n:014}", subject=f"sample:{n}", amount=4_500 + 1_000 * n,
            due=context.today + timedelta(days=20), pay_by=context.today + timedelta(days=50), title="学童クラブ育成料",
            to=Addressee(postcode="0000001", address=f"みどり区本町1丁目2番{n + 1}号", name=name),
        )
        for n, name in enumerate(_NAMES)
    ]  # fmt: skip
    actions.issue_slips(
        actor=SYSTEM, run_key="sample", division_id=division.id, title="学童クラブ育成料(見本)", orders=orders
    )
