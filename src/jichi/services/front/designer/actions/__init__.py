"""Use cases of the designer: begin a design, change it, have it published by a second person, stop a procedure."""

from .beginning import begin_copy, begin_empty, begin_from_file, begin_from_form, begin_new_version, give_up
from .changing import add_part, move_part, note_editing, put_part, remove_part, restore, save_part, try_out
from .examples import accept_outcome, change_example, keep_example, remove_example
from .publishing import approve, ask_publication, publish_due, refuse, stop_procedure, take_back

__all__ = [
    "accept_outcome", "add_part", "approve", "ask_publication", "begin_copy", "begin_empty", "begin_from_file",
    "begin_from_form", "begin_new_version", "change_example", "give_up", "keep_example", "move_part", "note_editing",
    "publish_due", "put_part", "refuse", "remove_example", "remove_part", "restore", "save_part", "stop_procedure",
    "take_back", "try_out",
]  # fmt: skip
