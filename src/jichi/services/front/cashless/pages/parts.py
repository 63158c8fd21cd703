"""What pages of this room share: words, refusals, the reach of an official."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from jichi.design import catalogue
from jichi.design.fields import FormField
from jichi.engines.accounts.access import SignedInRequest
from jichi.kernel.errors import FieldError, JichiError, NotFound

from .. import queries
from ..queries import DayView, DeskView, SaleView
from ..rules import PIECES

UNPROCESSABLE: Final = 422
CONFLICT: Final = 409
DAY_STATES: Final = {
    "": ("開いていない", "neutral"), "open": ("開いている", "info"), "waiting": ("差の確認待ち", "todo"),
    "closed": ("締めた", "done"),
}  # fmt: skip


def told(error: JichiError) -> str:
    """The sentence of a refusal."""
    return catalogue.message(error.code, "ja", **error.params)


def desk_of(request: SignedInRequest, id: UUID) -> DeskView:
    """A counter of the official's divisions. Raises NotFound."""
    found = queries.desk(id)
    if found is None or found.division_id not in request.actor.divisions:
        raise NotFound
    return found


def day_of(request: SignedInRequest, id: UUID) -> DayView:
    """A day at a counter of the official's divisions. Raises NotFound."""
    found = queries.day(id)
    if found is None or found.division_id not in request.actor.divisions:
        raise NotFound
    return found


def sale_of(request: SignedInRequest, id: UUID) -> SaleView:
    """A sale at a counter of the official's divisions. Raises NotFound."""
    found = queries.sale(id)
    if found is None or found.division_id not in request.actor.divisions:
        raise NotFound
    return found


def piece_fields(given: Mapping[str, str], wrong: Mapping[str, FieldError]) -> list[FormField]:
    """How many notes and coins of each kind."""
    return [
        FormField(
            name=f"p{piece}", label=f"{piece:,}円{'札' if piece >= 1_000 else '玉'}", kind="number", unit="枚", size=6,
            required=False, show_mark=False, value=given.get(f"p{piece}", ""), error=wrong.get(f"p{piece}"),
        )
        for piece in PIECES
    ]  # fmt: skip


def given_pieces(request: SignedInRequest) -> dict[int, str]:
    """What was typed for each kind."""
    return {piece: request.POST.get(f"p{piece}", "") for piece in PIECES}


def pieces_text(pieces: Mapping[int, int]) -> str:
    """Pieces in words, largest first."""
    return "、".join(f"{piece:,}円×{pieces[piece]:,}" for piece in PIECES if pieces.get(piece))
