"""What this room announces to the house."""

from jichi.kernel.manifest import Indicator, Manifest, MenuEntry, Permission

OFFICIALS = frozenset({
    "caseworker", "section_chief", "division_manager", "decider", "procedure_designer", "dx_office", "administrator",
})  # fmt: skip

MANIFEST = Manifest(
    label="front_statistics",
    path="jichi.services.front.statistics",
    title={"ja": "申請の統計", "en": "Statistics of applications"},
    systems=("S30",),
    urls={
        "staff:statistics/": "jichi.services.front.statistics.urls",
        "i18n:privacy/": "jichi.services.front.statistics.public_urls",
    },
    menu=(
        MenuEntry(
            audience="staff",
            area="figures",
            url_name="front_statistics:overview",
            order=20,
            label={"ja": "申請の統計"},
            permission="front_statistics.view",
        ),
        MenuEntry(
            audience="resident",
            area="footer",
            url_name="front_statistics_public:privacy",
            order=900,
            label={
                "ja": "利用の記録について",
                "easy": "記録について",
                "en": "What is counted on this site",
                "zh-hans": "关于使用记录",
                "ko": "이용 기록 안내",
            },
        ),
    ),
    permissions=(
        Permission(
            key="front_statistics.view",
            title={"ja": "自分の課の手続の統計", "en": "Statistics of the own division's procedures"},
            roles=OFFICIALS,
        ),
        Permission(
            key="front_statistics.all",
            title={"ja": "すべての手続の統計", "en": "Statistics of all procedures"},
            roles=frozenset({"dx_office", "administrator"}),
        ),
    ),
    indicators=(
        Indicator(
            key="front_statistics.procedures_online",
            title={"ja": "公開手続数", "en": "Procedures online"},
            unit="手続",
            function="jichi.services.front.statistics.queries.procedures_online",
            wanted="up",
        ),
    ),
    sample="jichi.services.front.statistics.sample.fill",
    sample_order=300,
)
