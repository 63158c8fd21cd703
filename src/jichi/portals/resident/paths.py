"""Addresses in the language of the page."""

from __future__ import annotations

from django.utils.translation import get_language


def in_language(path: str, language: str | None = None) -> str:
    """A path without language prefix, as it is in `language` (by default the page's)."""
    code = language or get_language() or "ja"
    return path if code == "ja" else f"/{code}{path}"
