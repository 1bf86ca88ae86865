"""Who the browser's stories are about, at their screens: what they do, and where to look."""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import FrameLocator, Locator, Page, Response, expect

from tests.browser.people import has_signed_in, open_widget, sign_in_unseen, widget_of
from tests.server import LiveServer

# People who exist besides the demo's: their password is the demo's, hashed once for all of them.
CUSTOMERS = [f"Гостев {number:03}" for number in range(1, 241)]
OPERATORS = [f"Оператор {number}" for number in range(1, 7)]
SIGN_INS = 400  # of each of the staff, made beforehand: the form takes its time over a password
HIRE = f"""
from datetime import timedelta
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone
from departments.models import Department, Membership
from operators.models import Account, Role
from operators.sessions import SessionStore
from sphaera_support.cabinet.models import Customer
from tests.browser.people import session_key

password = Account.objects.get(login="client1").password
first_line = Department.objects.get(level=1)
for number, name in enumerate({CUSTOMERS!r}, start=1):
    account = Account.objects.create(
        login=f"guest{{number}}", name=name, role=Role.CUSTOMER, password=password
    )
    Customer.objects.create(account=account, full_name=name, contract=f"Д-{{number}}")
for number, name in enumerate({OPERATORS!r}, start=1):
    account = Account.objects.create(login=f"load{{number}}", name=name, password=password)
    Membership.objects.create(account=account, department=first_line)

ends_at = timezone.now() + timedelta(days=1)
for account in Account.objects.exclude(role=Role.SYSTEM):
    login, key, proof = account.login, account.pk, account.get_session_auth_hash()
    if account.is_staff:
        backend = "django.contrib.auth.backends.ModelBackend"
        said = {{SESSION_KEY: str(key), BACKEND_SESSION_KEY: backend, HASH_SESSION_KEY: proof}}
    else:
        said = {{"customer": key, "customer_hash": proof}}
    data = SessionStore().encode(said)
    Session.objects.bulk_create(
        Session(session_key=session_key(login, number), session_data=data, expire_date=ends_at)
        for number in range({SIGN_INS} if account.is_staff else 5)
    )
"""


@dataclass(frozen=True)
class Person:
    login: str
    name: str


ILYA = Person("operator1", "Илья Воронцов")
ANTON = Person("operator2", "Антон Белый")
KAMILA = Person("operator3", "Камила Рашидова")
ELENA = Person("admin", "Елена Соколова")


def hire(installation: LiveServer) -> None:
    installation.manage("shell", "-c", HIRE)


def strangers() -> Iterator[Person]:
    """Customers whom no test has met yet."""
    for number, name in enumerate(CUSTOMERS, start=1):
        yield Person(f"guest{number}", name)


def colleague(number: int) -> Person:
    """An operator of the first line; one to a test that changes the account."""
    return Person(f"load{number}", OPERATORS[number - 1])


class Correspondent(ABC):
    """What both sides have: a log, a field, marks."""

    def __init__(self, page: Page, person: Person) -> None:
        self.page = page
        self.login, self.name = person.login, person.name

    @property
    @abstractmethod
    def place(self) -> Locator | FrameLocator:
        """Where this side's conversation is shown."""

    @property
    def log(self) -> Locator:
        return self.place.get_by_role("log", name="Переписка")

    @property
    def field(self) -> Locator:
        return self.place.get_by_role("textbox", name="Сообщение")

    @property
    def pending(self) -> Locator:
        return self.log.locator(".is-pending")

    @property
    def texts(self) -> list[str]:
        """What people wrote, in the order shown."""
        return self.log.locator(".bubble").evaluate_all(
            "all => all.map(one => one.querySelector('.message__text').textContent.trim())"
        )

    @property
    def caret(self) -> list[int]:
        return self.field.evaluate("field => [field.selectionStart, field.selectionEnd]")

    def bubble(self, text: str) -> Locator:
        return self.log.locator(".message").filter(has_text=text)

    def says(self, text: str) -> None:
        """Written and on its way; shown at once, whatever the link does."""
        self.field.fill(text)
        self.place.get_by_role("button", name="Отправить", exact=True).click()
        expect(self.bubble(text)).to_have_count(1)

    def hears(self, text: str) -> None:
        expect(self.bubble(text)).to_be_visible()

    def presses(self, tool: str, message: str) -> None:
        """One of the tools of a message that is pointed at; what quotes it comes after it."""
        self.bubble(message).first.hover()
        self.place.get_by_role("button", name=tool, exact=True).click()

    def picks(self, *paths: object) -> None:
        """Files, by the button, as a person does."""
        with self.page.expect_file_chooser() as chooser:
            self.place.get_by_role("button", name="Прикрепить файл").click()
        chooser.value.set_files([str(path) for path in paths])
        expect(self.place.locator("[data-file]")).to_have_count(len(paths))
        expect(self.place.locator(".is-uploading")).to_have_count(0)


class Visitor(Correspondent):
    """A customer in the cabinet, with the window open."""

    def enters(self) -> "Visitor":
        has_signed_in(self.page, "customerid", self.login)
        return self._arrives()

    def signs_in(self) -> "Visitor":
        sign_in_unseen(self.page, "/личный-кабинет/", self.login)
        return self._arrives()

    def _arrives(self) -> "Visitor":
        self.page.goto("/личный-кабинет/")
        open_widget(self.page)
        return self

    def returns(self) -> "Visitor":
        """A page loaded again finds the window as it was left."""
        self.page.goto("/личный-кабинет/")
        expect(self.field).to_be_visible()
        return self

    @property
    def place(self) -> FrameLocator:
        return widget_of(self.page)

    @property
    def launcher(self) -> Locator:
        return self.place.get_by_role("button", name=re.compile("^Открыть чат"))

    def sees_status(self, status: str, timeout: float | None = None) -> None:
        expect(self.place.locator("[data-status-word]")).to_have_text(status, timeout=timeout)

    def folds(self) -> None:
        self.place.get_by_role("button", name="Свернуть").click()
        expect(self.launcher).to_be_visible()

    def leaves(self) -> None:
        """…and the answer has come, which takes the cookie away: no sign-in may come before it."""
        self.page.get_by_role("button", name="Выйти").click()
        expect(self.page.get_by_role("button", name="Войти")).to_be_visible()


class Operator(Correspondent):
    """A member of staff in the zone."""

    def enters(self) -> "Operator":
        has_signed_in(self.page, "sessionid", self.login)
        return self._arrives()

    def signs_in(self) -> "Operator":
        sign_in_unseen(self.page, "/login/", self.login)
        return self._arrives()

    def _arrives(self) -> "Operator":
        self.returns()
        expect(self.visitors).to_be_visible()
        self.is_present()
        return self

    def is_present(self) -> None:
        """Colleagues and visitors can count on it: a page alone is nobody's presence."""
        you = self.page.locator("[data-name]", has_text=re.compile("^Вы$"))
        expect(self.page.locator("#operators .operator:not(.is-off)", has=you)).to_have_count(1)

    def returns(self) -> Response | None:
        return self.page.goto("/chat/")

    @property
    def place(self) -> Locator:
        return self.page.get_by_role("region", name="Переписка")

    @property
    def visitors(self) -> Locator:
        return self.page.get_by_role("region", name="Посетители")

    def group(self, name: str) -> Locator:
        return self.visitors.get_by_role("list", name=name)

    def row(self, visitor: Correspondent, group: str | None = None) -> Locator:
        rows = (self.group(group) if group else self.visitors).get_by_role("listitem")
        return rows.filter(has_text=visitor.name)

    def accepts(self, visitor: Correspondent) -> None:
        """…and has the conversation before the eyes."""
        self.row(visitor).get_by_role("button", name="Принять").click()
        self.has_open(visitor)
        expect(self.place.get_by_role("button", name="Закрыть обращение")).to_be_visible()
        # One that was open already may still be shown as it was: what is typed there is a note.
        expect(self.place.get_by_role("tab", name="Ответ посетителю")).to_be_enabled()

    def opens(self, visitor: Correspondent) -> None:
        self.row(visitor).get_by_role("link", name=re.compile(f"^{visitor.name}")).click()
        self.has_open(visitor)

    def has_open(self, visitor: Correspondent) -> None:
        expect(self.place.get_by_role("heading", name=visitor.name)).to_be_visible()

    def colleague(self, other: "Operator") -> Locator:
        """The other's row in the list of operators."""
        colleagues = self.page.get_by_role("region", name="Операторы").get_by_role("listitem")
        return colleagues.filter(has_text=other.name)

    def opens_chat_with(self, other: "Operator") -> None:
        """The chat of two, by the colleague's row: the name it is known by begins with theirs."""
        row = self.colleague(other)
        row.get_by_role("button", name=re.compile(f"^{other.name}")).click()
        expect(self.place.get_by_role("heading", name=other.name)).to_be_visible()

    def chooses(self, presence: str) -> None:
        self.page.get_by_role("radio", name=presence).click()
        expect(self.page.get_by_role("radio", name=presence)).to_be_checked()

    def hands_over(self, addressee: str, **card: str) -> None:
        """«Передать», with what the fields of the panel are named after in the form."""
        self.place.get_by_role("button", name="Передать", exact=True).click()
        panel = self.place.get_by_role("dialog", name="Передать обращение")
        panel.get_by_role("radio", name=re.compile(f"^{addressee}")).check()
        for field, text in card.items():
            panel.locator(f"[name={field}]").fill(text)
        panel.get_by_role("button", name="Передать обращение").click()
        expect(panel).to_be_hidden()

    def takes_over(self, visitor: Correspondent) -> None:
        """Accepts a transfer in the list."""
        self.row(visitor, "Ожидают").get_by_role("button", name="Принять").click()
        self.has_open(visitor)
        expect(self.row(visitor, "Мои")).to_be_visible()

    @property
    def question(self) -> Locator:
        """What is asked of who leaves while visitors wait for an answer."""
        return self.page.get_by_role("dialog", name=re.compile("^Ответа жд"))

    def goes_to(self, section: str) -> None:
        """The help opens beside the zone first, and leads to its own page from there."""
        self.page.get_by_role("link", name=section).first.click()
        if section == "Помощь":
            self.page.get_by_role("link", name="Открыть отдельно").click()

    def may_answer(self) -> None:
        """The answer of the form is there: what is typed before it stays a note."""
        expect(self.place.get_by_placeholder("Ответ посетителю")).to_be_visible()

    def invites(self, addressee: str, note: str = "") -> None:
        """«Пригласить», with a note if there is one."""
        self.place.get_by_role("button", name="Пригласить", exact=True).click()
        panel = self.place.get_by_role("dialog", name="Пригласить в переписку")
        panel.get_by_role("radio", name=re.compile(f"^{addressee}")).check()
        panel.get_by_role("textbox", name="Записка приглашённому").fill(note)
        panel.get_by_role("button", name="Пригласить", exact=True).click()
        expect(panel).to_be_hidden()

    def closes(self) -> None:
        self.place.get_by_role("button", name="Закрыть обращение").click()
        name = self.place.get_by_role("heading", level=2).first.inner_text()
        panel = self.place.get_by_role("dialog", name="Закрыть обращение")
        panel.get_by_role("radio", name="Решено").check()
        panel.get_by_role("button", name="Закрыть", exact=True).click()
        expect(self.page.get_by_text(f"Обращение закрыто: {name}")).to_be_visible()

    def is_cut_off(self) -> None:
        expect(self.place.get_by_text("Связь потеряна.")).to_be_visible()

    def is_linked(self) -> None:
        expect(self.page.get_by_role("radiogroup")).to_be_visible()
        expect(self.place.get_by_text("Связь потеряна.")).to_be_hidden()
