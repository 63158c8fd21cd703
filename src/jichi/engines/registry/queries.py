"""Reads of the register mirror. Each returns plain records and says how many statements it takes.

Call them inside a unit of work: row security asks the transaction who is looking, and outside a unit
nobody is. A resident sees the own household only; officials see everybody, protected addresses only with
`eng_registry.protected.view`; the system sees all.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeAlias

from django.db import connection

from jichi.engines.audit.actions import record, record_look
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.kernel.calendar import parse_date
from jichi.kernel.errors import FieldError, Forbidden, Invalid, NotFound
from jichi.kernel.text import fold_for_search, is_katakana_name, to_katakana

from . import rules
from .imports import files_waiting
from .loads import LoadPage, LoadView, files_of_load, load_of, loads
from .organisations import (
    OfficePost,
    OfficerView,
    OrganisationPage,
    OrganisationView,
    organisation,
    organisations_of,
    organisations_of_person,
    search_organisations,
)
from .permissions import SEARCH, VIEW
from .rules import HIDDEN, PURPOSES, Match, ResidentRecord

__all__ = [
    "LoadPage", "LoadView", "OfficePost", "OfficerView", "OrganisationPage", "OrganisationView", "RegisterState",
    "SearchPage", "facts_for_forms", "files_of_load", "files_waiting", "find_candidates", "household_of", "load_of",
    "loads", "look_at_resident", "organisation", "organisations_of", "organisations_of_person", "register_state",
    "resident", "residents", "residents_born_between", "search_organisations", "search_residents",
    "town_shapes", "towns", "towns_by_postcode",
]  # fmt: skip

Parameter: TypeAlias = str | int | date | list[str]

PAGE: Final = 50
_NUMBER_DIGITS: Final = 9

_COLUMNS: Final = """
    r.addressee_no, r.household_no, r.name, r.kana, r.roman_name, r.alias, r.birth_date, r.birth_text, r.sex,
    r.relationship, r.nationality, r.kind = 'foreign', registry_is_protected(r.addressee_no, r.household_no),
    r.state, r.became_resident_on, r.history_no, r.family_name, r.given_name, r.family_kana, r.given_kana,
    r.alias_kana, r.former_family_name, r.name_priority, r.head_name, r.list_order,
    a.addressee_no IS NOT NULL, a.postcode, a.prefecture || a.city || a.town || a.block, a.building, a.town_key
"""
_FROM: Final = """
    FROM eng_registry_resident r LEFT JOIN eng_registry_address a
      ON a.addressee_no = r.addressee_no AND a.history_no = r.history_no AND a.branch_no = r.branch_no
"""
_SELECT: Final = f"SELECT {_COLUMNS} {_FROM} WHERE r.is_current AND "


def _record(row: tuple[Any, ...]) -> ResidentRecord:
    visible = bool(row[25])
    return ResidentRecord(
        addressee_no=row[0], household_no=row[1], name=row[2], kana=row[3], roman_name=row[4], alias=row[5],
        birth_date=row[6], birth_text=row[7], sex=row[8], relationship=row[9], nationality=row[10],
        is_foreign=row[11], is_protected=row[12], state=row[13], became_resident_on=row[14], history_no=row[15],
        family_name=row[16], given_name=row[17], family_kana=row[18], given_kana=row[19], alias_kana=row[20],
        former_family_name=row[21], name_priority=row[22], head_name=row[23], list_order=row[24],
        address_hidden=not visible,
        postcode=row[26] if visible else "",
        address=f"{row[27]} {row[28]}".strip() if visible else HIDDEN,
        town_key=row[29] if visible else "",
    )  # fmt: skip


def _people(where: str, parameters: Sequence[Parameter]) -> list[ResidentRecord]:
    with connection.cursor() as cursor:
        cursor.execute(_SELECT + where, tuple(parameters))
        return [_record(row) for row in cursor.fetchall()]


def resident(addressee_no: str) -> ResidentRecord | None:
    """The present state of one person, moved-out and deceased included; None if unknown or not to be seen.

    One statement. Not logged: staff pages use `look_at_resident`.
    """
    found = _people("r.addressee_no = %s", (addressee_no,))
    return found[0] if found else None


def residents(numbers: Sequence[str]) -> dict[str, ResidentRecord]:
    """Several people at once by 宛名番号, always masked; unknown ones and those not to be seen are left out.

    One statement. For lists and exports: nobody's record is opened, so nothing is logged here.
    """
    wanted = sorted({number for number in numbers if number})
    if not wanted:
        return {}
    return {
        one.addressee_no: one.masked()
        for one in _people("r.addressee_no = ANY (string_to_array(%s, ','))", (",".join(wanted),))
    }


def household_of(addressee_no: str) -> tuple[ResidentRecord, ...]:
    """Everybody who now lives in the person's household, in the register's order (5.2). One statement.

    Empty where the person is unknown, not to be seen, or no longer a resident.
    """
    return rules.household_order(
        _people(
            "r.state = 'resident' AND r.household_no = (SELECT o.household_no FROM eng_registry_resident o "
            "WHERE o.is_current AND o.state = 'resident' AND o.addressee_no = %s)",
            (addressee_no,),
        )
    )


def find_candidates(kana: str, birth_date: date, postcode: str) -> Match:
    """Who a login claims to be: compared past row security, answered with numbers and codes only.

    Args:
        kana: reading of the name or of the alias, any kana, any width, with or without spaces.
        birth_date: as claimed; unknown birth dates never match.
        postcode: of the present address, any width, with or without hyphen.

    One statement.
    """
    code = "".join(c for c in fold_for_search(postcode) if c.isdigit())
    folded = fold_for_search(kana)
    with unit(system_actor("registry.find_candidates", purpose="identity_check")), connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.addressee_no, coalesce(a.postcode, '') " + _FROM + " WHERE r.is_current AND "
            "r.state = 'resident' AND r.birth_date = %s "
            "AND (r.kana_folded = %s OR %s = ANY (string_to_array(r.names_folded, ' ')))",
            (birth_date, folded, folded),
        )
        found = dict(cursor.fetchall())
    return rules.grade_match(same_kana_and_birth=found, postcode=code)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """Rows found, always masked; `next_after` continues the list, None at its end."""

    rows: tuple[ResidentRecord, ...]
    next_after: str | None


def search_residents(*, actor: Actor, q: str, after: str = "", limit: int = 20) -> SearchPage:
    """People whose 宛名番号, birth date, reading (from its beginning) or names hold `q`; sorted by reading.

    Args:
        actor: an official with `eng_registry.resident.search`; the search itself is logged.
        q: as typed: ten digits, a date (S60.1.2, 1985-01-02 …), kana, or any part of a name.
        after: `next_after` of the page before.
        limit: 1–50.

    Raises:
        Forbidden: the permission is missing.
        Invalid: nothing to search for ("search.too_short").

    One statement, beside the log entry.
    """
    if actor.kind != "system" and not actor.may(SEARCH):
        raise Forbidden("forbidden", permission=SEARCH)
    limit = max(1, min(limit, PAGE))
    how, condition, parameters = _condition(q, after, limit + 1)
    with unit(actor):
        rows = _people(condition + " ORDER BY r.kana_folded, r.addressee_no LIMIT %s", (*parameters, limit + 1))
        record(
            actor=actor, action="search", table="eng_registry_resident", object_id="",
            detail={"q": q, "by": how, "found": min(len(rows), limit), "more": len(rows) > limit},
        )  # fmt: skip
    page = tuple(row.masked() for row in rows[:limit])
    return SearchPage(rows=page, next_after=page[-1].addressee_no if len(rows) > limit else None)


_FOUND: Final = "r.addressee_no = ANY (ARRAY(SELECT registry_search(%s, %s, %s, %s, %s, %s)))"
_AFTER: Final = (
    " AND (r.kana_folded, r.addressee_no) > "
    "((SELECT o.kana_folded FROM eng_registry_resident o WHERE o.is_current AND o.addressee_no = %s), %s)"
)


def _condition(q: str, after: str, limit: int) -> tuple[str, str, tuple[Parameter, ...]]:
    words = fold_for_search(q, keep_spaces=True).split()
    compact = "".join(words)
    if not compact:
        raise Invalid("search.too_short", fields={"q": FieldError("search.too_short")})
    if compact.isdigit() and len(compact) >= _NUMBER_DIGITS:
        return "number", "r.addressee_no = %s", (compact,)
    try:
        day = parse_date(q)
    except ValueError:
        pass
    else:
        return "birth_date", f"r.birth_date = %s{_AFTER if after else ''}", (day, *((after, after) if after else ()))
    start = end = ""
    how = "name"
    if is_katakana_name("".join(to_katakana(q).split())):
        # Readings are found by their first letters; given names may themselves be written in kana (さくら).
        how, start, end = "kana", compact, compact[:-1] + chr(ord(compact[-1]) + 1)
    grams = [gram for word in words for gram in _grams(word)]
    likes = [f"%{_like(word)}%" for word in words]
    return how, _FOUND, (start, end, grams, likes, after, limit)


def _grams(word: str) -> list[str]:
    """What the name index must hold for a word: its pairs; for one character, a name that begins with it."""
    return [f"^{word}"] if len(word) == 1 else [word[n : n + 2] for n in range(len(word) - 1)]


def _like(text: str) -> str:
    return text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


def look_at_resident(*, actor: Actor, addressee_no: str, purpose: str) -> ResidentRecord:
    """One person's record for an official, with the look logged (閲覧記録).

    Args:
        purpose: a key of `rules.PURPOSES`.

    Raises:
        Forbidden: `eng_registry.resident.view` is missing.
        Invalid: no such purpose ("registry.purpose").
        NotFound: no such person; the attempt is logged.
    """
    if actor.kind != "system" and not actor.may(VIEW):
        raise Forbidden("forbidden", permission=VIEW)
    if purpose not in PURPOSES:
        raise Invalid("registry.purpose", fields={"purpose": FieldError("registry.purpose")})
    looking = actor.for_purpose(purpose)
    with unit(looking):
        found = resident(addressee_no)
        if found is not None:
            record_look(actor=looking, table="eng_registry_resident", object_id=addressee_no, subject=addressee_no)
            return found
        record(actor=looking, action="look_missed", table="eng_registry_resident", object_id=addressee_no)
    raise NotFound("registry.unknown_person")


def facts_for_forms(addressee_no: str, today: date) -> dict[str, object]:
    """What forms may prefill and decide on, as plain values. {} where the person may not be seen. Two statements.

    Keys: addressee_no, name, kana, family_name, given_name, family_kana, given_kana, roman_name, alias,
    birth_date (ISO text or None), birth_text, age (or None), sex, postcode, address ("" where hidden), town_key,
    nationality, is_foreign, is_protected, is_resident, became_resident_on (ISO text or None), household_no, and
    household: list of {addressee_no, name, kana, birth_date, relationship, age, sex, is_self}.
    """
    person = resident(addressee_no)
    if person is None:
        return {}
    members = household_of(addressee_no) if person.state == "resident" else ()
    return {
        "addressee_no": person.addressee_no,
        "household_no": person.household_no,
        "name": person.display_name,
        "kana": person.display_kana,
        "family_name": person.family_name,
        "given_name": person.given_name,
        "family_kana": person.family_kana,
        "given_kana": person.given_kana,
        "roman_name": person.roman_name,
        "alias": person.alias,
        "birth_date": _iso(person.birth_date),
        "birth_text": person.birth_text,
        "age": person.age_on(today),
        "sex": person.sex,
        "postcode": person.postcode,
        "address": "" if person.address_hidden else person.address,
        "town_key": person.town_key,
        "nationality": person.nationality,
        "is_foreign": person.is_foreign,
        "is_protected": person.is_protected,
        "is_resident": person.state == "resident",
        "became_resident_on": _iso(person.became_resident_on),
        "household": [_member_facts(member, addressee_no, today) for member in members],
    }


def _member_facts(member: ResidentRecord, asked: str, today: date) -> dict[str, object]:
    return {
        "addressee_no": member.addressee_no,
        "name": member.display_name,
        "kana": member.display_kana,
        "birth_date": _iso(member.birth_date),
        "relationship": member.relationship,
        "age": member.age_on(today),
        "sex": member.sex,
        "is_self": member.addressee_no == asked,
    }


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterState:
    """How full the mirror is: `kind` is "", "sample" or "file"."""

    kind: str
    label: str
    as_of: date | None
    residents: int


def register_state() -> RegisterState:
    """The last load of residents and how many persons it brought. One statement; no personal data."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, label, as_of, persons FROM eng_registry_registerload "
            "WHERE finished_at IS NOT NULL AND state = 'applied' AND kind IN ('sample', 'file') "
            "ORDER BY id DESC LIMIT 1"
        )
        row = cursor.fetchone()
    if row is None:
        return RegisterState(kind="", label="", as_of=None, residents=0)
    return RegisterState(kind=row[0], label=row[1], as_of=row[2], residents=row[3])


def towns_by_postcode(postcode: str) -> list[tuple[str, str]]:
    """(town key, name) of the towns with this postcode (seven digits), by name. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT town_key, name FROM eng_registry_town WHERE postcode = %s ORDER BY name, town_key", (postcode,)
        )
        return [(row[0], row[1]) for row in cursor.fetchall()]


def towns() -> list[tuple[str, str, str, str]]:
    """(town key, name, postcode, reading or "") of all towns of this municipality, by their keys. One statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT town_key, name, postcode, kana FROM eng_registry_town ORDER BY town_key")
        return [(row[0], row[1], row[2], row[3]) for row in cursor.fetchall()]


def town_shapes() -> list[tuple[str, str, float, float, list[list[list[float]]]]]:
    """(town key, name, latitude, longitude, rings of [longitude, latitude]) of towns that have a place, by their keys.

    For maps that a page draws itself. One statement; no personal data.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT town_key, name, latitude, longitude, coalesce(outline::text, '[]') FROM eng_registry_town "
            "WHERE latitude IS NOT NULL AND longitude IS NOT NULL ORDER BY town_key"
        )
        return [(row[0], row[1], row[2], row[3], json.loads(row[4])) for row in cursor.fetchall()]


def residents_born_between(first: date, last: date, *, limit: int = 1000) -> tuple[str, ...]:
    """宛名番号 of present residents born from `first` to `last`, both days included, in their order.

    For lists of those whom a procedure concerns, and for the sample ward. One statement.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.addressee_no FROM eng_registry_resident r WHERE r.is_current AND r.state = 'resident' "
            "AND r.birth_date BETWEEN %s AND %s ORDER BY r.addressee_no LIMIT %s",
            (first, last, limit),
        )
        return tuple(row[0] for row in cursor.fetchall())
