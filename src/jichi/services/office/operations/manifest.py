"""What this room announces to the house."""

from jichi.kernel.manifest import Loop, Manifest, MenuEntry, Periodic, Permission

MANIFEST = Manifest(
    label="office_operations",
    path="jichi.services.office.operations",
    title={"ja": "運用", "en": "Operations"},
    urls={"staff:operations/": "jichi.services.office.operations.urls"},
    menu=(
        MenuEntry(
            audience="staff",
            area="services",
            url_name="office_operations:health",
            order=96,
            label={"ja": "運用の状況"},
            permission="office_operations.view",
        ),
    ),
    permissions=(
        Permission(
            key="office_operations.view",
            title={"ja": "運用の状況の閲覧", "en": "See how the platform is"},
            roles=frozenset({"administrator"}),
        ),
    ),
    periodic=(
        Periodic(
            name="operations.look", cron="*/10 * * * *", function="jichi.services.office.operations.watching.look"
        ),
    ),
    loops=(Loop(name="operations.clock", function="jichi.services.office.operations.watching.read_clock", every=30),),
)
