"""The use cases of administration, one function each."""

from .people import apply_people_load, drop_people_load, invite_people, read_people_load
from .plans import answer_orphans, cancel_plan, carry_out_due, confirm_plan, save_plan
from .retention import erase_over, lift_hold, set_hold

__all__ = [
    "answer_orphans", "apply_people_load", "cancel_plan", "carry_out_due", "confirm_plan", "drop_people_load",
    "erase_over", "invite_people", "lift_hold", "read_people_load", "save_plan", "set_hold",
]  # fmt: skip
