"""What this room announces to the house."""

from jichi.kernel.manifest import Command, Handler, Manifest, MenuEntry, Permission, PersonalData, Retention

CLERKS = frozenset({"nursery_clerk"})
RETENTION = "入園する年度の終わりから5年"

MANIFEST = Manifest(
    label="family_nursery",
    path="jichi.services.family.nursery",
    title={"ja": "保育所等の利用調整", "en": "Nursery admission"},
    systems=("S34",),
    urls={
        "staff:nursery/": "jichi.services.family.nursery.staff_urls",
        "i18n:nursery/": "jichi.services.family.nursery.urls",
        "i18n:verify/nursery/": "jichi.services.family.nursery.verify_urls",
    },
    mine="jichi.services.family.nursery.pages.families.cards",
    menu=(
        MenuEntry(
            audience="staff",
            area="services",
            url_name="family_nursery:rounds",
            order=40,
            label={"ja": "入園選考"},
            permission="family_nursery.view",
        ),
        MenuEntry(
            audience="staff",
            area="services",
            url_name="family_nursery:desk",
            order=41,
            label={"ja": "園の空き枠"},
            permission="family_nursery.desk",
        ),
        MenuEntry(
            audience="resident",
            area="living",
            url_name="nursery_family:facilities",
            words="保育園 ほいくえん 保育所 認定こども園 入園 入所 待機児童 空き状況 指数 daycare nursery",
            order=40,
            label={
                "ja": "保育園の空きと選考の結果",
                "easy": "保育園のあき",
                "en": "Nursery places and results",
                "zh-hans": "保育园空位与选拔结果",
                "ko": "어린이집 빈자리와 결과",
            },
        ),
        MenuEntry(
            audience="resident",
            area="my",
            url_name="nursery_family:mine",
            words="保育園 ほいくえん 保育所 認定こども園 入園 入所 申請 就労証明書 選考結果 内定 転園 daycare",
            order=60,
            when="signed_in",
            label={
                "ja": "保育園の申込み",
                "easy": "保育園の申し込み",
                "en": "Nursery application",
                "zh-hans": "保育园申请",
                "ko": "어린이집 신청",
            },
        ),
    ),
    permissions=(
        Permission(
            key="family_nursery.view", title={"ja": "入園選考の閲覧", "en": "See nursery admission"}, roles=CLERKS
        ),
        Permission(
            key="family_nursery.edit",
            title={"ja": "申込み・枠・指数の入力と計算", "en": "Enter applications, seats, scores; run"},
            roles=CLERKS,
        ),
        Permission(
            key="family_nursery.approve",
            title={"ja": "指数表と選考結果の承認", "en": "Approve tables of scores and results"},
            roles=CLERKS,
        ),
        Permission(
            key="family_nursery.desk",
            title={"ja": "自分の園の空き枠の入力", "en": "Enter the seats of one's own nursery"},
            roles=frozenset({"nursery_desk"}),
        ),
    ),
    personal_data=(
        PersonalData(
            table="family_nursery_application",
            holds="保護者の氏名、宛名番号、保育が必要な理由、きょうだいの条件",
            purpose="保育所等の利用調整",
            retention=RETENTION,
        ),
        PersonalData(
            table="family_nursery_entry",
            holds="オンラインの申込みの内容(児童と保護者の氏名、保育が必要な理由、希望)、宛名番号",
            purpose="保育所等の利用調整の申込みの受付",
            retention=RETENTION,
        ),
        PersonalData(
            table="family_nursery_certificate",
            holds="就労証明(事業所、働く日数と時間、育児休業)、勤め先が付けたファイル",
            purpose="保育が必要な理由の確認",
            retention=RETENTION,
        ),
        PersonalData(
            table="family_nursery_facilityask",
            holds="園で空き枠を入力した人の氏名",
            purpose="だれが入力したかの確認",
            retention=RETENTION,
        ),
        PersonalData(
            table="family_nursery_child",
            holds="児童の氏名、生年月日、希望の園、指数とその理由",
            purpose="保育所等の利用調整",
            retention=RETENTION,
        ),
        PersonalData(
            table="family_nursery_outcome",
            holds="児童の選考の結果と理由",
            purpose="保育所等の利用調整と結果の通知",
            retention=RETENTION,
        ),
    ),
    retention=(
        Retention(
            key="nursery.rounds",
            title={"ja": "保育所等の利用調整の申込みと結果"},
            table="family_nursery_application",
            period="5年",
            starts="入園する年度の終わり",
            basis="利用調整の書類の保存年限(区の定め)",
            deletes="申込み、児童、就労証明とそのファイル、選考の結果、仮名を解く鍵",
            stays="空き枠、仮名の計算、公表した結果の指紋",
            over="jichi.services.family.nursery.retention.over",
            erase="jichi.services.family.nursery.retention.erase",
        ),
        Retention(
            key="nursery.drafts",
            title={"ja": "送らなかった保育園の申込み"},
            table="family_nursery_entry",
            period="30日",
            starts="オンライン受付の締切",
            basis="申請の下書きの取扱い(区の定め)",
            deletes="書きかけの申込みの内容",
            stays="なし",
            over="jichi.services.family.nursery.retention.over",
            erase="jichi.services.family.nursery.retention.erase",
        ),
    ),
    handlers=(
        Handler(
            event="jichi.engines.routes.events.RouteDecided",
            function="jichi.services.family.nursery.handlers.on_route_decided",
        ),
    ),
    commands=(
        Command(
            name="nursery",
            function="jichi.services.family.nursery.commands.main",
            help="match children with nursery seats, verify a result, make test instances (保育所等の利用調整)",
            needs_database=False,
        ),
    ),
    sample="jichi.services.family.nursery.sample.fill",
    sample_order=210,
)
