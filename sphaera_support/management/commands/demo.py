import io
import uuid
from argparse import ArgumentParser
from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone
from PIL import Image, ImageDraw

from chat.actions.conversations import accept_conversation, close_conversation
from chat.actions.messages import post_visitor_message
from chat.files.storage import store_file
from chat.models import Visitor
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


class Command(BaseCommand):
    help = (
        "Create the demo data, once; --operators N adds load1 … loadN of level 1,"
        " --files an earlier conversation of client1 with a picture and a log."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--operators", type=int, default=0, metavar="N")
        parser.add_argument("--files", action="store_true")

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
        for number in range(1, options["operators"] + 1):
            staff(f"load{number}", f"Оператор {number}", department=departments[0])
        if options["files"]:
            show_files(Account.objects.get(login="operator1"))


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


def show_files(operator: Account) -> None:
    """A picture and a log, in a conversation that is over."""
    at, name = timezone.now(), CUSTOMERS[0][0]
    visitor, is_new = Visitor.objects.get_or_create(
        site=Site.objects.get(key="demo"), subject="client1", defaults={"name": name}
    )
    if not is_new:
        return
    files = [
        store_file(SimpleUploadedFile(called, content), at=at, visitor=visitor).public_id
        for called, content in (("ошибка.png", _screenshot()), ("оплата.log", _log(at)))
    ]
    _message, conversation = post_visitor_message(
        visitor.pk, client_id=uuid.uuid4(), text="Оплата не проходит, вот", files=files, at=at
    )
    accept_conversation(operator, conversation.public_id, at=at)
    close_conversation(operator, conversation.public_id, at=at)


def _screenshot() -> bytes:
    target, picture = io.BytesIO(), Image.new("RGB", (1600, 900), "#eef3f6")
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((400, 250, 1200, 650), 24, "white", "#8aa")
    draw.line((700, 350, 900, 550), "#c0392b", 24)
    draw.line((900, 350, 700, 550), "#c0392b", 24)
    picture.save(target, "PNG")
    return target.getvalue()


def _log(at: datetime) -> bytes:
    lines = [f"{at:%F %T} INFO запрос {number} обработан" for number in range(300)]
    return "\n".join([*lines, f"{at:%F %T} ERROR платёж отклонён: 402"]).encode()


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
