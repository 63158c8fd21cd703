"""What programs may read of procedures: the list, the definition, and the shape of answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from jichi.engines.api.operations import (
    ApiRequest,
    Field,
    Out,
    Page,
    Query,
    Router,
    next_cursor,
    opened,
    operation,
)

from . import queries
from .queries import ProcedureInfo
from .rules import Field as Question
from .rules import FormDefinition

router = Router(tags=["手続 / procedures"])
SCHEMA: Final = "https://json-schema.org/draft/2020-12/schema"


class ProcedureRowOut(Out):
    """A published procedure in the list."""

    slug: str
    version: int
    title: dict[str, str]
    summary: dict[str, str]
    division_id: int
    state: str
    published_at: datetime


class ProceduresOut(Out):
    """A page of procedures; `next` continues."""

    items: list[ProcedureRowOut]
    next: str | None


class ProceduresIn(Page):
    """Which procedures."""

    q: str = Field("", max_length=80)
    only_open: bool = False


class ProcedureOut(ProcedureRowOut):
    """A procedure with its definition, as in its file (docs/procedures.md)."""

    sha256: str
    definition: dict[str, Any]


class SchemaOut(Out):
    """The shape that `answers` of POST /applications take, as JSON Schema."""

    slug: str
    version: int
    answers_schema: dict[str, Any]


def _row(info: ProcedureInfo) -> dict[str, Any]:
    found = info.definition
    return {
        "slug": info.slug, "version": found.version, "title": found.title, "summary": found.summary,
        "division_id": info.division_id, "state": info.open_state().state, "published_at": info.published_at,
    }  # fmt: skip


@operation(router, "GET", "/procedures", permission="", response=ProceduresOut,
           summary="公開中の手続の一覧", english="Published procedures")  # fmt: skip
def procedures(request: ApiRequest, given: Query[ProceduresIn]) -> ProceduresOut:
    found = sorted(queries.procedures(text=given.q, only_open=given.only_open), key=lambda info: info.slug)
    after = opened(given)
    rest = [info for info in found if info.slug > after]
    shown = rest[: given.limit]
    key = shown[-1].slug if len(rest) > given.limit else ""
    items = [ProcedureRowOut.model_validate(_row(info)) for info in shown]
    return ProceduresOut(items=items, next=next_cursor(request, key))


@operation(router, "GET", "/procedures/{slug}", permission="", response=ProcedureOut,
           summary="1つの手続とその定義", english="A procedure with its definition")  # fmt: skip
def procedure(request: ApiRequest, slug: str) -> ProcedureOut:
    info = queries.procedure(slug)
    definition = info.definition.model_dump(mode="json", exclude_defaults=True)
    return ProcedureOut.model_validate({**_row(info), "sha256": info.sha256, "definition": definition})


@operation(router, "GET", "/procedures/{slug}/answers-schema", permission="", response=SchemaOut,
           summary="答えの形(JSON Schema)", english="The shape of answers as JSON Schema")  # fmt: skip
def answers_schema(request: ApiRequest, slug: str) -> SchemaOut:
    info = queries.procedure(slug)
    return SchemaOut(slug=slug, version=info.definition.version, answers_schema=schema_of(info.definition))


def schema_of(definition: FormDefinition) -> dict[str, Any]:
    """JSON Schema of the answers of a form. Which of them are asked depends on others and on the register.

    So nothing is required here: the server says what is missing.
    """
    asked = {name: field for name, field in definition.fields.items() if field.is_question and field.kind != "file"}
    return {
        "$schema": SCHEMA, "type": "object", "additionalProperties": False,
        "properties": {name: _shape(field) for name, field in asked.items()},
    }  # fmt: skip


def _shape(field: Question) -> dict[str, Any]:
    words = field.label or field.noun or {}
    told = {"title": words.get("ja", ""), "x-kind": field.kind, "x-conditional": field.show_if is not None}
    options = [option.value for option in field.options or ()]
    text = {"type": "string", "maxLength": 4 * field.length} if field.kind != "table" else {}
    by_kind: dict[str, dict[str, Any]] = {
        "number": {"type": "integer"}, "count": {"type": "integer", "minimum": 1},
        "money": {"type": "integer", "minimum": 0}, "date": {"type": "string", "format": "date"},
        "choice": {"enum": options}, "yesno": {"enum": ["yes", "no"]}, "consent": {"enum": ["yes"]},
        "multi": {"type": "array", "items": {"enum": options}, "uniqueItems": True},
        "confirm": _choice(("yes", "no")), "address": {
            **_choice(("register", "other")),
            "properties": {"choice": {"enum": ["register", "other"]}, "postcode": {"type": "string"},
                           "address": {"type": "string"}},
        },
        "table": {
            "type": "array", "maxItems": field.max_rows,
            "items": {"type": "object", "properties": {column.id: _shape(column) for column in field.columns or ()}},
        },
    }  # fmt: skip
    return {**told, **by_kind.get(field.kind, text)}


def _choice(values: tuple[str, ...]) -> dict[str, Any]:
    """An answer that says yes or no to what the register knows."""
    return {"type": "object", "required": ["choice"], "properties": {"choice": {"enum": list(values)}}}
