"""Addresses in the language of the page."""

from __future__ import annotations

from django.utils.translation import get_language

from jichi.kernel.localized import path_in


def in_language(path: str, language: str | None = None) -> str:
    """A path without language prefix, as it is in `language` (by default the page's)."""
    return path_in(language or get_language() or "ja", path)
