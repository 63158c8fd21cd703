"""Reads of retreats. Each says how many statements it takes."""

from .houses import (
    ClosureView,
    FreeRoom,
    HouseView,
    LotteryView,
    RoomTypeView,
    TariffView,
    calendar,
    closures_of,
    free_for,
    house,
    houses_by_id,
    houses_of,
    published_houses,
)
from .stays import StayFilter, StayView, guests_of, in_line, member_count, own_stays, stay, stays, waiting_of

__all__ = [
    "ClosureView",
    "FreeRoom",
    "HouseView",
    "LotteryView",
    "RoomTypeView",
    "StayFilter",
    "StayView",
    "TariffView",
    "calendar",
    "closures_of",
    "free_for",
    "guests_of",
    "house",
    "houses_by_id",
    "houses_of",
    "in_line",
    "member_count",
    "own_stays",
    "published_houses",
    "stay",
    "stays",
    "waiting_of",
]
