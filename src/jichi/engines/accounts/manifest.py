"""What this room announces to the house."""

from jichi.kernel.manifest import Manifest

MANIFEST = Manifest(
    label="eng_accounts",
    path="jichi.engines.accounts",
    title={"ja": "利用者", "en": "Accounts"},
)
