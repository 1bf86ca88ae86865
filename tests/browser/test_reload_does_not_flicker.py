import pytest

GRACE_MS = 5000

# Everything the word of the status ever said, for as long as the page lives.
RECORD = """word => {
    window.said = [word.textContent];
    new MutationObserver(() => window.said.push(word.textContent))
        .observe(word, { childList: true, characterData: true, subtree: true });
}"""


@pytest.fixture
def word(visitor, operator):
    visitor.sees_status("В сети")
    word = visitor.place.locator("[data-status-word]")
    word.evaluate(RECORD)
    return word


def test_an_operator_who_reloads_never_looks_away(word, visitor, operator):
    operator.page.reload()
    visitor.says("Вы тут?")
    operator.accepts(visitor)
    operator.page.reload()
    operator.has_open(visitor)
    operator.page.wait_for_timeout(GRACE_MS + 2000)
    assert set(word.evaluate("() => window.said")) == {"В сети"}


def test_an_operator_whose_tab_is_closed_is_away_after_the_grace(word, visitor, operator):
    operator.page.close()
    visitor.sees_status("Не в сети", timeout=5 * GRACE_MS)
