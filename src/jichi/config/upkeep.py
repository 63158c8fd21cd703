"""Small commands of the operator: migrate, psql, web, sample, Django's own."""

from __future__ import annotations

import argparse
import importlib.util
import os
from collections.abc import Sequence

from .cli import complain, say, with_database
from .database import database, use
from .postgres import DatabaseRole


def migrate(argv: Sequence[str]) -> int:
    """`jichi migrate [--check]`: apply what is pending, as the owner of the tables."""
    parser = argparse.ArgumentParser(prog="jichi migrate", description="Brings the database up to date.")
    parser.add_argument("--check", action="store_true", help="only say what is pending; status 3 when something is")
    given = parser.parse_args(list(argv))
    with database("owner", create=not given.check) as url:
        use(url)
        from . import prepare

        status = prepare.main(["--check-migrations" if given.check else "--migrate"])
    if status == 0:
        say("the database is up to date")
    return status


def psql(argv: Sequence[str]) -> int:
    """`jichi psql [--role app|owner|super] [-- psql arguments]`."""
    import subprocess

    from .environment import environment
    from .postgres import Cluster

    parser = argparse.ArgumentParser(prog="jichi psql", description="Opens the database's own prompt.")
    parser.add_argument("--role", choices=("app", "owner", "super"), default="app")
    parser.add_argument("rest", nargs=argparse.REMAINDER, help="-- and what psql itself should get")
    given = parser.parse_args(list(argv))
    rest = given.rest[1:] if given.rest[:1] == ["--"] else given.rest
    program = "psql"
    with database(given.role) as url:
        if not environment().database_url:
            cluster = Cluster(environment().home)
            program = str(cluster.source.folder / "psql")
        # By variable and not as an argument: arguments are visible to every user of the machine.
        name, _, address = url.partition("://")[2].partition("@")
        user, _, password = name.partition(":")
        from urllib.parse import unquote

        environ = {**os.environ, "PGPASSWORD": unquote(password)}
        try:
            return subprocess.call([program, f"postgresql://{user}@{address}", *rest], env=environ)  # noqa: S603 - psql alone
        except FileNotFoundError:
            complain("psql is not installed: apt-get install -y postgresql-client")
            return 1


def web(argv: Sequence[str]) -> int:
    """`jichi web`: the web server alone, on JICHI_ADDRESS and JICHI_PORT."""
    argparse.ArgumentParser(prog="jichi web", description="The web server alone.").parse_args(list(argv))
    from .environment import environment
    from .supervisor import require_port

    with database("app") as url:
        use(url, pool_max=None)
        require_port(environment().address, environment().port)
        from .web import main

        main()
    return 0


def sample(argv: Sequence[str]) -> int:
    """`jichi sample …`: the sample ward (room `jichi.sample`)."""
    if importlib.util.find_spec("jichi.sample.commands") is None:
        complain("this build has no sample ward")
        return 1
    if not argv or argv[0] in {"-h", "--help"}:
        from jichi.kernel.manifest import resolve

        return int(resolve("jichi.sample.commands.main")(list(argv)) or 0)
    return with_database("jichi.sample.commands.main", argv)


def manage(argv: Sequence[str]) -> int:
    """`jichi manage …`: Django's own commands, on this instance's database."""
    from django.core.management import execute_from_command_line

    role: DatabaseRole = (
        "owner" if argv[:1] in (["migrate"], ["makemigrations"], ["sqlmigrate"], ["dbshell"]) else "app"
    )
    with database(role) as url:
        use(url)
        execute_from_command_line(["jichi manage", *argv])
    return 0
