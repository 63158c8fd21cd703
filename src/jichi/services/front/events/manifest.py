"""What this room announces to the house."""

from jichi.kernel.manifest import Handler, Manifest, MenuEntry, Periodic, Permission, PersonalData, Retention

OFFICIALS = frozenset({"caseworker", "section_chief"})
BOOKING = "jichi.engines.booking.events"
HANDLERS = "jichi.services.front.events.handlers"

MANIFEST = Manifest(
    label="front_events",
    path="jichi.services.front.events",
    title={"ja": "催し", "en": "Events"},
    systems=("S09",),
    urls={
        "i18n:events/": "jichi.services.front.events.urls",
        "staff:events/": "jichi.services.front.events.staff_urls",
    },
    mine="jichi.services.front.events.pages.mine.cards",
    menu=(
        MenuEntry(
            audience="resident",
            area="book",
            url_name="front_events:list",
            words="イベント 催し物 もよおし 講座 教室 講演会 抽選 参加 event course",
            order=10,
            label={"ja": "催し・講座", "easy": "イベント", "en": "Events", "zh-hans": "活动", "ko": "행사·강좌"},
        ),
        MenuEntry(
            audience="resident",
            area="book",
            url_name="front_events:mine",
            words="イベント 講座 参加券 入場券 当選 落選 抽選結果 キャンセル my entries",
            order=20,
            label={
                "ja": "わたしの申込み",
                "easy": "申し込んだもの",
                "en": "My bookings",
                "zh-hans": "我的预约",
                "ko": "나의 신청",
            },
            when="signed_in",
        ),
        MenuEntry(
            audience="staff",
            area="services",
            url_name="front_events_staff:list",
            order=50,
            label={"ja": "催し"},
            permission="front_events.view",
        ),
    ),
    permissions=(
        Permission(
            key="front_events.view", title={"ja": "催しの申込みを見る", "en": "See entries of events"}, roles=OFFICIALS
        ),
        Permission(
            key="front_events.edit",
            title={"ja": "催しを作る・公開する・受け付ける", "en": "Make, publish and run events"},
            roles=OFFICIALS,
        ),
    ),
    personal_data=(
        PersonalData(
            table="front_events_evententry",
            holds="申し込んだ人の利用者ID、氏名、フリガナ、電話番号、同伴者の氏名、質問への答え",
            purpose="催しの申込みの受付、連絡、出席の確認",
            retention="催しの終わりから1年",
        ),
    ),
    retention=(
        Retention(
            key="events.entries",
            title={"ja": "催しの申込みの内容"},
            table="front_events_evententry",
            period="1年",
            starts="催しの最後の日",
            basis="催しの申込みの取扱い(区の定め)",
            deletes="氏名、フリガナ、電話番号、同伴者の氏名、質問への答え",
            stays="申込番号と結果、催しの数字、公開した抽選の記録",
            over="jichi.services.front.events.retention.over",
            erase="jichi.services.front.events.retention.erase",
        ),
    ),
    handlers=(
        Handler(event=f"{BOOKING}.PlaceGiven", function=f"{HANDLERS}.on_place_given"),
        Handler(event=f"{BOOKING}.PlaceLost", function=f"{HANDLERS}.on_place_lost"),
        Handler(event=f"{BOOKING}.PlacePaid", function=f"{HANDLERS}.on_place_paid"),
        Handler(event=f"{BOOKING}.PaidTooLate", function=f"{HANDLERS}.on_paid_too_late"),
        Handler(event=f"{BOOKING}.DrawHeld", function=f"{HANDLERS}.on_draw_held"),
        Handler(event=f"{BOOKING}.OfferingCancelled", function=f"{HANDLERS}.on_offering_cancelled"),
    ),
    periodic=(
        Periodic(name="events.remind", cron="15 9 * * *", function="jichi.services.front.events.tasks.remind"),
        Periodic(
            name="events.leave_search", cron="5 0 * * *", function="jichi.services.front.events.tasks.leave_search"
        ),
        Periodic(name="events.ask", cron="30 9 * * *", function="jichi.services.front.events.tasks.ask"),
    ),
    message_templates="jichi.services.front.events.message_templates.TEMPLATES",
    sample="jichi.services.front.events.sample.fill",
    sample_order=220,
)
