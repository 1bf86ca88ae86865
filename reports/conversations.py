"""The report on conversations: everything on the page of one selection, each read once."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import CharField, Count, IntegerField, Q, QuerySet, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from chat.models import Closing, ClosingOutcome, RatingRequest
from departments.models import Department, Scale
from operators.models import Account
from reports.figures import Change, change_of
from reports.finding import dimension_of, totals_of
from reports.limits import find_tallies, limited
from reports.models import Dimension, Fate, Kind, Share, Tally, TallyQuerySet
from reports.selection import Selection
from reports.spreads import spread_of
from reports.sums import COUNTS, PARTS, Sums, as_text, read_counts

MOST_COMMENTS = 50
MOST_SPLITS = 200


SUMMED_COUNTS: Mapping[str, Any] = {f"{name}_": Sum(name) for name in COUNTS}
# Of a part of the whole, with its scores: what is told of it (reports.pages.conversations.SPLIT).
COUNTS_OF_PARTS = ("received", "missed", "waits", "wait_seconds")
SUMMED_OF_PARTS: Mapping[str, Any] = {f"{name}_": Sum(name) for name in COUNTS_OF_PARTS}
SUMMED = ("replies", "reply_seconds", "from_visitor", "from_operators", "transfers", "bounces")


def sums_by_database(to_tally: str = "") -> dict[str, Any]:
    """The same sums as reports.sums.sums_of, made by the database (a test compares the two); with
    an underscore each, since aggregates may not be called like fields. `to_tally` is the way there.
    """

    def count(**condition: Any) -> Count:
        named = {f"{to_tally}{name}": value for name, value in condition.items()}
        return Count("pk", filter=Q(**named))

    made: dict[str, Any] = {"received": Count("pk"), "ticketed": count(has_ticket=True)}
    made |= {fate.value: count(fate=fate) for fate in Fate}
    made |= {kind.value: count(kind=kind) for kind in Kind}
    made |= {"commented": count(is_commented=True), "declined": count(is_declined=True)}
    for time in ("wait", "response", "duration", "climb"):
        made[f"{time}s"] = Count(f"{to_tally}{time}")
        made[f"{time}_seconds"] = Sum(f"{to_tally}{time}")
    made |= {name: Sum(f"{to_tally}{name}") for name in SUMMED}
    made |= {"closed": Count(f"{to_tally}closed_at"), "scored": Count(f"{to_tally}score")}
    return {f"{name}_": aggregate for name, aggregate in made.items()}


@dataclass(frozen=True)
class Split:
    """One part of a whole, such as a department; `value` is what the address calls it."""

    value: str
    title: str | Promise
    sums: Sums


@dataclass(frozen=True)
class Score:
    scale: str
    score: int
    count: int


@dataclass(frozen=True)
class Scores:
    """Every score of the scales that were used, the best first, with those nobody gave."""

    given: list[Score]
    commented: int
    declined: int

    @property
    def total(self) -> int:
        return sum(score.count for score in self.given)


@dataclass(frozen=True)
class Comparison:
    now: Sums
    before: Sums
    since: date
    until: date

    def change(self, key: str) -> Change:
        return change_of(key, self.now, self.before)


class ConversationReport:
    """Everything raises TooMuch where it takes too long."""

    def __init__(self, selection: Selection) -> None:
        self.selection = selection

    @cached_property
    def reads_totals(self) -> bool:
        """Of days, which outlive the conversations; else of the conversations that are left."""
        return dimension_of(self.selection) is not None

    @cached_property
    def _found(self) -> TallyQuerySet:
        return find_tallies(self.selection).order_by()

    @cached_property
    def summary(self) -> Sums:
        whole = Sums()
        with limited():
            if self._totals is not None:
                whole.add_row(_by_own_names(self._totals.aggregate(**SUMMED_COUNTS)))
                whole.add_row(self._spread[0])
            else:
                whole.add_row(_by_own_names(self._found.aggregate(**sums_by_database())))
                self._add_spreads(whole)
        return whole

    @cached_property
    def by_day(self) -> dict[date, Sums]:
        """Every day of the period, those with nothing too; what is counted, without spreads."""
        days = {day: Sums() for day in self.selection.days}
        is_summed = self._totals is not None
        rows: Any = self._totals if is_summed else self._found
        sums = SUMMED_COUNTS if is_summed else sums_by_database()
        with limited():
            for row in rows.values("day").annotate(**sums):
                days[row["day"]].add_row(_by_own_names(row))
        return days

    @cached_property
    def by_hour_and_weekday(self) -> list[list[int]]:
        """Seven rows, Monday first, of 24 hours each."""
        if self._totals is not None:
            with limited():
                return self._spread[1]
        hours = _no_hours()
        with limited():
            for day, hour, count in self._found.values_list("day", "hour").annotate(Count("pk")):
                hours[day.weekday()][hour] += count
        return hours

    @cached_property
    def _totals(self) -> Any:
        """Rows of the sums of days that know the answer; None where none do."""
        asked = dimension_of(self.selection)
        if asked is None:
            return None
        dimension, values = asked
        return totals_of(self.selection, dimension, values=values).order_by()

    @cached_property
    def _spread(self) -> tuple[Mapping[str, Mapping[str, int]], list[list[int]]]:
        """What rows of the sums have besides counts, added up by the keys that they have; and how
        much came by weekday and hour.
        """
        parts: dict[str, dict[str, int]] = {name: {} for name in PARTS}
        hours = _no_hours()
        for day, *told in self._totals.values_list("day", *map(as_text, PARTS)):
            by_hour = hours[day.weekday()]
            for (name, part), text in zip(parts.items(), told, strict=True):
                of_row = read_counts(text)
                for key, count in of_row.items():
                    part[key] = part.get(key, 0) + count
                if name == "hours":
                    for hour, count in of_row.items():
                        by_hour[int(hour)] += count
        return parts, hours

    def _add_spreads(self, whole: Sums) -> None:
        found = self._found
        for name in ("wait", "response", "duration"):
            times = found.filter(**{f"{name}__isnull": False}).values_list(name)
            getattr(whole, f"{name}_spread").update(spread_of(times.annotate(times=Count("pk"))))
        scored = found.filter(score__isnull=False).values_list("scale", "score")
        for scale, score, count in scored.annotate(times=Count("pk")):
            whole.scores[f"{scale}-{score}"] = count

    @cached_property
    def comparison(self) -> Comparison:
        """With the period of the same length before it."""
        before = self.selection.before
        sums = ConversationReport(before).summary
        return Comparison(self.summary, sums, before.since, before.until)

    @property
    def scores(self) -> Scores:
        whole = self.summary
        used = dict.fromkeys(key.rpartition("-")[0] for key in whole.scores)
        given = [
            Score(scale, score, whole.scores[f"{scale}-{score}"])
            for scale in (one.value for one in Scale)
            if scale in used
            for score in reversed(Scale(scale).scores)
        ]
        return Scores(given, whole.commented, whole.declined)

    @cached_property
    def comments(self) -> list[RatingRequest]:
        """The latest, with conversation, visitor and operator; of conversations that are left."""
        found = self._found.filter(is_commented=True).values("pk")
        rated = RatingRequest.objects.filter(conversation__in=found, score__isnull=False)
        order = ("-decided_at", "-pk")
        # Found first: else what stands around each is looked up before they are sorted.
        latest = rated.exclude(comment="").order_by(*order).values("pk")[:MOST_COMMENTS]
        told = RatingRequest.objects.filter(pk__in=latest)
        with limited():
            return list(told.select_related("conversation__visitor", "operator").order_by(*order))

    @cached_property
    def gone(self) -> int:
        """How many conversations of the period only the sums know: their rows were deleted."""
        rows = totals_of(self.selection, Dimension.WHOLE).aggregate(all=Sum("received"))
        left = Tally.objects.filter(day__gte=self.selection.since, day__lte=self.selection.until)
        for name in ("sites", "departments"):
            if chosen := getattr(self.selection, name):
                left = left.filter(**{f"{name[:-1]}__in": chosen})
        if self.selection.within is not None:
            left = left.filter(department__in=self.selection.within)
        with limited():
            return max(0, (rows["all"] or 0) - left.count()) if not self.selection.problem else 0

    @cached_property
    def by_department(self) -> list[Split]:
        names = dict(Department.with_deleted.values_list("pk", "name"))
        return self._split("department", names)

    @cached_property
    def by_operator(self) -> list[Split]:
        """Of a conversation that two led both have it: these may be more than the whole."""
        names: dict[int, str] = dict(Account.objects.staff().values_list("pk", "name"))
        return self._split(Dimension.OPERATOR, names)

    @cached_property
    def by_outcome(self) -> list[Split]:
        names: dict[Any, Any] = dict(ClosingOutcome.objects.values_list("pk", "title"))
        ways = {way.value: way.label for way in Closing.Way if way != Closing.Way.STAFF}
        return self._split(Dimension.OUTCOME, names | ways | {"staff": _("Без исхода")})

    def _split(self, by: str, names: Mapping[Any, Any]) -> list[Split]:
        parts = self._summed_by(by) if self._knows(by) else self._counted_by(by)
        keyed = {str(key): title for key, title in names.items()}
        unknown = _("Ещё открыты") if by == Dimension.OUTCOME else _("Удалён")
        splits = [
            Split(value, keyed.get(value, unknown), sums)
            for value, sums in parts.items()
            if sums.received
        ]
        return sorted(splits, key=lambda one: -one.sums.received)[:MOST_SPLITS]

    def _knows(self, by: str) -> bool:
        """Whether the sums of days do, of what is asked."""
        asked = dimension_of(self.selection)
        return asked is not None and (by == "department" or asked[0] == Dimension.WHOLE)

    def _summed_by(self, by: str) -> Mapping[str, Sums]:
        if by == "department":
            return self._summed(self._totals, by)[()]
        return self._summed_values[by,]

    @cached_property
    def _summed_values(self) -> Mapping[tuple[str, ...], Mapping[str, Sums]]:
        """By operator and by outcome, which are read together."""
        rows = totals_of(self.selection, Dimension.OPERATOR, Dimension.OUTCOME).order_by()
        return self._summed(rows, "dimension", "value")

    def _summed(self, rows: Any, *columns: str) -> Mapping[tuple[Any, ...], Mapping[str, Sums]]:
        """{what the first columns say: {what the last says: sums}} of rows of days."""
        given = list(self.summary.scores)
        scores = {f"scored{number}": _sum_of_score(key) for number, key in enumerate(given)}
        parts: dict[tuple[Any, ...], dict[str, Sums]] = defaultdict(lambda: defaultdict(Sums))
        with limited():
            found = list(rows.values(*columns).annotate(**SUMMED_OF_PARTS, **scores))
        for row in found:
            *group, value = (row[column] for column in columns)
            sums = parts[tuple(group)][_key(value)]
            sums.add_row(_by_own_names(row))
            sums.add_scores({key: row[name] or 0 for key, name in zip(given, scores, strict=True)})
        return parts

    def _counted_by(self, by: str) -> Mapping[str, Sums]:
        rows: QuerySet[Any] = self._found
        column, to_tally = by, ""
        if by == Dimension.OUTCOME:
            rows = rows.annotate(value=Coalesce(Cast("outcome", CharField()), "way"))
            column = "value"
        elif by == Dimension.OPERATOR:
            rows = Share.objects.filter(tally__in=rows.values("pk")).order_by()
            column, to_tally = "account", "tally__"
        sums = sums_by_database(to_tally)
        counted = {f"{name}_": sums[f"{name}_"] for name in COUNTS_OF_PARTS}
        scored = rows.filter(**{f"{to_tally}score__isnull": False})
        scores = scored.values_list(column, f"{to_tally}scale", f"{to_tally}score")
        parts: dict[str, Sums] = defaultdict(Sums)
        with limited():
            for row in rows.values(column).annotate(**counted):
                parts[_key(row[column])].add_row(_by_own_names(row))
            for value, scale, score, times in scores.annotate(times=Count("pk")):
                parts[_key(value)].add_scores({f"{scale}-{score}": times})
        return parts


def _no_hours() -> list[list[int]]:
    return [[0] * 24 for _weekday in range(7)]


def _sum_of_score(key: str) -> Sum:
    return Sum(Cast(KT(f"scores__{key}"), IntegerField()))


def _key(value: Any) -> str:
    return "" if value is None else str(value)


def _by_own_names(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name.removesuffix("_"): value for name, value in row.items() if name.endswith("_")}
