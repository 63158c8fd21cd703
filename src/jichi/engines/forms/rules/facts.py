"""Facts: what the register knows and a definition may refer to, by name.

`subject` is the person the application is about, `applicant` the person who is signed in; for
procedures about oneself they are the same. Values: text, whole number, bool, date, or None where
the register doesn't know (unknown birth dates stay unknown).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, TypeAlias

FactValue: TypeAlias = "str | int | bool | date | None"
Facts: TypeAlias = "Mapping[str, FactValue]"
FactType: TypeAlias = Literal["text", "number", "bool", "date", "code"]


@dataclass(frozen=True, slots=True)
class FactKind:
    """Type and name on screen of one fact."""

    type: FactType
    label: Mapping[str, str]
    codes: Mapping[str, Mapping[str, str]] | None = None
    """For codes: each code's text."""


def _t(ja: str, easy: str, en: str, zh: str, ko: str) -> dict[str, str]:
    return {"ja": ja, "easy": easy, "en": en, "zh-hans": zh, "ko": ko}


_STATES = {
    "resident": _t("区に住民登録がある", "区に住んでいる", "Registered resident", "已在本区登记", "구에 주민등록 있음"),
    "moved_out": _t("転出した", "ほかの町へ引っこした", "Moved out", "已迁出", "전출"),
    "deceased": _t("亡くなった", "なくなった", "Deceased", "已故", "사망"),
    "removed": _t("消除された", "登録がない", "Removed", "已注销", "말소"),
}

_PERSON: Final[Mapping[str, FactKind]] = {
    "name": FactKind("text", _t("氏名", "名前", "Name", "姓名", "성명")),
    "kana": FactKind("text", _t("フリガナ", "名前の読み方(カタカナ)", "Name in katakana", "姓名读音(片假名)", "성명 가타카나")),
    "roman_name": FactKind("text", _t("ローマ字氏名", "ローマ字の名前", "Name in Roman letters", "罗马字姓名", "로마자 성명")),
    "alias": FactKind("text", _t("通称", "通称", "Registered alias", "通称", "통칭")),
    "birth_date": FactKind("date", _t("生年月日", "生まれた日", "Date of birth", "出生日期", "생년월일")),
    "age": FactKind("number", _t("年齢", "年齢", "Age", "年龄", "나이")),
    "sex": FactKind("text", _t("性別", "性別", "Sex", "性别", "성별")),
    "relationship": FactKind("text", _t("続柄", "家族の中の関係", "Relationship", "与户主的关系", "세대주와의 관계")),
    "postcode": FactKind("text", _t("郵便番号", "郵便番号", "Postcode", "邮政编码", "우편번호")),
    "address": FactKind("text", _t("住所", "住所", "Address", "住址", "주소")),
    "town_key": FactKind("text", _t("町", "町", "Town", "町", "동네")),
    "nationality": FactKind("text", _t("国籍", "国", "Nationality", "国籍", "국적")),
    "is_foreign": FactKind("bool", _t("外国籍", "外国の人", "Foreign national", "外国籍", "외국 국적")),
    "state": FactKind("code", _t("住民登録", "住民の登録", "Registration", "居民登记", "주민등록"), _STATES),
    "became_resident_on": FactKind(
        "date", _t("住民となった日", "区に住み始めた日", "Resident since", "成为居民的日期", "주민이 된 날")
    ),
}

FACTS: Final[Mapping[str, FactKind]] = {
    f"{who}.{name}": kind for who in ("subject", "applicant") for name, kind in _PERSON.items()
}
"""Every fact that a definition may name."""
