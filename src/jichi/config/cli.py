"""The `jichi` command. Subcommands are named here or by the rooms, and loaded only when called."""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Sequence
from typing import Final

from jichi.kernel.manifest import Command, load_manifests, resolve

from .environment import WrongSetting, checkout_root
from .rooms import ROOMS

USAGE: Final = 2

_START: Final = """
demo        demo.demo         a sample ward, everything running  見本の区を動かす
up          demo.up           your own ward: no sample data, needs settings  本番で動かす
"""
_LOOK_AFTER: Final = """
doctor      doctor.main       what is missing or wrong, and how to mend it  点検
migrate     upkeep.migrate    bring the database up to date  データベースの更新
psql        upkeep.psql       the database's own prompt  データベースに入る
backup      backup.commands.backup  save everything while people work; list, verify  バックアップ
restore     backup.restore_command.restore  put a backup back, proven equal  復元
upgrade     upgrade.main      check, save, migrate, verify; says how to go back  版を上げる
sample      upkeep.sample     make or load a sample ward  見本データ
"""
_DEVELOP: Final = """
test        verify.test       everything CI runs  すべての検査
check       verify.check      linters and types only, no tests  書式と型だけ
bench       verify.bench      measure the figures of bench/  計測
messages    catalogs.main     translations: extract, check, compile  翻訳
manage      upkeep.manage     Django's own commands
"""
_SINGLE: Final = """
web         upkeep.web        the web server alone  ウェブ
"""


def _table(text: str) -> tuple[Command, ...]:
    rows = (line.split(None, 2) for line in text.strip().splitlines())
    return tuple(Command(name=name, function=f"jichi.config.{function}", help=about) for name, function, about in rows)


_GROUPS: Final[tuple[tuple[str, tuple[Command, ...]], ...]] = (
    ("Start  動かす", _table(_START)),
    ("Look after  世話をする", _table(_LOOK_AFTER)),
    ("Develop  開発する", _table(_DEVELOP)),
    ("Single processes, which the commands above start  個々のプロセス", _table(_SINGLE)),
)
_OWN_DATABASE: Final = frozenset({command.name for _, commands in _GROUPS for command in commands})
"""Ours open the database themselves where they need one; rooms' commands get it opened."""


def commands() -> dict[str, Command]:
    """All subcommands by name; a room can't take a name that is taken."""
    found = {command.name: command for _, group in _GROUPS for command in group}
    for manifest in load_manifests(ROOMS):
        for command in manifest.commands:
            if command.name in found:
                raise ValueError(f"the command {command.name!r} of {manifest.path} exists already")
            found[command.name] = command
    return found


def help_text(found: dict[str, Command]) -> str:
    """What `jichi --help` prints."""
    lines = ["usage: jichi COMMAND [arguments]", "       jichi COMMAND --help", ""]
    rooms = tuple(command for name, command in found.items() if name not in _OWN_DATABASE)
    width = max(len(name) for name in found)
    for title, group in (*_GROUPS, ("Of the rooms  各室の命令", rooms)):
        lines.append(title)
        lines += [f"  {command.name:<{width}}  {command.help}" for command in group]
        lines.append("")
    lines.append("Settings are environment variables named JICHI_…; `jichi doctor` lists those in use.")
    return "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand; returns the exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    found = commands()
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        say(help_text(found))
        return 0 if arguments else USAGE
    if arguments[0] in {"-V", "--version"}:
        from importlib.metadata import version

        say(f"jichi {version('jichi')}")
        return 0
    name, rest = arguments[0], arguments[1:]
    command = found.get(name)
    if command is None:
        near = difflib.get_close_matches(name, found, n=1)
        complain(f"there is no command {name!r}" + (f"; did you mean {near[0]!r}?" if near else ""))
        complain("`jichi --help` lists them all")
        return USAGE
    return _run(command, rest)


def _run(command: Command, arguments: list[str]) -> int:
    from .instance import InstanceError
    from .postgres import PostgresError
    from .processes import AccountError
    from .supervisor import CannotStartError

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jichi.config.settings")
    try:
        if checkout_root():
            from .catalogs import compile_stale

            compile_stale()
        if command.name in _OWN_DATABASE or not command.needs_database or arguments[:1] in (["-h"], ["--help"]):
            return int(resolve(command.function)(arguments) or 0)
        return with_database(command.function, arguments, pool_max=None if command.name == "worker" else 0)
    except (InstanceError, PostgresError, AccountError, CannotStartError, WrongSetting) as error:
        complain(str(error))
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Somebody closed the pipe we print into (`| head`); there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def with_database(function: str, arguments: Sequence[str], *, pool_max: int | None = 0) -> int:
    """Call a command with Django set up on this instance's database."""
    from .database import database, use

    with database("app") as url:
        use(url, pool_max=pool_max)
        import django

        django.setup()
        from .observing import spans

        spans.install("jichi-" + function.rpartition(".")[2])
        return int(resolve(function)(list(arguments)) or 0)


def say(text: str) -> None:
    """To the person who typed the command."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def complain(text: str) -> None:
    """What went wrong, apart from what is printed."""
    sys.stderr.write(f"jichi: {text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
