"""Rules of registering, debiting and setting up. Pure."""

from __future__ import annotations

from .setting import hours_from, is_bank_code, offer_numbers, time_from

__all__ = ["hours_from", "is_bank_code", "offer_numbers", "time_from"]
