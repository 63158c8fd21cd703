"""`jichi receipts partner` and `take`: terms with agents, and files too large for a page."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from uuid import UUID

from jichi.engines.audit.context import system_actor, unit
from jichi.kernel.errors import Invalid, JichiError

from . import actions, queries
from .errors import words

ACTOR: Final = system_actor("receipts", purpose="receipts")
_SHOWN: Final = 20


def main(argv: Sequence[str]) -> int:
    """Run `receipts …`; status 0 done, 1 refused (nothing is taken in then)."""
    given = _parser().parse_args(list(argv))
    try:
        return int(given.run(given))
    except Invalid as error:
        for name, wrong in error.fields.items():
            _complain(f"{name}: {words(wrong.code, wrong.params)}")
    except JichiError as error:
        _complain(words(error.code, error.params))
    except (OSError, ValueError) as error:
        _complain(str(error))
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="jichi receipts", description="収納のファイル(docs/bankfiles.md)")
    commands = parser.add_subparsers(dest="command", required=True)
    partner = commands.add_parser("partner", help="相手方との取り決めをJSONのファイルから登録する")
    partner.add_argument("file", type=Path)
    partner.set_defaults(run=_partner)
    take = commands.add_parser("take", help="ファイルを読んで取り込む: 全部か、何もしないか")
    take.add_argument("file", type=Path)
    take.add_argument("--partner", required=True)
    take.add_argument("--purpose", choices=("receipts", "remittance", "credits"), default="receipts")
    take.set_defaults(run=_take)
    return parser


def _partner(given: argparse.Namespace) -> int:
    found = json.loads(given.file.read_text(encoding="utf-8"))
    actions.set_partner(
        actor=ACTOR, code=found["code"], kind=found["kind"], title=found["title"], terms=found.get("terms", {})
    )
    _say(f"登録しました: {found['title']}")
    return 0


def _take(given: argparse.Namespace) -> int:
    id, is_taken = actions.take_whole(
        actor=ACTOR, partner=given.partner, purpose=given.purpose, filename=given.file.name,
        data=given.file.read_bytes(),
    )  # fmt: skip
    with unit(ACTOR):
        found = queries.taken_file(id)
    if found is None or found.state == "refused":
        return _refused(id)
    if not is_taken:
        _say(f"同じファイルは{found.number}番として取り込み済みです。何も変えていません。")
        return 0
    _say(f"{found.number}番 {found.rows:,}行 {found.amount_yen:,}円を取り込みました。")
    _say("、".join(f"{name} {value}" for name, value in found.outcome.items() if name != "by_meaning"))
    return 0


def _refused(id: UUID) -> int:
    with unit(ACTOR):
        found = queries.taken_file(id)
    for level, line, place, code, params in found.problems[:_SHOWN] if found else ():
        _complain(f"{'誤り' if level == 'error' else '注意'} {line}行目 {place}: {words(code, params)}")
    _complain(f"{found.error_count if found else 0:,}か所の誤りがあります。何も取り込んでいません。")
    return 1


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _complain(text: str) -> None:
    sys.stderr.write(f"{text}\n")
