"""What a file's name says: its day, whether it is a part of several, whether it holds changes only. By the mapping."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from .mapping import RegisterMapping


@dataclass(frozen=True, slots=True, kw_only=True)
class FileName:
    """`delivery` is the same for all parts of one delivery; `part` of `parts` counts from 1."""

    delivery: str
    as_of: date | None
    part: int = 1
    parts: int = 1
    is_difference: bool = False
    sequence: int | None = None
    """Running number of a file of changes, where the name carries one."""


def read_name(name: str, mapping: RegisterMapping) -> FileName:
    """What this name says. A part that can't be (3 of 2, 0 of 2) is none."""
    part = re.search(mapping.part, name) if mapping.part else None
    number, count = (int(part[1]), int(part[2])) if part else (1, 1)
    if part and not 1 <= number <= count:
        part, number, count = None, 1, 1
    changes = re.search(mapping.difference, name) if mapping.difference else None
    sequence = next((int(found) for found in changes.groups() if found), None) if changes else None
    return FileName(
        delivery=name[: part.start()] + "*" + name[part.end() :] if part else name, as_of=_day(name, mapping),
        part=number, parts=count, is_difference=changes is not None, sequence=sequence,
    )  # fmt: skip


def _day(name: str, mapping: RegisterMapping) -> date | None:
    found = re.search(mapping.file_date, name) if mapping.file_date else None
    try:
        return date(*(int(part) for part in found.groups())) if found else None
    except (TypeError, ValueError):
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """The last load that was applied: its day, and its number if it was one of changes."""

    as_of: date
    is_difference: bool = False
    sequence: int | None = None


def out_of_order(as_of: date, *, changes: bool, sequence: int | None, before: Before | None, today: date) -> str:
    """Why a file can't be taken in after what is there, in Japanese; "" if it can.

    A whole register replaces what is there and begins the count of changes anew, at 1. Changes without a number
    follow each other day by day.
    """
    if as_of > today:
        return f"{as_of}は、まだ来ていない日です。ファイルの名前か、指定した日を確かめてください。"
    if changes and before is None:
        return "差分は、全件のファイルを取り込んだ後でなければ取り込めません。"
    if before is None:
        return ""
    if as_of < before.as_of:
        return f"{before.as_of}現在のファイルを取り込み済みです。これは{as_of}現在で、それより古いものです。"
    if not changes:
        return ""
    if sequence is None:
        gap = (as_of - before.as_of).days
        return (
            "" if gap == 1 else f"前に取り込んだのは{before.as_of}現在です。次の日の差分ではありません({as_of}現在)。"
        )
    wanted = (before.sequence or 0) + 1 if before.is_difference else 1
    if sequence < wanted:
        return f"差分の{sequence}号は取り込み済みです。次は{wanted}号です。"
    return "" if sequence == wanted else f"差分の{wanted}号がまだです。{sequence}号より先に取り込んでください。"
