"""How typed words find a text, as static/js/zone/matching.js does: whatever the case, «е» for «ё»,
and a Russian word typed with the keyboard still in English («bdfyjd» finds «Иванов»).
"""

from chat.text import clean_line, folded

MOST_WORDS = 200  # characters that are looked for

_RUSSIAN = str.maketrans("qwertyuiop[]asdfghjkl;'zxcvbnm,.`", "йцукенгшщзхъфывапролджэячсмитьбюе")


class Wanted:
    """What is looked for; without words, everything is it."""

    def __init__(self, query: str) -> None:
        typed = folded(clean_line(query, MOST_WORDS))
        self.readings = [one.split() for one in dict.fromkeys((typed, typed.translate(_RUSSIAN)))]

    def holds(self, text: str) -> bool:
        """Every word must be in the folded text, in one reading or the other."""
        return any(all(word in text for word in words) for words in self.readings)
