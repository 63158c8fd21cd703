"""Facts this room announces."""

from __future__ import annotations

from dataclasses import dataclass

from jichi.kernel.localized import LocalizedText


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedurePublished:
    """A version of a procedure is what people apply with from now on. Not announced where nothing changed."""

    slug: str
    version: int
    title: LocalizedText
    division_id: int
