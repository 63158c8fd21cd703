"""From an invented household to the register's history rows, as COPY lines. No database."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from jichi.engines.registry.actions import Batch
from jichi.engines.registry.rules import Value, copy_line, household_type
from jichi.kernel.calendar import ERAS
from jichi.kernel.check_digits import local_government_check_digit
from jichi.kernel.text import fold_for_search

from .names import SPACE
from .people import Family, Person, day_between
from .towns import PREFECTURE, WARD, SampleAddress

ELSEWHERE = (
    "神奈川県川崎市中原区", "神奈川県横浜市港北区", "埼玉県さいたま市浦和区", "千葉県船橋市", "大阪府大阪市北区",
    "愛知県名古屋市中区", "福岡県福岡市博多区", "北海道札幌市中央区", "宮城県仙台市青葉区", "広島県広島市中区",
    "新潟県新潟市中央区", "静岡県浜松市", "茨城県つくば市", "兵庫県神戸市中央区", "京都府京都市左京区",
    "沖縄県那覇市", "長野県松本市", "石川県金沢市",
)  # fmt: skip
COUNTRIES = {
    "cn": "中国", "kr": "韓国", "us": "米国", "ph": "フィリピン", "tw": "台湾",
    "vn": "ベトナム", "np": "ネパール",
    "in": "インド", "gb": "英国", "fr": "フランス", "br": "ブラジル",
    "id": "インドネシア", "mm": "ミャンマー", "jp": "米国",
}  # fmt: skip
STATUSES = (
    "永住者",
    "技術・人文知識・国際業務",
    "留学",
    "家族滞在",
    "高度専門職",
    "日本人の配偶者等",
    "定住者",
    "特定技能",
)
WITHOUT_END = frozenset({"永住者", "特別永住者"})


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """`fold_for_search` of one part of a name, remembered; folding works letter by letter."""
    return fold_for_search(text)


@lru_cache(maxsize=60_000)
def era_text(day: date) -> str:
    """A birthday as the register of Japanese nationals writes it: 平成12年3月4日."""
    era = next(e for e in reversed(ERAS) if e.first_day <= day)
    year = day.year - era.first_day.year + 1
    return f"{era.name}{'元' if year == 1 else year}年{day.month}月{day.day}日"


def flag(value: bool) -> str:
    """A boolean as COPY writes it."""
    return "t" if value else "f"


@dataclass(frozen=True, slots=True)
class Stay:
    """From when a household lives where."""

    since: date
    address: SampleAddress


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """How a person left the register."""

    state: str
    on: date
    reason: str
    to: str = ""

    def days(self) -> tuple[Value, Value, Value]:
        """転出予定, 転出確定 and 死亡 as columns."""
        day = self.on.isoformat()
        moved = day if self.state == "moved_out" else None
        return moved, moved, day if self.state == "deceased" else None


def municipality_code(city_code: str) -> str:
    """Six digits with the check digit."""
    return f"{city_code}{local_government_check_digit(city_code)}"


def draw_stays(rng: random.Random, arrival: date, today: date, addresses: Sequence[SampleAddress]) -> list[Stay]:
    """One stay per address: the first from arrival, each further one after a move within the ward."""
    days = sorted({arrival, *(day_between(rng, arrival, today) for _ in addresses[1:])})
    return [Stay(day, address) for day, address in zip(days, addresses, strict=False)]


class RowWriter:
    """Turns households into the lines of a batch."""

    def __init__(self, rng: random.Random, city_code: str, today: date) -> None:
        self.rng = rng
        self.code = municipality_code(city_code)
        self.today = today

    def household(
        self,
        batch: Batch,
        family: Family,
        numbers: Sequence[str],
        household_no: str,
        stays: Sequence[Stay],
        *,
        provisional: bool = False,
    ) -> None:
        """Write a present household: each member's rows, and the household's.

        `provisional`: the head has reported a move that is entered but not yet decided (仮登録).
        """
        head_name = family.members[0].name
        for order, (person, number) in enumerate(zip(family.members, numbers, strict=True), 1):
            self.person(
                batch, person, number, household_no, stays,
                head_name=head_name, order=order, provisional=provisional and order == 1,
            )  # fmt: skip
        kind = household_type([m.relationship for m in family.members])
        batch.households.append(copy_line((household_no, numbers[0], str(len(numbers)), kind)))

    def person(
        self,
        batch: Batch,
        person: Person,
        number: str,
        household_no: str,
        stays: Sequence[Stay],
        *,
        head_name: str,
        order: int = 1,
        leaving: Leaving | None = None,
        provisional: bool = False,
    ) -> None:
        """Write all history rows of one person."""
        became = max(stays[0].since, person.birth)
        rows = self._history(person, became, stays, leaving)
        last = len(rows)
        if provisional:
            rows.append((rows[-1][0], self.today, "転居", "修正"))
        named, since, standing, search = self._unchanging(person, became)
        before, *family_register = self._elsewhere(person, became, stays[-1].address)
        batch.persons += leaving is None
        for history, (stay, on, reason, kind) in enumerate(rows, 1):
            gone = leaving if leaving is not None and history == last else None
            key = (number, str(history))
            current = flag(history == last)
            batch.residents.append(
                copy_line(
                    (
                        *key, current, flag(history > last), flag(gone is not None), household_no, self.code,
                        "foreign" if person.is_foreign else "japanese", gone.state if gone else "resident",
                        on.isoformat(), self._day_text(person, on), reason, kind, on.isoformat(), on.isoformat(),
                        *named,
                        person.relationship, head_name, str(order),
                        *since,
                        max(stay.since, became).isoformat(), *(gone.days() if gone else (None, None, None)),
                        *standing,
                        stay.address.town.districts,
                        *search,
                    )
                )
            )  # fmt: skip
            planned = gone.to if gone else ""
            batch.addresses.append(
                copy_line(
                    (*key, household_no, current, *stay.address.parts(), before, planned, planned, *family_register)
                )
            )

    def _history(
        self, person: Person, became: date, stays: Sequence[Stay], leaving: Leaving | None
    ) -> list[tuple[Stay, date, str, str]]:
        """What each row records: where the person lives, since when, 異動事由 and its class."""
        first = [s for s in stays if s.since <= became][-1:] or [stays[0]]
        rows = [(first[0], became, *self._entry(person, became))]
        rows += [(stay, stay.since, "転居", "修正") for stay in stays if stay.since > became]
        if leaving is not None:
            rows.append((rows[-1][0], leaving.on, leaving.reason, "消除"))
        return rows

    def _entry(self, person: Person, became: date) -> tuple[str, str]:
        if became == person.birth:
            return "出生", "記載"
        abroad = self.rng.random() < (0.6 if person.is_foreign else 0.04)
        return ("国外転入等" if abroad else "国内転入"), "記載"

    def _day_text(self, person: Person, day: date) -> str:
        return f"{day.year}年{day.month}月{day.day}日" if person.is_foreign else era_text(day)

    def _elsewhere(self, person: Person, became: date, address: SampleAddress) -> tuple[str, str, str]:
        """Address before moving in, 本籍 and 筆頭者."""
        rng = self.rng
        before = "" if became == person.birth else ELSEWHERE[int(rng.random() * len(ELSEWHERE))]
        if person.is_foreign:
            return (COUNTRIES[person.nationality] if before and rng.random() < 0.5 else before), "", ""
        if rng.random() < 0.4:
            return before, f"{PREFECTURE}{WARD}{address.town.name}{address.block.partition('番')[0]}番", person.name
        return before, f"{ELSEWHERE[int(rng.random() * len(ELSEWHERE))]}", person.name

    def _unchanging(self, p: Person, became: date) -> tuple[tuple[Value, ...], ...]:
        """Values that are the same on all of a person's rows: who, since when, nationality and rights, search."""
        foreign, became_iso = p.is_foreign, became.isoformat()
        kanji = SPACE.join(t for t in (p.family.text, p.given.text) if t) if foreign else ""
        alias, alias_kana = p.alias
        former = p.former_family
        age = (self.today - p.birth).days / 365.2425
        status, until = self._residence(p)
        voter = not foreign and age >= 18 and (self.today - became).days >= 90
        return (
            (
                p.name, "" if foreign else p.family.text, "" if foreign else p.given.text, p.name if foreign else "",
                kanji, p.kana, p.family.kana, p.given.kana, flag(not foreign), former.text if former else "",
                former.kana if former else "", alias, alias_kana, p.name_priority,
                _written_birth(p), flag(bool(p.birth_unknown_text)), p.birth_unknown_text,
                None if p.birth_unknown_text else p.birth.isoformat(), "day_before" if p.birth_text else "",
                p.sex, "男" if p.sex == "1" else "女",
            ),
            (became_iso, self._day_text(p, became), became_iso if foreign else None),
            (
                p.nationality, status, "" if until is None else "1年", until, flag(voter),
                _entitlements(p, age, self.rng),
            ),
            (_search_words(p), fold(p.family.kana) + fold(p.given.kana)),
        )  # fmt: skip

    def _residence(self, p: Person) -> tuple[str, Value]:
        """在留資格 and until when."""
        if not p.is_foreign:
            return "", None
        rng = self.rng
        special = p.nationality == "kr" and rng.random() < 0.3
        status = "特別永住者" if special else STATUSES[int(rng.random() * len(STATUSES))]
        if status in WITHOUT_END:
            return status, None
        return status, (self.today + timedelta(days=int(rng.random() * 1500))).isoformat()


def _search_words(p: Person) -> str:
    """All names to be found by, each folded without spaces."""
    names = []
    if p.is_foreign:
        names.append(fold(p.family.roman) + fold(p.given.roman))
    names.append(fold(p.family.text) + fold(p.given.text))
    if p.alias_family and p.alias_given:
        names.append(fold(p.alias_family.text) + fold(p.alias_given.text))
        names.append(fold(p.alias_family.kana) + fold(p.alias_given.kana))
    if p.former_family:
        names.append(fold(p.former_family.text) + fold(p.given.text))
    return " ".join(n for n in names if n)


def _written_birth(p: Person) -> str:
    """生年月日 as the register writes it, unknown parts and impossible days included."""
    if p.birth_text:
        return p.birth_text
    if p.birth_unknown_text:
        year = era_text(p.birth).partition("年")[0]
        month = f"{p.birth.month}月" if p.birth_unknown_text == "日不詳" else ""
        return f"{year}年{month}{p.birth_unknown_text}"
    return f"{p.birth.year}年{p.birth.month}月{p.birth.day}日" if p.is_foreign else era_text(p.birth)


def _entitlements(p: Person, age: float, rng: random.Random) -> str:
    if age >= 75:
        since = f"{p.birth.year + 75}-{p.birth.month:02d}-{min(p.birth.day, 28):02d}"
        return f'{{"late_elderly": {{"from": "{since}", "to": null}}}}'
    if rng.random() < 0.2:
        return '{"health_insurance": {"from": "2024-04-01", "to": null}}'
    return "{}"
