"""The rooms of this house, lowest first. Settings, urls, menus and checks all read this list."""

from typing import Final

ROOMS: Final[tuple[str, ...]] = (
    "jichi.design",
    "jichi.engines.audit",
    "jichi.engines.jobs",
    "jichi.engines.files",
    "jichi.engines.statistics",
    "jichi.engines.accounts",
    "jichi.engines.api",
    "jichi.engines.registry",
    "jichi.engines.inbox",
    "jichi.engines.messages",
    "jichi.engines.ledger",
    "jichi.engines.slips",
    "jichi.engines.bankfiles",
    "jichi.engines.payments",
    "jichi.engines.collection",
    "jichi.engines.routes",
    "jichi.engines.forms",
    "jichi.engines.cases",
    "jichi.engines.booking",
    "jichi.services.front.applications",
    "jichi.services.front.inventory",
    "jichi.services.front.statistics",
    "jichi.services.front.designer",
    "jichi.services.office.administration",
    "jichi.services.office.operations",
    "jichi.portals.resident",
    "jichi.portals.staff",
    "jichi.portals.public",
)
