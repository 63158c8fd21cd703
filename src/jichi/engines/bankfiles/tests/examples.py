"""Objects of this room for the tests that walk every address."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from jichi.engines.audit.context import system_actor, unit
from jichi.kernel import clock

from .. import actions, queries
from ..rules import Payer, is_bank_day
from ..transfers import make_request
from .made import HEADER, barcode, report, reports

SHARED = frozenset({
    "eng_bankfiles:file", "eng_bankfiles:original", "eng_bankfiles:difference", "eng_bankfiles:request",
    "eng_bankfiles:request_file",
})  # fmt: skip
"""Files of agents concern the whole town: they belong to no division."""
SYSTEM = system_actor("test")


def _file() -> UUID:
    actions.set_partner(actor=SYSTEM, code="example", kind="stores", title="例の代行", terms={})
    data = reports(report("03", barcode(uuid4().int % 10**12)))
    id, _ = actions.read_file(actor=SYSTEM, partner="example", purpose="receipts", filename="example.txt", data=data)
    return id


def _difference() -> UUID:
    id = _file()
    actions.apply_file(actor=SYSTEM, id=id)
    with unit(SYSTEM):
        return next(one.id for one in queries.differences(limit=1000).rows if one.file == id)


def _request() -> UUID:
    terms = {name: value for name, value in HEADER.items() if name != "mmdd"}
    actions.set_partner(actor=SYSTEM, code="example-bank", kind="bank", title="例の銀行", terms=terms)
    payer = Payer(customer_no="1", bank="0001", branch="001", type="1", account="0000001", holder="アオキ", amount=1)
    day = clock.today()
    while not is_bank_day(day):
        day += timedelta(days=1)
    return make_request(actor=SYSTEM, partner="example-bank", run="example", day=day, payers=[payer])


def url_examples() -> dict[str, Callable[[Any], dict[str, object]]]:
    """URL name → its arguments."""
    return {
        "eng_bankfiles:file": lambda world: {"id": _file()},
        "eng_bankfiles:original": lambda world: {"id": _file()},
        "eng_bankfiles:request": lambda world: {"id": _request()},
        "eng_bankfiles:request_file": lambda world: {"id": _request()},
        "eng_bankfiles:difference": lambda world: {"id": _difference()},
    }
