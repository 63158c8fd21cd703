"""The layouts we know, as tables. A bank's own variant is another table (`jichi bankfiles --layout FILE`), not code.

`confirmed no`: written from memory or without the peer's sheet; ask the bank or agent before real use.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from jichi.kernel.errors import NotFound

from .layout import Layout, read_layout

_HEADER: Final = """
record header 1
1 1 N kind データ区分 =1
2 2 N business 種別コード ={business}
4 1 N code コード区分 in:0,1
5 10 N client_code 委託者コード
15 40 C client_name 委託者名
55 4 N mmdd 引落日・振込日
59 4 N bank 取引銀行番号
63 15 C bank_name 取引銀行名
78 3 N branch 取引支店番号
81 15 C branch_name 取引支店名
96 1 N type 預金種目 in:1,2,9
97 7 N account 口座番号
104 {rest} C filler 余白 blank
"""
_DEBIT: Final = """
record data 2
1 1 N kind データ区分 =2
2 4 N bank 引落銀行番号
6 15 C bank_name 引落銀行名
21 3 N branch 引落支店番号
24 15 C branch_name 引落支店名
39 4 C filler_1 余白1 blank
43 1 N type 預金種目 in:1,2,3,9
44 7 N account 口座番号
51 30 C holder 預金者名
81 10 N amount 引落金額 positive
91 1 N new_code 新規コード in:0,1,2
92 20 N customer_no 顧客番号
112 1 C result 振替結果コード in:0,1,2,3,4,8,9,N
113 8 C filler_2 余白2 blank
"""
_DEBIT_TRAILER: Final = """
record trailer 8
1 1 N kind データ区分 =8
2 6 N count 合計件数
8 12 N amount 合計金額
20 6 N ok_count 振替済件数
26 12 N ok_amount 振替済金額
38 6 N ng_count 振替不能件数
44 12 N ng_amount 振替不能金額
56 {rest} C filler 余白 blank
"""
_END: Final = """
record end 9
1 1 N kind データ区分 =9
2 {rest} C filler 余白 blank
"""
_DEBIT_120: Final = (
    "layout zengin-91\ntitle 全銀 口座振替(120バイト)\nlength 120\n"
    + _HEADER.format(business="91", rest=17) + _DEBIT + _DEBIT_TRAILER.format(rest=65) + _END.format(rest=119)
)  # fmt: skip
_DEBIT_220: Final = (
    "layout zengin-91-220\ntitle 口座振替 地公体(220バイト)\nlength 220\nconfirmed no\n"
    + _HEADER.format(business="91", rest=117) + _DEBIT + """
121 10 C fee_item 料金・税目
131 30 C person 被保険者等の氏名
161 4 N fiscal_year 年度 optional
165 15 C passbook 通帳の摘要
180 41 C filler_3 余白3 blank
""" + _DEBIT_TRAILER.format(rest=165) + _END.format(rest=219)
)  # fmt: skip
_TRANSFER: Final = (
    "layout zengin-21\ntitle 全銀 総合振込(120バイト)\nlength 120\nconfirmed no\n"
    + _HEADER.format(business="21", rest=17) + """
record data 2
1 1 N kind データ区分 =2
2 4 N bank 被仕向銀行番号
6 15 C bank_name 被仕向銀行名
21 3 N branch 被仕向支店番号
24 15 C branch_name 被仕向支店名
39 4 C clearing 手形交換所番号
43 1 N type 預金種目 in:1,2,4,9
44 7 N account 口座番号
51 30 C holder 受取人名
81 10 N amount 振込金額 positive
91 1 N new_code 新規コード in:0,1,2
92 20 C customer_no 顧客コード
112 1 C way 振込指定区分
113 1 C mark 識別表示
114 7 C filler 余白 blank
record trailer 8
1 1 N kind データ区分 =8
2 6 N count 合計件数
8 12 N amount 合計金額
20 101 C filler 余白 blank
""" + _END.format(rest=119)
)  # fmt: skip
_CREDIT: Final = """layout zengin-01
title 全銀 振込入金通知(200バイト)
length 200
confirmed no
record header 1
1 1 N kind データ区分 =1
2 2 N business 種別コード =01
4 1 N code コード区分 in:0,1
5 6 N made_on 作成日
11 6 N from_day 勘定日(自)
17 6 N to_day 勘定日(至)
23 4 N bank 銀行番号
27 15 C bank_name 銀行名
42 3 N branch 支店番号
45 15 C branch_name 支店名
60 1 N type 預金種目 in:1,2,4,9
61 7 N account 口座番号
68 40 C account_name 口座名
108 93 C filler 余白 blank
record data 2
1 1 N kind データ区分 =2
2 6 N number 照会番号
8 6 N booked_on 勘定日
14 6 N value_on 起算日
20 10 N amount 金額 positive
30 10 N uncleared うち他店券金額
40 10 N payer_code 振込依頼人コード optional
50 48 C payer 振込依頼人名
98 15 C bank_name 仕向銀行名
113 15 C branch_name 仕向店名
128 1 C cancel 取消区分
129 20 C edi EDI情報
149 52 C filler 余白 blank
record trailer 8
1 1 N kind データ区分 =8
2 6 N count 振込合計件数
8 12 N amount 振込合計金額
20 6 N cancel_count 取消合計件数
26 12 N cancel_amount 取消合計金額
38 163 C filler 余白 blank
record end 9
1 1 N kind データ区分 =9
2 199 C filler 余白 blank
"""
_STATEMENT: Final = """layout zengin-03
title 全銀 入出金取引明細(200バイト)
length 200
confirmed no
record header 1
1 1 N kind データ区分 =1
2 2 N business 種別コード =03
4 1 N code コード区分 in:0,1
5 6 N made_on 作成日
11 6 N from_day 勘定日(自)
17 6 N to_day 勘定日(至)
23 4 N bank 銀行番号
27 15 C bank_name 銀行名
42 3 N branch 支店番号
45 15 C branch_name 支店名
60 3 C filler_1 余白1 blank
63 1 N type 預金種目 in:1,2,4,9
64 10 N account 口座番号
74 40 C account_name 口座名
114 1 N overdrawn 貸越区分 optional
115 1 N book 通帳・証書区分 optional
116 14 N before_amount 取引前残高 optional
130 71 C filler_2 余白2 blank
record data 2
1 1 N kind データ区分 =2
2 8 N number 照会番号 optional
10 6 N booked_on 勘定日
16 6 N value_on 預入・払出日 optional
22 1 N direction 入払区分 in:1,2
23 2 N dealing 取引区分
25 12 N amount 取引金額 positive
37 12 N uncleared うち他店券金額 optional
49 6 N shown_on 交換呈示日 optional
55 6 N returned_on 不渡返還日 optional
61 1 N paper 手形・小切手区分 optional
62 7 N paper_no 手形・小切手番号 optional
69 3 N other_branch 僚店番号 optional
72 10 N payer_code 振込依頼人コード optional
82 48 C payer 振込依頼人名または契約者番号
130 15 C bank_name 仕向銀行名
145 15 C branch_name 仕向店名
160 20 C summary 摘要内容
180 20 C edi EDI情報
200 1 C filler 余白 blank
record trailer 8
1 1 N kind データ区分 =8
2 6 N in_count 入金件数
8 13 N in_amount 入金額合計
21 6 N out_count 出金件数
27 13 N out_amount 出金額合計
40 1 N overdrawn 貸越区分 optional
41 14 N after_amount 取引後残高 optional
55 7 N record_count データ・レコード件数 optional
62 139 C filler 余白 blank
record end 9
1 1 N kind データ区分 =9
2 10 N all_count レコード総件数 optional
12 5 N accounts 口座数 optional
17 184 C filler 余白 blank
"""
_STORES: Final = """layout stores-120
title 収納代行 コンビニ・アプリの結果(120バイト)
length 120
framing data_only
record data 2
1 1 N kind データ区分 =2
2 2 N receipt_kind データ種別
4 8 N paid_on 収納日
12 4 N paid_at 収納時刻
16 1 N symbol_type バーコード種別
17 44 N barcode バーコード
61 3 C filler_1 余白1 blank
64 7 N shop 店舗コード
71 2 N customer_class 客層
73 8 N data_on データ作成日
81 8 N remit_on 振込予定日
89 8 N account_on 経理処理日
97 6 N chain 企業コード
103 18 C filler_2 余白2 blank
"""
SOURCES: Final = {
    "zengin-91": _DEBIT_120, "zengin-91-220": _DEBIT_220, "zengin-21": _TRANSFER, "zengin-01": _CREDIT,
    "zengin-03": _STATEMENT, "stores-120": _STORES,
}  # fmt: skip
"""Name → table."""


@cache
def layout(name: str) -> Layout:
    """The layout of this name. NotFound."""
    source = SOURCES.get(name)
    if source is None:
        raise NotFound("bankfile.no_layout", name=name)
    return read_layout(source)
