"""Definitions and their search indexes, parsed once for each content."""

from __future__ import annotations

from .models import FormVersion
from .rules import FormDefinition, SearchIndex, index_of, load_definition

# Definitions are immutable and named by the hash of their content: a page never parses one twice.
_definitions: dict[str, FormDefinition] = {}
_indexes: dict[str, SearchIndex] = {}
_CACHED = 4000


def cached_definition(sha256: str, version_id: int) -> FormDefinition:
    """The definition with this hash; one statement the first time it is asked for."""
    found = _definitions.get(sha256)
    if found is None:
        source = FormVersion.objects.values_list("source", flat=True).get(pk=version_id)
        if len(_definitions) >= _CACHED:
            _definitions.clear()
            _indexes.clear()
        found = _definitions[sha256] = load_definition(source)
    return found


def cached_index(sha256: str, definition: FormDefinition) -> SearchIndex:
    """Its search index."""
    found = _indexes.get(sha256)
    if found is None:
        found = _indexes[sha256] = index_of(definition)
    return found
