"""The stream of a whole sample ward: households until the size is reached, in batches of even memory."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from typing import Final

from jichi.engines.registry.actions import Batch, ProtectionEntry, Reference
from jichi.kernel.calendar import fiscal_year, period_end
from jichi.kernel.sampling import SampleContext
from jichi.kernel.text import fold_for_search

from .cast import CastHousehold, cast, cast_address, cast_number
from .names import names
from .numbering import household_number, organization_number, resident_number
from .people import Family, Householder, day_between
from .rows import ELSEWHERE, Leaving, RowWriter, Stay, draw_stays
from .towns import PREFECTURE, WARD, Towns, draw_address, towns_of

BATCH_PERSONS: Final = 8_000
MOVED_ONCE: Final = 0.14
MOVED_TWICE: Final = 0.02
GONE: Final = 0.09
"""Households among which somebody more is on record who left or died."""
PROTECTED: Final = 0.003
PROVISIONAL: Final = 0.0006
CERTIFICATES: Final = ("resident_record", "removed_record", "family_register_supplement", "basic_list_inspection")
BODIES: Final = (
    ("neighbourhood", "{}町会"), ("other", "{}商店会"), ("corporation", "株式会社みどり{}サービス"),
    ("pta", "みどり{}小学校PTA"), ("npo", "特定非営利活動法人みどり{}の会"),
)  # fmt: skip
"""Kind and name; associations are named after their town."""
CAST_OFFICERS: Final = (
    (0, "unlinked", 0, "会長"), (0, "parent", 0, "会計"), (0, "leap_day", 0, "監査"), (5, "protected", 1, "会長"),
    (5, "leap_day", 1, "会計"), (10, "youth", 0, "会長"), (3, "parent", 0, "会長"), (3, "youth", 1, "会計"),
)  # fmt: skip
"""Place of the body, household of the cast, member, post."""
APPOINTED: Final = 0.004
"""Households whose head holds a post in a neighbourhood association."""


class Ward:
    """One sample ward. Iterate `batches()` once; `reference` is complete when it ends."""

    def __init__(self, context: SampleContext, city_code: str) -> None:
        """Prepare; nothing is drawn yet.

        Raises:
            ValueError: no towns with that code.
        """
        self.today = context.today
        self.size = context.size
        self.towns: Towns = towns_of(city_code)
        self.rng = context.rng_for("ward")
        self.special = context.rng_for("ward.protections")
        self.maker = Householder(self.rng, names(), self.today)
        self.writer = RowWriter(self.rng, city_code, self.today)
        self.reference = Reference()
        self._residents = count()
        self._households = count()
        self._chairs = 0
        self._describe_places()
        self._officers = context.rng_for("ward.officers")
        self._describe_bodies(context.rng_for("ward.bodies"))
        self._appoint_cast()

    def batches(self) -> Iterator[Batch]:
        """COPY lines, in an order that depends on seed, day, size and municipality only."""
        batch = Batch()
        made = 0
        for place, household in enumerate(cast(self.today)):
            made += self._settle_star(batch, household, place)
        while made < self.size:
            family = self.maker.household()
            while made + len(family.members) > self.size:
                family = self.maker.alone()
            made += self._settle(batch, family)
            if batch.persons >= BATCH_PERSONS:
                yield batch
                batch = Batch()
        yield batch

    def _settle_star(self, batch: Batch, household: CastHousehold, place: int) -> int:
        """Write a household of the cast: always the same numbers, names and address."""
        family = household.family
        number = household_number(next(self._households))
        people = [resident_number(next(self._residents)) for _ in family.members]
        arrival = max(self.today - timedelta(days=8 * 365), family.members[0].birth)
        self.writer.household(batch, family, people, number, [Stay(arrival, cast_address(place, self.towns))])
        if household.is_protected:
            self._protect(family, people, number, typical=True)
        return len(people)

    def _settle(self, batch: Batch, family: Family) -> int:
        """Give numbers and addresses to a household and write it."""
        rng = self.rng
        number = household_number(next(self._households))
        people = [resident_number(next(self._residents)) for _ in family.members]
        head = family.members[0]
        chance = rng.random()
        moves = 2 if chance < MOVED_TWICE else 1 if chance < MOVED_ONCE + MOVED_TWICE else 0
        alone = len(family.members) == 1
        addresses = [draw_address(rng, self.towns, alone=alone) for _ in range(moves + 1)]
        stays = draw_stays(rng, self._arrival(head.birth, is_foreign=head.is_foreign), self.today, addresses)
        provisional = self.special.random() < PROVISIONAL
        self.writer.household(batch, family, people, number, stays, provisional=provisional)
        if self.special.random() < PROTECTED and any(m.sex == "2" for m in family.members):
            self._protect(family, people, number)
        if rng.random() < GONE:
            self._gone(batch)
        if self._officers.random() < APPOINTED:
            self._appoint(people[0])
        return len(people)

    def _arrival(self, birth: date, *, is_foreign: bool) -> date:
        """When the head came: one in six Japanese was born here, the others came rather lately."""
        rng = self.rng
        if not is_foreign and rng.random() < 0.17:
            return birth
        years = rng.random() ** 2 * (12 if is_foreign else 40)
        day = self.today - timedelta(days=1 + int(years * 365))
        return max(day, birth + timedelta(days=1))

    def _gone(self, batch: Batch) -> None:
        """Somebody who moved out, died or was removed ex officio."""
        rng = self.rng
        person = self.maker.alone().members[0]
        arrival = self._arrival(person.birth, is_foreign=person.is_foreign)
        on = day_between(rng, max(arrival, self.today - timedelta(days=5 * 365)), self.today)
        kind = rng.random()
        if kind < 0.25 or self.maker.age(person) > 80:
            leaving = Leaving(state="deceased", on=on, reason="死亡")
        elif kind < 0.97:
            abroad = rng.random() < (0.6 if person.is_foreign else 0.05)
            to = "国外" if abroad else ELSEWHERE[int(rng.random() * len(ELSEWHERE))]
            leaving = Leaving(state="moved_out", on=on, reason="国外転出" if abroad else "国内転出", to=to)
        else:
            leaving = Leaving(state="removed", on=on, reason="職権消除（その他）")
        self.writer.person(
            batch, person, resident_number(next(self._residents)), household_number(next(self._households)),
            draw_stays(rng, arrival, on, [draw_address(rng, self.towns, alone=True)]),
            head_name=person.name, leaving=leaving,
        )  # fmt: skip

    def _protect(self, family: Family, people: list[str], household: str, *, typical: bool = False) -> None:
        """Put a household under a measure of support; a few are provisional, overdue or lifted."""
        rng = self.special
        applicant = next(n for n, m in zip(people, family.members, strict=True) if m.sex == "2")
        state = 1.0 if typical else rng.random()
        begun = 400 + int(rng.random() * 200) if state < 0.12 else 20 + int(rng.random() * 300)
        start = self.today - timedelta(days=begun)
        lifted = 0.12 <= state < 0.2
        self.reference.protections.append(
            ProtectionEntry(
                id=uuid.UUID(int=rng.getrandbits(128), version=4),
                ground=rng.choices(("dv", "stalking", "child_abuse", "other"), (70, 15, 10, 5))[0],
                applicant_no=applicant,
                start_on=start,
                end_on=period_end(start, years=1),
                household_nos=(household,) if len(people) > 1 else (),
                addressee_nos=(applicant,),
                blocks=tuple((c, kind, "error") for c in CERTIFICATES for kind in ("current", "previous")),
                offender_name="加害者 氏名見本",
                is_provisional=0.2 <= state < 0.26,
                received_from="" if rng.random() < 0.7 else ELSEWHERE[int(rng.random() * len(ELSEWHERE))],
                lifted_on=start + timedelta(days=min(begun, 200)) if lifted else None,
                lifted_reason="本人の申出" if lifted else "",
            )
        )

    def _describe_places(self) -> None:
        for town in self.towns.towns:
            self.reference.towns.append(
                {"town_key": town.key, "name": town.name, "postcode": town.postcode,
                 "longitude": town.longitude, "latitude": town.latitude, "kana": town.kana, "outline": town.outline,
                 "origin": town.origin}
            )  # fmt: skip
        found: dict[tuple[str, str], list[str]] = {}
        for town in self.towns.towns:
            for part in town.districts.strip("{}").split(","):
                kind, _, code = part.partition(":")
                found.setdefault((kind, code), []).append(town.key)
        titles = {"school": "みどり第{}小学校 通学区域", "association": "第{}地区", "election": "第{}投票区"}
        for (kind, code), keys in found.items():
            self.reference.districts.append(
                {"kind": kind, "code": code, "name": titles[kind].format(int(code)), "town_keys": keys}
            )

    def _describe_bodies(self, rng: random.Random) -> None:
        for index in range(max(15, self.size // 150)):
            kind, pattern = BODIES[index % len(BODIES)]
            place = index // len(BODIES)
            address = draw_address(rng, self.towns, alone=False)
            name = pattern.format(f"第{place + 1}")
            if kind == "neighbourhood" and place < len(self.towns.towns):
                address = replace(address, town=self.towns.towns[place])
                name = pattern.format(address.town.name)
            self.reference.organizations.append(
                {"addressee_no": organization_number(index), "kind": kind, "name": name,
                 "postcode": address.town.postcode, "town_key": address.town.key,
                 "address": f"{PREFECTURE}{WARD}{address.town.name}{address.block}",
                 "names_folded": fold_for_search(name)}
            )  # fmt: skip

    def _appoint_cast(self) -> None:
        """Posts of people whom visitors of the demo play."""
        since = date(fiscal_year(self.today) - 1, 4, 1)
        for body, key, member, post in CAST_OFFICERS:
            self.reference.officers.append(
                {"organization_id": organization_number(body), "post": post, "starts_on": since,
                 "addressee_no": cast_number(key, self.today, member=member)}
            )  # fmt: skip

    def _appoint(self, number: str) -> None:
        """The chair of the next association without one; their terms of two years end in March."""
        associations = range(15, len(self.reference.organizations), len(BODIES))
        if self._chairs < len(associations):
            since = date(fiscal_year(self.today) - 1, 4, 1)
            self.reference.officers.append(
                {"organization_id": organization_number(associations[self._chairs]), "post": "会長",
                 "addressee_no": number, "starts_on": since, "ends_on": date(since.year + 2, 3, 31)}
            )  # fmt: skip
            self._chairs += 1
