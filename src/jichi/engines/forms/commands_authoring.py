"""`jichi procedure compare …`: work on definition files at the command line. None of it needs a database."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from .rules import DefinitionError, FormDefinition, compare, load_definition

_WEIGHTS: Final = {"content": "内容", "words": "文", "translation": "訳"}
_COMMANDS: Final = frozenset({"compare"})


def add_authoring(commands: Any) -> None:
    """Add this module's commands to the parser of `jichi procedure`."""
    comparing = commands.add_parser("compare", help="比べる: 2つの版で何が変わったかを、文で示す")
    comparing.add_argument("old", type=Path)
    comparing.add_argument("new", type=Path)
    comparing.add_argument("--json", action="store_true", help="結果をJSONで出す")


def is_authoring(command: str) -> bool:
    """Is it one of this module's commands?"""
    return command in _COMMANDS


def run_authoring(given: argparse.Namespace) -> int:
    """0 where it is done; 1 where a file can't be read or holds mistakes, told on standard error."""
    try:
        return _compare(given.old, given.new, as_json=given.json)
    except DefinitionError as error:
        sys.stderr.write("\n".join(str(problem) for problem in error.problems) + "\n")
    except (OSError, UnicodeError) as error:
        sys.stderr.write(f"ファイルが読めません({error})。\n")
    return 1


def _definition(path: Path) -> FormDefinition:
    try:
        return load_definition(path.read_text(encoding="utf-8-sig"))
    except DefinitionError:
        sys.stderr.write(f"{path}:\n")
        raise


def _compare(old: Path, new: Path, *, as_json: bool) -> int:
    found = compare(_definition(old), _definition(new))
    if as_json:
        sys.stdout.write(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=2) + "\n")
        return 0
    for one in found:
        sys.stdout.write(f"{_WEIGHTS[one.weight]} {one.path}: {one.sentence}\n")
        for sign, text in (("-", one.before), ("+", one.after)):
            sys.stdout.writelines(f"    {sign} {line}\n" for line in text.splitlines())
    counts = "、".join(f"{name}{sum(o.weight == key for o in found)}件" for key, name in _WEIGHTS.items())
    sys.stdout.write(f"違い{len(found)}件({counts})\n" if found else "違いはありません。\n")
    return 0
