"""The conversations of a report as a table: the page's selection, in the order of its list."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from django.utils import timezone
from django.utils.translation import gettext as _

from chat.models import ClosingOutcome
from departments.criticality import Criticality
from departments.models import Department, Site
from operators.models import Account
from reports.actions.counting import prepare
from reports.details import USUAL, key_pages
from reports.exports.columns import PAGE, Column, Kind, NotExportable, Row, Sheet
from reports.limits import TooMuch, find_tallies, limited
from reports.models import Fate, Tally
from reports.models import Kind as KindOfTalk
from reports.pages.filters import condition_words
from reports.pages.frame import selected
from reports.pages.periods import words_of
from reports.pages.rows import end_words
from reports.selection import Selection


def conversations_sheet(account: Account, asked: Any) -> Sheet:
    """Raises NotExportable."""
    selection, sort = selected(account, asked, at=timezone.now()), asked.get("sort", USUAL)
    if selection.problem:
        raise NotExportable(selection.problem)
    prepare(selection)

    def count(most: int) -> int:
        try:
            found = find_tallies(selection)
            with limited():
                return found[:most].count()
        except TooMuch as refused:
            raise NotExportable(refused.detail) from refused

    return Sheet(
        stem="conversations",
        title=_("Переписки"),
        columns=_columns(),
        pages=lambda: _pages(selection, sort),
        count=count,
        words=filter_words(selection),
    )


def filter_words(selection: Selection) -> str:
    """«2–23 ноября 2026, сайт: СФЕРА, текст: «звук»»."""
    return ", ".join([words_of(selection.since, selection.until), *condition_words(selection)])


def _columns() -> tuple[Column, ...]:
    return (
        Column(_("Начало"), Kind.MOMENT, 19),
        Column(_("Закрыто"), Kind.MOMENT, 19),
        Column(_("Сайт"), width=18),
        Column(_("Отдел"), width=26),
        Column(_("Уровень"), Kind.NUMBER, 9),
        Column(_("Посетитель"), width=28),
        Column(_("Договор"), width=16),
        Column(_("План"), width=16),
        Column(_("Оператор"), width=24),
        Column(_("Принято"), width=12),
        Column(_("Вид"), width=22),
        Column(_("Критичность"), width=13),
        Column(_("Ожидание"), Kind.DURATION, 11),
        Column(_("Первый ответ"), Kind.DURATION, 13),
        Column(_("Длительность"), Kind.DURATION, 13),
        Column(_("Сообщений посетителя"), Kind.NUMBER, 12),
        Column(_("Сообщений операторов"), Kind.NUMBER, 12),
        Column(_("Передач"), Kind.NUMBER, 9),
        Column(_("Возвратов"), Kind.NUMBER, 10),
        Column(_("Заявка"), width=8),
        Column(_("Шкала"), width=8),
        Column(_("Оценка"), Kind.NUMBER, 8),
        Column(_("Исход"), width=20),
        Column(_("Обращение"), width=20),
    )


# As _row takes them, after the key.
_READ = (
    *("began_at", "closed_at", "site", "department", "level", "operator", "outcome"),
    *("conversation__visitor__name", "conversation__visitor__contract"),
    *("conversation__visitor__plan", "conversation__public_id", "fate", "kind", "criticality"),
    *("wait", "response", "duration", "from_visitor", "from_operators", "transfers", "bounces"),
    *("has_ticket", "scale", "score"),
)


def _pages(selection: Selection, sort: str) -> Iterator[list[Row]]:
    words = _Words.read()
    for keys in key_pages(selection, sort=sort, most=PAGE):
        found = Tally.objects.filter(pk__in=keys).values_list("pk", *_READ)
        rows = {key: _row(words, *told) for key, *told in found}
        if rows:
            # One that was deleted in between is left out.
            yield [rows[key] for key in keys if key in rows]


@dataclass(frozen=True)
class _Words:
    """Of what few names are needed again and again."""

    sites: Mapping[int, str]
    departments: Mapping[int, str]
    people: Mapping[int | None, str]
    outcomes: Mapping[int | None, str]
    fates: Mapping[str, str]
    kinds: Mapping[str, str]
    criticalities: Mapping[int, str]

    @classmethod
    def read(cls) -> Self:
        return cls(
            sites=dict(Site.with_deleted.values_list("pk", "name")),
            departments=dict(Department.objects.values_list("pk", "name")),
            people=dict(Account.objects.staff().values_list("pk", "name")),
            outcomes=dict(ClosingOutcome.objects.values_list("pk", "title")),
            fates={one.value: str(one.label) for one in Fate},
            kinds={one.value: str(one.label) for one in KindOfTalk},
            criticalities={one.value: str(one.label) for one in Criticality},
        )


def _row(
    words: _Words,
    began_at: datetime,
    closed_at: datetime | None,
    site: int,
    department: int,
    level: int,
    operator: int | None,
    outcome: int | None,
    visitor: str,
    contract: str,
    plan: str,
    public_id: str,
    fate: str,
    kind: str,
    criticality: int,
    wait: int | None,
    response: int | None,
    duration: int | None,
    *counts_and_score: Any,
) -> Row:
    *counts, has_ticket, scale, score = counts_and_score
    ended = end_words(words.outcomes.get(outcome, ""), fate, is_open=closed_at is None)
    return (
        *(began_at, closed_at, words.sites.get(site, ""), words.departments.get(department, "")),
        *(level, visitor, contract, plan, words.people.get(operator, "")),
        *(words.fates[fate], words.kinds[kind], words.criticalities[criticality]),
        *map(_length, (wait, response, duration)),
        *(*counts, has_ticket, scale, score, ended, public_id),
    )


def _length(seconds: int | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)
