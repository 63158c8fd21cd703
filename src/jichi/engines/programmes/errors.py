"""Sentences for the codes of this room."""

from __future__ import annotations

from typing import Final

FOR_OFFICIALS: Final = {
    "programmes.randomness": "乱数の値か署名が、発表した回のものと合いません。写し間違いがないか確かめてください。",
}
"""Code → Japanese sentence."""
