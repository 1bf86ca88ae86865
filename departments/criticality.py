"""How critical a request is, proposed from what it hits, how much it presses, and the plan.

The table has a cell for each impact and urgency; a plan may have cells of its own, which go before
those of the table for all. `propose` is pure; staff may choose otherwise, and say why.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class Criticality(models.IntegerChoices):
    LOW = 1, _("низкая")
    NORMAL = 2, _("обычная")
    HIGH = 3, _("высокая")
    CRITICAL = 4, _("критическая")


class Impact(models.IntegerChoices):
    """Whom it keeps from working."""

    ONE = 1, _("один человек")
    GROUP = 2, _("отдел или группа")
    ALL = 3, _("вся организация")


class Urgency(models.IntegerChoices):
    CAN_WAIT = 1, _("может подождать")
    HINDERS = 2, _("мешает работать")
    STOPS = 3, _("работа стоит")


Cell = tuple[Impact, Urgency]
Table = Mapping[Cell, Criticality]

CELLS: tuple[Cell, ...] = tuple((impact, urgency) for impact in Impact for urgency in Urgency)
_USUAL = (1, 2, 3), (1, 2, 3), (2, 3, 4)
USUAL_TABLE: Table = {
    (impact, urgency): Criticality(_USUAL[impact - 1][urgency - 1]) for impact, urgency in CELLS
}


@dataclass(frozen=True)
class Proposal:
    criticality: Criticality
    reason: str  # in words, for staff


def propose(
    impact: Impact, urgency: Urgency, *, table: Table, plan: str = "", of_plan: Table | None = None
) -> Proposal:
    """By the cells of the plan where it has one, else by the table for all."""
    usual = table.get((impact, urgency), USUAL_TABLE[impact, urgency])
    own = (of_plan or {}).get((impact, urgency), usual)
    words = {
        "impact": str(impact.label).capitalize(),
        "urgency": urgency.label,
        "criticality": own.label,
        "usual": usual.label,
        "plan": plan,
    }
    if own == usual:
        return Proposal(own, gettext("%(impact)s, %(urgency)s: %(criticality)s.") % words)
    told = gettext(
        "%(impact)s, %(urgency)s: на плане «%(plan)s» — %(criticality)s, у других — %(usual)s."
    )
    return Proposal(own, told % words)


def read_table(stored: Any) -> Table:
    """Of what `stored_table` made; what is no cell of it is left out."""
    if not isinstance(stored, dict):
        return {}
    keys = {_key(cell): cell for cell in CELLS}
    return {
        keys[key]: Criticality(value)
        for key, value in stored.items()
        if key in keys and value in Criticality.values
    }


def stored_table(table: Table) -> dict[str, int]:
    return {_key(cell): int(table[cell]) for cell in CELLS if cell in table}


def _key(cell: Cell) -> str:
    """«3-1»: everybody is concerned, it can wait."""
    return f"{cell[0].value}-{cell[1].value}"
