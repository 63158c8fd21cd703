"""What this room announces to the house."""

from jichi.kernel.manifest import Handler, Manifest, MenuEntry, Permission, PersonalData

HANDLES = frozenset({"caseworker", "section_chief"})

MANIFEST = Manifest(
    label="eng_collection",
    path="jichi.engines.collection",
    title={"ja": "収納", "en": "Collection"},
    urls={
        "staff:collection/": "jichi.engines.collection.urls",
        "i18n:bills/": "jichi.engines.collection.resident_urls",
    },
    menu=(
        MenuEntry(
            audience="staff",
            area="work",
            url_name="eng_collection:find",
            order=42,
            label={"ja": "収納"},
            permission="eng_collection.view",
        ),
    ),
    permissions=(
        Permission(
            key="eng_collection.view",
            title={"ja": "課の調定と収納を見る", "en": "See what is owed and paid"},
            roles=HANDLES | {"case_reader"},
        ),
        Permission(key="eng_collection.assess", title={"ja": "調定する・変更する", "en": "Assess"}, roles=HANDLES),
        Permission(
            key="eng_collection.collect", title={"ja": "収納を記録する", "en": "Record receipts"}, roles=HANDLES
        ),
        Permission(
            key="eng_collection.refund", title={"ja": "還付・充当を決める", "en": "Decide refunds"}, roles=HANDLES
        ),
        Permission(
            key="eng_collection.setup",
            title={"ja": "費目を決める", "en": "Set kinds of levies"},
            roles=frozenset({"administrator"}),
        ),
    ),
    personal_data=(
        PersonalData(
            table="eng_collection_assessment",
            holds="宛名番号、世帯番号、納める額",
            purpose="調定、収納、滞納の管理",
            retention="完結した年度の翌年度から5年(時効の中断があるものは完結まで)",
        ),
        PersonalData(
            table="eng_collection_refundaccount",
            holds="還付先の口座番号と名義",
            purpose="還付金の振込",
            retention="完結した年度の翌年度から5年",
        ),
        PersonalData(
            table="eng_collection_onlinepayment",
            holds="オンラインで支払った人の宛名番号",
            purpose="選んだ期別への収納、二重払いの防止",
            retention="完結した年度の翌年度から5年",
        ),
    ),
    handlers=(
        Handler(
            event="jichi.engines.bankfiles.events.ReceiptsTaken",
            function="jichi.engines.collection.handlers.on_receipts_taken",
        ),
        Handler(
            event="jichi.engines.payments.events.MoneyCarried",
            function="jichi.engines.collection.handlers.on_money_carried",
        ),
        Handler(
            event="jichi.engines.payments.events.CarriedEnded",
            function="jichi.engines.collection.handlers.on_carried_ended",
        ),
    ),
    doctor=("jichi.engines.collection.queries.findings",),
    sample="jichi.engines.collection.sample.fill",
    sample_order=210,
)
