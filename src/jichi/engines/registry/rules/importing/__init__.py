"""Rules of taking the register from files: what a file is, what its cells mean, what is wrong in which line. Pure."""

from .dates import UNKNOWN, RegisterDate, UnreadableDate, as_birth, for_calculation, read_date
from .mapping import FORMAT, MappingError, RegisterMapping, is_forbidden, json_schema, load_mapping
from .naming import Before, FileName, out_of_order, read_name
from .reading import ADDRESS_ITEMS, RESIDENT_ITEMS, STAGED, Reader, Report, has_header
from .scanning import ENCODINGS, Scan, UnclearFile, checksum_of, scan

__all__ = [
    "ADDRESS_ITEMS", "ENCODINGS", "FORMAT", "RESIDENT_ITEMS", "STAGED", "UNKNOWN", "Before", "FileName", "MappingError",
    "Reader", "RegisterDate", "RegisterMapping", "Report", "Scan", "UnclearFile", "UnreadableDate", "as_birth",
    "checksum_of", "for_calculation", "has_header", "is_forbidden", "json_schema", "load_mapping", "out_of_order",
    "read_date", "read_name", "scan",
]  # fmt: skip
