"""A letter before it is sent, and as it is: plain text and HTML of one template each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from chat.models import Letter
from chat.text import clean_line

LONGEST_SUBJECT = 150


@dataclass(frozen=True)
class Attached:
    name: str
    content: bytes
    type: str


@dataclass(frozen=True)
class Draft:
    """`template` is what it is called in templates/mail/; `note` is done once it was sent, in the
    transaction that says so.
    """

    subject: str
    template: str
    context: Mapping[str, Any]
    attached: Sequence[Attached] = ()
    note: Callable[[datetime], None] | None = field(default=None, compare=False)


@dataclass(frozen=True)
class NotWanted(Exception):
    """What it was about is no more, or may not be told any more; `why`, in words. Without any
    nobody misses it, and it is forgotten.
    """

    why: str = ""


def message_of(letter: Letter, draft: Draft, *, at: datetime) -> EmailMultiAlternatives:
    context = {"subject": draft.subject, **draft.context}
    message = EmailMultiAlternatives(
        subject=clean_line(draft.subject, LONGEST_SUBJECT),
        body=render_to_string(f"mail/{draft.template}.txt", context).strip() + "\n",
        to=[letter.address],
        headers={
            "Message-ID": f"<{letter.key}@{_domain()}>",
            "Date": format_datetime(at),
            # Nobody's «в отпуске» answers it.
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(
        render_to_string(f"mail/{draft.template}.html", context), "text/html"
    )
    for one in draft.attached:
        message.attach(one.name, one.content, one.type)
    return message


def _domain() -> str:
    """Ours, as the sender's address has it; the name of the machine is nobody's business."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"


def address_of(name: str, *args: Any) -> str:
    """Of one of our pages, as people reach it."""
    return f"{settings.PUBLIC_ORIGINS[0]}{reverse(name, args=args)}"
