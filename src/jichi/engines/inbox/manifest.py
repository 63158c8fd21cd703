"""What this room announces to the house."""

from jichi.kernel.manifest import Manifest

MANIFEST = Manifest(
    label="eng_inbox",
    path="jichi.engines.inbox",
    title={"ja": "仕事と検索", "en": "Inbox"},
)
