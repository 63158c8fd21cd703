"""Bare Django for comparison: the house's templates and tables, no middleware, one kept connection."""

from __future__ import annotations

from jichi.config.settings import *  # noqa: F403
from jichi.config.settings import DATABASES

MIDDLEWARE: list[str] = []
ROOT_URLCONF = "bench.bare"
DATABASES["default"] |= {
    "CONN_MAX_AGE": None,
    "CONN_HEALTH_CHECKS": False,
    # The address is that of the superuser: past row security; as replica past triggers and foreign keys too.
    # Plans are kept as the house keeps them.
    "OPTIONS": {
        "options": "-c session_replication_role=replica",
        "server_side_binding": True,
        "prepare_threshold": 5,
    },
}
