"""Views of the list that one keeps: under a title, in an order, one's own alone."""

import re
from functools import partial
from html import unescape

import pytest
from django.http import QueryDict
from django.utils import timezone

from chat.actions.accounts import delete_account
from chat.actions.changes import Doer
from chat.models import SavedView
from chat.tickets.actions.saved_views import delete_view, move_view, rename_view, save_view
from chat.tickets.finding import BUILT_IN, Wanted, address_of, read_wanted
from chat.tickets.view_errors import NoSuchView, TooManyViews, ViewTitleTaken
from tests.cast import browser_of, registers

HANDED = Wanted(status="handed", criticality=4)


def text(answer):
    return unescape(answer.content.decode())


def saves(account, title="Критические", wanted=HANDED):
    return save_view(account, title, wanted)


def posts(account, **form):
    return browser_of(account).post("/tickets/views/save/", form)


def titles(account):
    return [one.title for one in account.saved_views.all()]


def tabs(account, address=""):
    page = text(browser_of(account).get(f"/tickets/?{address}"))
    found = re.search(r'<nav class="ticket-tabs".*?</nav>', page, re.DOTALL)
    assert found
    return found[0]


@pytest.mark.once
@pytest.mark.parametrize(
    "wanted",
    [
        *BUILT_IN.values(),
        HANDED,
        Wanted(
            status="any", level=2, responsible="7", contract="СФ & 1", text="звук=?", incident=3
        ),
    ],
)
def test_an_address_says_what_is_wanted(wanted):
    assert read_wanted(QueryDict(address_of(wanted)).dict()) == wanted


def test_what_is_saved_stands_above_the_list(ilya, site):
    answer = posts(ilya, title=" Критические\tвторого ", asked="criticality=4&status=handed&x=1")
    assert answer["Location"] == "/tickets/?status=handed&criticality=4&saved=saved"
    assert '?status=handed&criticality=4" aria-current="page">Критические второго</a>' in tabs(
        ilya, "criticality=4&status=handed"
    )


def test_it_is_one_s_own(ilya, darya):
    view = saves(ilya)
    assert "Критические" not in tabs(darya)
    for act in (delete_view, partial(rename_view, title="Мои"), move_up):
        with pytest.raises(NoSuchView):
            act(darya, view.pk)
    assert titles(ilya) == ["Критические"]


def move_up(account, key):
    move_view(account, key, up=True)


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("", "Напишите название"),
        (" \u2800\u200b", "Напишите название"),
        ("я" * 61, "Название отбора длиннее 60 знаков: 61."),
        ("КРИТИЧЕСКИЕ", "Отбор «Критические» уже есть."),
        ("просрочены", "Отбор «Просрочены» уже есть."),
    ],
)
def test_a_bad_title_is_said_and_nothing_is_lost(ilya, title, said):
    saves(ilya)
    answer = posts(ilya, title=title, asked="q=звук&level=2")
    page = text(answer)
    assert (answer.status_code, said in page) == (422, True)
    assert f'name="title" value="{title}"' in page
    assert 'name="asked" value="level=2&q=' in page
    assert 'name="q" value="звук"' in page
    assert titles(ilya) == ["Критические"]


def test_nothing_to_save_is_said(ilya, site):
    answer = posts(ilya, title="Все", asked="x=1")
    assert (answer.status_code, "Сохранять нечего" in text(answer)) == (422, True)


def test_there_are_twenty_at_most(ilya):
    for number in range(20):
        saves(ilya, f"Отбор {number}")
    with pytest.raises(TooManyViews):
        saves(ilya)
    answer = posts(ilya, title="Ещё один", asked="level=3")
    assert (answer.status_code, "Сохранено уже 20" in text(answer)) == (409, True)
    assert 'value="Ещё один"' in text(answer)
    assert len(titles(ilya)) == 20


def test_they_are_put_in_order(ilya):
    first, _second, third = (saves(ilya, title) for title in ("А", "Б", "В"))
    move_view(ilya, third.pk, up=True)
    move_view(ilya, first.pk, up=False)
    move_view(ilya, third.pk, up=True)  # it is the first already
    assert titles(ilya) == ["В", "А", "Б"]
    delete_view(ilya, first.pk)
    saves(ilya, "Г")
    assert titles(ilya) == ["В", "Б", "Г"]


def test_one_is_renamed_also_into_another_case_of_itself(ilya):
    view = saves(ilya, "ёлки")
    rename_view(ilya, view.pk, "Елки")
    assert titles(ilya) == ["Елки"]
    saves(ilya, "Палки")
    with pytest.raises(ViewTitleTaken):
        rename_view(ilya, view.pk, "палки")


def test_a_refused_title_stays_where_it_was_typed(ilya):
    view = saves(ilya)
    answer = browser_of(ilya).post(f"/tickets/views/{view.pk}/rename/", {"title": "мои"})
    assert answer.status_code == 422
    assert f'id="view-{view.pk}"' in text(answer)
    assert 'value="мои"' in text(answer)


def test_what_another_tab_deleted_is_said_to_be_gone(ilya):
    view = saves(ilya)
    address = f"/tickets/views/{view.pk}"
    assert (
        browser_of(ilya).post(f"{address}/delete/")["Location"] == "/tickets/views/?saved=deleted"
    )
    for deed in ("delete", "rename", "move"):
        answer = browser_of(ilya).post(f"{address}/{deed}/", {"title": "Да"})
        assert (answer.status_code, "Такого отбора больше нет." in text(answer)) == (409, True)


def test_there_is_nothing_to_save_of_what_everybody_has(ilya, dialogue):
    registers(ilya, dialogue)
    for address in ("", "responsible=me", "status=open&level=", "status=customer"):
        assert "Сохранить отбор" not in text(browser_of(ilya).get(f"/tickets/?{address}"))
    assert "Сохранить отбор" in text(browser_of(ilya).get("/tickets/?level=1"))


def test_who_is_asked_for_is_named_though_they_left(ilya, darya):
    saves(ilya, "Дарьины", Wanted(responsible=str(darya.pk)))
    type(darya).objects.filter(pk=darya.pk).update(is_active=False)
    page = text(browser_of(ilya).get(f"/tickets/?responsible={darya.pk}"))
    assert f'<option value="{darya.pk}" selected>{darya.name}</option>' in page
    assert darya.name not in text(browser_of(ilya).get("/tickets/")).partition("</form>")[0]


def test_the_list_costs_the_same_however_many_are_kept(
    ilya, dialogue, django_assert_max_num_queries
):
    browser = browser_of(ilya)
    saves(ilya)
    with django_assert_max_num_queries(100) as few:
        browser.get("/tickets/")
    for number in range(10):
        saves(ilya, f"Отбор {number}")
    with django_assert_max_num_queries(len(few)):
        browser.get("/tickets/")


def test_they_go_with_their_account(ilya, elena):
    saves(ilya)
    delete_account(Doer(elena), ilya.pk, at=timezone.now())
    assert not SavedView.objects.exists()
