"""What makes two spellings the same for a search: width, case, kana marks, variant glyphs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Final

from jichi.kernel.text.kana import SMALL, to_katakana
from jichi.kernel.text.normalising import without_variation_selectors
from jichi.kernel.text.variants import VARIANTS

_FOLDED_KANA: Final = str.maketrans(SMALL | {"ヰ": "イ", "ヱ": "エ", "ヲ": "オ"} | dict.fromkeys("‐‑‒–—―−", "-"))
_JOINTS: Final = re.compile(r"(?<=[^\W_])[-・](?=[^\W_])")
_WORD: Final = re.compile(r"[^\W_ー]+(?:ー+[^\W_ー]*)*|ー+")
_CJK_GAP: Final = re.compile(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])")


def fold_for_search(text: str, *, keep_spaces: bool = False, variants: Mapping[str, str] = VARIANTS) -> str:
    """A key that is equal for spellings that mean the same name or word; never shown, never stored as a name.

    NFKC, lower case, no accents, katakana without voicing marks (清音) and without small letters,
    variant glyphs by their common form (髙 → 高), no IVS. Folding twice changes nothing.

    Args:
        keep_spaces: leave one space between words; otherwise 山田　花子 equals 山田花子.
        variants: variant glyph → common glyph.
    """
    wide = to_katakana(unicodedata.normalize("NFKC", without_variation_selectors(text)).lower())
    bare = "".join(c for c in unicodedata.normalize("NFKD", wide) if unicodedata.category(c) not in {"Mn", "Cf"})
    folded = unicodedata.normalize("NFKC", bare).translate(_FOLDED_KANA).lower()
    plain = "".join(variants.get(character, character) for character in folded)
    return (" " if keep_spaces else "").join(plain.split())


def bigrams(text: str) -> list[str]:
    """The pairs of neighbouring characters of a folded text, each once, in order: what an index holds.

    Punctuation parts words; a space between Japanese words, a middle dot and a hyphen inside a word
    don't, so that 山田　太郎 is found as 山田太郎 and K7M4-2QF9 as K7M42QF9. A word of one character
    stands for itself.
    """
    return list(dict.fromkeys(_pairs(_CJK_GAP.sub("", fold_for_search(text, keep_spaces=True)))))


def query_bigrams(text: str) -> list[str]:
    """The pairs that a text must have to match all words of a query, in any order.

    As `bigrams`, but spaces always part words. A word of one character gives itself: look for it in the
    text, not among the pairs.
    """
    words = fold_for_search(text, keep_spaces=True).split()
    return list(dict.fromkeys(pair for word in words for pair in _pairs(word)))


def _pairs(folded: str) -> Iterator[str]:
    for found in _WORD.finditer(_JOINTS.sub("", folded)):
        word = found[0]
        if len(word) == 1:
            yield word
        for place in range(len(word) - 1):
            yield word[place : place + 2]
