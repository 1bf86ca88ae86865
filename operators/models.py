"""Who: accounts with their roles, and the leases that say when an operator was present."""

import uuid
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from operators import photos
from operators.clock import SLACK


class Role(models.TextChoices):
    ADMINISTRATOR = "administrator", _("Администратор")
    OPERATOR = "operator", _("Оператор")
    CUSTOMER = "customer", _("Клиент")
    # Another system, by a token (chat.models.tokens): it never signs in.
    SYSTEM = "system", _("Другая система")


class Intention(models.TextChoices):
    """What an operator chose; whether they are there is told by their lease."""

    ONLINE = "online", _("В сети")
    BUSY = "busy", _("Занят")
    BREAK = "break", _("Перерыв")


class AccountManager(BaseUserManager["Account"]):
    def create_account(self, login: str, password: str | None, **fields: Any) -> "Account":
        account = self.model(login=login, **fields)
        account.set_password(password)
        account.save()
        return account


class AccountQuerySet(models.QuerySet["Account"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def staff(self) -> Self:
        """Those put off too, but nobody who was deleted."""
        return self.ever_staff().filter(deleted_at=None)

    def ever_staff(self) -> Self:
        """Also those who were deleted."""
        return self.filter(role__in=[Role.ADMINISTRATOR, Role.OPERATOR])

    def customers(self) -> Self:
        return self.filter(role=Role.CUSTOMER)


class Account(AbstractBaseUser):
    """Somebody who signs in: an administrator, an operator, or a customer of the cabinet. Besides,
    under whose name another system does what it does.
    """

    login = models.CharField(_("Логин"), max_length=150, unique=True)
    name = models.CharField(_("Имя"), max_length=150)
    # What visitors read instead; empty where it is the same.
    shown_name = models.CharField(max_length=150, blank=True)
    # Where a link for signing in may be sent.
    email = models.EmailField(blank=True)
    photo = models.FileField(upload_to=photos.FOLDER, blank=True)
    role = models.CharField(_("Роль"), max_length=20, choices=Role, default=Role.OPERATOR)
    is_active = models.BooleanField(default=True)
    # Reports on conversations of their departments, and not on their own work alone.
    reads_reports = models.BooleanField(default=False)
    intention = models.CharField(max_length=10, choices=Intention, default=Intention.ONLINE)
    intention_at = models.DateTimeField(default=timezone.now)
    # What colleagues read beside it: «обед до 14:00».
    intention_comment = models.CharField(max_length=80, blank=True)
    # An administrator may without it. What they see is what they take out.
    may_export = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    # Put off for good: the row stays for what was written under its name, the login is free again.
    deleted_at = models.DateTimeField(null=True)
    # Each «Выйти на всех устройствах» makes the sessions of before worth nothing.
    sign_out_count = models.PositiveIntegerField(default=0)
    # Grows with each change by an administrator, so that two of them notice each other.
    version = models.PositiveIntegerField(default=1)

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[Any] = AccountManager.from_queryset(AccountQuerySet)()

    class Meta:
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name

    @property
    def public_name(self) -> str:
        return self.shown_name or self.name

    @property
    def photo_url(self) -> str:
        return photos.address_of(self.photo.name)

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        """Django's, of password and count of sign-outs everywhere."""
        proof = super()._get_session_auth_hash(secret=secret)  # type: ignore[misc]
        return f"{proof}{self.sign_out_count or ''}"

    @property
    def is_staff(self) -> bool:
        return self.role in (Role.ADMINISTRATOR, Role.OPERATOR)

    @property
    def is_administrator(self) -> bool:
        return self.role == Role.ADMINISTRATOR

    @property
    def can_read_reports(self) -> bool:
        return self.is_administrator or (self.is_staff and self.reads_reports)

    @property
    def can_export(self) -> bool:
        return self.is_administrator or (self.is_staff and self.may_export)

    @property
    def is_customer(self) -> bool:
        return self.role == Role.CUSTOMER

    @property
    def is_system(self) -> bool:
        return self.role == Role.SYSTEM


class SignIn(models.Model):
    """A session of a member of staff, as its owner knows it: on which device, when used last.

    That of a session which ended means nothing and goes with the next sweep.
    """

    # Some are longer than all they tell.
    LONGEST_AGENT = 400

    account = models.ForeignKey(Account, models.CASCADE, related_name="sign_ins")
    session_key = models.CharField(max_length=40, unique=True)
    agent = models.CharField(max_length=LONGEST_AGENT, blank=True)
    address = models.GenericIPAddressField(null=True)
    used_at = models.DateTimeField()

    class Meta:
        ordering = ("-used_at", "-pk")

    def __str__(self) -> str:
        return f"{self.account_id}: {self.agent}"


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
    asked_at = models.DateTimeField(null=True)  # when its tab said hello
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


class OnlyGrows(Exception):
    """What was noted in the log of changes stays as it is."""


class ChangeQuerySet(models.QuerySet["Change"]):
    def of(self, kind: str, key: int) -> Self:
        """A site and its schedule have two pages and one version: both tell of both."""
        of_site = {Change.Kind.SITE, Change.Kind.SCHEDULE}
        kinds = of_site if kind in of_site else {kind}
        return self.filter(kind__in=kinds, subject=key)

    def forget(self) -> int:
        """For retention alone: the database refuses it to everybody else."""
        count, _rows = super().delete()
        return count

    def rewrite(self, **fields: Any) -> int:
        """Likewise."""
        return super().update(**fields)

    def update(self, **_fields: Any) -> int:
        raise OnlyGrows

    def delete(self) -> tuple[int, dict[str, int]]:
        raise OnlyGrows


class Change(models.Model):
    """An entry of the log of changes: who changed what of the installation, when, from where.

    It only grows (chat.actions.changes), and the database sees to it (operators.append_only).
    Names are those of then. `before` and `after` hold what is different, by field; of secrets and
    passwords only that they are.
    """

    class Kind(models.TextChoices):
        ACCOUNT = "account", _("Аккаунт")
        DEPARTMENT = "department", _("Отдел")
        SITE = "site", _("Сайт")
        SCHEDULE = "schedule", _("График работы")
        TEMPLATE = "template", _("Шаблон")
        TEMPLATE_WORDS = "template_words", _("Подстановки шаблонов")
        GEO = "geo", _("База адресов")
        CONVERSATION = "conversation", _("Обращение")
        FIELD = "field", _("Поле")
        PLAN = "plan", _("План поддержки")
        CONTRACT = "contract", _("Договор")
        CRITICALITY = "criticality", _("Таблица критичности")
        OUTCOME = "outcome", _("Исход обращения")
        EXPORT = "export", _("Выгрузка")
        DATA_REQUEST = "data_request", _("Запрос о персональных данных")
        RULE = "rule", _("Автоматическое действие")
        WEBHOOK = "webhook", _("Вебхук")
        TOKEN = "token", _("Токен API")
        STAGE = "stage", _("Этап обслуживания")
        RETENTION = "retention", _("Сроки хранения")
        HOLD = "hold", _("Запрет удаления")
        NOTICES = "notices", _("Уведомления")

    class Deed(models.TextChoices):
        ADDED = "added", _("добавлено")
        CHANGED = "changed", _("изменено")
        DELETED = "deleted", _("удалено")
        ACTIVATED = "activated", _("включено")
        DEACTIVATED = "deactivated", _("отключено")
        SIGNED_OUT = "signed_out", _("выход на всех устройствах")
        LINK_MADE = "link_made", _("создана ссылка для входа")
        LINK_SENT = "link_sent", _("ссылка для входа отправлена по почте")
        LINK_USED = "link_used", _("пароль задан по ссылке")
        SECRET_SHOWN = "secret_shown", _("показан секрет")
        SECRET_ROTATED = "secret_rotated", _("выпущен новый секрет")
        SECRET_ENDED = "secret_ended", _("прежний секрет больше не действует")
        ORIGINALS_READ = "originals_read", _("прочитаны исходные тексты")
        EXPORTED = "exported", _("выгружено")
        ERASED = "erased", _("данные удалены")
        REVOKED = "revoked", _("отозвано")

    at = models.DateTimeField()
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=150)
    address = models.GenericIPAddressField(null=True)
    kind = models.CharField(max_length=20, choices=Kind)
    subject = models.PositiveBigIntegerField()
    subject_name = models.CharField(max_length=150)
    # The subject's version since then; 0 where it has none.
    version = models.PositiveIntegerField(default=0)
    deed = models.CharField(max_length=20, choices=Deed)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    # What a search looks into: names and values, folded (chat.actions.changes).
    found_by = models.TextField(blank=True, default="")

    objects = ChangeQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        indexes = (
            models.Index(fields=["kind", "subject"], name="changes_of_subject"),
            models.Index(fields=["at"], name="changes_by_time"),
        )

    def __str__(self) -> str:
        return f"{self.by_name}: {self.kind} {self.subject_name} {self.deed}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise OnlyGrows
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> tuple[int, dict[str, int]]:
        raise OnlyGrows


class ChangeSeal(models.Model):
    """A link of the chain over the log of changes (operators.seals); number 0 is its beginning.

    `change` is no foreign key: what retention took leaves its seal, so that the chain holds.
    """

    number = models.PositiveBigIntegerField(primary_key=True)
    change = models.PositiveBigIntegerField(unique=True)
    digest = models.CharField(max_length=64)
    seal = models.CharField(max_length=64)
    # Since when what it seals is gone, or is no longer what it was, by retention.
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("number",)

    def __str__(self) -> str:
        return f"{self.number}: {self.seal}"


class RetentionPass(models.Model):
    """While a transaction has a row here, it may change what else only grows; it takes it back
    before its end, so nobody else ever sees one (chat.actions.seals).
    """
