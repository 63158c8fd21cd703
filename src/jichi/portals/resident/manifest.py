"""What this room announces to the house."""

from jichi.kernel.manifest import Manifest, MenuEntry

MANIFEST = Manifest(
    label="portal_resident",
    path="jichi.portals.resident",
    title={"ja": "住民ポータル", "en": "Resident portal"},
    urls={"i18n:": "jichi.portals.resident.urls"},
    menu=(
        MenuEntry(
            audience="resident", area="search", url_name="portal_resident:search", order=10,
            label={"ja": "検索", "easy": "さがす", "en": "Search", "zh-hans": "搜索", "ko": "검색"},
        ),
        MenuEntry(
            audience="resident", area="inbox", url_name="portal_resident:inbox", order=20, when="signed_in",
            label={"ja": "お知らせ箱", "easy": "お知らせ", "en": "Inbox", "zh-hans": "消息箱", "ko": "알림함"},
        ),
        MenuEntry(
            audience="resident", area="my", url_name="portal_resident:my", order=30, when="signed_in",
            label={
                "ja": "マイページ", "easy": "マイページ", "en": "My page", "zh-hans": "我的页面", "ko": "마이페이지",
            },
        ),
        MenuEntry(
            audience="resident", area="sign_in", url_name="eng_accounts:sign_in", order=40, when="signed_out",
            label={"ja": "ログイン", "easy": "入る", "en": "Sign in", "zh-hans": "登录", "ko": "로그인"},
        ),
        MenuEntry(
            audience="resident", area="sign_out", url_name="eng_accounts:sign_out", order=50, when="signed_in",
            label={"ja": "ログアウト", "easy": "出る", "en": "Sign out", "zh-hans": "退出", "ko": "로그아웃"},
        ),
    ),
)  # fmt: skip
