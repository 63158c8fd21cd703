"""What this room announces to the house."""

from jichi.kernel.manifest import Command, Manifest, MenuEntry, Periodic, Permission, PersonalData

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
    ),
    permissions=(
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
    ),
    periodic=(
        Periodic(
            name="administration-plans",
            cron="*/5 * * * *",
            function="jichi.services.office.administration.tasks.carry_out_due",
        ),
    ),
    doctor=("jichi.services.office.administration.tasks.findings",),
    commands=(
        Command(
            name="people",
            function="jichi.services.office.administration.commands.main",
            help="check, import or export officials and their posts (職員の取込)",
        ),
    ),
)
