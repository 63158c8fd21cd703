"""Reading what became of loads. Offered through `queries`; for officials who may confirm them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from jichi.engines.audit.context import Actor
from jichi.kernel.errors import Forbidden

from .models import RegisterLoad
from .permissions import CONFIRM

PAGE: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadView:
    """One load. `report`: rows, persons, new, changed, same, removed, residents_before, residents_after, dropped,
    unknown, missing and left_out columns, reasons to wait, errors (line, column, what, do), error_count."""

    key: UUID
    kind: str
    label: str
    as_of: date
    state: str
    started_at: datetime
    finished_at: datetime | None
    rows: int
    persons: int
    mapping: str
    encoding: str
    source_checksum: str
    started_by: UUID | None
    decided_by: UUID | None
    report: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadPage:
    """Loads, newest first; `next_after` continues the list, None at its end."""

    rows: tuple[LoadView, ...]
    next_after: int | None


_FIELDS: Final = (
    "key", "kind", "label", "as_of", "state", "started_at", "finished_at", "rows", "persons", "mapping", "encoding",
    "source_checksum", "started_by", "decided_by", "report",
)  # fmt: skip


def _require(actor: Actor) -> None:
    if actor.kind != "system" and not actor.may(CONFIRM):
        raise Forbidden("forbidden", permission=CONFIRM)


def loads(*, actor: Actor, after: int | None = None, limit: int = 20) -> LoadPage:
    """Loads of every kind, newest first. One statement.

    Raises:
        Forbidden: the actor may not confirm loads.
    """
    _require(actor)
    limit = max(1, min(limit, PAGE))
    rows = RegisterLoad.objects.order_by("-pk")
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows[: limit + 1])
    page = tuple(_view(row) for row in found[:limit])
    return LoadPage(rows=page, next_after=found[limit - 1].pk if len(found) > limit else None)


def load_of(*, actor: Actor, key: UUID) -> LoadView | None:
    """One load by its key; None if there is none. One statement.

    Raises:
        Forbidden: the actor may not confirm loads.
    """
    _require(actor)
    row = RegisterLoad.objects.filter(key=key).first()
    return _view(row) if row else None


def files_of_load(*, actor: Actor, key: UUID) -> tuple[Path, ...]:
    """Where the files of a load lie or lay on the server. One statement.

    Raises:
        Forbidden: the actor may not confirm loads.
    """
    _require(actor)
    path = RegisterLoad.objects.filter(key=key).values_list("path", flat=True).first()
    return tuple(Path(line) for line in (path or "").split("\n") if line)


def _view(row: RegisterLoad) -> LoadView:
    return LoadView(**{name: getattr(row, name) for name in _FIELDS})
