"""Page parts as data: what a view hands to the component tags."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from .fields import FormField

Tone: TypeAlias = Literal["info", "todo", "done", "error", "neutral"]


@dataclass(frozen=True, slots=True)
class Link:
    """A link; `quiet` marks text with names from the register (no ruby)."""

    label: str
    url: str
    current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One line of a description list. `change_url` adds 変更する (read out with the label).

    `name` marks a value from the register (no ruby is put on it). `value` may be safe HTML or a list of lines.
    """

    label: str
    value: object = ""
    change_url: str = ""
    change_text: str = "action.change"
    name: bool = False
    lang: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One row of a timeline: when (aware datetime or date), what, who, by which way."""

    at: dt.datetime | dt.date
    what: str
    who: str = ""
    via: str = ""
    detail: str = ""
    detail_lang: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One line of a task list; `state`: not_started, in_progress, done, blocked (then `reason`)."""

    title: str
    state: Literal["not_started", "in_progress", "done", "blocked"] = "not_started"
    url: str = ""
    hint: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskGroup:
    """Tasks under one heading."""

    title: str
    tasks: Sequence[Task]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A card whose title is the link. `status` is a status key ("received"); `facts` are short lines."""

    title: str
    url: str = ""
    text: str = ""
    status: str = ""
    status_text: str = ""
    kind: str = ""
    facts: Sequence[tuple[str, str]] = ()
    action: str = ""
    name: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a list. `sort` = key sent as ?sort=key / ?sort=-key; `name` = from the register (no ruby)."""

    key: str
    title: str
    sort: bool = False
    number: bool = False
    name: bool = False
    head: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: cells in column order (text or safe HTML); the `head` column's cell becomes the link to `url`."""

    cells: Sequence[object]
    url: str = ""
    key: str = ""
    tone: Tone | str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A list with filters (archetype A6).

    `params` is the present query (request.GET as a dict of str); filter fields carry their value. `total` None =
    not counted. `after` / `before` are keyset cursors ("" = no such page), sent as ?after= / ?before=.
    `empty` is the sentence for "nothing at all"; "nothing matches" is shown by itself when a filter is set.
    `bulk` are (name, value, text) buttons for the selected rows and turn the rows' `key` into checkboxes.
    """

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    url: str
    params: Mapping[str, str] = field(default_factory=dict)
    filters: Sequence[FormField] = ()
    search: FormField | None = None
    sort: str = ""
    total: int | None = None
    first: int = 1
    after: str = ""
    before: str = ""
    csv_url: str = ""
    empty: str = ""
    bulk: Sequence[tuple[str, str, str]] = ()
    bulk_url: str = ""
    html_id: str = "list"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A long job (archetype A9): counts, phase, who started it when, and what one can do."""

    title: str
    done: int
    total: int
    phase: str = ""
    started: str = ""
    elapsed: str = ""
    remaining: str = ""
    refresh_url: str = ""
    stop_url: str = ""
    stop_note: str = ""
    state: Literal["running", "done", "failed", "stopped"] = "running"
    result: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A key figure: value with unit, goal and last year where there are any; `mark` ○△× with its word."""

    label: str
    value: str
    unit: str = ""
    target: str = ""
    last_year: str = ""
    mark: Literal["", "good", "partly", "bad"] = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """A named row of numbers; None = not published (秘匿)."""

    name: str
    values: Sequence[float | None]
    forecast_from: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Numbers as bars or lines, with the same numbers as a table. Axis from 0; at most five series.

    `description` says in a sentence what matters (read out instead of the picture).
    """

    title: str
    description: str
    labels: Sequence[str]
    series: Sequence[Series]
    unit: str = ""
    source: str = ""
    kind: Literal["bar", "line"] = "bar"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One aligned row of a comparison; `change`: added, removed, changed, same."""

    label: str
    before: str = ""
    after: str = ""
    change: Literal["added", "removed", "changed", "same"] = "changed"
    name: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Whom to ask (困ったとき): name, telephone as dialled and as shown, hours, page."""

    name: str
    phone: str = ""
    hours: str = ""
    place: str = ""
    url: str = ""
    url_text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergency:
    """The banner above the header, set by the disaster office, with its time."""

    title: str
    text: str = ""
    at: str = ""
    url: str = ""
    url_text: str = ""
