"""What this room announces to the house."""

from jichi.kernel.manifest import Handler, Indicator, Manifest, MenuEntry, Periodic, Permission, PersonalData, Retention

OFFICIALS = frozenset({"caseworker", "section_chief"})
BOOKING = "jichi.engines.booking.events"
HANDLERS = "jichi.services.welfare.digital_inclusion.handlers"

MANIFEST = Manifest(
    label="welfare_digital_inclusion",
    path="jichi.services.welfare.digital_inclusion",
    title={"ja": "スマホ教室・よろず相談", "en": "Smartphone classes and help desks"},
    systems=("S06", "S38"),
    urls={
        "i18n:smartphone/": "jichi.services.welfare.digital_inclusion.urls",
        "staff:smartphone/": "jichi.services.welfare.digital_inclusion.staff_urls",
    },
    mine="jichi.services.welfare.digital_inclusion.pages.mine.cards",
    menu=(
        MenuEntry(
            audience="resident",
            area="book",
            url_name="welfare_digital_inclusion:list",
            words="スマートフォン 携帯電話 講習会 デジタル 高齢者 smartphone class",
            order=30,
            label={
                "ja": "スマホ教室",
                "easy": "スマホ教室",
                "en": "Smartphone classes",
                "zh-hans": "智能手机课程",
                "ko": "스마트폰 교실",
            },
        ),
        MenuEntry(
            audience="resident",
            area="book",
            url_name="welfare_digital_inclusion:mine",
            words="スマートフォン 講習会 参加 予約 my classes",
            order=40,
            label={
                "ja": "わたしのスマホ教室",
                "easy": "わたしのスマホ教室",
                "en": "My smartphone classes",
                "zh-hans": "我的智能手机课程",
                "ko": "나의 스마트폰 교실",
            },
            when="signed_in",
        ),
        MenuEntry(
            audience="resident",
            area="book",
            url_name="welfare_digital_inclusion:desks",
            words="スマートフォン 携帯電話 相談会 そうだん デジタル 困った 予約 smartphone help desk",
            order=35,
            label={
                "ja": "スマホの相談窓口",
                "easy": "スマホの相談",
                "en": "Smartphone help desks",
                "zh-hans": "智能手机咨询窗口",
                "ko": "스마트폰 상담 창구",
            },
        ),
        MenuEntry(
            audience="staff",
            area="work",
            url_name="welfare_digital_inclusion_staff:desks",
            order=62,
            label={"ja": "相談窓口"},
            permission="welfare_digital_inclusion.desk",
        ),
        MenuEntry(
            audience="staff",
            area="figures",
            url_name="welfare_digital_inclusion_staff:figures",
            order=60,
            label={"ja": "スマホ教室・相談"},
            permission="welfare_digital_inclusion.view",
        ),
        MenuEntry(
            audience="staff",
            area="services",
            url_name="welfare_digital_inclusion_staff:list",
            order=55,
            label={"ja": "スマホ教室"},
            permission="welfare_digital_inclusion.view",
        ),
        MenuEntry(
            audience="staff",
            area="work",
            url_name="welfare_digital_inclusion_staff:teaching",
            order=60,
            label={"ja": "わたしの教室"},
            permission="welfare_digital_inclusion.teach",
        ),
    ),
    permissions=(
        Permission(
            key="welfare_digital_inclusion.view",
            title={"ja": "スマホ教室・相談を見る", "en": "See classes and help desks"},
            roles=OFFICIALS,
        ),
        Permission(
            key="welfare_digital_inclusion.edit",
            title={"ja": "スマホ教室・相談を作る・受け付ける", "en": "Make and run classes and help desks"},
            roles=OFFICIALS,
        ),
        Permission(
            key="welfare_digital_inclusion.teach",
            title={"ja": "担当する教室の名簿を見る・出席を付ける", "en": "Teach one's own sessions"},
            roles=OFFICIALS | {"digital_supporter"},
        ),
        Permission(
            key="welfare_digital_inclusion.desk",
            title={"ja": "相談窓口で受け付ける・記録する", "en": "Work at help desks"},
            roles=OFFICIALS | {"digital_supporter"},
        ),
    ),
    personal_data=(
        PersonalData(
            table="welfare_digital_inclusion_enrolment",
            holds="申し込んだ人の利用者ID、氏名、フリガナ、電話番号、団体の名前",
            purpose="スマホ教室の申込みの受付、連絡",
            retention="教室の終わりから1年",
        ),
        PersonalData(
            table="welfare_digital_inclusion_participant",
            holds="参加する人の氏名、年齢の区分",
            purpose="スマホ教室の出席の確認、統計",
            retention="教室の終わりから1年",
        ),
        PersonalData(
            table="welfare_digital_inclusion_attendance",
            holds="参加した人と回",
            purpose="スマホ教室の出席の確認、統計",
            retention="教室の終わりから1年",
        ),
        PersonalData(
            table="welfare_digital_inclusion_visit",
            holds="相談を予約した人の利用者ID、氏名、電話番号、聞きたいこと、年齢の区分、相談の内容と結果",
            purpose="相談窓口の予約、連絡、統計",
            retention="相談の日から1年",
        ),
    ),
    retention=(
        Retention(
            key="digital_inclusion.enrolments",
            title={"ja": "スマホ教室の申込みの、だれのものか"},
            table="welfare_digital_inclusion_enrolment",
            period="1年",
            starts="教室の最後の日",
            basis="スマホ教室の取扱い(区の定め)",
            deletes="利用者ID、氏名、フリガナ、電話番号、団体の名前、参加する人の氏名",
            stays="申込番号、人数、年齢の区分、出席の数",
            over="jichi.services.welfare.digital_inclusion.retention.over",
            erase="jichi.services.welfare.digital_inclusion.retention.erase",
        ),
        Retention(
            key="digital_inclusion.visits",
            title={"ja": "相談窓口の予約と相談の、だれのものか"},
            table="welfare_digital_inclusion_visit",
            period="1年",
            starts="相談の日",
            basis="相談窓口の取扱い(区の定め)",
            deletes="利用者ID、氏名、電話番号、聞きたいこと、引き継いだ先",
            stays="番号、日時、内容の区分、年齢の区分、時間、結果",
            over="jichi.services.welfare.digital_inclusion.retention.over",
            erase="jichi.services.welfare.digital_inclusion.retention.erase",
        ),
    ),
    indicators=(
        Indicator(
            key="welfare_digital_inclusion.sessions",
            title={"ja": "スマホ教室の回数(年度の累計)", "en": "Smartphone class sessions, fiscal year to date"},
            unit="回",
            function="jichi.services.welfare.digital_inclusion.queries.sessions_so_far",
            wanted="up",
        ),
        Indicator(
            key="welfare_digital_inclusion.people",
            title={"ja": "スマホ教室の参加者(年度の延べ)", "en": "People at smartphone classes, fiscal year to date"},
            unit="人",
            function="jichi.services.welfare.digital_inclusion.queries.people_so_far",
            wanted="up",
        ),
        Indicator(
            key="welfare_digital_inclusion.visits",
            title={"ja": "スマホの相談窓口の相談", "en": "Visits to smartphone help desks"},
            unit="件",
            function="jichi.services.welfare.digital_inclusion.queries.visits_in",
        ),
    ),
    handlers=(
        Handler(event=f"{BOOKING}.PlaceGiven", function=f"{HANDLERS}.on_place_given"),
        Handler(event=f"{BOOKING}.PlaceLost", function=f"{HANDLERS}.on_place_lost"),
        Handler(event=f"{BOOKING}.DrawHeld", function=f"{HANDLERS}.on_draw_held"),
        Handler(event=f"{BOOKING}.OfferingCancelled", function=f"{HANDLERS}.on_offering_cancelled"),
    ),
    periodic=(
        Periodic(name="digital.ask", cron="35 9 * * *", function="jichi.services.welfare.digital_inclusion.tasks.ask"),
        Periodic(
            name="digital.give_back",
            cron="10 0 * * *",
            function="jichi.services.welfare.digital_inclusion.tasks.give_back",
        ),
        Periodic(
            name="digital.leave_search",
            cron="5 0 * * *",
            function="jichi.services.welfare.digital_inclusion.tasks.leave_search",
        ),
        Periodic(
            name="digital.remind", cron="20 9 * * *", function="jichi.services.welfare.digital_inclusion.tasks.remind"
        ),
    ),
    message_templates="jichi.services.welfare.digital_inclusion.message_templates.TEMPLATES",
    sample="jichi.services.welfare.digital_inclusion.sample.fill",
    sample_order=230,
)
