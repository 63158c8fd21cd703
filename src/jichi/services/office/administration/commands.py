"""`jichi people check`, `import`, `pull` and `export`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from jichi.design import catalogue
from jichi.engines.audit.context import system_actor, unit
from jichi.kernel.errors import JichiError

from . import actions, queries, rules
from .directory import FOR_PERSONS, Directory, fetch_ldif

ACTOR: Final = system_actor("people", purpose="people")
_SHOWN: Final = 20


def main(argv: Sequence[str]) -> int:
    """Run `people …`; status 0 done, 1 refused."""
    given = _parser().parse_args(list(argv))
    try:
        return int(given.run(given))
    except JichiError as error:
        _complain(catalogue.message(error.code, "ja", **error.params))
    except (OSError, ValueError) as error:
        _complain(str(error))
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="jichi people", description="職員と職の取込(docs/administration.md)")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, run, words in (
        ("check", _check, "say what a file would change, and change nothing"),
        ("import", _import, "take a file over: all of it or nothing"),
    ):
        command = commands.add_parser(name, help=words)
        command.add_argument("file", type=Path, help="CSV, TSV or LDIF")
        command.add_argument("--mapping", type=Path, help="YAML: which headings or attributes mean what")
        command.set_defaults(run=run)
    pull = commands.add_parser("pull", help="look at what a directory (LDAPS) would change; --apply takes it over")
    pull.add_argument("url", help="ldaps://directory.example")
    pull.add_argument("--base", required=True, help="where people are: ou=people,dc=example")
    pull.add_argument("--bind-dn", required=True, help="the account that reads")
    pull.add_argument("--password-file", required=True, type=Path, help="its password; a file of mode 600")
    pull.add_argument("--filter", default=FOR_PERSONS, help=f"default: {FOR_PERSONS}")
    pull.add_argument("--ca", type=Path, help="certificates to trust instead of the system's")
    pull.add_argument("--mapping", type=Path, help="YAML: which attributes mean what")
    pull.add_argument("--apply", action="store_true", help="take over what is found, all of it or nothing")
    pull.set_defaults(run=_pull)
    write = commands.add_parser("export", help="write everybody with their posts as CSV")
    write.add_argument("file", type=Path, help="- for standard output")
    write.set_defaults(run=_export)
    return parser


def _columns(given: argparse.Namespace) -> rules.Columns | None:
    if given.mapping is None:
        return None
    return rules.mapping_from(given.mapping.read_text("utf-8"), queries.known_roles())


def _found(data: bytes, columns: rules.Columns | None) -> queries.Compared:
    with unit(ACTOR):
        found = queries.compared(data, actor=ACTOR, columns=columns)
    for one in found.errors[:_SHOWN]:
        _say(f"  {one.line}行目 {one.column}: {catalogue.field_message(one.error, label=one.column, language='ja')}")
    for change in found.changes[:_SHOWN]:
        _say(f"  {change.line}行目 {change.row.login} {change.kind}: {change.before or 'なし'} → {change.after}")
    _say(f"行 {found.rows}、誤り {len(found.errors)}か所、変わるところ {len(found.changes)}件")
    return found


def _check(given: argparse.Namespace) -> int:
    return 1 if _found(given.file.read_bytes(), _columns(given)).errors else 0


def _pull(given: argparse.Namespace) -> int:
    """What the directory holds now, through the same look and the same import as a file of it."""
    columns = _columns(given)
    directory = Directory(
        url=given.url, base=given.base, bind_dn=given.bind_dn, password=given.password_file, filter=given.filter,
        ca=given.ca,
    )  # fmt: skip
    known = (columns or queries.own_mapping()).columns
    data = fetch_ldif(directory, dict.fromkeys(name for names in known.values() for name in names))
    if given.apply:
        return _taken(data, columns, urlsplit(given.url).hostname or "directory")
    return 1 if _found(data, columns).errors else 0


def _import(given: argparse.Namespace) -> int:
    return _taken(given.file.read_bytes(), _columns(given), given.file.name)


def _taken(data: bytes, columns: rules.Columns | None, name: str) -> int:
    found = _found(data, columns)
    if found.errors:
        _say("1件も取り込んでいません。")
        return 1
    key = actions.read_people_load(actor=ACTOR, filename=name, data=data, columns=columns)
    done = actions.apply_people_load(actor=ACTOR, id=key, expected=found.fingerprint, columns=columns)
    _say(f"取り込みました({done}件)。")
    return 0


def _export(given: argparse.Namespace) -> int:
    with unit(ACTOR):
        content = rules.write_people(queries.organisation())
    if str(given.file) == "-":
        sys.stdout.buffer.write(content)
    else:
        given.file.write_bytes(content)
    return 0


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


def _complain(text: str) -> None:
    sys.stderr.write(f"jichi people: {text}\n")
