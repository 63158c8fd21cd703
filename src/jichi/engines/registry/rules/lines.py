"""Rows of the register as lines of PostgreSQL's COPY text: which columns, in which order, how written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeAlias

Value: TypeAlias = str | None

RESIDENT_COLUMNS: Final = (
    "addressee_no", "history_no", "is_current", "is_provisional", "is_removed_record", "household_no",
    "municipality_code", "kind", "state", "movement_on", "movement_text", "movement_reason", "movement_kind",
    "reported_on", "processed_on", "name", "family_name", "given_name", "roman_name", "kanji_name", "kana",
    "family_kana", "given_kana", "kana_confirmed", "former_family_name", "former_family_kana", "alias", "alias_kana",
    "name_priority", "birth_text", "birth_unknown", "birth_unknown_text", "birth_date", "birth_date_rule", "sex",
    "sex_text", "relationship", "head_name", "list_order", "became_resident_on", "became_resident_text",
    "became_foreign_resident_on", "address_fixed_on", "move_out_planned_on", "moved_out_on", "deceased_on",
    "nationality", "residence_status", "residence_period", "residence_until", "is_voter", "entitlements",
    "districts", "names_folded", "kana_folded",
)  # fmt: skip
ADDRESS_COLUMNS: Final = (
    "addressee_no", "history_no", "household_no", "is_current", "postcode", "prefecture", "city", "town_key", "town",
    "block", "building", "previous", "planned", "confirmed", "domicile", "family_register_head",
)  # fmt: skip
HOUSEHOLD_COLUMNS: Final = ("household_no", "head_addressee_no", "size", "type")

_ESCAPES: Final = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def copy_line(values: Iterable[Value]) -> str:
    """One row as a line of PostgreSQL's COPY text: None is NULL, dates ISO, booleans "t" and "f"."""
    return (
        "\t".join(
            ["\\N" if v is None else v if v.isprintable() and "\\" not in v else v.translate(_ESCAPES) for v in values]
        )
        + "\n"
    )
