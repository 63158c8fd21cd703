"""Refusals as programs read them: RFC 9457, a stable code, Japanese and English."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpResponse
from ninja.errors import ValidationError

from jichi.design.catalogue import message, texts
from jichi.kernel.errors import Conflict, Forbidden, Invalid, JichiError, NotFound, Unavailable

from . import errors

MEDIA_TYPE: Final = "application/problem+json"
_STATUS: Final[tuple[tuple[type[JichiError], int], ...]] = (
    (errors.NotSignedIn, 401),
    (errors.NoScope, 403),
    (errors.TooManyCalls, 429),
    (errors.TooLarge, 413),
    (errors.WrongMedia, 415),
    (errors.VersionNeeded, 428),
    (errors.InProgress, 409),
    (errors.BadCall, 400),
    (NotFound, 404),
    (Forbidden, 403),
    (Conflict, 409),
    (Invalid, 422),
    (Unavailable, 503),
)
_FALLBACK: Final = {404: "api.not_found", 409: "conflict", 412: "conflict", 503: "api.away"}
CHANGED: Final = (".changed", ".changed_since")
"""Ends of codes that say: somebody else was faster."""


def status_of(error: JichiError, *, versioned: bool = False) -> int:
    """The HTTP status of a refusal; 412 where the version that `If-Match` named is not the present one any more."""
    if versioned and isinstance(error, Conflict) and error.code.endswith(CHANGED):
        return int(HTTPStatus.PRECONDITION_FAILED)
    for kind, status in _STATUS:
        if isinstance(error, kind):
            return status
    return 429 if "seconds" in error.params else 422


def sentences(code: str, **params: object) -> dict[str, str]:
    """The sentences of a code; of its status where the room gave it none, for pages never show it."""
    try:
        texts(code)
    except KeyError:
        code = str(params.get("fallback", "api.invalid"))
    given = {name: str(value) for name, value in params.items()}
    return {"detail": message(code, "ja", **given), "detail_en": message(code, "en", **given)}


def problem(
    status: int, code: str, *, request_id: str = "", params: Mapping[str, object] | None = None,
    errors_found: Sequence[Mapping[str, object]] = (),
) -> HttpResponse:  # fmt: skip
    """An answer that says what went wrong."""
    told: dict[str, object] = {
        "type": f"urn:jichi:error:{code}", "title": HTTPStatus(status).phrase, "status": status, "code": code,
        **sentences(code, fallback=_FALLBACK.get(status, "api.invalid"), **(params or {})), "request_id": request_id,
    }  # fmt: skip
    if errors_found:
        told["errors"] = list(errors_found)
    response = HttpResponse(json.dumps(told, ensure_ascii=False), status=status, content_type=MEDIA_TYPE)
    response.problem_code = code  # type: ignore[attr-defined] # for the log of calls
    if params and "seconds" in params:
        response.headers["Retry-After"] = str(params["seconds"])
    elif status in {503}:
        response.headers["Retry-After"] = "5"
    return response


def of_error(error: JichiError, request_id: str, *, versioned: bool = False) -> HttpResponse:
    """The answer to an expected refusal."""
    found: list[dict[str, object]] = []
    code = error.code
    if isinstance(error, Invalid) and error.fields:
        code = "api.invalid" if code == "invalid" else code
        found = [
            {"field": name, "code": one.code, **sentences(one.code, **{"label": name, **one.params})}
            for name, one in error.fields.items()
        ]
    elif code in {"not_found", "forbidden"}:
        code = "api.not_found" if code == "not_found" else "api.scope"
    response = problem(
        status_of(error, versioned=versioned), code, request_id=request_id, params=error.params, errors_found=found
    )
    if isinstance(error, errors.InProgress):
        response.headers["Retry-After"] = "1"
    return response


def of_validation(error: ValidationError, request_id: str) -> HttpResponse:
    """The answer to input that does not fit the schema: which field, and what is wrong with it."""
    found = [
        {"field": _field(one["loc"]), "code": "api.value", **sentences("api.value", what=str(one["msg"])[:200])}
        for one in error.errors[:50]
    ]
    return problem(422, "api.invalid", request_id=request_id, errors_found=found)


def _field(places: Sequence[Any]) -> str:
    """`body.points.0.field` of pydantic's place, without the name of our own argument."""
    kept = [str(place) for place in places]
    return ".".join([kept[0], *kept[2:]] if len(kept) > 2 else kept)
