"""The use cases of administration, one function each."""

from .people import apply_people_load, drop_people_load, invite_people, read_people_load

__all__ = ["apply_people_load", "drop_people_load", "invite_people", "read_people_load"]
