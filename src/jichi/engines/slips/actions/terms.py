"""取り決め: what the contract with the collecting agent says, from a day on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import IntegrityError

from jichi.engines.audit.context import Actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Invalid

from .. import permissions
from ..models import SlipTerms
from ..rules import PRINTERS, USUAL_LIMIT, Sender, Window
from ..rules.barcode import MOST_YEN


def set_terms(
    *,
    actor: Actor,
    valid_from: date,
    issuer: str,
    prefix: str = "",
    limit_yen: int = USUAL_LIMIT,
    places: str = "",
    apps: str = "",
    dpi: int = 600,
    window: Mapping[str, float] | None = None,
    body_code: str = "",
    office: str = "000",
    agency: str = "",
) -> None:
    """Keep the terms that hold from a day on; slips issued before keep theirs.

    Raises:
        Forbidden: without the right.
        Invalid: "slip.issuer_shape", "slip.line_part", "slip.amount_layout", "slip.dpi", "slip.places";
            those of `Window`.
        Conflict: "slip.terms_there" where terms begin on that day already.
    """
    permissions.require(actor, permissions.SET_TERMS)
    for part, text, lengths in (
        ("issuer", issuer, (6,)), ("prefix", prefix, range(13)), ("body_code", body_code, (0, 5)),
        ("office", office, (3,)), ("agency", agency, (0, 5)),
    ):  # fmt: skip
        if len(text) not in lengths or (text and not (text.isascii() and text.isdecimal())):
            code = "slip.issuer_shape" if part == "issuer" else "slip.line_part"
            raise Invalid(code, part=part, length=max(lengths))
    if not 0 <= limit_yen <= MOST_YEN:
        raise Invalid("slip.amount_layout", max=f"{MOST_YEN:,}")
    if dpi not in PRINTERS:
        raise Invalid("slip.dpi")
    if len(places) > 60 or len(apps) > 60:
        raise Invalid("slip.places", max=60)
    Window(**(window or {}))
    try:
        with unit(actor):
            SlipTerms.objects.create(
                valid_from=valid_from, issuer=issuer, prefix=prefix, limit_yen=limit_yen,
                places=places or Sender.usual_places(), apps=apps, dpi=dpi, window=dict(window or {}),
                body_code=body_code, office=office, agency=agency, created_at=clock.now(),
            )  # fmt: skip
    except IntegrityError:
        raise Conflict("slip.terms_there", day=valid_from.isoformat()) from None
