"""The part of an event's form about money: when it is paid, classes of persons, cancellation charges."""

from __future__ import annotations

from typing import Any, Final

from jichi.design.fields import FieldGroup, FormField, Option
from jichi.design.typed import Typed
from jichi.engines.booking.rules.paying import CancelStep
from jichi.kernel.errors import FieldError

from ...rules import Content, Price

MOST_PRICES: Final = 4
MOST_STEPS: Final = 3
MOST_YEN: Final = 1_000_000
WHEN: Final = {
    "": "当日に会場で受け取る",
    "1": "申込みのときに、インターネットで支払ってもらう(電話の方は当日まで)",
}


class PriceReader:
    """Reads those fields."""

    def __init__(self, read: Typed) -> None:
        self.read = read
        self.post = read.post

    def all(self) -> dict[str, Any]:
        """As arguments of `Content`."""
        prices = [self._price(place) for place in range(1, MOST_PRICES + 1)]
        steps = [self._step(place) for place in range(1, MOST_STEPS + 1)]
        return {
            "pay_first": self.post.get("pay_first", "") == "1",
            "hold_minutes": self.read.number("hold_minutes", 5, 1440, 30),
            "prices": tuple(one for one in prices if one),
            "cancel_steps": tuple(one for one in steps if one),
        }

    def _price(self, place: int) -> Price | None:
        label, yen = self.post.get(f"price{place}_label", "").strip()[:60], f"price{place}_yen"
        if label and not self.post.get(yen, "").strip():
            self.read.wrong[yen] = FieldError("field.required")
        amount = self.read.number(yen, 0, MOST_YEN, 0)
        return Price(key=f"price{place}", label=label, yen=amount) if label else None

    def _step(self, place: int) -> CancelStep | None:
        if not self.post.get(f"cancel{place}", "").strip():
            return None
        days = self.read.number(f"cancel{place}", 0, 365, 0)
        return CancelStep(days, self.read.number(f"cancel{place}_percent", 0, 100, 100))


def price_group(content: Content) -> FieldGroup:
    """The fields."""
    fields = [
        FormField(
            name="pay_first", label="料金の受け取り方", kind="radio", value="1" if content.pay_first else "",
            options=tuple(Option(key, word) for key, word in WHEN.items()),
        ),
        FormField(
            name="hold_minutes", label="支払いを待つ時間", unit="分", size=6, required=False,
            value=str(content.hold_minutes), hint="この間、席を押さえます。過ぎると次の方に回ります。",
        ),
    ]  # fmt: skip
    for place in range(1, MOST_PRICES + 1):
        there = next((one for one in content.prices if one.key == f"price{place}"), None)
        hint = "例: 大人、子ども、障害者手帳のある方(0円)。全員が同じ額なら、空のままにします。" if place == 1 else ""
        fields += [
            FormField(
                name=f"price{place}_label", label=f"料金の区分{place}", required=False, hint=hint,
                value=there.label if there else "",
            ),
            FormField(
                name=f"price{place}_yen", label=f"区分{place}の1人の料金", unit="円", size=10, required=False,
                value=str(there.yen) if there else "",
            ),
        ]  # fmt: skip
    for place in range(1, MOST_STEPS + 1):
        step = content.cancel_steps[place - 1] if len(content.cancel_steps) >= place else None
        hint = "始めの日の何日前からか。当日は0。空なら、支払った料金を全部返します。" if place == 1 else ""
        fields += [
            FormField(
                name=f"cancel{place}", label=f"取り消し料{place}", unit="日前から", size=5, required=False, hint=hint,
                value=str(step.days) if step else "",
            ),
            FormField(
                name=f"cancel{place}_percent", label=f"取り消し料{place}の割合", unit="%", size=5, required=False,
                value=str(step.percent) if step else "",
            ),
        ]  # fmt: skip
    return FieldGroup("支払い", tuple(fields))
