"""What a room announces: the shape of every `manifest.py`.

A manifest is cheap to import: code is named by dotted path ("jichi.engines.files.tasks.sweep")
and loaded only when it is needed.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal, TypeAlias

Audience: TypeAlias = Literal["public", "resident", "staff", "partner"]
Role: TypeAlias = str


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuEntry:
    """One line of a portal's navigation.

    `area` is a fixed top entry of the portal (journeys §1.2: "apply", "my", "work", "people",
    "services", ...); a room adds lines under it and can't add a top entry.
    """

    audience: Audience
    area: str
    label: Mapping[str, str]
    url_name: str
    permission: str = ""
    order: int = 100
    when: Literal["always", "signed_in", "signed_out"] = "always"
    words: str = ""
    """Other words by which the residents' search box finds the page, in any language; not shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """A right that roles may hold. Deny by default: what no role holds nobody may do."""

    key: str
    title: Mapping[str, str]
    roles: frozenset[Role] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Handler:
    """Runs `function` in the announcing transaction when `event` is announced; lower order first."""

    event: str
    function: str
    order: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalData:
    """A table that holds personal data: what, whose, why and how long (個人情報ファイル)."""

    table: str
    holds: str
    purpose: str
    retention: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """What a room deletes by itself when its time is over (保存年限), with a certificate.

    `over(key, day, limit)` gives [(object's key, what a hold may name, day it ended)] of what is over on a day, oldest
    first; `erase(key, object keys)` deletes and gives ({table: rows}, [SHA-256 of each row]). Both run as the platform.
    """

    key: str
    title: Mapping[str, str]
    table: str
    period: str
    starts: str
    basis: str
    deletes: str
    stays: str
    over: str
    erase: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A `jichi NAME …` command: `function(argv) -> exit status`."""

    name: str
    function: str
    help: str
    needs_database: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Periodic:
    """A background job by the clock: five-field cron in Asia/Tokyo."""

    name: str
    cron: str
    function: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """Work that every worker process repeats: `function() -> bool`, true when there may be more right now.

    Called again after `every` seconds, or at once after true. It runs in a thread of its own and must be
    safe in several workers at once.
    """

    name: str
    function: str
    every: float = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sandbox:
    """A stand-in for an outside peer (payment firm, identity provider, carrier) that the demo and tests run.

    Started as `python -m MODULE --port PORT --dir FOLDER`; it finds JICHI_ORIGIN (ours) and
    JICHI_SANDBOX_SECRET in its environment and must say on its pages that it is no real one.
    The room finds it as `settings.JICHI_PEERS[name]`: {"kind": "sandbox", "url": ..., "secret": ...}.
    """

    name: str
    module: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """A figure the house is steered by (指標): `function(first of the month) -> number | None` finds it for a month.

    None: there was nothing to count. `wanted` says which way is better: "up", "down" or "" (neither).
    """

    key: str
    title: Mapping[str, str]
    unit: str
    function: str
    wanted: Literal["up", "down", ""] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """A kind of event that programs outside may be told of, if they hold the permission."""

    kind: str
    title: Mapping[str, str]
    permission: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """All that the house needs to know of a room before loading it."""

    label: str
    path: str
    title: Mapping[str, str]
    systems: tuple[str, ...] = ()
    urls: Mapping[str, str] = field(default_factory=dict)
    """Mount point ("i18n:", "staff:", "public:", "api:" + path) → dotted urlconf."""
    menu: tuple[MenuEntry, ...] = ()
    mine: str = ""
    """Dotted function `(request) -> (cards under way, cards that are over)`: what a resident has in this room, newest
    first, for マイページ."""
    permissions: tuple[Permission, ...] = ()
    handlers: tuple[Handler, ...] = ()
    personal_data: tuple[PersonalData, ...] = ()
    retention: tuple[Retention, ...] = ()
    commands: tuple[Command, ...] = ()
    periodic: tuple[Periodic, ...] = ()
    loops: tuple[Loop, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    """Kept by engine statistics once a month, see its `queries.observations`."""
    message_templates: str = ""
    """Dotted tuple of `engines.messages.rules.Template`: the texts this room sends."""
    doctor: tuple[str, ...] = ()
    """Dotted functions `() -> list[Finding]` that `jichi doctor` and the health page ask."""
    sandboxes: tuple[Sandbox, ...] = ()
    api: str = ""
    """Dotted router of the operations that this room offers to programs under /api/v1/ ("….api.router")."""
    webhooks: tuple[Webhook, ...] = ()
    """Kinds of events that this room tells programs of (SQL `api_publish` in a handler)."""
    sample: str = ""
    """Dotted function `(SampleContext) -> None` that fills this room of the sample ward."""
    sample_order: int = 100


@lru_cache(maxsize=8)
def load_manifests(rooms: tuple[str, ...]) -> tuple[Manifest, ...]:
    """The manifests of the rooms (dotted package names), in the order given."""
    return tuple(importlib.import_module(f"{room}.manifest").MANIFEST for room in rooms)


def resolve(dotted: str) -> Callable[..., Any]:
    """The function or class that a manifest names by dotted path."""
    module, _, name = dotted.rpartition(".")
    return getattr(importlib.import_module(module), name)  # type: ignore[no-any-return]  # the name is text, so its type is not known


def permissions_of(manifests: Iterable[Manifest]) -> dict[str, Permission]:
    """All permissions by key; a key declared twice is an error of the house."""
    found: dict[str, Permission] = {}
    for manifest in manifests:
        for permission in manifest.permissions:
            if permission.key in found:
                raise ValueError(f"permission {permission.key} is declared twice")
            found[permission.key] = permission
    return found
