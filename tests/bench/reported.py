"""What is measured of reports within the installation, beside its servers. Prints JSON.

python -m tests.bench.reported fill CONVERSATIONS
python -m tests.bench.reported ask
python -m tests.bench.reported export FORMAT
python -m tests.bench.reported begin EXPORTS
"""

import itertools
import json
import os
import resource
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

DAYS = 3 * 365
OPERATORS = 9
COUNTED_WITHIN = timedelta(hours=1)
REPEATS, REPEATS_OF_PAIR = 5, 3
TABLES = ("reports_tally", "reports_share", "reports_dailytotal", "chat_conversation")
PAGES = ("conversations/", "operators/", "levels/")


def fill(count: int) -> dict[str, Any]:
    """Three years of the demo's history, which is then counted: of each so many a second."""
    from departments.models import Site
    from reports.actions import attending, counting
    from sphaera_support.demo_crowd.crowd import add_history

    call_command("demo", operators=OPERATORS, verbosity=0)
    site, at = Site.objects.get(key="demo"), timezone.now()
    began, worked = time.perf_counter(), time.process_time()
    add_history(site, count, at - timedelta(days=DAYS - 2), at=at, seed=15)
    made, cost = time.perf_counter() - began, time.process_time() - worked
    began = time.perf_counter()
    counting.count_all(COUNTED_WITHIN)
    counted = time.perf_counter() - began
    attending.add_up_attendance(at=at)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"VACUUM ANALYZE {', '.join(TABLES)}")
        else:
            cursor.execute("ANALYZE")
    return {"made": count / made, "cost": cost / count, "counted": count / counted}


class Clock:
    """How long each statement took, with what it brought."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.seconds.append(time.perf_counter() - began)


def measured(act: Callable[[], object], repeats: int = REPEATS) -> tuple[float, float]:
    """Of the database, each statement at its best; and of this process, which is all there is where
    the database is within it. Milliseconds.
    """
    of_database: list[list[float]] = []
    own: list[float] = []
    for _turn in range(repeats):
        clock, began = Clock(), time.process_time()
        with connection.execute_wrapper(clock):
            act()
        of_database.append(clock.seconds)
        own.append(time.process_time() - began)
    database = sum(map(min, itertools.zip_longest(*of_database, fillvalue=0.0)))
    return database * 1e3, min(own) * 1e3


def ask() -> dict[str, Any]:
    found = {f"{name}: database": measured(act)[0] for name, act in reports().items()}
    times = {pair: measured(act, REPEATS_OF_PAIR)[0] for pair, act in pairs().items()}
    slowest = max(times, key=lambda pair: times[pair])
    print(*sorted(times.items(), key=lambda one: -one[1])[:8], sep="\n", file=sys.stderr)
    return {
        "reports": found,
        "pairs": [len(times), slowest, times[slowest]],
        "pages": {page: measured(act) for page, act in pages().items()},
    }


def reports() -> dict[str, Callable[[], object]]:
    from reports.queries import ConversationReport, Selection, operators_table

    at = timezone.now()
    today = timezone.localtime(at).date()

    def of(days: int) -> Selection:
        return Selection(today - timedelta(days=days - 1), today)

    return {
        "summary of a month": lambda: ConversationReport(of(30)).summary,
        "of a year": lambda: ConversationReport(of(365)).summary,
        "of three years": lambda: ConversationReport(of(DAYS)).summary,
        "operators of a month": lambda: operators_table(of(30), at=at),
    }


def pairs() -> dict[str, Callable[[], object]]:
    """The first page of the detail, of three years, by any two conditions."""
    from reports.queries import Selection, detail_page

    today, at = timezone.localdate(), timezone.now()
    period = f"from={today - timedelta(days=DAYS - 1)}&to={today}"
    told = {}
    for one, other in itertools.combinations(conditions(), 2):
        if one.partition("=")[0] != other.partition("=")[0]:
            told[f"{one}&{other}"] = f"{period}&{one}&{other}"

    def of(asked: str) -> Callable[[], object]:
        selection = Selection.from_query(QueryDict(asked), at=at)
        return lambda: detail_page(selection)

    return {name: of(asked) for name, asked in told.items()}


def conditions() -> list[str]:
    """Of each filter what many meet, and what few do."""
    from chat.models import ClosingOutcome
    from departments.models import Department, Site
    from operators.models import Account

    site = Site.objects.get(key="demo").pk
    outcome, *_others = ClosingOutcome.objects.values_list("pk", flat=True)
    departments = Department.objects.order_by("level").values_list("pk", flat=True)
    first, last = departments.first(), departments.last()
    logins = ("load1", "operator3")
    operators = [Account.objects.get(login=login).pk for login in logins]
    return [
        f"site={site}",
        *(f"department={one}" for one in (first, last)),
        *("level=1", "level=3", "criticality=2", "criticality=4"),
        *(f"operator={one}" for one in operators),
        *(f"outcome={outcome}", "outcome=visitor", "kind=full", "kind=other", "kind=no_visitor"),
        *("score=stars-5", "score=stars-2", "score=none", "ticket=yes", "ticket=no"),
        *("plan=Премиум", "field=question_kind&value=Ошибка", "field=version&value=4.10"),
    ]


def pages() -> dict[str, Callable[[], object]]:
    from operators.models import Account

    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(Account.objects.get(login="admin"))
    today = timezone.localdate()
    three_years = f"from={today - timedelta(days=DAYS - 1)}&to={today}"

    def get(path: str, asked: str) -> Callable[[], object]:
        def act() -> None:
            answer = client.get(f"/reports/{path}?{asked}")
            if answer.status_code != 200:
                raise RuntimeError(f"{path}?{asked}: {answer.status_code}")

        return act

    year = f"from={today - timedelta(days=364)}&to={today}"
    asked = {"a month": "period=month", "a year": year, "three years": three_years}
    return {
        f"{path}, {name}": get(path, period) for path in PAGES for name, period in asked.items()
    }


def export(told: str) -> dict[str, Any]:
    """All conversations into a file: seconds, of them of this process, and by how much it grew."""
    from operators.models import Account
    from reports.exports import csv_file, xlsx_file
    from reports.exports.models import Format
    from reports.exports.sources import sheet_of

    shape, today, rows = Format(told), timezone.localdate(), 0
    asked = QueryDict(f"from={today - timedelta(days=DAYS - 1)}&to={today}")
    sheet = sheet_of("conversations", Account.objects.get(login="admin"), asked)
    before, began, worked = resident(), time.perf_counter(), time.process_time()

    def goes_on(done: int) -> bool:
        nonlocal rows
        rows = done
        return True

    with TemporaryDirectory(dir=settings.DATA_DIR) as folder:
        path = Path(folder) / "export"
        if shape == Format.XLSX:
            xlsx_file.write(sheet, path, goes_on)
        else:
            csv_file.write(sheet, path, shape.separator, goes_on)
    return {
        "rows": rows,
        "seconds": time.perf_counter() - began,
        "cpu": time.process_time() - worked,
        "growth": (resident() - before) / 1024,
    }


def begin(count: int) -> dict[str, Any]:
    """So many large exports wait then."""
    from chat.actions.changes import Doer
    from operators.models import Account
    from reports.actions.exports import begin_export
    from reports.exports.models import Format
    from reports.exports.sources import sheet_of

    admin = Account.objects.get(login="admin")
    asked = f"from={timezone.localdate() - timedelta(days=DAYS - 1)}&to={timezone.localdate()}"
    sheet = sheet_of("conversations", admin, QueryDict(asked))
    for _number in range(count):
        at = timezone.now()
        begin_export(Doer(admin), "conversations", asked, sheet, Format.XLSX, at=at)
    return {}


def resident() -> int:
    """The most there was so far, in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sphaera_support.settings")
    django.setup()
    name, *values = sys.argv[1:]
    if connection.vendor == "postgresql" and name == "fill":
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
    acts: dict[str, Callable[..., dict[str, Any]]] = {
        "fill": lambda count: fill(int(count)),
        "ask": ask,
        "export": export,
        "begin": lambda count: begin(int(count)),
    }
    print(json.dumps(acts[name](*values), ensure_ascii=False))


if __name__ == "__main__":
    main()
