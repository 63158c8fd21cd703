"""What changes after a draw is appended to its record, link by link: places given back, declined, passed on."""

from __future__ import annotations

from uuid import UUID

from jichi.kernel import clock

from ..models import Draw
from ..rules.draw.changes import appended


def locked_draw(offering_id: UUID) -> Draw | None:
    """The draw whose record follows changes of an offering, locked first of all, so that they stand in one line.

    None where nothing was drawn, or where places went to others than those of the list too.
    """
    drawn = Draw.objects.select_for_update(of=("self",)).filter(offering_id=offering_id, state="drawn")
    return drawn.filter(offering__mode="lottery").defer("params", "entries", "record").first()


def note(drawn: Draw | None, kind: str, item: str, number: str) -> None:
    """Append one change ("release", "decline", "promote") of an entry's number at an item's code."""
    if drawn is None:
        return
    at = clock.now().isoformat(timespec="seconds")
    drawn.changes.append(appended(drawn.changes, drawn.record_sha256, kind, item, number, at))
    drawn.save(update_fields=["changes"])
