"""Lists of a procedure's texts that go out for translation and come back: CSV or Excel, told apart by content.

A door for the rooms above; everything that decides stands in `rules.translations`.
"""

from __future__ import annotations

from .rules import translations
from .rules.translations import TranslationRow
from .sheets import read_xlsx, write_xlsx

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"


def translations_csv(source: str) -> bytes:
    """All texts of a definition file as CSV. Raises DefinitionError where the file is no definition."""
    return translations.csv_of(translations.translation_rows(source))


def translations_xlsx(source: str) -> bytes:
    """The same as an Excel file."""
    return write_xlsx("翻訳", translations.table_of(translations.translation_rows(source)))


def read_translations(content: bytes) -> tuple[TranslationRow, ...]:
    """The rows of a list that came back, whichever of both it is.

    Raises:
        DefinitionError: the file can't be read, or is not safe to read.
    """
    if content.startswith((_ZIP, _OLE)):
        sheets = read_xlsx(content)
        return translations.rows_of(sheets[0].table() if sheets else [])
    return translations.rows_of_csv(content)
