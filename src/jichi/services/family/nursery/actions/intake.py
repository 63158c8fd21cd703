"""Applications into a round: files, papers, scores confirmed by two, children placed by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import Actor, unit
from jichi.engines.inbox import actions as inbox
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound
from jichi.kernel.tables import LineError, require_table

from ..models import Application, Certificate, Child, Facility, Pin, Round, Vacancy
from ..permissions import EDIT, require
from ..queries.ages import least_ages
from ..queries.certificate_form import certified_answers
from ..queries.tables import rules_on
from ..rules.intake import ChildIn, FamilyIn, read_applications
from ..rules.least_age import too_young
from ..rules.scoring import Rule, fingerprint, score
from .rounds import locked_round


@dataclass(frozen=True, slots=True)
class Taken:
    """What a file of applications changed, counted in families."""

    new: int = 0
    changed: int = 0
    same: int = 0


def load_applications(*, actor: Actor, round_id: UUID, data: bytes) -> tuple[Taken, tuple[LineError, ...]]:
    """Take a file of applications over, all of it or nothing. The same file again changes nothing.

    Applications that are not in the file stay. A changed answer takes confirmations of the score back.

    Raises:
        Forbidden; NotFound. Invalid: no file. Conflict: "nursery.published", "nursery.no_table".
    """
    require(actor, EDIT)
    require_table(data)
    with unit(actor):
        row = locked_round(actor, round_id)
        codes = frozenset(Facility.objects.values_list("code", flat=True))
        families, errors = read_applications(data, entry=row.entry_on, facilities=codes, ages=least_ages(row.entry_on))
        if errors:
            return Taken(), errors
        rules = rules_of(row)
        known = {one.code: one for one in Application.objects.filter(round=row).prefetch_related("children")}
        count = {"new": 0, "changed": 0, "same": 0}
        for family in families:
            count[keep(row, known.get(family.code), family, rules)] += 1
    return Taken(**count), ()


def rules_of(row: Round) -> Sequence[Rule]:
    """The rules in force for a round's entry, or Conflict "nursery.no_table"."""
    rules = rules_on(row.division_id, row.entry_on)
    if rules is None:
        raise Conflict("nursery.no_table")
    return rules


def keep(round: Round, known: Application | None, family: FamilyIn, rules: Sequence[Rule]) -> str:
    """Write one family into a locked round: "new", "changed" or "same". Its children's scores are counted."""
    values: dict[str, Any] = {
        "addressee_no": family.addressee_no, "guardian_name": family.guardian_name, "condition": family.condition,
        "solo": family.solo, "split": family.split, "sibling_at": family.sibling_at, "missing": list(family.missing),
        "guardians": list(family.guardians), "answers": family.answers,
    }  # fmt: skip
    row = known or Application(round=round, code=family.code, **values)
    changed = known is None or any(getattr(row, name) != value for name, value in values.items())
    if changed:
        if row.guardians != values["guardians"]:
            row.origins = {}  # what is written now is the family's own word again
        for name, value in values.items():
            setattr(row, name, value)
        if family.addressee_no:
            row.account_id = accounts.account_of_person(family.addressee_no)
        row.revision, row.changed_at = (known.revision + 1 if known else 1), clock.now()
        row.save()
    children = {one.code: one for one in known.children.all()} if known else {}
    for seq, one in enumerate(family.children, 1):
        changed |= _keep_child(row, children.get(one.code), seq, one, rules)
    return "new" if known is None else "changed" if changed else "same"


def _keep_child(row: Application, known: Child | None, seq: int, one: ChildIn, rules: Sequence[Rule]) -> bool:
    values: dict[str, Any] = {
        "seq": seq, "name": one.name, "kana": one.kana, "birth": one.birth, "class_id": one.class_id,
        "current": one.current, "wishes": list(one.wishes), "answers": one.answers, "unborn": one.unborn,
    }  # fmt: skip
    child = known or Child(application=row, code=one.code, **values)
    changed = known is None or any(getattr(child, name) != value for name, value in values.items())
    for name, value in values.items():
        setattr(child, name, value)
    changed |= _score(child, row, rules)
    if changed:
        child.save()
    return changed


def _score(child: Child, row: Application, rules: Sequence[Rule]) -> bool:
    """Count the child's score; a different one is confirmed by nobody yet. Answers whether it is different."""
    found = score(rules, row.guardians, row.answers, child.answers).as_json()
    mark = fingerprint(found)
    if mark == child.score_sha256:
        return False
    child.score, child.score_sha256 = found, mark
    child.first_by_id, child.second_by_id, child.confirmed_at = None, None, None
    return True


def use_certificate(
    *, actor: Actor, application_id: UUID, certificate_id: UUID, expected_revision: int, from_file: bool = False
) -> bool:
    """Take what an employer certified into the guardian's answers, with where it is from.

    Args:
        from_file: what was read from the employer's spreadsheet, which the official has checked; else what was typed.

    A score that is different is confirmed by nobody yet. Answers whether anything changed.

    Raises:
        Forbidden; NotFound: no certificate of this application that has come. Conflict: "nursery.published",
            "nursery.no_table", "nursery.changed_since".
    """
    require(actor, EDIT)
    with unit(actor):
        row = _application(actor, application_id)
        came = Certificate.objects.filter(pk=certificate_id, entry__application=row, state="arrived").first()
        if came is None:
            raise NotFound
        if row.revision != expected_revision:
            raise Conflict("nursery.changed_since")
        taken = certified_answers(came.content, came.arrived_at, row.round.division_id, from_file=from_file)
        guardians = [dict(one) for one in row.guardians]
        guardians[came.place - 1] |= {title: value for title, (value, _item) in taken.items()}
        origins = {**row.origins, str(came.place): {title: [str(came.pk), item] for title, (_v, item) in taken.items()}}
        if (guardians, origins) == (row.guardians, row.origins):
            return False
        row.guardians, row.origins = guardians, origins
        row.revision, row.changed_at = row.revision + 1, clock.now()
        row.save(update_fields=["guardians", "origins", "revision", "changed_at"])
        rules = rules_of(row.round)
        for child in row.children.all():
            if _score(child, row, rules):
                child.save()
        return True


def rescore(*, actor: Actor, round_id: UUID) -> int:
    """Count all scores of a round by the table in force now; answer how many are different.

    Raises:
        Forbidden; NotFound. Conflict: "nursery.published", "nursery.no_table".
    """
    require(actor, EDIT)
    with unit(actor):
        row = locked_round(actor, round_id)
        rules = rules_of(row)
        changed = 0
        for child in Child.objects.filter(application__round=row).select_related("application"):
            if _score(child, child.application, rules):
                child.save()
                changed += 1
    return changed


def note_papers(*, actor: Actor, application_id: UUID, missing: Sequence[str], expected_revision: int) -> None:
    """Which papers of an application are missing now.

    Raises:
        Forbidden; NotFound. Conflict: "nursery.published", "nursery.changed_since".
    """
    require(actor, EDIT)
    with unit(actor):
        row = _application(actor, application_id)
        if row.revision != expected_revision:
            raise Conflict("nursery.changed_since")
        row.missing = [word.strip()[:60] for word in missing if word.strip()][:20]
        row.revision, row.changed_at = row.revision + 1, clock.now()
        row.save(update_fields=["missing", "revision", "changed_at"])
        for child in row.children.values_list("pk", flat=True):
            inbox.close_items(actor=actor, subject_key=f"family_nursery:birth:{child}")


def confirm_score(*, actor: Actor, child_id: UUID, expected: str) -> None:
    """One official has checked the score of a child against its papers; the second makes it count.

    Args:
        expected: `score_sha256` of what was on the page.

    Raises:
        Forbidden; NotFound. Conflict: "nursery.changed_since", "nursery.papers_missing", "nursery.other_person",
            "nursery.withdrawn", "nursery.published".
    """
    require(actor, EDIT)
    with unit(actor):
        child = Child.objects.select_for_update().filter(pk=child_id).first()
        if child is None:
            raise NotFound
        row = _application(actor, child.application_id)
        if child.second_by_id:
            return
        if child.score is None or child.score_sha256 != expected:
            raise Conflict("nursery.changed_since")
        if row.withdrawn_at:
            raise Conflict("nursery.withdrawn")
        if row.missing:
            raise Conflict("nursery.papers_missing")
        if child.first_by_id is None:
            child.first_by_id = actor.account_id
        elif child.first_by_id == actor.account_id:
            raise Conflict("nursery.other_person")
        else:
            child.second_by_id, child.confirmed_at = actor.account_id, clock.now()
        child.save(update_fields=["first_by", "second_by", "confirmed_at"])


def pin_child(*, actor: Actor, child_id: UUID, facility: str | None, reason: str) -> None:
    """Place a child by hand in every later run ("": without a seat); None takes that back.

    Raises:
        Forbidden; NotFound. Invalid: no reason, no slot of its class there, too young for it at entry.
            Conflict: "nursery.published".
    """
    require(actor, EDIT)
    with unit(actor):
        child = Child.objects.filter(pk=child_id).first()
        if child is None:
            raise NotFound
        row = _application(actor, child.application_id)
        if facility is None:
            Pin.objects.filter(child=child).delete()
            return
        if not reason.strip():
            raise Invalid(fields={"reason": FieldError("field.required")})
        offered = Vacancy.objects.filter(round_id=row.round_id, facility__code=facility, class_id=child.class_id)
        if facility and facility not in child.wishes and not offered.exists():
            raise Invalid(fields={"facility": FieldError("nursery.no_seat_there")})
        entry = row.round.entry_on
        for young in too_young(least_ages(entry), [facility], child.class_id, child.birth, entry):
            words = {"place": young.facility, "days": young.days, "day": young.reached_on}
            raise Invalid(fields={"facility": FieldError("nursery.too_young", words)})
        Pin.objects.update_or_create(
            child=child, defaults={"facility": facility, "reason": reason.strip()[:300], "set_by_id": actor.account_id}
        )


def _application(actor: Actor, id: UUID) -> Application:
    row = Application.objects.select_for_update().filter(pk=id).first()
    if row is None:
        raise NotFound
    locked_round(actor, row.round_id)
    return row
