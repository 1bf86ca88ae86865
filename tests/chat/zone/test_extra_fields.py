"""Extra fields in the zone: what stands in them, who wrote it, and what a closing asks for."""

from html import unescape

import pytest
from django.utils import timezone

from chat import identity
from chat.actions.changes import Doer
from chat.actions.closings import ClosingAsks
from chat.actions.errors import NotFound
from chat.actions.fields import FieldDraft, change_field, restore_field, retire_field
from chat.actions.visitors import recognise_visitor
from chat.models import FieldValue
from tests.cast import (
    accepts,
    browser_of,
    closes,
    defines,
    fills,
    is_present,
    outcome_of,
    signed,
    takes_over,
    transfers,
    writes,
)

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def text(answer):
    return unescape(answer.content.decode())


def data(account, conversation):
    return text(browser_of(account).get(f"/chat/{conversation.public_id}/data/"))


def field_in(page, field):
    """Of the page, the form of one field."""
    return page.partition(f'id="field-{field.pk}"')[2].partition("</form>")[0]


def saves(account, conversation, field, value, shown=""):
    url = f"/chat/{conversation.public_id}/fields/{field.key}/"
    return browser_of(account).post(url, {"value": value, "shown": shown})


def comes_signed(site, **claims):
    """Marina, as her site vouches for her now."""
    said = identity.verify(site, signed(site, **claims), at=timezone.now())
    return recognise_visitor(site, said)


# Filled in by staff


def test_what_is_saved_is_there_for_a_colleague_with_its_author(dialogue, ilya, darya, elena):
    field = defines(elena, "Номер стенда")
    assert field.key == "nomer_stenda"
    assert saves(ilya, dialogue, field, " 7 ").status_code == 200
    shown = field_in(data(darya, dialogue), field)
    assert "Номер стенда" in shown
    assert 'value="7"' in shown
    assert "Илья Воронцов" in shown


def test_what_is_of_a_visitor_is_in_all_their_conversations_and_what_is_not_is_not(
    dialogue, marina, ilya, elena
):
    stand = defines(elena, "Стенд")
    cause = defines(elena, "Причина", about="conversation")
    for field in (stand, cause):
        fills(ilya, dialogue, field.key, "Был")
    marina.site.reopen_window *= 0
    marina.site.save()
    closes(ilya, dialogue)
    page = data(ilya, accepts(ilya, writes(marina).conversation))
    assert 'value="Был"' in field_in(page, stand)
    assert 'value="Был"' not in field_in(page, cause)
    assert 'value="Был"' in field_in(data(ilya, dialogue), cause)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("number", "много"),
        ("date", "31.02.2026"),
        ("link", "javascript:alert(1)"),
        ("text", "a\0b"),
    ],
)
def test_what_is_invalid_says_why_and_stays_in_the_field(dialogue, ilya, elena, kind, value):
    field = defines(elena, kind=kind)
    answer = saves(ilya, dialogue, field, value)
    assert (answer.status_code, answer["HX-Retarget"]) == (422, f"#field-{field.pk}")
    assert f'value="{value}"' in text(answer)
    assert 'aria-invalid="true"' in text(answer)
    assert not FieldValue.objects.exists()


def test_the_second_of_two_is_shown_the_first_s_beside_their_own_and_decides(
    dialogue, ilya, darya, elena
):
    field = defines(elena)
    saves(darya, dialogue, field, "Первый")
    answer = saves(ilya, dialogue, field, "Второй")
    assert answer.status_code == 409
    assert "здесь стало «Первый» (Дарья Лунина)" in text(answer)
    assert 'value="Второй"' in text(answer)
    assert "Оставить «Первый»" in text(answer)
    assert FieldValue.objects.get().value == "Первый"
    assert saves(ilya, dialogue, field, "Второй", shown="Первый").status_code == 200
    assert FieldValue.objects.get().value == "Второй"


@pytest.mark.parametrize(
    ("kind", "first", "shown", "second"),
    [
        ("number", "1234.5", "1234,5", "7"),
        ("date", "2026-03-14", "14.03.2026", "15.03.2026"),
        ("flag", "yes", "yes", "no"),
    ],
)
def test_what_was_shown_is_known_again(dialogue, ilya, elena, kind, first, shown, second):
    field = defines(elena, kind=kind)
    fills(ilya, dialogue, field.key, first)
    assert f'name="shown" value="{shown}"' in data(ilya, dialogue)
    assert saves(ilya, dialogue, field, second, shown=shown).status_code == 200


def test_it_is_emptied(dialogue, ilya, elena):
    field = defines(elena)
    fills(ilya, dialogue, field.key, "7")
    assert saves(ilya, dialogue, field, "", shown="7").status_code == 200
    assert 'value="7"' not in data(ilya, dialogue)


def test_a_choice_that_is_no_more_stays_where_it_was_chosen(dialogue, ilya, elena):
    field = defines(elena, kind="choice", choices=["Новый", "Старый"])
    fills(ilya, dialogue, field.key, "Старый")
    fewer = FieldDraft(title="Стенд", choices=["Новый"])
    change_field(Doer(elena), field.pk, fewer, shown=1, at=timezone.now())
    assert '<option value="Старый" selected>' in data(ilya, dialogue)
    fills(ilya, dialogue, field.key, "Новый", shown="Старый")
    assert saves(ilya, dialogue, field, "Старый", shown="Новый").status_code == 422


def test_a_link_is_opened_elsewhere_and_told_nothing(dialogue, ilya, elena):
    field = defines(elena, kind="link")
    fills(ilya, dialogue, field.key, "a.ru/x")
    link = (
        '<a class="link" href="https://a.ru/x" target="_blank" rel="noopener noreferrer nofollow">'
    )
    assert link in data(ilya, dialogue)


def test_it_is_on_its_site_alone(dialogue, rustam, zoya, ilya, elena, site):
    field = defines(elena, site=site.pk)
    assert field.title in data(ilya, dialogue)
    other = accepts(zoya, writes(rustam).conversation)
    assert field.title not in data(zoya, other)
    assert saves(zoya, other, field, "7").status_code == 409


def test_a_field_that_is_renamed_retired_and_brought_back_has_its_values(dialogue, ilya, elena):
    field, at = defines(elena), timezone.now()
    fills(ilya, dialogue, field.key, "7")
    retire_field(Doer(elena), field.pk, at=at)
    assert field.title not in data(ilya, dialogue)
    answer = saves(ilya, dialogue, field, "8", shown="7")
    assert answer.status_code == 409
    assert "Этого поля здесь больше нет" in text(answer)
    restore_field(Doer(elena), field.pk, at=at)
    change_field(Doer(elena), field.pk, FieldDraft(title="Лаборатория"), shown=3, at=at)
    shown = field_in(data(ilya, dialogue), field)
    assert "Лаборатория" in shown
    assert 'value="7"' in shown


@pytest.mark.parametrize("who", ["anton", "zoya"])
def test_who_does_not_see_the_visitor_reads_and_writes_nothing(dialogue, ilya, elena, request, who):
    stranger, field = request.getfixturevalue(who), defines(elena)
    fills(ilya, dialogue, field.key, "7")
    with pytest.raises(NotFound):
        fills(stranger, dialogue, field.key, "8", shown="7")
    assert saves(stranger, dialogue, field, "8", shown="7").status_code == 404
    assert FieldValue.objects.get().value == "7"


def test_with_a_transfer_they_are_filled_in_on_the_other_side(dialogue, ilya, anton, elena):
    is_present(ilya, anton)
    field = defines(elena)
    transfers(ilya, dialogue, anton)
    takes_over(anton, dialogue)
    assert saves(anton, dialogue, field, "7").status_code == 200


# Signed by the site


def test_what_the_site_signs_fills_the_field_of_its_key_and_is_verified(site, ilya, elena):
    field = defines(elena, "Номер стенда", key="stand")
    conversation = writes(comes_signed(site, stand="7", other="8")).conversation
    page = data(ilya, conversation)
    shown = field_in(page, field)
    assert 'value="7"' in shown
    assert "проверено" in shown
    assert "<dt>stand</dt>" not in page
    assert "<dt>other</dt>" in page


def test_what_staff_change_is_verified_no_more_and_stays_when_the_site_signs_anew(
    site, ilya, elena
):
    field = defines(elena, key="stand")
    conversation = writes(comes_signed(site, stand="7")).conversation
    assert saves(ilya, conversation, field, "8", shown="7").status_code == 200
    shown = field_in(data(ilya, conversation), field)
    assert 'value="8"' in shown
    assert "проверено" not in shown
    comes_signed(site, stand="9")
    shown = field_in(data(ilya, conversation), field)
    assert 'value="8"' in shown
    assert "Сайт подписал: 9" in shown


def test_the_site_s_value_is_back_where_staff_empty_the_field(site, ilya, elena):
    field = defines(elena, key="stand")
    conversation = writes(comes_signed(site, stand="7")).conversation
    fills(ilya, conversation, "stand", "8", shown="7")
    fills(ilya, conversation, "stand", "", shown="8")
    shown = field_in(data(ilya, conversation), field)
    assert 'value="7"' in shown
    assert "проверено" in shown


def test_what_staff_set_as_the_site_signs_it_follows_the_site(site, ilya, elena):
    field = defines(elena, key="stand")
    conversation = writes(comes_signed(site, stand="7")).conversation
    fills(ilya, conversation, "stand", "8", shown="7")
    fills(ilya, conversation, "stand", "7", shown="8")
    comes_signed(site, stand="9")
    shown = field_in(data(ilya, conversation), field)
    assert 'value="9"' in shown
    assert "проверено" in shown


def test_a_value_that_the_site_signed_meanwhile_is_told(site, ilya, elena):
    field = defines(elena, key="stand")
    conversation = writes(comes_signed(site, stand="7")).conversation
    comes_signed(site, stand="9")
    answer = saves(ilya, conversation, field, "8", shown="7")
    assert answer.status_code == 409
    assert "здесь стало «9» (Сайт)" in text(answer)


def test_a_claim_of_another_kind_fills_nothing_and_is_shown_as_it_is(site, ilya, elena):
    field = defines(elena, key="stand", kind="number")
    page = data(ilya, writes(comes_signed(site, stand="седьмой")).conversation)
    assert "проверено" not in field_in(page, field)
    assert "<dt>stand</dt><dd>седьмой</dd>" in page


@pytest.mark.parametrize(("claim", "shown"), [(True, "yes"), (0, "no")])
def test_a_truth_value_is_yes_or_no(site, ilya, elena, claim, shown):
    field = defines(elena, key="vip", kind="flag")
    page = data(ilya, writes(comes_signed(site, vip=claim)).conversation)
    assert f'<option value="{shown}" selected>' in field_in(page, field)


def test_what_is_of_a_conversation_nobody_signs(site, ilya, elena):
    field = defines(elena, key="stand", about="conversation")
    page = data(ilya, writes(comes_signed(site, stand="7")).conversation)
    assert 'value="7"' not in field_in(page, field)


# Asked for by a closing


def ends(account, conversation, **typed):
    said = {"outcome": outcome_of() or ""} | typed
    return browser_of(account).post(f"/chat/{conversation.public_id}/close/", said)


def test_what_is_required_is_asked_for(dialogue, ilya, elena):
    cause = defines(elena, "Причина", key="cause", about="conversation", is_required=True)
    defines(elena, "Стенд")
    answer = ends(ilya, dialogue)
    assert (answer.status_code, answer["HX-Retarget"]) == (422, f"#closing-{dialogue.public_id}")
    assert "Причина" in text(answer)
    assert "Стенд" not in text(answer)
    dialogue.refresh_from_db()
    assert dialogue.state == "active"
    assert ends(ilya, dialogue, **{"field-cause": "Настройка"}).status_code == 200
    dialogue.refresh_from_db()
    assert dialogue.state == "closed"
    assert FieldValue.objects.get(field=cause).value == "Настройка"


def test_of_several_nothing_that_was_typed_is_lost(dialogue, ilya, elena):
    defines(elena, "Причина", key="cause", is_required=True)
    defines(elena, "Срок", key="term", kind="date", is_required=True)
    answer = ends(ilya, dialogue, **{"field-cause": "Настройка", "field-term": "завтра"})
    assert answer.status_code == 422
    assert 'value="Настройка"' in text(answer)
    assert 'value="завтра"' in text(answer)
    assert "Нужна дата" in text(answer)
    assert not FieldValue.objects.exists()


def test_an_empty_answer_is_none(dialogue, ilya, elena):
    defines(elena, key="cause", is_required=True)
    answer = ends(ilya, dialogue, **{"field-cause": " "})
    assert answer.status_code == 422
    assert "Заполните это поле." in text(answer)


def test_what_a_colleague_filled_in_meanwhile_is_shown_before_it_is_replaced(
    dialogue, ilya, darya, elena
):
    defines(elena, key="cause", is_required=True)
    fills(darya, dialogue, "cause", "Первая")
    answer = ends(ilya, dialogue, **{"field-cause": "Вторая", "shown-cause": ""})
    assert answer.status_code == 422
    assert "здесь стало «Первая» (Дарья Лунина)" in text(answer)
    given = {"field-cause": "Вторая", "shown-cause": "Первая"}
    assert ends(ilya, dialogue, **given).status_code == 200
    assert FieldValue.objects.get().value == "Вторая"


def test_what_is_filled_in_or_signed_is_not_asked_for(site, ilya, elena):
    defines(elena, key="stand", is_required=True)
    defines(elena, key="cause", about="conversation", is_required=True)
    conversation = accepts(ilya, writes(comes_signed(site, stand="7")).conversation)
    fills(ilya, conversation, "cause", "Настройка")
    assert ends(ilya, conversation).status_code == 200


def test_the_visitor_ends_it_whatever_is_required(wires, marina, dialogue, elena):
    defines(elena, is_required=True)
    with pytest.raises(ClosingAsks):
        closes(elena, dialogue)
    tab = wires.visitor(marina)
    tab.ask("end")
    tab.expect("conversation", state="closed")


def test_who_may_not_close_it_is_not_asked(dialogue, darya, elena):
    defines(elena, key="cause", is_required=True)
    answer = ends(darya, dialogue, **{"field-cause": "Настройка"})
    assert answer.status_code == 409
    assert not FieldValue.objects.exists()
