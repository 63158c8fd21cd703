"""Words for states, changes, channels and facts on officials' pages, and the facts of one bill."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from jichi.kernel.calendar import format_date, parse_date
from jichi.kernel.errors import FieldError
from jichi.kernel.money import Yen

from ..queries import Bill, Happening

STATES: Final[Mapping[str, tuple[str, str]]] = {
    "open": ("未納", "todo"), "part": ("一部納付", "todo"), "late_open": ("延滞金が未納", "todo"),
    "paid": ("納付済", "done"),
    "none": ("納めるものなし", "neutral"),
}  # fmt: skip
"""State → word and tone."""
CHANGES: Final[Mapping[str, str]] = {
    "reduced": "減額", "exempted": "減免", "cancelled": "取消し", "increased": "増額", "written_off": "不納欠損",
    "late_waived": "延滞金の減免",
}  # fmt: skip
RELIEFS: Final[Mapping[str, str]] = {
    "all": "全部を免除", "half": "半分を免除", "above": "猶予特例基準割合を超える部分を免除",
}  # fmt: skip
EVENTS: Final[Mapping[str, str]] = {
    "notice": "納付の告知", "demand": "督促", "letter": "催告", "acknowledged": "債務の承認",
    "deferral": "徴収猶予・換価の猶予",
    "seizure": "差押え", "distribution": "交付要求", "suspension": "滞納処分の執行停止", "uncollectable": "即時消滅",
}  # fmt: skip
CHANNELS: Final[Mapping[str, str]] = {
    "store": "コンビニ・アプリ", "counter": "窓口", "applied": "充当", "bank": "金融機関の窓口", "online": "オンライン",
}  # fmt: skip
"""Channel → word; files of an agent come under the agent's own code."""
REASONS: Final[Mapping[str, str]] = {
    "mistaken": "誤納(二重払いなど)", "corrected": "過納(賦課の変更)", "requested": "請求による変更",
    "income_tax": "所得税の申告・更正",
}  # fmt: skip


def channel_word(channel: str) -> str:
    """What a channel is called; one we don't know as it is kept."""
    return CHANNELS.get(channel, channel)


def state_of_bill(bill: Bill, today: date) -> tuple[str, str]:
    """Word and tone: overdue and being confirmed are said before the plain state."""
    view = bill.view
    if view.announced and view.owed:
        return "入金確認中", "info"
    if view.owed and view.due_on < today and view.state in ("open", "part"):
        return ("納期限を過ぎた未納" if view.state == "open" else "納期限を過ぎた一部納付"), "error"
    return STATES[view.state]


def yen(amount: int) -> str:
    """With separators, for cells that say 円 in their heading."""
    return Yen(amount).plain()


def happening_words(one: Happening) -> tuple[str, str]:
    """What happened, and its details, for a timeline."""
    grounds = " ".join(part for part in (one.reason, one.decision_ref) if part)
    if one.act == "assessed":
        return f"調定 {yen(one.yen)}円", grounds
    if one.act == "changed":
        sign = "+" if one.yen > 0 else "−"
        return f"{CHANGES[one.word]} {sign}{yen(abs(one.yen))}円", grounds
    if one.act in ("received", "applied"):
        word = "収納" if one.act == "received" else "充当による収納"
        return f"{word} {yen(one.yen)}円({channel_word(one.word)})", grounds
    if one.act == "reversed":
        return f"収納の取消し {yen(-one.yen)}円({channel_word(one.word)})", grounds
    if one.act == "relief":
        until = f"({format_date(one.until)}まで)" if one.until else ""
        return f"延滞金の免除期間: {RELIEFS[one.word]}{until}", grounds
    if one.act == "event":
        until = f"({format_date(one.until)}まで)" if one.until else ""
        return f"{EVENTS[one.word]}{until}", grounds
    word = "還付の決定" if one.act == "refund" else "還付の支払い"
    return f"{word} {yen(-one.yen)}円({REASONS[one.word]})", grounds


def day_given(text: str, name: str, errors: dict[str, FieldError], *, needed: bool = True) -> date | None:
    """A day as typed; what can't be read, or is missing, is told in `errors`."""
    typed = text.strip()
    if not typed:
        if needed:
            errors[name] = FieldError("field.required")
        return None
    try:
        return parse_date(typed)
    except ValueError:
        errors[name] = FieldError("field.unreadable_date")
        return None


def yen_given(text: str, name: str, errors: dict[str, FieldError]) -> int:
    """Whole yen as typed, with or without separators; 0 with an error where it can't be read."""
    typed = text.strip().replace(",", "").removesuffix("円").translate(_DIGITS)
    if not typed:
        errors[name] = FieldError("field.required")
        return 0
    if not (typed.isdecimal() and typed.isascii() and len(typed) <= 11):
        errors[name] = FieldError("collection.yen")
        return 0
    return int(typed)


_DIGITS: Final = str.maketrans("0123456789,", "0123456789,")
