"""Who: accounts with their roles, and the leases that say when an operator was present."""

import uuid
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from operators.clock import SLACK


class Role(models.TextChoices):
    ADMINISTRATOR = "administrator", _("Администратор")
    OPERATOR = "operator", _("Оператор")
    CUSTOMER = "customer", _("Клиент")


class Intention(models.TextChoices):
    """What an operator chose; whether they are there is told by their lease."""

    ONLINE = "online", _("В сети")
    BUSY = "busy", _("Занят")
    BREAK = "break", _("Перерыв")


class AccountManager(BaseUserManager["Account"]):
    def create_account(self, login: str, password: str, **fields: Any) -> "Account":
        account = self.model(login=login, **fields)
        account.set_password(password)
        account.save()
        return account


class AccountQuerySet(models.QuerySet["Account"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def staff(self) -> Self:
        return self.filter(role__in=[Role.ADMINISTRATOR, Role.OPERATOR])

    def customers(self) -> Self:
        return self.filter(role=Role.CUSTOMER)


class Account(AbstractBaseUser):
    """Somebody who signs in: an administrator, an operator, or a customer of the cabinet."""

    login = models.CharField(_("Логин"), max_length=150, unique=True)
    name = models.CharField(_("Имя"), max_length=150)
    role = models.CharField(_("Роль"), max_length=20, choices=Role, default=Role.OPERATOR)
    is_active = models.BooleanField(default=True)
    intention = models.CharField(max_length=10, choices=Intention, default=Intention.ONLINE)
    intention_at = models.DateTimeField(default=timezone.now)
    # What colleagues read beside it: «обед до 14:00».
    intention_comment = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[Any] = AccountManager.from_queryset(AccountQuerySet)()

    class Meta:
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name

    @property
    def is_staff(self) -> bool:
        return self.role in (Role.ADMINISTRATOR, Role.OPERATOR)

    @property
    def is_administrator(self) -> bool:
        return self.role == Role.ADMINISTRATOR

    @property
    def is_customer(self) -> bool:
        return self.role == Role.CUSTOMER


class ChosenIntention(models.Model):
    """From when until when an operator had chosen a status; the open row is today's.

    Who never chose another has none: they are what Account says, since `intention_at`.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="chosen_intentions")
    intention = models.CharField(max_length=10, choices=Intention)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["account"],
                condition=models.Q(ended_at=None),
                name="one_intention_at_a_time",
            ),
        )
        indexes = (models.Index(fields=["account", "began_at"], name="intention_history"),)

    def __str__(self) -> str:
        return f"{self.account_id}: {self.intention}"


class LeaseQuerySet(models.QuerySet["Lease"]):
    def present(self, at: datetime) -> Self:
        """Leases in force: of operators who are in the zone at this moment.

        None lasts longer than a lease can: that one was written before a clock was set back.
        """
        return self.filter(released_at=None).filter(_believed(at))

    def doubtful(self, at: datetime) -> Self:
        """Held, and not in force."""
        return self.filter(released_at=None).exclude(_believed(at))


def _believed(at: datetime) -> models.Q:
    return models.Q(valid_until__gt=at, valid_until__lte=at + Lease.VALID + SLACK)


class Lease(models.Model):
    """A place in the zone, held by one socket and kept alive by it.

    The same rows answer who is present now and who was present when.
    """

    class Ending(models.TextChoices):
        LEFT = "left", _("открыт другой раздел")
        DISPLACED = "displaced", _("открыта другая вкладка")
        SIGNED_OUT = "signed_out", _("выход")
        DEACTIVATED = "deactivated", _("аккаунт отключён")

    # Renewed at every ping of the zone (5 s); survives one that is lost and a server's restart.
    VALID = timedelta(seconds=14)
    # A reload or a blip: how long a place outlives its socket.
    GRACE = timedelta(seconds=5)

    account = models.ForeignKey(Account, models.CASCADE, related_name="leases")
    place = models.UUIDField(default=uuid.uuid4, unique=True)
    started_at = models.DateTimeField()
    valid_until = models.DateTimeField()
    released_at = models.DateTimeField(null=True)
    ending = models.CharField(max_length=12, choices=Ending, blank=True)

    objects = LeaseQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(
                fields=["valid_until"],
                name="lease_in_force",
                condition=models.Q(released_at=None),
            ),
            models.Index(fields=["account", "started_at"], name="lease_history"),
        )
