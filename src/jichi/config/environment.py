"""The environment, read in one place. Every setting an operator can give is named here."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

PACKAGE = Path(__file__).resolve().parent.parent


def checkout_root() -> Path | None:
    """The folder of the source checkout this package runs from; None when installed from a wheel."""
    root = PACKAGE.parent.parent
    return root if (root / "pyproject.toml").is_file() else None


@dataclass(frozen=True, slots=True)
class Environment:
    """What the process was told."""

    database_url: str
    secret_key: str
    field_keys: tuple[str, ...]
    debug: bool
    demo: bool
    allowed_hosts: tuple[str, ...]
    origin: str
    home: Path
    smtp_host: str
    smtp_port: int
    smtp_user: str
    smtp_password: str
    smtp_tls: bool
    mail_from: str
    https: bool
    ward: str
    port: int


def _home() -> Path:
    given = os.environ.get("JICHI_HOME")
    if given:
        return Path(given)
    root = checkout_root()
    return root / "var" if root else Path.home() / ".local" / "share" / "jichi"


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The environment of this process."""
    get = os.environ.get
    port = int(get("JICHI_PORT", "8000"))
    origin = get("JICHI_ORIGIN", f"http://localhost:{port}")
    hosts = get("JICHI_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
    return Environment(
        database_url=get("JICHI_DATABASE_URL", ""),
        # Without a key the process still starts (checks, tests); sessions then end with it.
        secret_key=get("JICHI_SECRET_KEY") or secrets.token_urlsafe(50),
        # Newest first; older ones still open what they sealed (Fernet keys, `jichi` makes one on first start).
        field_keys=tuple(k for k in get("JICHI_FIELD_KEYS", "").split(",") if k),
        debug=get("JICHI_DEBUG", "") == "1",
        demo=get("JICHI_DEMO", "") == "1",
        allowed_hosts=tuple(h.strip() for h in hosts.split(",") if h.strip()),
        origin=origin.rstrip("/"),
        home=_home(),
        smtp_host=get("JICHI_SMTP_HOST", ""),
        smtp_port=int(get("JICHI_SMTP_PORT", "25")),
        smtp_user=get("JICHI_SMTP_USER", ""),
        smtp_password=get("JICHI_SMTP_PASSWORD", ""),
        smtp_tls=get("JICHI_SMTP_TLS", "") == "1",
        mail_from=get("JICHI_MAIL_FROM", "noreply@midori.example"),
        https=get("JICHI_HTTPS", "") == "1",
        ward=get("JICHI_WARD", "みどり区"),
        port=port,
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
