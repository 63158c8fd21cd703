"""From the text of a definition file to a checked `FormDefinition`, or to problems a person can mend."""

from __future__ import annotations

import difflib
import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from .definition import FormDefinition
from .example_files import ExamplesOfFile, kept_of
from .source import DefinitionError, Path, Problem, Source, path_text, read_yaml
from .texts import TEXT_SCHEMA

FORMAT: Final = "jichi/procedure/1"


def load_definition(text: str) -> FormDefinition:
    """The definition that the file holds.

    Raises:
        DefinitionError: with every problem found, each with line, path, message and fix.
    """
    return read_definition(text)[0]


def read_definition(text: str) -> tuple[FormDefinition, Source]:
    """The definition and where in the file its parts stand."""
    source = read_yaml(text)
    if not isinstance(source.data, dict):
        fix = "「format: jichi/procedure/1」から書き始める"
        raise DefinitionError([Problem("definition.empty", 1, "", "手続の定義がありません。", fix)])
    if (written := source.data.get("format")) != FORMAT and re.fullmatch(r"jichi/procedure/[0-9]{1,4}", str(written)):
        message = f"形式「{written}」の定義は、このジチでは読めません。ほかの版のジチで書かれています。"
        fix = f"その版のジチで開くか、形式 {FORMAT} で書き出したものを使う"
        raise DefinitionError([Problem("definition.other_format", source.line(("format",)), "format", message, fix)])
    own = {name: value for name, value in source.data.items() if name != "examples"}
    problems: list[Problem] = []
    definition = None
    try:
        definition = FormDefinition.model_validate(own)
    except ValidationError as error:
        problems += _problems(error, source)
    try:
        kept_of(source.data)
    except ValidationError as error:
        problems += _problems(error, source)
    if definition is None or problems:
        raise DefinitionError(sorted(set(problems), key=lambda p: (p.line, p.path)))
    return definition, source


def _problems(error: ValidationError, source: Source) -> list[Problem]:
    return [_problem(one, source) for one in error.errors(include_url=False) if not _consequence(one)]


def canonical(value: object) -> str:
    """JSON with sorted keys and no spaces: the same content is always the same text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256_of(value: object) -> str:
    """SHA-256 (hex) of the canonical JSON of a value."""
    return hashlib.sha256(canonical(value).encode("utf-8", "surrogatepass")).hexdigest()


def definition_hash(definition: FormDefinition) -> str:
    """SHA-256 of what the definition says; comments, order and layout of its file don't matter."""
    return sha256_of(definition.model_dump(mode="json", by_alias=True, exclude_unset=True))


def file_schema() -> dict[str, Any]:
    """The JSON Schema of definition files with their examples, for editors and for other programs."""
    schema, beside = json_schema(), ExamplesOfFile.model_json_schema()
    schema["properties"]["examples"] = beside["properties"]["examples"]
    schema["$defs"] = {**schema["$defs"], **beside["$defs"]}
    return schema


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a definition itself, without examples."""
    schema = _shared(FormDefinition.model_json_schema(by_alias=True, mode="validation"))
    schema["$defs"]["Text"] = TEXT_SCHEMA
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "urn:jichi:procedure:1", **schema}


def _shared(part: Any) -> Any:
    """The schema with one definition of Text instead of a copy at every place."""
    if isinstance(part, dict):
        if part.get("anyOf") == TEXT_SCHEMA["anyOf"]:
            return {"$ref": "#/$defs/Text"}
        return {key: _shared(value) for key, value in part.items()}
    return [_shared(value) for value in part] if isinstance(part, list) else part


def _consequence(error: ErrorDetails) -> bool:
    """A list that is too short only because its parts are wrong: those are told already."""
    return error["type"] == "too_short" and bool(error["input"])


def _real_path(location: tuple[int | str, ...], source: Source) -> Path:
    """Pydantic's location without the names of union members."""
    path: Path = ()
    for number, part in enumerate(location):
        last_name = number == len(location) - 1 and isinstance(part, str) and part not in _MEMBERS
        if (*path, part) in source.lines or last_name:
            path = (*path, part)
    return path


_MEMBERS = frozenset({"ref", "value", "str", "int", "bool", "yen", "schedule", "route_id", "routes"})

_KNOWN = {
    "missing": ("「{last}」がありません。", "「{last}:」を書き加える"),
    "string_type": ("文字を書くところです。", "引用符で囲んで文字にする"),
    "int_type": ("整数を書くところです。", "引用符のない整数にする"),
    "int_parsing": ("整数を書くところです。", "引用符のない整数にする"),
    "bool_type": ("true か false を書くところです。", "true か false にする"),
    "bool_parsing": ("true か false を書くところです。", "true か false にする"),
    "dict_type": ("項目の組を書くところです。", "「項目名: 値」の形で書く"),
    "model_type": ("項目の組を書くところです。", "「項目名: 値」の形で書く"),
    "tuple_type": ("並びを書くところです。", "行の始めに「- 」を付けて並べる"),
    "list_type": ("並びを書くところです。", "行の始めに「- 」を付けて並べる"),
    "literal_error": ("ここに書ける値ではありません。", "次のどれかにする: {expected}"),
    "string_too_long": ("長すぎます。", "{max_length}文字までにする"),
    "string_too_short": ("空です。", "文字を書く"),
    "string_pattern_mismatch": ("名前の形が正しくありません。", "英小文字で始め、英小文字と数字だけにする({pattern})"),
    "too_short": ("並びに1つ以上要ります。", "1つ以上書く"),
    "too_long": ("多すぎます。", "{max_length}個までにする"),
    "greater_than_equal": ("小さすぎます。", "{ge}以上にする"),
    "less_than_equal": ("大きすぎます。", "{le}以下にする"),
}
_OWN_FIXES = {
    "not_for_kind": "使えるのは: {known}",
    "needed_for_kind": "「{item}:」を書き加える",
    "unknown_language": "言語は {known} のどれか",
    "no_japanese": "「ja:」の文を書く",
    "unknown_fact": "docs/procedures.md の「台帳の項目」から選ぶ",
    "id_twice": "別の名前にする",
    "option_twice": "別の値にする",
    "column_twice": "別の名前にする",
    "column_alone": "「field:」に表の id を書く",
    "route_limits": "小さい金額から順に並べる",
    "one_due": "片方を消す",
    "one_route": "片方を消す",
    "day": "年4けた、月2けた、日2けたで書く",
}


def _problem(error: ErrorDetails, source: Source) -> Problem:
    kind = error["type"]
    path = _real_path(error["loc"], source)
    values: Mapping[str, Any] = {**error.get("ctx", {}), "last": str(error["loc"][-1]) if error["loc"] else ""}
    if kind == "extra_forbidden":
        message, fix = f"「{values['last']}」という項目はありません。", _nearest(values["last"])
    elif kind in _KNOWN:
        message, fix = (_filled(text, values) for text in _KNOWN[kind])
    elif kind in _OWN_FIXES:
        message, fix = error["msg"], _filled(_OWN_FIXES[kind], values)
    else:
        message, fix = error["msg"], ""
    return Problem(f"definition.{kind}", source.line(path), path_text(path), message, fix)


def _filled(text: str, values: Mapping[str, Any]) -> str:
    for key, value in values.items():
        text = text.replace("{" + key + "}", str(value))
    return text


def _nearest(name: str) -> str:
    known: set[str] = set()
    for part in _parts(file_schema()):
        known |= set(part)
    near = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.7)
    return f"「{near[0]}」ではありませんか" if near else "消すか、綴りを確かめる"


def _parts(schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [schema.get("properties", {}), *(part.get("properties", {}) for part in schema.get("$defs", {}).values())]
