"""What this room announces to the house."""

from jichi.kernel.manifest import Command, Manifest, MenuEntry, Permission

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
    ),
    permissions=(Permission(key="eng_slips.read", title={"ja": "納付書を調べる", "en": "Examine slips"}, roles=READS),),
    commands=(
        Command(
            name="payments",
            function="jichi.engines.slips.commands.main",
            help="read: 納付書のバーコードやQRコードを説明する",
            needs_database=False,
        ),
    ),
)
