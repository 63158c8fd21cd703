"""Who may play: the sample ward's cast, or those named in people.json of the folder."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from jichi.kernel import clock
from jichi.kernel.calendar import fiscal_year

_CAST: Final = (
    # (key, name, kana, years before the fiscal year, month, day), as jichi.sample.cast has them
    ("sakura", "山田　さくら", "ヤマダ　サクラ", 20, 10, 15),
    ("kenichi", "山田　健一", "ヤマダ　ケンイチ", 52, 7, 3),
    ("ai", "佐々木　愛", "ササキ　アイ", 34, 5, 9),
    ("daisuke", "鈴木　大輔", "スズキ　ダイスケ", 20, 12, 24),
    ("misaki", "𠮷田　美咲", "ヨシダ　ミサキ", 39, 1, 12),
    ("ren", "髙橋　蓮", "タカハシ　レン", 19, 4, 1),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Player:
    """An invented person with a card."""

    key: str
    name: str
    kana: str
    birth_date: date
    address: str = ""
    postcode: str = ""

    def subject(self, audience: str) -> str:
        """The name of this person for one site: another at each."""
        return hashlib.sha256(f"{audience} {self.key} {self.birth_date}".encode()).hexdigest()[:40]

    def claims(self, scopes: frozenset[str]) -> dict[str, Any]:
        """What the scopes open."""
        found: dict[str, Any] = {}
        if "name" in scopes:
            found |= {"name": self.name, "name#ja-Kana-JP": self.kana}
        if "birthdate" in scopes:
            found["birthdate"] = self.birth_date.isoformat()
        if "address" in scopes and self.address:
            found["address"] = {"formatted": self.address, "postal_code": self.postcode}
        if "organisation" in scopes:
            found |= {"organisation_no": "9000000000000", "organisation_name": "お試し町会"}
        return found


def players(folder: Path) -> tuple[Player, ...]:
    """All who may be chosen."""
    year = fiscal_year(clock.today())
    found = [
        Player(key=key, name=name, kana=kana, birth_date=date(year - years, month, day), address="みどり区",
               postcode="0000000")
        for key, name, kana, years, month, day in _CAST
    ]  # fmt: skip
    try:
        told = json.loads((folder / "people.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        told = []
    named = {
        one["key"]: Player(
            key=one["key"], name=one["name"], kana=one.get("kana", ""),
            birth_date=date.fromisoformat(one["birth_date"]), address=one.get("address", ""),
            postcode=one.get("postcode", ""),
        )
        for one in told
    }  # fmt: skip
    return tuple({**{one.key: one for one in found}, **named}.values())
