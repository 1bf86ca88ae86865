"""Getting in: an operator's session by the sign-in form, visitors' tokens from the command line."""

import asyncio
import contextlib
import http.cookiejar
import re
import urllib.error
import urllib.parse
import urllib.request

from tests.faults.world import World

PASSWORD = "demo"  # of the demo accounts
SITE = "demo"


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """A redirect ends the exchange, as an HTTPError."""


async def sign_in(origin: str, login: str) -> str:
    """The Cookie header of a fresh session."""
    return await asyncio.to_thread(_sign_in, origin, login)


def _sign_in(origin: str, login: str) -> str:
    cookies = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies), NoRedirect())
    page = opener.open(f"{origin}/login/", timeout=30).read().decode()
    field = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    form = {
        "csrfmiddlewaretoken": field[1] if field else "",
        "username": login,
        "password": PASSWORD,
    }
    request = urllib.request.Request(
        f"{origin}/login/",
        data=urllib.parse.urlencode(form).encode(),
        headers={"Origin": origin, "Referer": f"{origin}/login/"},
    )
    # The cookie comes with the redirect; the zone behind it is of no interest here.
    with contextlib.suppress(urllib.error.HTTPError):
        opener.open(request, timeout=30).close()
    session = {cookie.name: cookie.value for cookie in cookies}
    if "sessionid" not in session:
        raise RuntimeError(f"{login} could not sign in at {origin}")
    return f"sessionid={session['sessionid']}"


async def tokens(world: World, subject: str, count: int) -> list[str]:
    """Identity tokens of `count` visitors, valid for ten minutes."""
    output = await world.manage("widget_token", SITE, subject, "--count", str(count))
    return output.split()
