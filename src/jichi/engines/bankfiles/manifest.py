"""What this room announces to the house."""

from jichi.kernel.manifest import Command, Manifest

MANIFEST = Manifest(
    label="eng_bankfiles",
    path="jichi.engines.bankfiles",
    title={"ja": "金融機関等とのファイル", "en": "Files of banks and stores"},
    commands=(
        Command(
            name="bankfiles",
            function="jichi.engines.bankfiles.commands.main",
            help="check | convert | layouts: 全銀・収納代行などのファイル",
            needs_database=False,
        ),
    ),
)
