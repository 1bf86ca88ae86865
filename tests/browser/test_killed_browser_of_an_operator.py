from tests.browser.crew import ILYA, Operator

PROMISED_MS = 15_000


def test_an_operator_whose_browser_died_is_away_within_the_promise(visitor, own_browser):
    Operator(own_browser.start().new_page(), ILYA).enters()
    visitor.sees_status("В сети")
    own_browser.kill()
    visitor.sees_status("Не в сети", timeout=5 * PROMISED_MS)
