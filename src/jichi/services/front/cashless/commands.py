"""`jichi desks load|fees|firm`: counters, fee lists and card firms from files, for operators."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from jichi.design.catalogue import field_message
from jichi.engines.audit.context import system_actor
from jichi.kernel.calendar import parse_date
from jichi.kernel.errors import JichiError

from . import actions
from .errors import MESSAGES

ACTOR: Final = system_actor("desks.command")


def main(argv: Sequence[str]) -> int:
    """Run `desks …`; status 0 done, 1 refused (nothing is changed then)."""
    given = _parser().parse_args(list(argv))
    try:
        sys.stdout.write(_done(given) + "\n")
    except actions.WrongFile as error:
        for one in error.lines:
            sys.stderr.write(f"{one.line}行目 {one.column}: {field_message(one.error, label=one.column)}\n")
        return 1
    except (JichiError, OSError, ValueError) as error:
        told = MESSAGES.get(error.code, error.code).format_map(error.params) if isinstance(error, JichiError) else error
        sys.stderr.write(f"{told}\n")
        return 1
    return 0


def _done(given: argparse.Namespace) -> str:
    data = given.file.read_bytes()
    if given.what == "load":
        return f"{actions.load_desks(actor=ACTOR, data=data):,}の窓口を登録しました。"
    if given.what == "fees":
        return f"{actions.load_fees(actor=ACTOR, data=data, valid_from=given.since):,}項目を登録しました。"
    told = json.loads(data)
    actions.set_firm(
        actor=ACTOR, code=told["code"], title=told["title"], division=told["division"], terms=told["terms"]
    )
    return f"{told['title']}との取り決めを登録しました。"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="jichi desks", description="キャッシュレス窓口(docs/cashless.md)")
    commands = parser.add_subparsers(dest="what", required=True)
    commands.add_parser("load", help="窓口を登録する(CSV)").add_argument("file", type=Path)
    fees = commands.add_parser("fees", help="料金表を登録する(CSV)")
    fees.add_argument("file", type=Path)
    fees.add_argument("--from", dest="since", type=parse_date, required=True, metavar="日", help="いつからの料金か")
    commands.add_parser("firm", help="決済会社との取り決めを登録する(JSON)").add_argument("file", type=Path)
    return parser
