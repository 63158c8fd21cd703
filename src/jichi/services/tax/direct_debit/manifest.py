"""What this room announces to the house."""

from jichi.kernel.manifest import Handler, Loop, Manifest, MenuEntry, Permission, PersonalData, Sandbox

MANIFEST = Manifest(
    label="tax_direct_debit",
    path="jichi.services.tax.direct_debit",
    title={"ja": "口座振替", "en": "Account transfer"},
    systems=("S22",),
    urls={
        "i18n:debit/": "jichi.services.tax.direct_debit.urls",
        "staff:debit/": "jichi.services.tax.direct_debit.staff_urls",
        "api:debit/": "jichi.services.tax.direct_debit.api_urls",
    },
    menu=(
        MenuEntry(
            audience="resident",
            area="pay",
            url_name="tax_direct_debit:overview",
            words="こうざふりかえ 引き落とし 引落し 自動払込 銀行 口座 納付方法 ゆうちょ direct debit bank",
            order=20,
            label={
                "ja": "口座振替",
                "easy": "口座からの 支払い",
                "en": "Account transfer",
                "zh-hans": "账户转账",
                "ko": "계좌이체",
            },
            when="signed_in",
        ),
        MenuEntry(
            audience="staff",
            area="work",
            url_name="tax_direct_debit_staff:list",
            order=43,
            label={"ja": "口座振替"},
            permission="eng_mandates.view",
        ),
        MenuEntry(
            audience="staff",
            area="services",
            url_name="tax_direct_debit_staff:settings",
            order=44,
            label={"ja": "口座振替の金融機関と費目"},
            permission="tax_direct_debit.manage",
        ),
    ),
    permissions=(
        Permission(
            key="tax_direct_debit.manage",
            title={"ja": "口座振替の金融機関と費目の設定", "en": "Set banks and dues of account transfer"},
            roles=frozenset({"administrator"}),
        ),
    ),
    personal_data=(
        PersonalData(
            table="tax_direct_debit_registration",
            holds="利用者、宛名番号、フリガナ、申し込んだ費目と金融機関、結果",
            purpose="口座振替の申込みの受付と照会への回答",
            retention="申込みの年度の翌年度から5年",
        ),
        PersonalData(
            table="tax_direct_debit_entry",
            holds="宛名番号、確かめることと片付けた職員の記録",
            purpose="口座振替の重複や食い違いを人が確かめる",
            retention="片付けた年度の翌年度から5年",
        ),
    ),
    handlers=(
        Handler(
            event="jichi.engines.bankfiles.events.ReceiptsTaken",
            function="jichi.services.tax.direct_debit.handlers.on_receipts_taken",
            order=200,
        ),
        Handler(
            event="jichi.engines.registry.events.ResidentsLeft",
            function="jichi.services.tax.direct_debit.handlers.on_residents_left",
        ),
    ),
    loops=(
        Loop(
            name="direct_debit.sweep",
            function="jichi.services.tax.direct_debit.asking.sweep_round",
            every=3,
        ),
    ),
    message_templates="jichi.services.tax.direct_debit.notices.TEMPLATES",
    sandboxes=(Sandbox(name="debit_bank", module="jichi.services.tax.direct_debit.sandbox"),),
    sample="jichi.services.tax.direct_debit.sample.fill",
    sample_order=230,
)
