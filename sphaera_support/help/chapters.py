"""What the help consists of. A new chapter is a line here and a file in templates/help/chapters/,
named like its slug.

A page belongs to the chapter that names it; one that no chapter names, to the chapter whose page
its address begins with. So `webhooks` brings all of /settings/webhooks/ along.
"""

from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from operators.models import Account


class Audience(StrEnum):
    STAFF = "staff"
    REPORTS = "reports"
    EXPORTS = "exports"
    ADMINISTRATORS = "administrators"


STAFF, REPORTS, EXPORTS, ADMINISTRATORS = Audience


class Reader(NamedTuple):
    """By what the help differs from person to person."""

    is_administrator: bool
    can_read_reports: bool
    can_export: bool

    @classmethod
    def of(cls, account: Account) -> "Reader":
        return cls(account.is_administrator, account.can_read_reports, account.can_export)

    def may_read(self, audience: Audience) -> bool:
        return {
            STAFF: True,
            REPORTS: self.can_read_reports,
            EXPORTS: self.can_export,
            ADMINISTRATORS: self.is_administrator,
        }[audience]


class Chapter(NamedTuple):
    slug: str
    title: Promise
    # Names of URLs.
    pages: tuple[str, ...] = ()
    audience: Audience = STAFF

    @property
    def template(self) -> str:
        return f"help/chapters/_{self.slug.replace('-', '_')}.html"


class Part(NamedTuple):
    title: Promise
    chapters: tuple[Chapter, ...]


PARTS = (
    Part(
        _("Начало"),
        (
            Chapter("sign-in", _("Вход"), ("login", "logout", "sign_in_link")),
            Chapter("profile", _("Профиль"), ("profile",)),
            Chapter("states", _("Состояния")),
            Chapter("sound", _("Звук и уведомления")),
            Chapter("link", _("Связь потеряна")),
            Chapter("keys", _("Клавиши")),
        ),
    ),
    Part(
        _("Общение"),
        (
            Chapter("zone", _("Зона «Общение»"), ("zone",)),
            Chapter("accept", _("Принять посетителя")),
            Chapter("answer", _("Ответить")),
            Chapter("templates", _("Шаблоны"), ("own_templates",)),
            Chapter("cards", _("Ссылки, оценки и сведения о системе")),
            Chapter("known", _("Что известно о посетителе")),
            Chapter("first", _("Написать первым")),
            Chapter("transfer", _("Передать обращение")),
            Chapter("invite", _("Пригласить коллегу")),
            Chapter("colleagues", _("Переписка с коллегами")),
            Chapter("leave", _("Уйти, когда вас ждут")),
            Chapter("close", _("Закрыть обращение")),
            Chapter("block", _("Заблокировать посетителя"), ("block_visitor",)),
            Chapter("history", _("История"), ("history",)),
        ),
    ),
    Part(
        _("Заявки"),
        (
            Chapter("tickets", _("Заявки"), ("tickets",)),
            Chapter("incidents", _("Инциденты"), ("incidents",)),
        ),
    ),
    Part(
        _("Отчёты"),
        (
            Chapter("own-figures", _("Мои показатели"), ("own_figures",)),
            Chapter("reports", _("Отчёт по перепискам"), ("reports",), REPORTS),
            Chapter("report-operators", _("Отчёт по операторам"), ("report_operators",), REPORTS),
            Chapter("report-levels", _("Отчёт по уровням"), ("report_levels",), REPORTS),
            Chapter("exports", _("Выгрузка"), ("exports",), EXPORTS),
        ),
    ),
    Part(
        _("Настройки"),
        (
            Chapter("accounts", _("Аккаунты"), ("accounts",), ADMINISTRATORS),
            Chapter("departments", _("Отделы и очередь"), ("departments",), ADMINISTRATORS),
            Chapter("shared-templates", _("Общие шаблоны"), ("templates",), ADMINISTRATORS),
            Chapter("actions", _("Автоматические действия"), ("automatic_rules",), ADMINISTRATORS),
            Chapter("outcomes", _("Исходы"), ("outcomes",), ADMINISTRATORS),
            Chapter("rating", _("Оценки"), ("rating",), ADMINISTRATORS),
            Chapter(
                "contracts",
                _("Договоры и критичность"),
                ("contracts", "plans", "criticality"),
                ADMINISTRATORS,
            ),
            Chapter(
                "blocks",
                _("Кому нет чата"),
                ("blocks", "excluded_addresses"),
                ADMINISTRATORS,
            ),
            Chapter("fields", _("Поля"), ("fields",), ADMINISTRATORS),
            Chapter("geo", _("Адреса и места"), ("geo",), ADMINISTRATORS),
            Chapter("data-requests", _("Запросы о данных"), ("data_requests",), ADMINISTRATORS),
            Chapter("webhooks", _("Вебхуки"), ("webhooks",), ADMINISTRATORS),
            Chapter("notices", _("Уведомления"), ("notices",), ADMINISTRATORS),
            Chapter("tokens", _("Токены API"), ("tokens",), ADMINISTRATORS),
            Chapter("mail", _("Почта"), ("mail",), ADMINISTRATORS),
            Chapter("audit", _("Журнал изменений"), ("audit",), ADMINISTRATORS),
            Chapter("availability", _("Почему не в сети"), ("availability",), ADMINISTRATORS),
            Chapter("stage", _("Этап обслуживания"), ("stage",), ADMINISTRATORS),
            Chapter("retention", _("Сроки хранения"), ("retention",), ADMINISTRATORS),
        ),
    ),
    Part(
        _("Сайты"),
        (
            Chapter("sites", _("Сайты"), ("sites",), ADMINISTRATORS),
            Chapter(
                "appearance",
                _("Внешний вид окна"),
                ("site_appearance", "site_avatar", "site_preview"),
                ADMINISTRATORS,
            ),
            Chapter("schedule", _("График работы"), ("site_schedule",), ADMINISTRATORS),
            Chapter(
                "installation",
                _("Установка окна"),
                ("site_code", "site_domains", "site_keys", "show_secret", "site_check"),
                ADMINISTRATORS,
            ),
            Chapter("cabinet", _("Кабинет клиента"), ("cabinet",), ADMINISTRATORS),
        ),
    ),
)


def parts_for(reader: Reader) -> list[Part]:
    found = (
        Part(part.title, tuple(one for one in part.chapters if reader.may_read(one.audience)))
        for part in PARTS
    )
    return [part for part in found if part.chapters]


def chapters_for(reader: Reader) -> list[Chapter]:
    return [chapter for part in parts_for(reader) for chapter in part.chapters]


def chapter_about(page: str | None, path: str) -> Chapter | None:
    """Of a page, by the name of its URL and its address."""
    if page in (named := _by_page()):
        return named[page]
    known = (one for one in _by_address() if path.startswith(one[0]))
    return max(known, key=lambda one: len(one[0]), default=("", None))[1]


@cache
def _by_page() -> dict[str | None, Chapter]:
    return {page: one for part in PARTS for one in part.chapters for page in one.pages}


@cache
def _by_address() -> tuple[tuple[str, Chapter], ...]:
    return tuple(_addresses())


def _addresses() -> Iterator[tuple[str, Chapter]]:
    for page, chapter in _by_page().items():
        try:
            yield reverse(page), chapter
        except NoReverseMatch:
            continue  # one of many, whose address has a number
