"""What belongs to a visitor: one list of all that is kept of a person, for whoever deletes it.

{model: the way from it to the visitor}. tests/chat/test_belongings.py compares it with the models.
"""

from collections.abc import Mapping

BELONGINGS: Mapping[str, str] = {
    "chat.Visit": "visitor",
    "chat.PartialUpload": "visitor",
    "chat.PageView": "visit__visitor",
    "chat.Comment": "visitor",
    "chat.FieldValue": "visitor",
    "chat.SettledValue": "visitor",
    "chat.Judgement": "conversation__visitor",
    "chat.Conversation": "visitor",
    "chat.Message": "conversation__visitor",
    # What it is found by; the database deletes it with its message.
    "chat.HistoryEntry": "conversation__visitor",
    # With its file in MEDIA_ROOT. One that no message has taken yet is its uploader's.
    "chat.Attachment": "message__conversation__visitor",
    "chat.RatingRequest": "conversation__visitor",
    "chat.SnapshotRequest": "conversation__visitor",
    "chat.Consent": "visitor",
    "chat.Block": "conversation__visitor",
    "chat.Transfer": "conversation__visitor",
    "chat.Participant": "conversation__visitor",
    "chat.Ownership": "conversation__visitor",
    "chat.Wait": "conversation__visitor",
    "chat.MissedOffer": "conversation__visitor",
    "chat.Closing": "conversation__visitor",
    "chat.Ticket": "visitor",
    "chat.TicketConversation": "ticket__visitor",
    "chat.TicketEvent": "ticket__visitor",
    # The incident itself is about nobody.
    "chat.IncidentTicket": "ticket__visitor",
    # The sums of its days stay, and tell of nobody.
    "reports.Tally": "conversation__visitor",
    "reports.Share": "tally__conversation__visitor",
}

# About where people connect from, of a site: of nobody alone, but of those who were there.
ABOUT_ADDRESSES: Mapping[str, str] = {"chat.Comment": "network"}

# By login or e-mail, among the customers of a contract: of whoever has it, visitor or not yet.
NAMED_IN: Mapping[str, str] = {"departments.ContractCustomer": "value"}

# What is kept in the visitor's own row, beside key, site and moments.
PERSONAL_FIELDS = frozenset(
    {
        *("subject", "name", "email", "given_email", "contract", "plan", "claims"),
        *("remark", "remark_by_name"),
    }
)
