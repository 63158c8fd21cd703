"""What this room announces to the house."""

from jichi.kernel.manifest import Manifest

MANIFEST = Manifest(
    label="eng_registry",
    path="jichi.engines.registry",
    title={"ja": "住民・世帯", "en": "Registry"},
)
