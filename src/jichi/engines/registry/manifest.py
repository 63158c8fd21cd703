"""What this room announces to the house."""

from jichi.kernel.manifest import Command, Manifest, MenuEntry, Permission, PersonalData

_CLERKS = frozenset({"register_clerk"})
_OFFICIALS = frozenset({"caseworker", "section_chief", "register_clerk"})

MANIFEST = Manifest(
    label="eng_registry",
    path="jichi.engines.registry",
    api="jichi.engines.registry.api.router",
    title={"ja": "住民・世帯", "en": "Registry"},
    urls={"staff:register/": "jichi.engines.registry.urls", "public:map/": "jichi.engines.registry.map_urls"},
    menu=(
        MenuEntry(
            audience="staff",
            area="people",
            url_name="eng_registry:organisations",
            order=20,
            label={"ja": "団体を探す"},
            permission="eng_registry.organisation.view",
        ),
        MenuEntry(
            audience="staff",
            area="services",
            url_name="eng_registry:loads",
            order=85,
            label={"ja": "住民情報の取込"},
            permission="eng_registry.import.confirm",
        ),
        MenuEntry(
            audience="staff",
            area="services",
            url_name="eng_registry:towns",
            order=86,
            label={"ja": "町と地図"},
            permission="eng_registry.import.confirm",
        ),
    ),
    permissions=(
        Permission(key="eng_registry.resident.search", title={"ja": "住民の検索"}, roles=_OFFICIALS),
        Permission(key="eng_registry.resident.view", title={"ja": "住民記録の閲覧"}, roles=_OFFICIALS),
        Permission(key="eng_registry.protected.view", title={"ja": "支援措置対象者の住所の閲覧"}, roles=_CLERKS),
        Permission(key="eng_registry.provisional.view", title={"ja": "仮登録の閲覧"}, roles=_CLERKS),
        Permission(key="eng_registry.organisation.view", title={"ja": "団体の閲覧"}, roles=_OFFICIALS),
        Permission(key="eng_registry.import", title={"ja": "住民記録の取込"}, roles=_CLERKS),
        Permission(
            key="eng_registry.import.confirm",
            title={"ja": "住民記録の取込の確認"},
            roles=_CLERKS | frozenset({"administrator"}),
        ),
    ),
    commands=(
        Command(
            name="register",
            function="jichi.engines.registry.commands.main",
            help="Import, export and status of the resident register's mirror",
        ),
    ),
    doctor=("jichi.engines.registry.doctor.findings",),
    personal_data=(
        PersonalData(
            table="eng_registry_registerload",
            holds="取込を始めた職員と確認した職員、誤りのあった行の値の一部",
            purpose="取込の記録、誤りの訂正",
            retention="取込から3年",
        ),
        PersonalData(
            table="eng_registry_resident",
            holds="氏名、生年月日、性別、続柄、国籍、在留資格、資格の有無とその履歴",
            purpose="申請の資格確認、本人の結び付け、通知先の確認、統計",
            retention="住民記録システムからの取込で置き換わる。除票は5年",
        ),
        PersonalData(
            table="eng_registry_address",
            holds="現住所、前住所、転出先、本籍",
            purpose="通知の送付、資格確認。支援措置対象者は行単位で非表示",
            retention="住民の履歴と同じ",
        ),
        PersonalData(
            table="eng_registry_household",
            holds="世帯主、人数、世帯の型",
            purpose="資格確認、統計",
            retention="取込で置き換わる",
        ),
        PersonalData(
            table="eng_registry_organization",
            holds="団体の名称、代表者、所在地",
            purpose="申請の資格確認、送付先の確認",
            retention="取込で置き換わる",
        ),
        PersonalData(
            table="eng_registry_officerterm",
            holds="団体の役員の宛名番号、役職、任期",
            purpose="団体の申請をする権限の確認、連絡",
            retention="任期の終わりから5年",
        ),
        PersonalData(
            table="eng_registry_protection",
            holds="支援措置の申出者、加害者、期間",
            purpose="住所の非表示、証明書の交付制限",
            retention="解除の日から5年",
        ),
        PersonalData(
            table="eng_registry_protectedperson",
            holds="支援措置の対象者",
            purpose="住所の非表示",
            retention="支援措置と同じ",
        ),
    ),
)
