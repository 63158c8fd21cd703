"""What this room announces to the house."""

from jichi.kernel.manifest import Manifest

MANIFEST = Manifest(
    label="eng_routes",
    path="jichi.engines.routes",
    title={"ja": "決裁経路", "en": "Approval routes"},
)
