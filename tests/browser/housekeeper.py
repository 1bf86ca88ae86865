"""Tidies an installation between tests, as an administrator would by hand."""

import re
from functools import cache
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request, build_opener

from tests.browser.people import PASSWORD


@cache
def housekeeper(base_url: str) -> "Housekeeper":
    return Housekeeper(base_url)


class StaysHere(HTTPRedirectHandler):
    """What was done is done: the page that it leads to is for nobody."""

    def http_error_302(self, *request_and_answer: Any, **_more: Any) -> Any:
        return request_and_answer[1]


class Housekeeper:
    """Signed in once to an installation; never present in its zone, since no socket is opened."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.cookies = CookieJar()
        self.opener = build_opener(HTTPCookieProcessor(self.cookies), StaysHere)
        self._get("/login/")
        self._post("/login/", username="admin", password=PASSWORD)

    def close_conversations(self) -> None:
        page = self._get("/chat/?part=lists")
        for conversation in set(re.findall(r'data-conversation="([^"]+)"', page)):
            asked = self._get(f"/chat/{conversation}/close/")
            outcomes = re.findall(r'name="outcome" value="(\d+)"', asked)
            self._post(f"/chat/{conversation}/close/", outcome="".join(outcomes[:1]))

    def _get(self, path: str) -> str:
        page: str = self.opener.open(self.base_url + path, timeout=20).read().decode()
        return page

    def _post(self, path: str, **form: str) -> None:
        (token,) = (str(cookie.value) for cookie in self.cookies if cookie.name == "csrftoken")
        data = urlencode({"csrfmiddlewaretoken": token, **form}).encode()
        self.opener.open(Request(self.base_url + path, data), timeout=20).read()
