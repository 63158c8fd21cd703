"""Invented people for a test run: what the register would know of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from .facts import FACTS, FactValue
from .people_asked import Housemate

PEOPLE: Final[Mapping[str, str]] = {
    "adult": "大人の住民(38歳)", "young": "20歳の住民", "foreigner": "外国籍の住民(29歳)", "officer": "町会の会長",
    "unknown": "台帳で分からない人",
}  # fmt: skip
"""Who can be played: key → words."""
_AGES: Final = {"adult": 38, "young": 20, "foreigner": 29, "officer": 61}


class Invented(dict[str, FactValue]):
    """The register's facts about somebody who is nobody, and the household of that person."""

    def household(self) -> tuple[Housemate, ...]:
        """The person played, and a child."""
        name, born = self.get("applicant.name"), self.get("applicant.birth_date")
        if not isinstance(name, str) or not isinstance(born, date):
            return ()
        child = date(born.year + 30, 4, 2)
        return (
            Housemate("900000000000001", name, born, is_applicant=True),
            Housemate("900000000000002", "試行 一郎", child),
        )


def facts_for(who: str, today: date) -> Invented:
    """The register's facts about an invented person (applicant and subject are the same, a child is 6 years old)."""
    if who not in _AGES:
        return Invented()
    born = date(today.year - _AGES[who] - 1, 4, 2)
    foreign = who == "foreigner"
    person: dict[str, FactValue] = {
        "name": "TESTER ANNA" if foreign else "試行 太郎", "kana": "テスター アンナ" if foreign else "シコウ タロウ",
        "roman_name": "TESTER ANNA" if foreign else "", "alias": "", "birth_date": born, "age": _AGES[who], "sex": "女",
        "relationship": "世帯主", "postcode": "1000000", "address": "みどり区試行町一丁目2番3号", "town_key": "試行町",
        "nationality": "フランス" if foreign else "", "is_foreign": foreign, "state": "resident", "online": True,
        "became_resident_on": date(today.year - 5, 4, 1),
    }  # fmt: skip
    found = {f"{side}.{item}": value for side in ("subject", "applicant") for item, value in person.items()}
    found |= {
        "organisation.name": "試行町会", "organisation.kana": "シコウチョウカイ", "organisation.kind": "neighbourhood",
        "organisation.postcode": "1000000", "organisation.address": "みどり区試行町一丁目1番1号",
        "organisation.state": "active", "organisation.post": "会長", "follows.number": "TEST-0000",
        "follows.granted_yen": 100_000, "follows.decided_on": date(today.year, 4, 1),
    }  # fmt: skip
    return Invented({fact: value for fact, value in found.items() if fact in FACTS})
