"""`jichi route check FILE…` and `jichi route schema`: route files at the command line; needs no database."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from .rules import Problem, RouteFileError, json_schema, read_spec


def main(argv: Sequence[str]) -> int:
    """check: 0 if every file can be used, 1 if not, with line, place and mend. schema: prints the JSON Schema."""
    parser = argparse.ArgumentParser(prog="jichi route", description="決裁経路のファイル")
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help="点検する: 誤りを行番号つきで示す")
    check.add_argument("files", nargs="+", type=Path)
    commands.add_parser("schema", help="JSON Schema を出す")
    given = parser.parse_args(list(argv))
    if given.command == "schema":
        sys.stdout.write(json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n")
        return 0
    return max(_check(path) for path in given.files)


def _check(path: Path) -> int:
    try:
        _, problems = read_spec(path.read_text(encoding="utf-8"))
    except RouteFileError as error:
        problems = error.problems
    except (OSError, UnicodeError) as error:
        problems = (
            Problem("route.unreadable", 1, "", f"ファイルを読めません({error})。", "UTF-8のファイルを指定する"),
        )
    for problem in problems:
        sys.stderr.write(f"{path}: {problem}\n")
    if any(problem.level == "error" for problem in problems):
        return 1
    sys.stdout.write(f"{path}: 使えます。\n")
    return 0
