"""What this room announces to the house."""

from jichi.kernel.manifest import Handler, Indicator, Manifest, MenuEntry, Periodic, Permission, PersonalData, Webhook

HANDLES = frozenset({"caseworker", "section_chief"})
READS = HANDLES | {"case_reader", "decider"}
"""Who decides on a route (決裁者) looks at the case itself first."""

MANIFEST = Manifest(
    label="eng_cases",
    path="jichi.engines.cases",
    title={"ja": "案件", "en": "Cases"},
    urls={"staff:cases/": "jichi.engines.cases.staff_urls", "i18n:items/": "jichi.engines.cases.resident_urls"},
    menu=(
        MenuEntry(
            audience="staff",
            area="work",
            url_name="eng_cases_staff:list",
            order=20,
            label={"ja": "案件の一覧"},
            permission="eng_cases.case.view",
        ),
        MenuEntry(
            audience="staff",
            area="services",
            url_name="eng_cases_staff:numbers",
            order=60,
            label={"ja": "番号簿"},
            permission="eng_cases.numbers",
        ),
    ),
    handlers=(
        Handler(event="jichi.engines.cases.events.CaseOpened", function="jichi.engines.cases.webhooks.on_case_opened"),
        Handler(
            event="jichi.engines.cases.events.CaseDecided", function="jichi.engines.cases.webhooks.on_case_decided"
        ),
        Handler(
            event="jichi.engines.cases.events.CaseWithdrawn", function="jichi.engines.cases.webhooks.on_case_withdrawn"
        ),
        Handler(
            event="jichi.engines.files.events.FileCondemned",
            function="jichi.engines.cases.handlers.on_file_condemned",
        ),
        Handler(
            event="jichi.engines.accounts.events.GuestHandedOver",
            function="jichi.engines.cases.handlers.on_guest_handed_over",
        ),
        Handler(
            event="jichi.engines.registry.events.ResidentsLeft",
            function="jichi.engines.cases.handlers.on_residents_left",
        ),
        Handler(
            event="jichi.engines.routes.events.RouteDecided",
            function="jichi.engines.cases.handlers.on_route_decided",
        ),
        Handler(
            event="jichi.engines.routes.events.RouteSentBack",
            function="jichi.engines.cases.handlers.on_route_sent_back",
        ),
        Handler(
            event="jichi.engines.routes.events.RouteResubmitted",
            function="jichi.engines.cases.handlers.on_route_resubmitted",
        ),
        Handler(
            event="jichi.engines.routes.events.RouteSentBack",
            function="jichi.engines.cases.webhooks.on_route_sent_back",
            order=300,
        ),
        Handler(
            event="jichi.engines.routes.events.RouteResubmitted",
            function="jichi.engines.cases.webhooks.on_route_resubmitted",
            order=300,
        ),
        Handler(
            event="jichi.engines.payments.events.ChargeSettled",
            function="jichi.engines.cases.handlers.on_charge_settled",
        ),
        Handler(
            event="jichi.engines.payments.events.ChargeRefunded",
            function="jichi.engines.cases.handlers.on_charge_refunded",
        ),
        Handler(
            event="jichi.engines.payments.events.ChargePartRefunded",
            function="jichi.engines.cases.handlers.on_charge_part_refunded",
        ),
        Handler(
            event="jichi.engines.payments.events.ChargeReopened",
            function="jichi.engines.cases.handlers.on_charge_reopened",
        ),
    ),
    periodic=(
        Periodic(name="cases.remind", cron="20 7 * * *", function="jichi.engines.cases.tasks.remind"),
        Periodic(name="cases.count_days", cron="12 * * * *", function="jichi.engines.cases.tasks.count_days"),
    ),
    indicators=(
        Indicator(
            key="eng_cases.applications",
            title={"ja": "申請件数", "en": "Applications"},
            unit="件",
            function="jichi.engines.cases.indicators.applications",
        ),
        Indicator(
            key="eng_cases.online_share",
            title={"ja": "オンライン率", "en": "Share online"},
            unit="%",
            function="jichi.engines.cases.indicators.online_share",
            wanted="up",
        ),
        Indicator(
            key="eng_cases.days_to_decide",
            title={"ja": "平均処理日数", "en": "Days to decide"},
            unit="日",
            function="jichi.engines.cases.indicators.days_to_decide",
            wanted="down",
        ),
    ),
    message_templates="jichi.engines.cases.message_templates.TEMPLATES",
    api="jichi.engines.cases.api.router",
    webhooks=(
        Webhook(kind="case.opened", title={"ja": "申請が届いた"}, permission="eng_cases.case.view"),
        Webhook(kind="case.decided", title={"ja": "決定した"}, permission="eng_cases.case.view"),
        Webhook(kind="case.sent_back", title={"ja": "決裁から差し戻された"}, permission="eng_cases.case.view"),
        Webhook(kind="case.resubmitted", title={"ja": "もう一度回議に出た"}, permission="eng_cases.case.view"),
        Webhook(kind="case.withdrawn", title={"ja": "取り下げられた"}, permission="eng_cases.case.view"),
    ),
    permissions=(
        Permission(
            key="eng_cases.case.view", title={"ja": "課の案件を見る", "en": "See the division's cases"}, roles=READS
        ),
        Permission(
            key="eng_cases.case.handle",
            title={"ja": "審査と補正依頼", "en": "Review and ask for corrections"},
            roles=HANDLES,
        ),
        Permission(key="eng_cases.case.decide", title={"ja": "決定", "en": "Decide"}, roles=HANDLES),
        Permission(key="eng_cases.case.bulk", title={"ja": "まとめて決定", "en": "Decide many at once"}, roles=HANDLES),
        Permission(
            key="eng_cases.case.enter",
            title={"ja": "紙・電話の申請の入力", "en": "Enter applications on paper or by telephone"},
            roles=HANDLES,
        ),
        Permission(key="eng_cases.numbers", title={"ja": "番号簿", "en": "Book of numbers"}, roles=HANDLES),
        Permission(key="eng_cases.case.export", title={"ja": "一覧の書き出し", "en": "Export lists"}, roles=HANDLES),
    ),
    personal_data=(
        PersonalData(
            table="eng_cases_case",
            holds="氏名、フリガナ、宛名番号",
            purpose="申請の審査と決定",
            retention="手続の定めによる(完結から)",
        ),
        PersonalData(
            table="eng_cases_caseevent", holds="操作した人の氏名", purpose="経過の説明", retention="案件と同じ"
        ),
        PersonalData(
            table="eng_cases_correction", holds="補正を求めた内容", purpose="申請の補正", retention="案件と同じ"
        ),
        PersonalData(
            table="eng_cases_decision", holds="決定とその理由", purpose="決定の通知と説明", retention="案件と同じ"
        ),
        PersonalData(
            table="eng_cases_proposal", holds="起案した決定とその理由", purpose="決裁の記録", retention="案件と同じ"
        ),
        PersonalData(
            table="eng_cases_casemessage",
            holds="申請した人と担当のやり取り",
            purpose="申請についての連絡",
            retention="案件と同じ",
        ),
        PersonalData(
            table="eng_cases_casefile",
            holds="届いた紙の写し、やり取りに添えたファイル",
            purpose="申請の審査",
            retention="案件と同じ",
        ),
        PersonalData(
            table="eng_cases_dispatch", holds="発送の日と追跡番号", purpose="届いたかの確認", retention="案件と同じ"
        ),
        PersonalData(
            table="eng_cases_issuednumber", holds="文書の件名", purpose="文書の番号の管理", retention="文書の保存年限"
        ),
        PersonalData(
            table="eng_cases_bulkrun", holds="まとめて決めた理由", purpose="決定の記録", retention="案件と同じ"
        ),
        PersonalData(
            table="eng_cases_issueddocument",
            holds="交付した文書に書かれた氏名など",
            purpose="交付と真正の確認",
            retention="案件と同じ",
        ),
    ),
)
