"""What this room announces to the house."""

from jichi.kernel.manifest import Command, Manifest, MenuEntry, Periodic, Permission, PersonalData, Retention, Sandbox

RETENTION = tuple(
    Retention(
        key=f"accounts.{key}", title={"ja": title}, table=table, period=period, starts=starts, basis=basis,
        deletes=deletes, stays=stays, over="jichi.engines.accounts.retention.over",
        erase="jichi.engines.accounts.retention.erase",
    )
    for key, title, table, period, starts, basis, deletes, stays in (
        (
            "sign_in_codes", "認証コード", "eng_accounts_signincode", "1日", "期限",
            "利用者登録の取扱い(区の定め)", "メールアドレスと照合用の値", "ログインの記録",
        ),
        (
            "sessions", "ログインの状態", "eng_accounts_session", "1日", "期限",
            "利用者登録の取扱い(区の定め)", "セッションの内容", "ログインの記録",
        ),
        (
            "guests", "ログインしない申請者", "eng_accounts_account", "0日", "利用の終わり",
            "利用者登録の取扱い(区の定め)", "メールアドレスと言語", "申請した案件とその記録",
        ),
        (
            "guest_links", "申請の続きを開くリンク", "eng_accounts_guestlink", "30日", "期限",
            "利用者登録の取扱い(区の定め)", "メールアドレスと照合用の値", "申請した案件",
        ),
        (
            "invitations", "職員への招待", "eng_accounts_invitation", "30日", "期限",
            "利用者登録の取扱い(区の定め)", "照合用の値", "職員の登録",
        ),
        (
            "link_requests", "住民との結び付けの申込み", "eng_accounts_linkrequest", "1年", "判断",
            "文書管理規程(1年保存)", "フリガナ、生年月日、郵便番号", "結び付けの結果",
        ),
        (
            "representation", "代理", "eng_accounts_representation", "5年", "代理の終わり",
            "文書管理規程(5年保存)", "本人と代理人の氏名、番号、範囲", "代理でした申請の記録",
        ),
        (
            "identities", "本人確認サービスとの結び付け", "eng_accounts_identity", "5年", "結び付けの終わり",
            "文書管理規程(5年保存)", "サービスでの識別子", "ログインの記録",
        ),
        (
            "signatures", "署名の証拠", "eng_accounts_signatureevidence", "10年", "確認",
            "文書管理規程(10年保存)", "証明書の番号と内容のハッシュ値", "署名した案件(案件の保存年限まで)",
        ),
        (
            "signing_requests", "署名の求め", "eng_accounts_signingrequest", "10年", "求めた日",
            "文書管理規程(10年保存)", "利用者と内容のハッシュ値", "署名した案件(案件の保存年限まで)",
        ),
        (
            "logins", "ログインの記録", "eng_audit_auditevent", "3年", "ログインした日",
            "文書管理規程(3年保存)", "ログイン、失敗の記録", "そのほかの操作記録",
        ),
    )
)  # fmt: skip

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
    retention=RETENTION,
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
