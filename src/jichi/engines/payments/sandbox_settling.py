"""The stand-in firm's settlement files: what it took and gave back since the last, less its fee; faults included."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from jichi.kernel import clock

from .sandbox_store import Store

FAULTS: Final[Mapping[str, str]] = {
    "": "ふつうに精算する", "fee": "最初の1件の手数料が10円多い", "amount": "最初の1件の額が1円少ない",
    "lost": "最初の1件が抜ける", "twice": "最初の1件が2回入る", "unknown": "知らない決済が1件入る",
}  # fmt: skip
PERCENT: Final = 2
SENT_AFTER: Final = timedelta(days=2)
HEAD: Final = "決済番号,区分,売上日,売上金額,手数料,振込金額,振込日"


def settled_files(store: Store) -> list[str]:
    """Names of the files that were made, newest first."""
    return sorted((path.name for path in _folder(store).glob("[!.]*.csv")), reverse=True)


def settled_file(store: Store, name: str) -> bytes | None:
    """One file; None when there is none."""
    return (_folder(store) / name).read_bytes() if name in settled_files(store) else None


def settle(store: Store, fault: str) -> str:
    """Make the file of all that was not settled yet; its name, "" where there is nothing.

    Raises:
        ValueError: no such fault.
    """
    if fault not in FAULTS:
        raise ValueError(f"no fault {fault!r}")
    with store.lock:
        done = _known(store)
        lines = [one for one in (*_sales(store), *_backs(store)) if one[0] not in done]
        if not lines:
            return ""
        now = clock.now().astimezone(clock.TOKYO)
        name = f"{now:%Y%m%d-%H%M%S-%f}.csv"
        rows = _rows(lines, fault, now.date() + SENT_AFTER)
        text = "".join(f"{row}\r\n" for row in (HEAD, *rows))
        (_folder(store) / f"{name}.lines").write_text("\n".join(one[0] for one in lines))
        (_folder(store) / name).write_bytes(text.encode("cp932"))
        return name


def _folder(store: Store) -> Path:
    found = store.folder / "settled"
    found.mkdir(exist_ok=True)
    return found


def _known(store: Store) -> set[str]:
    """What stands in a file already: a lost line too, it is never sent by itself."""
    return {line for path in _folder(store).glob("*.lines") for line in path.read_text().split()}


def _sales(store: Store) -> list[tuple[str, str, date, int]]:
    return [
        (str(paid["id"]), "売上", _day(paid["accepted_at"]), int(paid["amount"]))
        for one in reversed(store.sessions()) if (paid := one["payment"])
    ]  # fmt: skip


def _backs(store: Store) -> list[tuple[str, str, date, int]]:
    today = clock.now().astimezone(clock.TOKYO).date()
    return [(str(one["id"]), "返金", today, -int(one["amount"])) for one in store.refunds() if one["status"] == "done"]


def _day(moment: Any) -> date:
    return datetime.fromisoformat(str(moment)).astimezone(clock.TOKYO).date()


def _rows(lines: list[tuple[str, str, date, int]], fault: str, sent: date) -> list[str]:
    rows = []
    for n, (reference, kind, day, yen) in enumerate(lines):
        off = n == 0
        gross = yen - 1 if off and fault == "amount" else yen
        fee = (abs(gross) * PERCENT // 100 if kind == "売上" else 0) + (10 if off and fault == "fee" else 0)
        rows.append(f"{reference},{kind},{day},{gross},{fee},{gross - fee},{sent}")
    if fault == "lost":
        return rows[1:]
    extra = {"twice": rows[:1], "unknown": [f"pay_unknown,売上,{lines[0][2]},500,10,490,{sent}"]}
    return rows + extra.get(fault, [])
