"""Objects of this room for the tests that walk every address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from jichi.engines.audit.context import system_actor, unit

from .. import actions, queries
from .made import barcode, report, reports

SHARED = frozenset({"eng_bankfiles:file", "eng_bankfiles:original", "eng_bankfiles:difference"})
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


def url_examples() -> dict[str, Callable[[Any], dict[str, object]]]:
    """URL name → its arguments."""
    return {
        "eng_bankfiles:file": lambda world: {"id": _file()},
        "eng_bankfiles:original": lambda world: {"id": _file()},
        "eng_bankfiles:difference": lambda world: {"id": _difference()},
    }
