"""`jichi inventory check`, `import` and `export`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from uuid import UUID

from jichi.design import catalogue
from jichi.engines.audit.context import system_actor, unit
from jichi.kernel.errors import FieldError, JichiError

from . import actions, queries, rules
from .queries import LoadView

ACTOR: Final = system_actor("inventory", purpose="inventory")
_SHOWN: Final = 20


def main(argv: Sequence[str]) -> int:
    """Run `inventory …`; status 0 done, 1 refused."""
    given = _parser().parse_args(list(argv))
    try:
        return int(given.run(given))
    except JichiError as error:
        _complain(catalogue.message(error.code, "ja", **error.params))
    except OSError as error:
        _complain(str(error))
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="jichi inventory", description="手続の棚卸し(docs/inventory.md)")
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help="say what a file would change, and change nothing")
    check.add_argument("file", type=Path)
    check.set_defaults(run=_check)
    load = commands.add_parser("import", help="take a file over: all of it or nothing")
    load.add_argument("file", type=Path)
    load.set_defaults(run=_import)
    write = commands.add_parser("export", help="write the inventory as CSV")
    write.add_argument("file", type=Path, help="- for standard output")
    write.set_defaults(run=_export)
    return parser


def _check(given: argparse.Namespace) -> int:
    with unit(ACTOR):
        found, wrong = queries.compared(given.file.read_bytes())
    for error in wrong[:_SHOWN]:
        words = catalogue.field_message(error.error, label=error.column, language="ja")
        _say(f"  {error.line}行目 {error.column}: {words}")
    new = sum(1 for one in found if one.before is None)
    _say(f"誤り {len(wrong)}か所、新しい手続 {new}件、変わる手続 {len(found) - new}件")
    return 1 if wrong else 0


def _import(given: argparse.Namespace) -> int:
    key = actions.read_load(actor=ACTOR, filename=given.file.name, data=given.file.read_bytes())
    load = _look(key)
    if load is None or load.state == "refused":
        for line, column, code, params in load.errors[:_SHOWN] if load else ():
            words = catalogue.field_message(FieldError(code, params), label=column, language="ja")
            _say(f"  {line}行目 {column}: {words}")
        _complain(f"{load.error_count if load else 0}か所の誤りがあります。何も取り込んでいません。")
        return 1
    actions.apply_load(actor=ACTOR, id=key, expected=load.fingerprint)
    _say(f"取り込みました。新しい手続 {load.new}件、変わった手続 {load.changed}件")
    return 0


def _look(key: UUID) -> LoadView | None:
    with unit(ACTOR):
        return queries.load(key)


def _export(given: argparse.Namespace) -> int:
    with unit(ACTOR):
        data = rules.write_file(queries.all_entries().values(), queries.division_names())
    if str(given.file) == "-":
        sys.stdout.buffer.write(data)
    else:
        given.file.write_bytes(data)
    return 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _complain(text: str) -> None:
    sys.stderr.write(f"{text}\n")
