"""What residents' pages say of classes: levels, dates, places, how an entry stands."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jichi.design.html import written
from jichi.design.labels import label
from jichi.engines.booking.queries import EntryView, OfferingView, Totals
from jichi.kernel import clock
from jichi.kernel.calendar import format_date, format_datetime, format_time
from jichi.kernel.clock import TOKYO
from jichi.kernel.localized import Picked

from ..queries import CourseView
from ..rules import Plan

CHIPS: Final = {"open": "open", "before": "opens_later", "closed": "closed", "cancelled": "withdrawn"}
ENTRY_CHIPS: Final = {
    "applied": "received", "taken": "selected", "held": "place_offered", "waiting": "waiting_list",
    "lost": "not_selected", "withdrawn": "withdrawn", "cancelled": "withdrawn",
}  # fmt: skip
LIVING: Final = ("applied", "taken", "held", "waiting")
LEVELS: Final = {
    "starting": gettext_lazy("はじめて(電源の入れ方から)"),
    "basics": gettext_lazy("基本(電話・写真・メール)"),
    "apps": gettext_lazy("アプリを使う"),
    "one_point": gettext_lazy("ワンポイント(1つの話題)"),
    "further": gettext_lazy("もっと使う(手続・支払い)"),
}
MODES: Final = {"first_come": gettext_lazy("申し込んだ順"), "lottery": gettext_lazy("抽選")}
LANGUAGES: Final = {
    "ja": "日本語", "easy": "やさしい日本語", "en": "English", "zh-hans": "中文", "ko": "한국어",
}  # fmt: skip
AGES: Final = {
    "under_50": gettext_lazy("49歳まで"),
    "50_64": gettext_lazy("50歳から64歳"),
    "65_74": gettext_lazy("65歳から74歳"),
    "75_84": gettext_lazy("75歳から84歳"),
    "85_over": gettext_lazy("85歳から"),
    "unknown": gettext_lazy("分からない・答えない"),
}


def span(starts_at: datetime, ends_at: datetime, language: str) -> str:
    """「2026年6月24日(水)午後1時から午後3時まで」."""
    end = format_time(ends_at.astimezone(TOKYO), language)
    return _("%(begin)sから%(end)sまで") % {"begin": format_datetime(starts_at, language), "end": end}


def day_of(at: datetime, language: str) -> str:
    """The day of a moment."""
    return format_date(at.astimezone(TOKYO).date(), language)


def spoken(language: str) -> SafeString | str:
    """A language by its own name."""
    return written(Picked(LANGUAGES[language], language)) if language in LANGUAGES else ""


def typed(text: str) -> SafeString | str:
    """What the division typed in Japanese, "" where it typed nothing."""
    return written(text) if text else ""


def chip(found: OfferingView | None, course: CourseView) -> tuple[str, str]:
    """Status key and word of a class: may one enter now?"""
    if course.state == "cancelled":
        return "withdrawn", _("中止")
    return (CHIPS[found.stands(clock.now())], "") if found else ("", "")


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
    if entry.state == "held":
        return _("参加の返事待ち")
    if entry.state == "cancelled":
        return _("中止")
    if entry.state == "lost" and mode != "lottery":
        return _("終わりました")
    return ""


def conditions(plan: Plan) -> list[str]:
    """Who may enter, in sentences."""
    found = [_("区に住んでいる方(住民登録のある方)")] if plan.residents_only else []
    if plan.age_least is not None:
        found.append(_("初回の日に%(least)d歳以上の方") % {"least": plan.age_least})
    return found
