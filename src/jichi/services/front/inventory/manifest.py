"""What this room announces to the house."""

from jichi.kernel.manifest import Command, Handler, Manifest, MenuEntry, Periodic, Permission

OFFICIALS = frozenset({
    "caseworker", "section_chief", "division_manager", "decider", "procedure_designer", "dx_office", "administrator",
})  # fmt: skip

MANIFEST = Manifest(
    label="front_inventory",
    path="jichi.services.front.inventory",
    api="jichi.services.front.inventory.api.router",
    title={"ja": "手続の棚卸し", "en": "Inventory of procedures"},
    systems=("S30",),
    urls={"staff:inventory/": "jichi.services.front.inventory.urls"},
    menu=(
        MenuEntry(
            audience="staff",
            area="services",
            url_name="front_inventory:list",
            order=30,
            label={"ja": "手続の棚卸し"},
            permission="front_inventory.view",
        ),
        MenuEntry(
            audience="staff",
            area="figures",
            url_name="front_inventory:stand",
            order=30,
            label={"ja": "オンライン化の進み具合"},
            permission="front_inventory.view",
        ),
    ),
    permissions=(
        Permission(
            key="front_inventory.view", title={"ja": "棚卸しの閲覧", "en": "See the inventory"}, roles=OFFICIALS
        ),
        Permission(
            key="front_inventory.edit",
            title={"ja": "自分の課の手続の状態の変更", "en": "Change entries of the own division"},
            roles=frozenset({"caseworker", "section_chief", "division_manager", "dx_office"}),
        ),
        Permission(
            key="front_inventory.manage",
            title={"ja": "棚卸しの取込と目標", "en": "Import the inventory, set targets"},
            roles=frozenset({"dx_office"}),
        ),
    ),
    commands=(
        Command(
            name="inventory",
            function="jichi.services.front.inventory.commands.main",
            help="read, compare, take over or write the inventory of procedures (手続の棚卸し)",
        ),
    ),
    handlers=(
        Handler(
            event="jichi.engines.forms.events.ProcedurePublished",
            function="jichi.services.front.inventory.handlers.on_procedure_published",
            order=50,
        ),
    ),
    periodic=(
        Periodic(
            name="inventory-follow", cron="20 * * * *", function="jichi.services.front.inventory.tasks.follow_published"
        ),
    ),
    sample="jichi.services.front.inventory.sample.fill",
    sample_order=200,
)
