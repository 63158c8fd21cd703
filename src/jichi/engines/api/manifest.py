"""What this room announces to the house."""

from jichi.kernel.manifest import (
    Command,
    Loop,
    Manifest,
    MenuEntry,
    Periodic,
    Permission,
    PersonalData,
    Sandbox,
)

MANIFEST = Manifest(
    label="eng_api",
    path="jichi.engines.api",
    title={"ja": "API", "en": "API"},
    urls={
        "api:v1/": "jichi.engines.api.urls",
        "api:docs/": "jichi.engines.api.document_urls",
        "staff:admin/api/": "jichi.engines.api.admin_urls",
    },
    menu=(
        MenuEntry(
            audience="staff",
            area="services",
            url_name="eng_api_admin:clients",
            order=92,
            label={"ja": "APIの利用者"},
            permission="eng_api.manage",
        ),
    ),
    permissions=(
        Permission(
            key="eng_api.manage",
            title={"ja": "APIの利用者とキーの管理", "en": "Manage API clients and keys"},
            roles=frozenset({"administrator"}),
        ),
    ),
    personal_data=(
        PersonalData(
            table="eng_api_storedanswer",
            holds="APIの書き込みへの答え(申請者の氏名を含むことがある)",
            purpose="同じ書き込みを二度しないため",
            retention="1日",
        ),
    ),
    periodic=(Periodic(name="api.sweep", cron="40 3 * * *", function="jichi.engines.api.upkeep.sweep"),),
    loops=(Loop(name="api.webhooks", function="jichi.engines.api.pump.round_of_worker", every=2),),
    doctor=("jichi.engines.api.doctor.findings",),
    sandboxes=(Sandbox(name="webhooks", module="jichi.engines.api.sandbox"),),
    commands=(
        Command(
            name="api",
            function="jichi.engines.api.commands.api",
            help="Print the OpenAPI document of the interface for programs, or write it to docs/",
            needs_database=False,
        ),
    ),
    api="jichi.engines.api.api.router",
    sample="jichi.engines.api.sample.fill",
    sample_order=160,
)
