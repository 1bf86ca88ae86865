"""Tidies an installation between tests, as an administrator would by hand."""

import re
from functools import cache
from http.cookiejar import CookieJar
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

from tests.browser.people import PASSWORD


@cache
def housekeeper(base_url: str) -> "Housekeeper":
    return Housekeeper(base_url)


class Housekeeper:
    """Signed in once to an installation; never present in its zone, since no socket is opened."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()))
        page = self._get("/login/")
        self._post("/login/", page, username="admin", password=PASSWORD)

    def close_conversations(self) -> None:
        page = self._get("/chat/")
        for conversation in set(re.findall(r'data-conversation="([^"]+)"', page)):
            asked = self._get(f"/chat/{conversation}/close/")
            outcomes = re.findall(r'name="outcome" value="(\d+)"', asked)
            self._post(f"/chat/{conversation}/close/", page, outcome="".join(outcomes[:1]))

    def _get(self, path: str) -> str:
        page: str = self.opener.open(self.base_url + path, timeout=20).read().decode()
        return page

    def _post(self, path: str, page: str, **form: str) -> None:
        """With the token of a page that has a form."""
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert found is not None
        data = urlencode({"csrfmiddlewaretoken": found[1], **form}).encode()
        self.opener.open(Request(self.base_url + path, data), timeout=20).read()
