"""Is an account in the payer's own name? Names as banks write them. Pure."""

from __future__ import annotations

from jichi.engines.bankfiles.rules import written


def differs(payer_kana: str, holder: str) -> bool:
    """Does the holder of an account differ from the payer, blanks apart? Where no name is known, nothing is said."""
    ours, theirs = (written(text).text.replace(" ", "") for text in (payer_kana, holder))
    return bool(ours) and ours != theirs
