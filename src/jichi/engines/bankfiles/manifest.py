"""What this room announces to the house."""

from jichi.kernel.manifest import Command, Manifest, MenuEntry, Periodic, Permission, PersonalData, Sandbox

MONEY = frozenset({"section_chief", "treasurer", "administrator"})

MANIFEST = Manifest(
    label="eng_bankfiles",
    path="jichi.engines.bankfiles",
    title={"ja": "金融機関等とのファイル", "en": "Files of banks and stores"},
    urls={"staff:bankfiles/": "jichi.engines.bankfiles.urls"},
    menu=(
        MenuEntry(
            audience="staff",
            area="work",
            url_name="eng_bankfiles:files",
            order=45,
            label={"ja": "収納のファイル"},
            permission="eng_bankfiles.view",
        ),
    ),
    permissions=(
        Permission(
            key="eng_bankfiles.view",
            title={"ja": "収納のファイルと差異を見る", "en": "See files of receipts"},
            roles=MONEY,
        ),
        Permission(
            key="eng_bankfiles.take",
            title={"ja": "収納のファイルを取り込む", "en": "Take in files of receipts"},
            roles=MONEY,
        ),
        Permission(
            key="eng_bankfiles.manage",
            title={"ja": "金融機関等との取り決めの管理", "en": "Manage terms with banks and agents"},
            roles=frozenset({"administrator"}),
        ),
    ),
    personal_data=(
        PersonalData(
            table="eng_bankfiles_storereceipt",
            holds="納付の番号、額、払った日時と店",
            purpose="収納の消込と照会への回答",
            retention="完結した年度の翌年度から5年",
        ),
        PersonalData(
            table="eng_bankfiles_transferline",
            holds="口座、口座名義、振替の額と結果",
            purpose="口座振替の依頼と結果の照合",
            retention="完結した年度の翌年度から5年",
        ),
        PersonalData(
            table="eng_bankfiles_credit",
            holds="決済会社の名義、入金の額",
            purpose="決済会社の振込と銀行の入金の照合",
            retention="完結した年度の翌年度から5年",
        ),
        PersonalData(
            table="eng_bankfiles_difference",
            holds="差異のあった収納と、片付けた職員の記録",
            purpose="差異を人が確かめる",
            retention="完結した年度の翌年度から5年",
        ),
    ),
    commands=(
        Command(
            name="bankfiles",
            function="jichi.engines.bankfiles.commands.main",
            help="check | convert | layouts: 全銀・収納代行などのファイル",
            needs_database=False,
        ),
        Command(
            name="receipts",
            function="jichi.engines.bankfiles.intake.main",
            help="partner | take: 収納のファイルをコマンドで取り込む",
        ),
    ),
    sandboxes=(Sandbox(name="town", module="jichi.engines.bankfiles.sandbox"),),
    sample="jichi.engines.bankfiles.sample.fill",
    sample_order=210,
    periodic=(
        Periodic(name="bankfiles.alarms", cron="40 6 * * *", function="jichi.engines.bankfiles.tasks.raise_alarms"),
    ),
)
