"""What stands on a slip and how it is checked: barcode, eL-QR, OCR line, Pay-easy numbers, window, limits."""

from .barcode import (
    APPLICATION_IDENTIFIER,
    FREE_LENGTH,
    MOST_REISSUES,
    PaymentBarcode,
    Reading,
    barcode_faults,
    build_barcode,
    checked_barcode,
    normalise,
    printed_lines,
    read_barcode,
)
from .check_digits import crc_16, modulus_10_31, ocr_pair, unseen_swaps
from .code128 import SYMBOL_MODULES, bar_widths, symbol_values
from .el_qr import ElReading, ElSlip, build_el_qr, el_lines, el_qr_faults, read_el_qr
from .faults import Fault
from .jpqr import JpqrReading, read_jpqr
from .limits import USUAL_LIMIT, Terms, barcode_refusal, free_area
from .ocr import lower_line, ocr_faults, upper_line
from .ordering import ElCodes, SlipOrder, doubled, fingerprint, ranges
from .paper import Paper, Sender, Window, require_printable, texts_of
from .payeasy import PayEasy, confirmation_number, same_confirmation
from .printing import PRINTERS, Printer, bar_path, square_path
from .window import LINE_WIDTH, MOST_LINES, Addressee, window_lines

__all__ = [
    "APPLICATION_IDENTIFIER",
    "FREE_LENGTH",
    "LINE_WIDTH",
    "MOST_LINES",
    "MOST_REISSUES",
    "PRINTERS",
    "SYMBOL_MODULES",
    "USUAL_LIMIT",
    "Addressee",
    "ElCodes",
    "ElReading",
    "ElSlip",
    "Fault",
    "JpqrReading",
    "Paper",
    "PayEasy",
    "PaymentBarcode",
    "Printer",
    "Reading",
    "Sender",
    "SlipOrder",
    "Terms",
    "Window",
    "bar_path",
    "bar_widths",
    "barcode_faults",
    "barcode_refusal",
    "build_barcode",
    "build_el_qr",
    "checked_barcode",
    "confirmation_number",
    "crc_16",
    "doubled",
    "el_lines",
    "el_qr_faults",
    "fingerprint",
    "free_area",
    "lower_line",
    "modulus_10_31",
    "normalise",
    "ocr_faults",
    "ocr_pair",
    "printed_lines",
    "ranges",
    "read_barcode",
    "read_el_qr",
    "read_jpqr",
    "require_printable",
    "same_confirmation",
    "square_path",
    "symbol_values",
    "texts_of",
    "unseen_swaps",
    "upper_line",
    "window_lines",
]
