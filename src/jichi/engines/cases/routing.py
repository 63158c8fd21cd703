"""Where a decision goes before it is one: the route that a procedure's definition names."""

from __future__ import annotations

from uuid import UUID

from jichi.engines.audit.context import Actor
from jichi.engines.forms.rules import FormDefinition
from jichi.kernel.errors import Unavailable

from .models import Case, Proposal


def route_named(definition: FormDefinition) -> str:
    """Id of the route on which decisions of this procedure are made; "" when the official in charge decides."""
    return str(getattr(definition, "route", None) or "")


def open_route(
    actor: Actor, case: Case, proposal: Proposal, definition: FormDefinition, *, subject: str, url_path: str
) -> UUID:
    """Begin the route of a proposal."""
    raise Unavailable("case.no_routes")


def content_changed(actor: Actor, subject: str, content_hash: str, *, minor: bool, why: str) -> None:
    """Tell the route that another content stands now."""
    raise Unavailable("case.no_routes")


def withdraw(actor: Actor, subject: str, why: str) -> None:
    """End the route without a decision."""
    raise Unavailable("case.no_routes")
