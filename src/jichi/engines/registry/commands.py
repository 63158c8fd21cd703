"""`jichi register import`, `import-organisations`, `towns`, `export`, `schema` and `status`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from jichi.design import catalogue
from jichi.engines.audit.context import system_actor
from jichi.kernel import clock
from jichi.kernel.errors import JichiError

from . import actions, queries
from .errors import FileRefused
from .rules.importing import ENCODINGS, MappingError, json_schema
from .rules.towns import Refused

ACTOR: Final = system_actor("register", purpose="register_import")
STATES: Final = {
    "checking": "確認中", "refused": "取り込まなかった(誤りあり)", "ready": "確認済み(まだ取り込んでいない)",
    "waiting": "職員の確認待ち", "applied": "取り込んだ", "unchanged": "前と同じファイル(何もしていない)",
    "dropped": "取りやめた", "failed": "途中で止まった(前のまま)",
}  # fmt: skip
_STATUS: Final = {"applied": 0, "unchanged": 0, "ready": 0, "waiting": 3}
_SHOWN: Final = 20


def main(argv: Sequence[str]) -> int:
    """Run `register …`; status 0 done, 1 refused, 3 waits for an official."""
    given = _parser().parse_args(list(argv))
    try:
        return int(given.run(given))
    except FileRefused as refused:
        for line in refused.lines[:_SHOWN]:
            _say(f"  {line}")
        _complain(catalogue.message(refused.code, "ja", **refused.params))
    except JichiError as error:
        _complain(catalogue.message(error.code, "ja", **error.params))
    except (MappingError, OSError, UnicodeDecodeError) as error:
        _complain(str(error))
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="jichi register", description="住民情報の写しの取込(docs/register-import.md)")
    commands = parser.add_subparsers(dest="command", required=True)
    load = commands.add_parser("import", help="take files in, in the order given: all of each or nothing of it")
    load.add_argument("files", nargs="+", type=Path, metavar="FILE")
    load.add_argument("--mapping", default="standard", help="name of the mapping (default: standard)")
    load.add_argument("--as-of", type=date.fromisoformat, help="the day the file describes, if its name does not say")
    load.add_argument("--dry-run", action="store_true", help="only look, change nothing")
    load.set_defaults(run=_import)
    bodies = commands.add_parser("import-organisations", help="take bodies and their officers in")
    bodies.add_argument("bodies", type=Path, help="CSV of bodies")
    bodies.add_argument("officers", type=Path, nargs="?", help="CSV of officers")
    bodies.set_defaults(run=_organisations)
    places = commands.add_parser("towns", help="take readings and centres (CSV) or shapes (GeoJSON) of towns in")
    places.add_argument("file", type=Path)
    places.add_argument("--credit", default="", help="whose shapes they are; said below every map")
    places.set_defaults(run=_towns)
    export = commands.add_parser("export", help="write the mirror in a mapping's shape, for rehearsals")
    export.add_argument("file", type=Path)
    export.add_argument("--mapping", default="standard")
    export.set_defaults(run=_export)
    schema = commands.add_parser("schema", help="the JSON Schema of mapping files, for editors")
    schema.set_defaults(run=_schema)
    commands.add_parser("status", help="what the mirror holds, and the last loads").set_defaults(run=_status)
    return parser


def _import(given: argparse.Namespace) -> int:
    worst, done = 0, set[Path]()
    for path in given.files:
        if path.resolve() in done:
            continue  # it went in with the other parts of its delivery
        outcome = actions.import_register(
            actor=ACTOR, path=path.resolve(), mapping=given.mapping, as_of=given.as_of, dry_run=given.dry_run
        )
        done |= set(queries.files_of_load(actor=ACTOR, key=outcome.key))
        _say(f"{path.name}: {STATES[outcome.state]}")
        _print(outcome.report)
        worst = max(worst, _STATUS.get(outcome.state, 1))
        if outcome.state == "waiting":
            _say("  職員ポータルの「住民情報の取込」で、確認してください。")
    return worst


def _print(report: Mapping[str, Any]) -> None:
    """The figures of a load, line by line."""
    if "rows" in report:
        numbers = {"履歴": "rows", "人": "persons", "新しい行": "new", "変わった行": "changed", "なくなる行": "removed"}
        _say("  " + "、".join(f"{words} {report[key]:,}" for words, key in numbers.items() if key in report))
    if "residents_after" in report:
        _say(f"  住民 {report['residents_before']:,}人 → {report['residents_after']:,}人")
    for words, key in (("対応表にない列(取り込みません)", "unknown"), ("ファイルにない列", "missing")):
        if report.get(key):
            _say(f"  {words}: {'、'.join(report[key])}")
    for reason in report.get("reasons", ()):
        _say(f"  {reason}")
    for error in report.get("errors", ())[:_SHOWN]:
        place = f"{error['line']}行目" + (f"の「{error['column']}」" if error["column"] else "")
        _say(f"  {place}: {error['what']}{error['do']}")
    if report.get("error_count", 0) > _SHOWN:
        _say(f"  ほかにも誤りがあります。全部で{report['error_count']:,}か所です。")


def _organisations(given: argparse.Namespace) -> int:
    officers = given.officers.read_text(encoding="utf-8-sig") if given.officers else ""
    loaded = actions.import_organisations(
        actor=ACTOR, bodies=given.bodies.read_text(encoding="utf-8-sig"), officers=officers, label=given.bodies.name,
        as_of=clock.today(),
    )  # fmt: skip
    _say(f"団体 {loaded.organisations:,}、役員 {loaded.officers:,}、新しいか変わったもの {loaded.changed:,}")
    return 0


def _towns(given: argparse.Namespace) -> int:
    try:
        taken = actions.import_towns(
            actor=ACTOR, data=given.file.read_bytes(), credit=given.credit, label=given.file.name
        )
    except Refused as refused:
        for one in refused.lines[:_SHOWN]:
            place = (f"{one.line}行目" if one.line else "") + (f"の「{one.column}」" if one.column else "")
            _say(f"  {place}: {catalogue.field_message(one.error, label=one.column or 'ファイル', language='ja')}")
        raise
    _say(f"町 {taken.rows:,}、新しい町 {taken.new:,}、変わった町 {taken.changed:,}")
    return 0


def _export(given: argparse.Namespace) -> int:
    rows = actions.export_register(actor=ACTOR, path=given.file, mapping=given.mapping)
    _say(f"{rows:,}行を書き出しました: {given.file}")
    _say("個人情報です。住所を伏せている人の住所も入っています。用が済んだら消してください。")
    return 0


def _schema(_given: argparse.Namespace) -> int:
    _say(json.dumps(json_schema(), ensure_ascii=False, indent=1))
    return 0


def _status(_given: argparse.Namespace) -> int:
    state = queries.register_state()
    if not state.kind:
        _say("住民情報はまだありません。")
    else:
        _say(f"{state.label}: {state.residents:,}人({state.as_of}現在)")
    for load in queries.loads(actor=ACTOR, limit=10).rows:
        written = ENCODINGS.get(load.encoding, "")
        _say(f"  {load.started_at:%Y-%m-%d %H:%M} {load.label} {STATES[load.state]} {load.rows:,}行 {written}".rstrip())
    return 0


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _complain(text: str) -> None:
    sys.stderr.write(f"jichi register: {text}\n")
