"""What this room announces to the house."""

from jichi.kernel.manifest import Handler, Manifest, MenuEntry, Periodic, Permission, PersonalData, Retention

OFFICIALS = frozenset({"caseworker", "section_chief"})
TASKS = "jichi.services.front.retreats.tasks"

MANIFEST = Manifest(
    label="front_retreats",
    path="jichi.services.front.retreats",
    title={"ja": "保養施設", "en": "Retreats"},
    systems=("S20",),
    urls={
        "i18n:retreats/": "jichi.services.front.retreats.urls",
        "staff:retreats/": "jichi.services.front.retreats.staff_urls",
    },
    mine="jichi.services.front.retreats.pages.mine.cards",
    menu=(
        MenuEntry(
            audience="resident",
            area="book",
            url_name="front_retreats:list",
            words="保養所 宿泊 しゅくはく 宿 旅館 ホテル 旅行 泊まる ほようしせつ hotel inn stay",
            order=30,
            label={"ja": "保養施設", "easy": "泊まる施設", "en": "Retreats", "zh-hans": "疗养设施", "ko": "휴양 시설"},
        ),
        MenuEntry(
            audience="resident",
            area="book",
            url_name="front_retreats:mine",
            words="保養施設 予約 宿 取消 キャンセル 旅行 my stays booking",
            order=40,
            label={
                "ja": "わたしの宿泊",
                "easy": "泊まる予約",
                "en": "My stays",
                "zh-hans": "我的住宿",
                "ko": "나의 숙박",
            },
            when="signed_in",
        ),
        MenuEntry(
            audience="staff",
            area="services",
            url_name="front_retreats_staff:stays",
            order=60,
            label={"ja": "保養施設"},
            permission="front_retreats.desk",
        ),
    ),
    permissions=(
        Permission(key="front_retreats.view", title={"ja": "保養施設の予約を見る", "en": "See stays"}, roles=OFFICIALS),
        Permission(
            key="front_retreats.edit",
            title={"ja": "保養施設の料金・部屋・抽選を決める", "en": "Set up houses, prices and draws"},
            roles=OFFICIALS,
        ),
        Permission(
            key="front_retreats.desk",
            title={"ja": "施設・宿での確認と受付", "en": "Confirm stays and receive guests"},
            roles=OFFICIALS | {"house_desk"},
        ),
    ),
    personal_data=(
        PersonalData(
            table="front_retreats_member",
            holds="利用登録した人の利用者ID、利用者番号、氏名、フリガナ、電話番号、メールアドレス、勤め先",
            purpose="保養施設の利用資格の確認と連絡",
            retention="最後の利用の年度の翌年度から3年",
        ),
        PersonalData(
            table="front_retreats_stay",
            holds="泊まる人の利用者ID、氏名、フリガナ、電話番号、人数、日程、料金",
            purpose="宿泊の予約、受付、精算",
            retention="宿泊の年度の翌年度から5年",
        ),
    ),
    retention=(
        Retention(
            key="retreats.stays",
            title={"ja": "保養施設の宿泊の、だれのものか"},
            table="front_retreats_stay",
            period="5年",
            starts="宿泊の年度の翌年度",
            basis="保養施設の利用の取扱い(区の定め)",
            deletes="利用者ID、氏名、フリガナ、電話番号、断った理由など",
            stays="予約番号、日程、人数、料金",
            over="jichi.services.front.retreats.retention.over",
            erase="jichi.services.front.retreats.retention.erase",
        ),
        Retention(
            key="retreats.members",
            title={"ja": "保養施設の利用登録"},
            table="front_retreats_member",
            period="3年",
            starts="最後の利用(なければ登録)の年度の翌年度",
            basis="保養施設の利用の取扱い(区の定め)",
            deletes="利用者ID、利用者番号、氏名、フリガナ、電話番号、メールアドレス、勤め先",
            stays="登録の種類と日",
            over="jichi.services.front.retreats.retention.over",
            erase="jichi.services.front.retreats.retention.erase",
        ),
    ),
    handlers=(
        Handler(
            event="jichi.engines.booking.events.DrawHeld",
            function="jichi.services.front.retreats.handlers.on_draw_held",
        ),
        Handler(
            event="jichi.engines.payments.events.ChargeSettled",
            function="jichi.services.front.retreats.handlers.on_charge_settled",
        ),
        Handler(
            event="jichi.engines.payments.events.ChargeReopened",
            function="jichi.services.front.retreats.handlers.on_charge_reopened",
        ),
    ),
    periodic=(
        Periodic(name="retreats.expire", cron="7 * * * *", function=f"{TASKS}.expire"),
        Periodic(name="retreats.unpaid", cron="* * * * *", function=f"{TASKS}.end_unpaid"),
        Periodic(name="retreats.remind", cron="25 9 * * *", function=f"{TASKS}.remind"),
    ),
    message_templates="jichi.services.front.retreats.message_templates.TEMPLATES",
    sample="jichi.services.front.retreats.sample.fill",
    sample_order=230,
)
