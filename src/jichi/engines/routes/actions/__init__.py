"""Use cases of routes: opening one, each act of a 決裁, and who is away or holds which rank."""

from .absences import cancel_absence, declare_absence
from .acting import (
    agree_step,
    approve_step,
    decide_route,
    insert_consent,
    mark_copy_read,
    pull_back,
    pull_up,
    read_afterwards,
    refuse_route,
    resubmit_route,
    send_back,
)
from .asking import answer_question, ask_about
from .ending import Hanging, Moving, end_post, what_hangs_on
from .opening import content_changed, open_route, withdraw_route
from .posts import rank_post, renew_turns, renew_turns_of_division, renew_turns_of_holding

__all__ = [
    "Hanging", "Moving", "agree_step", "answer_question", "approve_step", "ask_about", "cancel_absence",
    "content_changed", "decide_route", "declare_absence", "end_post", "insert_consent", "mark_copy_read",
    "open_route", "pull_back", "pull_up", "rank_post", "read_afterwards", "refuse_route", "renew_turns",
    "renew_turns_of_division", "renew_turns_of_holding", "resubmit_route", "send_back", "what_hangs_on",
    "withdraw_route",
]  # fmt: skip
