"""What this room announces to the house."""

from jichi.kernel.manifest import Handler, Manifest, MenuEntry

MANIFEST = Manifest(
    label="front_applications",
    path="jichi.services.front.applications",
    title={"ja": "電子申請", "en": "Online applications"},
    systems=("S12", "S30"),
    urls={
        "i18n:": "jichi.services.front.applications.urls",
        "staff:links/": "jichi.services.front.applications.staff_urls",
    },
    message_templates="jichi.services.front.applications.message_templates.TEMPLATES",
    menu=(
        MenuEntry(
            audience="resident",
            area="apply",
            url_name="front_applications:procedures",
            words="申請 届出 届け出 てつづき 手続き オンライン申請 application form",
            order=10,
            label={"ja": "手続", "easy": "手続き", "en": "Apply", "zh-hans": "办手续", "ko": "절차"},
        ),
        MenuEntry(
            audience="staff",
            area="services",
            url_name="front_applications_staff:links",
            order=20,
            label={"ja": "ログインと住民の結び付け"},
            permission="eng_accounts.link.decide",
        ),
    ),
    sample="jichi.services.front.applications.sample.fill",
    handlers=(
        Handler(
            event="jichi.engines.cases.events.CaseDecided",
            function="jichi.services.front.applications.handlers.on_case_decided",
        ),
        Handler(
            event="jichi.engines.accounts.events.IdentityProved",
            function="jichi.services.front.applications.handlers.on_identity_proved",
        ),
    ),
)
