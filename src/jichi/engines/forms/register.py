"""The register's facts for a form, read only when something looks at them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Final

from jichi.engines.registry import queries as registry
from jichi.engines.registry.rules import ResidentRecord

from .rules import Housemate, TownChoice
from .rules.facts import FACTS, FactValue, Who, facts_of, organisation_facts

_BEFORE: Final[list[Callable[[str], Mapping[str, FactValue]]]] = []


def tell_before(function: Callable[[str], Mapping[str, FactValue]]) -> None:
    """Keep who knows the application before: 受付番号 → facts "follows.…". Told once, when that room is loaded."""
    _BEFORE[:] = [function]


class RegisterFacts(Mapping[str, FactValue]):
    """Facts of subject, applicant, organisation, and of the application before.

    At most one statement for each of the two persons, three for the organisation and two for the application before,
    the first time asked.
    """

    def __init__(
        self, *, applicant_no: str, subject_no: str, today: date, principal_name: str = "", follows: str = ""
    ) -> None:
        self._principal_name, self._follows = principal_name, follows
        self._numbers = {"applicant": applicant_no, "subject": subject_no}
        self._today = today
        self._loaded: dict[str, dict[str, FactValue]] = {}
        self._records: dict[str, ResidentRecord | None] = {}
        self._household: tuple[Housemate, ...] | None = None
        self._towns: tuple[TownChoice, ...] | None = None

    def _person(self, who: str) -> dict[str, FactValue]:
        if who == "organisation":
            return self._organisation()
        if who == "follows":
            return self._before()
        if who not in self._loaded:
            record = self.record(who)
            side: Who = "subject" if who == "subject" else "applicant"
            self._loaded[who] = facts_of(record, side, self._today) if record else self._told(who)
        return self._loaded[who]

    def _told(self, who: str) -> dict[str, FactValue]:
        """What is known of somebody whose record is not open to the applicant: the name in the mandate."""
        return {"subject.name": self._principal_name} if who == "subject" and self._principal_name else {}

    def household(self) -> tuple[Housemate, ...]:
        """Who may be chosen as a person of the applicant's own household; one statement, the first time asked.

        Nobody where the application is about another household. Of protected persons only the applicant.
        """
        if self._household is None:
            applicant, subject = self._numbers["applicant"], self._numbers["subject"]
            people = registry.household_of(applicant) if applicant else ()
            own = not subject or subject in {person.addressee_no for person in people}
            self._household = tuple(
                Housemate(p.addressee_no, p.display_name, p.birth_date, p.addressee_no == applicant)
                for p in people
                if own and (not p.is_protected or p.addressee_no == applicant)
            )
        return self._household

    def towns(self) -> tuple[TownChoice, ...]:
        """The municipality's towns; one statement, the first time asked."""
        if self._towns is None:
            self._towns = tuple(TownChoice(*row) for row in registry.towns())
        return self._towns

    def _organisation(self) -> dict[str, FactValue]:
        if "organisation" not in self._loaded:
            number, person = self._numbers["subject"], self._numbers["applicant"]
            found = registry.organisation(number) if number else None
            posts = registry.organisations_of_person(person, self._today) if found and person else ()
            post = "、".join(one.post for one in posts if one.org_no == number)
            self._loaded["organisation"] = organisation_facts(found, post) if found else {}
        return self._loaded["organisation"]

    def _before(self) -> dict[str, FactValue]:
        if "follows" not in self._loaded:
            self._loaded["follows"] = dict(_BEFORE[0](self._follows)) if self._follows and _BEFORE else {}
        return self._loaded["follows"]

    def record(self, who: str) -> ResidentRecord | None:
        """The record behind the facts of "subject" or "applicant"."""
        number = self._numbers[who]
        if number not in self._records:
            self._records[number] = registry.resident(number) if number else None
        return self._records[number]

    def __getitem__(self, fact: str) -> FactValue:
        return self._person(fact.split(".", 1)[0])[fact]

    def get(self, fact: str, default: FactValue = None) -> FactValue:  # type: ignore[override] # narrower than Mapping's
        """The fact, or the default where the register doesn't have it."""
        return self._person(fact.split(".", 1)[0]).get(fact, default) if fact in FACTS else default

    def __iter__(self) -> Iterator[str]:
        yield from (*self._person("subject"), *self._person("applicant"))

    def __len__(self) -> int:
        return len(self._person("subject")) + len(self._person("applicant"))


def register_facts(
    *, applicant_no: str, subject_no: str, today: date, principal_name: str = "", follows: str = ""
) -> RegisterFacts:
    """Facts about the applicant and the subject of a form (宛名番号 or 団体番号; "" for none).

    Args:
        principal_name: who is represented, as the mandate has the name; told where their record is not open.
        follows: 受付番号 of the application that this one stands on, "" for none.
    """
    return RegisterFacts(
        applicant_no=applicant_no, subject_no=subject_no, today=today, principal_name=principal_name, follows=follows
    )
