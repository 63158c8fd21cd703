"""What this room announces to the house."""

from jichi.kernel.manifest import Manifest

MANIFEST = Manifest(
    label="portal_public",
    path="jichi.portals.public",
    title={"ja": "公開ページ", "en": "Public pages"},
    urls={"i18n:verify/": "jichi.portals.public.urls"},
)
