"""Code 128 as widths of bars and gaps (ISO/IEC 15417): the part of it that a payment barcode uses."""

from __future__ import annotations

from typing import Final

_TABLE: Final = (
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 "
    "123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 "
    "232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 "
    "313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 "
    "111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 "
    "111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 "
    "114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112"
)
"""Widths of bar, gap, bar, gap, bar, gap of each symbol character, in modules; the stop has a seventh."""
_WIDTHS: Final = tuple(_TABLE.split())

_START_C: Final = 105
_FNC1: Final = 102
_STOP: Final = 106
SYMBOL_MODULES: Final = 288
"""Width of a payment barcode without quiet zones: 25 characters of 11 modules and the stop of 13."""


def symbol_values(digits: str) -> tuple[int, ...]:
    """The symbol characters of GS1-128 in code set C: start, FNC1, pairs, check character, stop.

    Args:
        digits: an even number of ASCII digits.
    """
    pairs = [int(digits[at : at + 2]) for at in range(0, len(digits), 2)]
    data = [_FNC1, *pairs]
    check = (_START_C + sum(place * value for place, value in enumerate(data, start=1))) % 103
    return (_START_C, *data, check, _STOP)


def bar_widths(digits: str) -> tuple[int, ...]:
    """Widths in modules, bar and gap in turn, beginning and ending with a bar."""
    return tuple(int(width) for value in symbol_values(digits) for width in _WIDTHS[value])
