"""What this room announces to the house."""

from jichi.kernel.manifest import Command, Manifest, MenuEntry, Permission, PersonalData

SELLS = frozenset({"caseworker", "section_chief"})
READS = SELLS | {"case_reader", "division_manager", "treasurer"}

MANIFEST = Manifest(
    label="front_cashless",
    path="jichi.services.front.cashless",
    title={"ja": "キャッシュレス窓口", "en": "Cashless counters"},
    systems=("S31",),
    urls={"staff:desks/": "jichi.services.front.cashless.urls"},
    menu=(
        MenuEntry(
            audience="staff",
            area="work",
            url_name="front_cashless:desks",
            order=42,
            label={"ja": "窓口の収納"},
            permission="front_cashless.view",
        ),
        MenuEntry(
            audience="staff",
            area="work",
            url_name="front_cashless:settlements",
            order=43,
            label={"ja": "窓口の現金と精算"},
            permission="front_cashless.settle",
        ),
        MenuEntry(
            audience="staff",
            area="figures",
            url_name="front_cashless:usage",
            order=40,
            label={"ja": "キャッシュレスの利用率"},
            permission="front_cashless.view",
        ),
        MenuEntry(
            audience="staff",
            area="services",
            url_name="front_cashless:setup",
            order=50,
            label={"ja": "窓口と料金表"},
            permission="front_cashless.manage",
        ),
    ),
    permissions=(
        Permission(key="front_cashless.view", title={"ja": "課の窓口の収納を見る", "en": "See counters"}, roles=READS),
        Permission(key="front_cashless.sell", title={"ja": "窓口で受け取る", "en": "Sell at counters"}, roles=SELLS),
        Permission(
            key="front_cashless.confirm",
            title={"ja": "窓口の現金の差を確かめる", "en": "Confirm differences of cash"},
            roles=frozenset({"section_chief", "division_manager"}),
        ),
        Permission(
            key="front_cashless.settle",
            title={"ja": "窓口の現金を受け取り、決済会社と照合する", "en": "Take cash over, settle with firms"},
            roles=frozenset({"treasurer"}),
        ),
        Permission(
            key="front_cashless.manage",
            title={"ja": "窓口と料金表を決める", "en": "Keep counters and fees"},
            roles=frozenset({"administrator"}),
        ),
    ),
    personal_data=(
        PersonalData(
            table="front_cashless_sale",
            holds="受け取った職員、端末の控えの番号",
            purpose="窓口の収納の記録と、決済会社との照合",
            retention="完結した年度の翌年度から5年",
        ),
        PersonalData(
            table="front_cashless_deskday",
            holds="窓口を開いた職員、数えた職員、確かめた職員",
            purpose="窓口の現金の責任をはっきりさせる",
            retention="完結した年度の翌年度から5年",
        ),
        PersonalData(
            table="front_cashless_handover",
            holds="窓口の現金を受け取った職員",
            purpose="窓口の現金の責任をはっきりさせる",
            retention="完結した年度の翌年度から5年",
        ),
        PersonalData(
            table="front_cashless_tablet",
            holds="端末を登録した職員、登録を取り消した職員",
            purpose="どの端末が窓口の売上を送れるかの記録",
            retention="登録の取消しから5年",
        ),
        PersonalData(
            table="front_cashless_settlement",
            holds="ファイルの名前、受け入れた職員",
            purpose="決済会社との照合の記録",
            retention="完結した年度の翌年度から5年",
        ),
    ),
    commands=(
        Command(
            name="desks",
            function="jichi.services.front.cashless.commands.main",
            help="load | fees | firm: 窓口、料金表、決済会社との取り決めを登録する",
        ),
    ),
    sample="jichi.services.front.cashless.sample.fill",
    sample_order=210,
)
