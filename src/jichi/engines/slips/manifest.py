"""What this room announces to the house."""

from jichi.kernel.manifest import Command, Manifest, MenuEntry, Permission, PersonalData, Retention

HANDLES = frozenset({"caseworker", "section_chief"})
READS = HANDLES | {"case_reader", "division_manager"}

MANIFEST = Manifest(
    label="eng_slips",
    path="jichi.engines.slips",
    title={"ja": "納付書", "en": "Payment slips"},
    urls={"staff:slips/": "jichi.engines.slips.urls"},
    menu=(
        MenuEntry(
            audience="staff",
            area="work",
            url_name="eng_slips:read",
            order=46,
            label={"ja": "納付書を調べる"},
            permission="eng_slips.read",
        ),
        MenuEntry(
            audience="staff",
            area="work",
            url_name="eng_slips:runs",
            order=45,
            label={"ja": "納付書の発行"},
            permission="eng_slips.read",
        ),
    ),
    permissions=(
        Permission(key="eng_slips.read", title={"ja": "納付書を調べる", "en": "Examine slips"}, roles=READS),
        Permission(key="eng_slips.issue", title={"ja": "納付書を発行する", "en": "Issue slips"}, roles=HANDLES),
        Permission(
            key="eng_slips.terms",
            title={"ja": "納付書の取り決めを登録する", "en": "Keep the terms of slips"},
            roles=frozenset({"administrator"}),
        ),
    ),
    personal_data=(
        PersonalData(
            table="eng_slips_sliprun",
            holds="発行した職員",
            purpose="発行の経過を確かめ、できあがりを知らせる",
            retention="発行した年度の翌年度から5年",
        ),
        PersonalData(
            table="eng_slips_slip",
            holds="納める人の氏名、住所、納める額、内訳",
            purpose="納付書の発行と、納められたお金との突き合わせ",
            retention="発行した年度の翌年度から5年",
        ),
    ),
    retention=(
        Retention(
            key="slips.runs",
            title={"ja": "発行した納付書"},
            table="eng_slips_sliprun",
            period="5年",
            starts="発行した年度の翌年度の4月1日",
            basis="地方自治法236条、地方税法18条(時効5年)",
            deletes="納付書の氏名・住所・金額・内訳、印刷したファイル",
            stays="同じ納付番号の新しい納付書が残る間の発行、調定と収納の記録",
            over="jichi.engines.slips.retention.over",
            erase="jichi.engines.slips.retention.erase",
        ),
    ),
    commands=(
        Command(
            name="payments",
            function="jichi.engines.slips.commands.main",
            help="read: 納付書のバーコードやQRコードを説明する",
            needs_database=False,
        ),
        Command(
            name="slip-terms",
            function="jichi.engines.slips.terms_command.main",
            help="show | set: 納付書の取り決め(請求者コード、上限、プリンター)",
        ),
    ),
    sample="jichi.engines.slips.sample.fill",
    sample_order=200,
)
