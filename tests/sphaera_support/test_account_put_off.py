"""Putting an account off is asked about first, with what will happen."""

from tests.cast import browser_of, invites, is_present, joins


def question(elena, account):
    answer = browser_of(elena).get(f"/accounts/{account.pk}/deactivate/")
    return answer.content.decode()


def test_the_list_leads_to_the_question_and_has_no_form_that_acts_at_once(elena, ilya):
    page = browser_of(elena).get("/accounts/").content.decode()
    assert f'href="/accounts/{ilya.pk}/deactivate/"' in page
    assert f'action="/accounts/{ilya.pk}/deactivate/"' not in page


def test_it_says_what_will_happen_and_does_nothing(elena, ilya, anton, dialogue):
    is_present(ilya, anton)
    invites(ilya, dialogue, anton)
    joins(anton, dialogue)
    assert "Обращений в диалоге: 1." in question(elena, ilya)
    assert "Чужих обращений с участием: 0." in question(elena, ilya)
    assert "Чужих обращений с участием: 1." in question(elena, anton)
    ilya.refresh_from_db()
    assert ilya.is_active
