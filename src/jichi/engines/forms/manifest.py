"""What this room announces to the house."""

from jichi.kernel.manifest import Manifest

MANIFEST = Manifest(
    label="eng_forms",
    path="jichi.engines.forms",
    title={"ja": "様式", "en": "Forms"},
)
