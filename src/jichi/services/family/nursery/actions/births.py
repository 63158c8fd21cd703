"""A child applied for before it was born (出生前の申込み): the family, or the office for it, tells the birth."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from jichi.engines.audit import actions as audit
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.engines.inbox import actions as inbox
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Invalid, NotFound
from jichi.kernel.localized import LocalizedText

from ..models import Application, Child, Entry, Round
from ..permissions import EDIT
from ..rules.entering import child_code, read_born
from ..rules.intake import class_on
from .applying import TABLE, own_application

SYSTEM: Final = system_actor("nursery.birth", purpose="nursery")
TOLD: Final[LocalizedText] = {"ja": "出生前に申し込んだ児童の、生まれた日が届きました"}


def report_birth(*, actor: Actor, child_id: UUID, name: str, kana: str, birth: date | None) -> int:
    """The child is born: its name and day; the class that follows. Told again with the same words, nothing changes.

    The office is asked to look; it is done when it notes the papers.

    Raises:
        Forbidden; NotFound. Invalid: fields "name", "kana", "birth". Conflict: "nursery.withdrawn";
            "nursery.already_born"; "nursery.class_moved": the result is published, and the class would be another.
    """
    with unit(actor):
        child = Child.objects.filter(pk=child_id).first()
        if child is None:
            raise NotFound
        row = own_application(actor, child.application_id)
        round_ = Round.objects.select_for_update().get(pk=row.round_id)
        found, wrong = read_born({"name": name, "kana": kana}, birth, round_.entry_on, clock.today())
        if found is None:
            raise Invalid(fields=wrong)
        if row.withdrawn_at:
            raise Conflict("nursery.withdrawn")
        if not child.unborn:
            if (child.name, child.kana, child.birth) == found:
                return child.class_id
            raise Conflict("nursery.already_born")
        group = class_on(found[2], round_.entry_on) or 0
        if round_.published_run_id and group != child.class_id:
            raise Conflict("nursery.class_moved")
    with unit(SYSTEM):
        Child.objects.filter(pk=child.pk).update(
            name=found[0], kana=found[1], birth=found[2], class_id=group, unborn=False
        )
        Application.objects.filter(pk=row.pk).update(revision=row.revision + 1, changed_at=clock.now())
        _also_entered(row, child.code, found)
        if actor.kind == "resident":
            inbox.put_item(
                actor=SYSTEM, kind="check", title=TOLD, url_path=f"/staff/nursery/applications/{row.pk}/",
                division_id=round_.division_id, subject_key=f"family_nursery:birth:{child.pk}", permission=EDIT,
            )  # fmt: skip
    audit.record(actor=actor, action="report_birth", table=TABLE, object_id=str(row.pk), subject=row.addressee_no)
    return group


def _also_entered(row: Application, code: str, found: tuple[str, str, date]) -> None:
    """Keep what the family wrote online in step, so that a later correction does not bring the expected day back."""
    entry = Entry.objects.select_for_update().filter(application=row).first()
    if entry is None:
        return
    for content in (entry.content, entry.sent or {}, entry.accepted or {}):
        for one in content.get("children", ()):
            if child_code(entry.number, one["key"]) == code:
                one |= {"name": found[0], "kana": found[1], "birth": found[2].isoformat(), "due": False}
    entry.save(update_fields=["content", "sent", "accepted"])
