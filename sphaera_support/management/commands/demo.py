from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from chat.models import AnswerTemplate
from chat.text import folded
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

TEMPLATES = (
    (
        "A.001",
        "Здравствуйте, смотрю",
        "Общее",
        "Здравствуйте, {имя}! Меня зовут {оператор}, уже смотрю ваш вопрос.",
    ),
    (
        "A.002",
        "Нужна минута",
        "Общее",
        "{имя}, мне нужно несколько минут, чтобы проверить. Оставайтесь на связи, пожалуйста.",
    ),
    (
        "B.014",
        "Порты СФЕРА.Видео 4.12",
        "Видео",
        (
            "{имя}, в версии 4.12 внешние подключения идут через порт 5349 (TCP) вместо 3478.\n\n"
            "1. Откройте порт 5349 на межсетевом экране.\n"
            "2. Проверьте: nc -vz video.example.ru 5349\n"
            "3. Перезапуск сервера не нужен.\n\nС уважением, {оператор}"
        ),
    ),
    (
        "C.001",
        "Заявка зарегистрирована",
        "Заявки",
        "Мы зарегистрировали заявку {номер_заявки}. О решении напишем сюда же.",
    ),
)
OWN_TEMPLATE = ("Л.001", "Порты моего стенда", "Стенд", "8443, 5349/tcp, 10000–10200/udp")


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
        create_site(departments)
        staff("admin", "Елена Соколова", role=Role.ADMINISTRATOR)
        for number, name in enumerate(OPERATORS, start=1):
            staff(f"operator{number}", name, department=departments[number - 1])
        for number, customer in enumerate(CUSTOMERS, start=1):
            create_customer(f"client{number}", *customer)
        create_templates()
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


def create_templates() -> None:
    """Shared ones, and one of the first operator's own; where there are none yet."""
    if AnswerTemplate.objects.exists():
        return
    first = Account.objects.get(login="operator1")
    at = timezone.now()
    kept = [(None, *one) for one in TEMPLATES] + [(first, *OWN_TEMPLATE)]
    AnswerTemplate.objects.bulk_create(
        AnswerTemplate(
            owner=owner,
            code=code,
            code_key=folded(code),
            title=title,
            group=group,
            text=text,
            created_at=at,
            changed_at=at,
        )
        for owner, code, title, group, text in kept
    )


def staff(
    login: str, name: str, *, role: Role = Role.OPERATOR, department: Department | None = None
) -> Account:
    account: Account | None = Account.objects.filter(login=login).first()
    if account is None:
        account = Account.objects.create_account(login, PASSWORD, name=name, role=role)
    if department is not None:
        Membership.objects.get_or_create(account=account, department=department)
    return account


def create_customer(login: str, name: str, organisation: str, email: str, number: str) -> None:
    if Account.objects.filter(login=login).exists():
        return
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
