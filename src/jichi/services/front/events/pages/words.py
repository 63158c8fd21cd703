"""What residents' pages say of events: dates, prices, how an offering and an entry stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jichi.design.html import written
from jichi.design.labels import label
from jichi.engines.booking.queries import EntryView, OfferingView, Totals
from jichi.engines.booking.rules.series import Slot
from jichi.kernel import clock
from jichi.kernel.calendar import format_date, format_datetime, format_time
from jichi.kernel.clock import TOKYO
from jichi.kernel.localized import Picked

from ..queries import EventView
from ..rules import Content

CHIPS: Final = {"open": "open", "before": "opens_later", "closed": "closed", "cancelled": "withdrawn"}
ENTRY_CHIPS: Final = {
    "applied": "received", "taken": "selected", "held": "place_offered", "waiting": "waiting_list",
    "lost": "not_selected", "withdrawn": "withdrawn", "cancelled": "withdrawn",
}  # fmt: skip
MODES: Final = {
    "none": gettext_lazy("申込みはいりません"),
    "first_come": gettext_lazy("申し込んだ順"),
    "lottery": gettext_lazy("抽選"),
    "lottery_then_first_come": gettext_lazy("抽選のあと、空きは申し込んだ順"),
    "waiting_list": gettext_lazy("空きが出たときだけ"),
    "selection": gettext_lazy("選考(担当課が選びます)"),
}
CATEGORIES: Final = {
    "class": gettext_lazy("講座・教室"),
    "culture": gettext_lazy("文化・音楽"),
    "sport": gettext_lazy("スポーツ・健康"),
    "children": gettext_lazy("子ども・子育て"),
    "talk": gettext_lazy("講演・相談会"),
    "festival": gettext_lazy("まつり・もよおし"),
    "nature": gettext_lazy("自然・環境"),
    "safety": gettext_lazy("防災・安全"),
    "other": gettext_lazy("そのほか"),
}
ACCESSIBILITY: Final = {
    "wheelchair": gettext_lazy("車いすで入れます"),
    "toilet": gettext_lazy("バリアフリートイレがあります"),
    "sign": gettext_lazy("手話通訳があります"),
    "captions": gettext_lazy("文字の通訳があります"),
    "childcare": gettext_lazy("子どもを預けられます"),
    "parking": gettext_lazy("障害のある方の駐車場があります"),
}
LANGUAGES: Final = {
    "ja": "日本語", "easy": "やさしい日本語", "en": "English", "zh-hans": "中文", "ko": "한국어",
}  # fmt: skip


def when(slot: Slot, language: str) -> str:
    """「2026年6月24日(水)午後1時から午後3時まで」; the day of the end where it is another one."""
    begin, end = slot.starts_at.astimezone(TOKYO), slot.ends_at.astimezone(TOKYO)
    last = format_time(end, language) if end.date() == begin.date() else format_datetime(end, language)
    return _("%(begin)sから%(end)sまで") % {"begin": format_datetime(begin, language), "end": last}


def whens(slots: Sequence[Slot], language: str) -> tuple[str, list[str]]:
    """(hours, a line for each date): the hours once where all dates have the same, "" where each line says its own."""
    hours = {(one.starts_at.astimezone(TOKYO).time(), one.ends_at.astimezone(TOKYO).time()) for one in slots}
    if len(slots) < 2 or len(hours) > 1 or any(
        one.starts_at.astimezone(TOKYO).date() != one.ends_at.astimezone(TOKYO).date() for one in slots
    ):  # fmt: skip
        return "", [when(one, language) for one in slots]
    first = slots[0]
    begin, end = first.starts_at.astimezone(TOKYO), first.ends_at.astimezone(TOKYO)
    text = _("%(begin)sから%(end)sまで") % {"begin": format_time(begin, language), "end": format_time(end, language)}
    return text, [day_of(one.starts_at, language) for one in slots]


def day_of(at: datetime, language: str) -> str:
    """The day of a moment."""
    return format_date(at.astimezone(TOKYO).date(), language)


def typed(text: str) -> str:
    """What the division typed in Japanese, "" where it typed nothing."""
    return written(text) if text else ""


def spoken(languages: tuple[str, ...]) -> SafeString:
    """The languages spoken there, each by its own name."""
    return format_html_join(
        "、", "{}", ((written(Picked(LANGUAGES[one], one)),) for one in languages if one in LANGUAGES)
    )


def chip(found: OfferingView | None, event: EventView) -> tuple[str, str]:
    """Status key and word of an event: may one enter now?"""
    if event.state == "cancelled":
        return "withdrawn", _("中止")
    if found is None:
        return "", ""
    return CHIPS[found.stands(clock.now())], ""


def places(found: OfferingView, totals: Totals) -> str:
    """How many places, and how many of them are left or how many people want them."""
    capacity = sum(item.capacity for item in found.items)
    if found.mode == "lottery":
        wants = sum(totals.entries.values()) - totals.entries.get("withdrawn", 0)
        return _("定員%(capacity)d人、申込み%(entries)d件") % {"capacity": capacity, "entries": wants}
    left = sum(item.left for item in found.items)
    if left == 0 and found.waiting_list:
        waiting = totals.entries.get("waiting", 0)
        return _("満員です。キャンセル待ちに申し込めます(現在%(waiting)d件)。") % {"waiting": waiting}
    if left == 0:
        return _("定員%(capacity)d人、満員です") % {"capacity": capacity}
    return _("定員%(capacity)d人、残り%(left)d人") % {"capacity": capacity, "left": left}


def entry_word(entry: EntryView, mode: str) -> str:
    """The word of an entry's chip where the house's own says something else."""
    if entry.state == "taken":
        return label("status.selected") if mode == "lottery" else _("参加できます")
    if entry.pays_first:
        return _("支払い待ち")
    if entry.state == "held":
        return _("参加の返事待ち")
    if entry.state == "cancelled":
        return _("中止")
    if entry.state == "applied" and mode == "selection":
        return _("選考を待っています")
    if entry.state == "lost" and not mode.startswith("lottery"):
        return _("終わりました")
    return ""


def conditions(content: Content, language: str) -> list[str]:
    """Who may enter, in sentences."""
    del language
    found = []
    if content.residents_only:
        found.append(
            _("区に住んでいる方、働く方、学ぶ方") if content.works_here_too else _("区に住んでいる方(住民登録のある方)")
        )
    if content.age_least is not None and content.age_most is not None:
        found.append(_("%(least)d歳から%(most)d歳までの方") % {"least": content.age_least, "most": content.age_most})
    elif content.age_least is not None:
        found.append(_("%(least)d歳以上の方") % {"least": content.age_least})
    elif content.age_most is not None:
        found.append(_("%(most)d歳以下の方") % {"most": content.age_most})
    if content.once_a_season:
        found.append(_("同じ年度に、同じ種類の催しをほかに申し込んでいない方"))
    if content.linked_with:
        words = _("「%(name)s」の催しは、1人1席です。1つで席が決まると、ほかのキャンセル待ちから外れます。")
        found.append(words % {"name": content.linked_with})
    return found
