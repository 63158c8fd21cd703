"""What this room announces to the house."""

from jichi.kernel.manifest import Handler, Loop, Manifest, Periodic, Permission, PersonalData

MANIFEST = Manifest(
    label="eng_messages",
    path="jichi.engines.messages",
    title={"ja": "通知", "en": "Messages"},
    urls={"i18n:demo/mailbox/": "jichi.engines.messages.urls"},
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
    ),
    personal_data=(
        PersonalData(
            table="eng_messages_message",
            holds="利用者またはメールアドレス、受付番号、期限",
            purpose="お知らせがあることをメールで伝えるため",
            retention="作成から400日(利用者登録のない宛先は30日)",
        ),
        PersonalData(
            table="eng_messages_contactpreference",
            holds="利用者ごとの通知の希望",
            purpose="希望しない通知を送らないため",
            retention="利用者の登録がある間",
        ),
    ),
    periodic=(Periodic(name="messages.sweep", cron="50 3 * * *", function="jichi.engines.messages.upkeep.sweep"),),
    loops=(
        Loop(name="messages.outbox", function="jichi.engines.messages.pump.mail_round", every=1),
        Loop(name="messages.router", function="jichi.engines.messages.routing.route_round", every=1),
        Loop(name="messages.sms", function="jichi.engines.messages.pump.sms_round", every=1),
        Loop(name="messages.line", function="jichi.engines.messages.pump.line_round", every=1),
    ),
    message_templates="jichi.engines.messages.texts.TEMPLATES",
    doctor=("jichi.engines.messages.queries.findings",),
)
