"""What this room announces to the house."""

from jichi.kernel.manifest import Manifest

MANIFEST = Manifest(
    label="eng_collection",
    path="jichi.engines.collection",
    title={"ja": "収納", "en": "Collection"},
)
