"""Text and kana: what is stored, what is searched, what is written out."""

from jichi.kernel.text.kana import is_katakana_name, to_hiragana, to_katakana, widen_kana
from jichi.kernel.text.normalising import (
    compose,
    count_characters,
    normalise_input,
    normalise_name,
    normalise_text,
    without_variation_selectors,
)
from jichi.kernel.text.searching import bigrams, fold_for_search, query_bigrams
from jichi.kernel.text.variants import VARIANTS
from jichi.kernel.text.writing import can_write_sjis, safe_csv_cell, safe_filename, to_sjis, unwritable_in_sjis

__all__ = [
    "VARIANTS",
    "bigrams",
    "can_write_sjis",
    "compose",
    "count_characters",
    "fold_for_search",
    "is_katakana_name",
    "normalise_input",
    "normalise_name",
    "normalise_text",
    "query_bigrams",
    "safe_csv_cell",
    "safe_filename",
    "to_hiragana",
    "to_katakana",
    "to_sjis",
    "unwritable_in_sjis",
    "widen_kana",
    "without_variation_selectors",
]
