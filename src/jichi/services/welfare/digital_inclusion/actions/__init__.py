"""Use cases of classes and help desks."""

from .attending import arrive, mark_attendance, set_teacher, take_arrival
from .desks import DeskContent, put_desk, put_topic, remove_day, set_day, set_hours
from .entering import Application, enter_course, name_participants
from .organising import (
    cancel_course,
    change_course,
    copy_course,
    create_course,
    give_back_team_places,
    leave_search,
    publish_course,
)
from .telling import ask, remind, tell_results
from .visits import Booked, Booking, book_visit, cancel_visit, finish_visit, receive_visit, walk_in

__all__ = [
    "Application",
    "Booked",
    "Booking",
    "DeskContent",
    "arrive",
    "ask",
    "book_visit",
    "cancel_course",
    "cancel_visit",
    "change_course",
    "copy_course",
    "create_course",
    "enter_course",
    "finish_visit",
    "give_back_team_places",
    "leave_search",
    "mark_attendance",
    "name_participants",
    "publish_course",
    "put_desk",
    "put_topic",
    "receive_visit",
    "remind",
    "remove_day",
    "set_day",
    "set_hours",
    "set_teacher",
    "take_arrival",
    "tell_results",
    "walk_in",
]
