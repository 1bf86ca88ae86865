"""Extra fields: which an administrator defined, and what stands in them."""

from typing import Self

from django.db import models
from django.db.models import F, FilteredRelation, Q
from django.utils.translation import gettext_lazy as _

from chat.models.conversations import Conversation
from chat.models.visitors import Visitor
from departments.models import Site
from operators.models import Account


class ExtraFieldQuerySet(models.QuerySet["ExtraField"]):
    def current(self) -> Self:
        return self.filter(retired_at=None)

    def of_site(self, site_id: int) -> Self:
        return self.filter(Q(site=None) | Q(site=site_id))

    def as_filled(self, conversation: Conversation) -> Self:
        """With what staff wrote there, of the visitor or of the conversation; in one statement."""
        theirs = Q(kept__visitor=conversation.visitor_id)
        here = Q(kept__conversation=None) | Q(kept__conversation=conversation.pk)
        return self.annotate(
            here=FilteredRelation("kept", condition=theirs & here),
            written=F("here__value"),
            written_by=F("here__by_name"),
            written_at=F("here__set_at"),
        )


class ExtraField(models.Model):
    """Its key names it on the wire, in claims and filters, and is the same for ever; its title is
    what people read. Nothing is ever deleted: a retired one keeps its values.
    """

    class Kind(models.TextChoices):
        TEXT = "text", _("Текст")
        NUMBER = "number", _("Число")
        DATE = "date", _("Дата")
        CHOICE = "choice", _("Выбор из списка")
        FLAG = "flag", _("Да / нет")
        LINK = "link", _("Ссылка")

    class About(models.TextChoices):
        VISITOR = "visitor", _("О посетителе")
        CONVERSATION = "conversation", _("Об обращении")

    MAX_KEY = 60  # as of a claim (chat.identity)

    key = models.CharField(max_length=MAX_KEY, unique=True)
    title = models.CharField(max_length=80)
    kind = models.CharField(max_length=6, choices=Kind)
    about = models.CharField(max_length=12, choices=About, default=About.VISITOR)
    choices = models.JSONField(default=list, blank=True)
    # Staff can not close a conversation before something stands there.
    is_required = models.BooleanField(default=False)
    # Where it is; without one, everywhere.
    site = models.ForeignKey(Site, models.CASCADE, null=True, related_name="+")
    position = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
    # Grows with each change, so that two who change it notice each other.
    version = models.PositiveIntegerField(default=1)

    objects = ExtraFieldQuerySet.as_manager()

    class Meta:
        ordering = (F("about").desc(), "position", "pk")

    def __str__(self) -> str:
        return self.title


class FieldValue(models.Model):
    """What staff wrote, by whom and when, as chat.fields keeps it. What the site signed is among
    the visitor's claims, and is shown where this is empty.
    """

    field = models.ForeignKey(ExtraField, models.PROTECT, related_name="kept")
    visitor = models.ForeignKey(
        Visitor, models.CASCADE, db_index=False, related_name="field_values"
    )
    conversation = models.ForeignKey(
        Conversation, models.CASCADE, null=True, related_name="field_values"
    )
    value = models.TextField(blank=True)
    by = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=150)
    set_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["field", "visitor"],
                condition=Q(conversation=None),
                name="field_of_visitor_once",
            ),
            models.UniqueConstraint(
                fields=["field", "conversation"],
                condition=Q(conversation__isnull=False),
                name="field_of_conversation_once",
            ),
        )
        indexes = (models.Index(fields=["visitor", "field"], name="fields_of_visitor"),)
