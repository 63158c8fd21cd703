"""Reports of stores as an agent would send them, of invented payments: for the sample ward and for tests."""

from __future__ import annotations

from .receipts import check_digit


def slip_code(
    number: int, amount: int = 15435, *, reissue: int = 0, pay_by: str = "999999", issuer: str = "929023"
) -> str:
    """44 digits of an invented slip; `number` is its key in the free area, amount in yen."""
    body = f"91{issuer}25207{number:016}{reissue}{pay_by}0{amount:06}"
    return f"{body}{check_digit(body + '0')}"


def report(
    kind: str,
    code: str,
    *,
    day: str = "20260630",
    time: str = "1145",
    shop: str = "0110002",
    remit: str = "20260715",
    made: str = "20260701",
    chain: str = "000020",
) -> str:
    """One record of 120 characters (layout stores-120): kind 01, 02 or 03; days as YYYYMMDD."""
    return f"2{kind}{day}{time}1{code}   {shop}11{made}{remit}{made}{chain}".ljust(120)


def reports(*lines: str) -> bytes:
    """A file of reports, with a header as agents send one."""
    return "".join(f"{line}\r\n" for line in ("1".ljust(120), *lines)).encode()
