"""Entering a class: on the web by oneself, on the telephone through an official, as a person or an association."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.engines.booking import actions as booking
from jichi.engines.booking.actions import Entered
from jichi.engines.registry import queries as registry
from jichi.engines.registry.rules import ResidentRecord
from jichi.kernel import clock
from jichi.kernel.errors import FieldError, Forbidden, Invalid, NotFound
from jichi.kernel.text import fold_for_search

from ..models import Course, Enrolment, Participant
from ..permissions import require_editor
from ..rules import AGE_CLASSES, Plan, age_class, plan_from
from .organising import ITEM
from .telling import tell_entered

SYSTEM: Final = system_actor("digital_inclusion")
LONGEST: Final = 200
LEAST_TEAM: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What somebody asks for. `team` is the name of an association, `size` how many of its members come."""

    name: str = ""
    kana: str = ""
    phone: str = ""
    age_class: str = "unknown"
    """Told by who is not in the register; else the register says it."""
    team: str = ""
    size: int = 1
    language: str = "ja"


def enter_course(
    *,
    actor: Actor,
    code: str,
    application: Application,
    dedupe_key: str,
    addressee_no: str = "",
    channel: str = "web",
) -> Entered:
    """One entry for all sessions of a class; what came of it as `booking.Entered` says. The same key, the same answer.

    Args:
        addressee_no: an official's caller, found in the register; residents are whom their login is linked with.

    Raises:
        NotFound: nothing to enter.
        Forbidden: neither a resident nor an official of the division.
        Invalid: by field, what is missing: "name", "phone", "team", "size".
    """
    row = Course.objects.filter(code=code, state="published", offering__isnull=False).first()
    if row is None:
        raise NotFound
    if actor.kind == "resident" and actor.account_id is not None:
        account_id: UUID | None = actor.account_id
        addressee_no = accounts.linked_person(actor.account_id) or ""
    else:
        require_editor(actor, row.division_id)
        account_id = accounts.account_of_person(addressee_no) if addressee_no else None
    offering = row.team_offering_id if application.team.strip() else row.offering_id
    if offering is None:
        raise NotFound
    with unit(actor):
        person = _known(addressee_no)
        name = person.display_name if person else application.name.strip()
        kana = person.display_kana if person else application.kana.strip()
        _checked(plan_from(row.plan), application, name)
        found = booking.enter(
            actor=SYSTEM if actor.kind == "staff" else actor, offering_id=offering, choices=[ITEM],
            people=_people(application, addressee_no or _key_of(account_id, kana or name, application.phone)),
            dedupe_key=dedupe_key, account_id=account_id, channel=channel,
        )  # fmt: skip
        if found.entry_id is not None:
            _kept(row, found, account_id, name, kana, application, person)
    return found


def _known(addressee_no: str) -> ResidentRecord | None:
    if not addressee_no:
        return None
    with unit(SYSTEM):
        return registry.resident(addressee_no)


def _key_of(account_id: UUID | None, name: str, phone: str) -> str:
    """Who is not in the register: the login, or on the telephone name and number."""
    if account_id is not None:
        return f"account:{account_id}"
    return f"caller:{fold_for_search(name)}:{''.join(c for c in phone if c.isdigit())}"


def _people(application: Application, person: str) -> list[str]:
    """An association is known by its name: it enters a class once, whoever asks for it."""
    team = fold_for_search(application.team)
    return [f"team:{team}:{place}" for place in range(application.size)] if team else [person]


def _checked(plan: Plan, application: Application, name: str) -> None:
    wrong: dict[str, FieldError] = {}
    if not name:
        wrong["name"] = FieldError("field.required")
    if not application.phone.strip():
        wrong["phone"] = FieldError("field.required")
    if application.team.strip():
        if not LEAST_TEAM <= application.size <= plan.team_most:
            wrong["size"] = FieldError("digital.team_size", {"least": LEAST_TEAM, "most": plan.team_most})
        if not fold_for_search(application.team):
            wrong["team"] = FieldError("field.required")
    given = {"name": name, "kana": application.kana, "phone": application.phone, "team": application.team}
    for field, text in given.items():
        if len(text) > LONGEST:
            wrong[field] = FieldError("field.too_long", {"max": LONGEST, "now": len(text)})
    if wrong:
        raise Invalid(fields=wrong)


def _kept(
    row: Course, found: Entered, account_id: UUID | None, name: str, kana: str, application: Application,
    person: ResidentRecord | None,
) -> None:  # fmt: skip
    if found.entry_id is None:
        return
    team = application.team.strip()
    told = application.age_class if application.age_class in AGE_CLASSES else "unknown"
    age = age_class(person.birth_date, clock.today()) if person and person.birth_date else told
    with unit(SYSTEM):
        kept, is_new = Enrolment.objects.get_or_create(
            entry_id=found.entry_id,
            defaults={
                "course": row,
                "account_id": account_id,
                "name": name,
                "kana": kana,
                "phone": application.phone.strip(),
                "team": team,
                "language": application.language,
            },
        )
        if not is_new:
            return
        Participant.objects.bulk_create(
            Participant(
                enrolment=kept, course=row, place=place, name="" if team else name, age_class="unknown" if team else age
            )
            for place in range(1, (application.size if team else 1) + 1)
        )
        if account_id is not None:
            tell_entered(course=row, entry_id=found.entry_id, account_id=account_id, outcome=found.outcome)


def name_participants(*, actor: Actor, entry_id: UUID, names: Sequence[str]) -> None:
    """Who of an association comes, in the order of the places; fewer names leave places without one.

    Raises:
        NotFound: no entry of an association that the actor may see. Forbidden: nobody signed in.
        Invalid: "names", more than places or too long a one.
    """
    if actor.kind == "anonymous":
        raise Forbidden
    with unit(actor):
        row = Enrolment.objects.select_related("course").filter(pk=entry_id).exclude(team="").first()
        if row is None:
            raise NotFound
        if actor.kind == "staff":
            require_editor(actor, row.course.division_id)
        given = [name.strip() for name in names if name.strip()]
        with unit(SYSTEM):
            places = list(Participant.objects.select_for_update().filter(enrolment=row).order_by("place"))
            if len(given) > len(places):
                raise Invalid(fields={"names": FieldError("digital.too_many_names", {"most": len(places)})})
            longest = max((len(name) for name in given), default=0)
            if longest > LONGEST:
                raise Invalid(fields={"names": FieldError("field.too_long", {"max": LONGEST, "now": longest})})
            for number, one in enumerate(places):
                one.name = given[number] if number < len(given) else ""
                one.save(update_fields=["name"])
