"""What this room announces to the house."""

from jichi.kernel.manifest import Manifest

MANIFEST = Manifest(
    label="eng_audit",
    path="jichi.engines.audit",
    title={"ja": "操作記録", "en": "Audit"},
)
