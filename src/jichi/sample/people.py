"""Who lives together: invented households with plausible ages, relationships and names. No database."""

from __future__ import annotations

import random
from bisect import bisect
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate
from typing import Final, NamedTuple

from .names import ALIAS_SHARE, SPACE, Names, Part

DAYS: Final = 365.2425
FOREIGN_SHARE: Final = 0.075
UNDERAGE: Final = 18
ELDERS: Final = 80


@dataclass(slots=True, kw_only=True)
class Person:
    """One invented person, before numbers and addresses are given."""

    sex: str
    birth: date
    relationship: str
    family: Part
    given: Part
    nationality: str = "jp"
    alias_family: Part | None = None
    alias_given: Part | None = None
    former_family: Part | None = None
    name_priority: str = ""
    birth_unknown_text: str = ""
    """The register's wording where the date is not known; `birth` then is only where it was drawn from."""
    birth_text: str = ""
    """Set where the register writes a day that no calendar has; `birth` is then the day before."""

    @property
    def is_foreign(self) -> bool:
        """Not of Japanese nationality."""
        return self.nationality != "jp"

    @property
    def name(self) -> str:
        """氏名 as the register writes it: family and given name, or the single name."""
        if self.is_foreign:
            return SPACE.join(p for p in (self.family.roman, self.given.roman) if p)
        return f"{self.family.text}{SPACE}{self.given.text}"

    @property
    def alias(self) -> tuple[str, str]:
        """通称 and its reading; empty where there is none."""
        if self.alias_family is None or self.alias_given is None:
            return "", ""
        family, given = self.alias_family, self.alias_given
        return f"{family.text}{SPACE}{given.text}", f"{family.kana}{SPACE}{given.kana}"

    @property
    def kana(self) -> str:
        """氏名_フリガナ."""
        return SPACE.join(p for p in (self.family.kana, self.given.kana) if p)


@dataclass(slots=True)
class Family:
    """People who make one household; the head comes first."""

    members: list[Person] = field(default_factory=list)


class Bands(NamedTuple):
    """Ages by bands: (from, up to and without, weight)."""

    bands: tuple[tuple[int, int], ...]
    totals: tuple[float, ...]

    def draw(self, rng: random.Random) -> float:
        """An age in years, with its fraction."""
        low, high = self.bands[bisect(self.totals, rng.random() * self.totals[-1])]
        return low + rng.random() * (high - low)


def _bands(*rows: tuple[int, int, float]) -> Bands:
    return Bands(tuple((a, b) for a, b, _ in rows), tuple(accumulate(w for *_, w in rows)))


ALONE: Final = _bands(
    (18, 22, 7), (22, 30, 22), (30, 40, 17), (40, 50, 12), (50, 65, 15), (65, 75, 12),
    (75, 85, 11), (85, 98, 4.5), (98, 108, 0.2)
)  # fmt: skip
ALONE_FOREIGN: Final = _bands((18, 23, 22), (23, 32, 44), (32, 45, 24), (45, 70, 10))
COUPLE: Final = _bands((23, 40, 26), (40, 55, 12), (55, 68, 22), (68, 76, 20), (76, 86, 17), (86, 97, 3))
COUPLE_FOREIGN: Final = _bands((23, 40, 70), (40, 65, 30))
ELDEST_CHILD: Final = _bands((0, 6, 27), (6, 12, 23), (12, 18, 20), (18, 24, 17), (24, 32, 8), (32, 45, 4))
_KINDS: Final = ("alone", "couple", "couple_children", "single_parent", "three_generation", "siblings", "lodger", "kin")
_KIND_TOTALS: Final = tuple(accumulate((50, 17, 23.5, 5.5, 1.5, 1.2, 0.9, 0.4)))


class Householder:
    """Makes households, one after the other, from one source of chance."""

    def __init__(self, rng: random.Random, names: Names, today: date) -> None:
        self.rng = rng
        self.names = names
        self.today = today
        self._ordinal = today.toordinal()

    def household(self) -> Family:
        """One household of any type."""
        kind = _KINDS[bisect(_KIND_TOTALS, self.rng.random() * _KIND_TOTALS[-1])]
        nation = self.names.nationality(self.rng) if self.rng.random() < FOREIGN_SHARE else "jp"
        if kind == "alone" or (nation != "jp" and kind in ("three_generation", "kin", "siblings")):
            return self.alone(nation)
        return {
            "couple": self._couple,
            "couple_children": self._couple_children,
            "single_parent": self._single_parent,
            "three_generation": self._three_generation,
            "siblings": self._siblings,
            "lodger": self._lodger,
            "kin": self._kin,
        }[kind](nation)

    # -- persons -----------------------------------------------------------------------------

    def born(self, age: float) -> date:
        """A birthday such that the person is `age` years old today."""
        return date.fromordinal(max(1, self._ordinal - int(age * DAYS)))

    def age(self, person: Person) -> float:
        """Years lived, roughly."""
        return (self._ordinal - person.birth.toordinal()) / DAYS

    def person(
        self, sex: str, age: float, relationship: str, *, nation: str = "jp", family: Part | None = None
    ) -> Person:
        """A person with a name of the time and country."""
        rng, birth = self.rng, self.born(age)
        if nation == "jp":
            made = Person(
                sex=sex, birth=birth, relationship=relationship,
                family=family or self.names.family_name(rng), given=self.names.given_name(rng, sex, birth.year),
            )  # fmt: skip
            if age > ELDERS and rng.random() < 0.004:
                made.birth_unknown_text = rng.choice(("月日不詳", "日不詳", "頃"))
            return made
        made = Person(
            sex=sex, birth=birth, relationship=relationship, nationality=nation,
            family=family or self.names.foreign_family(rng, nation), given=self.names.foreign_given(rng, nation, sex),
        )  # fmt: skip
        if rng.random() < ALIAS_SHARE.get(nation, 0.02):
            made.alias_family = self.names.family_name(rng)
            made.alias_given = self.names.given_name(rng, sex, birth.year)
            made.name_priority = rng.choice(("alias", "alias", "roman", ""))
        return made

    def _sex(self) -> str:
        return "1" if self.rng.random() < 0.49 else "2"

    # -- households --------------------------------------------------------------------------

    def alone(self, nation: str = "jp") -> Family:
        """One person living alone."""
        age = (ALONE if nation == "jp" else ALONE_FOREIGN).draw(self.rng)
        woman = 0.46 if age < 65 else 0.72
        return Family([self.person("2" if self.rng.random() < woman else "1", age, "世帯主", nation=nation)])

    def _pair(self, nation: str, man: float, woman: float) -> list[Person]:
        """Head and spouse; one in twelve heads is the wife, one in fifty couples is not registered."""
        rng = self.rng
        suffix = "（未届）" if rng.random() < 0.02 else ""
        other = nation
        if nation == "jp" and rng.random() < 0.012:
            other = self.names.nationality(rng)
        wife_heads = rng.random() < 0.08
        head_sex, head_age, mate_age = ("2", woman, man) if wife_heads else ("1", man, woman)
        head = self.person(head_sex, head_age, "世帯主", nation=nation)
        shared = head.family if not suffix and other == nation == "jp" else None
        mate = self.person(
            "1" if wife_heads else "2", mate_age, ("夫" if wife_heads else "妻") + suffix, nation=other, family=shared
        )
        if shared is not None and not wife_heads and rng.random() < 0.03:
            mate.former_family = self.names.family_name(rng)
        return [head, mate]

    def _couple(self, nation: str) -> Family:
        man = (COUPLE if nation == "jp" else COUPLE_FOREIGN).draw(self.rng)
        return Family(self._pair(nation, man, max(19.0, min(man + 12, self.rng.gauss(man - 1.8, 3.5)))))

    def _child_ages(self) -> list[float]:
        rng = self.rng
        chance = rng.random()
        count = 1 + (chance > 0.47) + (chance > 0.88) + (chance > 0.985)
        ages = [ELDEST_CHILD.draw(rng)]
        while len(ages) < count:
            twin = rng.random() < 0.012
            younger = ages[-1] if twin else ages[-1] - 1.1 - rng.random() * 3.4
            if younger < 0:
                break
            ages.append(younger)
        return ages

    def _mother_age(self, ages: list[float]) -> float:
        """She had the eldest at 18–43 and the youngest before 47."""
        first = max(18.5, min(43.0, self.rng.gauss(31.2, 4.6)))
        return min(ages[0] + first, ages[-1] + 46.9)

    def _children(self, parent: Person, ages: list[float], relationship: str = "子") -> list[Person]:
        made: list[Person] = []
        for age in ages:
            child = self.person(self._sex(), age, relationship, nation=parent.nationality, family=parent.family)
            while any(child.given == other.given for other in made):
                child = self.person(self._sex(), age, relationship, nation=parent.nationality, family=parent.family)
            made.append(child)
        return made

    def _father_age(self, mother: float, ages: list[float]) -> float:
        return max(ages[0] + 18.5, min(mother + 25, self.rng.gauss(mother + 1.9, 4.0)))

    def _couple_children(self, nation: str) -> Family:
        ages = self._child_ages()
        mother = self._mother_age(ages)
        pair = self._pair(nation, self._father_age(mother, ages), mother)
        japanese = next((p for p in pair if not p.is_foreign), pair[0])
        return Family([*pair, *self._children(japanese, ages)])

    def _single_parent(self, nation: str) -> Family:
        ages = self._child_ages()
        sex = "2" if self.rng.random() < 0.87 else "1"
        age = self._mother_age(ages)
        parent = self.person(sex, age if sex == "2" else self._father_age(age, ages), "世帯主", nation=nation)
        return Family([parent, *self._children(parent, ages)])

    def _three_generation(self, nation: str) -> Family:
        ages = [age for age in self._child_ages() if age < 22] or [22 * self.rng.random()]
        mother = self._mother_age(ages)
        father = self._father_age(mother, ages)
        rng = self.rng
        if rng.random() < 0.6:
            pair = self._pair(nation, father, mother)
            pair[1].relationship = pair[1].relationship[0]
            elder_age = min(self.age(pair[0]) + 23 + rng.random() * 14, max(101.0, self.age(pair[0]) + 17))
            elders = [self.person("2", elder_age, "母", family=pair[0].family)]
            if rng.random() < 0.4:
                elders.append(self.person("1", elder_age + rng.random() * 4, "父", family=pair[0].family))
            eldest = next((p for p in pair if not p.is_foreign), pair[0])
            return Family([*pair, *self._children(eldest, ages), *elders])
        head = self.person("1", father + 24 + rng.random() * 10, "世帯主")
        wife = self.person("2", max(father + 20, self.age(head) - 3), "妻", family=head.family)
        son = self.person("1", father, "子", family=head.family)
        daughter_in_law = self.person("2", mother, "子の妻", family=head.family)
        return Family([head, wife, son, daughter_in_law, *self._children(head, ages, "子の子")])

    def _siblings(self, nation: str) -> Family:
        age = 23 + self.rng.random() * 40
        head = self.person(self._sex(), age, "世帯主", nation=nation)
        sex, gap = self._sex(), self.rng.random() * 8 - 4
        gap = gap + 1 if gap >= 0 else gap - 1
        older = gap > 0
        word = ("兄" if sex == "1" else "姉") if older else ("弟" if sex == "1" else "妹")
        return Family([head, self.person(sex, max(18.0, age + gap) if older else age + gap, word, family=head.family)])

    def _lodger(self, nation: str) -> Family:
        age = 20 + self.rng.random() * 45
        head = self.person(self._sex(), age, "世帯主", nation=nation)
        return Family([head, self.person(self._sex(), 20 + self.rng.random() * 45, "同居人", nation=nation)])

    def _kin(self, nation: str) -> Family:
        age = 35 + self.rng.random() * 25
        head = self.person(self._sex(), age, "世帯主", nation=nation)
        word = self.rng.choice(("母の妹", "父の兄", "縁故者", "兄の子"))
        ages = {"母の妹": age + 21, "父の兄": age + 30, "縁故者": 30 + self.rng.random() * 40, "兄の子": age - 18}
        sex = {"母の妹": "2", "父の兄": "1"}.get(word) or self._sex()
        return Family([head, self.person(sex, ages[word], word, family=head.family)])


def day_between(rng: random.Random, first: date, last: date) -> date:
    """Any day from `first` to `last`; `last` where they cross."""
    span = (last - first).days
    return last if span <= 0 else first + timedelta(days=int(rng.random() * (span + 1)))
