"""Checkers of the repository as a whole: locks, secrets, words, licences, papers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

SYSTEMS = tuple(f"S{number:02}" for number in range(1, 46))
WORKPLACE = {
    # Letters in brackets keep this list from finding itself.
    "path of a machine": re.compile(r"(?<![\w.}])/([w]ork|root|Users|home/\w+)/"),
    "word of a workplace": re.compile(
        # An agent with a mandate (代理人) is a word of the law; these others are not.
        r"\b([s]ub-?|[c]oding[ -]|[h]elper[ -]|[A]I[ -])[a]gents?\b|\b[s]ession (cut|budget)|\b[C]ONTRACT\d?\.md",
        re.IGNORECASE,
    ),
    "package host": re.compile(r"[p]ypi\.org|[p]ythonhosted\.org|[a]rtifactory|[r]egistry\.npmjs|--(extra-)?index-url"),
}
SECRETS = {
    "private key": re.compile(r"-----[B]EGIN [A-Z ]*PRIVATE KEY-----"),
    "access key": re.compile(r"\b(AKIA[0-9A-Z]{16}|ghp_[A-Za-z0-9]{36}|xox[abp]-[A-Za-z0-9-]{10,})\b"),
    "token": re.compile(r"\beyJ[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}\."),
    "secret in code": re.compile(
        r"""(?i)^[^#\n]*\b(secret_?key|password|passwd|api_?key|token)\b\s*[:=]\s*["'](?!for-test)[A-Za-z0-9+/_-]{12,}["']"""
    ),
}
COPYLEFT = re.compile(r"\b(A?GPL|GNU (Affero )?General Public)", re.IGNORECASE)
WEAK_COPYLEFT = re.compile(r"\bLGPL|GNU Lesser", re.IGNORECASE)
PUBLICCODE_KEYS = {
    "publiccodeYmlVersion": str, "name": str, "softwareVersion": str, "releaseDate": str, "platforms": list,
    "categories": list, "developmentStatus": str, "softwareType": str, "intendedAudience": dict, "description": dict,
    "legal": dict, "maintenance": dict, "localisation": dict,
}  # fmt: skip
STATES = {"works": "works", "in part": "in part", "not yet": "", "動く": "works", "一部": "in part", "これから": ""}
"""What a README says of a system → what that means; "" for: no room says it is there."""
MARKDOWN_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)#\s]+)(#[^)\s]*)?\)")


def lock_findings(name: str, text: str) -> list[str]:
    """A lock file names versions and hashes, never a place to fetch them from."""
    place = re.compile(r".*://|\s*(-i|-f|--[\w-]*index|--find)")
    return [f"{name}:{n}: {line.strip()}" for n, line in enumerate(text.splitlines(), 1) if place.match(line)]


def pattern_findings(name: str, text: str, patterns: Mapping[str, re.Pattern[str]]) -> list[str]:
    """Lines that hold what no file of the repository may hold."""
    return [
        f"{name}:{number}: {what}: {match[0].strip()[:60]}"
        for number, line in enumerate(text.splitlines(), 1)
        for what, pattern in patterns.items()
        if (match := pattern.search(line))
    ]


def licence_findings(distributions: Iterable[tuple[str, str]], allowed: Mapping[str, str]) -> list[str]:
    """Runtime dependencies under a copyleft licence: strong never, weak with a reviewed reason."""
    found = []
    seen = set()
    for name, licence in distributions:
        seen.add(name)
        if WEAK_COPYLEFT.search(licence):
            if name not in allowed:
                found.append(f"{name}: {licence} needs a reason in reviewed.py and a decision record")
        elif COPYLEFT.search(licence):
            found.append(f"{name}: {licence}")
        elif not licence.strip():
            found.append(f"{name}: no licence given")
    return found + [f"{name} is an exception but not a dependency" for name in allowed if name not in seen]


def publiccode_findings(data: Mapping[str, Any]) -> list[str]:
    """Keys that publiccode.yaml must have, with values of the right kind."""
    found = [f"{key} is missing" for key in PUBLICCODE_KEYS if key not in data]
    found += [
        f"{key} is a {type(data[key]).__name__}"
        for key, kind in PUBLICCODE_KEYS.items()
        if key in data and not isinstance(data[key], kind)
    ]
    for language, text in data.get("description", {}).items():
        found += [
            f"description.{language}.{key} is missing"
            for key in ("shortDescription", "longDescription")
            if key not in text
        ]
        if len(text.get("shortDescription", "")) > 150:
            found.append(f"description.{language}.shortDescription is over 150 characters")
    return found


def system_findings(text: str, implemented: Iterable[str]) -> list[str]:
    """The table of 45 systems in a README: each once, with its true state."""
    rows = dict(re.findall(r"^\|\s*(S\d\d)\s*\|.*\|\s*([^|]+?)\s*\|\s*$", text, re.MULTILINE))
    implemented = set(implemented)
    found = [f"{system} has no row" for system in SYSTEMS if system not in rows]
    for system, state in rows.items():
        if state not in STATES:
            found.append(f"{system}: {state!r} is not one of {', '.join(STATES)}")
        elif STATES[state] and system not in implemented:
            found.append(f"{system}: {state!r}, but no manifest names it")
        elif not STATES[state] and system in implemented:
            found.append(f"{system}: {state!r}, but a manifest names it")
    return found


def decision_findings(name: str, text: str) -> list[str]:
    """A decision record: title = decision, tags, the choice, what the alternative would have cost, 25 lines."""
    lines = text.strip().splitlines()
    found = [] if re.match(r"# \d{4}\. \S", lines[0]) else ["the title is not `# 0001. Decision`"]
    if not any(line.startswith("Tags: ") for line in lines):
        found.append("no tags")
    if not re.search(r"would (have )?(cost|loosened|made|broken)|\balternative\b", text):
        found.append("does not say what the alternative would have cost")
    if len(lines) > 25:
        found.append(f"{len(lines)} lines")
    return [f"{name}: {finding}" for finding in found]


def links_of(text: str) -> list[str]:
    """Relative links of a Markdown page."""
    return [match[1] for match in MARKDOWN_LINK.finditer(text) if not re.match(r"[a-z]+:|/", match[1])]
