"""What this room announces to the house."""

from jichi.kernel.manifest import Command, Handler, Manifest, MenuEntry, Periodic, Permission, PersonalData

TAKE_PART = frozenset({"caseworker", "section_chief", "division_manager", "case_reader", "decider"})
"""`decider` (決裁者) is the role of posts that only decide, such as 部長 and 副区長."""

MANIFEST = Manifest(
    label="eng_routes",
    path="jichi.engines.routes",
    title={"ja": "決裁経路", "en": "Approval routes"},
    systems=("S36",),
    urls={"staff:routes/": "jichi.engines.routes.urls"},
    menu=(
        MenuEntry(
            audience="staff",
            area="approvals",
            url_name="eng_routes:waiting",
            order=10,
            label={"ja": "決裁待ち"},
            permission="eng_routes.take_part",
        ),
        MenuEntry(
            audience="staff",
            area="approvals",
            url_name="eng_routes:after",
            order=20,
            label={"ja": "後閲"},
            permission="eng_routes.take_part",
        ),
        MenuEntry(
            audience="staff",
            area="approvals",
            url_name="eng_routes:absence",
            order=30,
            label={"ja": "不在と代決者"},
            permission="eng_routes.take_part",
        ),
        MenuEntry(
            audience="staff",
            area="approvals",
            url_name="eng_routes:table",
            order=40,
            label={"ja": "専決の表"},
            permission="eng_routes.take_part",
        ),
        MenuEntry(
            audience="staff",
            area="services",
            url_name="eng_routes:posts",
            order=92,
            label={"ja": "決裁の職位"},
            permission="eng_routes.manage",
        ),
    ),
    handlers=(
        Handler(
            event="jichi.engines.accounts.events.PostHoldingsChanged",
            function="jichi.engines.routes.handlers.on_post_holdings_changed",
        ),
    ),
    permissions=(
        Permission(
            key="eng_routes.take_part", title={"ja": "決裁に加わる", "en": "Take part in approvals"}, roles=TAKE_PART
        ),
        Permission(
            key="eng_routes.manage",
            title={"ja": "決裁経路の職位の管理", "en": "Manage ranks of posts on routes"},
            roles=frozenset({"administrator"}),
        ),
    ),
    personal_data=(
        PersonalData(
            table="eng_routes_route",
            holds="件名(申請した人の氏名を含むことがある)、起案した職員",
            purpose="決裁の経路と結果の記録",
            retention="対象の案件と同じ",
        ),
        PersonalData(
            table="eng_routes_routeact",
            holds="操作した職員の氏名、意見、理由、照会と回答、変わった内容の前と後",
            purpose="決裁の記録(誰がいつ何をしたか)",
            retention="対象の案件と同じ",
        ),
        PersonalData(
            table="eng_routes_routeturn",
            holds="決裁、照会への回答、後閲を待っている職員",
            purpose="決裁待ちの一覧",
            retention="対象の案件と同じ",
        ),
        PersonalData(
            table="eng_routes_absence",
            holds="職員の不在の期間と代決者",
            purpose="代決できるかどうかの判断",
            retention="不在が終わってから5年",
        ),
    ),
    periodic=(
        Periodic(name="routes.turns", cron="5 0 * * *", function="jichi.engines.routes.upkeep.renew_turns_of_today"),
    ),
    commands=(
        Command(
            name="route",
            function="jichi.engines.routes.commands.main",
            help="check | schema: 決裁経路のファイル",
            needs_database=False,
        ),
    ),
    doctor=("jichi.engines.routes.queries.findings",),
    sample="jichi.engines.routes.sample.fill",
    sample_order=50,
)
