"""What this room announces to the house."""

from jichi.kernel.manifest import Command, Manifest, MenuEntry, Periodic, Permission, PersonalData, Retention

ADMINISTRATORS = frozenset({"administrator"})

MANIFEST = Manifest(
    label="office_administration",
    path="jichi.services.office.administration",
    title={"ja": "組織と権限の管理", "en": "Administration"},
    urls={"staff:admin/": "jichi.services.office.administration.urls"},
    menu=(
        MenuEntry(
            audience="staff",
            area="services",
            url_name="office_administration:divisions",
            order=92,
            label={"ja": "組織と人事異動"},
            permission="office_administration.organise",
        ),
        MenuEntry(
            audience="staff",
            area="services",
            url_name="office_administration:looks",
            order=94,
            label={"ja": "閲覧の記録"},
            permission="office_administration.looks",
        ),
        MenuEntry(
            audience="staff",
            area="services",
            url_name="office_administration:retention",
            order=95,
            label={"ja": "保存年限と消去"},
            permission="office_administration.retention",
        ),
    ),
    permissions=(
        Permission(
            key="office_administration.looks",
            title={"ja": "閲覧の記録の点検", "en": "See who looked at whom"},
            roles=ADMINISTRATORS,
        ),
        Permission(
            key="office_administration.retention",
            title={"ja": "保存年限と消去、保全", "en": "Retention, erasure, holds"},
            roles=ADMINISTRATORS,
        ),
        Permission(
            key="office_administration.organise",
            title={"ja": "組織・職員の取込・人事異動", "en": "Organisation, people, personnel change"},
            roles=ADMINISTRATORS,
        ),
    ),
    personal_data=(
        PersonalData(
            table="office_administration_peopleload",
            holds="職員の氏名、フリガナ、メールアドレス、所属",
            purpose="職員の取込の確認",
            retention="取り込むか取りやめるまで",
        ),
        PersonalData(
            table="office_administration_plan",
            holds="異動する職員の職員IDと職",
            purpose="人事異動の計画と実施",
            retention="実施から5年",
        ),
        PersonalData(
            table="office_administration_hold",
            holds="保全の対象(受付番号、宛名番号)と理由",
            purpose="訴訟などで要る記録の保全",
            retention="解除から5年",
        ),
    ),
    retention=(
        Retention(
            key="cases.decided",
            title={"ja": "終わった案件"},
            table="eng_cases_case",
            period="手続が定める年数",
            starts="終わった年度の翌年度の4月1日",
            basis="文書管理規程と手続の定め",
            deletes="案件、申請の内容、添付、やりとり、決定、決裁の経路、通知",
            stays="文書番号、納付と領収の記録、操作した人と日時(内容を除く)",
            over="jichi.services.office.administration.retention.over",
            erase="jichi.services.office.administration.retention.erase",
        ),
    ),
    periodic=(
        Periodic(
            name="administration-retention",
            cron="50 2 * * *",
            function="jichi.services.office.administration.tasks.erase_over",
        ),
        Periodic(
            name="administration-plans",
            cron="*/5 * * * *",
            function="jichi.services.office.administration.tasks.carry_out_due",
        ),
    ),
    doctor=("jichi.services.office.administration.tasks.findings",),
    sample="jichi.services.office.administration.sample.fill",
    sample_order=300,
    commands=(
        Command(
            name="people",
            function="jichi.services.office.administration.commands.main",
            help="check, import or export officials and their posts (職員の取込)",
        ),
    ),
)
