"""Questions for persons of the applicant's own household: who may be chosen, by an opaque word, and what is kept. Pure.

Where no household is known (no login, an official enters paper, somebody acts for another household) a name is typed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from jichi.kernel.calendar import format_date

from .facts import Facts
from .fields import Field


@dataclass(frozen=True, slots=True)
class Housemate:
    """Somebody who may be chosen: 宛名番号, name, date of birth where it is known."""

    number: str
    name: str
    birth_date: date | None
    is_applicant: bool = False


def housemates(field: Field, facts: Facts) -> tuple[Housemate, ...]:
    """Those who may be chosen here, in the register's order; () where no household is known.

    `facts` may have a method `household()`; plain facts know nobody.
    """
    known = getattr(facts, "household", None)
    people: Sequence[Housemate] = tuple(known()) if callable(known) else ()
    return tuple(person for person in people if field.include_self or not person.is_applicant)


def typed_name(field: Field) -> str:
    """Name under which a typed name is posted."""
    return f"{field.id}__name"


def token(field: Field, number: str) -> str:
    """The word that stands for a person on the page: no 宛名番号 goes to a browser."""
    return hashlib.sha256(f"jichi/person/{field.id}/{number}".encode()).hexdigest()[:16]


def kept(person: Housemate) -> dict[str, str]:
    """What is kept of somebody chosen: the number, and what was shown."""
    born = person.birth_date.isoformat() if person.birth_date else ""
    return {"no": person.number, "name": person.name, "birth_date": born}


def person_text(answer: Mapping[str, Any], language: str) -> str:
    """「試験 花(2006年5月5日)」."""
    born = str(answer.get("birth_date") or "")
    name = str(answer.get("name", ""))
    return f"{name} ({format_date(date.fromisoformat(born), language, 'short')})" if born else name


def raw_people(field: Field, answer: Sequence[Any]) -> dict[str, list[str]]:
    """The values that post this answer."""
    people = [one for one in answer if isinstance(one, Mapping)]
    chosen = [token(field, str(one["no"])) for one in people if one.get("no")]
    names = [str(one.get("name", "")) for one in people if not one.get("no")]
    return {field.id: chosen, **({typed_name(field): names[:1]} if names else {})}
