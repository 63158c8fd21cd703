"""What this room announces to the house."""

from jichi.kernel.manifest import Handler, Manifest, MenuEntry, Periodic, Permission, PersonalData

OFFICIALS = frozenset({"caseworker", "section_chief"})
BOOKING = "jichi.engines.booking.events"
HANDLERS = "jichi.services.welfare.digital_inclusion.handlers"

MANIFEST = Manifest(
    label="welfare_digital_inclusion",
    path="jichi.services.welfare.digital_inclusion",
    title={"ja": "スマホ教室・よろず相談", "en": "Smartphone classes and help desks"},
    systems=("S38",),
    urls={
        "i18n:smartphone/": "jichi.services.welfare.digital_inclusion.urls",
        "staff:smartphone/": "jichi.services.welfare.digital_inclusion.staff_urls",
    },
    menu=(
        MenuEntry(
            audience="resident",
            area="book",
            url_name="welfare_digital_inclusion:list",
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
    ),
    handlers=(
        Handler(event=f"{BOOKING}.PlaceGiven", function=f"{HANDLERS}.on_place_given"),
        Handler(event=f"{BOOKING}.PlaceLost", function=f"{HANDLERS}.on_place_lost"),
        Handler(event=f"{BOOKING}.DrawHeld", function=f"{HANDLERS}.on_draw_held"),
        Handler(event=f"{BOOKING}.OfferingCancelled", function=f"{HANDLERS}.on_offering_cancelled"),
    ),
    periodic=(
        Periodic(
            name="digital.remind", cron="20 9 * * *", function="jichi.services.welfare.digital_inclusion.tasks.remind"
        ),
    ),
    message_templates="jichi.services.welfare.digital_inclusion.message_templates.TEMPLATES",
    sample="jichi.services.welfare.digital_inclusion.sample.fill",
    sample_order=230,
)
