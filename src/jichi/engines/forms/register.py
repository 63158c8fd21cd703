"""The register's facts for a form, read only when something looks at them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from jichi.engines.registry import queries as registry
from jichi.engines.registry.rules import ResidentRecord

from .rules.facts import FACTS, FactValue, Who, facts_of


class RegisterFacts(Mapping[str, FactValue]):
    """Facts of subject and applicant. At most one statement for each of the two persons, the first time asked."""

    def __init__(self, *, applicant_no: str, subject_no: str, today: date) -> None:
        self._numbers = {"applicant": applicant_no, "subject": subject_no}
        self._today = today
        self._loaded: dict[str, dict[str, FactValue]] = {}
        self._records: dict[str, ResidentRecord | None] = {}

    def _person(self, who: str) -> dict[str, FactValue]:
        if who not in self._loaded:
            record = self.record(who)
            side: Who = "subject" if who == "subject" else "applicant"
            self._loaded[who] = facts_of(record, side, self._today) if record else {}
        return self._loaded[who]

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


def register_facts(*, applicant_no: str, subject_no: str, today: date) -> RegisterFacts:
    """Facts about the applicant and the subject of a form (宛名番号; "" for none)."""
    return RegisterFacts(applicant_no=applicant_no, subject_no=subject_no, today=today)
