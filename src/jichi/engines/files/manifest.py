"""What this room announces to the house."""

from jichi.kernel.manifest import Manifest

MANIFEST = Manifest(
    label="eng_files",
    path="jichi.engines.files",
    title={"ja": "ファイル", "en": "Files"},
)
