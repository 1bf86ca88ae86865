import time
import uuid
from argparse import ArgumentParser
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from PIL import Image, ImageDraw

from chat.actions.amendments import correct_message
from chat.actions.conversations import accept_conversation, close_conversation
from chat.actions.messages import post_operator_message, post_visitor_message
from chat.files.storage import store_file
from chat.geo import geo_files, take_in
from chat.models import AnswerTemplate, Attachment, Comment, FieldValue, PageView, Visit, Visitor
from chat.text import folded
from departments.models import Department, Hours, Membership, Site
from operators import photos
from operators.models import Account, Role
from reports.actions.attending import add_up_attendance
from sphaera_support.cabinet.models import Customer
from sphaera_support.demo_availability import tell_of_availability
from sphaera_support.demo_blocks import tell_of_blocks
from sphaera_support.demo_contracts import sign_contracts
from sphaera_support.demo_crowd.crowd import LATEST, add_history
from sphaera_support.demo_fields import define_fields, values_of
from sphaera_support.demo_history import hold_the_latest, outcome_of, tell_of_earlier_talks
from sphaera_support.demo_requests import ask_about_people
from sphaera_support.demo_rules import write_rules
from sphaera_support.demo_tickets import tell_of_tickets
from sphaera_support.demo_tokens import issue_example
from sphaera_support.demo_webhooks import add_outlets

# The demo's, said in the README.
PASSWORD = "demo"  # nosec B105
LEVELS = (
    "Поддержка первого уровня",
    "Поддержка второго уровня",
    "Поддержка третьего уровня",
)
# Who has a photo, and in which hue it is drawn; the others show their initials.
HUES = {"operator1": 205, "operator3": 20}
OPERATORS = ("Илья Воронцов", "Антон Белый", "Камила Рашидова")
CUSTOMERS = (
    ("Орлова Марина Сергеевна", "Волга-Логистик", "m.orlova@volga-logistic.example", "0418"),
    ("Назаров Сергей Игоревич", "Вектор", "s.nazarov@vector.example", "0533"),
)
PLAN = "Расширенный"
LOOK = {
    "window_greeting": "Здравствуйте! Чем помочь?",
    "away_title": "Сейчас нас нет на месте",
}

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
# A card goes with it.
LINKED_TEMPLATE = {
    "code": "B.015",
    "title": "Порты: что открыть",
    "group": "Видео",
    "text": "{имя}, порядок настройки — в инструкции.",
    "link_title": "Настройка портов СФЕРА.Видео",
    "link_url": "https://docs.example.ru/video/ports",
}
OWN_TEMPLATE = ("Л.001", "Порты моего стенда", "Стенд", "8443, 5349/tcp, 10000–10200/udp")
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
# Of which a history tells, unless it is said since when.
HISTORY, LONGEST = timedelta(days=180), timedelta(days=3660)
# Places of the networks of documentation, made by tests/geo/make.py.
PLACES = Path(__file__).resolve().parents[2] / "demo"


class Command(BaseCommand):
    help = (
        "Create the demo data, once; --operators N adds load1 … loadN of level 1,"
        " --files an earlier conversation of client1 with a picture and a log,"
        " --conversations N a history of so many, each time anew, --since a day."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--operators", type=int, default=0, metavar="N")
        parser.add_argument("--files", action="store_true")
        parser.add_argument("--conversations", type=int, default=0, metavar="N")
        parser.add_argument("--since", type=date.fromisoformat, metavar="YYYY-MM-DD")

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        since = first_day(options["since"], at)
        create(options["operators"], with_files=options["files"])
        if options["conversations"] > 0:
            self._add_history(options["conversations"], since, at)
        if site := Site.objects.filter(key="demo").first():
            tell_of_availability(site, at=at, anew=options["conversations"] > 0)

    def _add_history(self, count: int, since: datetime, at: datetime) -> None:
        began, site = time.monotonic(), Site.objects.get(key="demo")
        add_history(site, count, since, at=at)
        took = time.monotonic() - began
        self.stdout.write(f"{count} conversations in {took:.1f} s, {count / took:.0f} a second.")
        # Which the night would do, and reports read long before it.
        add_up_attendance(at=at)


def first_day(since: date | None, at: datetime) -> datetime:
    """Half a year ago unless it is said; raises CommandError for another one."""
    if since is None:
        return at - HISTORY
    begins = timezone.make_aware(datetime.combine(since, datetime.min.time()))
    if not at - LONGEST < begins < at - LATEST:
        raise CommandError(f"--since {since}: a day of the last ten years that is over.")
    return begins


@transaction.atomic
def create(operators: int, *, with_files: bool) -> None:
    departments = [
        Department.objects.get_or_create(level=level, defaults={"name": name})[0]
        for level, name in enumerate(LEVELS, start=1)
    ]
    is_new = not Site.with_deleted.filter(key="demo").exists()
    site = create_site(departments)
    elena = staff("admin", "Елена Соколова", role=Role.ADMINISTRATOR)
    define_fields(elena, at=timezone.now())
    add_outlets(elena, at=timezone.now())
    for number, name in enumerate(OPERATORS, start=1):
        staff(f"operator{number}", name, department=departments[number - 1])
    if is_new:
        first = Account.objects.get(login="operator1")
        tell_of_blocks(site, first, at=timezone.now())
        tell_of_earlier_talks(site, first, at=timezone.now())
        hold_the_latest(elena, at=timezone.now())
    for number, customer in enumerate(CUSTOMERS, start=1):
        is_fresh = create_customer(f"client{number}", *customer)
        if is_fresh and number == 1:
            create_history(site, f"client{number}", customer[0])
    # Deadlines of tickets come from contracts.
    sign_contracts(Account.objects.get(login="admin"), at=timezone.now())
    if is_new:
        tell_of_tickets(site, known_of_customers(), at=timezone.now())
        ask_about_people(site, at=timezone.now())
        write_rules(elena, at=timezone.now())
    # After the people: its account is nobody's.
    issue_example(elena, at=timezone.now())
    create_templates()
    create_places()
    for number in range(1, operators + 1):
        staff(f"load{number}", f"Оператор {number}", department=departments[0])
    if with_files:
        show_files(Account.objects.get(login="operator1"))


def create_site(departments: list[Department]) -> Site:
    """The demo site, open around the clock; one that was deleted stays so."""
    site, is_new = Site.with_deleted.get_or_create(key="demo", defaults={"name": "СФЕРА", **LOOK})
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
    names = ("code", "title", "group", "text")
    kept = [(None, dict(zip(names, one, strict=True))) for one in TEMPLATES]
    kept += [(None, LINKED_TEMPLATE), (first, dict(zip(names, OWN_TEMPLATE, strict=True)))]
    AnswerTemplate.objects.bulk_create(
        AnswerTemplate(
            owner=owner,
            code_key=folded(fields["code"]),
            created_at=at,
            changed_at=at,
            **fields,
        )
        for owner, fields in kept
    )


def staff(
    login: str, name: str, *, role: Role = Role.OPERATOR, department: Department | None = None
) -> Account:
    account: Account | None = Account.objects.filter(login=login).first()
    if account is None:
        photo = photos.keep(portrait(HUES[login])) if login in HUES else ""
        account = Account.objects.create_account(login, PASSWORD, name=name, role=role, photo=photo)
    if department is not None:
        Membership.objects.get_or_create(account=account, department=department)
    return account


def portrait(hue: int) -> "ContentFile[bytes]":
    """Head and shoulders, drawn."""
    image = Image.new("RGB", (512, 512), f"hsl({hue}, 35%, 82%)")
    draw = ImageDraw.Draw(image)
    draw.ellipse((76, 330, 436, 690), fill=f"hsl({hue}, 38%, 42%)")
    draw.ellipse((156, 96, 356, 336), fill="hsl(26, 45%, 76%)")
    draw.pieslice((146, 76, 366, 316), 180, 360, fill=f"hsl({hue}, 25%, 24%)")
    drawn = BytesIO()
    image.save(drawn, "PNG")
    return photos.read_photo(drawn, drawn.tell())


def show_files(operator: Account) -> None:
    """A picture, a log and an answer that was changed, in a conversation that is over."""
    at, name = timezone.now(), CUSTOMERS[0][0]
    visitor, _is_new = Visitor.objects.get_or_create(
        site=Site.objects.get(key="demo"), subject="client1", defaults={"name": name}
    )
    if Attachment.objects.filter(message__conversation__visitor=visitor).exists():
        return
    files = [
        store_file(SimpleUploadedFile(called, content), at=at, visitor=visitor).public_id
        for called, content in (("ошибка.png", _screenshot()), ("оплата.log", _log(at)))
    ]
    _message, conversation = post_visitor_message(
        visitor.pk, client_id=uuid.uuid4(), text="Оплата не проходит, вот", files=files, at=at
    )
    key = conversation.public_id
    accept_conversation(operator, key, at=at)
    said, _conversation = post_operator_message(
        operator, key, client_id=uuid.uuid4(), text="Нет денег", files=[], note=False, at=at
    )
    correct_message(operator, key, said.seq, "Банк отклонил платёж: проверьте карту", at=at)
    close_conversation(operator, key, outcome=outcome_of("Решено"), at=at)


def _screenshot() -> bytes:
    target, picture = BytesIO(), Image.new("RGB", (1600, 900), "#eef3f6")
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((400, 250, 1200, 650), 24, "white", "#8aa")
    draw.line((700, 350, 900, 550), "#c0392b", 24)
    draw.line((900, 350, 700, 550), "#c0392b", 24)
    picture.save(target, "PNG")
    return target.getvalue()


def _log(at: datetime) -> bytes:
    lines = [f"{at:%F %T} INFO запрос {number} обработан" for number in range(300)]
    return "\n".join([*lines, f"{at:%F %T} ERROR платёж отклонён: 402"]).encode()


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
        contract=contract_of(number),
        plan=PLAN,
        valid_until=date(2027, 6, 30),
    )
    return True


def known_of_customers() -> list[dict[str, str]]:
    """As the cabinet signs them."""
    return [
        {
            "subject": f"client{at}",
            "name": name,
            "email": email,
            "contract": contract_of(number),
            "plan": PLAN,
            "Организация": organisation,
        }
        for at, (name, organisation, email, number) in enumerate(CUSTOMERS, start=1)
    ]


def contract_of(number: str) -> str:
    return f"СФ-2026/{number}"


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
    FieldValue.objects.bulk_create(values_of(visitor, author, at=first))
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
