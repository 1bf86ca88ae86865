"""What visitors agreed to, when and from where."""

from typing import Any

from django.db import models

from chat.models.visitors import Visitor
from operators.models import OnlyGrows


class ConsentQuerySet(models.QuerySet["Consent"]):
    def update(self, **_fields: Any) -> int:
        raise OnlyGrows

    def delete(self) -> tuple[int, dict[str, int]]:
        raise OnlyGrows


class Consent(models.Model):
    """A visitor sent a message under this version of their site's notice about personal data.

    It only grows; what the notice said then is in the log of changes.
    """

    visitor = models.ForeignKey(Visitor, models.CASCADE, related_name="consents")
    version = models.PositiveIntegerField()
    given_at = models.DateTimeField()
    address = models.GenericIPAddressField(null=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=["visitor", "version"], name="consent_once"),)

    def __str__(self) -> str:
        return f"{self.visitor_id}: {self.version}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise OnlyGrows
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> tuple[int, dict[str, int]]:
        raise OnlyGrows
