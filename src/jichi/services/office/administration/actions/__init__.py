"""The use cases of administration, one function each."""

from .people import apply_people_load, drop_people_load, invite_people, read_people_load
from .plans import answer_orphans, cancel_plan, carry_out_due, confirm_plan, save_plan

__all__ = [
    "answer_orphans", "apply_people_load", "cancel_plan", "carry_out_due", "confirm_plan", "drop_people_load",
    "invite_people", "read_people_load", "save_plan",
]  # fmt: skip
