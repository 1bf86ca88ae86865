"""How pages of reports write figures."""

from django import template

from reports.pictures import units

register = template.Library()


@register.filter
def count(value: float | None) -> str:
    return "—" if value is None else units.number(value)
