"""Use cases of classes."""

from .attending import arrive, mark_attendance, set_teacher
from .entering import Application, answer_offer, enter_course, name_participants
from .organising import cancel_course, change_course, copy_course, create_course, publish_course
from .telling import remind, tell_results

__all__ = [
    "Application",
    "answer_offer",
    "arrive",
    "cancel_course",
    "change_course",
    "copy_course",
    "create_course",
    "enter_course",
    "mark_attendance",
    "name_participants",
    "publish_course",
    "remind",
    "set_teacher",
    "tell_results",
]
