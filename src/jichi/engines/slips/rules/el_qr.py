"""eL-QR (地方税統一QRコード): 255 digits of tag, length, value, made and read; and the eL number typed in its place.

Layout: Payments Japan MPM guideline and 地方税共同機構, as read in a public parser. The lists of tax numbers, periods
and local bodies come with the municipality's own agreement: they are handed in, never known here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from jichi.kernel.calendar import format_date
from jichi.kernel.errors import Invalid

from .check_digits import crc_16
from .faults import Fault
from .ocr import UPPER, lower_line, ocr_faults, upper_line

LENGTH: Final = 255
AGENCY: Final = "13800"
"""収納機関番号 of 地方税共同機構."""
_TAGS: Final = (("00", 2), ("01", 2), ("27", 96), ("54", 11), ("62", 26), ("80", 85), ("63", 5))
_FIXED: Final = (("00", "01"), ("01", "12"))
_MPN: Final = 83


@dataclass(frozen=True, slots=True, kw_only=True)
class ElSlip:
    """What an eL-QR says. `amount` in yen; codes as text with their zeros; years are calendar years of 4 digits."""

    amount: int
    fee_number: str
    case_key: str
    confirmation: str
    body_code: str
    levy_year: str
    tax_year: str
    period: str
    due: date
    pay_by: date
    office: str = "000"
    payee: str = "0" * 11

    @property
    def el_number(self) -> tuple[str, str, str, str]:
        """eL番号: agency, payment number, confirmation number, payment category; what people type."""
        return AGENCY, self.case_key, self.confirmation, self.fee_number


@dataclass(frozen=True, slots=True, kw_only=True)
class ElReading:
    """A payload as read: what it says (None unless its shape can be trusted) and every fault."""

    slip: ElSlip | None
    faults: tuple[Fault, ...]


def el_lines(slip: ElSlip) -> tuple[str, str]:
    """The two OCR lines that an eL-QR carries: 39 and 44 digits.

    Raises:
        Invalid: "slip.line_part" where a part has not its length.
    """
    return (
        upper_line(payee=slip.payee, amount=slip.amount, agency=AGENCY, fee_number=slip.fee_number),
        lower_line(
            case_key=slip.case_key, confirmation=slip.confirmation, body_code=slip.body_code, office=slip.office
        ),
    )


def build_el_qr(slip: ElSlip) -> str:
    """The 255 digits of the symbol.

    Raises:
        Invalid: "slip.line_part" where a part has not its length, "slip.el_days" where it is paid before it is due.
    """
    for part, text, length in (("levy_year", slip.levy_year, 4), ("tax_year", slip.tax_year, 4),
                               ("period", slip.period, 2)):  # fmt: skip
        if len(text) != length or not text.isascii() or not text.isdecimal():
            raise Invalid("slip.line_part", part=part, length=length)
    if slip.pay_by < slip.due:
        raise Invalid("slip.el_days")
    lines = "".join(el_lines(slip))
    days = f"{slip.due:%Y%m%d}{slip.pay_by:%Y%m%d}"
    values = {
        "00": "01", "01": "12", "27": f"0005{AGENCY}01{_MPN}{lines}", "54": f"{slip.amount:011}",
        "62": f"{slip.levy_year}{slip.tax_year}{slip.period}{days}", "80": "0" * 85,
    }  # fmt: skip
    text = "".join(f"{tag}{len(value):02}{value}" for tag, value in values.items()) + "6305"
    return f"{text}{crc_16(text.encode()):05}"


def _values(text: str) -> dict[str, str] | None:
    """Tag → value where tags and lengths stand as they must; None otherwise."""
    at, found = 0, {}
    for tag, length in _TAGS:
        if text[at : at + 4] != f"{tag}{length:02}":
            return None
        found[tag] = text[at + 4 : at + 4 + length]
        at += 4 + length
    return found


def el_qr_faults(
    text: str, *, today: date | None = None, body_codes: frozenset[str] = frozenset()
) -> tuple[Fault, ...]:
    """Everything that is wrong with a payload, each with its own code.

    Args:
        today: where given, a pay-by date before it is a fault ("slip.el_expired").
        body_codes: our own codes of the local body; where given, others are a fault ("slip.el_body").
    """
    if not text.isascii() or not text.isdecimal():
        return (Fault("slip.non_digit"),)
    if len(text) != LENGTH:
        return (Fault("slip.length", {"length": len(text), "wanted": LENGTH}),)
    values = _values(text)
    if values is None:
        return (Fault("slip.el_tags"),)
    faults = []
    wrong = [tag for tag, value in _FIXED if values[tag] != value]
    if values["27"][:4] != "0005" or values["27"][9:13] != f"01{_MPN}":
        wrong.append("27")
    faults += [Fault("slip.el_fixed", {"tag": tag}) for tag in wrong]
    right = f"{crc_16(text[:-5].encode()):05}"
    if values["63"] != right:
        faults.append(Fault("slip.crc", {"found": values["63"], "right": right}))
    if not wrong:
        faults += _inner_faults(values, today, body_codes)
    return tuple(faults)


def _inner_faults(values: dict[str, str], today: date | None, body_codes: frozenset[str]) -> list[Fault]:
    lines = values["27"][13:]
    faults = [*ocr_faults(lines[:UPPER]), *ocr_faults(lines[UPPER:])]
    if values["27"][4:9] != AGENCY or lines[25:30] != AGENCY:
        faults.append(Fault("slip.el_agency", {"found": lines[25:30]}))
    if values["54"] != lines[13:24]:
        faults.append(Fault("slip.el_amount", {"outer": f"{int(values['54']):,}", "inner": f"{int(lines[13:24]):,}"}))
    if int(values["54"]) == 0:
        faults.append(Fault("slip.amount_zero"))
    due, pay_by = _day(values["62"][10:18]), _day(values["62"][18:])
    if due is None:
        faults.append(Fault("slip.el_due", {"found": values["62"][10:18]}))
    if pay_by is None:
        faults.append(Fault("slip.el_pay_by", {"found": values["62"][18:]}))
    elif today is not None and pay_by < today:
        faults.append(Fault("slip.el_expired", {"day": format_date(pay_by)}))
    if body_codes and lines[68:73] not in body_codes:
        faults.append(Fault("slip.el_body", {"found": lines[68:73]}))
    return faults


def _day(text: str) -> date | None:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def read_el_qr(text: str, *, today: date | None = None, body_codes: frozenset[str] = frozenset()) -> ElReading:
    """A payload with all its faults; never raises. What it says is given also where only a check is wrong."""
    faults = el_qr_faults(text, today=today, body_codes=body_codes)
    if {fault.code for fault in faults} & _SHAPELESS:
        return ElReading(slip=None, faults=faults)
    values = _values(text) or {}
    lines, about = values["27"][13:], values["62"]
    due, pay_by = _day(about[10:18]), _day(about[18:])
    if due is None or pay_by is None:
        return ElReading(slip=None, faults=faults)
    slip = ElSlip(
        amount=int(values["54"]), payee=lines[2:13], fee_number=lines[31:34], case_key=lines[41:61],
        confirmation=lines[61:67], body_code=lines[68:73], office=lines[73:76], levy_year=about[:4],
        tax_year=about[4:8], period=about[8:10], due=due, pay_by=pay_by,
    )  # fmt: skip
    return ElReading(slip=slip, faults=faults)


_SHAPELESS: Final = frozenset({"slip.non_digit", "slip.length", "slip.el_tags", "slip.el_fixed"})
