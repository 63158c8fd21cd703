"""What this room announces to the house."""

from jichi.kernel.manifest import Manifest

MANIFEST = Manifest(
    label="eng_payments",
    path="jichi.engines.payments",
    title={"ja": "納付", "en": "Payments"},
)
