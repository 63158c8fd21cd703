"""What this room announces to the house."""

from jichi.kernel.manifest import Command, Manifest, MenuEntry, Periodic, Permission

MANIFEST = Manifest(
    label="eng_ledger",
    path="jichi.engines.ledger",
    title={"ja": "帳簿", "en": "Ledger"},
    urls={"staff:ledger/": "jichi.engines.ledger.urls"},
    menu=(
        MenuEntry(
            audience="staff",
            area="work",
            url_name="eng_ledger:balances",
            order=48,
            label={"ja": "帳簿"},
            permission="eng_ledger.view",
        ),
    ),
    permissions=(
        Permission(
            key="eng_ledger.view",
            title={"ja": "課の帳簿を見る", "en": "See the books of one's division"},
            roles=frozenset({"caseworker", "section_chief", "case_reader", "treasurer", "administrator"}),
        ),
        Permission(
            key="eng_ledger.watch",
            title={"ja": "すべての課の帳簿を見る", "en": "See all books"},
            roles=frozenset({"administrator", "treasurer"}),
        ),
        Permission(
            key="eng_ledger.close",
            title={"ja": "帳簿を締める", "en": "Close the books"},
            roles=frozenset({"treasurer"}),
        ),
    ),
    commands=(
        Command(
            name="ledger",
            function="jichi.engines.ledger.commands.main",
            help="balances | late | check | close-days | close-year: 帳簿の残高と締め",
        ),
    ),
    periodic=(
        Periodic(name="ledger.fold", cron="40 2 * * *", function="jichi.engines.ledger.tasks.fold"),
        Periodic(name="ledger.look", cron="55 2 * * *", function="jichi.engines.ledger.tasks.look"),
    ),
    doctor=("jichi.engines.ledger.queries.findings",),
)
