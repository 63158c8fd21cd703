"""Makes the two document fonts of this folder from Noto Sans CJK (SIL Open Font License 1.1).

Not part of the program and not a dependency: run it by hand with fontTools 4.50 or later, e.g.
    python make_fonts.py /usr/share/fonts/opentype/noto
See README.md beside it for what is covered and why.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

JAPANESE = ("shift_jis", "cp932", "euc_jis_2004")
"""JIS X 0208; IBM's and NEC's extensions (髙 﨑 …); JIS X 0213:2004, all planes."""

# Names that are common in family registers and stand in none of the sets above by their code point.
EXTRA = "𠮷𠮟𡈽𡌛𡑮𡢽𠀋𠂉𠅘𠆢𣘺𦥑𧃴𨂊𩸽䖝凜瘦繫姸"
FEATURES = [
    "ccmp", "locl", "kern", "mark", "mkmk", "palt", "halt", "chws", "calt", "liga",
    "jp78", "jp83", "jp90", "nlck", "hwid", "fwid", "pwid", "ljmo", "vjmo", "tjmo",
]  # fmt: skip
RANGES = (
    (0x20, 0x7E), (0xA0, 0x17F), (0x2000, 0x206F), (0x2070, 0x209F), (0x20A0, 0x20BF), (0x2100, 0x214F),
    (0x2150, 0x218F), (0x2190, 0x21FF), (0x2200, 0x22FF), (0x2460, 0x24FF), (0x2500, 0x25FF), (0x2600, 0x266F),
    (0x3000, 0x30FF), (0x31F0, 0x31FF), (0x3200, 0x33FF), (0xFF00, 0xFFEF), (0x3130, 0x318F),
    (0xF900, 0xFA6D),  # CJK compatibility ideographs: old forms people insist on in their names
)  # fmt: skip


SELECTORS = (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
"""Variation selectors (異体字セレクタ): without them in the set their glyphs are dropped."""


def of_codec(codec: str) -> Iterator[int]:
    """Every code point that the codec can write."""
    for code in [*range(0x20, 0x3000), *range(0x3000, 0xD800), *range(0xE000, 0x10000), *range(0x20000, 0x2FFFF)]:
        if unicodedata.category(chr(code)) == "Co":
            continue
        try:
            encoded = chr(code).encode(codec)
        except UnicodeEncodeError:
            continue
        if len(encoded) <= 3:  # longer: Python's euc_kr spells other syllables out
            yield code


def coverage(*, bold: bool) -> set[int]:
    """Code points to keep. Bold carries headings: no variants by selector, fewer syllables, no hanja of Korea."""
    found = {code for first, last in RANGES for code in range(first, last + 1)} | {ord(c) for c in EXTRA}
    for codec in (*JAPANESE, "gb2312"):
        found.update(of_codec(codec))
    if bold:
        return found | {code for code in of_codec("euc_kr") if 0xAC00 <= code < 0xD7A4}
    # every Hangul syllable: names use rare ones
    return found | set(of_codec("euc_kr")) | set(range(0xAC00, 0xD7A4)) | set(SELECTORS)


def make(source: Path, target: Path, *, bold: bool) -> None:
    """Subset the Japanese face of the collection `source` into `target`, under a name of its own."""
    from fontTools import subset  # type: ignore[import-not-found]  # a tool for this script only

    options = subset.Options()
    # Headings in Chinese keep the Japanese shapes: the others would cost 1.5 MB for a few words.
    options.layout_features = [f for f in FEATURES if not (bold and f == "locl")]
    options.font_number = 0
    options.desubroutinize = False
    options.hinting = False  # documents are printed or zoomed; hints would be a fifth of the size
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE", "DSIG"]
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.glyph_names = False
    font = subset.load_font(source, options)
    keep = subset.Subsetter(options)
    keep.populate(unicodes=coverage(bold=bold))
    keep.subset(font)
    style = "Bold" if bold else "Regular"
    names = {1: "Jichi Document", 2: style, 3: f"JichiDocument-{style}", 4: f"Jichi Document {style}",
             6: f"JichiDocument-{style}"}  # fmt: skip
    table = font["name"]
    table.names = [n for n in table.names if n.langID == 0x409 and n.nameID in options.name_IDs]
    for identifier, value in names.items():
        table.setName(value, identifier, 3, 1, 0x409)
    cff = font["CFF "].cff
    cff.fontNames = [f"JichiDocument-{style}"]
    font["head"].modified = font["head"].created  # the same input gives the same file
    font.recalcTimestamp = False
    subset.save_font(font, target, options)


def main() -> None:
    """Both weights, into this folder."""
    source = Path(sys.argv[1])
    here = Path(__file__).parent
    for style in ("Regular", "Bold"):
        make(source / f"NotoSansCJK-{style}.ttc", here / f"JichiDocument-{style}.otf", bold=style == "Bold")


if __name__ == "__main__":
    main()
