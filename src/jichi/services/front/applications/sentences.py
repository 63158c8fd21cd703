"""Sentences of this room for the message catalogue: what was refused, what was kept, what to do now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from jichi.kernel.localized import LocalizedText


def _five(ja: str, easy: str, en: str, zh: str, ko: str) -> LocalizedText:
    return {"ja": ja, "easy": easy, "en": en, "zh-hans": zh, "ko": ko}


MESSAGES: Final[Mapping[str, LocalizedText]] = {
    "draft.page_hidden": _five(
        "ほかの答えが変わったため、この質問はなくなりました。ほかの答えは残っています。マイページから続けてください。",
        "この質問はなくなりました。ほかの答えは残っています。マイページから続けてください。",
        "Another answer changed, so this question is no longer asked. Your other answers are kept. "
        "Please continue from My page.",
        "由于其他答案已更改,此问题不再需要。其他答案仍然保留。请从“我的页面”继续。",
        "다른 답이 바뀌어 이 질문은 필요 없게 되었습니다. 다른 답은 남아 있습니다. 마이페이지에서 계속해 주세요.",
    ),
    "guest.answer": _five(
        "前に入力した内容と違います。もう一度入力してください。",
        "前に書いたものとちがいます。もう一度書いてください。",
        "This is not what you typed before. Please try again.",
        "与之前输入的内容不一致。请重新输入。",
        "이전에 입력한 내용과 다릅니다. 다시 입력해 주세요.",
    ),
    "guest.link_over": _five(
        "このリンクは使い終わったか、期限が切れています。入力した内容は保存しています。新しいリンクを送ります。",
        "このリンクは、もう使えません。書いたものは残っています。新しいリンクを送ります。",
        "This link has been used or has expired. Your answers are saved. We will send you a new link.",
        "此链接已使用或已过期。输入的内容已保存。我们将发送新的链接。",
        "이 링크는 이미 사용되었거나 기한이 지났습니다. 입력한 내용은 저장되어 있습니다. 새 링크를 보내 드립니다.",
    ),
    "link.closed": _five(
        "この申込みは、すでに終わっています。最新の内容を見てください。",
        "これは、もう終わりました。新しいページを見てください。",
        "This request has already ended. Please look at the latest version.",
        "此申请已经结束。请查看最新内容。",
        "이 신청은 이미 종료되었습니다. 최신 내용을 확인해 주세요.",
    ),
    "link.exists": _five(
        "結び付けは、すでに済んでいます。",
        "もう、つながっています。",
        "Your login is already linked.",
        "已完成关联。",
        "이미 연결되어 있습니다.",
    ),
    "link.taken": _five(
        "この人には、すでに別のログインが結び付いています。先にその結び付けを確かめてください。",
        "この人は、もうほかのログインを使っています。",
        "This person is already linked with another login. Please check that link first.",
        "此人已与其他登录关联。请先确认该关联。",
        "이 사람은 이미 다른 로그인과 연결되어 있습니다. 먼저 그 연결을 확인해 주세요.",
    ),
    "link.unknown": _five(
        "この申込みは見つかりません。",
        "ありません。",
        "We cannot find this request.",
        "找不到此申请。",
        "이 신청을 찾을 수 없습니다.",
    ),
    "link.no_address": _five(
        "この人の住所には手紙を送れません。「手紙をやめて確認する」を選んでください。",
        "この人に手紙を送ることができません。",
        "No letter can be sent to this person's address. Please check in another way.",
        "无法向此人的住址寄信。请以其他方式确认。",
        "이 사람의 주소로는 편지를 보낼 수 없습니다. 다른 방법으로 확인해 주세요.",
    ),
}
