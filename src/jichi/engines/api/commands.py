"""`jichi api schema`: the document of the interface, on the screen or into the repository."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import django
from django.apps import apps

KEPT = Path(__file__).resolve().parents[4] / "docs" / "openapi.json"


def api(argv: Sequence[str]) -> int:
    """Print the document, or write it where the repository keeps it."""
    parser = argparse.ArgumentParser(prog="jichi api", description="The interface for programs (docs/api.md).")
    wanted = parser.add_subparsers(dest="what", required=True)
    schema = wanted.add_parser("schema", help="print the OpenAPI document")
    schema.add_argument("--write", action="store_true", help="write it to docs/openapi.json instead")
    told = parser.parse_args(argv)
    if not apps.ready:  # the command starts without a database; the document needs the rooms alone
        django.setup()
    from .document import text

    if told.write:
        KEPT.write_text(text(), encoding="utf-8")
    else:
        sys.stdout.write(text())
    return 0
