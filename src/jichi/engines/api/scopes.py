"""What programs may be allowed: the permissions that some operation asks for, grouped by room."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings

from jichi.kernel.manifest import load_manifests

from .building import api, declared_operations


@dataclass(frozen=True, slots=True)
class ScopeGroup:
    """The permissions of one room: (key, Japanese name)."""

    title: str
    scopes: tuple[tuple[str, str], ...]


@lru_cache(maxsize=1)
def offered_permissions() -> frozenset[str]:
    """Keys that some operation asks for: no other may be given to a program."""
    return frozenset(one.permission for _method, _path, one in declared_operations(api()) if one.permission)


@lru_cache(maxsize=1)
def groups() -> tuple[ScopeGroup, ...]:
    """What may be given, by room, as administrators read it."""
    wanted, found = offered_permissions(), []
    for manifest in load_manifests(tuple(settings.JICHI_ROOMS)):
        of_room = tuple((p.key, p.title["ja"]) for p in manifest.permissions if p.key in wanted)
        if of_room:
            found.append(ScopeGroup(manifest.title["ja"], of_room))
    return tuple(found)
