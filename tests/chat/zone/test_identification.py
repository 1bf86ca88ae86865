"""The bar «Идентификация»: who asks and about what, what says so, and who decided."""

from datetime import date
from html import unescape

import pytest
from django.utils import timezone

from chat import identity
from chat.actions.errors import NotFound
from chat.actions.visitors import recognise_visitor
from chat.identification import identification_of
from chat.models import Origin, SettledValue, Step, Visitor
from tests.cast import (
    SECRET,
    browser_of,
    closes,
    is_present,
    offers_plan,
    settles,
    signed,
    signs_contract,
    takes_over,
    transfers,
    writes,
)

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def bar(account, conversation):
    url = f"/chat/{conversation.public_id}/identification/"
    return unescape(browser_of(account).get(url).content.decode())


def step_in(page, step):
    return page.partition(f'id="identified-{step}"')[2].partition("</form>")[0]


def saves(account, conversation, step, value, shown="", **also):
    url = f"/chat/{conversation.public_id}/identification/{step}/"
    return browser_of(account).post(url, {"value": value, "shown": shown} | also)


def text(answer):
    return unescape(answer.content.decode())


def comes_signed(site, **claims):
    said = identity.verify(site, signed(site, **claims), at=timezone.now())
    return recognise_visitor(site, said)


def step_of(conversation, step):
    whole = type(conversation).objects.select_related("visitor__site").get(pk=conversation.pk)
    return identification_of(whole, at=timezone.now()).steps[step]


# What sources say


def test_what_the_site_signs_is_verified_with_its_source(site, ilya):
    page = bar(ilya, writes(comes_signed(site, contract="СФ-1", plan="Базовый")).conversation)
    assert "3 из 5" in page
    for step, value in (("name", "Марина"), ("contract", "СФ-1"), ("plan", "Базовый")):
        shown = step_in(page, step)
        assert f'value="{value}"' in shown
        assert "проверено" in shown
        assert "подписано сайтом" in shown


def test_what_a_site_signs_of_the_software_is_shown_there_and_not_again(site, ilya):
    marina = comes_signed(site, software="СФЕРА.Видео", version="4.12")
    conversation = writes(marina).conversation
    assert 'value="СФЕРА.Видео"' in step_in(bar(ilya, conversation), "software")
    data = browser_of(ilya).get(f"/chat/{conversation.public_id}/data/").content.decode()
    assert "<dt>software</dt>" not in data


def test_the_register_names_contract_and_plan(dialogue, ilya, elena):
    signs_contract(elena, offers_plan(elena), customers=("marina",))
    page = bar(ilya, dialogue)
    assert 'value="СФ-2026/0418"' in step_in(page, "contract")
    assert 'value="Расширенный"' in step_in(page, "plan")
    assert "реестр договоров" in step_in(page, "contract")
    assert "проверено" not in step_in(page, "contract")


def test_sources_that_disagree_stand_side_by_side_until_somebody_decides(site, ilya, darya, elena):
    marina = comes_signed(site, plan="Базовый")
    signs_contract(elena, offers_plan(elena), customers=("marina",))
    conversation = writes(marina).conversation
    shown = step_in(bar(ilya, conversation), "plan")
    assert "is-disputed" in bar(ilya, conversation)
    assert "Оставить это" in shown
    assert 'data-take="Расширенный"' in shown
    assert saves(ilya, conversation, "plan", "Расширенный", shown="Базовый").status_code == 200
    shown = step_in(bar(darya, conversation), "plan")
    assert "реестр договоров: Илья Воронцов" in shown
    assert "проверено" not in shown
    assert "Оставить это" not in shown
    assert 'data-take="Базовый"' in shown


def test_to_keep_what_counts_is_a_decision_too(site, ilya, elena):
    signs_contract(elena, offers_plan(elena), customers=("marina",))
    conversation = writes(comes_signed(site, plan="Базовый")).conversation
    assert step_of(conversation, Step.PLAN).is_disputed
    saves(ilya, conversation, "plan", "Базовый", shown="Базовый")
    here = step_of(conversation, Step.PLAN)
    assert (here.is_disputed, here.is_verified, here.counts.by) == (False, True, ilya.name)


def test_what_a_source_says_after_the_decision_is_another_conflict(site, ilya):
    conversation = writes(comes_signed(site, plan="Базовый")).conversation
    saves(ilya, conversation, "plan", "Расширенный", shown="Базовый")
    comes_signed(site, plan="Базовый", other="7")
    assert not step_of(conversation, Step.PLAN).is_disputed
    comes_signed(site, plan="Премиум")
    here = step_of(conversation, Step.PLAN)
    assert (here.value, here.is_disputed) == ("Расширенный", True)


@pytest.mark.parametrize(
    ("contract", "words"),
    [
        ({"ends_on": date(2026, 2, 1)}, "истёк 01.02.2026"),
        ({"number": "СФ-9"}, "Договора «СФ-2026/0418», который назвал сайт, в реестре нет."),
    ],
)
def test_what_is_odd_about_the_contract_is_said_in_words(site, ilya, elena, contract, words):
    signs_contract(elena, offers_plan(elena), **contract)
    conversation = writes(comes_signed(site, contract="СФ-2026/0418")).conversation
    assert words in step_in(bar(ilya, conversation), "contract")


def test_a_plan_without_a_chat_says_so(dialogue, ilya, elena):
    signs_contract(elena, offers_plan(elena, has_chat=False), customers=("marina",))
    assert "без права на чат" in step_in(bar(ilya, dialogue), "plan")


def test_the_plan_follows_the_contract_that_staff_name(dialogue, ilya, elena):
    signs_contract(elena, offers_plan(elena), customers=("marina",))
    signs_contract(elena, offers_plan(elena, "Премиум"), "СФ-7")
    saves(ilya, dialogue, "contract", "сф-7", shown="СФ-2026/0418")
    assert 'value="Премиум"' in step_in(bar(ilya, dialogue), "plan")
    saves(ilya, dialogue, "contract", "СФ-404", shown="сф-7")
    page = bar(ilya, dialogue)
    assert "Договора «СФ-404», который указал оператор, в реестре нет." in page
    assert 'value=""' in step_in(page, "plan")


# Changed in its place


def test_a_changed_value_is_never_verified_and_the_signed_one_stays(site, ilya, darya):
    conversation = writes(comes_signed(site)).conversation
    assert saves(ilya, conversation, "name", "Орлова М. С.", shown="Марина").status_code == 200
    shown = step_in(bar(darya, conversation), "name")
    assert 'value="Орлова М. С."' in shown
    assert "проверено" not in shown
    assert "ввёл оператор: Илья Воронцов" in shown
    assert 'data-take="Марина"' in shown
    assert Visitor.objects.get().name == "Марина"
    saves(darya, conversation, "name", "Марина", shown="Орлова М. С.")
    assert step_of(conversation, Step.NAME).is_verified


def test_what_was_settled_is_verified_no_more_when_the_site_signs_another(site, ilya, elena):
    signs_contract(elena, offers_plan(elena), customers=("marina",))
    conversation = writes(comes_signed(site, plan="Базовый")).conversation
    saves(ilya, conversation, "plan", "Базовый", shown="Базовый")
    comes_signed(site, plan="Премиум")
    here = step_of(conversation, Step.PLAN)
    assert (here.value, here.is_verified, here.is_disputed) == ("Базовый", False, True)


def test_emptied_it_is_what_the_sources_say(site, ilya):
    conversation = writes(comes_signed(site)).conversation
    saves(ilya, conversation, "name", "Другая", shown="Марина")
    saves(ilya, conversation, "name", "", shown="Другая")
    assert step_of(conversation, Step.NAME).value == "Марина"
    assert not SettledValue.objects.exists()


def test_what_the_visitor_said_is_told_as_their_word(dialogue, ilya):
    saves(ilya, dialogue, "software", "СФЕРА.Видео")
    assert "это слова посетителя" in bar(ilya, dialogue)
    saves(ilya, dialogue, "software", "СФЕРА.Видео", shown="СФЕРА.Видео", said="yes")
    assert step_of(dialogue, Step.SOFTWARE).counts.origin == Origin.SAID
    assert "со слов посетителя: Илья Воронцов" in bar(ilya, dialogue)


def test_the_second_of_two_is_shown_the_first_s_and_decides(dialogue, ilya, darya):
    saves(darya, dialogue, "version", "4.11")
    answer = saves(ilya, dialogue, "version", "4.12")
    assert answer.status_code == 409
    assert "здесь стало «4.11» (Дарья Лунина)" in text(answer)
    assert 'value="4.12"' in text(answer)
    assert saves(ilya, dialogue, "version", "4.12", shown="4.11").status_code == 200


@pytest.mark.parametrize("value", ["a\0b", "я" * 10_000])
def test_what_is_invalid_says_why_and_stays_in_the_field(dialogue, ilya, value):
    answer = saves(ilya, dialogue, "software", value)
    assert (answer.status_code, answer["HX-Retarget"]) == (422, "#identified-software")
    assert f'value="{value}"' in text(answer)
    assert 'aria-invalid="true"' in text(answer)
    assert not SettledValue.objects.exists()


def test_no_other_step_is_known(dialogue, ilya):
    assert saves(ilya, dialogue, "age", "40").status_code == 404


@pytest.mark.parametrize("who", ["anton", "zoya"])
def test_who_does_not_see_the_visitor_reads_and_writes_nothing(dialogue, request, who):
    stranger = request.getfixturevalue(who)
    assert saves(stranger, dialogue, "name", "Другая").status_code == 404
    url = f"/chat/{dialogue.public_id}/identification/"
    assert browser_of(stranger).get(url).status_code == 404
    with pytest.raises(NotFound):
        settles(stranger, dialogue, Step.NAME, "Другая")


def test_names_are_of_the_visitor_and_software_of_the_conversation(dialogue, marina, ilya):
    settles(ilya, dialogue, Step.CONTRACT, "СФ-1")
    settles(ilya, dialogue, Step.SOFTWARE, "СФЕРА.Видео")
    marina.site.reopen_window *= 0
    marina.site.save()
    closes(ilya, dialogue)
    another = writes(marina).conversation
    assert step_of(another, Step.CONTRACT).value == "СФ-1"
    assert step_of(another, Step.SOFTWARE).value == ""


def test_it_goes_with_a_transfer(dialogue, ilya, anton):
    is_present(ilya, anton)
    settles(ilya, dialogue, Step.SOFTWARE, "СФЕРА.Видео")
    transfers(ilya, dialogue, anton)
    takes_over(anton, dialogue)
    assert 'value="СФЕРА.Видео"' in step_in(bar(anton, dialogue), "software")


# Live


def test_whoever_has_it_open_hears_that_it_is_another_and_no_visitor_does(
    wires, dialogue, marina, ilya, darya
):
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    settles(darya, dialogue, Step.SOFTWARE, SECRET)
    zone.expect("information", parts=["identification"])
    tab.settle()
    assert not tab.of("information")
    assert not [frame for frame in [*zone.raw, *tab.raw] if SECRET in frame]
