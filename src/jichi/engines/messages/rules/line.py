"""LINE: how long its messages are, how its calls are signed, the code that links a chat with an account. Pure.

By the published Messaging API: 5,000 UTF-16 units a text, five messages a push, HMAC-SHA256 in base64.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import unicodedata
from typing import Final

from .sms import units

LONGEST_TEXT: Final = 5000
MOST_MESSAGES: Final = 5
CODE_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LETTERS: Final = 8
CODE_MINUTES: Final = 10
_USER: Final = re.compile(r"U[0-9a-f]{32}")


def line_texts(text: str) -> tuple[str, ...]:
    """The text as the messages of one push, cut between lines where possible and never within a character.

    Raises:
        ValueError: nothing to say, or more than five messages take.
    """
    if not text.strip():
        raise ValueError("an empty message")
    found: list[str] = []
    rest = text.strip()
    while rest:
        fitting = _fitting(rest)
        found.append(rest[:fitting])
        rest = rest[fitting:]
    if len(found) > MOST_MESSAGES:
        raise ValueError(f"{len(found)} messages, {MOST_MESSAGES} at most")
    return tuple(found)


def _fitting(text: str) -> int:
    """How many characters the first message takes."""
    if units(text) <= LONGEST_TEXT:
        return len(text)
    place, room = 0, LONGEST_TEXT
    while room >= (width := units(text[place])):
        room -= width
        place += 1
    cut = text.rfind("\n", 0, place) + 1
    return cut if text[:cut].strip() else place


def is_user_id(text: str) -> bool:
    """Is it the id of a LINE user: "U" and 32 hexadecimal digits? It names a chat, and no person."""
    return _USER.fullmatch(text) is not None


def signature(secret: str, body: bytes) -> str:
    """What stands in x-line-signature over this body."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode("ascii")


def signed_by(secret: str, body: bytes, given: str) -> bool:
    """Was the body signed with this secret? Takes as long for a wrong signature as for the right one."""
    return bool(secret) and given.isascii() and hmac.compare_digest(signature(secret, body), given)


def normal_line_code(text: str) -> str | None:
    """A code as typed into the chat, in one form; None when the text is no code."""
    plain = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)).upper()
    return plain if len(plain) == CODE_LETTERS and set(plain) <= set(CODE_ALPHABET) else None
