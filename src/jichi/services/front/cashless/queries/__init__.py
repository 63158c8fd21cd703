"""Reads of the counters. What an actor sees, row security decides; statements are counted in each docstring."""

from .desks import DeskView, FeeListView, brands, desk, desk_codes, desks, fee_at, fee_lists, fees_of, table_of_desks
from .money import day_sums, handovers
from .records import (
    DayView,
    SaleView,
    backs_of,
    day,
    days_of,
    gone_of,
    lines_of,
    open_day_of,
    sale,
    sales_of,
)
from .settlements import (
    DifferenceView,
    SettlementView,
    booked,
    difference,
    differences,
    firms,
    judged,
    settlement,
    settlements,
)
from .tablets import TabletView, tablets
from .usage import MonthUse, Use, usage

__all__ = [
    "DayView",
    "DeskView",
    "DifferenceView",
    "FeeListView",
    "MonthUse",
    "SaleView",
    "SettlementView",
    "TabletView",
    "Use",
    "backs_of",
    "booked",
    "brands",
    "day",
    "day_sums",
    "days_of",
    "desk",
    "desk_codes",
    "desks",
    "difference",
    "differences",
    "fee_at",
    "fee_lists",
    "fees_of",
    "firms",
    "gone_of",
    "handovers",
    "judged",
    "lines_of",
    "open_day_of",
    "sale",
    "sales_of",
    "settlement",
    "settlements",
    "table_of_desks",
    "tablets",
    "usage",
]
