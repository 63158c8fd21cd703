"""Dates for calendar programs: RFC 5545. Times in UTC, so that no time zone table is needed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

OCTETS: Final = 73
"""A content line is folded after at most 75 octets (RFC 5545 §3.1); two are the line break's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One date. `uid` stays the same as long as it is the same date."""

    uid: str
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str
    url: str
    text: str = ""
    cancelled: bool = False
    changed_at: datetime


def calendar_text(name: str, entries: Iterable[Entry]) -> bytes:
    """The file of some dates."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Jichi//Calendar//JA",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(name)}",
    ]
    for one in entries:
        lines += [
            "BEGIN:VEVENT", f"UID:{_text(one.uid)}", f"DTSTAMP:{_moment(one.changed_at)}",
            f"DTSTART:{_moment(one.starts_at)}", f"DTEND:{_moment(one.ends_at)}", f"SUMMARY:{_text(one.title)}",
            f"LOCATION:{_text(one.place)}", f"URL:{one.url}", f"DESCRIPTION:{_text(one.text)}",
            f"STATUS:{'CANCELLED' if one.cancelled else 'CONFIRMED'}", "END:VEVENT",
        ]  # fmt: skip
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines).encode()


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(text: str) -> str:
    plain = text.replace("\\", "\\\\").replace(";", r"\;").replace(",", r"\,")
    return plain.replace("\r\n", r"\n").replace("\n", r"\n").replace("\r", "")


def _folded(line: str) -> str:
    """Long lines go on after a blank; no character is cut in two."""
    parts, now, octets = [], "", 0
    for character in line:
        size = len(character.encode())
        if octets + size > OCTETS:
            parts.append(now)
            now, octets = " ", 1
        now, octets = now + character, octets + size
    return "\r\n".join([*parts, now])
