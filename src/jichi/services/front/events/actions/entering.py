"""Entering an event: on the web by oneself, on the telephone through an official, into the same queue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID, uuid4

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.engines.booking import actions as booking
from jichi.engines.booking.actions import Entered
from jichi.engines.registry import queries as registry
from jichi.kernel.errors import FieldError, Invalid, NotFound
from jichi.kernel.text import fold_for_search

from ..models import Event, EventEntry
from ..permissions import require_editor
from ..rules import Content, content_from, entry_lines
from .telling import tell_entered

SYSTEM: Final = system_actor("events")
LONGEST: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What somebody asks for: `household` are 宛名番号 of companions of the own household, `companions` other names."""

    choices: Sequence[str]
    name: str = ""
    kana: str = ""
    phone: str = ""
    household: Sequence[str] = ()
    companions: Sequence[str] = ()
    answers: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    """Class of persons → how many, where they pay differently."""
    language: str = "ja"


def enter_event(
    *,
    actor: Actor,
    code: str,
    application: Application,
    dedupe_key: str,
    addressee_no: str = "",
    channel: str = "web",
    works_here: bool | None = None,
) -> Entered:
    """One entry; what came of it as `booking.Entered` says. The same `dedupe_key` again gives the first answer.

    Args:
        addressee_no: an official's caller, found in the register; residents are whom their login is linked with.
        works_here: an official was shown that the person works or learns in the ward.

    Raises:
        NotFound: nothing to enter.
        Forbidden: neither a resident nor an official of the division.
        Invalid: by field, what is missing: "choices", "name", "phone", "companions", "classes", a question's key.
    """
    event = Event.objects.filter(code=code, state="published", offering__isnull=False).first()
    if event is None or event.offering_id is None:
        raise NotFound
    if actor.kind == "resident" and actor.account_id is not None:
        account_id: UUID | None = actor.account_id
        addressee_no = accounts.linked_person(actor.account_id) or ""
    else:
        require_editor(actor, event.division_id)
        account_id = accounts.account_of_person(addressee_no) if addressee_no else None
    with unit(actor):
        name, kana, house = _from_register(addressee_no, application)
        content, size = content_from(event.content), 1 + len(house) + len(application.companions)
        _checked(event, content, application, name, size)
        people = [addressee_no or _key_of(account_id, kana or name, application.phone), *house]
        people += [f"{dedupe_key}:{place}" for place, _ in enumerate(application.companions)]
        found = booking.enter(
            actor=SYSTEM if actor.kind == "staff" else actor, offering_id=event.offering_id,
            choices=list(dict.fromkeys(application.choices)), people=people, dedupe_key=dedupe_key,
            account_id=account_id, channel=channel, works_here=works_here if actor.kind != "resident" else None,
            lines=entry_lines(content, application.counts, size),
        )  # fmt: skip
        if found.outcome != "full":
            _kept(event, found, account_id, name, kana, application, house)
    return found


def _key_of(account_id: UUID | None, name: str, phone: str) -> str:
    """Who is not in the register: the login, or on the telephone name and number."""
    if account_id is not None:
        return f"account:{account_id}"
    return f"caller:{fold_for_search(name)}:{''.join(c for c in phone if c.isdigit())}"


def _from_register(addressee_no: str, application: Application) -> tuple[str, str, dict[str, str]]:
    """Name, reading and chosen companions of the household; who is not of the household is left out."""
    if not addressee_no:
        return application.name.strip(), application.kana.strip(), {}
    with unit(SYSTEM):
        person = registry.resident(addressee_no)
        members = registry.household_of(addressee_no) if application.household else ()
    if person is None:
        return application.name.strip(), application.kana.strip(), {}
    wanted = {*application.household} - {addressee_no}
    house = {one.addressee_no: one.display_name for one in members if one.addressee_no in wanted}
    return person.display_name, person.display_kana, house


def _checked(event: Event, content: Content, application: Application, name: str, size: int) -> None:
    wrong: dict[str, FieldError] = {}
    slots = {slot.item_code for slot in event.slots.all()}
    if not application.choices or not set(application.choices) <= slots:
        wrong["choices"] = FieldError("field.choose_one")
    if not name:
        wrong["name"] = FieldError("field.required")
    if not application.phone.strip():
        wrong["phone"] = FieldError("field.required")
    if size > content.most_people:
        wrong["companions"] = FieldError("events.too_many_people", {"max": content.most_people})
    try:
        entry_lines(content, application.counts, size)
    except ValueError:
        wrong["classes"] = FieldError("events.class_counts", {"people": size})
    texts = {"name": name, "phone": application.phone, "kana": application.kana, **application.answers}
    for place, one in enumerate(application.companions):
        texts[f"companions.{place}"] = one
    for question in content.questions:
        if question.required and not application.answers.get(question.key, "").strip():
            wrong[question.key] = FieldError("field.required")
    for key, text in texts.items():
        if len(text) > LONGEST:
            wrong[key.partition(".")[0]] = FieldError("field.too_long", {"max": LONGEST, "now": len(text)})
    if wrong:
        raise Invalid(fields=wrong)


def _kept(
    event: Event, found: Entered, account_id: UUID | None, name: str, kana: str, application: Application,
    house: Mapping[str, str],
) -> None:  # fmt: skip
    if found.entry_id is None:
        return
    with unit(SYSTEM):
        _row, is_new = EventEntry.objects.get_or_create(
            entry_id=found.entry_id,
            defaults={
                "event": event,
                "account_id": account_id,
                "name": name,
                "kana": kana,
                "phone": application.phone.strip(),
                "companions": [*house.values(), *application.companions],
                "answers": dict(application.answers),
                "language": application.language,
            },
        )
        if is_new and account_id is not None:
            tell_entered(event=event, entry_id=found.entry_id, account_id=account_id, outcome=found.outcome)


def exchange_companion(*, actor: Actor, entry_id: UUID, place: int, name: str = "", member: str = "") -> None:
    """Another companion comes; numbers, price and the place in line stay.

    Args:
        place: which of the companions, from 1.
        member: 宛名番号 of somebody of the own household; else `name` is asked for.

    Raises:
        NotFound: no entry of the actor's. Conflict: "booking.not_now", "booking.twice".
        Invalid: by field "place" (no such companion), "name".
    """
    with unit(actor):
        if actor.kind != "resident" or actor.account_id is None:
            raise NotFound
        row = EventEntry.objects.filter(pk=entry_id, account_id=actor.account_id).first()
        if row is None:
            raise NotFound
        house = _from_register(
            accounts.linked_person(actor.account_id) or "", Application(choices=(), household=(member,))
        )[2] if member else {}  # fmt: skip
        told = house.get(member, "") or name.strip()
        if not 1 <= place <= len(row.companions):
            raise Invalid(fields={"place": FieldError("field.choose_one")})
        if not told:
            raise Invalid(fields={"name": FieldError("field.required")})
        if len(told) > LONGEST:
            raise Invalid(fields={"name": FieldError("field.too_long", {"max": LONGEST, "now": len(told)})})
        key = member if member in house else f"{entry_id}:{uuid4()}"
        booking.substitute(actor=actor, entry_id=entry_id, instead_of=place, person=key)
        names = [*row.companions]
        names[place - 1] = told
        with unit(SYSTEM):
            EventEntry.objects.filter(pk=entry_id).update(companions=names)
