"""People for tests: lines of the register with what a test cares about, the rest made up."""

from __future__ import annotations

from datetime import date

from jichi.engines.audit.context import Actor, system_actor
from jichi.engines.registry.actions import Batch, LoadResult, ProtectionEntry, Reference, replace_current
from jichi.engines.registry.rules import ADDRESS_COLUMNS, HOUSEHOLD_COLUMNS, RESIDENT_COLUMNS, Value, copy_line
from jichi.kernel.text import fold_for_search

LOADER = system_actor("test-load")
OFFICIAL = Actor(kind="staff", permissions=frozenset({"eng_registry.resident.search", "eng_registry.resident.view"}))
CLERK = Actor(
    kind="staff", permissions=OFFICIAL.permissions | {"eng_registry.protected.view", "eng_registry.provisional.view"}
)
DAY = date(2026, 4, 1)


def resident_line(number: str, *, name: str = "試験　花子", kana: str = "シケン　ハナコ", **given: Value) -> str:
    """One history row; `given` overrides columns by name."""
    values: dict[str, Value] = dict.fromkeys(RESIDENT_COLUMNS, "")
    values |= {column: "f" for column in RESIDENT_COLUMNS if column.startswith("is_")}
    values |= {column: None for column in RESIDENT_COLUMNS if column.endswith(("_on", "_until"))}
    family, _, first = name.partition("　")
    values |= {
        "addressee_no": number, "history_no": "1", "is_current": "t", "household_no": f"H{number}",
        "municipality_code": "131032", "kind": "japanese", "state": "resident", "name": name, "kana": kana,
        "family_name": family, "given_name": first, "kana_confirmed": "t", "birth_text": "平成12年3月4日",
        "birth_unknown": "f", "birth_date": "2000-03-04", "sex": "2", "sex_text": "女", "relationship": "世帯主",
        "list_order": "1", "nationality": "jp", "entitlements": "{}", "districts": "{}",
        "became_resident_on": "2015-04-01",
        "names_folded": fold_for_search(name), "kana_folded": fold_for_search(kana),
    }  # fmt: skip
    values |= given
    return copy_line(values[column] for column in RESIDENT_COLUMNS)


def address_line(number: str, **given: Value) -> str:
    """The address row that belongs to `resident_line(number)`."""
    values: dict[str, Value] = dict.fromkeys(ADDRESS_COLUMNS, "")
    values |= {
        "addressee_no": number, "history_no": "1", "household_no": f"H{number}", "is_current": "t",
        "postcode": "0000001", "prefecture": "東京都", "city": "みどり区", "town_key": "13103001001",
        "town": "芝一丁目", "block": "2番3号", "building": "試験荘101号室",
    }  # fmt: skip
    values |= given
    return copy_line(values[column] for column in ADDRESS_COLUMNS)


def household_line(number: str, head: str, size: int = 1, kind: str = "single") -> str:
    """One household."""
    values = dict(zip(HOUSEHOLD_COLUMNS, (number, head, str(size), kind), strict=True))
    return copy_line(values[column] for column in HOUSEHOLD_COLUMNS)


def measure(*numbers: str, households: tuple[str, ...] = (), **given: object) -> ProtectionEntry:
    """A measure of support for these people and households."""
    import uuid

    values: dict[str, object] = {
        "id": uuid.uuid4(), "ground": "dv", "applicant_no": (*numbers, "")[0], "start_on": date(2025, 6, 1),
        "end_on": date(2026, 5, 31), "addressee_nos": numbers, "household_nos": households,
        "blocks": (("resident_record", "current", "error"),),
    }  # fmt: skip
    return ProtectionEntry(**(values | given))  # type: ignore[arg-type] # a test's overrides


def fill(residents: list[str], addresses: list[str], *protections: ProtectionEntry) -> LoadResult:
    """Load these lines as the whole register."""
    batch = Batch(residents=residents, addresses=addresses, persons=len(residents))
    return replace_current(
        actor=LOADER, label="test", as_of=DAY, batches=[batch], reference=Reference(protections=list(protections))
    )
