"""The sandbox town: slips judged as tills do, files in the real layouts, faults that end where they promise."""

from __future__ import annotations

import io
import threading
import urllib.error
import urllib.request
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import pytest

from jichi.engines.audit.context import system_actor, unit
from jichi.engines.slips.rules import build_barcode
from jichi.kernel import clock

from .. import actions, queries, rules
from ..models import StoreReceipt
from ..sandbox import Streets
from ..sandbox_town import FAULTS, PLACES, RefusedError, Slip, Town, read_slip
from .made import debit, debits

SYSTEM = system_actor("test")
NOW = datetime(2026, 7, 1, 12, 0, tzinfo=clock.TOKYO)
TERMS = {"issuer": "900000", "prefix": "12345"}


def slip(number: int, **other: object) -> Slip:
    """A slip of 4,500 yen as the till reads it."""
    told = {"issuer": "900000", "free_area": f"12345{number:014}", "reissue": 0, "pay_by": None, "amount": 4_500}
    return read_slip(build_barcode(**{**told, **other}).digits, b"", "", NOW)  # type: ignore[arg-type] # the fields above


def town_with(folder: Path, faults: dict[int, str]) -> Town:
    """One slip for each number, paid at the till with its fault."""
    town = Town(folder)
    for number, fault in faults.items():
        town.take(slip(number), "till", fault, NOW)
    return town


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("9192902325207000001012349990029999990015436", "けた"),
        (
            build_barcode(issuer="900000", free_area="1", reissue=0, pay_by=date(2026, 6, 30), amount=1).digits,
            "取扱期限",
        ),
        (build_barcode(issuer="900000", free_area="1", reissue=0, pay_by=None, amount=300_001).digits, "300,000円"),
        ("]C0" + build_barcode(issuer="900000", free_area="1", reissue=0, pay_by=None, amount=1).digits, "レジ"),
    ],
)
def test_the_till_refuses_what_a_till_refuses(text: str, told: str) -> None:
    with pytest.raises(RefusedError, match=told):
        read_slip(text, b"", "", NOW)


@pytest.mark.parametrize("layout", ["stores-120", "stores-csv"])
def test_every_file_is_read_by_the_rules_of_the_house(tmp_path: Path, layout: str) -> None:
    faults = {n: fault for n, fault in enumerate(FAULTS, start=1) if layout == "stores-120" or fault != "amount"}
    town = town_with(tmp_path, faults)
    counts: Counter[str] = Counter()
    for kind in ("01", "02", "03"):
        data = town.file(town.report(kind, layout, NOW))
        assert data is not None
        read = rules.staged(data, rules.store_terms({**TERMS, "layout": layout}))
        assert read.errors == ()
        counts.update(read.counts)
    late = 1 if layout == "stores-120" else 0  # the fault "amount" has an advance notice and a final report
    assert counts == {"advance": 5 + late, "final": 5 + late, "cancel": 2}
    with pytest.raises(RefusedError):
        town.report("01", layout, NOW)


def test_another_amount_in_a_csv_is_an_error_of_its_line(tmp_path: Path) -> None:
    town = town_with(tmp_path, {1: "", 2: "amount"})
    town.report("01", "stores-csv", NOW)
    data = town.file(town.report("02", "stores-csv", NOW))
    assert data is not None
    read = rules.staged(data, rules.store_terms({**TERMS, "layout": "stores-csv"}))
    assert [one.code for one in read.errors] == ["bankfile.amount_differs"]


@pytest.mark.django_db
def test_faults_end_where_the_state_machine_says(tmp_path: Path) -> None:
    actions.set_partner(actor=SYSTEM, code="town", kind="stores", title="お試しの町", terms=TERMS)
    town = town_with(tmp_path, dict(enumerate(FAULTS, start=1)))
    for kind, again in (("01", False), ("02", False), ("02", True), ("03", False)):
        data = town.file(town.report(kind, "stores-120", NOW, again=again))
        assert data is not None
        id, _new = actions.read_file(actor=SYSTEM, partner="town", purpose="receipts", filename="a.txt", data=data)
        actions.apply_file(actor=SYSTEM, id=id)
    with unit(SYSTEM):
        states = Counter(one.state for one in StoreReceipt.objects.all())
        assert [one.kind for one in queries.differences().rows] == ["conflict"]
    # works, late, twice (two), conflict, and "amount" as another receipt; its own notice still waits
    assert states == {"final": 6, "provisional": 1, "cancelled": 1}


def test_a_bank_answers_a_request_with_the_codes_that_were_chosen(tmp_path: Path) -> None:
    asked = debits(*(debit(n, 1_000 * n) for n in (1, 2, 3)))
    town = Town(tmp_path)
    data = town.file(town.answer(asked, {"2": "1"}, "0", "", NOW))
    assert data is not None
    read = rules.read_file(data, rules.layout("zengin-91"))
    assert (read.error_count, read.groups[0].trailer["ok_amount"], read.groups[0].trailer["ng_count"]) == (0, 4_000, 1)
    for fault, differs in (("lost", "missing"), ("twice", "twice"), ("amount", "amounts")):
        answer = town.file(town.answer(asked, {}, "0", fault, NOW))
        assert answer is not None
        lines = [
            [rules.Line(*row) for row in rules.read_file(one, rules.layout("zengin-91")).data.tuples(
                "customer_no", "amount", "result")]
            for one in (asked, answer)
        ]  # fmt: skip
        assert getattr(rules.compare(*lines, ours=("a", "b"), theirs=("a", "b")), differs)
    with pytest.raises(RefusedError, match="銀行で読めない"):
        town.answer(b"nothing", {}, "0", "", NOW)


def test_a_photo_of_a_slip_is_paid_and_reported_over_the_pages(tmp_path: Path) -> None:
    import zxingcpp
    from PIL import Image

    digits = build_barcode(issuer="900000", free_area="12345", reissue=0, pay_by=None, amount=4_500).digits
    bars = zxingcpp.create_barcode(f"(91){digits[2:]}", zxingcpp.BarcodeFormat.Code128, gs1=True)
    picture = io.BytesIO()
    Image.fromarray(bars.to_image(scale=4)).save(picture, "PNG")
    streets = Streets(("127.0.0.1", 0), Town(tmp_path))
    threading.Thread(target=streets.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    origin = f"http://127.0.0.1:{streets.server_address[1]}"

    def send(path: str, body: bytes, kind: str = "application/x-www-form-urlencoded") -> str:
        request = urllib.request.Request(origin + path, data=body, headers={"Content-Type": kind})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return str(answer.read().decode())

    try:
        parts = b'--x\r\nContent-Disposition: form-data; name="photo"; filename="a.png"\r\n\r\n' + picture.getvalue()
        page = send("/app/read", parts + b"\r\n--x--\r\n", "multipart/form-data; boundary=x")
        assert "4,500円" in page
        assert digits in page
        send("/app/take", f"number={digits}&fault=".encode())
        assert "ファイルができました" in send("/agent/report", b"kind=01&layout=stores-120")
        for path in ("/", "/till", "/agent", "/bank", f"/files/{streets.town.files()[0]}"):
            with urllib.request.urlopen(origin + path, timeout=10) as answer:
                assert answer.status == 200
                assert path.startswith("/files/") or "お金は動きません" in answer.read().decode()
        for path, body in (("/agent/report", b"kind=01&layout=stores-120"), ("/bank/answer", b"default=0"),
                           ("/till/read", b"number=1"), ("/agent/report", b"kind=9")):  # fmt: skip
            with pytest.raises(urllib.error.HTTPError) as refused:
                send(path, body)
            assert refused.value.code == 422
            refused.value.close()
    finally:
        streets.shutdown()
        streets.server_close()
    assert (
        PLACES["app"][1]
        in rules.staged(streets.town.file(streets.town.files()[0]) or b"", rules.store_terms(TERMS)).lines.decode()
    )
