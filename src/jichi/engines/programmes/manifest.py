"""What this room announces to the house."""

from jichi.kernel.manifest import Manifest

MANIFEST = Manifest(
    label="eng_programmes",
    path="jichi.engines.programmes",
    title={"ja": "募集の共通のしくみ", "en": "What is published and entered"},
)
