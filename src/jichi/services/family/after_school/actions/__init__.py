"""What officials do: clubs, applications, months, fee tables, the monthly run, slips, reminders."""

from __future__ import annotations

from .children import apply_file, decide, leave, set_club, set_term
from .money import make_run, send_reminders, send_slips, tell_parents
from .online import take_case
from .plans import agree_plan, cancel_plan, check_plans, send_plan_slips
from .tables import approve_table, save_table

__all__ = [
    "agree_plan", "apply_file", "approve_table", "cancel_plan", "check_plans", "decide", "leave", "make_run",
    "save_table", "send_plan_slips", "send_reminders", "send_slips", "set_club", "set_term", "take_case",
    "tell_parents",
]  # fmt: skip
