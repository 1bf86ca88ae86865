"""Templates by their pages: shared ones in the settings, one's own in the profile."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from chat.actions import templates
from chat.files.refusals import BadFile
from chat.files.uploads import admit_upload, upload_at
from chat.models import AnswerTemplate
from sphaera_support.administration import sheets
from sphaera_support.administration.sheets import BadSheet, read_sheet
from sphaera_support.administration.template_sheets import KIND, write_templates
from tests.cast import answers, browser_of, keeps_template
from tests.sphaera_support.administration.forms import error_of, page_of, shown_version

pytestmark = pytest.mark.once

SHARED, OWN = "/settings/templates/", "/profile/templates/"
TYPED = {"code": "A.001", "title": "Порты", "group": "Сеть", "text": "Порт 5349.", "site": ""}


@pytest.fixture
def admin(elena):
    return browser_of(elena)


@pytest.mark.parametrize("address", [SHARED, OWN])
def test_a_new_one_stands_on_the_list(admin, elena, site, address):
    answer = admin.post(f"{address}add/", {**TYPED, "site": site.pk, "position": "3"})
    assert (answer.status_code, answer["Location"]) == (302, f"{address}?saved=saved")
    template = AnswerTemplate.objects.get()
    assert template.owner == (elena if address == OWN else None)
    assert (template.code, template.group, template.site) == ("A.001", "Сеть", site)
    assert "Порты" in page_of(admin.get(address))


def test_they_stand_by_group_and_place(admin, elena):
    for code, group, position in (("A.003", "Сеть", 2), ("A.002", "Сеть", 1), ("A.001", "Вход", 9)):
        keeps_template(elena, code=code, title=code, group=group, position=position)
    page = page_of(admin.get(SHARED))
    assert page.index("A.001") < page.index("A.002") < page.index("A.003")


def test_the_fields_have_their_names(admin):
    page = page_of(admin.get(f"{SHARED}add/"))
    for label in ("Код", "Название", "Группа", "Текст", "Сайт", "Место в группе"):
        assert f">{label}</label>" in page
    for label in ("Заголовок ссылки", "Адрес ссылки"):
        assert f">{label}</label>" in page
    assert "Можно вставить {имя}, {имя_отчество}, {оператор}, {сайт}, {номер_заявки}." in page


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("code", "", "Обязательное поле."),
        ("code", "A" * 21, "20"),
        ("code", "a.014", "Код «a.014» уже занят."),
        ("title", "\u200b", "Обязательное поле."),
        ("text", "", "Обязательное поле."),
        ("text", "я" * 4001, "4000"),
        ("text", "Здравствуйте, {фамилия}!", "Вместо «{фамилия}» здесь нечего вставить."),
        ("text", "a\x00b", ""),
        ("site", "7777", "7777"),
        ("position", "-1", "0"),
        ("position", "много", "целое"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field_and_nothing_is_kept(
    admin, elena, field, typed, said
):
    keeps_template(elena)
    answer = admin.post(f"{SHARED}add/", {**TYPED, field: typed})
    assert answer.status_code == 422
    assert said in error_of(answer, field)
    assert AnswerTemplate.objects.count() == 1


CARD = {"link_title": "Порты видео", "link_url": "docs.example.ru/ports"}
DECEPTIVE = "https://sphаera.tech/"  # with a Cyrillic letter
SPELLED = "xn--sphera-5nf.tech"


@pytest.mark.parametrize("address", [SHARED, OWN])
def test_a_card_is_kept_as_it_will_be_sent(admin, address):
    admin.post(f"{address}add/", {**TYPED, **CARD})
    kept = AnswerTemplate.objects.get()
    assert (kept.link_title, kept.link_url) == ("Порты видео", "https://docs.example.ru/ports")
    assert "https://docs.example.ru/ports" in page_of(admin.get(f"{address}{kept.pk}/"))
    admin.post(f"{address}{kept.pk}/", {**TYPED, "shown_version": 1})
    kept.refresh_from_db()
    assert (kept.link_title, kept.link_url) == ("", "")


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("link_title", "", "Напишите заголовок"),
        ("link_title", "я" * 201, "200"),
        ("link_title", "Порты\x00", "управляющие"),
        ("link_title", "Порты для {имя}", "уберите «{имя}»"),
        ("link_url", "", "напишите его"),
        ("link_url", "javascript:alert(1)", "начинается с https"),
        ("link_url", "data:text/html,x", "начинается с https"),
        ("link_url", "https://a:b@example.ru/", "имя и пароль"),
        ("link_url", f"https://example.ru/{'x' * 5000}", "2000"),
        ("link_url", DECEPTIVE, SPELLED),
    ],
)
def test_of_a_card_the_same_is_refused_as_where_one_is_sent(admin, field, typed, said):
    answer = admin.post(f"{SHARED}add/", {**TYPED, **CARD, field: typed})
    assert answer.status_code == 422
    assert said in error_of(answer, field)
    assert not AnswerTemplate.objects.exists()


def test_letters_that_deceive_are_asked_about_once(admin):
    typed = {**TYPED, "link_title": "Порты", "link_url": DECEPTIVE}
    asked = page_of(admin.post(f"{SHARED}add/", typed))
    assert f'name="even_mixed" value="{SPELLED}">' in asked
    assert admin.post(f"{SHARED}add/", {**typed, "even_mixed": "other.ru"}).status_code == 422
    admin.post(f"{SHARED}add/", {**typed, "even_mixed": SPELLED})
    kept = AnswerTemplate.objects.get()
    assert kept.link_url == f"https://{SPELLED}/"
    assert f'value="{SPELLED}" checked' in page_of(admin.get(f"{SHARED}{kept.pk}/"))


def test_braces_that_hold_no_word_are_the_author_s_own(admin):
    admin.post(f"{SHARED}add/", {**TYPED, "text": '{"port": 5349} и {имя}'})
    assert AnswerTemplate.objects.get().text == '{"port": 5349} и {имя}'


def test_who_saves_second_is_told_and_saves_by_the_next_press(admin, elena):
    template = keeps_template(elena)
    address = f"{SHARED}{template.pk}/"
    shown = shown_version(admin, address)
    admin.post(address, {**TYPED, "title": "Первая", "shown_version": shown})
    answer = admin.post(address, {**TYPED, "title": "Вторая", "shown_version": shown})
    assert answer.status_code == 409
    assert "Порты» → «Первая" in page_of(answer)
    admin.post(address, {**TYPED, "title": "Вторая", "shown_version": "2"})
    template.refresh_from_db()
    assert template.title == "Вторая"


@pytest.mark.parametrize("page", ["", "delete/"])
def test_another_s_template_is_not_there(admin, elena, ilya, anton, page):
    own, shared = keeps_template(anton, anton), keeps_template(elena)
    asked = [
        (browser_of(ilya), f"{OWN}{own.pk}/{page}"),
        (browser_of(anton), f"{OWN}{shared.pk}/{page}"),
        (admin, f"{OWN}{own.pk}/{page}"),
        (admin, f"{SHARED}{own.pk}/{page}"),
    ]
    for browser, address in asked:
        assert browser.get(address).status_code == 404
        assert browser.post(address, TYPED).status_code == 404
    assert AnswerTemplate.objects.count() == 2


def test_it_is_deleted_after_a_question(admin, elena):
    template = keeps_template(elena)
    address = f"{SHARED}{template.pk}/delete/"
    assert "Удалить «Порты»?" in page_of(admin.get(address))
    assert admin.post(address)["Location"] == f"{SHARED}?saved=deleted"
    assert not AnswerTemplate.objects.exists()


def test_the_list_says_what_nobody_used_for_long(admin, elena, ilya):
    fresh, idle, never = (keeps_template(elena, code=code, title=f"№ {code}") for code in "ABC")
    at = timezone.now()
    AnswerTemplate.objects.update(created_at=at - timedelta(days=200))
    templates.note_template_uses(ilya, [fresh.pk], at=at - timedelta(days=89))
    templates.note_template_uses(ilya, [idle.pk], at=at - timedelta(days=91))
    page = page_of(admin.get(f"{SHARED}?idle=1"))
    assert [f">№ {code}<" in page for code in "ABC"] == [False, True, True]
    assert page_of(admin.get(SHARED)).count("не использовался 90 дней") == 2
    assert never.pk


def test_the_list_is_searched_in_any_case_and_goes_on_on_another_page(admin, elena):
    AnswerTemplate.objects.bulk_create(
        AnswerTemplate(
            code=f"N{number}",
            code_key=f"n{number}",
            title=f"Счёт {number:03}",
            text="Текст",
            created_at=timezone.now(),
            changed_at=timezone.now(),
        )
        for number in range(150)
    )
    found = page_of(admin.get(f"{SHARED}?q=СЧЕТ 149"))
    assert ("Счёт 149" in found, "Счёт 001" in found) == (True, False)
    assert "Страница 1 из 2" in page_of(admin.get(SHARED))
    assert page_of(admin.get(f"{SHARED}?page=2")).count("Счёт ") == 50


def test_one_s_own_words_become_a_template_and_another_s_do_not(dialogue, ilya, darya):
    message = answers(ilya, dialogue, "Откройте порт 5349.")
    address = f"{OWN}add/?conversation={dialogue.public_id}&message={message.client_id}"
    assert ">\nОткройте порт 5349.</textarea>" in page_of(browser_of(ilya).get(address))
    assert browser_of(darya).get(address).status_code == 404
    for other in ("message=%00", f"message={message.client_id}&conversation=%00"):
        assert browser_of(ilya).get(f"{OWN}add/?{other}").status_code == 404


def test_in_the_zone_the_form_comes_alone_and_says_when_it_is_saved(ilya):
    browser, dialog = browser_of(ilya), {"HX-Request": "true", "HX-Target": "template-form"}
    shown = page_of(browser.get(f"{OWN}add/", headers=dialog))
    assert ("<html" in shown, 'id="template-form"' in shown) == (False, True)
    refused = browser.post(f"{OWN}add/", {**TYPED, "code": ""}, headers=dialog)
    assert (refused.status_code, refused["HX-Retarget"]) == (422, "#template-form")
    answer = browser.post(f"{OWN}add/", TYPED, headers=dialog)
    assert (answer.status_code, answer["HX-Trigger"]) == (204, "templatesaved")
    assert AnswerTemplate.objects.get().owner == ilya


# What placeholders stand for


def test_administrators_give_placeholders_of_their_own(admin):
    admin.post(f"{SHARED}words/", {"words": "Телефон = 8 800 555\n{адрес} = Волга, 1"})
    assert "адрес = Волга, 1\nтелефон = 8 800 555" in page_of(admin.get(f"{SHARED}words/"))
    admin.post(f"{SHARED}add/", {**TYPED, "text": "Звоните: {телефон}"})
    assert AnswerTemplate.objects.get().text == "Звоните: {телефон}"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("телефон", "пишите «ключ = текст»"),
        ("= 112", "пишите «ключ = текст»"),
        ("два слова = 112", "пишите «ключ = текст»"),
        ("телефон =", "пишите «ключ = текст»"),
        ("имя = Илья", "подставляется само"),
        ("а = 1\nА = 2", "встречается дважды"),
        (f"а = {'я' * 501}", "не длиннее 500"),
        ("\n".join(f"а{number} = 1" for number in range(101)), "Не больше 100"),
    ],
)
def test_what_no_placeholder_can_be_is_said(admin, typed, said):
    answer = admin.post(f"{SHARED}words/", {"words": typed})
    assert answer.status_code == 422
    assert said in error_of(answer, "words")


# Tables

HEAD = "Код;Название;Группа;Текст;Сайт;Место"


def sheet(*rows, head=HEAD, encoding="utf-8"):
    return "\r\n".join([head, *rows]).encode(encoding)


def cells(content):
    return [line.cells for line in read_sheet(content, KIND)]


@pytest.mark.once
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
@pytest.mark.parametrize("sign", [";", ","])
def test_a_table_is_read_in_each_usual_way(encoding, sign):
    head = sign.join(["текст", "КОД", "Название"])
    row = sign.join(['"Первая строка\nвторая «ё»"', "А.1", "Порты"])
    expected = {"text": "Первая строка\nвторая «ё»", "code": "А.1", "title": "Порты"}
    assert cells(sheet(row, "", head=head, encoding=encoding)) == [expected]


@pytest.mark.once
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "нет столбцов"),
        ("Код;Название".encode(), "«Текст»"),
        (sheet(), "нет строк"),
        (sheet('A;"Порты'), "проверьте кавычки"),
        (sheet("A;Порты;;Текст", encoding="utf-16"), "в кодировке UTF-8"),
        (b"PK\x03\x04\x00\x00", "в кодировке UTF-8"),
        (sheet(*["A;Порты;;Текст"] * 5001), "Строк больше 5000"),
        (b"a" * (5 * 1024 * 1024 + 1), "больше 5 МБ"),
    ],
)
def test_what_is_no_table_of_templates_is_said(content, said):
    with pytest.raises(BadSheet, match=said):
        read_sheet(content, KIND)


@pytest.mark.once
def test_what_is_taken_out_is_read_as_the_same():
    texts = ["=HYPERLINK(1)", "-5", "'цитата", "'=1", 'две\nстроки; «и», "кавычки"', "обычный"]
    kept = [AnswerTemplate(code=f"A{n}", title=text, text=text) for n, text in enumerate(texts)]
    content = write_templates(kept)
    assert [one["text"] for one in cells(content)] == texts
    assert re.findall(r"(?:^|;)[=+-]", content.decode(), re.MULTILINE) == []


def sends(browser, content, address=SHARED, **fields):
    file = SimpleUploadedFile("шаблоны.csv", content)
    return browser.post(f"{address}import/", {"file": file, **fields})


def seen_in(answer):
    return page_of(answer).partition('name="seen" value="')[2].partition('"')[0]


def test_a_file_is_shown_first_and_brought_in_by_the_second_press(admin, elena, site):
    keeps_template(elena, code="A", title="Порты", text="5349")
    keeps_template(elena, code="B", title="Почта", text="25")
    content = sheet("a;Порты видео;;5349;;", "b;Почта;;25;;", "C;Новый;Сеть;Текст;DEMO;5")
    answer = sends(admin, content.replace(b"b;", b"B;"))
    assert "Новых: 1. Изменится: 1. Без изменений: 1. Не принято: 0." in page_of(answer)
    assert AnswerTemplate.objects.count() == 2
    done = sends(admin, content.replace(b"b;", b"B;"), seen=seen_in(answer))
    assert (done.status_code, done["Location"]) == (302, f"{SHARED}?saved=saved")
    assert list(AnswerTemplate.objects.order_by("pk").values_list("title", flat=True)) == [
        "Порты видео",
        "Почта",
        "Новый",
    ]
    assert AnswerTemplate.objects.get(code="C").site == site


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (";Порты;;Текст;;", "Код: Обязательное поле."),
        ("A;;;Текст;;", "Название: Обязательное поле."),
        (f"A;Порты;;{'я' * 4001};;", "Текст: "),
        ("A;Порты;;{фамилия};;", "Вместо «{фамилия}»"),
        ("A;Порты;;Текст;нигде;", "Сайта «нигде» нет."),
        ("A;Порты;;Текст;;первое", "Место: "),
        ("A;Порты;;Текст;;;лишнее", "больше столбцов"),
        ("Z;Порты;;Текст;;", "Код «Z» уже был в строке 2."),
    ],
)
def test_a_row_that_does_not_fit_says_why_and_is_left_out(admin, row, reason):
    content = sheet("z;Последний;;Текст;;", row)
    answer = sends(admin, content)
    assert reason in page_of(answer)
    assert "Загрузить 1, пропустить 1" in page_of(answer)
    sends(admin, content, seen=seen_in(answer))
    assert list(AnswerTemplate.objects.values_list("code", flat=True)) == ["z"]


LINKED = f"{HEAD};Заголовок ссылки;Адрес ссылки"


def test_a_card_goes_by_table_and_comes_back_the_same(admin, elena):
    rows = ["A;Порты;;5349;;;Порты видео;docs.example.ru/ports", "B;Почта;;25;;;;"]
    content = sheet(*rows, head=LINKED)
    sends(admin, content, seen=seen_in(sends(admin, content)))
    assert AnswerTemplate.objects.get(code="A").link_url == "https://docs.example.ru/ports"
    assert "Без изменений: 2." in page_of(sends(admin, admin.get(f"{SHARED}export/").content))


def test_a_table_from_before_cards_leaves_them_as_they_are(admin, elena):
    keeps_template(elena, code="A", link_title="Порты", link_url="https://example.ru/")
    content = sheet("A;Порты видео;;5349;;")
    sends(admin, content, seen=seen_in(sends(admin, content)))
    kept = AnswerTemplate.objects.get()
    assert (kept.title, kept.link_url) == ("Порты видео", "https://example.ru/")


def test_what_was_let_pass_in_the_form_is_the_same_in_a_table(admin, elena):
    keeps_template(elena, link_title="Порты", link_url=f"https://{SPELLED}/")
    content = admin.get(f"{SHARED}export/").content
    assert "Без изменений: 1." in page_of(sends(admin, content))
    other = sheet(f"Z;Порты;;5349;;;Порты;{DECEPTIVE}", head=LINKED)
    assert "Адрес ссылки: В имени сайта смешаны" in page_of(sends(admin, other))


@pytest.mark.parametrize(
    ("title", "url", "reason"),
    [("Порты", "", "Адрес ссылки: "), ("", "example.ru", "Заголовок ссылки: ")],
)
def test_half_a_card_is_refused_with_the_row(admin, title, url, reason):
    content = sheet(f"A;Порты;;5349;;;{title};{url}", head=LINKED)
    assert reason in page_of(sends(admin, content))


def test_of_another_file_or_other_templates_than_were_shown_nothing_is_brought_in(admin, elena):
    content = sheet("A;Порты;;5349;;")
    seen = seen_in(sends(admin, content))
    assert sends(admin, sheet("A;Порты;;25;;"), seen=seen).status_code == 409
    keeps_template(elena, code="A", title="Раньше")
    answer = sends(admin, content, seen=seen)
    assert answer.status_code == 409
    assert "Изменится: 1" in page_of(answer)
    assert AnswerTemplate.objects.get().title == "Раньше"


def test_without_a_file_it_is_asked_for(admin):
    answer = admin.post(f"{SHARED}import/")
    assert (answer.status_code, "Выберите файл CSV" in page_of(answer)) == (422, True)


def test_one_s_own_are_taken_out_and_in_beside_the_shared(ilya, elena):
    keeps_template(elena, code="S")
    keeps_template(ilya, ilya, code="A", title="Порты")
    browser = browser_of(ilya)
    taken = browser.get(f"{OWN}export/")
    assert 'attachment; filename="templates-' in taken["Content-Disposition"]
    assert "S;" not in taken.content.decode()
    answer = sends(browser, taken.content, OWN)
    assert "Без изменений: 1." in page_of(answer)
    content = sheet("S;Мой;;Текст;;")
    sends(browser, content, OWN, seen=seen_in(sends(browser, content, OWN)))
    assert set(AnswerTemplate.objects.filter(owner=ilya).values_list("code", flat=True)) == {
        "A",
        "S",
    }


def test_a_long_preview_is_cut_and_says_so(monkeypatch, admin):
    monkeypatch.setattr(sheets, "MOST_SHOWN", 2)
    answer = sends(admin, sheet(*(f"A{number};Порты;;Текст;;" for number in range(5))))
    assert "И ещё строк: 3." in page_of(answer)


def test_whose_a_file_is_is_asked_before_it_comes(ilya, elena):
    def admitted(account, address):
        cookie = f"sessionid={browser_of(account).cookies['sessionid'].value}".encode()
        owner_of = upload_at(f"{address}import/")
        assert owner_of is not None
        return admit_upload(owner_of, [(b"cookie", cookie)], 1000, at=timezone.now())

    assert admitted(elena, SHARED) == f"account.{elena.pk}"
    assert admitted(ilya, OWN) == f"account.{ilya.pk}"
    with pytest.raises(BadFile) as refused:
        admitted(ilya, SHARED)
    assert refused.value.status == 403
