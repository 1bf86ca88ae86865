"""Answers that are kept: an operator's own, and those that all have in common."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Count, Max, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from departments.models import Site
from operators.models import Account

IN_ORDER = ("group", "position", "code_key", "pk")


class AnswerTemplateQuerySet(models.QuerySet["AnswerTemplate"]):
    def owned_by(self, owner: Account | None) -> Self:
        """Nobody's are the shared ones."""
        return self.filter(owner=owner) if owner else self.filter(owner=None)

    def with_uses(self) -> Self:
        """`uses` by all, and when the last of them was; as the others in their order, which what
        is grouped forgets.
        """
        uses, used_at = Coalesce(Sum("by_account__uses"), 0), Max("by_account__used_at")
        return self.annotate(uses=uses, used_at=used_at).order_by(*IN_ORDER)

    def with_uses_of(self, account: Account) -> Self:
        own = TemplateUse.objects.filter(template=OuterRef("pk"), account=account)
        return self.annotate(uses=Coalesce(Subquery(own.values("uses")[:1]), 0))

    def state(self) -> tuple[datetime | None, int]:
        """Another where one was added, changed or deleted."""
        found = self.order_by().aggregate(at=Max("changed_at"), count=Count("pk"))
        return found["at"], found["count"]


class AnswerTemplate(models.Model):
    IDLE_AFTER = timedelta(days=90)

    # Nobody's is everybody's.
    owner = models.ForeignKey(Account, models.CASCADE, null=True, related_name="templates")
    code = models.CharField(max_length=20)
    # The code as it is compared: SQLite knows the case of Latin letters only.
    code_key = models.CharField(max_length=60)
    title = models.CharField(max_length=120)
    text = models.TextField()
    # A link card that goes with it; both or neither.
    link_title = models.CharField(max_length=200, blank=True)
    link_url = models.CharField(max_length=2000, blank=True)
    group = models.CharField(max_length=80, blank=True)
    # Where it is offered; without one, everywhere.
    site = models.ForeignKey(Site, models.CASCADE, null=True, related_name="+")
    position = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    # Grows with each change, so that two who change it notice each other.
    version = models.PositiveIntegerField(default=1)

    objects = AnswerTemplateQuerySet.as_manager()

    class Meta:
        ordering = IN_ORDER
        constraints = (
            models.UniqueConstraint(fields=["owner", "code_key"], name="own_template_code_once"),
            models.UniqueConstraint(
                fields=["code_key"], condition=Q(owner=None), name="shared_template_code_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class TemplateFile(models.Model):
    """Goes, as a copy, with each answer that the template is inserted into."""

    template = models.ForeignKey(AnswerTemplate, models.CASCADE, related_name="files")
    file = models.FileField(upload_to="templates/%Y/%m")
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name


class TemplateUse(models.Model):
    """How often one of the staff sent an answer with a template in it, and when last."""

    template = models.ForeignKey(AnswerTemplate, models.CASCADE, related_name="by_account")
    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    uses = models.PositiveIntegerField(default=0)
    used_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["template", "account"], name="template_use_once"),
        )

    def __str__(self) -> str:
        return f"{self.template_id}: {self.account_id}"


class TemplateWords(models.Model):
    """What administrators' own placeholders stand for: one row, {name: text}."""

    words = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return ", ".join(self.words)
