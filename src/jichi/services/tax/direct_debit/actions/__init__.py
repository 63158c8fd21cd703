"""What residents and officials can do with account transfers."""

from __future__ import annotations

from .registering import StartedPage, note_return, start_registration
from .settling import ask, settle, sweep
from .setup import set_bank, set_offer
from .stopping import on_residents_left, stop_mandate
from .working import close_entry

__all__ = [
    "StartedPage", "ask", "close_entry", "note_return", "on_residents_left", "set_bank", "set_offer", "settle",
    "start_registration", "stop_mandate", "sweep",
]  # fmt: skip
