"""What this room announces to the house."""

from jichi.kernel.manifest import Command, Handler, Manifest, MenuEntry, Periodic, Permission, PersonalData

HANDLES = frozenset({"caseworker", "section_chief"})

MANIFEST = Manifest(
    label="family_after_school",
    path="jichi.services.family.after_school",
    title={"ja": "学童クラブ", "en": "After-school clubs"},
    systems=("S08",),
    urls={
        "staff:after-school/": "jichi.services.family.after_school.urls",
        "i18n:clubs/": "jichi.services.family.after_school.own_urls",
    },
    mine="jichi.services.family.after_school.pages.own.cards",
    menu=(
        MenuEntry(
            audience="staff",
            area="services",
            url_name="family_after_school:children",
            order=40,
            label={"ja": "学童クラブ"},
            permission="family_after_school.view",
        ),
        MenuEntry(
            audience="resident",
            area="my",
            url_name="family_after_school_own:mine",
            words="学童保育 がくどう 放課後児童クラブ 育成料 放課後 小学生 after-school club",
            order=61,
            when="signed_in",
            label={
                "ja": "学童クラブ",
                "easy": "学童クラブ",
                "en": "After-school club",
                "zh-hans": "学童俱乐部",
                "ko": "방과후 클럽",
            },
        ),
    ),
    handlers=(
        Handler(
            event="jichi.engines.cases.events.CaseDecided",
            function="jichi.services.family.after_school.handlers.on_case_decided",
        ),
    ),
    permissions=(
        Permission(
            key="family_after_school.view",
            title={"ja": "課の学童クラブの児童を見る", "en": "See after-school children"},
            roles=HANDLES | {"case_reader"},
        ),
        Permission(
            key="family_after_school.edit",
            title={"ja": "学童クラブの決定・計算・督促", "en": "Decide, charge and remind"},
            roles=HANDLES,
        ),
        Permission(
            key="family_after_school.approve",
            title={"ja": "育成料の表の承認", "en": "Approve fee tables"},
            roles=frozenset({"section_chief"}),
        ),
    ),
    personal_data=(
        PersonalData(
            table="family_after_school_enrolment",
            holds="児童と保護者の宛名番号、利用する月",
            purpose="学童クラブの利用の決定と育成料の計算",
            retention="退会した年度の翌年度から5年",
        ),
        PersonalData(
            table="family_after_school_term",
            holds="児童の階層(世帯の所得の区分)、減免の理由、休止",
            purpose="育成料の計算",
            retention="退会した年度の翌年度から5年",
        ),
        PersonalData(
            table="family_after_school_reminder",
            holds="保護者の宛名番号、未納の額",
            purpose="督促の記録",
            retention="完結した年度の翌年度から5年",
        ),
        PersonalData(
            table="family_after_school_plan",
            holds="保護者の宛名番号、分納の約束と理由",
            purpose="分納の約束とその管理",
            retention="完結した年度の翌年度から5年",
        ),
        PersonalData(
            table="family_after_school_run",
            holds="計算した職員",
            purpose="だれが調定したかの確認",
            retention="計算した年度の翌年度から5年",
        ),
        PersonalData(
            table="family_after_school_feetable",
            holds="表を作った職員と承認した職員",
            purpose="2人で決めたことの確認",
            retention="使わなくなった年度の翌年度から5年",
        ),
    ),
    periodic=(
        Periodic(
            name="after_school.check_plans",
            cron="40 6 * * *",
            function="jichi.services.family.after_school.tasks.check_plans",
        ),
    ),
    commands=(
        Command(
            name="after-school",
            function="jichi.services.family.after_school.commands.main",
            help="setup: 学童クラブの費目とクラブを登録する",
        ),
    ),
    sample="jichi.services.family.after_school.sample.fill",
    sample_order=220,
)
