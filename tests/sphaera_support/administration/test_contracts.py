"""Contracts by their pages: a long list, a form, a table that brings many in."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat.files.refusals import BadFile
from chat.files.uploads import admit_upload, upload_at
from departments.contracts.models import Contract, ContractCustomer
from sphaera_support.administration.contracts import ON_A_PAGE
from tests.cast import browser_of, offers_plan, signs_contract
from tests.sphaera_support.administration.forms import error_of, page_of, shown_version

pytestmark = pytest.mark.once

CONTRACTS = "/settings/contracts/"
TYPED = {
    "number": "СФ-2026/0418",
    "organisation": "Волга-Логистик",
    "begins_on": "2026-07-01",
    "ends_on": "2027-06-30",
    "customers": "client1\nM.Orlova@Volga.example, client1; старый логин",
    "site": "",
}


@pytest.fixture
def admin(elena):
    return browser_of(elena)


@pytest.fixture
def plan(elena):
    return offers_plan(elena)


def test_a_new_one_stands_on_the_list(admin, plan, site):
    answer = admin.post(f"{CONTRACTS}add/", {**TYPED, "plan": plan.pk, "site": site.pk})
    assert (answer.status_code, answer["Location"]) == (302, f"{CONTRACTS}?saved=saved")
    contract = Contract.objects.get()
    assert (contract.plan, contract.site, contract.ends_on) == (plan, site, date(2027, 6, 30))
    customers = [one.value for one in contract.customers.all()]
    assert customers == ["client1", "m.orlova@volga.example", "старый логин"]
    page = page_of(admin.get(CONTRACTS))
    assert all(words in page for words in ("СФ-2026/0418", "Волга-Логистик", "Действует"))


def test_the_fields_have_their_names(admin, plan):
    page = page_of(admin.get(f"{CONTRACTS}add/"))
    for label in (
        *("Номер", "Организация", "План", "Действует с", "Действует по", "Клиенты", "Сайт"),
    ):
        assert f">{label}</label>" in page


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("number", "", "Обязательное поле."),
        ("number", "N" * 61, "60"),
        ("number", "сф-1", "Договор «сф-1» уже есть."),
        ("organisation", "\u200b", "Обязательное поле."),
        ("plan", "", "Обязательное поле."),
        ("plan", "7777", "7777"),
        ("begins_on", "31.02.2026", "Дата пишется так"),
        ("begins_on", "0001-01-01", "Год — от 1990"),
        ("ends_on", "2026-06-30", "кончается раньше"),
        ("customers", "a\x00b", "управляющие"),
        ("customers", "я" * 256, "не длиннее 255"),
        ("customers", "\n".join(map(str, range(501))), "Не больше 500"),
        ("site", "7777", "7777"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field_and_nothing_is_kept(
    admin, elena, plan, field, typed, said
):
    signs_contract(elena, plan, "СФ-1")
    answer = admin.post(f"{CONTRACTS}add/", {**TYPED, "plan": plan.pk, field: typed})
    assert answer.status_code == 422
    assert said in error_of(answer, field)
    assert Contract.objects.count() == 1


def test_who_saves_second_is_told_and_saves_by_the_next_press(admin, elena, plan):
    contract = signs_contract(elena, plan)
    address = f"{CONTRACTS}{contract.pk}/"
    shown = {**TYPED, "plan": plan.pk, "shown_version": shown_version(admin, address)}
    admin.post(address, {**shown, "organisation": "Первая"})
    answer = admin.post(address, {**shown, "organisation": "Вторая"})
    assert answer.status_code == 409
    assert "Волга-Логистик» → «Первая" in page_of(answer)
    admin.post(address, {**shown, "organisation": "Вторая", "shown_version": "2"})
    contract.refresh_from_db()
    assert contract.organisation == "Вторая"


def test_it_is_deleted_after_a_question(admin, elena, plan):
    contract = signs_contract(elena, plan)
    address = f"{CONTRACTS}{contract.pk}/delete/"
    assert "Удалить договор СФ-2026/0418?" in page_of(admin.get(address))
    assert admin.post(address)["Location"] == f"{CONTRACTS}?saved=deleted"
    assert admin.get(address).status_code == 404


def test_a_contract_keeps_a_plan_that_is_offered_no_more(admin, elena, plan):
    contract = signs_contract(elena, plan)
    type(plan).objects.update(is_offered=False)
    assert "Расширенный" not in page_of(admin.get(f"{CONTRACTS}add/"))
    sent = {**TYPED, "plan": plan.pk, "shown_version": "1"}
    assert admin.post(f"{CONTRACTS}{contract.pk}/", sent).status_code == 302


def test_without_plans_it_is_said_what_comes_first(admin):
    page = page_of(admin.get(CONTRACTS))
    assert "Сначала нужен план поддержки" in page
    assert "Добавить договор" not in page


# A long list


@pytest.fixture
def many(plan):
    Contract.objects.bulk_create(
        Contract(
            number=f"Д-{number:06}",
            number_key=f"д-{number:06}",
            organisation=f"Организация {number}",
            plan=plan,
            begins_on=date(2026, 1, 1),
            found_by=f"д-{number:06}\nорганизация {number}\nlogin{number}",
        )
        for number in range(2 * ON_A_PAGE + 10)
    )
    ContractCustomer.objects.bulk_create(
        ContractCustomer(contract=contract, value=f"login{contract.pk}")
        for contract in Contract.objects.all()
    )


def numbers(page):
    return [part[:6] for part in page.split(">Д-")[1:]]


def address_of(page, rel):
    before, found, _after = page.partition(f'" rel="{rel}"')
    return CONTRACTS + before.rpartition('href="')[2] if found else ""


def test_it_is_read_page_by_page_there_and_back(admin, many):
    pages = [page_of(admin.get(CONTRACTS))]
    while address := address_of(pages[-1], "next"):
        pages.append(page_of(admin.get(address)))
    shown = [number for page in pages for number in numbers(page)]
    assert [len(numbers(page)) for page in pages] == [ON_A_PAGE, ON_A_PAGE, 10]
    assert shown == sorted(set(shown))
    back = page_of(admin.get(address_of(pages[2], "prev")))
    assert numbers(back) == numbers(pages[1])
    first = page_of(admin.get(address_of(back, "prev")))
    assert numbers(first) == numbers(pages[0])
    assert address_of(first, "prev") == ""


def test_a_page_goes_on_where_a_contract_was_deleted(admin, elena, many):
    last = Contract.objects.order_by("number_key")[ON_A_PAGE - 1]
    Contract.objects.filter(pk=last.pk).update(deleted_at=timezone.now())
    page = page_of(admin.get(f"{CONTRACTS}?after={last.pk}"))
    assert numbers(page)[0] == f"{ON_A_PAGE:06}"
    assert numbers(page_of(admin.get(f"{CONTRACTS}?after=77777&before=%00")))[0] == "000000"


@pytest.mark.parametrize("asked", ["ОРГАНИЗАЦИЯ 77", "д-000077", "login77", "77 организация"])
def test_it_is_searched_by_what_one_knows(admin, many, asked):
    assert numbers(page_of(admin.get(CONTRACTS, {"q": asked}))) == ["000077"]


def test_what_is_not_found_is_said(admin, many):
    assert "Ничего не найдено." in page_of(admin.get(CONTRACTS, {"q": "%_\x00 нигде"}))


def test_a_page_takes_a_few_statements(admin, many):
    after = Contract.objects.order_by("number_key")[3].pk
    for address in (CONTRACTS, f"{CONTRACTS}?after={after}", f"{CONTRACTS}?q=организация"):
        with CaptureQueriesContext(connection) as asked:
            admin.get(address)
        assert sum("SAVEPOINT" not in one["sql"] for one in asked) <= 12


# Tables

HEAD = "Номер;Организация;План;С;По;Клиенты;Сайт"
ROW = "СФ-1;Волга;расширенный;01.07.2026;2027-06-30;client1, M@Volga.example;DEMO"


def sheet(*rows, head=HEAD, encoding="utf-8", sign=";"):
    if sign == ",":
        quoted = [",".join(f'"{cell}"' for cell in row.split(";")) for row in (head, *rows)]
        return "\r\n".join(quoted).encode(encoding)
    return "\r\n".join([head, *rows]).encode(encoding)


def sends(browser, content, **fields):
    file = SimpleUploadedFile("договоры.csv", content)
    return browser.post(f"{CONTRACTS}import/", {"file": file, **fields})


def seen_in(answer):
    return page_of(answer).partition('name="seen" value="')[2].partition('"')[0]


def brings_in(browser, content):
    return sends(browser, content, seen=seen_in(sends(browser, content)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
@pytest.mark.parametrize("sign", [";", ","])
def test_a_table_is_brought_in_in_each_usual_way(admin, plan, site, encoding, sign):
    content = sheet(ROW, encoding=encoding, sign=sign)
    assert "Новых: 1." in page_of(sends(admin, content))
    assert not Contract.objects.exists()
    assert brings_in(admin, content)["Location"] == f"{CONTRACTS}?saved=saved"
    contract = Contract.objects.get()
    assert (contract.number, contract.plan, contract.site) == ("СФ-1", plan, site)
    assert (contract.begins_on, contract.ends_on) == (date(2026, 7, 1), date(2027, 6, 30))
    assert {one.value for one in contract.customers.all()} == {"client1", "m@volga.example"}


def test_a_repeat_changes_only_what_differs(admin, plan, site):
    second = "СФ-2;Вектор;Расширенный;01.01.2026;;;"
    brings_in(admin, sheet(ROW, second))
    answer = sends(admin, sheet(ROW, second))
    assert "Новых: 0. Изменится: 0. Без изменений: 2. Не принято: 0." in page_of(answer)
    assert seen_in(answer) == ""
    later = sheet(ROW.replace("client1, M", "M"), second.replace(";;;", ";31.12.2027;;"))
    answer = sends(admin, later)
    assert "Изменится: 2." in page_of(answer)
    assert "Клиенты" in page_of(answer)
    brings_in(admin, sheet(ROW, second.replace("Вектор", "Вектор-М")))
    assert list(Contract.objects.values_list("organisation", "version")) == [
        ("Волга", 1),
        ("Вектор-М", 2),
    ]


def test_what_the_table_has_no_column_for_stays(admin, plan, site):
    brings_in(admin, sheet(ROW))
    short = sheet("СФ-1;Волга-М;Расширенный;01.07.2026", head="Номер;Организация;План;С")
    brings_in(admin, short)
    contract = Contract.objects.get()
    assert (contract.organisation, contract.site) == ("Волга-М", site)
    assert (contract.ends_on, contract.customers.count()) == (date(2027, 6, 30), 2)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (";Волга;Расширенный;01.07.2026", "Номер: Обязательное поле."),
        ("A;;Расширенный;01.07.2026", "Организация: Обязательное поле."),
        ("A;Волга;;01.07.2026", "План: Обязательное поле."),
        ("A;Волга;Золотой;01.07.2026", "План: Плана «Золотой» нет."),
        ("A;Волга;Старый;01.07.2026", "План «Старый» не предлагают новым договорам."),
        ("A;Волга;Расширенный;вчера", "С: Дата пишется так"),
        ("A;Волга;Расширенный;01.07.2026;01.06.2026", "кончается раньше"),
        (f"A;Волга;Расширенный;01.07.2026;;{'я' * 256}", "Клиенты: "),
        ("A;Волга;Расширенный;01.07.2026;;;нигде", "Сайт: Сайта «нигде» нет."),
        ("A;Волга;Расширенный;01.07.2026;;;;лишнее", "больше столбцов"),
        ("Z;Волга;Расширенный;01.07.2026", "Договор «Z» уже был в строке 2."),
        ("A;Волга", "План: Обязательное поле. С: Обязательное поле."),
    ],
)
def test_a_row_that_does_not_fit_says_why_and_is_left_out(admin, elena, plan, row, reason):
    offers_plan(elena, "Старый", is_offered=False)
    content = sheet("z;Последний;Расширенный;01.07.2026;;;", row)
    answer = sends(admin, content)
    assert reason in page_of(answer)
    assert "Загрузить 1, пропустить 1" in page_of(answer)
    brings_in(admin, content)
    assert list(Contract.objects.values_list("number", flat=True)) == ["z"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Выберите файл CSV"),
        ("Номер;Организация".encode(), "нет столбцов: «План», «С»"),
        (sheet(), "нет строк"),
        (sheet('A;"Волга'), "проверьте кавычки"),
        (sheet(ROW, encoding="utf-16"), "в кодировке UTF-8"),
        (sheet(*[ROW] * 5001), "Строк больше 5000"),
    ],
)
def test_what_is_no_table_of_contracts_is_said(admin, plan, content, said):
    answer = sends(admin, content)
    assert (answer.status_code, said in page_of(answer)) == (422, True)


def test_of_another_file_or_register_than_was_shown_nothing_is_brought_in(admin, elena, plan):
    content = sheet("A;Волга;Расширенный;01.07.2026;;;")
    seen = seen_in(sends(admin, content))
    assert sends(admin, sheet("A;Дон;Расширенный;01.07.2026;;;"), seen=seen).status_code == 409
    signs_contract(elena, plan, "A", organisation="Раньше")
    answer = sends(admin, content, seen=seen)
    assert (answer.status_code, "Изменится: 1" in page_of(answer)) == (409, True)
    assert Contract.objects.get().organisation == "Раньше"


def test_whose_a_file_is_is_asked_before_it_comes(ilya, elena):
    def admitted(account):
        cookie = f"sessionid={browser_of(account).cookies['sessionid'].value}".encode()
        owner_of = upload_at(f"{CONTRACTS}import/")
        assert owner_of is not None
        return admit_upload(owner_of, [(b"cookie", cookie)], 1000, at=timezone.now())

    assert admitted(elena) == f"account.{elena.pk}"
    with pytest.raises(BadFile):
        admitted(ilya)
