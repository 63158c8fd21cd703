"""What this room announces to the house."""

from jichi.kernel.manifest import Manifest

MANIFEST = Manifest(
    label="eng_jobs",
    path="jichi.engines.jobs",
    title={"ja": "処理", "en": "Jobs"},
)
