"""What residents' pages say of houses and stays: people, meals, prices line by line, charges by date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jichi.design.html import written
from jichi.design.parts import Fact
from jichi.kernel.calendar import format_date, format_datetime
from jichi.kernel.localized import pick
from jichi.kernel.money import Yen, format_yen

from ..queries import StayView
from ..rules import ChargeFrom, Line, Tariff, charge_table

PERSONS: Final = {
    "resident_adult": gettext_lazy("区民の大人"),
    "resident_child": gettext_lazy("区民の子ども"),
    "works_adult": gettext_lazy("区内で働く・学ぶ大人"),
    "works_child": gettext_lazy("区内で働く・学ぶ方の子ども"),
    "other_adult": gettext_lazy("そのほかの大人"),
    "other_child": gettext_lazy("そのほかの子ども"),
    "infant": gettext_lazy("小さな子ども(布団なし)"),
}
PLANS: Final = {
    "none": gettext_lazy("食事なし"),
    "breakfast": gettext_lazy("朝食あり"),
    "two": gettext_lazy("夕食と朝食あり"),
}
MEALS: Final = {"breakfast": gettext_lazy("朝食"), "dinner": gettext_lazy("夕食")}
KINDS: Final = {"own": gettext_lazy("区の施設"), "inn": gettext_lazy("区が借りている旅館・ホテル")}
WHO: Final = {
    "resident": gettext_lazy("区に住んでいます"),
    "works": gettext_lazy("区内で働いている、または学校に通っています"),
}
CHIPS: Final = {
    "applied": "received", "waiting": "waiting_list", "offered": "place_offered", "held": "place_offered",
    "requested": "received", "booked": "approved", "arrived": "approved", "no_show": "expired",
    "cancelled": "withdrawn", "refused": "not_approved", "lost": "not_selected",
}  # fmt: skip
STATES: Final = {
    "applied": gettext_lazy("抽選を待っています"),
    "waiting": gettext_lazy("キャンセル待ち"),
    "offered": gettext_lazy("返事をしてください"),
    "held": gettext_lazy("支払ってください"),
    "requested": gettext_lazy("宿が確認しています"),
    "booked": gettext_lazy("予約できました"),
    "arrived": gettext_lazy("到着しました"),
    "no_show": gettext_lazy("泊まりませんでした"),
    "cancelled": gettext_lazy("取り消しました"),
    "refused": gettext_lazy("お受けできませんでした"),
    "lost": gettext_lazy("部屋を用意できませんでした"),
}


def yen(amount: int, language: str) -> str:
    """An amount as people read it."""
    return format_yen(Yen(amount), language)


def days(check_in: date, nights: int, language: str) -> str:
    """「12月24日(木)から26日(土)まで 2泊」."""
    return _("%(first)sから%(last)sまで、%(nights)d泊") % {
        "first": format_date(check_in, language), "last": format_date(check_in + timedelta(days=nights), language),
        "nights": nights,
    }  # fmt: skip


def party(people: Mapping[str, int]) -> list[str]:
    """Who comes, a line for each kind."""
    return [
        _("%(kind)s %(count)d人") % {"kind": PERSONS[kind], "count": people[kind]}
        for kind in PERSONS
        if people.get(kind)
    ]


def line(one: Line, tariff: Tariff, language: str) -> SafeString:
    """One line of a price with its rule: 「夏の期間 7月18日(土)から 区民の大人 5,000円 × 2人 × 2泊」."""
    if one.kind == "night":
        season = next((s.title for s in tariff.seasons if s.key == one.what), {"ja": one.what})
        what: object = format_html(
            "{} {}", written(pick(season, language)), _("%(day)sから") % {"day": format_date(one.first, language)}
        )
    elif one.kind == "meal":
        what = str(MEALS[one.what])
    else:
        what = written(one.what)
    return format_html(
        "{}: {} {}", what, PERSONS[one.person],
        _("%(unit)s × %(persons)d人 × %(nights)d泊") % {
            "unit": yen(one.unit_yen, language), "persons": one.persons, "nights": one.nights,
        },
    )  # fmt: skip


def bill(lines: Sequence[Line], tariff: Tariff, total: int, language: str) -> dict[str, Any]:
    """A price as a table: lines with their sums, and the whole."""
    return {
        "lines": [(line(one, tariff, language), yen(one.yen, language)) for one in lines],
        "total": yen(total, language),
    }  # fmt: skip


def charges(tariff: Tariff, before_tax_yen: int, check_in: date, language: str, today: date) -> list[tuple[str, str]]:
    """取消料 as dates: (until or from when, how much), what is over left out."""
    rows = charge_table(tariff, before_tax_yen=before_tax_yen, check_in=check_in)
    found = []
    for row, after in zip(rows, [*rows[1:], None], strict=True):
        if after is not None and after.first is not None and after.first <= today:
            continue
        found.append((_span(row, after, language), _charge(row, language)))
    return found


def _span(row: ChargeFrom, after: ChargeFrom | None, language: str) -> str:
    if after is not None and after.first is not None:
        until = after.first - timedelta(days=1)
        last = format_date(until, language)
        if row.first is None:
            return _("%(last)sまで") % {"last": last}
        if row.first == until:
            return last
        return _("%(first)sから%(last)sまで") % {"first": format_date(row.first, language), "last": last}
    return _("%(day)sから") % {"day": format_date(row.first, language)} if row.first else _("いつでも")


def _charge(row: ChargeFrom, language: str) -> str:
    if not row.percent:
        return _("無料")
    return _("%(percent)d%% (%(yen)s)") % {"percent": row.percent, "yen": yen(row.yen, language)}


def next_step(stay: StayView, language: str) -> str:
    """What the person may do or waits for."""
    if stay.state == "booked" and stay.prove_until:
        return _(
            "働いている、または学んでいる証明を、%(day)sまでに担当課へ見せてください。それまでは仮の予約です。"
        ) % {"day": format_date(stay.prove_until, language)}
    if stay.state == "booked":
        return _("%(day)sの午後3時から入れます。") % {"day": format_date(stay.check_in, language)}
    if stay.state == "held" and stay.pay_until:
        at = format_datetime(stay.pay_until, language)
        return _("%(at)sまでに払うと、予約が決まります。過ぎると、部屋は次の方に回ります。") % {"at": at}
    return {
        "requested": _("宿が部屋を確かめています。結果はお知らせ箱に届きます。"),
        "waiting": _("空きが出たら、お知らせ箱に届きます。"),
        "applied": _("抽選の結果は、お知らせ箱に届きます。"),
    }.get(stay.state, "")


def facts(stay: StayView, language: str) -> list[Fact]:
    """A stay as facts."""
    rows: list[tuple[str, Any]] = [
        (_("施設"), written(pick(stay.house_title, language))), (_("部屋"), written(pick(stay.room_title, language))),
        (_("日程"), days(stay.check_in, stay.nights, language)), (_("人数"), party(stay.party)),
        (_("食事"), str(PLANS[stay.meals])),
    ]  # fmt: skip
    found = [Fact(label=label, value=value) for label, value in rows]
    found += [Fact(label=_("代表者の氏名"), value=stay.name, name=True), Fact(label=_("電話番号"), value=stay.phone)]
    return found
