"""例 as they stand in a definition file, below `examples:`: their shape, and back again. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

MOST = 50
"""Examples beside one definition."""


class _Item(BaseModel):
    """Frozen, no unknown items; answers stay as they were typed, blanks at their ends too."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _plain(value: object) -> object:
    if isinstance(value, str) and "\x00" in value:
        raise PydanticCustomError("nul", "使えない文字があります。", {})
    return value


def _as_list(value: object) -> object:
    """One value may stand without a list, a number without quotes: as posted all of them are texts."""
    given = value if isinstance(value, list) else [value]
    return [str(one) if isinstance(one, int) and not isinstance(one, bool) else one for one in given]


def _day(value: object) -> object:
    try:
        date.fromisoformat(str(value))
    except ValueError as error:
        raise PydanticCustomError("day", "日付ではありません。", {}) from error
    return value


_Text = Annotated[str, BeforeValidator(_plain), StringConstraints(max_length=4000)]
_Name = Annotated[str, BeforeValidator(_plain), StringConstraints(min_length=1, max_length=100)]
_Values = Annotated[list[_Text], BeforeValidator(_as_list), Field(max_length=200)]


class SentName(_Item):
    """A file by its name and size alone."""

    id: _Name
    name: _Text
    size: Annotated[int, Field(ge=0)]


class ExpectedItem(_Item):
    """What should come out; what is not written is not looked at. `stop` "": the application can be sent."""

    stop: _Text | None = None
    shown: Annotated[list[_Name], Field(max_length=500)] | None = None
    fee: Annotated[int, Field(ge=0)] | None = None
    route: _Name | None = None


class ExampleItem(_Item):
    """One 例: who asks on which day with which answers (posted name → values), and what is expected of them."""

    name: _Name
    who: Literal["adult", "young", "foreigner", "officer", "unknown"]
    day: Annotated[str, BeforeValidator(_day)]
    answers: Annotated[dict[_Name, _Values], Field(max_length=2000)] = Field(default_factory=dict)
    files: Annotated[dict[_Name, Annotated[list[SentName], Field(max_length=50)]], Field(max_length=200)] = Field(
        default_factory=dict
    )
    expected: ExpectedItem


class ExamplesOfFile(_Item):
    """The part of a definition file that holds examples; a file without it has none."""

    examples: Annotated[tuple[ExampleItem, ...], Field(max_length=MOST)] = ()


def kept_of(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The examples of a file's data as they are kept, their ids by their order. ValidationError: they can't be read."""
    found = ExamplesOfFile.model_validate({"examples": data["examples"]} if "examples" in data else {})
    return [
        {
            "id": f"example{number}", "name": one.name, "who": one.who, "day": one.day, "raw": dict(one.answers),
            "files": {name: [file.model_dump() for file in files] for name, files in one.files.items()},
            "expected": one.expected.model_dump(),
        }
        for number, one in enumerate(found.examples, start=1)
    ]  # fmt: skip


def written_of(kept: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Kept examples as a file holds them: without ids, and without what is not looked at."""
    return [
        {
            "name": one["name"], "who": one["who"], "day": one["day"],
            "answers": {name: list(values) for name, values in one["raw"].items() if list(values)},
            **({"files": {name: [_file(file) for file in files] for name, files in one["files"].items()}}
               if one["files"] else {}),
            "expected": {name: value for name, value in one["expected"].items() if value is not None},
        }
        for one in kept
    ]  # fmt: skip


def _file(file: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": str(file["id"]), "name": file["name"], "size": file["size"]}
