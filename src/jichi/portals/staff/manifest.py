"""What this room announces to the house."""

from jichi.kernel.manifest import Manifest, MenuEntry

MANIFEST = Manifest(
    label="portal_staff",
    path="jichi.portals.staff",
    title={"ja": "職員ポータル", "en": "Staff portal"},
    urls={"staff:": "jichi.portals.staff.urls"},
    menu=(
        MenuEntry(audience="staff", area="work", url_name="portal_staff:home", order=10, label={"ja": "自分の番"}),
        MenuEntry(
            audience="staff", area="people", url_name="portal_staff:people", order=10, label={"ja": "住民を探す"},
            permission="eng_registry.resident.search",
        ),
        MenuEntry(
            audience="staff", area="figures", url_name="portal_staff:figures", order=10, label={"ja": "課の数字"},
            permission="eng_cases.case.view",
        ),
        MenuEntry(audience="staff", area="search", url_name="portal_staff:search", order=10, label={"ja": "検索"}),
        MenuEntry(audience="staff", area="help", url_name="portal_staff:keys", order=20, label={"ja": "キー操作"}),
        MenuEntry(
            audience="staff", area="sign_out", url_name="eng_accounts_staff:staff_sign_out", order=90, when="signed_in",
            label={"ja": "ログアウト"},
        ),
    ),
)  # fmt: skip
