"""The deletion graph: what is kept of people, and what goes with what.

Every model of the project is in exactly one of GOES, FORGETS and KEPT. The test compares them with
the models, the folders on disk, the tables beside the models and the caches. The purge (chat.purge)
and whatever deletes one person read this, and name no model of their own.
"""

from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.db import models

Rows = models.QuerySet[Any, Any]

# What begins a deletion. The way to it from a row that goes with it is a lookup.
VISITOR = "chat.Visitor"
VISIT = "chat.Visit"
CONVERSATION = "chat.Conversation"
MESSAGE = "chat.Message"
ATTACHMENT = "chat.Attachment"
TICKET = "chat.Ticket"
STAFF_CHAT = "chat.InternalChat"
STAFF_MESSAGE = "chat.InternalMessage"

# {model: {what it goes with: the way there}}, each before the models that it refers to. A way is a
# column of the model's own table, with an index. Of several roots the first that goes takes it
# along; a root goes with another where it says so itself.
GOES: Mapping[str, Mapping[str, str]] = {
    # What a message is found by; the index of it follows (INDEXES).
    "chat.HistoryEntry": {CONVERSATION: "conversation", MESSAGE: "message"},
    "chat.RatingRequest": {CONVERSATION: "conversation", MESSAGE: "message"},
    "chat.SnapshotRequest": {CONVERSATION: "conversation", MESSAGE: "message"},
    # Chosen for a ticket's description.
    "chat.Ticket_files": {TICKET: "ticket", ATTACHMENT: "attachment"},
    "chat.Ticket_messages": {TICKET: "ticket", MESSAGE: "message"},
    # With its bytes (FOLDERS). One that no message has taken yet is its uploader's.
    "chat.Attachment": {
        MESSAGE: "message",
        STAFF_MESSAGE: "internal_message",
        VISITOR: "visitor",
    },
    "chat.Message": {CONVERSATION: "conversation"},
    # The sums of its days stay, and tell of nobody.
    "reports.Share": {CONVERSATION: "tally__conversation"},
    "reports.Tally": {CONVERSATION: "conversation"},
    "chat.Hold": {CONVERSATION: "conversation", VISITOR: "visitor"},
    "chat.Transfer": {CONVERSATION: "conversation"},
    "chat.Participant": {CONVERSATION: "conversation"},
    "chat.Ownership": {CONVERSATION: "conversation"},
    "chat.Wait": {CONVERSATION: "conversation"},
    "chat.Closing": {CONVERSATION: "conversation"},
    "chat.Judgement": {CONVERSATION: "conversation"},
    "chat.SettledValue": {CONVERSATION: "conversation", VISITOR: "visitor"},
    "chat.FieldValue": {CONVERSATION: "conversation", VISITOR: "visitor"},
    # What is told to other systems, as long as its delivery may be looked at.
    "chat.WebhookAttempt": {"chat.WebhookDelivery": "delivery"},
    "chat.WebhookDelivery": {VISITOR: "visitor"},
    # Kept for minutes: no text, but where there is news of whom.
    "chat.PushDelivery": {"chat.PushNotice": "notice", "chat.PushSubscription": "subscription"},
    "chat.PushNotice": {CONVERSATION: "conversation", STAFF_CHAT: "chat"},
    # To whom, and that it is about this: never what it says.
    "chat.Letter": {CONVERSATION: "conversation"},
    "chat.ConversationTag": {CONVERSATION: "conversation"},
    "chat.Firing": {VISIT: "visit"},
    "chat.TicketConversation": {TICKET: "ticket", CONVERSATION: "conversation"},
    "chat.Conversation": {VISITOR: "visitor"},
    # The incident itself is about nobody.
    "chat.IncidentTicket": {TICKET: "ticket"},
    "chat.TicketEvent": {TICKET: "ticket"},
    "chat.Ticket": {VISITOR: "visitor"},
    "chat.PageView": {VISIT: "visit"},
    "chat.Visit": {VISITOR: "visitor"},
    "chat.PartialUpload": {VISITOR: "visitor"},
    # About a network: while anybody was there within the term (ABOUT_ADDRESSES).
    "chat.Comment": {VISITOR: "visitor"},
    "chat.Consent": {VISITOR: "visitor"},
    "chat.Withdrawal": {VISITOR: "visitor"},
    # With its bytes (FOLDERS).
    "chat.DataArchive": {VISITOR: "visitor"},
    "chat.Visitor": {},
    # Names its person (NAMES): goes some time after it ended.
    "chat.Block": {},
    # By their own time: whose place it was, of staff.
    "chat.Availability": {},
    "chat.InternalMessage": {STAFF_CHAT: "chat"},
    "chat.ChatMember": {STAFF_CHAT: "chat"},
    "chat.InternalChat": {},
    # What bytes are still to go.
    "chat.DoomedFile": {},
    # By their own time: who signed in, and who tried to.
    "sessions.Session": {},
    "chat.PushSubscription": {"operators.SignIn": "sign_in"},
    "operators.SignIn": {},
    "reports.Export": {},
    "axes.AccessAttemptExpiration": {"axes.AccessAttempt": "access_attempt"},
    "axes.AccessAttempt": {},
    "axes.AccessFailureLog": {},
    "axes.AccessLog": {},
    # Deleted with one person; else it is a contract's as long as the contract says so.
    "departments.ContractCustomer": {},
}

# Those of which all ways lead to the same: the first is enough.
ALIKE = frozenset({"chat.HistoryEntry", "chat.RatingRequest", "chat.SnapshotRequest"})

# References out of rows that stay.
UNTIES: Mapping[str, tuple[tuple[str, str], ...]] = {
    CONVERSATION: (
        ("chat.Conversation", "previous"),
        ("chat.Block", "conversation"),
        ("chat.MissedOffer", "conversation"),
        ("chat.Firing", "conversation"),
    ),
    # What was asked and answered stays, of nobody (chat.actions.erasure).
    VISITOR: (("chat.DataRequest", "visitor"),),
    STAFF_MESSAGE: (("chat.InternalMessage", "quotes"),),
}

# Rows that stay, without these fields: customers are among what a contract is found by.
FORGETS: Mapping[str, frozenset[str]] = {
    "departments.Contract": frozenset({"found_by"}),
    # Proof of what was done; by `subject_key` alone its person finds the answer.
    "chat.DataRequest": frozenset({"name", "text", "asked_name", "asked_email"}),
}

# Fields that are forgotten before their row goes, by terms of their own (chat.purge.due).
SOONER: Mapping[str, frozenset[str]] = {
    "chat.Visit": frozenset({"address"}),
    "chat.Consent": frozenset({"address"}),
    "chat.Withdrawal": frozenset({"address"}),
}

# Rows that stay, and why.
KEPT: Mapping[str, str] = {
    "operators.Account": "staff, and customers of the cabinet: until an administrator deletes it",
    "operators.ChosenIntention": "when staff worked, of which reports tell",
    "operators.Lease": "when staff worked, of which reports tell",
    "operators.Change": "the log of changes only grows; it names no visitor",
    "operators.ChangeSeal": "digests of the log of changes",
    "operators.RetentionPass": "when the log of changes may forget; of nobody",
    "reports.DailyTotal": "sums of days, of nobody",
    "reports.CountingCursor": "how far the counting is",
    "reports.DayOfAttendance": "how staff worked, of which reports tell",
    "chat.MissedOffer": "how staff worked, of which reports tell",
    "cabinet.Customer": "what the cabinet knows of an account: as long as the account",
    "departments.Plan": "what the owner promises; nobody's",
    "departments.PlanTerm": "what the owner promises; nobody's",
    "departments.CriticalityTable": "a setting",
    "departments.Service": "a setting",
    "departments.Department": "a setting",
    "departments.Membership": "a setting",
    "departments.Site": "a setting",
    "departments.Site_departments": "a setting",
    "departments.SiteAvatar": "a setting",
    "departments.Hours": "a setting",
    "departments.ExceptionalDay": "a setting",
    "chat.ExcludedNetwork": "a setting; whom an administrator excluded, by network",
    "chat.ClosingOutcome": "a setting",
    "chat.AutomaticRule": "a setting",
    "chat.Webhook": "a setting",
    "chat.ApiToken": "a setting; whom it lets in is another system",
    "chat.ApiToken_sites": "a setting",
    "chat.NoticeRules": "a setting",
    "chat.ExtraField": "a setting; what stands in it goes",
    "chat.Heartbeat": "when a process last lived; of nobody",
    "chat.HistoryCursor": "how far the index is; no text",
    "chat.TicketCounter": "a number is never given twice",
    "chat.Incident": "one cause of many tickets; of nobody",
    "chat.Incident_sites": "one cause of many tickets; of nobody",
    "chat.IncidentEvent": "what is said to all at once; of nobody",
    "chat.AnswerTemplate": "a setting",
    "chat.TemplateFile": "a setting",
    "chat.TemplateUse": "how often a template was used; by staff",
    "chat.TemplateWords": "a setting",
    "chat.SavedView": "filters of one of the staff",
    "reports.ReportSchedule": "filters of one of the staff",
    "chat.Sighting": "where a window came up: an origin, of nobody",
    "chat.RetentionTerms": "a setting",
    "chat.PurgeRun": "what was destroyed, and when: numbers",
    "chat.Destruction": "the log of events that proves it: numbers of rows that are gone",
    "chat.DestructionAct": "the proof of it, kept for good: numbers",
    "auth.Permission": "Django's own; not used",
    "auth.Group": "Django's own; not used",
    "auth.Group_permissions": "Django's own; not used",
    "contenttypes.ContentType": "Django's own",
}

# About where people connect from, of a site: of nobody alone, but of those who were there.
ABOUT_ADDRESSES: Mapping[str, str] = {"chat.Comment": "network"}

# Without a key, by what the site calls the person: {model: {its field: the visitor's}}. Among the
# customers of a contract a value is an e-mail or the `sub`, of whoever has it, visitor or not yet.
NAMES: Mapping[str, Mapping[str, str]] = {
    "chat.Block": {"site": "site", "subject": "subject"},
    "departments.ContractCustomer": {"value": "subject"},
}

# What is kept in the visitor's own row, beside key, site and moments.
PERSONAL_FIELDS = frozenset(
    {
        *("subject", "name", "email", "given_email", "contract", "plan", "claims"),
        *("remark", "remark_by_name"),
    }
)

# {folder within DATA_DIR: whose files it holds}. A row goes first and its bytes after
# (chat.purge.actions.doomed); bytes without a row are swept (chat.files.sweeps).
FOLDERS: Mapping[str, str] = {
    "media/attachments": "chat.Attachment.file",
    "media/previews": "chat.Attachment.file",
    "media/parts": "chat.PartialUpload",
    "media/incoming": "requests that are still coming in; swept after an hour",
    "media/archives": "chat.DataArchive.file",
    "media/exports": "reports.Export.file",
    "media/photos": "operators.Account.photo",
    "media/templates": "chat.TemplateFile.file",
    "geo": "networks of the world; of nobody",
}

# Tables and indexes beside the models that hold what rows say: {name: of which model}. Each follows
# the rows of its model by the database's own doing.
INDEXES: Mapping[str, str] = {
    "chat_historyterms": "chat.HistoryEntry",  # SQLite, an FTS5 table
    "history_terms": "chat.HistoryEntry",  # PostgreSQL
    "ticket_found_by": "chat.Ticket",  # PostgreSQL, trigrams
}


def ways_to(label: str, root: str) -> list[str]:
    """Every way from a model to a root, also through a root that goes with it."""
    ways = []
    for between, way in GOES[label].items():
        if between == root:
            ways.append(way)
        else:
            ways += [f"{way}__{further}" for further in ways_to(between, root)]
    return sorted(ways, key=len)[:1] if label in ALIKE else ways


def rows_of(label: str) -> Rows:
    """Whatever a model refuses to its own users: here rows are deleted by their term."""
    return models.QuerySet(apps.get_model(label))


def delete_rows(rows: Rows) -> int:
    """By one statement, without looking for what refers to them: that is what the graph is for."""
    return int(rows._raw_delete(rows.db) or 0)  # noqa: SLF001
