"""Mapping files (対応表): those that come with the platform, and the town's own in JICHI_HOME/register/mappings."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from django.conf import settings

from jichi.kernel.errors import NotFound

from ..rules.importing import MappingError, RegisterMapping, load_mapping

OURS: Final = Path(__file__).parent


def folder() -> Path:
    """Where files to be loaded lie on this server: JICHI_HOME/register."""
    return Path(settings.JICHI_HOME) / "register"


def _files() -> dict[str, Path]:
    found = {path.stem: path for path in sorted(OURS.glob("*.yaml"))}
    return found | {path.stem: path for path in sorted((folder() / "mappings").glob("*.yaml"))}


def mapping(name: str) -> RegisterMapping:
    """The mapping of this name; a town's own file goes before ours.

    Raises:
        NotFound: none of this name.
        MappingError: it can't be used; the text says why.
    """
    path = _files().get(name)
    if path is None:
        raise NotFound("registry.unknown_mapping")
    try:
        return load_mapping(path.read_text(encoding="utf-8"))
    except MappingError as error:
        raise MappingError(f"{path.name}: {error}") from error


def mappings() -> tuple[tuple[str, str], ...]:
    """Name and title of every mapping that can be used, by name."""
    found = []
    for name in sorted(_files()):
        try:
            found.append((name, mapping(name).title))
        except MappingError:
            continue  # `jichi register import --mapping NAME` says what is wrong with it
    return tuple(found)
