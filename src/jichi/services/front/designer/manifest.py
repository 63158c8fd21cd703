"""What this room announces to the house."""

from jichi.kernel.manifest import Manifest, MenuEntry, Periodic, Permission

MANIFEST = Manifest(
    label="front_designer",
    path="jichi.services.front.designer",
    title={"ja": "手続の設計", "en": "Designing procedures"},
    systems=("S30",),
    urls={"staff:designer/": "jichi.services.front.designer.urls"},
    menu=(
        MenuEntry(
            audience="staff",
            area="services",
            url_name="front_designer:list",
            order=20,
            label={"ja": "手続の設計"},
            permission="front_designer.design.edit",
        ),
    ),
    permissions=(
        Permission(
            key="front_designer.design.edit",
            title={"ja": "自分の課の手続の設計", "en": "Design procedures of the own division"},
            roles=frozenset({
                "caseworker", "section_chief", "division_manager", "procedure_designer", "dx_office", "administrator",
            }),
        ),
        Permission(
            key="front_designer.publish",
            title={"ja": "手続の公開の承認と停止", "en": "Approve and stop procedures"},
            roles=frozenset({
                "section_chief", "division_manager", "procedure_designer", "dx_office", "administrator",
            }),
        ),
        Permission(
            key="front_designer.all",
            title={"ja": "すべての課の手続の設計", "en": "Design procedures of all divisions"},
            roles=frozenset({"dx_office", "administrator"}),
        ),
    ),
    periodic=(
        Periodic(
            name="designer-publish", cron="* * * * *", function="jichi.services.front.designer.tasks.publish_due"
        ),
    ),
    sample="jichi.services.front.designer.sample.fill",
    sample_order=210,
)  # fmt: skip
