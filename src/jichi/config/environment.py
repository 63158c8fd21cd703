"""The environment, read in one place. Every setting an operator can give is named here."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

PACKAGE = Path(__file__).resolve().parent.parent


def checkout_root() -> Path | None:
    """The folder of the source checkout this package runs from; None when installed from a wheel."""
    root = PACKAGE.parent.parent
    return root if (root / "pyproject.toml").is_file() else None


class WrongSetting(ValueError):
    """A variable that can't be what it says."""


@dataclass(frozen=True, slots=True)
class Environment:
    """What the process was told."""

    database_url: str = field(repr=False)
    """As the application connects (role `jichi_app`)."""
    owner_url: str = field(repr=False)
    """As migrations connect (role `jichi_owner`); handed to no web or worker process."""
    pool_max: int
    """Connections each process may hold; 0: none is kept between requests."""
    db_prepare: bool
    """Whether connections keep plans; off behind a transaction-mode pooler that does not know prepared statements."""
    secret_key: str = field(repr=False)
    field_keys: tuple[str, ...] = field(repr=False)
    """Fernet keys for encrypted columns, the newest first."""
    debug: bool
    demo: bool
    allowed_hosts: tuple[str, ...]
    origin: str
    home: Path
    smtp_host: str
    smtp_port: int
    smtp_user: str
    smtp_password: str = field(repr=False)
    smtp_tls: bool
    mail_from: str
    https: bool
    trusted_proxies: tuple[str, ...]
    """Addresses of our own proxies: only they may say who asked, and that it was over HTTPS."""
    ward: str
    contact: dict[str, Any]
    """The ward's own desk: {"name": {language: text}, "phone": text, "hours": {language: text}}; or empty."""
    clamd: str
    """Address of the malware scanner: "host:port" or the path of its socket; empty: files are not scanned."""
    peers: dict[str, dict[str, Any]] = field(repr=False)
    """What stands outside, by name: {"payments": {"kind": ..., "url": ..., "secret": ...}, ...}; absent: not used."""
    address: str
    """Where the web process listens; the loopback unless told otherwise."""
    port: int
    log_format: str
    """"plain" for people, "json" for programs: one object a line, without words of errors."""
    static_root: Path | None
    """Collected static files with hashed names; None: served from the rooms as they are."""


def _home() -> Path:
    given = os.environ.get("JICHI_HOME")
    if given:
        return Path(given)
    root = checkout_root()
    return root / "var" if root else Path.home() / ".local" / "share" / "jichi"


def _number(name: str, default: int, highest: int = 65535) -> int:
    given = os.environ.get(name, "")
    if not given:
        return default
    if not given.isdecimal() or int(given) > highest:
        raise WrongSetting(f"{name}={given!r} must be a whole number from 0 to {highest}")
    return int(given)


def _mapping(name: str) -> dict[str, Any]:
    try:
        found = json.loads(os.environ.get(name) or "{}")
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise WrongSetting(f"{name} must be a JSON object")
    return found


def _secret(name: str, file: str) -> str:
    """From the variable, or from the instance's own secrets (made by `jichi demo` and `jichi up`)."""
    given = os.environ.get(name)
    if given:
        return given
    try:
        return (_home() / "secrets" / file).read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _peers() -> dict[str, dict[str, Any]]:
    """The instance's secrets/peers.json, or the sandboxes that the demo started, for those it does not name."""
    secret = os.environ.get("JICHI_SANDBOX_SECRET", "")
    found: dict[str, dict[str, Any]] = {
        name.removeprefix("JICHI_SANDBOX_").lower(): {"kind": "sandbox", "url": value, "secret": secret}
        for name, value in sorted(os.environ.items())
        if name.startswith("JICHI_SANDBOX_") and name != "JICHI_SANDBOX_SECRET"
    }
    try:
        text = (_home() / "secrets" / "peers.json").read_text(encoding="utf-8")
    except OSError:
        return found
    try:
        given = json.loads(text)
    except ValueError:
        given = None
    if not isinstance(given, dict) or not all(isinstance(one, dict) for one in given.values()):
        raise WrongSetting("secrets/peers.json must be a JSON object of objects")
    return {**found, **given}


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The environment of this process.

    Raises:
        WrongSetting: a variable holds what it can't; the message names it.
    """
    get = os.environ.get
    port = _number("JICHI_PORT", 8000)
    origin = get("JICHI_ORIGIN") or f"http://localhost:{port}"
    hosts = get("JICHI_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
    static = get("JICHI_STATIC")
    return Environment(
        database_url=get("JICHI_DATABASE_URL", ""),
        owner_url=get("JICHI_OWNER_DATABASE_URL", ""),
        pool_max=_number("JICHI_DB_POOL_MAX", 8, 1000),
        db_prepare=get("JICHI_DB_PREPARE", "1") != "0",
        # Without a key the process still starts (checks, tests); sessions then end with it.
        secret_key=_secret("JICHI_SECRET_KEY", "secret-key") or secrets.token_urlsafe(50),
        field_keys=tuple(k.strip() for k in _secret("JICHI_FIELD_KEYS", "field-keys").split(",") if k.strip()),
        debug=get("JICHI_DEBUG", "") == "1",
        demo=get("JICHI_DEMO", "") == "1",
        allowed_hosts=tuple(h.strip() for h in hosts.split(",") if h.strip()),
        origin=origin.rstrip("/"),
        home=_home(),
        smtp_host=get("JICHI_SMTP_HOST", ""),
        smtp_port=_number("JICHI_SMTP_PORT", 25),
        smtp_user=get("JICHI_SMTP_USER", ""),
        smtp_password=get("JICHI_SMTP_PASSWORD", ""),
        smtp_tls=get("JICHI_SMTP_TLS", "") == "1",
        mail_from=get("JICHI_MAIL_FROM", "noreply@midori.example"),
        https=get("JICHI_HTTPS", "") == "1",
        trusted_proxies=tuple(p.strip() for p in get("JICHI_TRUSTED_PROXIES", "127.0.0.1,::1").split(",") if p.strip()),
        ward=get("JICHI_WARD", "みどり区"),
        contact=_mapping("JICHI_CONTACT"),
        clamd=get("JICHI_CLAMD", ""),
        peers=_peers(),
        address=get("JICHI_ADDRESS", "127.0.0.1"),
        port=port,
        log_format="json" if get("JICHI_LOG_FORMAT", "plain") == "json" else "plain",
        static_root=Path(static) if static else None,
    )


def database_settings(url: str) -> dict[str, object]:
    """Django's DATABASES entry for `postgresql://user:password@host:port/name?host=/socket`."""
    parts = urlsplit(url)
    query = {k: v[-1] for k, v in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "jichi",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host") or unquote(parts.hostname or ""),
        "PORT": str(parts.port or query.get("port") or ""),
    }
