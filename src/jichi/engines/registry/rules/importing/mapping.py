"""A mapping (対応表): which column of a town's file is which of our items, what its codes mean. Data with a schema.

Only what a mapping names is taken in. What the standard leaves open stands in the mapping, not in the code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

FORMAT: Final = "jichi/register-mapping/1"

TEXTS: Final = (
    "addressee_no", "household_no", "municipality_code", "report_no", "sex_text", "relationship", "article_30_45",
    "residence_period", "prefecture", "city", "town", "town_key", "block", "building", "previous", "planned",
    "confirmed", "domicile", "postcode",
)  # fmt: skip
NAMES: Final = (
    "name", "family_name", "given_name", "roman_name", "kanji_name", "kana", "family_kana", "given_kana",
    "former_family_name", "former_family_kana", "alias", "alias_kana", "head_name", "family_register_head",
)  # fmt: skip
CODES: Final = (
    "kind", "state", "sex", "movement_reason", "movement_kind", "name_priority", "nationality", "residence_status",
)  # fmt: skip
FLAGS: Final = (
    "is_latest",
    "is_provisional",
    "is_deleted",
    "is_removed_record",
    "kana_confirmed",
    "is_voter",
    "is_adult_ward",
)
NUMBERS: Final = ("history_no", "branch_no", "list_order")
DAYS: Final = (
    "reported_on", "processed_on", "became_foreign_resident_on", "address_fixed_on", "move_out_planned_on",
    "moved_out_on", "deceased_on", "residence_until",
)  # fmt: skip
UNCERTAIN: Final = ("birth", "movement", "became_resident")
"""Dates that come with era, 不詳フラグ and 不詳表記, as `birth.date`, `birth.era`, `birth.unknown`, `birth.phrase`."""
PARTS: Final = ("date", "era", "unknown", "phrase")
RELATIONSHIP_CODES: Final = tuple(f"relationship_code.{level}" for level in range(1, 5))
"""続柄コード1–4, one for each generation; the table is codes["relationship"]."""
PROTECTION: Final = (
    "measure_no", "ground", "applicant_no", "protected_no", "protected_household_no", "offender_no", "offender_name",
    "measure_provisional", "received_from", "start_on", "end_on", "lifted_on", "lifted_reason", "certificate",
    "address_kind", "level",
)  # fmt: skip
REQUIRED: Final = {
    "residents": ("addressee_no", "history_no", "household_no", "kind", "state", "name", "birth.date", "relationship"),
    "protections": ("measure_no", "ground", "applicant_no", "start_on", "end_on"),
}
MUST_BE_CODES: Final = frozenset({"kind", "state", "sex"})
"""A value that the table of these does not have refuses its line; of others the value itself is kept."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RegisterMapping(_Part):
    """One mapping file."""

    format: Literal["jichi/register-mapping/1"]
    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
    version: Annotated[int, Field(ge=1)]
    title: str
    of: Literal["residents", "protections"] = "residents"
    note: str = ""
    encoding: Literal["", "utf-8", "utf-8-sig", "utf-16-le", "cp932"] = ""
    header: bool | None = None
    file_date: str = ""
    part: str = ""
    """Regular expression with number and count of a part: several files are one delivery."""
    difference: str = ""
    """Regular expression of names of files that hold changes only; a group in it is the running number."""
    difference_holds: Literal["rows", "persons"] = "rows"
    """Of whom a file of changes names: the new and changed history rows, or every history row there is."""
    check_digit: Literal["", "zero", "skip"] = ""
    """Rule of 宛名番号 and 世帯番号 for remainder 1; "": not looked at. Wrong ones are counted, never refused."""
    columns: dict[str, str]
    leave_out: tuple[str, ...] = ()
    codes: dict[str, dict[str, str]] = Field(default_factory=dict)
    era_digits: dict[str, str] = Field(default_factory=dict)
    unknown_dates: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _whole(self) -> RegisterMapping:
        wrong = sorted({item for item in self.columns.values() if not is_item(item, self.of)})
        if wrong:
            raise ValueError(f"項目「{'」「'.join(wrong)}」はありません")
        missing = [item for item in REQUIRED[self.of] if item not in self.columns.values()]
        if missing:
            raise ValueError(f"項目「{'」「'.join(missing)}」に当たる列がありません")
        forbidden = [name for name in self.columns if is_forbidden(name)]
        if forbidden:
            raise ValueError(f"「{forbidden[0]}」は取り込めません")
        for text, groups in ((self.file_date, (3,)), (self.part, (2,)), (self.difference, (0, 1))):
            if text and re.compile(text).groups not in groups:
                raise ValueError(f"「{text}」のかっこの数が違います")
        if any(
            table not in (*CODES, "era", "relationship", "ground", "certificate", "address_kind", "level")
            for table in self.codes
        ):
            raise ValueError("codes に知らない項目があります")
        return self


class MappingError(ValueError):
    """A mapping that can't be used; the text says where and why."""


def is_item(item: str, of: str = "residents") -> bool:
    """Whether a mapping may name this item."""
    if of == "protections":
        return item in PROTECTION
    group, _, part = item.partition(".")
    return (
        item in (*TEXTS, *NAMES, *CODES, *FLAGS, *NUMBERS, *DAYS)
        or (group in UNCERTAIN and part in PARTS)
        or item in RELATIONSHIP_CODES
        or (group == "districts" and bool(part))
        or (group == "entitlements" and part.endswith((".from", ".to")))
    )


def is_forbidden(column: str) -> bool:
    """Whether a column is one for individual numbers (個人番号) by its name."""
    plain = "".join(column.split()).casefold()
    return any(word in plain for word in ("個人番号", "マイナンバー", "mynumber", "my_number", "kojin_bango"))


def load_mapping(text: str) -> RegisterMapping:
    """A mapping from its YAML text.

    Raises:
        MappingError: not YAML, or not a mapping by the schema.
    """
    try:
        raw: Any = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise MappingError(f"YAMLとして読めません: {error}") from error
    try:
        return RegisterMapping.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        raise MappingError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error


def json_schema() -> Mapping[str, Any]:
    """The JSON Schema of mapping files, for editors."""
    return RegisterMapping.model_json_schema()
