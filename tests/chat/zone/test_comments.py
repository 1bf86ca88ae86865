"""What staff note about a visitor and about where visitors connect from."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat.actions.comments import Subject, pin_comment
from chat.models import Comment, Visitor
from tests.cast import (
    accepts,
    browser_of,
    comes_from,
    is_present,
    keeps_in_mind,
    notes,
    takes_over,
    transfers,
    writes,
)
from tests.server import ROOT

pytestmark = [pytest.mark.django_db, pytest.mark.once]

TABLE = json.loads((ROOT / "tests" / "access_cases.json").read_text())["comments"]


def text(answer):
    return answer.content.decode()


def panel(account, conversation, **asked):
    return browser_of(account).get(f"/chat/{conversation.public_id}/comments/", asked)


def shown(account, conversation):
    """Texts of the comments in the order in which they stand."""
    page = text(panel(account, conversation))
    every = Comment.objects.values_list("text", flat=True)
    found = {one: page.find(f'<p class="comment__text">{one}</p>') for one in every}
    return sorted((one for one, place in found.items() if place >= 0), key=found.__getitem__)


def posts(account, conversation, path="", **form):
    return browser_of(account).post(f"/chat/{conversation.public_id}/comments/{path}", form)


def test_a_comment_is_there_for_a_colleague_with_its_author(dialogue, ilya, darya):
    assert posts(ilya, dialogue, text="Звонить после 11:00").status_code == 200
    page = text(panel(darya, dialogue))
    assert "Звонить после 11:00" in page
    assert "Илья Воронцов" in page


def test_the_newest_stands_first_and_the_pinned_above_it(dialogue, ilya):
    first, _second = notes(ilya, dialogue, "Первый"), notes(ilya, dialogue, "Второй")
    assert shown(ilya, dialogue) == ["Второй", "Первый"]
    assert posts(ilya, dialogue, f"{first.pk}/pin/", on="yes").status_code == 200
    assert shown(ilya, dialogue) == ["Первый", "Второй"]
    posts(ilya, dialogue, f"{first.pk}/pin/")
    assert shown(ilya, dialogue) == ["Второй", "Первый"]


def test_one_of_a_visitor_is_pinned_and_one_of_a_network(dialogue, marina, ilya, darya):
    comes_from(marina, "203.0.113.7")
    for subject in (Subject.VISITOR, Subject.NETWORK):
        first, second = (notes(ilya, dialogue, word, subject) for word in ("Был", "Стал"))
        for one in (first, second):
            posts(darya, dialogue, f"{one.pk}/pin/", on="yes")
    assert sorted(Comment.objects.exclude(pinned_at=None).values_list("text", "network")) == [
        ("Стал", ""),
        ("Стал", "203.0.113.0/24"),
    ]


def test_what_is_changed_says_so(dialogue, ilya):
    comment = notes(ilya, dialogue, "Зонить")
    assert posts(ilya, dialogue, f"{comment.pk}/", text="Звонить").status_code == 200
    assert shown(ilya, dialogue) == ["Звонить"]
    assert "изменён" in text(panel(ilya, dialogue))


def test_an_empty_one_is_refused_in_words(dialogue, ilya):
    answer = posts(ilya, dialogue, text=" \n ")
    assert (answer.status_code, answer["HX-Retarget"]) == (422, "#comment-error")
    assert "Комментарий пустой." in text(answer)


def test_one_that_is_gone_is_told_in_words(dialogue, ilya):
    answer = posts(ilya, dialogue, "77777/", text="Иначе")
    assert answer.status_code == 409
    assert "Этого комментария уже нет." in text(answer)


@pytest.mark.parametrize("case", TABLE, ids=[case["case"] for case in TABLE])
def test_who_may_do_what_with_it(dialogue, ilya, darya, elena, case):
    people = {"author": ilya, "colleague": darya, "administrator": elena}
    for who, may in case["may"].items():
        account, comment = people[who], notes(ilya, dialogue, "Звонить")
        offered = text(panel(account, dialogue))
        asked = {
            "pin": ("pin/", {"on": "yes"}),
            "change": ("", {"text": "Иначе"}),
            "delete": ("delete/", {}),
        }
        done = {
            deed
            for deed, (path, form) in asked.items()
            if posts(account, dialogue, f"{comment.pk}/{path}", **form).status_code == 200
        }
        assert (who, done) == (who, set(may.split()))
        url = f"/chat/{dialogue.public_id}/comments/{comment.pk}/"
        assert {
            deed for deed, (path, _form) in asked.items() if f'hx-post="{url}{path}"' in offered
        } == done
        Comment.objects.all().delete()


@pytest.mark.parametrize("who", ["anton", "zoya"])
def test_who_does_not_see_the_visitor_finds_and_writes_nothing(dialogue, ilya, request, who):
    stranger, comment = request.getfixturevalue(who), notes(ilya, dialogue, "Звонить")
    assert panel(stranger, dialogue).status_code == 404
    for path in ("", f"{comment.pk}/", f"{comment.pk}/pin/", f"{comment.pk}/delete/"):
        assert posts(stranger, dialogue, path, text="Моё").status_code == 404
    assert list(Comment.objects.values_list("text", "pinned_at")) == [("Звонить", None)]


def test_with_a_transfer_they_are_read_on_the_other_side(dialogue, ilya, anton):
    is_present(ilya, anton)
    notes(ilya, dialogue, "Звонить")
    transfers(ilya, dialogue, anton)
    takes_over(anton, dialogue)
    assert shown(anton, dialogue) == ["Звонить"]


def test_what_is_noted_of_a_network_is_there_for_whoever_comes_from_it(
    dialogue, marina, sergey, ilya
):
    comes_from(marina, "203.0.113.7")
    notes(ilya, dialogue, "Офис Волга-Логистик", Subject.NETWORK)
    notes(ilya, dialogue, "Общий компьютер", Subject.ADDRESS)
    other = accepts(ilya, writes(sergey).conversation)
    assert shown(ilya, other) == []
    comes_from(sergey, "203.0.113.80")
    assert shown(ilya, other) == ["Офис Волга-Логистик"]
    comes_from(sergey, "203.0.113.7")
    assert shown(ilya, other) == ["Общий компьютер", "Офис Волга-Логистик"]


def test_of_ipv6_a_network_is_what_one_line_has(dialogue, marina, ilya):
    comes_from(marina, "2001:db8:1:2::7")
    notes(ilya, dialogue, "Дом", Subject.NETWORK)
    assert Comment.objects.get().network == "2001:db8:1:2::/64"
    comes_from(marina, "2001:db8:1:2:ffff::1")
    assert shown(ilya, dialogue) == ["Дом"]
    assert "о сети 2001:db8:1:2::/64" in text(panel(ilya, dialogue))


def test_another_site_reads_nothing_of_the_same_network(dialogue, marina, rustam, ilya, zoya):
    comes_from(marina, "203.0.113.7")
    comes_from(rustam, "203.0.113.7")
    notes(ilya, dialogue, "Офис", Subject.NETWORK)
    assert shown(zoya, accepts(zoya, writes(rustam).conversation)) == []


def test_of_an_address_that_nobody_knows_nothing_is_noted(dialogue, ilya):
    answer = posts(ilya, dialogue, text="Офис", subject="network")
    assert answer.status_code == 422
    assert not Comment.objects.exists()


def test_many_come_page_by_page(dialogue, ilya):
    all_of_them = [notes(ilya, dialogue, f"№ {number}") for number in range(60)]
    pin_comment(ilya, dialogue.public_id, all_of_them[0].pk, is_pinned=True, at=timezone.now())
    page = text(panel(ilya, dialogue))
    before = page.partition("?before=")[2].partition('"')[0]
    rest = text(panel(ilya, dialogue, before=before))
    read = [one.pk for one in all_of_them if f'id="comment-{one.pk}"' in page + rest]
    assert read == [one.pk for one in all_of_them]
    assert not [one for one in all_of_them if all(f'"comment-{one.pk}"' in p for p in (page, rest))]
    assert "?before=" not in rest


def test_a_page_of_them_is_a_few_statements_however_many_there_are(dialogue, ilya):
    browser = browser_of(ilya)

    def statements():
        with CaptureQueriesContext(connection) as asked:
            browser.get(f"/chat/{dialogue.public_id}/comments/")
        return len(asked)

    statements()  # with the note that the session was used
    few = statements()
    for number in range(60):
        notes(ilya, dialogue, f"№ {number}")
    assert statements() == few < 8


# The remark among the data


def saves(account, conversation, remark, shown=""):
    url = f"/chat/{conversation.public_id}/remark/"
    return browser_of(account).post(url, {"text": remark, "shown": shown})


def test_a_remark_is_saved_with_its_author(dialogue, marina, ilya, darya):
    assert saves(ilya, dialogue, "Звонить  после 11:00\n").status_code == 200
    marina.refresh_from_db()
    assert (marina.remark, marina.remark_by_name) == ("Звонить после 11:00", "Илья Воронцов")
    page = text(browser_of(darya).get(f"/chat/{dialogue.public_id}/"))
    assert 'value="Звонить после 11:00"' in page


def test_the_second_of_two_is_shown_the_first_s_beside_their_own(dialogue, marina, ilya, darya):
    saves(darya, dialogue, "Звонить утром")
    answer = saves(ilya, dialogue, "Звонить вечером", shown="")
    assert answer.status_code == 409
    assert "Дарья Лунина сохраняет: «Звонить утром»" in text(answer)
    assert 'value="Звонить вечером"' in text(answer)
    assert saves(ilya, dialogue, "Звонить вечером", shown="Звонить утром").status_code == 200
    marina.refresh_from_db()
    assert marina.remark == "Звонить вечером"


def test_one_too_long_stays_in_the_field_with_words(dialogue, ilya):
    answer = saves(ilya, dialogue, "я" * (Visitor.MAX_REMARK + 1))
    assert answer.status_code == 422
    assert "я" * (Visitor.MAX_REMARK + 1) in text(answer)


def test_who_does_not_see_the_visitor_leaves_it(dialogue, marina, ilya, anton):
    keeps_in_mind(ilya, dialogue, "Звонить утром")
    assert saves(anton, dialogue, "Иначе", shown="Звонить утром").status_code == 404
    marina.refresh_from_db()
    assert marina.remark == "Звонить утром"


def test_it_is_about_where_they_come_from_now(marina, ilya, dialogue):
    comes_from(marina, "203.0.113.7")
    notes(ilya, dialogue, "Офис", Subject.ADDRESS)
    comes_from(marina, "198.51.100.9")
    assert shown(ilya, dialogue) == []
