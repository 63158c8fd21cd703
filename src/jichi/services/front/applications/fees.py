"""What an application costs, in words: before it begins, on the check page."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from jichi.engines.forms.rules import FeeLine, FormDefinition, fee_total, price_list
from jichi.kernel import clock
from jichi.kernel.localized import pick
from jichi.kernel.money import Yen, format_yen


def fee_before(definition: FormDefinition, language: str) -> list[str]:
    """The price of each item today, one line each; a single line where there is one price, or none."""
    prices = price_list(definition, clock.today())
    if not prices:
        return [format_yen(Yen(0), language)]
    if len(prices) == 1 and isinstance(definition.fee, int):
        return [format_yen(Yen(prices[0].unit_yen), language)]
    return [f"{pick(line.title, language).text}: {format_yen(Yen(line.unit_yen), language)}" for line in prices]


def fee_told(lines: Sequence[FeeLine], language: str) -> list[str]:
    """Each line with its count and what it comes to, exemptions with their reason, then the total."""
    if not lines:
        return [format_yen(Yen(0), language)]
    told = [_line(line, language) for line in lines]
    total = format_yen(Yen(fee_total(lines)), language)
    return [*told, _("合計: %(amount)s") % {"amount": total}] if len(lines) > 1 or lines[0].count > 1 else told


def _line(line: FeeLine, language: str) -> str:
    title = pick(line.title, language).text
    each, amount = format_yen(Yen(line.unit_yen), language), format_yen(Yen(line.yen), language)
    said = f"{title}: {amount}" if line.count == 1 else f"{title}: {each} × {line.count} = {amount}"
    if line.exemption is None:
        return said
    return _("%(line)s(免除: %(reason)s)") % {"line": said, "reason": pick(line.exemption, language).text}
