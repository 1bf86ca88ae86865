"""Where and when: sites, departments with their members, and opening hours."""

import secrets
from datetime import datetime, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import departments.contracts.models  # noqa: F401  # Django looks for models here
from departments.hours import DAY_MINUTES, Schedule, read_spans, schedule_of
from departments.looks import MEGABYTE, Look, Notice
from departments.stages import ONE_LEVEL, Stage
from operators.models import Account


def new_site_key() -> str:
    return secrets.token_hex(8)


def new_secret() -> str:
    return secrets.token_urlsafe(48)


def check_time_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except Exception as error:
        raise ValidationError(_("Нет такого часового пояса: %s") % name[:50]) from error


class Distribution(models.TextChoices):
    """How a department's waiting conversations reach its operators."""

    ALL = "all", _("всем")
    IN_TURN = "in_turn", _("по очереди")
    LEAST_LOADED = "least_loaded", _("наименее загруженному")


class DepartmentQuerySet(models.QuerySet["Department"]):
    def current(self) -> Self:
        return self.filter(deleted_at=None)

    def taking_part(self) -> Self:
        """Those of the levels that the stage of service has."""
        is_one = models.Exists(Service.objects.filter(stage__in=sorted(ONE_LEVEL)))
        return self.filter(models.Q(level=1) | ~is_one)

    def choosing(self) -> Self:
        """Departments whose conversations do not simply ring with every member."""
        special = Membership.objects.exclude(priority=1, limit=0).values("department")
        return self.filter(~models.Q(distribution=Distribution.ALL) | models.Q(pk__in=special))

    def telling_choice(self) -> Self:
        """With `is_choosing`."""
        choosing = Department.objects.choosing().filter(pk=models.OuterRef("pk"))
        return self.annotate(is_choosing=models.Exists(choosing))


class CurrentDepartments(models.Manager["Department"]):
    """Those there are. A deleted one is met only as what something happened in."""

    def get_queryset(self) -> DepartmentQuerySet:
        return DepartmentQuerySet(self.model, using=self._db).current()


class Department(models.Model):
    """A group of operators at one of the three levels of support."""

    name = models.CharField(_("Название"), max_length=100)
    level = models.PositiveSmallIntegerField(_("Уровень"), default=1)
    members = models.ManyToManyField(Account, through="Membership", related_name="departments")
    distribution = models.CharField(
        _("Распределение"), max_length=12, choices=Distribution, default=Distribution.ALL
    )
    # How long one operator is asked before the next one is.
    offer_timeout = models.DurationField(default=timedelta(seconds=30))
    # System lines to the visitor: when an operator accepts; after the message that begins a wait.
    greeting = models.TextField(_("Приветствие"), blank=True)
    waiting_text = models.TextField(_("Сообщение ожидающему"), blank=True)
    # Who is written to about visitors whom nobody answered; empty for nobody.
    notify_email = models.EmailField(_("Почта для уведомлений"), blank=True)
    # Among those of its level: the first of a site gets its new visitors.
    position = models.PositiveIntegerField(default=0)
    # Grows with each change by an administrator, so that two of them notice each other.
    version = models.PositiveIntegerField(default=1)
    # A deleted one keeps its name for history, and says where what was open in it went.
    deleted_at = models.DateTimeField(null=True)
    deleted_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    successor = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")

    # The first is Django's own choice: of a dump, say, which leaves nothing out.
    with_deleted = DepartmentQuerySet.as_manager()
    objects = CurrentDepartments.from_queryset(DepartmentQuerySet)()

    class Meta:
        ordering = ("level", "position", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(deleted_at=None), name="department_name_once"
            ),
            models.CheckConstraint(
                condition=models.Q(level__in=[1, 2, 3]), name="department_level_1_to_3"
            ),
        )

    def __str__(self) -> str:
        return self.name


class Service(models.Model):
    """The stage of service: one row. Without it nothing is cut short: the highest."""

    stage = models.CharField(max_length=7, choices=Stage, default=Stage.HIGH)
    # Who chose it, and where what was open on levels that it has not went.
    changed_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    heir = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(null=True)
    # Grows with each change, so that two who change it notice each other.
    version = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.stage


def stage_now() -> Stage:
    found = Service.objects.values_list("stage", flat=True).first()
    return Stage(found) if found else Stage.HIGH


def levels_known() -> list[int]:
    """Those of the stage, and those of departments that there are or were."""
    told = Department.with_deleted.order_by().values_list("level", flat=True).distinct()
    return sorted({*range(1, stage_now().levels + 1), *told})


class Membership(models.Model):
    """An operator's place in a department. A limit of 0 means no limit of chats at once.

    Priority 1 is asked first, 2 (and so on) while nobody before it is free; 0 stands outside the
    queue: asked, all together, when nobody in the queue is free.
    """

    department = models.ForeignKey(Department, models.CASCADE, related_name="memberships")
    account = models.ForeignKey(Account, models.CASCADE, related_name="memberships")
    priority = models.PositiveSmallIntegerField(default=1)
    limit = models.PositiveSmallIntegerField(default=0)
    # When a conversation was last offered to this member: turns are counted from it.
    offered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["department", "account"], name="member_once"),
        )


class SiteQuerySet(models.QuerySet["Site"]):
    def current(self) -> Self:
        return self.filter(deleted_at=None)

    def active(self) -> Self:
        return self.filter(is_active=True)

    def own(self) -> Self:
        """The site whose cabinet is ours: the first there ever was, unless it was put off.

        Never another one instead: its `sub` may be somebody else's login here.
        """
        first = Site.with_deleted.order_by("pk").values("pk")[:1]
        return self.active().filter(pk=models.Subquery(first))


class CurrentSites(models.Manager["Site"]):
    """Those there are. A deleted one is met only as where something happened."""

    def get_queryset(self) -> SiteQuerySet:
        return SiteQuerySet(self.model, using=self._db).current()


class Corner(models.TextChoices):
    RIGHT = "right", _("Справа внизу")
    LEFT = "left", _("Слева внизу")


class Theme(models.TextChoices):
    AUTO = "auto", _("Как у системы посетителя")
    LIGHT = "light", _("Светлая")
    DARK = "dark", _("Тёмная")


class FileKind(models.TextChoices):
    """What a visitor's file is, as an administrator tells them apart."""

    PICTURES = "pictures", _("картинки")
    DOCUMENTS = "documents", _("документы")
    TEXTS = "texts", _("текст и журналы")
    ARCHIVES = "archives", _("архивы")
    MEDIA = "media", _("аудио и видео")


class Scale(models.TextChoices):
    """By what visitors rate a conversation."""

    STARS = "stars", _("5 звёзд")
    THUMBS = "thumbs", _("Хорошо / плохо")
    TEN = "ten", _("От 0 до 10")

    @property
    def scores(self) -> range:
        """All there are, the worst first; of good and bad, good is 1."""
        return {Scale.STARS: range(1, 6), Scale.THUMBS: range(2), Scale.TEN: range(11)}[self]


class Site(models.Model):
    """A site that embeds the chat window: its key is public, its secret signs identities."""

    key = models.CharField(max_length=40, unique=True, default=new_site_key)
    name = models.CharField(_("Название"), max_length=100)
    # Whose pages may frame the window, besides our own cabinet (departments.origins).
    origins = models.JSONField(default=list, blank=True)
    secret = models.CharField(max_length=100, default=new_secret)
    previous_secret = models.CharField(max_length=100, blank=True)
    previous_secret_until = models.DateTimeField(null=True, blank=True)
    time_zone = models.CharField(
        max_length=50, default="Europe/Moscow", validators=[check_time_zone]
    )
    reopen_window = models.DurationField(default=timedelta(hours=24))
    # The notice about personal data; with each version every visitor is asked anew (chat.Consent).
    privacy_text = models.CharField(max_length=500, blank=True)
    privacy_url = models.URLField(blank=True)
    privacy_version = models.PositiveIntegerField(default=1)
    # Of whom nobody answers just now, and whose token holds none.
    asks_email = models.BooleanField(_("Спрашивать эл. почту, когда никого нет"), default=False)
    # The visitor is told so before anything of it is sent.
    previews_typing = models.BooleanField(
        _("Показывать операторам, что набирает посетитель"), default=False
    )
    departments = models.ManyToManyField(Department, related_name="sites")
    is_active = models.BooleanField(default=True)
    # The window's look (departments.looks): a colour like #5b4a9e; what is empty is our own.
    colour = models.CharField(max_length=7, blank=True)
    corner = models.CharField(max_length=5, choices=Corner, default=Corner.RIGHT)
    theme = models.CharField(max_length=5, choices=Theme, default=Theme.AUTO)
    sound = models.BooleanField(default=True)
    online_text = models.CharField(max_length=40, blank=True)
    offline_text = models.CharField(max_length=40, blank=True)
    window_greeting = models.CharField(max_length=300, blank=True)
    away_title = models.CharField(max_length=80, blank=True)
    away_text = models.CharField(max_length=500, blank=True)
    thanks_text = models.CharField(max_length=200, blank=True)
    avatar = models.CharField(max_length=32, blank=True)  # which one; empty for none
    shows_operators = models.BooleanField(default=True)  # their names and photos, to visitors
    # What visitors may attach, within what the server takes (chat.files.limits).
    attaches_files = models.BooleanField(default=True)
    max_file_size = models.PositiveSmallIntegerField(null=True)  # megabytes
    file_kinds = models.JSONField(default=list, blank=True)  # of FileKind; none of them is all
    # How visitors are asked for a rating (chat.actions.ratings); what is empty is our own.
    rating_scale = models.CharField(max_length=6, choices=Scale, default=Scale.STARS)
    rating_question = models.CharField(max_length=120, blank=True)
    rating_thanks = models.CharField(max_length=300, blank=True)
    # Within it a conversation is asked about twice at most.
    rating_pause = models.DurationField(default=timedelta(minutes=10))
    rates_at_closing = models.BooleanField(default=False)
    shows_ratings = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)
    # Grows with each change by an administrator, so that two of them notice each other.
    version = models.PositiveIntegerField(default=1)
    # A deleted one keeps its name for history; its window is nowhere.
    deleted_at = models.DateTimeField(null=True)
    deleted_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")

    # The first is Django's own choice: of a dump, say, which leaves nothing out.
    with_deleted = SiteQuerySet.as_manager()
    objects = CurrentSites.from_queryset(SiteQuerySet)()

    class Meta:
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(deleted_at=None) | models.Q(is_active=False),
                name="deleted_site_is_off",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def look(self) -> Look:
        return Look(
            colour=self.colour,
            corner=self.corner,
            theme=self.theme,
            sound=self.sound,
            online=self.online_text,
            offline=self.offline_text,
            greeting=self.window_greeting,
            avatar=self.avatar,
            away_title=self.away_title,
            away_text=self.away_text,
            thanks=self.thanks_text,
            asks_email=self.asks_email,
            operators=self.shows_operators,
            attaches=self.attaches_files,
            file_size=self.file_limit,
            file_kinds=tuple(self.file_kinds),
            notice=Notice(self.privacy_text, self.privacy_url, self.privacy_version),
        )

    @property
    def file_limit(self) -> int:
        """Of one file of its visitors, in bytes."""
        most: int = settings.VISITOR_FILE_SIZE
        own = self.max_file_size
        return most if own is None else min(own * MEGABYTE, most)

    def secrets_at(self, at: datetime) -> list[str]:
        """The secrets that may have signed a token: the present one, and for a while the last."""
        if self.previous_secret and self.previous_secret_until and at < self.previous_secret_until:
            return [self.secret, self.previous_secret]
        return [self.secret]

    @property
    def schedule(self) -> Schedule:
        """Raises whatever error, if somebody wrote by hand what makes no sense."""
        return schedule_of(
            self.time_zone,
            [(span.weekday, span.opens, span.closes) for span in self.hours.all()],
            [(day.on, day.spans) for day in self.exceptional_days.all() if day.is_on],
        )


class SiteAvatar(models.Model):
    """The picture that a site's window begins with, re-encoded and small (chat.files.squares).

    In the database, so that every process hands it out and a copy of the database holds it.
    """

    site = models.OneToOneField(Site, models.CASCADE, primary_key=True, related_name="picture")
    name = models.CharField(max_length=32)  # of these very bytes
    content = models.BinaryField()


class Hours(models.Model):
    """One span of opening hours of a weekday, in minutes from midnight (see departments.hours)."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField()  # Monday is 0
    opens = models.PositiveSmallIntegerField()
    closes = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("weekday", "opens")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(
                    weekday__lt=7,
                    opens__lt=DAY_MINUTES,
                    closes__gt=models.F("opens"),
                    closes__lte=models.F("opens") + DAY_MINUTES,
                ),
                name="hours_make_sense",
            ),
        )


def check_spans(value: object) -> None:
    try:
        read_spans(value)
    except ValueError as error:
        raise ValidationError(_("Так часы работы не записать: %s") % error) from error


class SpansField(models.JSONField):
    """[[opens, closes], …]: no CHECK of SQLite looks into JSON, so every write is checked here."""

    default_validators = [check_spans]

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        check_spans(value)
        return super().get_db_prep_save(value, connection)


class ExceptionalDay(models.Model):
    """A date on which the week does not hold. `spans` is a list of [opens, closes] minutes."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="exceptional_days")
    on = models.DateField()
    spans = SpansField(default=list, blank=True)
    # Why, for colleagues: visitors never read it.
    note = models.CharField(max_length=200, blank=True)
    # Off, the week holds all the same: a day of the working calendar that this site does not keep.
    is_on = models.BooleanField(default=True)
    is_from_calendar = models.BooleanField(default=False)

    class Meta:
        ordering = ("on",)
        constraints = (models.UniqueConstraint(fields=["site", "on"], name="exceptional_day_once"),)
