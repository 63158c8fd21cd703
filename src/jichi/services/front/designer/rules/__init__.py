"""Rules of the designer: definitions as plain data, their places, shapes, sentences and the file. Pure."""

from .editing import is_quick, read_part, typed_items, with_japanese, written_value
from .findings import Checked, Found, checked, unreadable
from .labels import HINTS, groups, label, word
from .making import BLANK, added, blank, empty_definition, facts, moved, moved_to_page, of_kind
from .merging import meets
from .places import (
    MISSING,
    Place,
    Plain,
    at,
    key_of,
    list_at,
    nearest_part,
    number_of,
    part_at,
    part_shapes,
    place_of,
    shape_at,
    texts_in,
    with_at,
    written,
)
from .references import renamed, uses
from .sentences import (
    CHOICES,
    Asked,
    all_asked,
    asked,
    columns_of,
    comparison,
    fact_asked,
    fact_name,
    japanese,
    name_of,
    questions,
    sentence,
    show_sentence,
)
from .shape import Shape, column_kinds, kinds, shapes_of
from .trying import PEOPLE, facts_for
from .wording import words_of
from .writing import ordered, to_yaml

__all__ = [
    "BLANK", "CHOICES", "HINTS", "MISSING", "PEOPLE", "Asked", "Checked", "Found", "Place", "Plain", "Shape",
    "added", "all_asked", "asked", "at", "blank", "checked", "column_kinds", "columns_of", "comparison",
    "empty_definition", "fact_asked", "fact_name", "facts", "facts_for", "groups", "is_quick", "japanese",
    "key_of", "kinds", "label", "list_at", "meets", "moved", "moved_to_page", "name_of", "nearest_part",
    "number_of", "of_kind", "ordered", "part_at", "part_shapes", "place_of", "questions", "read_part",
    "renamed", "sentence", "shape_at", "shapes_of", "show_sentence", "texts_in", "to_yaml", "typed_items",
    "unreadable", "uses", "with_at", "with_japanese", "word", "words_of", "written", "written_value",
]  # fmt: skip
