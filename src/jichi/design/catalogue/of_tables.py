"""Sentences about a file of a table that an official gives (`jichi.kernel.tables`)."""

from __future__ import annotations

from typing import Final

TABLE_MESSAGES: Final[dict[str, str]] = {
    "table.file_too_large": "ファイルが大きすぎます。{max}MBまでにしてください。",
    "table.not_text": "CSVとして読めません。表計算ソフトから「CSV UTF-8」で保存し直してください。",
    "table.not_csv": "この行から先を読めません。引用符の閉じ忘れがないか確かめてください。",
    "table.heading_twice": "同じ意味の列が2つあります。1つにしてください。",
    "table.no_column": "この列がありません。1行目に列の名前を入れてください。",
    "table.too_many_rows": "行が多すぎます。{max}行までにしてください。",
    "table.no_rows": "読める行がありません。見出しの下に、1行に1件ずつ書いてください。",
}
