"""What residents' pages say of money: prices, what an entry costs, what is kept when somebody cancels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from jichi.design.html import written
from jichi.engines.booking.rules.paying import CancelStep, steps_of
from jichi.engines.payments.queries import ChargeView
from jichi.engines.payments.rules import ChargeLine
from jichi.kernel.localized import pick
from jichi.kernel.money import Yen, format_yen

from ..rules import Content


def price(content: Content, language: str) -> SafeString | list[SafeString]:
    """The price, by class of persons where the division tells some, and what it says about it."""
    note = written(content.price_note) if content.price_note else ""
    if content.prices:
        rows = [format_html("{} {}", written(one.label), yen(one.yen, language)) for one in content.prices]
        return [*rows, *([format_html("{}", note)] if note else [])]
    amount = yen(content.price_yen, language)
    return format_html("{} {}", amount, note) if note else format_html("{}", amount)


def yen(amount: int, language: str) -> str:
    """An amount, or that it is free."""
    return format_yen(Yen(amount), language) if amount else _("無料")


def amount(amount_yen: int, language: str) -> str:
    """An amount, "0円" too."""
    return format_yen(Yen(amount_yen), language)


def standing(charge: ChargeView, language: str) -> str:
    """Paid or not, and what goes back."""
    if charge.state == "due":
        return _("まだ払っていません")
    if charge.state == "cancelled":
        return _("払う必要はありません")
    if charge.returned_yen:
        return _("払いました。%(back)sをお返しします") % {"back": amount(charge.returned_yen, language)}
    return _("払いました")


def lines(found: Sequence[ChargeLine], language: str) -> list[SafeString]:
    """Each line of what an entry costs, and the sum."""
    rows = [
        format_html(
            "{} {} × {}", written(pick(one.title, language)), format_yen(Yen(one.unit_yen), language), one.count
        )
        for one in found
    ]
    total = format_yen(Yen(sum(one.amount_yen for one in found)), language)
    return [*rows, format_html("{}", _("合計 %(total)s") % {"total": total})]


def cancel_words(table: Sequence[Mapping[str, int]] | Sequence[CancelStep]) -> list[str]:
    """What is kept when somebody cancels, a sentence for each step; nothing where nothing is kept."""
    steps = steps_of(
        [{"days": one.days, "percent": one.percent} if isinstance(one, CancelStep) else one for one in table]
    )
    found = []
    for one in steps:
        given = {"days": one.days, "percent": one.percent}
        if one.days == 0:
            found.append(_("当日: 料金の%(percent)d%%") % given)
        else:
            found.append(_("%(days)d日前から: 料金の%(percent)d%%") % given)
    return found
