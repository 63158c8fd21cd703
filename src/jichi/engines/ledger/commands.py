"""`jichi ledger balances`, `late`, `check`, `close-days`, `close-year`: the books at the command line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from typing import Final

from jichi.engines.audit.context import system_actor, unit
from jichi.kernel import clock
from jichi.kernel.calendar import parse_date
from jichi.kernel.errors import JichiError

from . import actions, queries
from .checking import look_at_all
from .errors import MESSAGES

ACTOR: Final = system_actor("ledger.command")


def main(argv: Sequence[str]) -> int:
    """Run `ledger …`; status 0 done, 1 refused (nothing is changed then), or the books are wrong."""
    given = _parser().parse_args(list(argv))
    if given.what == "check":
        return _check()
    try:
        {"balances": _balances, "late": _late, "close-days": _close_days, "close-year": _close_year}[given.what](given)
    except JichiError as error:
        sys.stderr.write(MESSAGES[error.code].format_map(error.params) + "\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="jichi ledger", description="帳簿(docs/ledger.md)")
    commands = parser.add_subparsers(dest="what", required=True)
    balances = commands.add_parser("balances", help="残高試算表")
    balances.add_argument("--on", type=parse_date, metavar="日", help="この日の終わりの残高(なければ今日)")
    balances.add_argument("--year", type=int, metavar="年度", help="この会計年度だけ")
    balances.add_argument("--division", type=int, metavar="課", help="この課だけ(課の番号)")
    late = commands.add_parser("late", help="締めたあとに来て、後の日に記帳したもの")
    late.add_argument("--limit", type=int, default=100, metavar="行")
    commands.add_parser("check", help="すべての仕訳を調べる(毎晩の点検と同じ)")
    days = commands.add_parser("close-days", help="この日までを締める(元に戻せません)")
    days.add_argument("through", type=parse_date, metavar="日")
    year = commands.add_parser("close-year", help="会計年度の出納を閉鎖し、残高を繰り越す(元に戻せません)")
    year.add_argument("fiscal_year", type=int, metavar="年度")
    return parser


def _balances(given: argparse.Namespace) -> None:
    on: date = given.on or clock.today()
    with unit(ACTOR):
        found = queries.balances(on=on, fiscal_year=given.year, division_id=given.division)
        chart = queries.accounts()
    sys.stdout.write("科目,名前,残高\n")
    sys.stdout.writelines(f"{one.code},{one.title},{found.get(one.code, 0)}\n" for one in chart)
    sys.stdout.write(f",合計,{sum(found.values())}\n")


def _late(given: argparse.Namespace) -> None:
    with unit(ACTOR):
        found = queries.late_postings(limit=given.limit)
    sys.stdout.write("仕訳,科目,金額,本来の日,本来の年度,記帳した日,記帳した年度\n")
    sys.stdout.writelines(
        f"{one.key},{one.account},{one.yen},{one.belongs_on},{one.belongs_year},{one.booked_on},{one.fiscal_year}\n"
        for one in found
    )


def _check() -> int:
    found = look_at_all()
    sys.stdout.write("".join(f"{one}\n" for one in found.wrong) or "帳簿に誤りはありません。\n")
    return 1 if found.wrong else 0


def _close_days(given: argparse.Namespace) -> None:
    fresh = actions.close_days(actor=ACTOR, through=given.through)
    sys.stdout.write(f"{given.through}までを締めました。\n" if fresh else "すでに締めてあります。\n")


def _close_year(given: argparse.Namespace) -> None:
    fresh = actions.close_year(actor=ACTOR, fiscal_year=given.fiscal_year)
    sys.stdout.write(
        f"{given.fiscal_year}年度を閉鎖し、残高を繰り越しました。\n" if fresh else "すでに閉鎖してあります。\n"
    )
