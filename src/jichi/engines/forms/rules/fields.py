"""Questions of a definition: one `Field` for every kind, and which items a kind takes."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import ConfigDict, StringConstraints, model_validator
from pydantic import Field as Item
from pydantic_core import PydanticCustomError

from .conditions import Condition, Ref
from .facts import FACTS
from .points import JAPAN, Bounds
from .texts import Name, Part, Text

Kind: TypeAlias = Literal[
    "text", "kana", "name", "textarea", "email", "phone", "postcode", "number", "date", "choice", "multi", "yesno",
    "file", "consent", "note", "confirm", "address", "count", "money", "table", "person", "point",
]  # fmt: skip

TYPED: Final = frozenset({"text", "kana", "name", "textarea", "email", "phone", "postcode"})
"""Kinds whose answer is typed text."""

NUMBERS: Final = frozenset({"number", "count", "money"})
"""Kinds whose answer is a whole number: any, so many of something (from 1), yen (from 0)."""

CELLS: Final = ("text", "number", "count", "money", "date", "choice")
"""Kinds that a column of a table may have."""

DEFAULT_LENGTH: Final = {
    "text": 200, "kana": 100, "name": 100, "textarea": 1000, "email": 254, "phone": 20, "postcode": 8,
}  # fmt: skip

_TAKES: Final[dict[str, frozenset[str]]] = {
    **{kind: frozenset({"max_length", "autocomplete", "prefill"}) for kind in sorted(TYPED)},
    "text": frozenset({"max_length", "autocomplete", "prefill", "pattern", "pattern_message"}),
    "number": frozenset({"min", "max", "unit", "prefill", "autocomplete"}),
    "date": frozenset({"min", "max", "prefill", "autocomplete"}),
    "choice": frozenset({"options", "display"}),
    "multi": frozenset({"options", "max_choices"}),
    "yesno": frozenset(),
    "file": frozenset({"accept", "max_files"}),
    "consent": frozenset({"text"}),
    "note": frozenset({"text"}),
    "confirm": frozenset({"shows", "if_no"}),
    "address": frozenset({"max_length", "register_only", "other_only", "towns"}),
    "count": frozenset({"min", "max", "unit", "prefill"}),
    "money": frozenset({"min", "max", "prefill"}),
    "table": frozenset({"columns", "min_rows", "max_rows"}),
    "person": frozenset({"max_people", "include_self"}),
    "point": frozenset({"max_length", "bounds"}),
}
_NEEDS: Final[dict[str, str]] = {
    "choice": "options", "multi": "options", "consent": "text", "note": "text", "confirm": "shows",
    "table": "columns",
}  # fmt: skip
_COMMON: Final = frozenset({"id", "kind", "label", "noun", "hint", "required", "show_if"})

_AUTOCOMPLETE = (
    "name", "family-name", "given-name", "email", "tel", "postal-code", "street-address", "bday", "organization", "off",
)  # fmt: skip


class Option(Part):
    """One choice. `exclusive`: cannot be chosen together with others (「特にない」)."""

    value: Name
    label: Text
    hint: Text | None = None
    exclusive: bool = False


def _schema(schema: dict[str, Any]) -> None:
    """Tell editors what each kind needs and takes."""
    schema["allOf"] = [
        {
            "if": {"properties": {"kind": {"const": kind}}, "required": ["kind"]},
            "then": {
                "propertyNames": {"enum": sorted(_COMMON | takes)},
                "required": ["id", *(["label"] if kind != "note" else []), *([_NEEDS[kind]] if kind in _NEEDS else [])],
            },
        }
        for kind, takes in _TAKES.items()
    ]


class Field(Part):
    """One question, note, or thing to confirm.

    Answers as stored: text kinds and `choice` text; `yesno` "yes"/"no"; `consent` "yes"; `number`, `count` and
    `money` whole number; `date` "2026-04-02"; `multi` list of values; `table` list of {column: value}; `file` list
    of {id, name, size}; `confirm` {choice: yes|no, shown: {fact: text}}; `address` {choice: register|other, postcode,
    address}; `person` list of {no: 宛名番号 or "", name, birth_date}; `point` {words, lat, lng} (text).
    """

    model_config = ConfigDict(json_schema_extra=_schema)

    id: Name
    kind: Kind
    label: Text | None = None
    noun: Text | None = None
    """What error messages call it, where the label is a question (「いっしょに来る方はいますか」 → 同伴の有無)."""
    hint: Text | None = None
    required: bool = True
    show_if: Condition | None = None
    prefill: str | None = None
    """Fact that fills the field before the person does; it can be changed."""
    autocomplete: Literal[_AUTOCOMPLETE] = "off"  # type: ignore[valid-type] # the tuple above is the list of tokens
    max_length: Annotated[int, Item(ge=1, le=4000)] | None = None
    pattern: Annotated[str, StringConstraints(max_length=200)] | None = None
    pattern_message: Text | None = None
    min: Ref | int | str | None = None
    max: Ref | int | str | None = None
    unit: Text | None = None
    options: Annotated[tuple[Option, ...], Item(min_length=1, max_length=200)] | None = None
    display: Literal["radio", "select"] = "radio"
    max_choices: Annotated[int, Item(ge=1)] | None = None
    accept: Annotated[tuple[Literal["image", "pdf"], ...], Item(min_length=1)] = ("image", "pdf")
    max_files: Annotated[int, Item(ge=1, le=10)] = 1
    text: Text | None = None
    shows: Annotated[tuple[str, ...], Item(min_length=1, max_length=20)] | None = None
    """Facts that a `confirm` puts before the person."""
    if_no: Text | None = None
    """What to do when the register is not right."""
    register_only: bool = False
    """Address: only the registered one, to be confirmed; no other can be given."""

    max_people: Annotated[int, Item(ge=1, le=20)] = 1
    """Person: so many of the household may be chosen."""
    include_self: bool = True
    """Person: the applicant is among them."""
    bounds: Bounds = JAPAN
    """Point: where it must lie."""
    other_only: bool = False
    """Address: another place; the registered address is not offered."""
    towns: bool = False
    """Address: one in this municipality, by its list of towns."""
    columns: Annotated[tuple[Field, ...], Item(min_length=1, max_length=8)] | None = None
    """Of a table: its columns, each a small question."""
    min_rows: Annotated[int, Item(ge=0, le=100)] = 1
    max_rows: Annotated[int, Item(ge=1, le=100)] = 20

    @property
    def lowest(self) -> Ref | int | str | None:
        """Lowest answer: as written, otherwise 1 for counts and 0 for amounts of money."""
        return {"count": 1, "money": 0}.get(self.kind) if self.min is None else self.min

    @property
    def sums(self) -> tuple[Field, ...]:
        """Columns of a table whose sum is told: amounts of money."""
        return tuple(column for column in self.columns or () if column.kind == "money")

    @property
    def length(self) -> int:
        """Longest text taken, in characters."""
        return self.max_length or DEFAULT_LENGTH.get(self.kind, 200)

    @property
    def is_question(self) -> bool:
        """Does it ask for an answer?"""
        return self.kind != "note"

    @property
    def name(self) -> dict[str, str]:
        """Its label; for a note without label, its text."""
        return self.label or self.text or {"ja": self.id}

    def facts(self) -> frozenset[str]:
        """Register facts that it shows, is filled from, or depends on."""
        found = set(self.shows or ())
        if self.prefill:
            found.add(self.prefill)
        if self.kind == "address":
            found |= {"subject.postcode", "subject.address"}
        for limit in (self.min, self.max):
            if isinstance(limit, Ref) and limit.fact:
                found.add(limit.fact)
        return frozenset(found) | (self.show_if.facts() if self.show_if else frozenset())

    @model_validator(mode="after")
    def _fits_kind(self) -> Field:
        allowed = _COMMON | _TAKES[self.kind]
        for item in sorted(self.model_fields_set - allowed):
            raise PydanticCustomError(
                "not_for_kind",
                "「{item}」は kind が {kind} の質問では使えません。",
                {"item": item, "kind": self.kind, "known": ", ".join(sorted(allowed))},
            )
        needed = _NEEDS.get(self.kind)
        if needed and getattr(self, needed) is None:
            raise PydanticCustomError(
                "needed_for_kind",
                "kind が {kind} の質問には「{item}」が要ります。",
                {"item": needed, "kind": self.kind},
            )
        if self.label is None and self.kind != "note":
            raise PydanticCustomError(
                "needed_for_kind", "質問には「label」が要ります。", {"item": "label", "kind": self.kind}
            )
        if self.register_only and (self.other_only or self.towns):
            raise PydanticCustomError("one_address", "register_only は other_only、towns と一緒に使えません。", {})
        self._check_options()
        self._check_columns()
        self._check_facts()
        if self.pattern is not None:
            check_pattern(self.pattern)
        return self

    def _check_options(self) -> None:
        values = [option.value for option in self.options or ()]
        twice = {value for value in values if values.count(value) > 1}
        if twice:
            raise PydanticCustomError("option_twice", "選択肢「{value}」が2回あります。", {"value": min(twice)})

    def _check_columns(self) -> None:
        ids = [column.id for column in self.columns or ()]
        if len(set(ids)) < len(ids):
            raise PydanticCustomError("column_twice", "表の列の id が2回あります。", {})
        for column in self.columns or ():
            if column.kind not in CELLS or column.show_if is not None or column.prefill is not None:
                raise PydanticCustomError(
                    "column_kind",
                    "列「{column}」の kind は {known} のどれかです。show_if と prefill は使えません。",
                    {"column": column.id, "known": ", ".join(CELLS)},
                )
        if self.columns is not None and self.min_rows > self.max_rows:
            raise PydanticCustomError("row_limits", "min_rows が max_rows より大きくなっています。", {})

    def _check_facts(self) -> None:
        for fact in sorted(self.facts()):
            if fact not in FACTS:
                raise PydanticCustomError("unknown_fact", "「{fact}」という台帳の項目はありません。", {"fact": fact})


_VARIABLE = re.compile(r"[+*?]|\{[0-9]*,[0-9]*\}")
_CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]")


def check_pattern(pattern: str) -> None:
    """Refuse patterns that are wrong, or that a hostile answer could make slow.

    No groups, no back references, at most four repetitions of changing length: then the work of
    matching stays small for the lengths that fields take.
    """
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise PydanticCustomError("pattern", "pattern が正しい形ではありません。", {}) from error
    bare = _CLASS.sub("c", re.sub(r"\\[^0-9]", "x", pattern))
    if "(" in bare or re.search(r"\\[0-9]", bare):
        raise PydanticCustomError("pattern", "pattern に ( ) と後方参照は使えません。", {})
    if len(_VARIABLE.findall(bare)) > 4:
        raise PydanticCustomError("pattern", "pattern の繰返し(+ * ? {{m,n}})は4つまでです。", {})
