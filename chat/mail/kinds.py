"""What letters there are, and who writes each. Reports add theirs (reports.apps)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chat.mail.drafts import Draft, NotWanted
from chat.mail.links import write_link
from chat.mail.missed import write_missed
from chat.mail.transcripts import write_transcript
from chat.models import Letter

Writer = Callable[[Letter, datetime], Draft]
LINK, TRANSCRIPT, MISSED, TRIAL = "link", "transcript", "missed", "trial"

TITLES: dict[str, Any] = {
    LINK: gettext_lazy("Ссылка для входа"),
    TRANSCRIPT: gettext_lazy("Переписка посетителю"),
    MISSED: gettext_lazy("Пропущенное обращение"),
    TRIAL: gettext_lazy("Пробное письмо"),
}


def write_trial(letter: Letter, at: datetime) -> Draft:
    name = letter.account.name if letter.account else ""
    return Draft(_("Пробное письмо"), "trial", {"name": name, "at": at})


WRITERS: dict[str, Writer] = {
    LINK: write_link,
    TRANSCRIPT: write_transcript,
    MISSED: write_missed,
    TRIAL: write_trial,
}


def draft_of(letter: Letter, *, at: datetime) -> Draft:
    """As things are now. Raises NotWanted."""
    writer = WRITERS.get(letter.kind)
    if writer is None:
        raise NotWanted(_("Таких писем эта версия не пишет."))
    return writer(letter, at)
