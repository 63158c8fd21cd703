"""What this room announces to the house."""

from jichi.kernel.manifest import Manifest

MANIFEST = Manifest(
    label="design",
    path="jichi.design",
    title={"ja": "画面部品", "en": "Design"},
    urls={"i18n:design/": "jichi.design.urls"},
)
