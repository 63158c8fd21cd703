"""Reads of classes: what is on, one class, who takes part, sessions of an instructor. Each says its statements."""

from .courses import CourseView, Filter, SessionView, course, courses_by_id, courses_of_divisions, listed, taught_by
from .people import (
    Enrolled,
    Member,
    attendance_counts,
    attended,
    by_token,
    enrolled,
    enrolled_by,
    enrolment,
    roll,
)

__all__ = [
    "CourseView",
    "Enrolled",
    "Filter",
    "Member",
    "SessionView",
    "attendance_counts",
    "attended",
    "by_token",
    "course",
    "courses_by_id",
    "courses_of_divisions",
    "enrolled",
    "enrolled_by",
    "enrolment",
    "listed",
    "roll",
    "taught_by",
]
