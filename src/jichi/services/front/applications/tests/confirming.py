"""A procedure that a second person confirms, and the link that was mailed to them."""

from __future__ import annotations

from django.db import connection

from jichi.engines.audit.context import system_actor, unit

SECOND = """\
format: jichi/procedure/1
id: two-people
version: 1
title: 2人でする手続
summary: 2人でします。
division: youth
legal_basis: [{title: 例の要綱}]
eligibility: {text: だれでも}
expected_minutes: 1
processing_days: 0
other_ways: [{kind: counter, text: 窓口}]
contact: 係
identification: email
retention_years: 1
second_person: {who: 配偶者の方に確認を頼みます。, text: 次の内容でよいか確かめてください。, days: 3}
decision:
  accept: {label: 承認, text: 承認しました。}
  refuse: {label: 不承認, text: 不承認です。}
  review_notice: {text: 教示, confirmed: true}
pages:
  - id: one
    fields: [{id: word, kind: text, label: ひとこと}]
declarations: [{id: both, text: 2人で決めました。}]
"""


def mailed_link() -> str:
    """The path in the newest mail that asks somebody to confirm."""
    with unit(system_actor("test")), connection.cursor() as cursor:
        cursor.execute(
            "SELECT params ->> 'url_path' FROM eng_messages_message WHERE template = 'forms.confirm' "
            "ORDER BY created_at DESC LIMIT 1"
        )
        return str(cursor.fetchone()[0])
