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

__all__ = [
    "Compared", "LoadView", "administrator_roles", "compared", "known_roles", "organisation", "own_mapping",
    "people_load", "people_loads", "person", "whole_organisation",
]  # fmt: skip
