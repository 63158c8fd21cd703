"""Reads of administration."""

from .organisation import (
    Compared,
    LoadView,
    administrator_roles,
    compared,
    known_roles,
    organisation,
    own_mapping,
    people_load,
    people_loads,
    person,
    whole_organisation,
)
from .plans import PLATFORM, PlanView, Preview, overdue, plan, plan_view, plans, preview

__all__ = [
    "PLATFORM",
    "Compared",
    "LoadView",
    "PlanView",
    "Preview",
    "administrator_roles",
    "compared",
    "known_roles",
    "organisation",
    "overdue",
    "own_mapping",
    "people_load",
    "people_loads",
    "person",
    "plan",
    "plan_view",
    "plans",
    "preview",
    "whole_organisation",
]  # fmt: skip
