"""From the text of a route file to a checked `RouteSpec`, or to problems with line, place and mend."""

from __future__ import annotations

import difflib
import hashlib
import json
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from .lint import lint
from .source import Path, Problem, RouteFileError, Source, path_text, read_source
from .spec import RouteSpec

_SPEC: Final[TypeAdapter[RouteSpec]] = TypeAdapter(RouteSpec)


def load_spec(text: str) -> RouteSpec:
    """The route that the file says.

    Raises:
        RouteFileError: with every problem found, lint's errors included.
    """
    spec, problems = read_spec(text)
    errors = [problem for problem in problems if problem.level == "error"]
    if errors:
        raise RouteFileError(errors)
    return spec


def read_spec(text: str) -> tuple[RouteSpec, tuple[Problem, ...]]:
    """The route and what lint says of it, warnings too.

    Raises:
        RouteFileError: the file has not the shape of a route.
    """
    source = read_source(text)
    if not isinstance(source.data, dict):
        fix = "「format: jichi/route/1」から書き始める"
        raise RouteFileError([Problem("route.empty", 1, "", "経路の定義がありません。", fix)])
    try:
        spec = _SPEC.validate_python(source.data)
    except ValidationError as error:
        found = {_problem(one, source) for one in error.errors(include_url=False) if not _told(one)}
        raise RouteFileError(sorted(found, key=lambda p: (p.line, p.path, p.code))) from None
    return spec, lint(spec, source)


def spec_data(spec: RouteSpec) -> dict[str, Any]:
    """The route as JSON data, as a running route keeps it: a changed file changes no running route."""
    data: dict[str, Any] = _SPEC.dump_python(spec, mode="json")
    return data


def spec_from_data(data: object) -> RouteSpec:
    """The route kept by `spec_data`."""
    return _SPEC.validate_json(json.dumps(data))


def spec_hash(spec: RouteSpec) -> str:
    """SHA-256 (hex) of what the route says; comments and layout of its file don't matter."""
    text = json.dumps(spec_data(spec), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def json_schema() -> dict[str, Any]:
    """The JSON Schema of route files, for editors and other programs."""
    schema = _SPEC.json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "urn:jichi:route:1", **schema}


_SENTENCES: Final = {
    "missing": ("「{last}」がありません。", "「{last}:」を書き加える"),
    "string_type": ("文字を書くところです。", "引用符で囲んで文字にする"),
    "int_type": ("整数を書くところです。", "引用符のない整数にする"),
    "bool_type": ("true か false を書くところです。", "true か false にする"),
    "dataclass_type": ("項目の組を書くところです。", "「項目名: 値」の形で書く"),
    "tuple_type": ("並びを書くところです。", "行の始めに「- 」を付けて並べる"),
    "literal_error": ("ここに書ける値ではありません。", "次のどれかにする: {expected}"),
    "string_too_long": ("長すぎます。", "{max_length}文字までにする"),
    "string_too_short": ("空です。", "文字を書く"),
    "string_pattern_mismatch": ("名前の形が正しくありません。", "英小文字で始め、英小文字・数字・-・_ だけにする"),
    "too_short": ("並びに1つ以上要ります。", "1つ以上書く"),
    "too_long": ("多すぎます。", "{max_length}個までにする"),
    "greater_than_equal": ("小さすぎます。", "{ge}以上にする"),
    "less_than_equal": ("大きすぎます。", "{le}以下にする"),
}
_NAMES: Final = frozenset(
    name for part in (json_schema(), *json_schema()["$defs"].values()) for name in part.get("properties", {})
)


def _told(error: ErrorDetails) -> bool:
    """A list too short only because its parts are wrong: those are told already."""
    return error["type"] == "too_short" and bool(error["input"])


def _problem(error: ErrorDetails, source: Source) -> Problem:
    kind = error["type"]
    path = _place(error["loc"], source)
    last = str(error["loc"][-1]) if error["loc"] else ""
    values = {**error.get("ctx", {}), "last": last}
    if kind == "unexpected_keyword_argument":
        near = difflib.get_close_matches(last, sorted(_NAMES), n=1, cutoff=0.7)
        fix = f"「{near[0]}」ではありませんか" if near else "消すか、綴りを確かめる"
        return Problem(
            "route.unknown_item", source.line(path), path_text(path), f"「{last}」という項目はありません。", fix
        )
    message, fix = _SENTENCES.get(kind, (error["msg"], ""))
    for key, value in values.items():
        message, fix = message.replace("{" + key + "}", str(value)), fix.replace("{" + key + "}", str(value))
    return Problem(f"route.{kind}", source.line(path), path_text(path), message, fix)


def _place(location: tuple[int | str, ...], source: Source) -> Path:
    """Pydantic's location without the names of union members, which no file has."""
    path: Path = ()
    for part in location:
        if (*path, part) in source.lines or part in _NAMES:
            path = (*path, part)
    return path
