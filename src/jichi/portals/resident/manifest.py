"""What this room announces to the house."""

from jichi.kernel.manifest import Manifest

MANIFEST = Manifest(
    label="portal_resident",
    path="jichi.portals.resident",
    title={"ja": "住民ポータル", "en": "Resident portal"},
)
