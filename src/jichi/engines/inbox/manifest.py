"""What this room announces to the house."""

from jichi.kernel.manifest import Handler, Manifest, Permission, PersonalData

MANIFEST = Manifest(
    label="eng_inbox",
    path="jichi.engines.inbox",
    title={"ja": "仕事と検索", "en": "Inbox"},
    handlers=(
        Handler(
            event="jichi.engines.accounts.events.GuestHandedOver",
            function="jichi.engines.inbox.handlers.on_guest_handed_over",
        ),
        Handler(
            event="jichi.engines.api.events.SubscriptionFailed",
            function="jichi.engines.inbox.handlers.on_subscription_failed",
        ),
    ),
    permissions=(
        Permission(key="inbox.all_divisions", title={"ja": "全課の仕事を見る", "en": "See all divisions' work"}),
        Permission(
            key="inbox.search_misses",
            title={"ja": "見つからなかった検索語を見る", "en": "See searches that found nothing"},
            roles=frozenset({"administrator", "division_manager"}),
        ),
    ),
    personal_data=(
        PersonalData(
            table="eng_inbox_workitem",
            holds="利用者、件名、期限、受付番号",
            purpose="やること・お知らせを本人と担当課に示すため",
            retention="案件の保存年限",
        ),
        PersonalData(
            table="eng_inbox_searchentry",
            holds="利用者または課ごとの検索語(件名、受付番号、氏名)",
            purpose="本人の申請と職員の案件を検索で見つけるため",
            retention="案件の保存年限",
        ),
    ),
)
