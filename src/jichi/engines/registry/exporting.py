"""The mirror as a file in a mapping's shape: for round trips, rehearsals and measurements. Never to write back.

Everything stands in it, protected addresses too: it is for the system on its own machine, and the trail notes it.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from django.db import connection

from jichi.engines.audit.actions import record
from jichi.engines.audit.context import Actor, unit
from jichi.kernel.calendar import ERAS
from jichi.kernel.errors import Forbidden

from .mappings import mapping as mapping_named
from .permissions import IMPORT
from .rules.importing import ADDRESS_ITEMS, RESIDENT_ITEMS, RegisterMapping
from .rules.importing.mapping import CODES, FLAGS

_FIRST_YEAR: Final = {era.name: era.first_day.year for era in ERAS}
_WRITTEN: Final = re.compile(r"(明治|大正|昭和|平成|令和)?(?:(\d+|元)年)?(?:(\d+)月)?(?:(\d+)日)?(.*)")
_COLUMNS: Final = ("is_latest", *RESIDENT_ITEMS, *ADDRESS_ITEMS)


def export_register(*, actor: Actor, path: Path, mapping: str = "standard") -> int:
    """Write every history row to a file, UTF-8, every cell quoted, CRLF; answers how many rows.

    Raises:
        Forbidden: only the system and who may import.
        NotFound, MappingError: see `mappings.mapping`.
    """
    if actor.kind != "system" and not actor.may(IMPORT):
        raise Forbidden("forbidden", permission=IMPORT)
    used = mapping_named(mapping)
    makers = [_maker(item, used) for item in used.columns.values()]
    rows = 0
    with unit(actor), path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerow(used.columns)
        for values in _mirror():
            row = dict(zip(_COLUMNS, values, strict=True))
            writer.writerow([make(row) for make in makers])
            rows += 1
        record(
            actor=actor, action="export", table="eng_registry_resident", object_id="", detail={"rows": rows},
        )  # fmt: skip
    path.chmod(0o600)
    return rows


def _mirror() -> Iterator[Sequence[Any]]:
    """Every row as texts, by number and history, some thousand at a time."""
    resident, address = ", ".join(f"r.{c}::text" for c in RESIDENT_ITEMS), ", ".join(f"a.{c}" for c in ADDRESS_ITEMS)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute(
            "DECLARE register_export NO SCROLL CURSOR FOR "  # noqa: S608 - columns are constants
            f"SELECT r.is_current::text, {resident}, {address} FROM eng_registry_resident r "
            "LEFT JOIN eng_registry_address a USING (addressee_no, history_no, branch_no) "
            "ORDER BY r.addressee_no, r.history_no, r.branch_no"
        )
        while True:
            cursor.execute("FETCH 2000 FROM register_export")
            rows = cursor.fetchall()
            if not rows:
                break
            yield from rows
        cursor.execute("CLOSE register_export")


def _maker(item: str, mapping: RegisterMapping) -> Callable[[Mapping[str, Any]], str]:
    """How the cell of an item is made of a row."""
    group, _, part = item.partition(".")
    if item in FLAGS:
        return lambda row: "1" if row[item] == "true" else "0"
    if item in CODES:
        table = {value: code for code, value in reversed([*mapping.codes.get(item, {}).items()])}
        if item == "nationality":
            return lambda row: "" if row["kind"] == "japanese" else table.get(row[item] or "", row[item] or "")
        return lambda row: table.get(row[item] or "", row[item] or "")
    if group == "relationship_code":
        return lambda row: ""  # the words stand in a column of their own
    if group == "districts":
        return lambda row: _district(row["districts"], part)
    if group == "entitlements":
        name, _, end = part.partition(".")
        return lambda row: json.loads(row["entitlements"]).get(name, {}).get(end) or ""
    if part:
        return _date_maker(group, part)
    return lambda row: row[item] or ""


def _district(array: str, kind: str) -> str:
    found = [part.strip('"') for part in array.strip("{}").split(",") if part]
    return next((part.partition(":")[2] for part in found if part.startswith(f"{kind}:")), "")


def _date_maker(group: str, part: str) -> Callable[[Mapping[str, Any]], str]:
    place = {"date": 0, "era": 1, "phrase": 2}.get(part)
    if place is None:
        return lambda row: "1" if row[f"{group}_unknown"] == "true" else "0"
    return lambda row: _parts(row[f"{group}_text"])[place]


def _parts(text: str) -> tuple[str, str, str]:
    """A written date as 1933-10-00, its era, and what else it says."""
    found = _WRITTEN.fullmatch(text)
    if found is None or not found[2]:
        return "", "", text
    number = 1 if found[2] == "元" else int(found[2])
    year = _FIRST_YEAR[found[1]] + number - 1 if found[1] else number
    return f"{year:04d}-{int(found[3] or 0):02d}-{int(found[4] or 0):02d}", found[1] or "", found[5]
