"""What mails of this room say."""

from __future__ import annotations

from typing import Final

from jichi.engines.messages.rules import Template

TEMPLATES: Final[tuple[Template, ...]] = (
    Template(
        key="link.result",
        topic="security",
        may_opt_out=False,
        subject={
            "ja": "{ward}からお知らせがあります(住民の記録との結び付け)",
            "easy": "{ward}からお知らせです(住民の記録のこと)",
            "en": "{ward}: about linking your login with your resident record",
            "zh-hans": "{ward}：关于与居民记录的关联",
            "ko": "{ward}: 주민 기록 연결에 대한 알림",
        },
        body={
            "ja": "{ward}です。住民の記録との結び付けの結果が出ました。マイページでご覧ください。\n{url}\n\n"
            "心当たりがないときは、区役所に電話してください。\n",
            "easy": "{ward}です。住民の記録とつなぐことについて、結果が出ました。ここで見てください。\n{url}\n\n"
            "知らないときは、区役所に電話してください。\n",
            "en": "This is {ward}. There is a result about linking your login with your resident record. "
            "Please read it on My page.\n{url}\n\nIf you did not ask for this, please call the ward office.\n",
            "zh-hans": "这里是{ward}。与居民记录关联的结果已出。请在“我的页面”查看。\n{url}\n\n"
            "如非本人操作，请致电区役所。\n",
            "ko": "{ward}입니다. 주민 기록 연결 결과가 나왔습니다. 마이페이지에서 확인해 주세요.\n{url}\n\n"
            "신청한 적이 없으면 구청에 전화해 주세요.\n",
        },
    ),
)
