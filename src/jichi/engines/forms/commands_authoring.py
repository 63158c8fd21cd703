"""`jichi procedure compare|draft|translations …`: work on definition files at the command line, without a database."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from .drafting import draft_of
from .rules import (
    DefinitionError,
    FormDefinition,
    compare,
    load_definition,
    missing_count,
    translation_rows,
    with_translations,
)
from .translating import read_translations, translations_csv, translations_xlsx

_WEIGHTS: Final = {"content": "内容", "words": "文", "translation": "訳"}
_COMMANDS: Final = frozenset({"compare", "draft", "translations"})


def add_authoring(commands: Any) -> None:
    """Add this module's commands to the parser of `jichi procedure`."""
    comparing = commands.add_parser("compare", help="比べる: 2つの版で何が変わったかを、文で示す")
    comparing.add_argument("old", type=Path)
    comparing.add_argument("new", type=Path)
    comparing.add_argument("--json", action="store_true", help="結果をJSONで出す")
    drafting = commands.add_parser("draft", help="下書きを作る: ExcelかPDFの様式から、手続の定義ファイルを作る")
    drafting.add_argument("form", type=Path, help="様式のファイル(.xlsx か .pdf)")
    drafting.add_argument("-o", "--output", type=Path, help="書き出すファイル。なければ画面に出す")
    drafting.add_argument("--id", default="draft", help="手続の id")
    drafting.add_argument("--division", default="division", help="担当課のコード")
    texts = commands.add_parser("translations", help="訳す文の一覧を書き出す・取り込む(CSVかExcel)")
    ways = texts.add_subparsers(dest="way", required=True)
    for way, help_ in (("export", "一覧を書き出す"), ("import", "訳した一覧を、定義ファイルに取り込む")):
        one = ways.add_parser(way, help=help_)
        one.add_argument("file", type=Path, help="手続の定義ファイル")
        one.add_argument("list", type=Path, help="一覧のファイル(.csv か .xlsx)")


def is_authoring(command: str) -> bool:
    """Is it one of this module's commands?"""
    return command in _COMMANDS


def run_authoring(given: argparse.Namespace) -> int:
    """0 where it is done; 1 where a file can't be read or holds mistakes, told on standard error."""
    try:
        if given.command == "compare":
            return _compare(given.old, given.new, as_json=given.json)
        if given.command == "draft":
            return _draft(given.form, given.output, procedure_id=given.id, division=given.division)
        return _export(given.file, given.list) if given.way == "export" else _import(given.file, given.list)
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


def _export(file: Path, target: Path) -> int:
    source = file.read_text(encoding="utf-8-sig")
    target.write_bytes(translations_xlsx(source) if target.suffix == ".xlsx" else translations_csv(source))
    rows = translation_rows(source)
    sys.stdout.write(f"{target}: {len(rows)}文を書き出しました。訳のない文は{missing_count(rows)}です。\n")
    return 0


def _import(file: Path, given: Path) -> int:
    source = file.read_text(encoding="utf-8-sig")
    text = with_translations(source, read_translations(given.read_bytes()))
    before, after = translation_rows(source), translation_rows(text)
    changed = sum(a.texts != b.texts for a, b in zip(before, after, strict=True))
    if changed:
        file.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{file}: {changed}文を取り込みました。訳のない文は{missing_count(after)}です。\n")
    return 0


def _draft(form: Path, target: Path | None, *, procedure_id: str, division: str) -> int:
    """The file to where it is wanted; what to look at always to standard error."""
    made = draft_of(form.read_bytes(), procedure_id=procedure_id, division=division)
    if target is None:
        sys.stdout.write(made.source)
    elif target.exists():
        sys.stderr.write(f"{target} は、もうあります。書き換えません。\n")
        return 1
    else:
        target.write_text(made.source, encoding="utf-8")
    for one in made.findings:
        where = "、".join(part for part in (one.path, f"下書きの{one.line}行目" if one.line else "") if part)
        sys.stderr.write(f"{where}: {one.message} → {one.fix}\n" if where else f"{one.message} → {one.fix}\n")
    sys.stderr.write(f"{form}: {made.questions}個の質問を下書きしました。確かめるところ{len(made.findings)}。\n")
    return 0
