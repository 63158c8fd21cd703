"""Names in the characters of banks, and passbooks of ゆうちょ銀行."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jichi.kernel.errors import Invalid

from .. import rules
from .made import VECTORS


@pytest.mark.parametrize("vector", VECTORS["zengin_kana"], ids=lambda one: str(one["id"]))
def test_names_as_banks_write_them(vector: dict[str, Any]) -> None:
    assert rules.written(vector["input"]) == rules.Written(vector["expected"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ガ", "ｶﾞ"),
        ("カ\u3099", "ｶﾞ"),
        ("カ゛ハ゜", "ｶﾞﾊﾟ"),
        ("ｶﾞ", "ｶﾞ"),
        ("ー‐―−－ｰ", "------"),
        ("abcＡｂ１", "ABCAB1"),
        ("ァィゥェォッャュョヮヵヶ", "ｱｲｳｴｵﾂﾔﾕﾖﾜｶｹ"),
        ("ｧｯｮ", "ｱﾂﾖ"),
        ("¥￥＼\\", "\\\\\\\\"),
        ("「（）」．，／", "｢().,/".replace("()", "()｣")),
        ("ヴ\u3000ヲ", "ｳﾞ ｦ"),
    ],
)
def test_look_alikes(text: str, expected: str) -> None:
    found = rules.written(text)
    assert found.refused == ()
    assert found.text == expected


@pytest.mark.parametrize(
    ("text", "refused"), [("山田 ハナコ", ("山", "田")), ("ヰヱ", ("ヰ", "ヱ")), ("ｱ･ｲ＆é", ("･", "＆", "é"))]
)
def test_what_a_bank_cannot_write_is_named_and_never_dropped(text: str, refused: tuple[str, ...]) -> None:
    assert rules.written(text).refused == refused


def test_a_bank_may_want_o_for_wo() -> None:
    assert rules.written("ヲノ", wo_as_o=True).text == "ｵﾉ"


@given(st.text(max_size=40))
def test_what_passes_is_allowed_and_stays_the_same(text: str) -> None:
    found = rules.written(text)
    if not found.refused:
        assert rules.WRITTEN.issuperset(found.text)
        assert rules.written(found.text) == found


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("ﾀﾞｲ", 3, ("ﾀﾞｲ", "")),
        ("ﾀﾞｲ", 2, ("ﾀﾞ", "ｲ")),
        ("ｱﾀﾞ", 2, ("ｱ", "ﾀﾞ")),
        ("ｱﾀﾞ", 1, ("ｱ", "ﾀﾞ")),
    ],
)
def test_a_name_is_cut_between_letters_and_the_cut_is_shown(text: str, width: int, expected: tuple[str, str]) -> None:
    assert rules.cut(text, width) == expected


@pytest.mark.parametrize("vector", VECTORS["yucho"], ids=lambda one: str(one["id"]))
def test_passbooks(vector: dict[str, Any]) -> None:
    given, expected = vector["input"], vector["expected"]
    if expected == "reject":
        with pytest.raises(Invalid):
            rules.transfer_account(given["kigo"], given["bango"])
        return
    found = rules.transfer_account(given["kigo"], given["bango"])
    assert found == rules.Account(expected["bank"], expected["branch"], expected["type"], expected["account"])


@pytest.mark.parametrize(
    ("symbol", "number", "field", "code"),
    [
        ("1053", "11", "symbol", "bankfile.yucho_symbol"),
        ("20530", "11", "symbol", "bankfile.yucho_symbol_start"),
        ("10530", "", "number", "bankfile.yucho_number"),
        ("10530", "12", "number", "bankfile.yucho_number_end"),
        ("00530", "1234567", "number", "bankfile.yucho_number_length"),
    ],
)
def test_what_is_wrong_with_a_passbook_is_told(symbol: str, number: str, field: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        rules.transfer_account(symbol, number)
    assert {name: error.code for name, error in refused.value.fields.items()} == {field: code}


def test_account_transfers_use_their_own_form() -> None:
    assert rules.debit_account("10530", "12345671") == rules.Account("9900", "053", "1", "1234567")
