"""For how long what is kept: by the stage of service, and by terms of one's own for each kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from chat.models import RetentionTerms
from departments.models import stage_now
from departments.stages import Stage

SHORTEST = 1  # days
LONGEST = 3653  # ten years: what is kept longer is an archive


class Kind(models.TextChoices):
    """Named as the fields of RetentionTerms."""

    MESSAGES = "messages", _("Обращения, заявки и комментарии")
    FILES = "files", _("Файлы")
    ADDRESSES = "addresses", _("Адреса и места")
    VISITS = "visits", _("Посещения и страницы")
    STAFF_CHATS = "staff_chats", _("Переписка сотрудников")


@dataclass(frozen=True)
class Cutoffs:
    """What of each kind is older than this goes."""

    messages: datetime
    files: datetime
    addresses: datetime
    visits: datetime
    staff_chats: datetime

    @classmethod
    def all_at(cls, before: datetime) -> Self:
        return cls(*(before for _kind in Kind))

    @classmethod
    def read(cls, stored: Mapping[str, str]) -> Self:
        """Of one that a run keeps. What an earlier version did not know goes with the messages."""
        found = {kind: datetime.fromisoformat(text) for kind, text in stored.items()}
        return cls(**{kind.value: found.get(kind, found["messages"]) for kind in Kind})

    @property
    def stored(self) -> dict[str, str]:
        return {kind.value: getattr(self, kind).isoformat() for kind in Kind}


def terms_of(stage: Stage, own: RetentionTerms) -> dict[Kind, timedelta]:
    """A file is kept no longer than its message, nor an address than its visit; nothing longer
    than the stage has it without a reason, which a smaller stage may have left terms without.
    """
    longest = LONGEST if own.reason else stage.term.days
    found = {kind: _term(stage, getattr(own, kind), longest) for kind in Kind}
    found[Kind.FILES] = min(found[Kind.FILES], found[Kind.MESSAGES])
    found[Kind.ADDRESSES] = min(found[Kind.ADDRESSES], found[Kind.VISITS])
    return found


def _term(stage: Stage, days: int | None, longest: int) -> timedelta:
    return stage.term if days is None else timedelta(days=min(days, longest))


def own_terms() -> RetentionTerms:
    """The only row, or what it would be."""
    return RetentionTerms.objects.filter(pk=1).first() or RetentionTerms(pk=1)


def cutoffs_at(at: datetime, *, stage: Stage | None = None) -> Cutoffs:
    """As things stand, or as they would at another stage."""
    terms = terms_of(stage or stage_now(), own_terms())
    return Cutoffs(**{kind.value: at - terms[kind] for kind in Kind})
