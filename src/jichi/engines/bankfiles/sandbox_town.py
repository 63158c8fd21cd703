"""What the sandbox town remembers and makes: slips paid at its till and in its app, files of agent and bank.

Files have the real layouts; the rules that read them in the house write them here. No Django.
"""

from __future__ import annotations

import json
import os
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from jichi.engines.slips.errors import MESSAGES
from jichi.engines.slips.rules import PaymentBarcode, read_barcode
from jichi.engines.slips.scanning import scan
from jichi.kernel.errors import Invalid

from . import rules
from .errors import words
from .rules.invented import report as store_report
from .rules.invented import reports as store_reports
from .sandbox_credits import credit_list

CEILING: Final = 300_000
PLACES: Final[Mapping[str, tuple[str, str, str, str]]] = {
    "till": ("コンビニのレジ", "000020", "0110002", "おためしマート"),
    "app": ("電話の支払いアプリ", "000091", "0990001", "おためしペイ"),
}
"""Where one pays → title, chain, shop, the chain's name."""
FAULTS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "": ("ふつうに届く(速報のあと確報)", ("01", "02")),
    "late": ("速報が来ず、確報だけ来る", ("02",)),
    "twice": ("1分あとに別の店でも払う(二重の支払い)", ("01", "02")),
    "cancelled": ("速報のあと取り消される", ("01", "03")),
    "conflict": ("確報のあと取消が来る", ("01", "02", "03")),
    "amount": ("確報の金額が1円ちがう", ("01", "02")),
    "lost": ("報告が届かない", ()),
}
"""Fault of a payment → words, the reports that the agent sends of it, in order."""
KINDS: Final[Mapping[str, str]] = {"01": "速報", "02": "確報", "03": "取消"}
LAYOUTS: Final[Mapping[str, str]] = {"stores-120": "固定長120", "stores-csv": "CSV"}
ANSWER_FAULTS: Final[Mapping[str, str]] = {
    "": "ふつうに答える", "lost": "最後の1件が抜ける", "twice": "最初の1件が2回入る",
    "amount": "最初の1件の額が1円ちがう",
}  # fmt: skip
_CSV_HEAD: Final = "種別,収納日,時刻,バーコード,使用欄1,使用欄2,印紙,金額,企業,企業名,店舗,送金日,作成日"
_REMIT_AFTER: Final = timedelta(days=10)


class RefusedError(Exception):
    """What somebody at the till is told."""


@dataclass(frozen=True, slots=True)
class Slip:
    """A slip that a till takes: its 44 digits and what they say."""

    code: str
    said: PaymentBarcode


def read_slip(text: str, photo: bytes, name: str, now: datetime) -> Slip:
    """The slip of a typed number or a photo or PDF, as a till judges it.

    Raises:
        RefusedError: nothing found, several barcodes, a fault, a day that is over, above the ceiling.
    """
    if photo:
        try:
            found = {one.mark + one.text for one in scan(photo, name).symbols if one.shape == "bars"}
        except Invalid as error:
            raise RefusedError("このファイルは読めません。写真かPDFを選んでください。") from error
        if len(found) != 1:
            raise RefusedError(f"コンビニのバーコードが{len(found)}個見つかりました。1枚の納付書だけを写してください。")
        text = found.pop()
    read = read_barcode(text)
    if read.barcode is None:
        told = [MESSAGES.get(one.code, one.code).format_map(dict(one.params)) for one in read.faults]
        raise RefusedError("レジで読めません。" + " ".join(told))
    said = read.barcode
    if said.pay_by is not None and said.pay_by < now.date():
        raise RefusedError(f"取扱期限({said.pay_by:%Y-%m-%d})を過ぎているので、レジでは扱えません。")
    if said.amount > CEILING:
        raise RefusedError(f"{CEILING:,}円を超えるので、レジでは扱えません。")
    return Slip(read.digits, said)


class Town:
    """The memory: each payment and each file is a file of its own, written whole before an answer leaves."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lock = threading.RLock()
        for name in ("paid", "files"):
            (folder / name).mkdir(parents=True, exist_ok=True)

    def _write(self, path: Path, content: bytes) -> None:
        half = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        with half.open("wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        half.replace(path)

    def _keep(self, one: Mapping[str, Any]) -> None:
        self._write(self.folder / "paid" / f"{one['id']}.json", json.dumps(one, ensure_ascii=False).encode())

    def paid(self) -> list[dict[str, Any]]:
        """All payments, oldest first."""
        return [json.loads(path.read_bytes()) for path in sorted((self.folder / "paid").glob("[!.]*.json"))]

    def files(self) -> list[str]:
        """Names of the files that were made, newest first."""
        return sorted((path.name for path in (self.folder / "files").glob("[!.]*")), reverse=True)

    def file(self, name: str) -> bytes | None:
        """One file; None when there is none."""
        return (self.folder / "files" / name).read_bytes() if name in self.files() else None

    def take(self, slip: Slip, place: str, fault: str, now: datetime) -> None:
        """Take the money for a slip; paid twice, a second shop took it a minute later."""
        _title, chain, shop, _name = PLACES[place]
        shops = (shop, f"{int(shop) + 1:07}") if fault == "twice" else (shop,)
        with self.lock:
            for n, at_shop in enumerate(shops):
                at = now + timedelta(minutes=n)
                self._keep({
                    "id": f"{now:%Y%m%d%H%M%S%f}-{n}-{secrets.token_hex(4)}", "code": slip.code,
                    "amount": slip.said.amount, "place": place,
                    "day": f"{at:%Y%m%d}", "time": f"{at:%H%M}", "shop": at_shop, "chain": chain, "fault": fault,
                    "reported": [],
                })  # fmt: skip

    def due(self, kind: str, *, again: bool = False) -> list[dict[str, Any]]:
        """Payments whose next report is of this kind; `again`: those of which it was sent as well."""
        found = []
        for one in self.paid():
            plan, sent = FAULTS[one["fault"]][1], one["reported"]
            is_next = len(sent) < len(plan) and plan[len(sent)] == kind
            if is_next or (again and kind in sent):
                found.append(one)
        return found

    def report(self, kind: str, layout: str, now: datetime, *, again: bool = False) -> str:
        """The agent's file of one kind; its name.

        Raises:
            RefusedError: there is nothing to report.
        """
        with self.lock:
            chosen = self.due(kind, again=again)
            if not chosen:
                raise RefusedError(f"{KINDS[kind]}で知らせる支払いはありません。")
            write = _csv if layout == "stores-csv" else _records
            suffix = "csv" if layout == "stores-csv" else "txt"
            name = f"{now:%Y%m%d-%H%M%S}-{kind}-{secrets.token_hex(2)}.{suffix}"
            self._write(self.folder / "files" / name, write(kind, chosen, now))
            for one in chosen:
                if kind not in one["reported"]:
                    self._keep({**one, "reported": [*one["reported"], kind]})
            return name

    def credit(self, data: bytes, how: str, fault: str, now: datetime, form: str = "") -> str:
        """The bank's list of credits for a card firm's settlement: the name of the file.

        Raises:
            RefusedError: it is no settlement, or nothing is sent.
        """
        try:
            made = credit_list(data, how, fault, f"{now:%m%d%H%M%S}", form)
        except ValueError as error:
            raise RefusedError(
                "決済会社の精算の明細や収納代行の確報として読めないか、振り込む額がありません。"
            ) from error
        name = f"{now:%Y%m%d-%H%M%S}-nyukin-{secrets.token_hex(2)}.{'txt' if form else 'csv'}"
        self._write(self.folder / "files" / name, made)
        return name

    def answer(self, data: bytes, codes: Mapping[str, str], default: str, fault: str, now: datetime) -> str:
        """The bank's results for a request of account transfers (全銀 120): the name of the file.

        Args:
            codes: customer number without leading zeros → result; `default` for all others.

        Raises:
            RefusedError: it is no request that the bank can read.
        """
        made = _answered(data, codes, default, fault)
        name = f"{now:%Y%m%d-%H%M%S}-furikae-kekka-{secrets.token_hex(2)}.txt"
        self._write(self.folder / "files" / name, made)
        return name


def _told_code(one: Mapping[str, Any], kind: str) -> str:
    """The 44 digits of a fixed record, whose only amount they are: with the fault "amount" a final is of 1 yen more."""
    code = str(one["code"])
    if one["fault"] != "amount" or kind != "02":
        return code
    body = f"{code[:37]}{int(code[37:43]) % 999_999 + 1:06}"
    return f"{body}{rules.check_digit(body + '0')}"


def _records(kind: str, chosen: list[dict[str, Any]], now: datetime) -> bytes:
    remit = "00000000" if kind != "02" else f"{now + _REMIT_AFTER:%Y%m%d}"
    return store_reports(*(
        store_report(
            kind, _told_code(one, kind), day=one["day"], time=one["time"], shop=one["shop"], remit=remit,
            made=f"{now:%Y%m%d}", chain=one["chain"],
        )
        for one in chosen
    ))  # fmt: skip


def _csv(kind: str, chosen: list[dict[str, Any]], now: datetime) -> bytes:
    remit = "0" if kind != "02" else f"{now + _REMIT_AFTER:%Y%m%d}"
    rows = [_CSV_HEAD]
    for one in chosen:
        code, off = str(one["code"]), int(one["fault"] == "amount" and kind == "02")
        rows.append(",".join((
            kind, one["day"], one["time"], f"EAN{code}", code[13:19], code[19:30], code[36],
            str(int(code[37:43]) + off), one["chain"][-3:], PLACES[one["place"]][3], one["shop"], remit,
            f"{now:%Y%m%d}",
        )))  # fmt: skip
    return "".join(f"{row}\r\n" for row in rows).encode("cp932")


def _answered(data: bytes, codes: Mapping[str, str], default: str, fault: str) -> bytes:
    layout = rules.layout("zengin-91")
    read = rules.read_file(data, layout)
    if read.error_count or len(read.groups) != 1 or not len(read.data):
        told = [f"{one.line}行目 {one.place}: {words(one.code, one.params)}" for one in read.errors[:5]]
        raise RefusedError("銀行で読めない依頼です。" + " ".join(told))
    names = [one.name for one in layout.data.given]
    at, yen, number = (names.index(name) for name in ("result", "amount", "customer_no"))
    rows = [list(row) for row in read.data.tuples()]
    for row in rows:
        row[at] = codes.get(str(row[number]).lstrip("0"), default)
    if fault == "lost":
        rows.pop()
    elif fault == "twice":
        rows.insert(1, list(rows[0]))
    elif fault == "amount":
        rows[0][yen] += 1
    group = read.groups[0]
    header = {one.name: group.header[one.name] for one in layout.records["header"].given if one.name in group.header}
    line_end: Any = read.line_end if read.line_end in rules.LINE_ENDS else "crlf"
    made = rules.write_file(layout, header, rows, code=read.code, line_end=line_end, results=True)
    if made.error_count:
        told = [f"{one.line}行目 {one.place}: {words(one.code, one.params)}" for one in made.errors[:5]]
        raise RefusedError("結果のファイルを作れません。" + " ".join(told))
    return made.data
