"""What engine routes knows of a round's results: the name of a run, and the routes that a round may name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from jichi.engines.routes import queries as route_queries

SUBJECT: Final = "family_nursery:run:"


def subject_of(run_id: UUID) -> str:
    """The name under which engine routes knows a run."""
    return f"{SUBJECT}{run_id}"


def choosable() -> Mapping[str, str]:
    """Id → title of the routes that a round may name: those that ask for no fact, since a result has no amount."""
    return {key: spec.title for key, spec in route_queries.specs().items() if not spec.facts_used()}
