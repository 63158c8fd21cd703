"""What residents and officials can do with account transfers."""

from __future__ import annotations

from .cycles import CycleMade, follow_results, run_cycle
from .entering import Taken, enter_mandate, hold_or_free, judge_payers, take_payers
from .registering import StartedPage, note_return, start_registration
from .settling import ask, settle
from .setup import change_bank, change_offer, set_bank, set_offer
from .slipping import send_slips
from .stopping import stop_mandate
from .working import close_entry

__all__ = [
    "CycleMade", "StartedPage", "Taken", "ask", "change_bank", "change_offer", "close_entry", "enter_mandate",
    "follow_results", "hold_or_free", "judge_payers", "note_return", "run_cycle", "send_slips", "set_bank", "set_offer",
    "settle", "start_registration", "stop_mandate", "take_payers",
]  # fmt: skip
