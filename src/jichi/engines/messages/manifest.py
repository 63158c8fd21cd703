"""What this room announces to the house."""

from jichi.kernel.manifest import (
    Handler,
    Loop,
    Manifest,
    MenuEntry,
    Periodic,
    Permission,
    PersonalData,
    Retention,
    Sandbox,
)

MANIFEST = Manifest(
    label="eng_messages",
    path="jichi.engines.messages",
    title={"ja": "通知", "en": "Messages"},
    urls={
        "i18n:demo/mailbox/": "jichi.engines.messages.urls",
        "i18n:my/contact/": "jichi.engines.messages.contact_urls",
        "staff:messages/": "jichi.engines.messages.staff_urls",
        "api:messages/": "jichi.engines.messages.api_urls",
    },
    menu=(
        MenuEntry(
            audience="staff", area="services", url_name="eng_messages_staff:board", order=81,
            label={"ja": "通知の配信状況"},
        ),
    ),
    permissions=(
        Permission(
            key="messages.board",
            title={"ja": "通知の配信状況を見る・再送する", "en": "See and retry deliveries"},
            roles=frozenset({"administrator"}),
        ),
    ),
    handlers=(
        Handler(
            event="jichi.engines.accounts.events.SignInCodeIssued",
            function="jichi.engines.messages.handlers.send_sign_in_code",
        ),
        Handler(
            event="jichi.engines.accounts.events.SecondFactorReset",
            function="jichi.engines.messages.handlers.tell_second_factor_reset",
        ),
        Handler(
            event="jichi.engines.accounts.events.RepresentationBegan",
            function="jichi.engines.messages.handlers.tell_representation_began",
        ),
        Handler(
            event="jichi.engines.accounts.events.RepresentationEnded",
            function="jichi.engines.messages.handlers.tell_representation_ended",
        ),
        Handler(
            event="jichi.engines.accounts.events.RepresentationsSeen",
            function="jichi.engines.messages.handlers.read_representations",
        ),
        Handler(
            event="jichi.engines.accounts.events.IdentityEnded",
            function="jichi.engines.messages.handlers.tell_identity_ended",
        ),
    ),
    personal_data=(
        PersonalData(
            table="eng_messages_message",
            holds="利用者またはメールアドレス・確認中の電話番号・LINEの利用者ID、受付番号、期限",
            purpose="お知らせがあることをメール・SMS・LINEで伝えるため",
            retention="作成から400日(利用者登録のない宛先は30日)",
        ),
        PersonalData(
            table="eng_messages_contactpreference",
            holds="利用者ごとの通知の希望",
            purpose="希望しない通知を送らないため",
            retention="利用者の登録がある間",
        ),
        PersonalData(
            table="eng_messages_contactpoint",
            holds="本人が確かめた携帯電話番号、LINEの利用者ID",
            purpose="お知らせがあることをSMS・LINEで伝えるため",
            retention="登録がある間と、外してから400日",
        ),
        PersonalData(
            table="eng_messages_contactproof",
            holds="確認中の携帯電話番号",
            purpose="番号が本人のものか確かめるため",
            retention="1日",
        ),
    ),
    retention=tuple(
        Retention(
            key=key, title={"ja": title}, table=table, period=period, starts=starts,
            basis="通知の取扱い(区の定め)", deletes=deletes, stays=stays,
            over="jichi.engines.messages.retention.over", erase="jichi.engines.messages.retention.erase",
        )
        for key, title, table, period, starts, deletes, stays in (
            (
                "messages.sent", "送ったお知らせ", "eng_messages_message", "400日(利用者登録のない宛先は30日)", "作成",
                "宛先、文の種類、送達の記録", "届かなかったお知らせ(対応が済むまで)",
            ),
            (
                "messages.contacts", "外した連絡先", "eng_messages_contactpoint", "400日", "外した日",
                "携帯電話番号、LINEの利用者ID", "外した記録",
            ),
        )
    ),
    periodic=(
        Periodic(name="messages.sweep", cron="50 3 * * *", function="jichi.engines.messages.upkeep.sweep"),
        Periodic(
            name="messages.receipts", cron="15 * * * *", function="jichi.engines.messages.upkeep.ask_for_receipts"
        ),
    ),
    loops=(
        Loop(name="messages.outbox", function="jichi.engines.messages.pump.mail_round", every=1),
        Loop(name="messages.router", function="jichi.engines.messages.routing.route_round", every=1),
        Loop(name="messages.sms", function="jichi.engines.messages.pump.sms_round", every=1),
        Loop(name="messages.line", function="jichi.engines.messages.pump.line_round", every=1),
    ),
    sample="jichi.engines.messages.sample.fill",
    sample_order=150,
    message_templates="jichi.engines.messages.texts.TEMPLATES",
    sandboxes=(
        Sandbox(name="sms", module="jichi.engines.messages.sandboxes.sms"),
        Sandbox(name="line", module="jichi.engines.messages.sandboxes.line"),
    ),
    doctor=("jichi.engines.messages.queries.findings",),
)  # fmt: skip
