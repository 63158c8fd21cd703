"""What this room announces to the house."""

from jichi.kernel.manifest import Command, Manifest

MANIFEST = Manifest(
    label="family_nursery",
    path="jichi.services.family.nursery",
    title={"ja": "保育所等の利用調整", "en": "Nursery admission"},
    systems=("S34",),
    commands=(
        Command(
            name="nursery",
            function="jichi.services.family.nursery.commands.main",
            help="match children with nursery seats, verify a result, make test instances (保育所等の利用調整)",
            needs_database=False,
        ),
    ),
)
