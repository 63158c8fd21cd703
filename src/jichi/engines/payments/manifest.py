"""What this room announces to the house."""

from jichi.kernel.manifest import (
    Handler,
    Loop,
    Manifest,
    MenuEntry,
    Periodic,
    Permission,
    PersonalData,
    Sandbox,
    Webhook,
)

HANDLES = frozenset({"caseworker", "section_chief"})
READS = HANDLES | {"case_reader"}

MANIFEST = Manifest(
    label="eng_payments",
    path="jichi.engines.payments",
    api="jichi.engines.payments.api.router",
    title={"ja": "納付", "en": "Payments"},
    urls={
        "i18n:pay/": "jichi.engines.payments.resident_urls",
        "staff:payments/": "jichi.engines.payments.staff_urls",
        "api:pay/": "jichi.engines.payments.api_urls",
    },
    menu=(
        MenuEntry(
            audience="resident",
            area="pay",
            url_name="eng_payments:overview",
            words="しはらい 納付 納付書 料金 税金 請求 未納 滞納 領収 領収書 還付 分納 払う 支払 pay bill tax",
            order=10,
            label={"ja": "支払い", "easy": "お金をはらう", "en": "Payments", "zh-hans": "缴费", "ko": "납부"},
            when="signed_in",
        ),
        MenuEntry(
            audience="staff",
            area="work",
            url_name="eng_payments_staff:list",
            order=40,
            label={"ja": "納付の一覧"},
            permission="eng_payments.view",
        ),
        MenuEntry(
            audience="staff",
            area="work",
            url_name="eng_payments_staff:settled",
            order=46,
            label={"ja": "オンライン収納の入金"},
            permission="eng_payments.settled",
        ),
    ),
    permissions=(
        Permission(key="eng_payments.view", title={"ja": "課の納付を見る", "en": "See charges"}, roles=READS),
        Permission(
            key="eng_payments.collect", title={"ja": "窓口の収納を記録する", "en": "Take payments"}, roles=HANDLES
        ),
        Permission(key="eng_payments.refund", title={"ja": "還付する", "en": "Give money back"}, roles=HANDLES),
        Permission(key="eng_payments.export", title={"ja": "納付の書き出し", "en": "Export charges"}, roles=HANDLES),
        Permission(
            key="eng_payments.settled",
            title={"ja": "オンライン収納の精算と入金を見る", "en": "See what the payment firm settled"},
            roles=frozenset({"section_chief", "treasurer", "administrator"}),
        ),
        Permission(
            key="eng_payments.watch",
            title={"ja": "どの課のものか分からない入金の知らせを見る", "en": "See payments of no known charge"},
            roles=frozenset({"administrator"}),
        ),
    ),
    personal_data=(
        PersonalData(
            table="eng_payments_charge",
            holds="利用者、宛名番号、納める額",
            purpose="手数料などの納付の案内と収納",
            retention="完結した年度の翌年度から5年",
        ),
    ),
    periodic=(Periodic(name="payments.remind", cron="25 7 * * *", function="jichi.engines.payments.tasks.remind"),),
    loops=(
        Loop(name="payments.refunds", function="jichi.engines.payments.pump.pump_round", every=2),
        Loop(name="payments.sweep", function="jichi.engines.payments.asking.sweep_round", every=3),
    ),
    message_templates="jichi.engines.payments.message_templates.TEMPLATES",
    doctor=("jichi.engines.payments.queries.findings",),
    webhooks=(
        Webhook(kind="charge.settled", title={"ja": "支払いが済んだ"}, permission="eng_payments.view"),
        Webhook(kind="charge.refunded", title={"ja": "返金が済んだ"}, permission="eng_payments.view"),
        Webhook(kind="charge.part_refunded", title={"ja": "一部の返金が済んだ"}, permission="eng_payments.view"),
        Webhook(kind="charge.reopened", title={"ja": "受け取りの記録が取り消された"}, permission="eng_payments.view"),
    ),
    handlers=(
        Handler(
            event="jichi.engines.payments.events.ChargeSettled",
            function="jichi.engines.payments.webhooks.on_charge_settled",
        ),
        Handler(
            event="jichi.engines.payments.events.ChargeRefunded",
            function="jichi.engines.payments.webhooks.on_charge_refunded",
        ),
        Handler(
            event="jichi.engines.payments.events.ChargePartRefunded",
            function="jichi.engines.payments.webhooks.on_charge_part_refunded",
        ),
        Handler(
            event="jichi.engines.payments.events.ChargeReopened",
            function="jichi.engines.payments.webhooks.on_charge_reopened",
        ),
        Handler(
            event="jichi.engines.accounts.events.GuestHandedOver",
            function="jichi.engines.payments.handlers.on_guest_handed_over",
        ),
        Handler(
            event="jichi.engines.bankfiles.events.SettlementTaken",
            function="jichi.engines.payments.handlers.on_settlement_taken",
        ),
    ),
    sandboxes=(Sandbox(name="payments", module="jichi.engines.payments.sandbox"),),
    sample="jichi.engines.payments.sample.fill",
    sample_order=215,
)
