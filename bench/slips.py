"""Payment slips as PDF: pages a second and core, memory of the process that draws them, symbols read back."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bench.figures import Figures, Goal

if TYPE_CHECKING:
    from bench.ground import Ground
    from jichi.engines.slips.rules import Paper

ROOT: Final = Path(__file__).resolve().parents[1]
COUNT: Final = 2000
WHOLE: Final = 60_000
PART: Final = 250
SAMPLE: Final = 20
DPI: Final = 400


def measure(ground: Ground | None = None, *, quick: bool = False) -> bool:
    """Slips with barcode, eL-QR and window address, drawn in parts of 250 by one process; a sample is read back."""
    del ground  # no database is needed
    count = 250 if quick else COUNT
    with tempfile.TemporaryDirectory(prefix="jichi-bench-slips-") as folder:
        done = subprocess.run(
            [sys.executable, "-m", "bench.slips", str(count), folder], cwd=ROOT, capture_output=True, text=True,
            check=True,
        )  # fmt: skip
        found = json.loads(done.stdout.strip().splitlines()[-1])
        right, looked = _read_back(Path(folder))
    rate = count / found["cpu_s"]
    figures = Figures(
        "slips", "Payment slips as PDF: barcode on whole dots, eL-QR, window address",
        ("pages", "CPU s", "pages a CPU second", "seconds", "PDF MB", "memory MB"), sizes={"pages": count, "dpi": DPI},
    )  # fmt: skip
    figures.rows.append(
        (count, round(found["cpu_s"], 1), round(rate), round(found["wall_s"], 1), round(found["bytes"] / 1e6, 1),
         round(found["memory_mb"]))
    )  # fmt: skip
    figures.goals += [
        Goal(name="pages a second and core", value=rate, sense="at least", limit=100, unit="/s"),
        Goal(name="60,000 pages on one core", value=WHOLE / rate / 60, sense="at most", limit=10, unit="min"),
        Goal(name="memory of the process", value=found["memory_mb"], sense="at most", limit=1024, unit="MB"),
        Goal(name="symbols of the sample read back right", value=right / looked, sense="at least", limit=1, unit=""),
    ]
    figures.notes.append(
        f"{SAMPLE} pages rendered at 400 dpi: every barcode as ]C1, every eL-QR as ]Q1, digit for digit."
    )
    figures.notes.append(
        "60,000 pages are reckoned from the rate; parts of 250 keep memory the same however many there are."
    )
    return figures.finish()


def _papers(count: int) -> Iterator[Paper]:
    from jichi.engines.slips import rules

    for number in range(count):
        amount, key = 1_000 + number, f"{number:016}"
        digits = rules.build_barcode(
            issuer="900000", free_area=f"12345{key}", reissue=0, pay_by=date(2026, 8, 31), amount=amount
        ).digits
        el = rules.ElSlip(
            amount=amount, fee_number="031", case_key=key.zfill(20), confirmation=f"{number * 7919 % 10**6:06}",
            body_code="99001", levy_year="2026", tax_year="2026", period="01", due=date(2026, 6, 30),
            pay_by=date(2026, 7, 31),
        )  # fmt: skip
        to = rules.Addressee(
            postcode=f"{number % 10**7:07}", address=f"東京都みどり区本町{number}丁目12番34号 みどりハイツ{number}号室",
            name=f"見本 太郎{number}",
        )  # fmt: skip
        yield rules.Paper(
            to=to, title="令和8年度 学童クラブ保育料 第3期", number=key, amount=amount, due=date(2026, 6, 30),
            issued=date(2026, 6, 1), pay_by=date(2026, 8, 31), digits=digits, el_payload=rules.build_el_qr(el),
            el_number=el.el_number, ocr=rules.el_lines(el),
            rows=(("児童", f"見本 花子{number}"), ("月", "令和8年6月分"), ("月額", f"{amount:,}円"), ("減免", "なし")),
        )  # fmt: skip


def _draw_all(count: int, folder: Path) -> dict[str, Any]:
    from jichi.engines.slips import drawing, rules
    from jichi.kernel.clock import TOKYO

    sender = rules.Sender(
        ward="みどり区", division="子ども育成課", phone="03-0000-0000", places=rules.Sender.usual_places()
    )
    papers = list(_papers(count))
    size, wall, cpu = 0, time.monotonic(), time.process_time()
    for at in range(0, count, PART):
        pdf = drawing.draw(
            papers[at : at + PART], sender=sender, printer=rules.PRINTERS[DPI], window=rules.Window(), large=False,
            made_at=datetime(2026, 6, 1, tzinfo=TOKYO),
        )  # fmt: skip
        (folder / f"{at:06}.pdf").write_bytes(pdf)
        size += len(pdf)
    return {
        "cpu_s": time.process_time() - cpu, "wall_s": time.monotonic() - wall, "bytes": size,
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }  # fmt: skip


def _read_back(folder: Path) -> tuple[int, int]:
    """Symbols of the sample read back right, and how many there were."""
    import pypdfium2
    import zxingcpp

    files = sorted(folder.glob("*.pdf"))
    wanted = list(_papers(len(files) * PART))
    formats = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.Code128, zxingcpp.BarcodeFormat.QRCode])
    right = 0
    for number in range(SAMPLE):
        place = number * len(wanted) // SAMPLE
        paper = wanted[place]
        with pypdfium2.PdfDocument(files[place // PART]) as document:
            image = document[place % PART].render(scale=DPI / 72, grayscale=True).to_pil()
        found = {
            (one.symbology_identifier, one.bytes.decode()) for one in zxingcpp.read_barcodes(image, formats=formats)
        }
        right += len(found & {("]C1", paper.digits), ("]Q1", paper.el_payload)})
    return right, 2 * SAMPLE


if __name__ == "__main__":
    print(json.dumps(_draw_all(int(sys.argv[1]), Path(sys.argv[2]))))
