"""Measures of support (支援措置) from their file. None ends by itself: one that is missing waits for a person.

Few rows, so they are read whole. The file is the complete list of measures that run or were lifted.
"""

from __future__ import annotations

import csv
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

from jichi.kernel import clock

from .models import ProtectedPerson, Protection, ProtectionBlock, RegisterLoad
from .rules import LineError
from .rules.importing import RegisterMapping, Scan, UnreadableDate, for_calculation, is_forbidden, read_date
from .rules.importing.mapping import REQUIRED

_NAMES: Final = uuid.UUID("6a3f6a55-57a5-5d0e-9d5e-2f1c3a8f4b11")
"""Name space of measures' ids: the same number is the same measure at every load."""
_CODED: Final = ("ground", "certificate", "address_kind", "level")
_SHOWN: Final = 100


@dataclass(slots=True)
class _Measure:
    values: dict[str, Any]
    people: set[tuple[str, str]] = field(default_factory=set)
    blocks: set[tuple[str, str, str]] = field(default_factory=set)


def take(
    load: RegisterLoad,
    mapping: RegisterMapping,
    found: Scan,
    report: dict[str, Any],
    *,
    apply: bool,
    confirmed: bool,
) -> str:
    """Read, compare and, if all is well, write the measures; the state the load comes to. Fills the report."""
    errors: list[LineError] = []
    measures: dict[uuid.UUID, _Measure] = {}
    rows = 0
    for line, row in _rows(Path(load.path), mapping, found, report, errors):
        rows += 1
        try:
            _collect(measures, row, mapping)
        except ValueError as wrong:
            errors.append(
                LineError(line=line, column=str(wrong.args[0]), what=str(wrong.args[1]), do="確かめてください。")
            )
    load.rows = report["rows"] = rows
    if errors:
        from .imports import errors_of  # the two call each other
        from .rules.importing import Report

        report |= errors_of(Report(errors=errors[:_SHOWN], count=len(errors)))
        return "refused"
    before = {row.pk: row for row in Protection.objects.filter(lifted_on=None)}
    missing = [row for key, row in before.items() if key not in measures]
    load.persons = report["persons"] = len(measures)
    report |= {"residents_before": len(before), "removed": len(missing)}
    report["reasons"] = (
        [
            f"続いている支援措置のうち{len(missing)}件が、ファイルにありません。取り込むと解除になり、住所が表示されます。"
        ]
        if missing
        else []
    )
    if missing and not confirmed:
        return "waiting"
    if not apply:
        return "ready"
    report |= _write(measures, missing, load)
    return "applied"


def _rows(
    path: Path, mapping: RegisterMapping, found: Scan, report: dict[str, Any], errors: list[LineError]
) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Line and items of every row; wrong columns and quoting go into the errors."""
    with path.open(encoding="utf-8" if found.encoding == "ascii" else found.encoding, newline="") as file:
        reader = csv.reader(file, strict=True)
        try:
            header = [name.strip().removeprefix("\ufeff") for name in next(reader, [])]
            items = [mapping.columns.get(name, "") for name in header]
            for name in header:
                if is_forbidden(name):
                    errors.append(LineError(line=1, column=name, what="個人番号(マイナンバー)の列があります。"))
            errors += [
                LineError(line=1, column="", what=f"「{item}」に当たる列がありません。")
                for item in REQUIRED["protections"]
                if item not in items
            ]
            report["unknown"] = [n for n in header if n not in mapping.columns and n not in mapping.leave_out]
            before = reader.line_num
            for row in reader:
                if errors and errors[0].line == 1:
                    return
                if row and len(row) != len(header):
                    errors.append(LineError(line=before + 1, column="", what=f"列が{len(row)}個です。"))
                elif row:
                    yield before + 1, {item: cell.strip() for item, cell in zip(items, row, strict=True) if item}
                before = reader.line_num
        except csv.Error:
            errors.append(LineError(line=reader.line_num, column="", what="引用符が正しくありません。"))


def _collect(measures: dict[uuid.UUID, _Measure], row: Mapping[str, str], mapping: RegisterMapping) -> None:
    """Add a row to its measure. ValueError(column, what) where it can't be taken."""
    known = {item: name for name, item in mapping.columns.items()}
    for item in ("measure_no", "applicant_no"):
        if not row.get(item):
            raise ValueError(known[item], "空です。")
    coded = {item: _code(item, row.get(item, ""), mapping, known) for item in _CODED}
    start, end = _day("start_on", row, known), _day("end_on", row, known)
    lifted = _day("lifted_on", row, known)
    if start is None or end is None or end <= start:
        raise ValueError(known["start_on"], "期間の始まりと終わりが正しくありません。")
    if not coded["ground"]:
        raise ValueError(known["ground"], "空です。")
    values: dict[str, Any] = {
        "ground": coded["ground"], "applicant_no": row["applicant_no"], "offender_no": row.get("offender_no", ""),
        "offender_name": row.get("offender_name", ""), "is_provisional": row.get("measure_provisional") == "1",
        "received_from": row.get("received_from", ""), "start_on": start, "end_on": end, "lifted_on": lifted,
        "lifted_reason": (row.get("lifted_reason") or "理由の記録なし") if lifted else "",
    }  # fmt: skip
    measure = measures.setdefault(uuid.uuid5(_NAMES, row["measure_no"]), _Measure(values))
    if measure.values != values:
        raise ValueError(known["measure_no"], "同じ番号の支援措置で、内容が行によって違います。")
    person, household = row.get("protected_no", ""), row.get("protected_household_no", "")
    measure.people |= {(person, "")} if person else set()
    measure.people |= {("", household)} if household else set()
    measure.people |= set() if person or household else {(row["applicant_no"], "")}
    if coded["certificate"]:
        measure.blocks.add((coded["certificate"], coded["address_kind"] or "current", coded["level"] or "error"))


def _code(item: str, value: str, mapping: RegisterMapping, known: Mapping[str, str]) -> str:
    table = mapping.codes.get(item, {})
    if value and value not in table:
        raise ValueError(known.get(item, item), f"「{value}」はコード表にありません。")
    return table.get(value, "")


def _day(item: str, row: Mapping[str, str], known: Mapping[str, str]) -> date | None:
    try:
        return for_calculation(read_date(row.get(item, "")))[0]
    except UnreadableDate as error:
        raise ValueError(known[item], str(error)) from None


def _write(measures: dict[uuid.UUID, _Measure], missing: list[Protection], load: RegisterLoad) -> dict[str, int]:
    """Bring the tables to what the file says. A measure confirmed as missing is lifted, and says by what."""
    before = {row.pk: row for row in Protection.objects.filter(pk__in=measures)}
    new = changed = 0
    for key, measure in measures.items():
        row = before.get(key)
        if row is None:
            row = Protection.objects.create(pk=key, **measure.values)
            new += 1
        elif any(getattr(row, name) != value for name, value in measure.values.items()):
            for name, value in measure.values.items():
                setattr(row, name, value)
            row.save()
            changed += 1
        _bring(row, measure)
    for gone in missing:
        gone.lifted_on = clock.today()
        gone.lifted_reason = f"{load.as_of:%Y-%m-%d}現在の支援措置のファイルになく、職員が確認した"
        gone.save(update_fields=["lifted_on", "lifted_reason"])
    return {"new": new, "changed": changed, "same": len(measures) - new - changed}


def _bring(row: Protection, measure: _Measure) -> None:
    """People and blocks of one measure: what is new is added, what is gone removed."""
    people = {(p.addressee_no, p.household_no): p for p in ProtectedPerson.objects.filter(protection=row)}
    blocks = {(b.certificate, b.address_kind, b.level): b for b in ProtectionBlock.objects.filter(protection=row)}
    for key, person in people.items():
        if key not in measure.people:
            person.delete()
    for key3, block in blocks.items():
        if key3 not in measure.blocks:
            block.delete()
    ProtectedPerson.objects.bulk_create(
        ProtectedPerson(protection=row, addressee_no=number, household_no=household)
        for number, household in sorted(measure.people - set(people))
    )
    ProtectionBlock.objects.bulk_create(
        ProtectionBlock(protection=row, certificate=certificate, address_kind=kind, level=level)
        for certificate, kind, level in sorted(measure.blocks - set(blocks))
    )
