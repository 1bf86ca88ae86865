"""Which conversations a selection means, as a query of the tallies; and whether the sums of days
know the answer by themselves.
"""

from contextlib import suppress

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from chat.actions.errors import Refusal
from chat.fields import read
from chat.history.search import Wanted, search
from chat.history.terms import read_asked
from chat.models import Closing, Conversation, ExtraField, FieldValue, HistoryEntry
from departments.models import Department
from reports.models import DailyTotal, Dimension, Share, Tally, TallyQuerySet
from reports.selection import NO_SCORE, Selection

# Of messages that have the words: beyond them the newest count.
MOST_FOUND = 5000
LAST_LEVEL = 3


def tallies_of(selection: Selection) -> TallyQuerySet:
    if selection.problem:
        return Tally.objects.none()
    found = Tally.objects.filter(day__gte=selection.since, day__lte=selection.until)
    return _led_by(found.filter(conditions_of(selection)), selection)


def _led_by(found: TallyQuerySet, selection: Selection) -> TallyQuerySet:
    """Of one operator each has one share at most: as a join, it may be begun from either side."""
    if not selection.operators:
        return found
    if begins_with_shares(selection):
        return found.filter(shares__account=selection.operators[0])
    led = Share.objects.filter(tally=OuterRef("pk"), account__in=selection.operators)
    if _is_of_last_level(selection):
        # Of the few that are left each is asked: of a condition PostgreSQL would make a join.
        return found.alias(led=Subquery(led.values("pk")[:1])).filter(led__isnull=False)
    return found.filter(Exists(led))


def begins_with_shares(selection: Selection) -> bool:
    """What one operator led is little beside all, but not beside what comes to the last level."""
    return len(selection.operators) == 1 and not _is_of_last_level(selection)


def _is_of_last_level(selection: Selection) -> bool:
    if selection.levels:
        return set(selection.levels) == {LAST_LEVEL}
    chosen = Department.with_deleted.filter(pk__in=selection.departments)
    return set(chosen.values_list("level", flat=True)) == {LAST_LEVEL}


def conditions_of(selection: Selection) -> Q:
    named = {
        "site": selection.sites,
        "department": selection.departments,
        "level": selection.levels,
        "criticality": selection.criticalities,
        "kind": selection.kinds,
    }
    where = Q()
    for name, chosen in named.items():
        if chosen:
            where &= Q(**{f"{name}__in": chosen})
    if selection.within is not None:
        where &= Q(department__in=selection.within)
    if selection.with_ticket is not None:
        where &= Q(has_ticket=selection.with_ticket)
    return where & _outcomes(selection) & _scores(selection) & _of_people(selection)


def _outcomes(selection: Selection) -> Q:
    if not selection.outcomes:
        return Q()
    keys = [int(one) for one in selection.outcomes if one.isdigit()]
    ways = [one for one in selection.outcomes if one in Closing.Way.values]
    return Q(outcome__in=keys) | Q(outcome=None, way__in=ways)


def _scores(selection: Selection) -> Q:
    if not selection.scores:
        return Q()
    where = Q(score=None) if NO_SCORE in selection.scores else Q(pk__in=())
    for one in set(selection.scores) - {NO_SCORE}:
        scale, _dash, score = one.rpartition("-")
        where |= Q(scale=scale, score=int(score))
    return where


def _of_people(selection: Selection) -> Q:
    """What is known of visitors, and what was said."""
    where = Q()
    if selection.plan:
        where &= Q(conversation__visitor__plan__iexact=selection.plan)
    if selection.field:
        where &= _of_field(selection)
    if selection.text:
        where &= Q(pk__in=_with_words(selection))
    return where


def _of_field(selection: Selection) -> Q:
    field = ExtraField.objects.filter(key=selection.field).first()
    if field is None:
        return Q(pk__in=())
    values = FieldValue.objects.filter(_says(field, selection.value), field=field)
    if field.about == ExtraField.About.VISITOR:
        return Q(Exists(values.filter(visitor=OuterRef("conversation__visitor"))))
    return Q(Exists(values.filter(conversation=OuterRef("pk"))))


# Compared as they are kept, however they are typed.
_EXACT = {ExtraField.Kind.NUMBER, ExtraField.Kind.DATE, ExtraField.Kind.FLAG}


def _says(field: ExtraField, told: str) -> Q:
    """Words of it; one of few values is compared whole, of which the database knows how often each
    is there.
    """
    if not told:
        return ~Q(value="")
    if field.kind in _EXACT:
        with suppress(Refusal):
            return Q(value=read(field.kind, told))
    choices = [one for one in field.choices if told.casefold() in one.casefold()]
    return Q(value__in=choices) if choices else Q(value__icontains=told)


def _with_words(selection: Selection) -> list[int]:
    """Raises chat.history.deadline.TookTooLong."""
    asked = read_asked(selection.text)
    if not asked.terms or selection.within == ():
        return []
    seen = None
    if selection.within is not None:
        seen = Conversation.objects.filter(department__in=selection.within)
    keys = search(Wanted(asked, seen), most=MOST_FOUND)
    found = HistoryEntry.objects.filter(pk__in=keys).values_list("conversation", flat=True)
    return sorted(set(found))


def dimension_of(selection: Selection) -> tuple[Dimension, tuple[str, ...]] | None:
    """By which of the sums it is answered, and of which values of it; None where they cannot."""
    if selection.plan or selection.field or selection.text or selection.with_ticket is not None:
        return None
    asked = {
        Dimension.LEVEL: selection.levels,
        Dimension.OPERATOR: selection.operators,
        Dimension.CRITICALITY: selection.criticalities,
        Dimension.OUTCOME: selection.outcomes,
        Dimension.KIND: selection.kinds,
        Dimension.SCORE: selection.scores,
    }
    chosen = [(dimension, values) for dimension, values in asked.items() if values]
    if not chosen:
        return Dimension.WHOLE, ("",)
    if len(chosen) > 1:
        return None
    dimension, values = chosen[0]
    if dimension == Dimension.OPERATOR and len(values) > 1:
        return None  # what two of them led would count twice
    told = tuple("" if one == NO_SCORE else str(one) for one in values)
    return dimension, told


def totals_of(
    selection: Selection, *dimensions: Dimension, values: tuple[str, ...] | None = None
) -> QuerySet[DailyTotal]:
    """Rows of days; of any value where none are named."""
    found = DailyTotal.objects.filter(dimension__in=dimensions)
    if selection.problem:
        return found.none()
    found = found.filter(day__gte=selection.since, day__lte=selection.until)
    if values is not None:
        found = found.filter(value__in=values)
    if selection.sites:
        found = found.filter(site__in=selection.sites)
    if selection.departments:
        found = found.filter(department__in=selection.departments)
    if selection.within is not None:
        found = found.filter(department__in=selection.within)
    return found
