"""The further items of the national form of the certificate (就労証明書の標準的な様式) as data: asked, read, shown.

The list is written from memory of the form and is to be compared with the one in force before use. Every item may be
left out: what an employer has on paper comes as a file.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal, TypeAlias

from jichi.kernel.errors import FieldError
from jichi.kernel.numbers import InputError, parse_int

Kind: TypeAlias = Literal["choice", "choices", "number", "span", "date", "month", "text"]
LONGEST: Final = 60
WEEKDAYS: Final = ("月", "火", "水", "木", "金", "土", "日", "祝日")
STATES: Final = ("取得予定", "取得中", "取得済み")
_SPAN: Final = re.compile(r"([01]?[0-9]|2[0-9]):([0-5][0-9])[~-]([01]?[0-9]|2[0-9]):([0-5][0-9])")
_MONTH: Final = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Item:
    """One item: its words in Japanese as on the form. `most` limits a number; `unit` stands behind it."""

    key: str
    heading: str
    kind: Kind
    words: tuple[str, ...] = ()
    most: int = 0
    unit: str = ""


SECTIONS: Final[tuple[tuple[str, tuple[Item, ...]], ...]] = (
    ("雇用", (
        Item("industry", "業種", "choice", (
            "農業・林業", "漁業", "鉱業・採石業・砂利採取業", "建設業", "製造業", "電気・ガス・熱供給・水道業",
            "情報通信業", "運輸業・郵便業", "卸売業・小売業", "金融業・保険業", "不動産業・物品賃貸業",
            "学術研究・専門・技術サービス業", "宿泊業・飲食サービス業", "生活関連サービス業・娯楽業", "医療・福祉",
            "教育・学習支援業", "複合サービス事業", "公務", "その他",
        )),
        Item("employment", "雇用の形態", "choice", (
            "正社員", "パート・アルバイト", "派遣社員", "契約社員", "会計年度任用職員", "非常勤・臨時職員", "役員",
            "自営業主", "自営業専従者", "家族従業者", "内職", "業務委託", "その他",
        )),
        Item("since", "雇用の始まりの日", "date"),
        Item("childcare_worker", "保育士等としての勤務", "choice", ("有", "有(予定)", "無")),
    )),
    ("就労時間", (
        Item("pattern", "勤務の形", "choice", ("固定就労", "変則就労(シフト)")),
        Item("weekdays", "働く曜日", "choices", WEEKDAYS),
        Item("weekday_span", "平日の時間帯", "span"), Item("saturday_span", "土曜の時間帯", "span"),
        Item("sunday_span", "日曜・祝日の時間帯", "span"),
        Item("month_days", "1か月の就労日数", "number", most=31, unit="日"),
        Item("month_hours", "1か月の就労時間(休憩を入れる)", "number", most=744, unit="時間"),
        Item("rest_minutes", "1日の休憩", "number", most=480, unit="分"),
        Item("shift_span", "主なシフトの時間帯", "span"),
        Item("commute", "通勤の時間(片道)", "number", most=300, unit="分"),
    )),
    ("直近3か月の実績", tuple(item for place in (1, 2, 3) for item in (
        Item(f"past_month{place}", f"{place}か月前の年月", "month"),
        Item(f"past_days{place}", f"{place}か月前の就労日数", "number", most=31, unit="日"),
        Item(f"past_hours{place}", f"{place}か月前の就労時間", "number", most=744, unit="時間"),
    ))),
    ("休業と復職", (
        Item("maternity", "産前・産後休業", "choice", STATES), Item("maternity_from", "産前・産後休業の始まり", "date"),
        Item("maternity_until", "産前・産後休業の終わり", "date"),
        Item("leave", "育児休業", "choice", STATES), Item("leave_from", "育児休業の始まり", "date"),
        Item("leave_extends", "入園できないときの育児休業の延長", "choice", ("可", "否", "未定")),
        Item("other_leave", "ほかの休業の理由", "choice", ("介護休業", "病休", "その他")),
        Item("other_from", "ほかの休業の始まり", "date"), Item("other_until", "ほかの休業の終わり", "date"),
        Item("return_on", "復職の日(予定)", "date"),
        Item("short_hours", "育児のための短時間勤務", "choice", ("取得予定", "取得中", "無")),
        Item("short_span", "短時間勤務の時間帯", "span"), Item("short_until", "短時間勤務の終わり", "date"),
    )),
)  # fmt: skip
ITEMS: Final = {one.key: one for _title, items in SECTIONS for one in items}
PAIRS: Final = (("maternity_from", "maternity_until"), ("other_from", "other_until"), ("since", "return_on"))


def read_items(
    posted: Mapping[str, str], chosen: Mapping[str, Sequence[str]], dates: Mapping[str, date | None]
) -> tuple[dict[str, Any], dict[str, FieldError]]:
    """(answers by key, those left out missing; what is wrong by key).

    Args:
        posted: texts by key; chosen: the ticked words of "choices"; dates: days read by the page.
    """
    found: dict[str, Any] = {}
    wrong: dict[str, FieldError] = {}
    for key, item in ITEMS.items():
        if item.kind == "date":
            day = dates.get(key)
            if day is not None:
                found[key] = day.isoformat()
            continue
        if item.kind == "choices":
            ticked = [word for word in item.words if word in chosen.get(key, ())]
            if ticked:
                found[key] = ticked
            continue
        text = unicodedata.normalize("NFKC", posted.get(key, "")).strip()
        if not text:
            continue
        value, error = _read(item, text)
        if error is not None:
            wrong[key] = error
        else:
            found[key] = value
    for first, last in PAIRS:
        if found.get(first, "") > found.get(last, "9999"):
            wrong[last] = FieldError("nursery.span_days")
    return found, wrong


def _read(item: Item, text: str) -> tuple[Any, FieldError | None]:
    if item.kind == "number":
        try:
            return parse_int(text, minimum=0, maximum=item.most), None
        except InputError as error:
            code = "field.number_too_large" if error.code == "number.too_large" else "field.number"
            return None, FieldError(code, {"max": item.most})
    if item.kind == "choice":
        return (text, None) if text in {unicodedata.normalize("NFKC", word) for word in item.words} else (
            None, FieldError("field.choose_one"))  # fmt: skip
    if item.kind == "span":
        given = text.replace("〜", "~").replace("−", "-").replace("–", "-").replace(" ", "")
        return (given, None) if _SPAN.fullmatch(given) else (None, FieldError("nursery.span"))
    if item.kind == "month":
        given = text.replace("/", "-")
        return (given, None) if _MONTH.fullmatch(given) else (None, FieldError("nursery.month"))
    return text[:LONGEST], None


def shown_items(items: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(heading, words) of what was answered, in the order of the form."""
    return [
        (one.heading, "、".join(value) if isinstance(value, list) else f"{value}{one.unit}")
        for key, one in ITEMS.items() if (value := items.get(key)) is not None
    ]  # fmt: skip


def answers_from(content: Mapping[str, Any]) -> dict[str, tuple[int, str]]:
    """What a certificate answers of the questions that scores are counted from: title → (value, its item)."""
    found: dict[str, tuple[int, str]] = {}
    items = content.get("items", {})
    working = [day for day in items.get("weekdays", ()) if day != "祝日"]
    if content.get("days"):
        found["週の日数"] = int(content["days"]), "週の日数"
    elif working:
        found["週の日数"] = len(working), "働く曜日"
    if content.get("hours"):
        found["週の時間"] = int(content["hours"]), "週の時間"
    return found
