"""The conversations of a report as a table: the page's selection, in the order of its list."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from departments.criticality import Criticality
from operators.models import Account
from reports.actions.counting import prepare
from reports.details import USUAL, detail_page
from reports.exports.columns import PAGE, Column, Kind, NotExportable, Row, Sheet
from reports.limits import TooMuch, find_tallies, limited
from reports.models import Fate, Tally
from reports.models import Kind as KindOfTalk
from reports.pages.filters import condition_words
from reports.pages.frame import selected
from reports.pages.periods import words_of
from reports.pages.rows import outcome_words
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


def _pages(selection: Selection, sort: str) -> Iterator[list[Row]]:
    after = ""
    while True:
        page = detail_page(selection, after, sort=sort, most=PAGE)
        if page.rows:
            yield [_row(tally) for tally in page.rows]
        after = page.after
        if not after:
            return


def _row(tally: Tally) -> Row:
    conversation = tally.conversation
    visitor = conversation.visitor
    return (
        tally.began_at,
        tally.closed_at,
        tally.site.name,
        tally.department.name,
        tally.level,
        visitor.name,
        visitor.contract,
        visitor.plan,
        tally.operator.name if tally.operator else "",
        str(Fate(tally.fate).label),
        str(KindOfTalk(tally.kind).label),
        str(Criticality(tally.criticality).label),
        *map(_length, (tally.wait, tally.response, tally.duration)),
        tally.from_visitor,
        tally.from_operators,
        tally.transfers,
        tally.bounces,
        tally.has_ticket,
        tally.scale,
        tally.score,
        outcome_words(tally),
        conversation.public_id,
    )


def _length(seconds: int | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)
