"""The accounts of the demo: who signs in as whom, with fixed passwords and authenticator secrets.

For demonstrations only: everybody can read them here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from jichi.engines.accounts import actions, sign_in
from jichi.engines.audit.context import Actor
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Invalid

from .cast import cast, cast_address, cast_number, cast_postcode
from .towns import towns_of

DEFAULT_CITY: Final = "13103"
_LANGUAGES: Final = {"foreigner": "zh-hans"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAccount:
    """One line of the demo's screen. Residents sign in by a code sent to `login`, officials with all three."""

    kind: str
    key: str
    login: str
    name: str
    about: str
    password: str = ""
    totp_secret: str = ""

    def __str__(self) -> str:
        if self.kind == "resident":
            return f"住民  {self.login:<28} {self.about}"
        return f"職員  {self.login:<10} {self.password:<24} TOTP {self.totp_secret}  {self.about}"


@dataclass(frozen=True, slots=True)
class _Official:
    login: str
    name: str
    title: str
    roles: tuple[str, ...]
    divisions: tuple[str, ...]
    about: str


DIVISIONS: Final = {
    "youth": (
        "子ども若者課",
        "こども わかもの か",
        "Children and Youth Division",
        "儿童青少年科",
        "어린이청소년과",
        "みど子",
    ),
    "health": (
        "保健予防課",
        "けんこうを まもる か",
        "Disease Prevention Division",
        "保健预防科",
        "보건예방과",
        "みど保",
    ),
    "residents": ("戸籍住民課", "じゅうみん か", "Residents Division", "户籍居民科", "호적주민과", "みど戸"),
    "community": (
        "地域振興課",
        "まちの かつどうを たすける か",
        "Community Development Division",
        "社区振兴科",
        "지역진흥과",
        "みど地",
    ),
    "information": ("情報政策課", "じょうほう か", "Information Policy Division", "信息政策科", "정보정책과", "みど情"),
    "inn-kaede": ("旅館かえで", "旅館かえで", "Inn Kaede", "枫旅馆", "여관 가에데", "かえで"),
    "treasury": ("会計室", "区の お金の かかり", "Treasury Office", "会计室", "회계실", "みど会"),
    "nursery-n01": (
        "みどり保育園",
        "みどり ほいくえん",
        "Midori Nursery",
        "绿保育园",
        "미도리 어린이집",
        "みど園",
    ),
}
"""Code → name in Japanese, plain Japanese, English, Chinese, Korean; letters of its document numbers."""

COUNTER: Final = {
    "ja": "区役所本庁舎2階",
    "easy": "区役所の2階",
    "en": "Ward office, 2nd floor",
    "zh-hans": "区役所主楼2层",
    "ko": "구청 본청사 2층",
}

_RESIDENTS: Final = (
    ("youth", "sakura@midori.example", "山田さくら: 今年度20歳。二十歳のつどいに申し込める"),
    ("parent", "ai@midori.example", "佐々木愛: 幼児の保護者。予防接種予診票の再発行を申請できる"),
    ("foreigner", "zihan@midori.example", "WANG ZIHAN: 今年度20歳の外国籍住民。通称あり、画面は中国語"),
    ("protected", "aoi@midori.example", "𠮷田葵: 今年度20歳。支援措置の対象で住所は職員に非表示"),
    ("unlinked", "daisuke@midori.example", "鈴木大輔: 住民記録とまだ結び付いていないログイン"),
)
_ALL: Final = ("youth", "health", "residents", "community", "information")
_OFFICIALS: Final = (
    _Official(
        "sato", "佐藤 真紀", "主事", ("caseworker", "nursery_clerk"), ("youth",), "子ども若者課 担当(入園選考も)"
    ),
    _Official(
        "suzuki",
        "鈴木 聡",
        "係長",
        ("section_chief", "division_manager", "nursery_clerk"),
        ("youth",),
        "子ども若者課 係長",
    ),
    _Official("takagi", "高木 優子", "主任", ("caseworker",), ("health",), "保健予防課 担当"),
    _Official("mori", "森 和彦", "主任", ("register_clerk",), ("residents",), "戸籍住民課(支援措置の住所を見られる)"),
    _Official("ito", "伊藤 彩", "主事", ("caseworker",), ("residents",), "戸籍住民課 担当(住民票の写し)"),
    _Official("okada", "岡田 圭", "主事", ("caseworker",), ("community",), "地域振興課 担当(町会の補助金)"),
    _Official(
        "tani", "谷 由紀", "講師", ("digital_supporter",), ("community",), "スマホ教室の講師・相談員(自分の回だけ)"
    ),
    _Official(
        "ono", "小野 恵子", "園長", ("nursery_desk",), ("nursery-n01",), "みどり保育園 園長(自分の園の空き枠だけ)"
    ),
    _Official("watanabe", "渡辺 健", "係長", ("decider",), _ALL[1:], "保健予防課ほか 係長(決裁)"),
    _Official("kato", "加藤 恵", "課長", ("decider",), _ALL[:4], "子ども若者課ほか 課長(決裁)"),
    _Official("kondo", "近藤 明子", "課長", ("decider",), ("information",), "情報政策課 課長(決裁)"),
    _Official("abe", "阿部 進", "部長", ("decider",), _ALL, "部長(決裁)"),
    _Official("ueno", "上野 誠", "副区長", ("decider",), _ALL, "副区長(決裁)"),
    _Official("hayashi", "林 美咲", "主任", ("dx_office",), ("information",), "情報政策課 DX推進(手続の棚卸し)"),
    _Official("kaede", "楓 春江", "女将", ("house_desk",), ("inn-kaede",), "旅館かえで(保養施設の宿の受付)"),
    _Official("ota", "太田 実", "出納係長", ("treasurer",), ("treasury",), "会計室(帳簿を見る・締める)"),
    _Official("admin", "管理 太郎", "主査", ("administrator",), ("information",), "情報政策課 管理者"),
    _Official("nagai", "永井 直子", "主査", ("administrator",), ("information",), "情報政策課 2人目の管理者"),
)


def _secret(login: str) -> str:
    """A fixed authenticator secret: the login name spelt out to 32 base-32 letters."""
    return (login.upper() + "MIDORI" * 6)[:32]


def demo_accounts() -> list[DemoAccount]:
    """Who can sign in to the demo; `str()` of each is a line for the screen. Needs no database."""
    return [
        *(
            DemoAccount(
                kind="resident", key=key, login=mail, name=about.partition(":")[0],
                about=f"{about} ({link_hint()})" if key == "unlinked" else about,
            )
            for key, mail, about in _RESIDENTS
        ),
        *(
            DemoAccount(
                kind="staff", key=o.login, login=o.login, name=o.name, about=o.about,
                password=f"Midori-demo-{o.login}-26", totp_secret=_secret(o.login),
            )
            for o in _OFFICIALS
        ),
    ]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkHint:
    """What the unlinked login has to enter to be linked with the register."""

    kana: str
    birth_date: date
    postcode: str

    def __str__(self) -> str:
        return f"{self.kana}、{self.birth_date:%Y-%m-%d}、〒{self.postcode}"


def link_hint(today: date | None = None, city_code: str = DEFAULT_CITY) -> LinkHint:
    """The data of the person behind the unlinked login."""
    day = today or clock.today()
    household = next(h for h in cast(day) if h.key == "unlinked")
    person = household.family.members[household.lead]
    return LinkHint(
        kana=person.kana, birth_date=person.birth, postcode=cast_postcode("unlinked", day, towns_of(city_code))
    )


def write_stand_in_people(folder: Path, today: date, city_code: str = DEFAULT_CITY) -> None:
    """Who can be chosen at the stand-in for the identity provider: the residents whom visitors of the demo play."""
    towns = towns_of(city_code)
    logins = {key: mail.partition("@")[0] for key, mail, _about in _RESIDENTS}
    people = []
    for place, household in enumerate(cast(today)):
        if household.key not in logins:
            continue
        person, where = household.family.members[household.lead], cast_address(place, towns)
        people.append(
            {
                "key": logins[household.key], "name": person.name, "kana": person.kana,
                "birth_date": person.birth.isoformat(), "address": where.town.name, "postcode": where.town.postcode,
            }
        )  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "people.json").write_text(json.dumps(people, ensure_ascii=False), encoding="utf-8")


def played_numbers(today: date) -> frozenset[str]:
    """宛名番号 of the residents whom visitors of the demo play, linked with a login or not yet."""
    return frozenset(cast_number(key, today) for key, _mail, _about in _RESIDENTS)


def make_accounts(*, actor: Actor, today: date) -> bool:
    """Make divisions, officials, residents' logins and their links; what is there already stays.

    Answers whether this is their first time in this database.
    """
    first_time = False
    for code, (ja, easy, en, zh, ko, letters) in DIVISIONS.items():
        actions.create_division(
            actor=actor, code=code, names={"ja": ja, "easy": easy, "en": en, "zh-hans": zh, "ko": ko},
            phone="03-0000-0000", email=f"{code}@midori.example", document_prefix=letters,
            counter=COUNTER,
        )  # fmt: skip
    for demo in demo_accounts():
        if demo.kind == "staff":
            first_time |= _make_official(actor, demo, today)
        else:
            _make_resident(actor, demo, today)
    return first_time


def _make_official(actor: Actor, demo: DemoAccount, today: date) -> bool:
    official = next(o for o in _OFFICIALS if o.login == demo.key)
    try:
        account = actions.create_staff_account(
            actor=actor, login=demo.login, name=demo.name, password=demo.password, roles=official.roles,
            division_codes=official.divisions, title=official.title, email=f"{demo.login}@midori.example",
            starts_on=date(today.year - 1, 4, 1),
        )  # fmt: skip
    except Invalid as error:
        if error.code != "login.taken":
            raise
        return False
    sign_in.enrol_totp(actor=actor, account_id=account.pk, secret=demo.totp_secret)
    return True


def _make_resident(actor: Actor, demo: DemoAccount, today: date) -> None:
    account = actions.create_resident_account(
        actor=actor, email=demo.login, name=demo.name, language=_LANGUAGES.get(demo.key, "ja")
    )
    if demo.key == "unlinked":
        return
    try:
        actions.link_person(actor=actor, account_id=account.pk, addressee_no=cast_number(demo.key, today), how="sample")
    except Conflict:
        # Linked otherwise while the demo was used: what people did in it stays.
        return
