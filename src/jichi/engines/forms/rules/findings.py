"""What a check of a definition finds, before its line is known."""

from __future__ import annotations

from typing import TypeAlias

from .source import Path

Found: TypeAlias = tuple[str, str, Path, str, str]
"""Level, code, path, message, fix."""


def error(code: str, path: Path, message: str, fix: str) -> Found:
    """Something that stops publishing."""
    return ("error", f"definition.{code}", path, message, fix)


def warning(code: str, path: Path, message: str, fix: str) -> Found:
    """Something to look at."""
    return ("warning", f"definition.{code}", path, message, fix)
