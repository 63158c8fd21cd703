"""Errors with codes. What a person sees is built from the code, in the person's language, by `design`.

An error says what happened, what was kept and what to do; the code is stable and appears in
logs, in the API and in tests.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


class JichiError(Exception):
    """Base of every expected refusal. `code` is stable; `params` fill the message."""

    code: str = "error"

    def __init__(self, code: str | None = None, **params: object) -> None:
        self.code = code or type(self).code
        self.params: dict[str, object] = params
        super().__init__(self.code, params)


class NotFound(JichiError):
    """There is no such thing, or it is not for this person: the two look alike outside."""

    code = "not_found"


class Forbidden(JichiError):
    """The actor may not do this. Shown as NotFound where existence itself is confidential."""

    code = "forbidden"


class Conflict(JichiError):
    """Somebody else changed it first, or the state no longer allows this."""

    code = "conflict"


class Invalid(JichiError):
    """Input that can't be accepted; `fields` maps field name → error."""

    code = "invalid"

    def __init__(self, code: str | None = None, *, fields: Mapping[str, FieldError] | None = None, **params: object):
        super().__init__(code, **params)
        self.fields: dict[str, FieldError] = dict(fields or {})


class Unavailable(JichiError):
    """An outside system or part of ours can't answer now; trying later is right."""

    code = "unavailable"


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong with one field: message key in the catalogue and what fills it."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of `jichi doctor`: state is "ok", "missing" or "wrong"; `mend` says how to mend it."""

    what: str
    state: str
    detail: str = ""
    mend: str = ""
