"""How pages of reports write figures."""

from django import template

from chat.models import RatingRequest
from departments.models import Scale
from reports.pages import filters
from reports.pictures import units

register = template.Library()


@register.filter
def count(value: float | None) -> str:
    return "—" if value is None else units.number(value)


@register.filter
def stars(rating: RatingRequest) -> str:
    """Full and empty ones; nothing on another scale."""
    score = rating.score or 0
    return "★" * score + "☆" * (5 - score) if rating.scale == Scale.STARS else ""


@register.filter
def score_words(rating: RatingRequest) -> str:
    return "" if rating.score is None else filters.score_words(Scale(rating.scale), rating.score)
