"""Operations of this room for the tests that call every one with every key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jichi.engines.audit.context import unit

from .sending import send
from .ward import source

Example = tuple[str, Mapping[str, Any] | None, int | None]


def _of_procedure(below: str) -> Callable[[Any], Example]:
    def made(world: Any) -> Example:
        with unit(world.system):
            send(
                source("coming-of-age"), division_id=world.division.id, account_id=world.resident.account_id,
                subject_no=world.resident.addressee_no, answers={},
            )  # fmt: skip
        return f"/procedures{below}", None, None

    return made


def api_examples() -> dict[str, Callable[[Any], Example]]:
    """Operation → path, query or body, version."""
    return {
        "procedures": _of_procedure(""),
        "procedure": _of_procedure("/coming-of-age"),
        "answers_schema": _of_procedure("/coming-of-age/answers-schema"),
    }
