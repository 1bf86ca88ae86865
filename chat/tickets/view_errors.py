"""Refusals about saved views of the list; see chat.actions.errors."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from chat.actions.errors import Refusal


class NoSuchView(Refusal):
    """Deleted in another tab, never there, or somebody else's: the three read the same."""

    code = "not_found"
    words = _("Такого отбора больше нет.")


class NothingNarrowed(Refusal):
    code = "invalid"
    field = "title"
    words = _("Сохранять нечего: сначала выберите хотя бы одно условие и нажмите «Показать».")


class ViewTitleMissing(Refusal):
    code = "invalid"
    field = "title"
    words = _("Напишите название: под ним отбор встанет над списком.")


@dataclass(eq=False)
class ViewTitleTooLong(Refusal):
    limit: int
    count: int
    code = "too_large"
    field = "title"
    words = _("Название отбора длиннее %(limit)s знаков: %(count)s.")


@dataclass(eq=False)
class ViewTitleTaken(Refusal):
    """By another of theirs or one that everybody has, whatever the case."""

    taken: str
    code = "invalid"
    field = "title"
    words = _("Отбор «%(taken)s» уже есть. Дайте этому другое название.")


@dataclass(eq=False)
class TooManyViews(Refusal):
    limit: int
    code = "conflict"
    field = "title"
    words = _("Сохранено уже %(limit)s отборов, больше нельзя. Удалите ненужный.")
