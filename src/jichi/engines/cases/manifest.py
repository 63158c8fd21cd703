"""What this room announces to the house."""

from jichi.kernel.manifest import Manifest

MANIFEST = Manifest(
    label="eng_cases",
    path="jichi.engines.cases",
    title={"ja": "案件", "en": "Cases"},
)
