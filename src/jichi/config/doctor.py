"""`jichi doctor`: what is configured, missing or wrong, and how to mend it."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from typing import Final

from jichi.kernel.errors import Finding
from jichi.kernel.manifest import load_manifests, resolve

from .database import database, use
from .environment import Environment, WrongSetting, checkout_root, environment
from .instance import Instance, InstanceError, Running
from .postgres import Cluster, PostgresError, find_programs
from .rooms import ROOMS
from .supervisor import CannotStartError, require_port

OK: Final = "ok"
MISSING: Final = "missing"
WRONG: Final = "wrong"
DISK_LEAST: Final = 2 * 1024**3
CLOCK_MOST: Final = 2.0
BACKUP_MOST: Final = 50.0
"""Hours."""

Check = Callable[[Environment], Iterator[Finding]]


# -- without the database --------------------------------------------------------------------


def python(told: Environment) -> Iterator[Finding]:
    """The interpreter, and the account we run as."""
    del told
    yield Finding("Python", OK, f"{sys.version.split()[0]} at {sys.executable}")
    if os.geteuid() == 0:
        from .processes import service_account

        account = service_account()
        yield Finding("Account", OK, f"root; PostgreSQL runs as {account.pw_name if account else 'root'}")


def settings(told: Environment) -> Iterator[Finding]:
    """Variables whose values cannot be right together."""
    unknown = sorted(name for name in os.environ if name.startswith("JICHI_") and name not in KNOWN)
    if unknown:
        yield Finding("Settings", WRONG, f"unknown: {', '.join(unknown)}", "look for a typing error")
    else:
        given = sorted(name for name in os.environ if name in KNOWN)
        yield Finding("Settings", OK, ", ".join(given) or "none given; the defaults serve the demo")
    if told.origin.startswith("https:") != told.https:
        yield Finding(
            "Transport", WRONG, f"JICHI_ORIGIN is {told.origin} but JICHI_HTTPS is {'1' if told.https else 'not 1'}",
            "set JICHI_HTTPS=1 together with an https origin, or neither",
        )  # fmt: skip
    if told.debug:
        yield Finding("Debugging", WRONG, "JICHI_DEBUG=1 shows program text to visitors", "unset JICHI_DEBUG")


def secrets(told: Environment) -> Iterator[Finding]:
    """Keys: there, and readable by nobody else."""
    from cryptography.fernet import Fernet

    folder = told.home / "secrets"
    if not folder.is_dir() and not os.environ.get("JICHI_SECRET_KEY"):
        yield Finding("Secrets", MISSING, f"{folder} is not there yet", "`jichi demo` or `jichi up` makes them")
        return
    loose = [p.name for p in folder.glob("*") if p.stat().st_mode & 0o077]
    if loose:
        yield Finding("Secrets", WRONG, f"{', '.join(loose)} can be read by others", f"chmod 600 {folder}/*")
    for number, key in enumerate(told.field_keys):
        try:
            Fernet(key)
        except ValueError:
            yield Finding(
                "Field keys", WRONG, f"key {number + 1} of JICHI_FIELD_KEYS is no Fernet key",
                "32 random bytes in URL-safe base64; keep the old keys behind the new one",
            )  # fmt: skip
            return
    if not loose:
        yield Finding("Secrets", OK, f"{folder}" if folder.is_dir() else "from the environment")


def disk(told: Environment) -> Iterator[Finding]:
    """Room for the data."""
    place = next(p for p in (told.home, *told.home.resolve().parents) if p.exists())
    free = shutil.disk_usage(place).free
    text = f"{free / 1024**3:.1f} GiB free under {place}"
    if free < DISK_LEAST:
        yield Finding("Disk", WRONG, text, "free some space, or move JICHI_HOME to a larger disk")
    else:
        yield Finding("Disk", OK, text)


def backups(told: Environment) -> Iterator[Finding]:
    """When everything was last saved."""
    from datetime import UTC, datetime

    from .backup import commands, keeper, looking
    from .backup.shape import BackupError

    try:
        commands.plan()
        keeper.parse_time(os.environ.get("JICHI_BACKUP_AT") or keeper.DEFAULT)
    except BackupError as error:
        yield Finding("Backup", WRONG, str(error), "correct the variable")
    folder = commands.folder_of_backups(told)
    held = looking.whole_backups(folder)
    if not held:
        yield Finding(
            "Backup", MISSING, f"none in {folder}", "jichi backup; daily with `jichi up`, see JICHI_BACKUP_AT"
        )
        return
    last = held[-1].manifest
    hours = (datetime.fromtimestamp(time.time(), UTC) - last.moment).total_seconds() / 3600
    text = f"the last of {len(held)} is {hours:.0f} h old, {last.rows:,} rows"
    if hours > BACKUP_MOST:
        yield Finding("Backup", WRONG, text, "jichi backup; see why the daily one fails in logs/backup.log")
    else:
        yield Finding("Backup", OK, text)


def ports(told: Environment) -> Iterator[Finding]:
    """The port we serve on."""
    running = _running(told)
    if running is not None:
        yield Finding("Running", OK, f"process {running.pid} serves {running.origin}/")
        return
    try:
        require_port(told.address, told.port)
    except CannotStartError as error:
        yield Finding("Port", WRONG, f"{told.address} port {told.port}", str(error))
    else:
        yield Finding("Port", OK, f"{told.address} port {told.port} is free")


def _running(told: Environment) -> Running | None:
    instance = Instance(told.home)
    return instance.running() if instance.run.is_dir() and instance.is_held() else None


def pages(told: Environment) -> Iterator[Finding]:
    """Static files, translations, documents."""
    static = told.static_root or told.home / "static"
    if (static / "staticfiles.json").exists():
        yield Finding("Static files", OK, str(static))
    else:
        yield Finding("Static files", MISSING, "not collected yet", "`jichi demo` and `jichi up` collect them")
    from .catalogs import FOLDERS, po_path

    catalogs = [path for room in ROOMS for language in FOLDERS if (path := po_path(room, language)).exists()]
    stale = [path for path in catalogs if not path.with_suffix(".mo").exists()]
    if stale:
        yield Finding("Translations", WRONG, f"{len(stale)} not compiled", "jichi messages compile")
    else:
        yield Finding("Translations", OK, f"{len(catalogs)} catalogues")
    try:
        import typst  # noqa: F401 - whether it can be loaded is the question
    except ImportError as error:
        yield Finding("Documents (PDF)", WRONG, str(error), "remove .venv and start ./jichi again")
    else:
        yield Finding("Documents (PDF)", OK, "typst is there; fonts come with Jichi")


def browser(told: Environment) -> Iterator[Finding]:
    """Chromium, which only the tests need."""
    del told
    if not checkout_root():
        return
    from .verify import APT, find_browser

    found = find_browser()
    if found:
        yield Finding("Browser for tests", OK, found)
    else:
        yield Finding("Browser for tests", MISSING, "only `./jichi test` needs it", APT)


def time_zone(told: Environment) -> Iterator[Finding]:
    """Days begin and end in Tokyo, whatever the machine says."""
    del told
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo("Asia/Tokyo")
    except ZoneInfoNotFoundError:
        yield Finding("Time zone", WRONG, "Asia/Tokyo is unknown here", "apt-get install -y tzdata")
    else:
        yield Finding("Time zone", OK, f"Asia/Tokyo for all dates; the machine's own is {time.tzname[0]}")


def programs(told: Environment) -> Iterator[Finding]:
    """Where PostgreSQL comes from."""
    if told.database_url:
        yield Finding("PostgreSQL", OK, "JICHI_DATABASE_URL")
        return
    try:
        found = find_programs()
    except PostgresError as error:
        yield Finding("PostgreSQL", WRONG, "none found", str(error))
    else:
        yield Finding("PostgreSQL", OK, f"{found.origin}: {found.folder}")


# -- with the database -----------------------------------------------------------------------


def database_findings(told: Environment) -> Iterator[Finding]:
    """Connect as the application and look at what it may do; then ask the rooms."""
    import psycopg

    if not told.database_url:
        try:
            cluster = Cluster(told.home)
        except PostgresError:
            return  # said already by `programs`
        if not (cluster.data / "PG_VERSION").exists():
            yield Finding("Database", MISSING, f"none under {cluster.state} yet", "`jichi demo` or `jichi up` makes it")
            return
    running = _running(told)
    if running is not None and not told.smtp_host:
        # The rooms' checks see what the running processes were told: the demo's mail sandbox.
        os.environ |= {"JICHI_SMTP_HOST": "127.0.0.1", "JICHI_SMTP_PORT": str(running.smtp_port)}
    try:
        with database("app") as url:
            with psycopg.connect(url, connect_timeout=5) as connection:
                yield from _rights(connection)
            yield from _owner(told)
            use(url)
            yield from _with_django()
    except (psycopg.Error, InstanceError, PostgresError) as error:
        mend = "correct JICHI_DATABASE_URL, or start that server" if told.database_url else "see the server's log"
        yield Finding("Database", WRONG, " ".join(str(error).split())[:300], mend)


def _rights(connection: object) -> Iterator[Finding]:
    run = connection.execute  # type: ignore[attr-defined]  # psycopg's own type needs its import at module level
    version = int(run("SHOW server_version_num").fetchone()[0])
    role = run("SELECT current_user").fetchone()[0]
    if version < 150_000:
        yield Finding("Database", WRONG, f"PostgreSQL {version // 10_000}", "PostgreSQL 15 or newer is needed")
    else:
        yield Finding("Database", OK, f"PostgreSQL {version // 10_000}.{version % 10_000}, connected as {role}")
    above = run("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user").fetchone()[0]
    owned = run("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole").fetchone()[0]
    if above or owned:
        reason = "is above row security" if above else f"owns {owned} tables"
        yield Finding(
            "Role of the application", WRONG, f"{role} {reason}, so the rules in the database do not bind it",
            "connect as jichi_app, a role that owns nothing and is neither SUPERUSER nor BYPASSRLS",
        )  # fmt: skip
    else:
        yield Finding("Role of the application", OK, f"{role} owns nothing and is bound by row security")
    encoding = run("SHOW server_encoding").fetchone()[0]
    if encoding != "UTF8":
        yield Finding("Encoding", WRONG, encoding, "make the database with ENCODING 'UTF8'")
    ahead = abs(run("SELECT extract(epoch FROM clock_timestamp())::float8").fetchone()[0] - time.time())
    if ahead > CLOCK_MOST:
        yield Finding("Clock", WRONG, f"{ahead:.0f} s apart from the database's", "synchronise both by NTP")
    else:
        yield Finding("Clock", OK, f"{ahead * 1000:.0f} ms apart from the database's")


def _owner(told: Environment) -> Iterator[Finding]:
    if told.database_url and not told.owner_url:
        yield Finding(
            "Role for migrations", MISSING, "JICHI_OWNER_DATABASE_URL is not set",
            "set it when migrations are to run (`jichi migrate`)",
        )  # fmt: skip


def _with_django() -> Iterator[Finding]:
    import django
    from django.db import DatabaseError

    from .prepare import pending_migrations

    django.setup()
    try:
        pending = pending_migrations()
    except DatabaseError as error:
        yield Finding("Migrations", WRONG, str(error).splitlines()[0], "jichi migrate")
        return
    if pending:
        yield Finding("Migrations", WRONG, f"{len(pending)} pending, the first is {pending[0]}", "jichi migrate")
        return  # the rooms would only stumble over tables that are not there
    yield Finding("Migrations", OK, "all applied")
    for manifest in load_manifests(ROOMS):
        for function in manifest.doctor:
            try:
                yield from resolve(function)()
            except Exception as error:  # one room's fault must not hide the others' findings
                yield Finding(manifest.path, WRONG, f"{function}: {error}", "report this")


# -- printing --------------------------------------------------------------------------------

CHECKS: Final[tuple[Check, ...]] = (
    python, settings, time_zone, disk, backups, secrets, programs, database_findings, ports, pages, browser,
)  # fmt: skip
KNOWN: Final = frozenset(
    {
        "JICHI_ADDRESS", "JICHI_ALLOWED_HOSTS", "JICHI_BACKUP_AT", "JICHI_BACKUP_DIR", "JICHI_BACKUP_KEEP",
        "JICHI_BACKUP_PASSPHRASE", "JICHI_CHROMIUM", "JICHI_CLAMD", "JICHI_CONTACT",
        "JICHI_DATABASE_URL", "JICHI_DB_POOL_MAX", "JICHI_DB_PREPARE",
        "JICHI_DEBUG", "JICHI_DEMO", "JICHI_FIELD_KEYS", "JICHI_HOME", "JICHI_HTTPS", "JICHI_INSTANCE",
        "JICHI_LOG_FORMAT", "JICHI_METRICS_TOKEN", "JICHI_OTLP_URL",
        "JICHI_MAIL_FROM", "JICHI_ORIGIN", "JICHI_OS_USER", "JICHI_OWNER_DATABASE_URL", "JICHI_PG_BIN",
        "JICHI_PORT", "JICHI_PYTHON", "JICHI_SECRET_KEY", "JICHI_SMTP_HOST", "JICHI_SMTP_PASSWORD",
        "JICHI_SMTP_PORT", "JICHI_SMTP_TLS", "JICHI_SMTP_USER", "JICHI_STATIC", "JICHI_TEST_CLUSTER",
        "JICHI_TRUSTED_PROXIES",
        "JICHI_WAIVE", "JICHI_WARD", "JICHI_WEB_WORKERS", "JICHI_WHEELS", "JICHI_WORKERS",
    }
)  # fmt: skip
"""Every variable that something here reads."""


def findings(told: Environment) -> Iterator[Finding]:
    """All findings, in the order of CHECKS; a check that fails is a finding itself."""
    for check in CHECKS:
        try:
            yield from check(told)
        except Exception as error:  # the doctor must outlive every disease
            yield Finding(check.__name__, WRONG, f"{type(error).__name__}: {error}", "report this")


def main(argv: Sequence[str]) -> int:
    """`jichi doctor [--json]`: status 1 when something is wrong; what is only missing is no fault."""
    from .cli import say

    parser = argparse.ArgumentParser(
        prog="jichi doctor", description="What is configured, missing or wrong, and how to mend it."
    )
    parser.add_argument("--json", action="store_true", help="for machines")
    given = parser.parse_args(list(argv))
    try:
        found = list(findings(environment()))
    except WrongSetting as error:
        found = [Finding("Settings", WRONG, str(error), "correct the variable")]
    if given.json:
        say(json.dumps([asdict(finding) for finding in found], ensure_ascii=False, indent=1))
    else:
        for finding in found:
            say(f"{_SIGNS.get(finding.state, '?')} {finding.what}: {finding.detail}".rstrip(": "))
            if finding.mend and finding.state != OK:
                say(f"      → {finding.mend}")
        wrong = sum(f.state == WRONG for f in found)
        missing = sum(f.state == MISSING for f in found)
        say(f"\n{wrong} wrong, {missing} not there (yet), {len(found) - wrong - missing} in order")
    return 1 if any(f.state == WRONG for f in found) else 0


_SIGNS: Final = {OK: "ok     ", MISSING: "missing", WRONG: "WRONG  "}
