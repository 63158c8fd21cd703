"""Facts: what the register knows and a definition may refer to, by name.

`subject` is the person the application is about, `applicant` the person who is signed in; for
procedures about oneself they are the same. `organisation` is the body an officer applies for, `follows` the
granted application that this one stands on.
Values: text, whole number, bool, date, or None where the register doesn't know.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, Protocol, TypeAlias

from jichi.engines.registry.rules import ResidentRecord
from jichi.kernel.calendar import format_date
from jichi.kernel.localized import pick

from .texts import localized

FactValue: TypeAlias = "str | int | bool | date | None"
Facts: TypeAlias = "Mapping[str, FactValue]"
Who: TypeAlias = Literal["subject", "applicant"]
FactType: TypeAlias = Literal["text", "number", "bool", "date", "code"]


@dataclass(frozen=True, slots=True)
class FactKind:
    """Type and name on screen of one fact."""

    type: FactType
    label: Mapping[str, str]
    codes: Mapping[str, Mapping[str, str]] | None = None
    """For codes: each code's text."""


YES: Final = localized("はい", "はい", "Yes", "是", "예")
NO: Final = localized("いいえ", "いいえ", "No", "否", "아니요")

_STATES = {
    "resident": localized(
        "区に住民登録がある", "区に住んでいる", "Registered resident", "已在本区登记", "구에 주민등록 있음"
    ),
    "moved_out": localized("転出した", "ほかの町へ引っこした", "Moved out", "已迁出", "전출"),
    "deceased": localized("亡くなった", "なくなった", "Deceased", "已故", "사망"),
    "removed": localized("消除された", "登録がない", "Removed", "已注销", "말소"),
    "outside": localized(
        "区に住民登録がない(住登外)", "区に住んでいない", "Not a resident", "未在本区登记", "구에 주민등록 없음"
    ),
}

_PERSON: Final[Mapping[str, FactKind]] = {
    "name": FactKind("text", localized("氏名", "名前", "Name", "姓名", "성명")),
    "kana": FactKind(
        "text", localized("フリガナ", "名前の読み方(カタカナ)", "Name in katakana", "姓名读音(片假名)", "성명 가타카나")
    ),
    "roman_name": FactKind(
        "text", localized("ローマ字氏名", "ローマ字の名前", "Name in Roman letters", "罗马字姓名", "로마자 성명")
    ),
    "alias": FactKind("text", localized("通称", "通称", "Registered alias", "通称", "통칭")),
    "birth_date": FactKind("date", localized("生年月日", "生まれた日", "Date of birth", "出生日期", "생년월일")),
    "age": FactKind("number", localized("年齢", "年齢", "Age", "年龄", "나이")),
    "sex": FactKind("text", localized("性別", "性別", "Sex", "性别", "성별")),
    "relationship": FactKind(
        "text", localized("続柄", "家族の中の関係", "Relationship", "与户主的关系", "세대주와의 관계")
    ),
    "postcode": FactKind("text", localized("郵便番号", "郵便番号", "Postcode", "邮政编码", "우편번호")),
    "address": FactKind("text", localized("住所", "住所", "Address", "住址", "주소")),
    "town_key": FactKind("text", localized("町", "町", "Town", "町", "동네")),
    "nationality": FactKind("text", localized("国籍", "国", "Nationality", "国籍", "국적")),
    "is_foreign": FactKind("bool", localized("外国籍", "外国の人", "Foreign national", "外国籍", "외국 국적")),
    "state": FactKind("code", localized("住民登録", "住民の登録", "Registration", "居民登记", "주민등록"), _STATES),
    "online": FactKind(
        "bool",
        localized("オンラインでの取扱い", "インターネットでできるか", "Handled online", "可在线办理", "온라인 처리"),
    ),
    "became_resident_on": FactKind(
        "date", localized("住民となった日", "区に住み始めた日", "Resident since", "成为居民的日期", "주민이 된 날")
    ),
}

_KINDS_OF_BODY = {
    "neighbourhood": localized("町会・自治会", "町会", "Neighbourhood association", "町会、自治会", "주민자치회"),
    "pta": localized("PTA", "PTA", "PTA", "PTA", "PTA"),
    "npo": localized("NPO", "NPO", "NPO", "NPO", "NPO"),
    "corporation": localized("法人", "会社など", "Corporation", "法人", "법인"),
    "other": localized("そのほかの団体", "ほかの団体", "Other organisation", "其他团体", "기타 단체"),
}
_STATES_OF_BODY = {
    "active": localized("活動中", "動いている", "Active", "活动中", "활동 중"),
    "closed": localized("解散", "終わった", "Dissolved", "已解散", "해산"),
}
_BODY: Final[Mapping[str, FactKind]] = {
    "name": FactKind("text", localized("団体の名称", "団体の名前", "Organisation", "团体名称", "단체명")),
    "kana": FactKind(
        "text", localized("団体のフリガナ", "団体の読み方", "Organisation in katakana", "团体读音", "단체 가타카나")
    ),
    "kind": FactKind(
        "code", localized("団体の種別", "団体の種類", "Kind of organisation", "团体类别", "단체 종류"), _KINDS_OF_BODY
    ),
    "postcode": FactKind(
        "text", localized("団体の郵便番号", "団体の郵便番号", "Its postcode", "团体邮政编码", "단체 우편번호")
    ),
    "address": FactKind("text", localized("団体の所在地", "団体の場所", "Its address", "团体所在地", "단체 소재지")),
    "state": FactKind(
        "code", localized("団体の状態", "団体のようす", "Its state", "团体状态", "단체 상태"), _STATES_OF_BODY
    ),
    "post": FactKind(
        "text", localized("申請する人の役職", "あなたの役目", "Your office in it", "申请人职务", "신청인 직책")
    ),
}

_BEFORE: Final[Mapping[str, FactKind]] = {
    "number": FactKind(
        "text",
        localized(
            "前の申請の受付番号", "前の申請の番号", "Number of the application before", "之前申请的受理编号",
            "이전 신청의 접수번호",
        ),
    ),
    "granted_yen": FactKind(
        "number", localized("決定された額", "決まったお金", "Amount granted", "决定金额", "결정된 금액")
    ),
    "decided_on": FactKind(
        "date",
        localized(
            "前の申請の決定日", "前の申請が決まった日", "Date of the decision before", "之前申请的决定日期",
            "이전 신청의 결정일",
        ),
    ),
}  # fmt: skip

FACTS: Final[Mapping[str, FactKind]] = {
    **{f"{who}.{name}": kind for who in ("subject", "applicant") for name, kind in _PERSON.items()},
    **{f"organisation.{name}": kind for name, kind in _BODY.items()},
    **{f"follows.{name}": kind for name, kind in _BEFORE.items()},
}
"""Every fact that a definition may name."""


def fact_json(value: FactValue) -> str | int | bool | None:
    """The value as it is kept with an answer: dates as ISO text."""
    return value.isoformat() if isinstance(value, date) else value


def fact_text(fact: str, value: FactValue, language: str) -> str:
    """The value as a person reads it; "" where it is unknown.

    Args:
        fact: name of the fact.
        value: as in Facts, or as kept with an answer (dates as ISO text).
        language: one of the platform's languages.
    """
    kind = FACTS[fact]
    if value is None or value == "":
        return ""
    if kind.type == "date":
        return format_date(value if isinstance(value, date) else date.fromisoformat(str(value)), language, "long")
    if kind.codes is not None:
        return str(pick(kind.codes.get(str(value), {"ja": str(value)}), language))
    if kind.type == "bool":
        return str(pick(YES if value else NO, language))
    return str(value)


def fact_label(fact: str, language: str) -> str:
    """The fact's name on screen."""
    return str(pick(FACTS[fact].label, language))


def facts_of(record: ResidentRecord, who: Who, today: date) -> dict[str, FactValue]:
    """The facts of one person, as this actor may see them."""
    return {
        f"{who}.name": record.display_name,
        f"{who}.kana": record.display_kana,
        f"{who}.roman_name": record.roman_name,
        f"{who}.alias": record.alias,
        f"{who}.birth_date": record.birth_date,
        f"{who}.age": record.age_on(today),
        f"{who}.sex": record.sex,
        f"{who}.relationship": record.relationship,
        f"{who}.postcode": record.postcode,
        f"{who}.address": record.address,
        f"{who}.town_key": record.town_key,
        f"{who}.nationality": record.nationality,
        f"{who}.is_foreign": record.is_foreign,
        f"{who}.state": record.state,
        f"{who}.online": not record.is_protected,
        f"{who}.became_resident_on": record.became_resident_on,
    }


class Body(Protocol):
    """An organisation as the register has it."""

    @property
    def name(self) -> str: ...
    @property
    def kana(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def postcode(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def is_active(self) -> bool: ...


def organisation_facts(body: Body, post: str) -> dict[str, FactValue]:
    """The facts of an organisation; `post` is the applicant's office in it, "" for none."""
    return {
        "organisation.name": body.name,
        "organisation.kana": body.kana,
        "organisation.kind": body.kind,
        "organisation.postcode": body.postcode,
        "organisation.address": body.address,
        "organisation.state": "active" if body.is_active else "closed",
        "organisation.post": post or None,
    }
