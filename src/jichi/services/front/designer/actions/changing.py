"""Changing a design. Each save is a revision; what two people change apart from each other is put together,
what they change in the same place is refused to the second one."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import Actor, unit
from jichi.engines.forms.rules import FACTS
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound

from .. import rules
from ..errors import Stale
from ..models import Design, DesignRevision, PageEdit
from ..permissions import may_edit
from ..rules import MISSING, Place, Plain

LARGEST: Final = 480 * 1024
"""Bytes of a design; a definition file may have 512 KB."""
EDITING: Final = timedelta(minutes=5)
CHANGEABLE: Final = frozenset({"draft", "trial"})


def save_part(
    *,
    actor: Actor,
    id: UUID,
    place: Place,
    items: Collection[str],
    raw: Mapping[str, Sequence[str]],
    expected_revision: int,
) -> int:
    """Put what was typed on the page of a part into the design.

    Args:
        items: the items that the page asked for; the others stay.
        expected_revision: the one that the page showed.

    Returns:
        the revision it is now; the same as before where nothing changed.

    Raises:
        NotFound; Stale: somebody else changed these items; Conflict: "designer.locked", "designer.gone".
        Invalid: `fields` by item ("" for the part as a whole).
    """

    def change(now: Plain) -> Plain:
        part = rules.part_at(now, place)
        shape = rules.shape_at(now, place)
        if part is None or shape is None:
            raise Conflict("designer.gone")
        shapes = rules.part_shapes(part, shape.of)
        typed, wrong = rules.read_part(shapes, [item for item in items if item in shapes], raw, part)
        if wrong:
            raise Invalid(fields=wrong)
        new_place = _renamed_place(now, place, part, typed)
        if _is_question(place) and new_place != place:
            changed = rules.renamed(rules.with_at(now, place, {**typed, "id": place[-1]}), place, new_place[-1])
        else:
            changed = rules.with_at(now, place, typed)
        _refuse_unreadable(changed, new_place, items)
        return changed

    return _change(actor, id, expected_revision, change, what=place, guard=(place, items))


def _renamed_place(now: Plain, place: Place, part: dict[str, Plain], typed: dict[str, Plain]) -> Place:
    """Where the part stands under its new name. A name that a neighbour has is refused."""
    item = next((one for one in rules.NAMES if place and part.get(one) == place[-1]), "")
    new = typed.get(item, place[-1]) if item else ""
    if not item or new == place[-1]:
        return place
    if str(new) in rules.names_beside(now, place):
        raise Invalid(fields={item: FieldError("designer.name_taken")})
    return (*place[:-1], str(new))


def _is_question(place: Place) -> bool:
    return len(place) == 4 and place[0] == "pages" and place[2] == "fields"


def _refuse_unreadable(changed: Plain, place: Place, items: Collection[str]) -> None:
    """What was typed may be incomplete, but not such that nobody can read it."""
    assert isinstance(changed, dict)  # noqa: S101 - a design is a dict
    wrong: dict[str, FieldError] = {}
    for one in rules.unreadable(changed):
        if one.place == place and (not one.item or one.item in items) and not _is_reference(one.code):
            wrong.setdefault(one.item, FieldError("forms.message", {"message": f"{one.message}{one.fix}"}))
    if wrong:
        raise Invalid(fields=wrong)


def _is_reference(code: str) -> bool:
    return code in {"definition.missing", "definition.too_short"}


def put_part(
    *, actor: Actor, id: UUID, place: Place, value: Plain | object, expected_revision: int, what: str = ""
) -> int:
    """Put a condition, a text or a whole part there; `rules.MISSING` takes it away. Raises as `save_part`."""
    if value is not MISSING:
        _refuse_unknown_facts(value)

    def change(now: Plain) -> Plain:
        try:
            return rules.with_at(now, place, value)
        except KeyError as error:
            raise Conflict("designer.gone") from error

    return _change(actor, id, expected_revision, change, what=what or place, guard=(place, None))


def _refuse_unknown_facts(value: Any) -> None:
    if isinstance(value, dict):
        fact = value.get("fact")
        if fact is not None and fact not in FACTS:
            raise Invalid(fields={"what": FieldError("field.choose_one")})
        for inner in value.values():
            _refuse_unknown_facts(inner)
    elif isinstance(value, list):
        for inner in value:
            _refuse_unknown_facts(inner)


def add_part(
    *, actor: Actor, id: UUID, place: Place, kind: str = "", label: str = "", expected_revision: int
) -> tuple[int, Place]:
    """One more member at the end of the list at `place`; answers the revision and where it stands.

    Raises:
        as `save_part`.
    """
    stands: list[Place] = []

    def change(now: Plain) -> Plain:
        if kind and kind not in rules.kinds():
            raise Invalid(fields={"kind": FieldError("field.choose_one")})
        try:
            changed, new = rules.added(now, place, kind, label.strip().replace("\x00", "")[:200])
        except KeyError as error:
            raise Conflict("designer.gone") from error
        stands.append(new)
        return changed

    revision = _change(actor, id, expected_revision, change, what=f"{rules.words_of({}, place)}に足す", guard=None)
    return revision, stands[-1]


def move_part(*, actor: Actor, id: UUID, place: Place, by: int = 0, page: str = "", expected_revision: int) -> Place:
    """Move a member up (`by` negative) or down, or a question to another page; answers where it stands.

    Raises:
        as `save_part`.
    """
    stands: list[Place] = [place]

    def change(now: Plain) -> Plain:
        try:
            if not page:
                return rules.moved(now, place, by)
            if len(rules.list_at(now, place[:-1])) < 2:
                raise Conflict("designer.last_one")
            changed, stands[0] = rules.moved_to_page(now, place, page)
        except KeyError as error:
            raise Conflict("designer.gone") from error
        return changed

    _change(actor, id, expected_revision, change, what=place, guard=None)
    return stands[0]


def remove_part(*, actor: Actor, id: UUID, place: Place, expected_revision: int) -> int:
    """Take a member of a list, or a part that may be left out, away. What was gone already stays gone.

    Raises:
        as `save_part`; Conflict: "designer.last_one".
    """

    def change(now: Plain) -> Plain:
        if rules.at(now, place) is MISSING:
            return now
        members, shape = rules.at(now, place[:-1]), rules.shape_at(now, place[:-1])
        if isinstance(members, list) and shape is not None and len(members) <= (shape.low or 0):
            raise Conflict("designer.last_one")
        return rules.with_at(now, place, MISSING)

    return _change(actor, id, expected_revision, change, what=place, guard=(place, None))


def restore(*, actor: Actor, id: UUID, revision: int) -> int:
    """The design as it was at a revision, as a new one. Raises as `save_part`."""
    with unit(actor):
        old = DesignRevision.objects.filter(design_id=id, revision=revision).first()
        if old is None:
            raise NotFound
        now = Design.objects.filter(pk=id).values_list("revision", flat=True).get()
        return _change(actor, id, now, lambda _now: old.source, what=f"{revision}回目の保存に戻す", guard=None)


def try_out(*, actor: Actor, id: UUID) -> None:
    """Say that the design is being tried out. Nothing else changes; the next save makes it a draft again."""
    with unit(actor):
        if locked(actor, id).state == "draft":
            Design.objects.filter(pk=id).update(state="trial")


def note_editing(*, actor: Actor, id: UUID, page: str) -> None:
    """Tell others for a while that this official has a page open for a change ("": the settings)."""
    if actor.account_id is None:
        return
    with unit(actor):
        if not Design.objects.filter(pk=id).exists():
            raise NotFound
        PageEdit.objects.update_or_create(
            design_id=id, who_id=actor.account_id, defaults={"page": page, "until": clock.now() + EDITING}
        )


def failing_of(design: Design) -> int:
    """How many of the design's examples come out other than expected now."""
    if not design.examples:
        return 0
    ran = rules.run_examples(rules.definition_of(design.source), design.examples)
    return sum(bool(one.wrong) for one in ran)


def locked(actor: Actor, id: UUID) -> Design:
    """The design, held for a change until the unit ends.

    Raises:
        NotFound. Conflict: "designer.ended", "designer.locked".
    """
    design = Design.objects.select_for_update().filter(pk=id).first()
    if design is None or not may_edit(actor, design.division_id):
        raise NotFound
    if design.state == "ended":
        raise Conflict("designer.ended")
    if design.state not in CHANGEABLE:
        raise Conflict("designer.locked")
    return design


def _change(
    actor: Actor,
    id: UUID,
    expected: int,
    change: Callable[[Plain], Plain],
    *,
    what: Place | str,
    guard: tuple[Place, Collection[str] | None] | None,
) -> int:
    """Apply a change to the design as it is now. `guard`: the part and the items that nobody else may have changed."""
    with unit(actor):
        design = locked(actor, id)
        if guard is not None and expected != design.revision:
            _refuse_meeting(design, expected, *guard)
        new = change(design.source)
        if new == design.source:
            return design.revision
        assert isinstance(new, dict)  # noqa: S101 - a design is a dict
        if len(json.dumps(new, ensure_ascii=False).encode()) > LARGEST:
            raise Invalid("designer.too_large")
        _write(actor, design, new, what)
        return design.revision


def _refuse_meeting(design: Design, expected: int, place: Place, items: Collection[str] | None) -> None:
    base = DesignRevision.objects.filter(design=design, revision=expected).first()
    if base is None:
        raise Stale(list(items or ()))
    if items is None:
        met = [""] if rules.at(design.source, place) not in (MISSING, rules.at(base.source, place)) else []
    else:
        met = rules.meets(base.source, design.source, place, items)
    if met:
        names = accounts.account_names([design.updated_by_id] if design.updated_by_id else [])
        raise Stale(met, names.get(design.updated_by_id, "") if design.updated_by_id else "")


def _write(actor: Actor, design: Design, new: dict[str, Plain], what: Place | str) -> None:
    now = clock.now()
    division = accounts.division(str(new.get("division", "")))
    if division is not None and division.id != design.division_id and may_edit(actor, division.id):
        design.division_id = division.id
    words = what if isinstance(what, str) else rules.words_of(new, what)
    design.source, design.revision, design.state = new, design.revision + 1, "draft"
    design.title = rules.japanese(new.get("title")) or design.slug
    design.updated_at, design.updated_by_id = now, actor.account_id
    new["id"] = design.slug
    design.failing = failing_of(design)
    design.save()
    DesignRevision.objects.create(
        design=design, revision=design.revision, source=new, what=words, by_id=actor.account_id, at=now
    )
