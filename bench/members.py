"""The former register of users of retreats taken over from a file: 23,570 people, the same again, a month's changes."""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

from bench.figures import Figures, Goal
from bench.ground import ROOT, Ground, server_of
from bench.meter import cpu_of_all

PEOPLE: Final = 23_570
CHANGED: Final = 100
"""One in so many has another telephone number a month later."""
SECONDS: Final = 20.0
MEMORY: Final = 250.0
"""Megabytes of the whole process, the house itself included."""
HEADINGS: Final = "利用者番号,区分,氏名,フリガナ,電話番号,メールアドレス,勤め先,有効期限"
FAMILIES: Final = ("佐藤,サトウ", "鈴木,スズキ", "高橋,タカハシ", "田中,タナカ", "渡辺,ワタナベ", "山本,ヤマモト")
FIRST: Final = ("花子,ハナコ", "太郎,タロウ", "陽子,ヨウコ", "健一,ケンイチ", "美咲,ミサキ", "翔太,ショウタ")


def measure(ground: Ground, *, quick: bool = False) -> bool:
    """The file first, then what the page's action does with it, each in a process of its own."""
    people = PEOPLE // 10 if quick else PEOPLE
    figures = Figures(
        "members", f"{people:,} registered users of retreats from a file (Shift_JIS)",
        ("what", "file, MB", "new", "changed", "same", "wall s", "CPU s", "database CPU s", "peak memory, MB"),
        sizes={"people": people, "fsync": True},
        notes=["One transaction each, with the trail; peak memory is that of the whole process, the house included."],
    )  # fmt: skip
    file = ground.home / "members.csv"
    with ground.copied(ground.empty()) as name:
        for what, month in (("first", 0), ("the same again", 0), (f"one in {CHANGED} changed", 1)):
            file.write_bytes(_file(people, month))
            before = cpu_of_all(server_of(ground))
            found = _asked(ground, name, file)
            database = cpu_of_all(server_of(ground)) - before
            figures.rows.append((
                what, f"{file.stat().st_size / 1e6:.1f}", f"{found['new']:,}", f"{found['changed']:,}",
                f"{found['same']:,}", f"{found['wall']:.1f}", f"{found['cpu']:.1f}", f"{database:.1f}",
                f"{found['peak']:.0f}",
            ))  # fmt: skip
            figures.goals += [
                Goal(name=what, value=found["wall"], sense="at most", limit=SECONDS, unit="s"),
                Goal(name=f"{what}: memory", value=found["peak"], sense="at most", limit=MEMORY, unit="MB"),
            ]
    file.unlink()
    return figures.finish()


def _file(people: int, month: int) -> bytes:
    """Invented people, always the same; in another month one in `CHANGED` has another telephone number."""
    chance, lines = random.Random(20), [HEADINGS]
    for n in range(people):
        (family, reading), (first, sound) = (chance.choice(one).split(",") for one in (FAMILIES, FIRST))
        works = chance.random() < 0.2
        phone = f"03-{month if n % CHANGED == 0 else 0:04}-{n % 10_000:04}"
        mail = f"user{n}@example.jp" if chance.random() < 0.6 else ""
        lines.append(
            f"{n + 1:06},{'在勤' if works else '区民'},{family}　{first},{reading}　{sound},{phone},{mail},"
            f"{'みどり商店' if works else ''},{'2027-03-31' if works else ''}"
        )
    return "\r\n".join([*lines, ""]).encode("cp932")


def _asked(ground: Ground, name: str, file: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.members", str(file)], env=ground.environ(ground.url(name)), cwd=ROOT, text=True,
        capture_output=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


# -- inside the house (a process of its own, on the prepared database) ---------------------------------------------


def _take(file: Path) -> dict[str, float]:
    from jichi.engines.accounts import actions as accounts
    from jichi.engines.accounts import queries
    from jichi.engines.audit.context import system_actor
    from jichi.services.front.retreats import actions

    system = system_actor("bench")
    division = (
        next((one.id for one in queries.divisions() if one.code == "MEMBERS"), None)
        or accounts.create_division(actor=system, code="MEMBERS", names={"ja": "計測"}).pk
    )
    began, computed = time.perf_counter(), time.process_time()
    done = actions.import_members(actor=system, division_id=division, data=file.read_bytes())
    if done.errors:
        raise RuntimeError(done.errors[:3])
    return {
        "new": done.new, "changed": done.changed, "same": done.same, "wall": time.perf_counter() - began,
        "cpu": time.process_time() - computed, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }  # fmt: skip


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jichi.config.settings")
    django.setup()
    print(json.dumps(_take(Path(sys.argv[1]))))
