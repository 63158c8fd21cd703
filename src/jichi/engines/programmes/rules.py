"""Words that programmes share. Pure: values only."""

from __future__ import annotations

from typing import Final

from jichi.kernel.localized import LocalizedText

CLOSING: Final[LocalizedText] = {
    "ja": "\n申込番号: {about}\n\nログインしてご覧ください。\n{url}\n",
    "easy": "\nあなたの番号: {about}\n\nここで見てください。\n{url}\n",
    "en": "\nReference number: {about}\n\nPlease sign in to read it.\n{url}\n",
    "zh-hans": "\n受理编号：{about}\n\n请登录后查看。\n{url}\n",
    "ko": "\n접수번호: {about}\n\n로그인하여 확인해 주세요.\n{url}\n",
}
"""How a mail about an entry ends: its number, and where to read it."""
