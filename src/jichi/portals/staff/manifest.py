"""What this room announces to the house."""

from jichi.kernel.manifest import Manifest

MANIFEST = Manifest(
    label="portal_staff",
    path="jichi.portals.staff",
    title={"ja": "職員ポータル", "en": "Staff portal"},
)
