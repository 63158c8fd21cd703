"""Texts that forms sends."""

from __future__ import annotations

from jichi.engines.messages.rules import Template

TEMPLATES: tuple[Template, ...] = (
    Template(
        key="forms.draft_ends",
        topic="drafts",
        subject={
            "ja": "{ward}: 書きかけの申請があります",
            "easy": "{ward}: 書いているとちゅうの申請があります",
            "en": "{ward}: You have an unfinished application",
            "zh-hans": "{ward}:您有尚未完成的申请",
            "ko": "{ward}: 작성 중인 신청이 있습니다",
        },
        body={
            "ja": "書きかけの申請は、{due}に消えます。続きから始められます。\n{url}",
            "easy": "書いているとちゅうの申請があります。{due}に消えます。ここから続きを書けます。\n{url}",
            "en": "Your unfinished application will be deleted on {due}. You can continue here.\n{url}",
            "zh-hans": "尚未完成的申请将于{due}删除。您可以从这里继续填写。\n{url}",
            "ko": "작성 중인 신청은 {due}에 삭제됩니다. 여기에서 이어서 작성할 수 있습니다.\n{url}",
        },
    ),
)
