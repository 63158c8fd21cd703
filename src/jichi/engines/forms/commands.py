"""`jichi procedure check|compare|publish|schema`: definition files at the command line. Checking needs no database."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from .commands_authoring import add_authoring, is_authoring, run_authoring
from .rules import DefinitionError, Problem, errors_of, file_schema, lint, missing_translations, read_definition

SCHEMA = Path(__file__).parent / "schema" / "procedure.schema.json"
PUBLISH = "procedure-publish"
UNTRANSLATED = "definition.untranslated"
_OF_THE_HOUSE = frozenset({"definition.vacant_post", "definition.follows_unpublished"})
"""Warnings that only the database knows: told when publishing, as `check` can't."""
FEW = 5
"""So many missing translations are told one by one; more of them in one line, so that nothing else drowns."""


def main(argv: Sequence[str]) -> int:
    """check: 0 if every file could be published, 1 if not. schema: prints it. publish: publishes."""
    parser = argparse.ArgumentParser(prog="jichi procedure", description="手続の定義ファイル")
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help="点検する: 誤りと、訳の足りないところを行番号つきで示す")
    check.add_argument("files", nargs="+", type=Path)
    check.add_argument("--json", action="store_true", help="結果をJSONで出す")
    check.add_argument("--all", action="store_true", help="訳のない文も1つずつ示す")
    publish = commands.add_parser("publish", help="公開する: 同じ内容なら何も変えない")
    publish.add_argument("files", nargs="+", type=Path)
    schema = commands.add_parser("schema", help="JSON Schema を出す")
    schema.add_argument("--write", action="store_true", help="このソースの schema ファイルを書き直す")
    add_authoring(commands)
    given = parser.parse_args(list(argv))
    if is_authoring(given.command):
        return run_authoring(given)
    if given.command == "check":
        return _check(given.files, as_json=given.json, all_of_them=given.all)
    if given.command == "schema":
        return _schema(write=given.write)
    return _with_database(given.files)


def publish(argv: Sequence[str]) -> int:
    """`jichi procedure-publish FILE …`: what `jichi procedure publish` runs, on the database."""
    from jichi.engines.audit.context import system_actor
    from jichi.kernel.errors import JichiError

    from .actions import publish_definition
    from .errors import BadDefinition
    from .queries import publishing_problems

    paths = [Path(one) for one in argv]
    beside = {name for path in paths if (name := _id_of(path))}
    for path in paths:
        try:
            made = publish_definition(actor=system_actor("procedure.publish"), source=_read(path), beside=beside)
            _say_problems(path, [p for p in publishing_problems(_read(path), beside) if p.code in _OF_THE_HOUSE])
        except BadDefinition as error:
            _say_problems(path, error.problems)
            return 1
        except (JichiError, OSError, UnicodeError) as error:
            sys.stderr.write(f"{path}: {error}\n")
            return 1
        sys.stdout.write(f"{path}: {made.slug} 第{made.definition.version}版を公開しました。\n")
    return 0


def _id_of(path: Path) -> str:
    """The procedure's id, "" where the file can't be read: publishing says why."""
    try:
        return read_definition(_read(path))[0].id
    except (DefinitionError, OSError, UnicodeError):
        return ""


def _with_database(files: Sequence[Path]) -> int:
    from django.apps import apps

    if apps.ready:
        return publish([str(path) for path in files])
    # This command starts without a database, for `check`; publishing starts the same program anew with one.
    start = sys.orig_argv[1 : len(sys.orig_argv) - len(sys.argv) + 1]  # also when started as `python -m …`
    command = [sys.executable, *start, PUBLISH, *(str(path) for path in files)]
    os.execv(sys.executable, command)  # noqa: S606 - our own program, no shell
    return 0


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig")


def _check(files: Sequence[Path], *, as_json: bool, all_of_them: bool) -> int:
    failed = False
    report: list[dict[str, object]] = []
    for path in files:
        problems, missing = _problems(path)
        failed = failed or bool(errors_of(problems))
        if as_json:
            report += [
                {"file": str(path), "level": p.level, "code": p.code, "line": p.line, "path": p.path,
                 "message": p.message, "fix": p.fix} for p in problems
            ]  # fmt: skip
            continue
        _say_problems(path, problems, all_of_them=all_of_them)
        wrong = len(errors_of(problems))
        state = "公開できません" if wrong else "公開できます"
        sys.stdout.write(f"{path}: {state}。誤り{wrong}、注意{len(problems) - wrong}、未訳{missing}文\n")
    if as_json:
        sys.stdout.write(json.dumps(report, ensure_ascii=False, indent=2) + "\n")
    return 1 if failed else 0


def _problems(path: Path) -> tuple[tuple[Problem, ...], int]:
    try:
        definition, source = read_definition(_read(path))
    except DefinitionError as error:
        return error.problems, 0
    except (OSError, UnicodeError) as error:
        message = f"ファイルが読めません({error})。"
        return (Problem("definition.unreadable", 0, "", message, "UTF-8のファイルを指定する"),), 0
    return lint(definition, source, _routes()), len(missing_translations(definition))


def _routes() -> frozenset[str]:
    """Ids of the routes that the house has; by their files, for this command knows no database."""
    folder = Path(__file__).parents[1] / "routes" / "specs"
    return frozenset(file.stem for file in folder.glob("*.yaml"))


def _say_problems(path: Path, problems: Sequence[Problem], *, all_of_them: bool = False) -> None:
    words = {"error": "誤り", "warning": "注意"}
    missing = [problem for problem in problems if problem.code == UNTRANSLATED]
    together = len(missing) > FEW and not all_of_them
    for problem in problems:
        if not (together and problem.code == UNTRANSLATED):
            sys.stdout.write(f"{path}:{words[problem.level]} {problem}\n")
    if together:
        lines = ", ".join(str(line) for line in sorted({problem.line for problem in missing}))
        sys.stdout.write(
            f"{path}:注意 訳のない文が{len(missing)}あります({lines}行目)。日本語で表示されます。"
            "1つずつ見るには --all を付ける\n"
        )


def schema_text() -> str:
    """The schema file as it should stand in the source."""
    return json.dumps(file_schema(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _schema(*, write: bool) -> int:
    if write:
        SCHEMA.write_text(schema_text(), encoding="utf-8")
    else:
        sys.stdout.write(schema_text())
    return 0
