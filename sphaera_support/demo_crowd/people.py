"""Who works when, and who asks: the stage of the stories."""

import random
import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from chat.models import ClosingOutcome, ExtraField, Visitor
from departments.contracts.models import Plan, PlanTerm
from departments.models import Department, Site
from operators.models import Account, ChosenIntention, Intention, Lease
from sphaera_support.demo_crowd import texts
from sphaera_support.demo_crowd.tables import NULL, Tables, when

MINUTE, HOUR, DAY = 60, 3600, 24 * 3600
# How many come at each hour of a working day, and of one that is none.
BY_HOUR = (*[1] * 7, 4, 16, 30, 36, 34, 28, 24, 33, 32, 28, 20, 12, 7, 4, 2, 1, 1)
OF_REST = 0.14
# Of documentation, with places of the demo's own.
NETWORKS = ("203.0.113", "198.51.100")
# When shifts begin, and how often somebody comes to work.
EARLY_AND_LATE, ALONE = (8, 10.5), 9
COMES, COMES_AT_REST = 0.94, 0.3


@dataclass(frozen=True)
class Person:
    """Of staff; in text, as rows have it."""

    key: str
    name: str
    department: str
    level: str
    # As system lines name them.
    named: str


@dataclass
class Asker:
    key: str
    name: str
    address: str
    browser: str
    screen: str
    plan: str
    latest: str = NULL  # conversation
    free_at: float = 0.0  # when a message begins another one
    is_noted: bool = False  # staff filled the fields about them


@dataclass
class Shift:
    person: Person
    begins: float
    ends: float


@dataclass
class Stage:
    site: Site
    staff: dict[int, list[Person]]  # by level
    outcomes: list[ClosingOutcome]
    fields: list[ExtraField]  # that are chosen from
    plans: dict[str, str]  # keys by names
    terms: dict[tuple[str, str], PlanTerm]  # by plan and criticality
    shifts: dict[tuple[int, date], list[Shift]] = field(default_factory=lambda: defaultdict(list))
    askers: list[Asker] = field(default_factory=list)

    def promised(self, plan: str, criticality: str) -> tuple[int | None, int | None]:
        """Seconds until a first answer, and until it is solved, as by an open clock."""
        term = self.terms.get((plan, criticality))
        if term is None:
            return None, None
        return term.answer and term.answer * MINUTE, term.solution and term.solution * MINUTE

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.site.time_zone)

    def there(self, level: int, at: float) -> list[Person]:
        """Who of that level is in the zone."""
        day = datetime.fromtimestamp(at, self.zone).date()
        return [one.person for one in self.shifts[level, day] if one.begins <= at < one.ends]

    def next_shift(self, at: float) -> Shift | None:
        """Of the first level, within four days."""
        day = datetime.fromtimestamp(at, self.zone).date()
        for ahead in range(5):
            shifts = self.shifts[1, day + timedelta(days=ahead)]
            later = [one for one in shifts if one.begins > at]
            if later:
                return min(later, key=lambda one: one.begins)
        return None


def read_stage(site: Site) -> Stage:
    staff: dict[int, list[Person]] = defaultdict(list)
    for department in Department.objects.filter(sites=site).order_by("level", "pk"):
        for account in department.members.filter(is_active=True).order_by("pk"):
            staff[department.level].append(_person(account, department))
    fields = ExtraField.objects.current().filter(kind=ExtraField.Kind.CHOICE)
    plans = {plan.name: str(plan.pk) for plan in Plan.objects.all()}
    known = PlanTerm.objects.filter(plan__name__in=plans).select_related("plan")
    terms = {(one.plan.name, str(one.criticality)): one for one in known}
    outcomes = list(ClosingOutcome.objects.current())
    return Stage(site, staff, outcomes, list(fields), plans, terms)


def _person(account: Account, department: Department) -> Person:
    name, shown = plain(account.name), plain(account.shown_name)
    named = f'"account": {account.pk}, "name": "{name}"'
    named += f', "shown": "{shown}"' if shown else ""
    return Person(str(account.pk), name, str(department.pk), str(department.level), named)


def plain(text: str) -> str:
    """Without the few signs that mean something to COPY or to JSON."""
    return re.sub(r'[\\"\t\r\n]', " ", text)


def work(stage: Stage, tables: Tables, first: date, last: date, dice: random.Random) -> None:
    """Every working day a shift for nearly each, with its break; on days of rest for few."""
    for level, people in stage.staff.items():
        for number, person in enumerate(people):
            opens = EARLY_AND_LATE[number % 2] if len(people) > 1 else ALONE
            for ahead in range((last - first).days + 1):
                day = first + timedelta(days=ahead)
                comes = COMES if day.weekday() < 5 else COMES_AT_REST if level == 1 else 0
                if dice.random() < comes:
                    _work_a_day(stage, tables, person, day, opens, dice)


def _work_a_day(
    stage: Stage, tables: Tables, person: Person, day: date, opens: float, dice: random.Random
) -> None:
    midnight = datetime.combine(day, time.min, stage.zone).timestamp()
    begins = midnight + opens * HOUR + dice.randint(-12, 18) * MINUTE
    ends = begins + 9 * HOUR + dice.randint(-20, 35) * MINUTE
    stage.shifts[int(person.level), day].append(Shift(person, begins, ends))
    place = f"{dice.getrandbits(128):032x}"
    tables.add(
        Lease,
        [
            *(tables.key(Lease), person.key, place, when(begins), when(begins), when(ends)),
            *(when(ends), Lease.Ending.LEFT),
        ],
    )
    rests = begins + 4 * HOUR + dice.randint(-30, 30) * MINUTE
    back = rests + dice.randint(35, 60) * MINUTE
    for intention, since, until in (
        (Intention.ONLINE, begins, rests),
        (Intention.BREAK, rests, back),
        (Intention.ONLINE, back, ends),
    ):
        key = tables.key(ChosenIntention)
        tables.add(ChosenIntention, [key, person.key, intention, when(since), when(until)])


def asker_at(stage: Stage, tables: Tables, at: float, run: str, dice: random.Random) -> Asker:
    """Somebody who has asked before and could again, or somebody new."""
    for _try in range(3) if stage.askers and dice.random() < 0.8 else ():
        known = dice.choice(stage.askers)
        if known.free_at < at:
            return known
    asker = _new_asker(stage, tables, at, f"demo-{run}-{len(stage.askers)}", dice)
    stage.askers.append(asker)
    return asker


def _new_asker(stage: Stage, tables: Tables, at: float, subject: str, dice: random.Random) -> Asker:
    surname = dice.choice(texts.SURNAMES)
    name = f"{surname} {dice.choice(texts.FIRST_NAMES)}"
    if dice.random() < 0.5:
        name = f"{surname[:-1]} {dice.choice(texts.MALE_NAMES)}"
    claims = f'{{"Организация": "{dice.choice(texts.ORGANISATIONS)}"}}'
    contract = f"СФ-2026/{dice.randint(100, 9999):04}"
    key, seen = tables.key(Visitor), when(at)
    plan = dice.choice(["", *stage.plans])
    values = {
        "id": key,
        "site_id": str(stage.site.pk),
        "subject": subject,
        "name": name,
        "email": "",
        "given_email": "",
        "contract": contract,
        "plan": plan,
        "claims": claims,
        "signed_at": seen,
        "first_seen_at": seen,
        "signed_out_at": NULL,
        "consented_version": "0",
        "consented_at": NULL,
        "remark": "",
        "remark_by_name": "",
        "remark_at": NULL,
    }
    tables.add(Visitor, list(values.values()))
    address = f"{dice.choice(NETWORKS)}.{dice.randint(1, 254)}"
    browser = dice.randrange(len(texts.BROWSERS))
    return Asker(key, name, address, texts.BROWSERS[browser], texts.SCREENS[browser], plan)


def starts(
    stage: Stage, count: int, since: datetime, until: datetime, dice: random.Random
) -> list[float]:
    """When conversations begin, in order: by the hours and days on which people ask."""
    days = [since.astimezone(stage.zone).date()]
    while days[-1] < until.astimezone(stage.zone).date():
        days.append(days[-1] + timedelta(days=1))
    midnights = [datetime.combine(day, time.min, stage.zone).timestamp() for day in days]
    weights = [OF_REST if day.weekday() >= 5 else dice.uniform(0.8, 1.2) for day in days]
    first, last = since.timestamp(), until.timestamp()
    found: list[float] = []
    while len(found) < count:
        chosen = dice.choices(midnights, weights, k=count)
        hours = dice.choices(range(24), BY_HOUR, k=count)
        drawn = (m + h * HOUR + dice.random() * HOUR for m, h in zip(chosen, hours, strict=True))
        # Of the first day and the last a part is of another time.
        found += [at for at in drawn if first <= at <= last]
    return sorted(found[:count])
