"""Which pictures the help has: whose screen, where, what part of it, and the templates it shows.

A picture is old when one of its own templates has changed. What all pages share (the frame, fields,
styles) is left out, or every change would make all of them old.
"""

import hashlib
from pathlib import Path
from typing import NamedTuple

from tests.server import ROOT

TEMPLATES = ROOT / "templates"
MAIN = "#content"


class Shot(NamedTuple):
    name: str
    address: str
    # Files or patterns, below templates/.
    shows: tuple[str, ...]
    # What is pressed before, one after another.
    presses: tuple[str, ...] = ()
    part: str = MAIN
    # Of a longer one the upper part is enough; pixels.
    height: int = 620


# The zone in the middle of a conversation, by an operator.
ZONE = (
    Shot(
        "zone",
        "",
        ("zone/zone.html", "zone/lists/_*.html", "zone/conversation/_workspace.html"),
        part="body",
        height=860,
    ),
    Shot(
        "zone-information",
        "",
        ("zone/information/_information.html", "zone/information/_identification.html"),
        part=".information",
        height=760,
    ),
    Shot(
        "zone-templates",
        "",
        ("zone/templates/_panel.html",),
        ("[data-open-templates]",),
        "#templates",
    ),
    Shot(
        "zone-transfer",
        "",
        ("zone/transfer/_transfer.html", "zone/transfer/_addressees.html"),
        ("[data-transfer-conversation]",),
        "form.transfer",
    ),
    Shot(
        "zone-close",
        "",
        ("zone/conversation/_closing.html",),
        ("[data-close-conversation]",),
        "form.closing",
    ),
)
STAFF = (
    Shot("profile", "/profile/", ("administration/profile.html",)),
    Shot("history", "/history/?q=оплата", ("history/history.html", "history/_hit*.html")),
    Shot("tickets", "/tickets/", ("tickets/tickets.html", "tickets/_tabs.html")),
    Shot("ticket", "/tickets/", ("tickets/ticket.html",), ("tbody a",), height=760),
    Shot("incidents", "/tickets/incidents/", ("tickets/incidents.html",)),
)
SETTINGS = (
    Shot("reports", "/reports/conversations/", ("reports/conversations.html",), height=760),
    Shot("report-operators", "/reports/operators/", ("reports/operators.html",)),
    Shot("report-levels", "/reports/levels/", ("reports/levels.html",)),
    Shot("accounts", "/accounts/", ("administration/accounts.html",)),
    Shot("account", "/accounts/add/", ("administration/account.html",), height=760),
    Shot("departments", "/settings/departments/", ("administration/departments.html",)),
    Shot("templates", "/settings/templates/", ("administration/answer_templates.html",)),
    Shot("actions", "/settings/actions/", ("administration/automatic_rules.html",)),
    Shot("action", "/settings/actions/", ("administration/automatic_rule.html",), ("tbody a",)),
    Shot("outcomes", "/settings/outcomes/", ("administration/outcomes.html",)),
    Shot("rating", "/settings/rating/", ("administration/rating.html",)),
    Shot("contracts", "/settings/contracts/", ("administration/contracts.html",)),
    Shot("criticality", "/settings/criticality/", ("administration/criticality.html",)),
    Shot("blocks", "/settings/blocks/", ("administration/blocks.html",)),
    Shot("fields", "/settings/fields/", ("administration/extra_fields.html",)),
    Shot("geo", "/settings/geo/", ("administration/geo.html",)),
    Shot("data-requests", "/settings/requests/", ("administration/data_requests.html",)),
    Shot("webhooks", "/settings/webhooks/", ("administration/webhooks.html",)),
    Shot("audit", "/settings/audit/", ("administration/audit.html",)),
    Shot("stage", "/settings/stage/", ("administration/stage.html",)),
    Shot("retention", "/settings/retention/", ("administration/retention.html",)),
    Shot("sites", "/sites/", ("administration/sites.html",)),
    Shot(
        "appearance", "/sites/1/appearance/", ("administration/site_appearance.html",), height=760
    ),
    Shot("schedule", "/sites/1/schedule/", ("administration/schedule.html",), height=760),
    Shot("installation", "/sites/1/check/", ("administration/site_check.html",)),
)
# The customer of that conversation, and the same person on another page.
WINDOW = (Shot("window", "/личный-кабинет/", ("widget/_window.html",), part="iframe", height=720),)
CABINET = (
    Shot("cabinet-data", "/личный-кабинет/мои-данные/", ("cabinet/my_data.html",), part="main"),
)
SHOTS = (*ZONE, *STAFF, *SETTINGS, *WINDOW, *CABINET)


def shown_by(shot: Shot) -> str:
    """Of the templates as they are now."""
    digest = hashlib.sha256()
    for path in sorted({path for one in shot.shows for path in TEMPLATES.glob(one)}):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def templates_of(shot: Shot) -> dict[str, list[Path]]:
    return {one: list(TEMPLATES.glob(one)) for one in shot.shows}
