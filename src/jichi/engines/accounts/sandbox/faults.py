"""How the stand-in misbehaves: one fault at a time, kept in faults.json of its folder."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FAULTS: Final = {
    "": "正常",
    "down": "停止中 (503)",
    "slow": "応答が遅い (8秒)",
    "wrong_nonce": "別のnonceを返す",
    "other_audience": "別のaudを返す",
    "other_issuer": "別のissを返す",
    "other_azp": "別のazpを返す",
    "expired": "期限の切れたIDトークンを返す",
    "alg_none": "署名のないIDトークンを返す",
    "unknown_key": "公開していない鍵で署名する",
    "bad_at_hash": "at_hashが合わない",
    "other_userinfo": "別の人のuserinfoを返す",
    "low_level": "カードより弱い確認しかしない",
    "rotated_key": "署名の鍵を新しくする",
    "sign_down": "署名の結果を返さない (503)",
    "revoked": "署名用証明書が失効している",
    "certificate_expired": "署名用証明書の期限が切れている",
    "wrong_certificate": "利用者証明用の証明書で署名する",
    "other_authority": "知らない認証局の証明書で署名する",
    "wrong_hash": "別の内容に署名する",
    "other_person": "別の人が署名する",
    "old_status": "失効確認の応答が古い",
    "forged_status": "失効確認の応答の署名が違う",
}
"""Fault → what it does, as the control page says it."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong now, how many times more (0: until changed), and how often keys were rotated."""

    mode: str = ""
    times: int = 0
    generation: int = 0


class Faults:
    """The faults of one stand-in."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "faults.json"

    def read(self) -> Fault:
        """What is set now."""
        try:
            told = json.loads(self._file.read_text(encoding="utf-8"))
            return Fault(str(told["mode"]), int(told["times"]), int(told["generation"]))
        except (OSError, ValueError, KeyError):
            return Fault()

    def set(self, mode: str, times: int = 0) -> None:
        """From now on this; ValueError for what it can't do. "rotated_key" acts once and is over."""
        if mode not in FAULTS:
            raise ValueError(mode)
        generation = self.read().generation + (mode == "rotated_key")
        self._write(Fault("" if mode == "rotated_key" else mode, times, generation))

    def _write(self, fault: Fault) -> None:
        text = json.dumps({"mode": fault.mode, "times": fault.times, "generation": fault.generation})
        fresh = self._file.with_suffix(".new")
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(self._file)

    def use(self, *modes: str) -> str:
        """The fault, if it is one of these; counted down."""
        now = self.read()
        if now.mode not in modes or not now.mode:
            return ""
        if now.times:
            left = now.times - 1
            self._write(Fault(now.mode if left else "", left, now.generation))
        return now.mode
