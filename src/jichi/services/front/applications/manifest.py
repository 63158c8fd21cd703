"""What this room announces to the house."""

from jichi.kernel.manifest import Manifest

MANIFEST = Manifest(
    label="front_applications",
    path="jichi.services.front.applications",
    title={"ja": "電子申請", "en": "Online applications"},
)
