"""The cast: who the tests' stories are about, and what these people usually do.

Marina and Sergey are customers of the demo site. Ilya (level 1), Anton (level 2) and Kamila
(level 3) answer them; Elena is the administrator. Zoya answers at another site, whose customer is
Rustam.
"""

import uuid
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

import jwt
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from chat import identity
from chat.access import sites_served_by
from chat.actions import conversations, messages
from chat.actions.approach import write_first
from chat.actions.archives import ask_for_archive
from chat.actions.changes import Doer
from chat.actions.comments import Subject, add_comment, save_remark
from chat.actions.contracts import ContractDraft, add_contract
from chat.actions.data_requests import Asked, ask_about_data
from chat.actions.field_values import Given, save_value
from chat.actions.fields import FieldDraft, add_field
from chat.actions.handover import Card, Chosen
from chat.actions.identification import judge, settle_value
from chat.actions.invitations import decline_invitation, invite_operator, join_conversation
from chat.actions.outcomes import add_outcome
from chat.actions.photos import change_photo
from chat.actions.plans import PlanDraft, add_plan
from chat.actions.presence import choose_intention
from chat.actions.sign_ins import note_use
from chat.actions.template_files import add_template_file
from chat.actions.templates import TemplateDraft, add_template
from chat.actions.transfers import (
    accept_transfer,
    decline_transfer,
    transfer_conversation,
)
from chat.files.storage import store_file
from chat.identification import identification_of
from chat.models import (
    AnswerTemplate,
    ClosingOutcome,
    Comment,
    Conversation,
    DataArchive,
    DataRequest,
    ExtraField,
    Incident,
    InternalChat,
    InternalMessage,
    LineCode,
    Message,
    Participant,
    Step,
    TemplateFile,
    Ticket,
    Transfer,
    Visit,
    Visitor,
)
from chat.personal.archives import make_next
from chat.rooms import actions as internal
from chat.tickets.actions.answering import answer_ticket, note_on_ticket
from chat.tickets.actions.changing import assign_ticket, change_ticket_status
from chat.tickets.actions.incidents import (
    IncidentDraft,
    declare_incident,
    note_on_incident,
    put_under,
    solve_incident,
    update_incident,
)
from chat.tickets.actions.registering import Described, TicketDraft, register_ticket
from departments.contracts.models import Contract, Plan
from departments.criticality import Criticality, Impact, Urgency
from departments.models import Department, Hours, Membership, Site
from operators import presence
from operators.models import Account, Intention, Role, SignIn
from operators.photos import read_photo
from reports.actions.exports import begin_export
from reports.exports.models import Export, Format
from reports.exports.sources import sheet_of
from sphaera_support.cabinet.models import Customer

PASSWORD = "a bicycle for two"
ORIGIN = "http://127.0.0.1:8000"
SECOND = timedelta(seconds=1)


# Places


@pytest.fixture
def first_line(db) -> Department:
    return Department.objects.create(name="Поддержка первого уровня", level=1)


@pytest.fixture
def second_line(db) -> Department:
    return Department.objects.create(name="Поддержка второго уровня", level=2)


@pytest.fixture
def third_line(db) -> Department:
    return Department.objects.create(name="Поддержка третьего уровня", level=3)


@pytest.fixture
def site(first_line, second_line, third_line) -> Site:
    return open_site("demo", first_line, second_line, third_line)


@pytest.fixture
def other_department(db) -> Department:
    return Department.objects.create(name="Поддержка соседей", level=1)


@pytest.fixture
def other_site(site, other_department) -> Site:
    return open_site("neighbour", other_department)


def open_site(key: str, *departments: Department) -> Site:
    """A site that is open around the clock."""
    site = Site.objects.create(key=key, name=key)
    site.departments.add(*departments)
    Hours.objects.bulk_create(
        Hours(site=site, weekday=weekday, opens=0, closes=24 * 60) for weekday in range(7)
    )
    return site


# People


def staff(
    login: str,
    name: str,
    *departments: Department,
    role: Role = Role.OPERATOR,
) -> Account:
    account: Account = Account.objects.create_account(login, PASSWORD, name=name, role=role)
    for department in departments:
        Membership.objects.create(account=account, department=department)
    return account


@pytest.fixture
def ilya(site, first_line) -> Account:
    return staff("ilya", "Илья Воронцов", first_line)


@pytest.fixture
def darya(site, first_line) -> Account:
    """Ilya's colleague of the same department."""
    return staff("darya", "Дарья Лунина", first_line)


@pytest.fixture
def anton(site, second_line) -> Account:
    return staff("anton", "Антон Белый", second_line)


@pytest.fixture
def kamila(site, third_line) -> Account:
    return staff("kamila", "Камила Рашидова", third_line)


@pytest.fixture
def zoya(other_site, other_department) -> Account:
    return staff("zoya", "Зоя Кем", other_department)


@pytest.fixture
def elena(site) -> Account:
    return staff("elena", "Елена Соколова", role=Role.ADMINISTRATOR)


@pytest.fixture
def marina(site) -> Visitor:
    return Visitor.objects.create(site=site, subject="marina", name="Орлова Марина")


@pytest.fixture
def sergey(site) -> Visitor:
    return Visitor.objects.create(site=site, subject="sergey", name="Назаров Сергей")


@pytest.fixture
def rustam(other_site) -> Visitor:
    return Visitor.objects.create(site=other_site, subject="rustam", name="Рустам Ахметов")


@pytest.fixture
def customer(site) -> Account:
    """Marina as the cabinet knows her: the same subject as the visitor's."""
    account: Account = Account.objects.create_account(
        "marina", PASSWORD, name="Орлова Марина", role=Role.CUSTOMER
    )
    Customer.objects.create(account=account, full_name="Орлова Марина", contract="СФ-1")
    return account


# What they do


def writes(visitor: Visitor, text: str = "Здравствуйте!", **given: Any) -> Message:
    """The visitor posts; keywords as of post_visitor_message."""
    message, _conversation = messages.post_visitor_message(
        visitor.pk,
        **_written(text, given),
        files=given.pop("files", []),
        email=given.pop("email", ""),
        consent=given.pop("consent", 0),
        address=given.pop("address", None),
    )
    return message


def on_site(visitor: Visitor, *, at: datetime | None = None, **given: Any) -> Visit:
    """The visitor has the window loaded; keywords are fields of the visit."""
    at = at or timezone.now()
    until = at + Visit.VALID
    return Visit.objects.create(
        visitor=visitor, **{"started_at": at, "seen_at": at, "present_until": until, **given}
    )


def writes_first(
    account: Account, visit: Visit, text: str = "Здравствуйте! Чем помочь?", **given: Any
) -> Conversation:
    at, client_id = given.get("at") or timezone.now(), given.get("client_id") or uuid.uuid4()
    _message, conversation = write_first(
        account, visit.public_id, client_id=client_id, text=text, at=at
    )
    return conversation


def answers(account: Account, conversation: Conversation, text: str, **given: Any) -> Message:
    """The operator posts; `note=True` for what stays among staff."""
    message, _conversation = messages.post_operator_message(
        account,
        conversation.public_id,
        **_written(text, given),
        files=given.pop("files", []),
        note=given.pop("note", False),
    )
    return message


def _written(text: str, given: dict[str, Any]) -> dict[str, Any]:
    return {
        "text": text,
        "client_id": given.pop("client_id", None) or uuid.uuid4(),
        "quotes": given.pop("quotes", None),
        "at": given.pop("at", None) or timezone.now(),
    }


def accepts(
    account: Account, conversation: Conversation, *, at: datetime | None = None
) -> Conversation:
    return conversations.accept_conversation(
        account, conversation.public_id, at=at or timezone.now()
    )


def closes(
    account: Account,
    conversation: Conversation,
    outcome: str = "",
    *,
    at: datetime | None = None,
) -> Conversation:
    """With the outcome of that title, or else the first there is."""
    return conversations.close_conversation(
        account, conversation.public_id, outcome=outcome_of(outcome), at=at or timezone.now()
    )


def outcome_of(title: str = "") -> int | None:
    """Its key; there is none where a test before this one emptied the database."""
    offered = ClosingOutcome.objects.current()
    found = offered.filter(title=title) if title else offered
    return found.values_list("pk", flat=True).first()


def offers_outcome(by: Account, title: str) -> ClosingOutcome:
    """One of this title, where there is none."""
    found = ClosingOutcome.objects.current().filter(title=title).first()
    return found or add_outcome(Doer(by), title, at=timezone.now())


@pytest.fixture
def waiting(marina) -> Conversation:
    """Marina has written once; nobody has answered."""
    return writes(marina, "Не приходит счёт").conversation


@pytest.fixture
def dialogue(waiting, ilya) -> Conversation:
    """Marina and Ilya are talking."""
    return accepts(ilya, waiting)


def token(visitor: Visitor, *, at: datetime | None = None) -> str:
    return identity.sign(visitor.site, visitor.subject, visitor.name, at=at or timezone.now())


def claims(site: Site, **changes: Any) -> dict[str, Any]:
    """A good token's payload with changes; a claim given as None is left out."""
    now = timezone.now().timestamp()
    payload = {"aud": site.key, "sub": "marina", "name": "Марина", "iat": now, "exp": now + 300}
    return {key: value for key, value in (payload | changes).items() if value is not None}


def signed(site: Site, **changes: Any) -> str:
    return jwt.encode(claims(site, **changes), site.secret, algorithm="HS256")


# How they come in by HTTP


def browser_of(account: Account | None = None) -> Client:
    """A browser, signed in as a member of staff if one is given."""
    client = Client(HTTP_HOST="127.0.0.1:8000")
    if account is not None:
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def cabinet_of(account: Account) -> Client:
    """A browser in which a customer signed in to the cabinet."""
    client = browser_of()
    signs_in_to_cabinet(client, account)
    return client


def signs_in_to_cabinet(client: Client, account: Account) -> None:
    form = {"username": account.login, "password": PASSWORD}
    assert client.post("/личный-кабинет/", form).status_code == 302


# How they look, and where they are signed in


def picture(kind: str = "PNG", size: tuple[int, int] = (300, 200), **kept: Any) -> bytes:
    written = BytesIO()
    Image.new("RGB", size, "teal").save(written, kind, **kept)
    return written.getvalue()


def photo_of(account: Account) -> str:
    """Given to them by themselves; the key of its address."""
    read = read_photo(BytesIO(picture()), 1)
    change_photo(Doer(account), account.pk, read, at=timezone.now())
    account.refresh_from_db()
    return account.photo_url.split("/")[2]


def signed_in(browser: Client, account: Account, agent: str = "") -> SignIn:
    """The session of a browser of theirs, as it is noted when it is used."""
    key = browser.session.session_key or ""
    note_use(account, key, agent=agent, address=None, at=timezone.now())
    return SignIn.objects.get(session_key=key)


# Handing over


def is_present(*accounts: Account) -> None:
    """In the zone, as if a socket had entered."""
    for account in accounts:
        presence.take_place(account, uuid.uuid4(), at=timezone.now())


def to(addressee: Account | Department) -> Chosen:
    """How an action is told of this addressee."""
    if isinstance(addressee, Account):
        return Chosen("account", addressee.pk)
    return Chosen("department", addressee.pk)


def transfers(
    sender: Account,
    conversation: Conversation,
    addressee: Account | Department,
    *,
    at: datetime | None = None,
    even_absent: bool = False,
    **card: str,
) -> Transfer:
    """Offered with a card, unless the words of another are given."""
    return transfer_conversation(
        sender,
        conversation.public_id,
        to(addressee),
        Card(**(card or {"asked": "Не приходит счёт"})),
        even_absent=even_absent,
        at=at or timezone.now(),
    )


def takes_over(
    account: Account, conversation: Conversation, *, at: datetime | None = None
) -> Conversation:
    return accept_transfer(account, conversation.public_id, at=at or timezone.now())


def invites(
    account: Account,
    conversation: Conversation,
    addressee: Account,
    note: str = "",
    *,
    at: datetime | None = None,
) -> Participant:
    return invite_operator(
        account, conversation.public_id, addressee.pk, note, at=at or timezone.now()
    )


def joins(
    account: Account, conversation: Conversation, *, at: datetime | None = None
) -> Conversation:
    return join_conversation(account, conversation.public_id, at=at or timezone.now())


# What is known of visitors


def comes_from(visitor: Visitor, address: str | None, **told: Any) -> Visit:
    """A visit that began just now; keywords as the fields of Visit."""
    now = timezone.now()
    times = {"started_at": now, "seen_at": now, "present_until": now + Visit.VALID}
    return Visit.objects.create(visitor=visitor, address=address, **times | told)


def notes(
    account: Account, conversation: Conversation, text: str, about: Subject = Subject.VISITOR
) -> Comment:
    return add_comment(account, conversation.public_id, about, text, at=timezone.now())


def keeps_in_mind(account: Account, conversation: Conversation, text: str) -> Visitor:
    """The remark among the visitor's data, whatever it was."""
    shown = Visitor.objects.values_list("remark", flat=True).get(pk=conversation.visitor_id)
    return save_remark(account, conversation.public_id, text, shown=shown, at=timezone.now())


def defines(by: Account, title: str = "Стенд", **draft: Any) -> ExtraField:
    """An extra field; without a key one is made of the title."""
    same = {name: draft.pop(name, default) for name, default in _OF_A_FIELD.items()}
    fields = FieldDraft(title=title, **draft)
    return add_field(Doer(by), fields, **same, at=timezone.now())


_OF_A_FIELD = {"key": "", "kind": "text", "about": "visitor"}


def fills(
    account: Account, conversation: Conversation, key: str, typed: str, shown: str = ""
) -> None:
    given = Given(typed, shown)
    save_value(account, conversation.public_id, key, given, at=timezone.now())


def settles(account: Account, conversation: Conversation, step: Step, value: str) -> None:
    """A step of the identification, whatever stood there."""
    at = timezone.now()
    shown = identification_of(conversation, at=at).steps[step].value
    settle_value(account, conversation.public_id, step, value, shown=shown, at=at)


def judges(
    account: Account,
    conversation: Conversation,
    impact: Impact | None = None,
    urgency: Urgency | None = None,
    **chosen: Any,
) -> None:
    """By the table, unless another criticality is `chosen` with a `reason`."""
    key, at = conversation.public_id, timezone.now()
    judge(account, key, impact=impact, urgency=urgency, **chosen, at=at)


# Tickets


def registers(
    account: Account, conversation: Conversation, subject: str = "Нет звука", **given: Any
) -> Ticket:
    """Keywords as of register_ticket and of what describes it."""
    described = Described(given.pop("messages", ()), given.pop("files", ()))
    client_id, at = given.pop("client_id", uuid.uuid4()), given.pop("at", timezone.now())
    draft = TicketDraft(subject, **given)
    return register_ticket(
        account, conversation.public_id, draft, described, client_id=client_id, at=at
    )


def answers_ticket(account: Account, ticket: Ticket, text: str, *, note: bool = False) -> Any:
    act = note_on_ticket if note else answer_ticket
    return act(account, ticket.number, text, client_id=uuid.uuid4(), at=timezone.now())


def becomes(account: Account, ticket: Ticket, status: str, **given: Any) -> Ticket:
    given.setdefault("at", timezone.now())
    return change_ticket_status(account, ticket.number, status, **given)


def assigns(account: Account, ticket: Ticket, addressee: Account | Department) -> Ticket:
    return assign_ticket(account, ticket.number, to(addressee), at=timezone.now())


def declares(account: Account, *tickets: Ticket, **given: Any) -> Incident:
    """Of all sites that the account serves, led by the first department it is of; under it those
    tickets. Keywords as of IncidentDraft.
    """
    sites = [site.pk for site in sites_served_by(account)]
    first = account.departments.first() or Department.objects.first()
    usual = {"title": "Не работает вход", "department": first and first.pk, "sites": sites}
    client_id, at = given.pop("client_id", uuid.uuid4()), given.pop("at", timezone.now())
    draft = IncidentDraft(**usual | given)
    incident = declare_incident(account, draft, client_id=client_id, at=at)
    for ticket in tickets:
        put_under(account, ticket.number, incident.pk, at=at)
    return incident


def tells(account: Account, incident: Incident, text: str, **given: Any) -> Any:
    """The customers of all its tickets."""
    return _says_of(update_incident, account, incident, text, given)


def solves(account: Account, incident: Incident, text: str = "", **given: Any) -> Any:
    return _says_of(solve_incident, account, incident, text, given)


def notes_on(account: Account, incident: Incident, text: str, **given: Any) -> Any:
    return _says_of(note_on_incident, account, incident, text, given)


def _says_of(
    act: Any, account: Account, incident: Incident, text: str, given: dict[str, Any]
) -> Any:
    usual = {"client_id": uuid.uuid4(), "at": timezone.now()}
    return act(account, incident.pk, text, **usual | given)


# Their own data


def asks_about_data(visitor: Visitor, kind: str = "erasure", **given: Any) -> DataRequest:
    """Keywords as of Asked."""
    at = given.pop("at", timezone.now())
    usual = {"text": "Прошу удалить"} if kind == "erasure" else {"name": "Орлова Марина Сергеевна"}
    return ask_about_data(visitor, kind, Asked(**usual | given), at=at)


def has_archive(visitor: Visitor, session_key: str = "another", **given: Any) -> DataArchive:
    """Asked for in that session, and made."""
    archive = ask_for_archive(visitor, session_key, at=given.pop("at", timezone.now()))
    while make_next():
        pass
    archive.refresh_from_db()
    return archive


# Among themselves

SECRET = "§SECRET§"


def keep_among_staff(ilya: Account, anton: Account, conversation: Conversation) -> None:
    """SECRET in everything that staff write and no visitor may ever read."""
    at, key = timezone.now(), conversation.public_id
    offers_outcome(ilya, SECRET)
    closes(ilya, conversation, SECRET)
    conversations.reopen_conversation(ilya, key, at=timezone.now())
    is_present(ilya, anton)
    log = store_file(SimpleUploadedFile(f"{SECRET}.txt", b"text"), at=at, account=ilya)
    note = answers(ilya, conversation, SECRET, note=True, files=[log.public_id])
    transfers(ilya, conversation, anton, note=SECRET, asked=SECRET, done=SECRET, expected=SECRET)
    decline_transfer(anton, key, SECRET, at=at)
    invites(ilya, conversation, anton, SECRET)
    decline_invitation(anton, key, SECRET, at=at)
    invites(ilya, conversation, anton, SECRET)
    joins(anton, conversation)
    answers(anton, conversation, SECRET, note=True, quotes=note.client_id)
    choose_intention(ilya, Intention.BUSY, SECRET, at=at)
    notes(ilya, conversation, SECRET)
    keeps_in_mind(ilya, conversation, SECRET)
    for about in ("visitor", "conversation"):
        field = defines(ilya, SECRET, about=about, kind="choice", choices=[SECRET])
        fills(ilya, conversation, field.key, SECRET)
    for step in Step:
        settles(ilya, conversation, step, SECRET)
    judges(ilya, conversation, chosen=Criticality.HIGH, reason=SECRET)
    Account.objects.filter(pk=ilya.pk).update(email=SECRET)
    writes_among_staff(ilya, makes_group(ilya, SECRET, anton), SECRET)
    link = {"link_title": SECRET, "link_url": f"https://example.ru/{SECRET}"}
    kept = keeps_template(ilya, ilya, code=SECRET, title=SECRET, text=SECRET, group=SECRET, **link)
    gives_file(ilya, kept, f"{SECRET}.txt")
    conversation.tags.create(name=SECRET, at=at)
    plan = offers_plan(ilya, SECRET, includes=SECRET)
    customers = (conversation.visitor.subject,)
    signs_contract(ilya, plan, SECRET, organisation=SECRET, customers=customers)
    hidden = dict.fromkeys(("description", "software", "version", "contract"), SECRET)
    ticket = registers(ilya, conversation, **hidden, messages=[note.seq], files=[log.public_id])
    answers_ticket(ilya, ticket, SECRET, note=True)
    becomes(ilya, ticket, "work")
    told = {"title": SECRET, "banner": "Чиним вход", "is_announced": True}
    incident = declares(ilya, ticket, **told)
    notes_on(ilya, incident, SECRET)
    tells(ilya, incident, "Ищем причину")
    answers(anton, conversation, "Готово")


def keeps_template(by: Account, owner: Account | None = None, **fields: Any) -> AnswerTemplate:
    """Nobody's are shared."""
    draft = TemplateDraft(**{"code": "A.014", "title": "Порты", "text": "Порт 5349."} | fields)
    return add_template(Doer(by), owner, draft, at=timezone.now())


def gives_file(by: Account, template: AnswerTemplate, name: str = "схема.txt") -> TemplateFile:
    file, at = SimpleUploadedFile(name, b"text"), timezone.now()
    return add_template_file(Doer(by), template.owner, template.pk, file, at=at)


def offers_plan(by: Account, name: str = "Расширенный", **fields: Any) -> Plan:
    return add_plan(Doer(by), PlanDraft(name=name, **fields), at=timezone.now())


def signs_contract(
    by: Account, plan: Plan, number: str = "СФ-2026/0418", **fields: Any
) -> Contract:
    """Since the beginning of 2026, without end, unless it is said otherwise."""
    usual: dict[str, Any] = {"organisation": "Волга-Логистик", "begins_on": date(2026, 1, 1)}
    draft = ContractDraft(number=number, plan=plan.pk, **usual | fields)
    return add_contract(Doer(by), draft, at=timezone.now())


def takes_out(by: Account, text: str = "оплата") -> Export:
    """What is found in the history, as if it were much."""
    sheet = sheet_of("history", by, {"q": text})
    return begin_export(Doer(by), "history", f"q={text}", sheet, Format.CSV, at=timezone.now())


def makes_group(account: Account, title: str, *others: Account) -> InternalChat:
    keys = [other.pk for other in others]
    return internal.create_group(account, title, keys, at=timezone.now())


def writes_among_staff(
    account: Account, chat: InternalChat, text: str, **given: Any
) -> InternalMessage:
    """Keywords as of post_internal_message."""
    return internal.post_internal_message(
        account, chat.public_id, **_written(text, given), files=given.pop("files", [])
    )


def loses_its_owner(conversation):
    """Back in the queue, as when the owner's account was put off."""
    owner, at = conversation.operator_id, timezone.now()
    conversations.return_to_queue(conversation.public_id, owner, LineCode.DEACTIVATED, at=at)
