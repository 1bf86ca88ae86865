"""What visitors agreed to, when and from where."""

from typing import Any

from django.db import models

from chat.models.visitors import Visitor
from operators.models import OnlyGrows


class GrowingQuerySet(models.QuerySet[Any]):
    def update(self, **_fields: Any) -> int:
        raise OnlyGrows

    def delete(self) -> tuple[int, dict[str, int]]:
        raise OnlyGrows


class Growing(models.Model):
    """A row that is written once; it goes with its visitor alone (chat.belongings)."""

    objects = GrowingQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise OnlyGrows
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> tuple[int, dict[str, int]]:
        raise OnlyGrows


class Consent(Growing):
    """A visitor sent a message under this version of their site's notice about personal data.

    What the notice said then is in the log of changes.
    """

    visitor = models.ForeignKey(Visitor, models.CASCADE, related_name="consents")
    version = models.PositiveIntegerField()
    given_at = models.DateTimeField()
    address = models.GenericIPAddressField(null=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.visitor_id}: {self.version}"


class Withdrawal(Growing):
    """The visitor took back what they had agreed to, the version named: they are asked anew."""

    visitor = models.ForeignKey(Visitor, models.CASCADE, related_name="withdrawals")
    version = models.PositiveIntegerField()
    at = models.DateTimeField()
    address = models.GenericIPAddressField(null=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.visitor_id}: {self.version}"
