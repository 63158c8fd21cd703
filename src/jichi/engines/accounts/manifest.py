"""What this room announces to the house."""

from jichi.kernel.manifest import Command, Manifest, MenuEntry, Periodic, Permission, PersonalData, Sandbox

MANIFEST = Manifest(
    label="eng_accounts",
    path="jichi.engines.accounts",
    title={"ja": "利用者", "en": "Accounts"},
    systems=("S40",),
    urls={
        "i18n:sign-in/": "jichi.engines.accounts.urls",
        "staff:sign-in/": "jichi.engines.accounts.staff_urls",
        "staff:accounts/": "jichi.engines.accounts.admin_urls",
        "i18n:my/representation/": "jichi.engines.accounts.representation_urls",
        "i18n:my/logins/": "jichi.engines.accounts.login_urls",
        "staff:representation/": "jichi.engines.accounts.representation_desk_urls",
    },
    menu=(
        MenuEntry(
            audience="staff",
            area="services",
            url_name="eng_accounts_admin:people",
            order=90,
            label={"ja": "職員の一覧"},
            permission="eng_accounts.manage",
        ),
        MenuEntry(
            audience="staff",
            area="services",
            url_name="eng_accounts_admin:roles",
            order=91,
            label={"ja": "役割と権限"},
            permission="eng_accounts.manage",
        ),
        MenuEntry(
            audience="staff",
            area="people",
            url_name="eng_accounts_representation_desk:found",
            order=80,
            label={"ja": "代理の登録"},
            permission="eng_accounts.representation.register",
        ),
    ),
    periodic=(
        Periodic(name="accounts.sweep", cron="30 3 * * *", function="jichi.engines.accounts.upkeep.sweep"),
        Periodic(name="accounts.lapse", cron="5 0 * * *", function="jichi.engines.accounts.representation.end_lapsed"),
    ),
    permissions=(
        Permission(
            key="eng_accounts.manage",
            title={"ja": "利用者・職・課の管理", "en": "Manage accounts, posts and divisions"},
            roles=frozenset({"administrator"}),
        ),
        Permission(
            key="eng_accounts.link.decide",
            title={"ja": "利用者と住民の結び付けの判断", "en": "Decide links between logins and residents"},
            roles=frozenset({"register_clerk"}),
        ),
        Permission(
            key="eng_accounts.representation.register",
            title={"ja": "代理の登録と終了", "en": "Register and end representation"},
            roles=frozenset({"register_clerk"}),
        ),
        Permission(
            key="eng_accounts.representation.see",
            title={"ja": "代理の確認", "en": "See who represents whom"},
            roles=frozenset({"register_clerk", "caseworker", "section_chief", "case_reader"}),
        ),
        Permission(
            key="eng_accounts.signature.see",
            title={"ja": "署名の確認", "en": "See evidence of signatures"},
            roles=frozenset({"register_clerk", "caseworker", "section_chief", "case_reader"}),
        ),
    ),
    personal_data=(
        PersonalData(
            table="eng_accounts_identity",
            holds="本人確認サービスでの利用者の識別子",
            purpose="本人確認",
            retention="結び付けを終えてから5年",
        ),
        PersonalData(
            table="eng_accounts_identityflow",
            holds="本人確認を始めた利用者のID",
            purpose="本人確認の往復の照合",
            retention="1日",
        ),
        PersonalData(
            table="eng_accounts_representation",
            holds="本人と代理人の氏名、宛名番号、代理の範囲と期間",
            purpose="代理人による申請の確認",
            retention="代理が終わってから5年",
        ),
        PersonalData(
            table="eng_accounts_signingrequest",
            holds="署名を求めた利用者のIDと内容のハッシュ値",
            purpose="署名の求めと結果の照合",
            retention="10年",
        ),
        PersonalData(
            table="eng_accounts_signatureevidence",
            holds="署名した利用者のID、証明書のシリアル番号、内容のハッシュ値",
            purpose="署名の証拠",
            retention="10年",
        ),
        PersonalData(
            table="eng_accounts_postholding",
            holds="職員の所属と職",
            purpose="権限の判断と担当の表示",
            retention="離任から5年",
        ),
        PersonalData(
            table="eng_accounts_account",
            holds="氏名、メールアドレス、言語",
            purpose="ログインと連絡",
            retention="利用をやめてから1年",
        ),
        PersonalData(
            table="eng_accounts_invitation",
            holds="招待した職員の利用者ID",
            purpose="職員の最初のパスワードの設定",
            retention="期限から30日",
        ),
        PersonalData(
            table="eng_accounts_guestlink",
            holds="メールアドレス",
            purpose="ログインせずに申請した人が続きを開く",
            retention="期限から30日",
        ),
        PersonalData(
            table="eng_accounts_personlink",
            holds="宛名番号",
            purpose="本人の記録の表示と申請",
            retention="結び付けを終えてから5年",
        ),
        PersonalData(
            table="eng_accounts_linkrequest",
            holds="フリガナ、生年月日、郵便番号",
            purpose="本人の確認",
            retention="判断から1年",
        ),
        PersonalData(
            table="eng_accounts_signincode",
            holds="メールアドレス",
            purpose="認証コードの送付",
            retention="1日",
        ),
    ),
    doctor=("jichi.engines.accounts.peers.findings",),
    sandboxes=(Sandbox(name="identity", module="jichi.engines.accounts.sandbox"),),
    commands=(
        Command(
            name="reset-second-factor",
            function="jichi.engines.accounts.commands.reset_second_factor",
            help="Take a lost authenticator off an official's account",
        ),
    ),
)
