"""What this room announces to the house."""

from jichi.kernel.manifest import Manifest

MANIFEST = Manifest(
    label="eng_messages",
    path="jichi.engines.messages",
    title={"ja": "通知", "en": "Messages"},
)
