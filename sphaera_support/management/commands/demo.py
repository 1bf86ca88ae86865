from argparse import ArgumentParser
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from chat.geo import geo_files, take_in
from chat.models import Comment, PageView, Visit, Visitor
from departments.models import Department, Hours, Membership, Site
from operators.models import Account, Role
from sphaera_support.cabinet.models import Customer

# The demo's, said in the README.
PASSWORD = "demo"  # nosec B105
LEVELS = (
    "Поддержка первого уровня",
    "Поддержка второго уровня",
    "Поддержка третьего уровня",
)
OPERATORS = ("Илья Воронцов", "Антон Белый", "Камила Рашидова")
CUSTOMERS = (
    ("Орлова Марина Сергеевна", "Волга-Логистик", "m.orlova@volga-logistic.example", "0418"),
    ("Назаров Сергей Игоревич", "Вектор", "s.nazarov@vector.example", "0533"),
)
# When somebody was here before: how long ago, from where, and the pages with the minutes on each.
VISITS = (
    (timedelta(days=9), "203.0.113.7", (("Вход", "/", 1), ("Личный кабинет", "/лк/", 6))),
    (timedelta(days=1), "203.0.113.7", (("Личный кабинет", "/лк/", 2), ("Счета", "/лк/счета/", 4))),
)
BROWSER = (
    "Mozilla/5.0 (X11; Astra Linux 1.8; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/148.0.0.0 YaBrowser/26.10.0.0 Safari/537.36"
)
FOUND_BY = "https://yandex.ru/search/?text=сфера+поддержка"
# Places of the networks of documentation, made by tests/geo/make.py.
PLACES = Path(__file__).resolve().parents[2] / "demo"


class Command(BaseCommand):
    help = "Create the demo data, once; --operators N adds load1 … loadN of level 1."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--operators", type=int, default=0, metavar="N")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        departments = [
            Department.objects.get_or_create(level=level, defaults={"name": name})[0]
            for level, name in enumerate(LEVELS, start=1)
        ]
        site = create_site(departments)
        staff("admin", "Елена Соколова", role=Role.ADMINISTRATOR)
        for number, name in enumerate(OPERATORS, start=1):
            staff(f"operator{number}", name, department=departments[number - 1])
        for number, customer in enumerate(CUSTOMERS, start=1):
            is_new = create_customer(f"client{number}", *customer)
            if is_new and number == 1:
                create_history(site, f"client{number}", customer[0])
        create_places()
        for number in range(1, options["operators"] + 1):
            staff(f"load{number}", f"Оператор {number}", department=departments[0])


def create_site(departments: list[Department]) -> Site:
    """The demo site, open around the clock; one that was deleted stays so."""
    site, is_new = Site.with_deleted.get_or_create(key="demo", defaults={"name": "СФЕРА"})
    if is_new:
        site.departments.set(departments)
        for weekday in range(7):
            Hours.objects.create(site=site, weekday=weekday, opens=0, closes=24 * 60)
    return site


def staff(
    login: str, name: str, *, role: Role = Role.OPERATOR, department: Department | None = None
) -> Account:
    account: Account | None = Account.objects.filter(login=login).first()
    if account is None:
        account = Account.objects.create_account(login, PASSWORD, name=name, role=role)
    if department is not None:
        Membership.objects.get_or_create(account=account, department=department)
    return account


def create_customer(login: str, name: str, organisation: str, email: str, number: str) -> bool:
    """Whether there was none."""
    if Account.objects.filter(login=login).exists():
        return False
    account = Account.objects.create_account(login, PASSWORD, name=name, role=Role.CUSTOMER)
    Customer.objects.create(
        account=account,
        full_name=name,
        organisation=organisation,
        email=email,
        contract=f"СФ-2026/{number}",
        plan="Расширенный",
        valid_until=date(2027, 6, 30),
    )
    return True


def create_places() -> None:
    for path in PLACES.glob("*.mmdb") if not geo_files() else ():
        with path.open("rb") as file:
            take_in(file, source="demo", at=timezone.now())


def create_history(site: Site, subject: str, name: str) -> None:
    """Somebody who was here before, and of whom something is noted."""
    first = timezone.now() - VISITS[0][0]
    visitor = Visitor.objects.create(site=site, subject=subject, name=name, first_seen_at=first)
    for ago, address, pages in VISITS:
        create_visit(visitor, ago, address, pages)
    author = Account.objects.get(login="operator1")
    visitor.remark, visitor.remark_by_name = "Звонить после 11:00", author.name
    visitor.remark_at = first
    visitor.save()
    said = {"site": site, "author": author, "author_name": author.name, "created_at": first}
    Comment.objects.create(
        **said, visitor=visitor, text="Решает за всю бухгалтерию.", pinned_at=first
    )
    Comment.objects.create(
        **said, network="203.0.113.0/24", text="Офис: порт 5349 наружу закрыт, откроют по заявке."
    )


def create_visit(
    visitor: Visitor, ago: timedelta, address: str, pages: tuple[tuple[str, str, int], ...]
) -> None:
    began = at = timezone.now() - ago
    minutes = sum(minutes for _title, _path, minutes in pages)
    left = began + timedelta(minutes=minutes)
    title, path, _minutes = pages[-1]
    visit = Visit.objects.create(
        visitor=visitor,
        started_at=began,
        seen_at=left,
        present_until=left + Visit.GRACE,
        address=address,
        referrer=FOUND_BY,
        user_agent=BROWSER,
        screen="1920x1080",
        time_zone="Europe/Moscow",
        language="ru-RU",
        page_url=f"https://sphaera.example{path}",
        page_title=title,
    )
    for title, path, minutes in pages:
        url = f"https://sphaera.example{path}"
        PageView.objects.create(visit=visit, url=url, title=title, opened_at=at)
        at += timedelta(minutes=minutes)
