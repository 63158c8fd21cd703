"""How rooms offer operations to programs: declared with their permission, paged, versioned. Used in `api.py` alone.

An operation that is added to a router without `operation()` answers nobody, and the house's tests name it.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import ConfigDict, Field

from jichi.engines.audit.context import Actor
from jichi.kernel.errors import FieldError, Invalid

from . import rules
from .errors import BadCall, VersionNeeded

__all__ = [
    "ApiRequest",
    "Field",
    "FileIn",
    "In",
    "Operation",
    "Out",
    "Page",
    "Query",
    "Router",
    "etag",
    "next_cursor",
    "opened",
    "operation",
    "uploads_of",
    "words_of",
]  # fmt: skip

Function = TypeVar("Function", bound=Callable[..., Any])
WRITES: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
PAGE: Final = 20


@dataclass(frozen=True, slots=True)
class Operation:
    """What the gate asks before an operation runs.

    `permission`: key that the client must hold; "" for every client that has a key.
    `versioned`: a change of something that others change too: `If-Match` is required.
    `uploads`: the body carries files, so it may be larger.
    """

    name: str
    permission: str
    writes: bool
    versioned: bool = False
    uploads: bool = False


class ApiRequest(HttpRequest):
    """A request as operations see it once the gate has let it through."""

    actor: Actor
    request_id: str
    client_id: object
    answer_headers: dict[str, str]
    version: int

    @property
    def expected_version(self) -> int:
        """The version that `If-Match` named."""
        return self.version


class In(Schema):
    """What programs send: fields that we do not know are refused, so that a slip of the pen is no silent loss."""

    model_config = ConfigDict(extra="forbid")


class Out(Schema):
    """What programs get, read from a dataclass of the room's queries."""

    model_config = ConfigDict(from_attributes=True)


class Page(In):
    """Where a page of a list begins, and how long it is."""

    cursor: str = Field("", max_length=400, description="前の答えの next / `next` of the answer before")
    limit: int = Field(PAGE, ge=1, le=rules.PAGE_LIMIT, description="1ページの件数 / rows of a page")


def _parameters(found: Operation) -> list[dict[str, object]]:
    """The headers that a write takes, for the document."""
    wanted: list[dict[str, object]] = []
    if found.writes:
        wanted.append({
            "name": "Idempotency-Key", "in": "header", "required": True,
            "description": "同じ書き込みを二度しないための鍵(24時間有効) / done once under a key (24 hours)",
            "schema": {"type": "string", "pattern": "^[0-9A-Za-z._:-]{8,64}$"},
        })  # fmt: skip
    if found.versioned:
        wanted.append({
            "name": "If-Match", "in": "header", "required": True,
            "description": "読んだときの ETag / the ETag that was read",
            "schema": {"type": "string", "pattern": '^"[0-9]{1,9}"$'},
        })  # fmt: skip
    return wanted


def operation(
    router: Router, method: str, path: str, *, permission: str, response: Any, summary: str, english: str,
    status: int = 200, versioned: bool = False, uploads: bool = False, content: Mapping[str, object] | None = None,
) -> Callable[[Function], Function]:  # fmt: skip
    """Offer a function to programs.

    Args:
        permission: a key of some manifest; "" for every client.
        response: the model of what it answers; None for no body.
        summary, english: what it does, in one line each.
        status: of the answer when it went well.
        content: for the document, where the answer is no JSON.
    """

    def declare(function: Function) -> Function:
        found = Operation(
            name=function.__name__, permission=permission, writes=method in WRITES, versioned=versioned,
            uploads=uploads,
        )  # fmt: skip
        function.jichi_operation = found  # type: ignore[attr-defined] # read by the gate
        extra: dict[str, Any] = {"x-permission": permission}
        if content is not None:
            extra["responses"] = {status: {"description": "OK", "content": dict(content)}}
        wanted = _parameters(found)
        if wanted:
            extra["parameters"] = wanted
        router.api_operation(
            [method], path, response={status: response}, summary=summary, description=english,
            operation_id=function.__name__, url_name=function.__name__, openapi_extra=extra,
        )(function)  # fmt: skip
        return function

    return declare


def opened(page: Page) -> str:
    """The key of the room's query inside the cursor; "" for the first page.

    Raises:
        BadCall: "api.cursor", a cursor that we did not make.
    """
    if not page.cursor:
        return ""
    found = rules.open_cursor(page.cursor, settings.SECRET_KEY)
    if found is None:
        raise BadCall("api.cursor")
    return found


def next_cursor(request: ApiRequest, key: str | None) -> str | None:
    """The cursor of the page after this one, also as a `Link` header; None at the end."""
    if not key:
        return None
    cursor = rules.seal_cursor(key, settings.SECRET_KEY)
    query = request.GET.copy()
    query["cursor"] = cursor
    target = f"{settings.JICHI_ORIGIN}{request.path}?{urlencode(list(query.items()))}"
    request.answer_headers["Link"] = f'<{target}>; rel="next"'
    return cursor


def etag(request: ApiRequest, version: int) -> None:
    """Tell the version of what is answered, for `If-Match` of a change."""
    request.answer_headers["ETag"] = f'"{version}"'


class FileIn(In):
    """A file that comes with a write; its type is judged by its content."""

    filename: str = Field(min_length=1, max_length=200)
    content: str = Field(max_length=rules.UPLOAD_LIMIT, description="base64", json_schema_extra={"format": "byte"})


def uploads_of(files: Sequence[FileIn], field: str = "files") -> list[SimpleUploadedFile]:
    """The files as the engine of files takes them.

    Raises:
        Invalid: content that is no base64, or a name of which nothing is left.
    """
    found = []
    for place, one in enumerate(files):
        try:
            content = base64.b64decode(one.content, validate=True)
        except ValueError as error:
            raise Invalid(fields={f"{field}.{place}.content": FieldError("api.value", {"what": "base64"})}) from error
        try:
            found.append(SimpleUploadedFile(one.filename, content))
        except SuspiciousFileOperation as error:  # "/", "..": no name is left of it
            raise Invalid(
                fields={f"{field}.{place}.filename": FieldError("api.value", {"what": "filename"})}
            ) from error
    return found


def words_of(code: str, params: Mapping[str, object] | None = None) -> dict[str, str]:
    """The sentence of a code as `detail` and `detail_en`, for results that are told one by one."""
    from .problems import sentences

    return sentences(code, **(params or {}))


def version_of(if_match: str) -> int:
    """The version that a change was made for.

    Raises:
        VersionNeeded: no `If-Match`. BadCall: one that names no version.
    """
    if not if_match:
        raise VersionNeeded
    found = rules.read_etag(if_match)
    if found is None:
        raise BadCall("api.bad_call", what="If-Match")
    return found
