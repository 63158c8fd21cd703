"""The people the demo is about: the same in every sample ward, whatever its seed and size.

They come first, so their 宛名番号 follow from their place in this list.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from jichi.kernel.calendar import fiscal_year

from .names import Part
from .numbering import resident_number
from .people import Family, Person
from .towns import SampleAddress, Towns


@dataclass(frozen=True, slots=True, kw_only=True)
class CastHousehold:
    """One household of the cast; `key` names the member the demo logs in as, at place `lead`."""

    key: str
    family: Family
    lead: int = 0
    is_protected: bool = False


def _p(sex: str, birth: date, relationship: str, family: Part, given: Part, **more: object) -> Person:
    return Person(sex=sex, birth=birth, relationship=relationship, family=family, given=given, **more)  # type: ignore[arg-type] # the few extra fields of Person


def _years_before(day: date, years: int, days: int = 0) -> date:
    return date(day.year - years, day.month, min(day.day, 28)) - timedelta(days=days)


def cast(today: date) -> list[CastHousehold]:
    """The households, with birthdays set against the day the ward is described as of."""
    year = fiscal_year(today)
    return [*_family_and_parents(today), *_alone_and_protected(year), *_birthdays(year), *_names()]


def _family_and_parents(today: date) -> list[CastHousehold]:
    year, yamada, sasaki = fiscal_year(today), Part("山田", "ヤマダ"), Part("佐々木", "ササキ")
    return [
        CastHousehold(
            key="youth", lead=2,
            family=Family([
                _p("1", date(year - 52, 7, 3), "世帯主", yamada, Part("健一", "ケンイチ")),
                _p("2", date(year - 49, 11, 20), "妻", yamada, Part("由美子", "ユミコ"),
                    former_family=Part("小沢", "オザワ")),
                _p("2", date(year - 20, 10, 15), "子", yamada, Part("さくら", "サクラ")),
                _p("1", date(2012, 2, 29), "子", yamada, Part("翔太", "ショウタ")),
            ]),
        ),
        CastHousehold(
            key="parent",
            family=Family([
                _p("2", date(year - 34, 5, 9), "世帯主", sasaki, Part("愛", "アイ")),
                _p("1", date(year - 36, 8, 30), "夫", sasaki, Part("大樹", "ダイキ")),
                _p("1", _years_before(today, 3, 40), "子", sasaki, Part("湊", "ミナト")),
                _p("1", _years_before(today, 3, 40), "子", sasaki, Part("律", "リツ")),
                _p("2", _years_before(today, 0, 150), "子", sasaki, Part("陽葵", "ヒマリ")),
            ]),
        ),
    ]  # fmt: skip


def _alone_and_protected(year: int) -> list[CastHousehold]:
    yoshida, suzuki = Part("𠮷田", "ヨシダ"), Part("鈴木", "スズキ")
    return [
        CastHousehold(
            key="foreigner",
            family=Family([
                _p(
                    "2", date(year - 20, 9, 2), "世帯主", Part("王", "ワン", "WANG"), Part("子涵", "ズーハン", "ZIHAN"),
                    nationality="cn", alias_family=Part("青木", "アオキ"), alias_given=Part("静香", "シズカ"),
                    name_priority="roman",
                )
            ]),
        ),
        CastHousehold(
            key="protected", lead=1, is_protected=True,
            family=Family([
                _p("2", date(year - 39, 1, 12), "世帯主", yoshida, Part("美咲", "ミサキ")),
                _p("2", date(year - 20, 6, 6), "子", yoshida, Part("葵", "アオイ")),
                _p("1", date(year - 9, 4, 1), "子", yoshida, Part("悠真", "ユウマ")),
            ]),
        ),
        CastHousehold(
            key="unlinked",
            family=Family([_p("1", date(year - 20, 12, 24), "世帯主", suzuki, Part("大輔", "ダイスケ"))]),
        ),
    ]  # fmt: skip


def _birthdays(year: int) -> list[CastHousehold]:
    """29 February, the last birthday of the year's cohort, and the first one after it."""
    watanabe, takahashi = Part("渡邉\U000e0100", "ワタナベ"), Part("髙橋", "タカハシ")
    return [
        CastHousehold(
            key="leap_day",
            family=Family([
                _p("1", date(1952, 2, 29), "世帯主", watanabe, Part("清", "キヨシ")),
                _p("2", date(1955, 3, 31), "妻", watanabe, Part("節子", "セツコ")),
            ]),
        ),
        CastHousehold(
            key="april_first",
            family=Family([_p("1", date(year - 19, 4, 1), "世帯主", takahashi, Part("蓮", "レン"))])
        ),
        CastHousehold(
            key="april_second",
            family=Family([_p("2", date(year - 19, 4, 2), "世帯主", takahashi, Part("七海", "ナナミ"))])
        ),
    ]  # fmt: skip


def _names() -> list[CastHousehold]:
    """Unknown and impossible birth dates; names that are long, or single."""
    ninomae, none = Part("一", "ニノマエ"), Part("", "")
    return [
        CastHousehold(
            key="unknown_birth",
            family=Family([_p("2", date(1933, 1, 1), "世帯主", ninomae, Part("キヨ", "キヨ"),
                               birth_unknown_text="月日不詳")]),
        ),
        CastHousehold(
            key="no_such_day",
            family=Family([
                _p(
                    "2", date(1951, 2, 28), "世帯主", Part("金", "キム", "KIM"), Part("英姫", "ヨンヒ", "YOUNGHEE"),
                    nationality="kr", birth_text="1951年2月29日", alias_family=Part("金子", "カネコ"),
                    alias_given=Part("英子", "エイコ"), name_priority="alias",
                )
            ]),
        ),
        CastHousehold(
            key="long_name",
            family=Family([
                _p(
                    "2", date(1988, 10, 3), "世帯主",
                    Part("", "ドスサントスオリベイラペレイラデソウザ", "DOS SANTOS OLIVEIRA PEREIRA DE SOUZA"),
                    Part("", "マリアフェルナンダダコンセイサンアパレシーダ", "MARIA FERNANDA DA CONCEICAO APARECIDA"),
                    nationality="br",
                )
            ]),
        ),
        CastHousehold(
            key="single_name",
            family=Family([
                _p("1", date(1994, 8, 17), "世帯主", none, Part("", "スハルトノ", "SUHARTONO"), nationality="id"),
            ]),
        ),
    ]  # fmt: skip


def cast_number(key: str, today: date, *, member: int | None = None) -> str:
    """The 宛名番号 of a cast household's lead, or of its member at the place given.

    Raises:
        KeyError: no such household.
    """
    before = 0
    for household in cast(today):
        if household.key == key:
            return resident_number(before + (household.lead if member is None else member))
        before += len(household.family.members)
    raise KeyError(key)


def cast_address(place: int, towns: Towns) -> SampleAddress:
    """Where the household at this place of the cast lives (from 0): the same in every ward of the same towns."""
    return SampleAddress(towns.towns[place % len(towns.towns)], f"{place + 1}番{place + 4}号", "")


def cast_postcode(key: str, today: date, towns: Towns) -> str:
    """The postcode of a cast household."""
    place = next(n for n, household in enumerate(cast(today)) if household.key == key)
    return cast_address(place, towns).town.postcode
