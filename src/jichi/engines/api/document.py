"""The OpenAPI document of the interface, and the same thing cut up for a page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from .building import VERSION, api
from .errors import MESSAGES
from .middleware import MOUNT
from .problems import MEDIA_TYPE

PROBLEM: Final[dict[str, object]] = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457. code は変わりません。/ `code` is stable.",
    "required": ["type", "title", "status", "code", "detail", "detail_en", "request_id"],
    "properties": {
        "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"},
        "code": {"type": "string"}, "detail": {"type": "string"}, "detail_en": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "detail", "detail_en"],
                "properties": {name: {"type": "string"} for name in ("field", "code", "detail", "detail_en")},
            },
        },
    },
}  # fmt: skip
_PROBLEM_REF: Final = {"$ref": "#/components/schemas/Problem"}
_DESCRIPTION: Final = (
    "職員の画面と同じ操作・同じ権限・同じ記録で、外のプログラムから使うためのAPIです。"
    "使い方は docs/api.md にあります。\n\n"
    "The same actions, permissions and records as the officials' pages, for programs outside: see docs/api.md."
)


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """The document as a structure."""
    made: dict[str, Any] = json.loads(json.dumps(api().get_openapi_schema(path_prefix=MOUNT), default=str))
    made["info"] = {"title": "Jichi API", "version": VERSION, "description": _DESCRIPTION,
                    "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}}  # fmt: skip
    parts = made.setdefault("components", {})
    parts.setdefault("schemas", {})["Problem"] = PROBLEM
    parts["securitySchemes"] = {
        "key": {
            "type": "http",
            "scheme": "bearer",
            "description": "jichi_xxxxxxxx_… (管理者が発行 / from an administrator)",
        }
    }
    made["security"] = [{"key": []}]
    made.pop("servers", None)
    problem = {
        "description": "断り / refused",
        "content": {MEDIA_TYPE: {"schema": _PROBLEM_REF}},
    }
    for methods in made["paths"].values():
        for one in methods.values():
            one.setdefault("responses", {})["default"] = problem
    return made


@lru_cache(maxsize=1)
def text() -> str:
    """The document as it is served and kept in the repository: sorted, so that a change is seen at a glance."""
    return json.dumps(document(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


@dataclass(frozen=True, slots=True)
class Told:
    """One operation as the page tells it."""

    name: str
    method: str
    path: str
    summary: str
    english: str
    permission: str
    parameters: tuple[Mapping[str, str], ...]
    body: str
    answer: str


def by_group() -> list[tuple[str, list[Told]]]:
    """Operations by group, in the document's order."""
    found: dict[str, list[Told]] = {}
    for written, methods in document()["paths"].items():
        for method, one in methods.items():
            found.setdefault((one.get("tags") or ["API"])[0], []).append(_told(written, method, one))
    return list(found.items())


def _told(written: str, method: str, one: Mapping[str, Any]) -> Told:
    parameters = tuple(
        {
            "name": p["name"], "where": p["in"], "required": "必須" if p.get("required") else "",
            "words": str(p.get("description") or p.get("schema", {}).get("description") or ""),
        }
        for p in one.get("parameters", ())
    )  # fmt: skip
    answers = [r for code, r in one["responses"].items() if code != "default"]
    return Told(
        name=str(one["operationId"]), method=method.upper(), path=written, summary=str(one["summary"]),
        english=str(one.get("description", "")), permission=str(one.get("x-permission", "")), parameters=parameters,
        body=_model(one.get("requestBody", {})), answer=_model(answers[0] if answers else {}),
    )  # fmt: skip


def _model(place: Mapping[str, Any]) -> str:
    """The fields of a body, one a line, as a reader wants them; "" without a body."""
    schema = place.get("content", {}).get("application/json", {}).get("schema")
    if not schema:
        return ""
    schema = _followed(schema)
    required = set(schema.get("required", ()))
    lines = [
        f"{name}{'' if name in required else '?'}: {_type(of)}" for name, of in schema.get("properties", {}).items()
    ]
    return "\n".join(lines)


def _followed(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = str(schema.get("$ref", ""))
    found: Mapping[str, Any] = document()["components"]["schemas"].get(reference.rpartition("/")[2], schema)
    return found


def _type(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " | ".join(_type(one) for one in schema["anyOf"])
    if schema.get("type") == "array":
        return f"{_type(schema.get('items', {}))}[]"
    if "enum" in schema:
        return " | ".join(json.dumps(value, ensure_ascii=False) for value in schema["enum"])
    return str(schema.get("format") or schema.get("type") or "any")


def codes() -> list[tuple[str, str, str]]:
    """Codes of this room with their Japanese and English, for the page."""
    return [(code, words["ja"], words["en"]) for code, words in MESSAGES.items()]
