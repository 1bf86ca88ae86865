"""A shop on a domain of its own, which embeds the window as docs/embedding.md tells it to.

Its pages are as strict as they can be with that: whatever the document does not ask for, the
policy forbids.
"""

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jwt
from playwright.sync_api import Page

from tests.server import ROOT

# Another site than 127.0.0.1, whatever the port; browsers resolve it by themselves.
HOST = "shop.localhost"
COOKIE = "customer=17"  # whoever has it is signed in
PAGE = """<!doctype html><html lang="ru"><head><title>Магазин</title>
<script src="/shop.js"></script></head>
<body><main><h1>Магазин</h1><p>В корзине: <output id="cart">0</output>, токенов:
<output id="tokens">0</output></p><button id="add">В корзину</button>
<button id="leave">Выйти</button></main>{code}</body></html>"""
CODE = """<script src="{support}/widget/loader.js" data-site="{key}" data-token="{token}" async>
</script>"""
SCRIPT = """
let [cart, tokens] = [0, 0];
const show = (id, number) => (document.getElementById(id).textContent = String(number));
window.SphaeraSupport = {
  onTokenNeeded: async () => {
    const answer = await fetch("/support-token/", { cache: "no-store" });
    if (answer.status === 401) return null;
    if (!answer.ok) throw new Error("not now");
    const { token } = await answer.json();
    show("tokens", ++tokens);
    return token;
  },
};
addEventListener("DOMContentLoaded", () => {
  document.getElementById("add").onclick = () => show("cart", ++cart);
  document.getElementById("leave").onclick = async () => {
    await fetch("/sign-out/", { method: "POST" });
    window.SphaeraSupport?.signOut();
  };
});
"""


def documented_policy(support: str) -> str:
    """What section 6 of the document adds, to a page that allows itself its own and no more."""
    told = (ROOT / "docs" / "embedding.md").read_text("utf-8").partition("## 6.")[2]
    added = dict(re.findall(r"^([a-z]+-src) (.+?);?$", told, re.MULTILINE))
    own = {"script-src": "'self'", "img-src": "'self'"}
    directives = {name: f"{own.get(name, '')} {added.get(name, '')}" for name in {**own, **added}}
    nothing = "default-src 'none'; base-uri 'none'; form-action 'none'"
    policy = "; ".join([nothing, *(f"{name} {said}" for name, said in directives.items())])
    return policy.replace("https://support.example.ru", support)


@dataclass
class Shop:
    """Its one customer has a cookie of the shop's own until they leave."""

    support: str
    key: str
    secret: str
    subject: str = "17"
    customer: str = "Рустам Ахметов"
    lifetime: int = 600  # seconds that a token is good for
    address: str = ""

    @property
    def policy(self) -> str:
        return documented_policy(self.support)

    def token(self) -> str:
        now = int(time.time())
        claims = {"aud": self.key, "sub": self.subject, "name": self.customer, "iat": now}
        claims["exp"] = now + self.lifetime
        return jwt.encode(claims, self.secret, algorithm="HS256")

    def page(self, is_customer: bool) -> str:
        code = CODE.format(support=self.support, key=self.key, token=self.token())
        return PAGE.format(code=code if is_customer else "")


class Handler(BaseHTTPRequestHandler):
    shop: Shop

    def do_GET(self) -> None:
        is_customer = COOKIE in self.headers.get("Cookie", "")
        if self.path == "/shop.js":
            self._answer(200, "text/javascript", SCRIPT)
        elif self.path == "/support-token/":
            told = {"token": self.shop.token()} if is_customer else {}
            self._answer(200 if is_customer else 401, "application/json", json.dumps(told))
        elif self.path == "/":
            self._answer(200, "text/html", self.shop.page(is_customer))
        else:
            self._answer(204, "text/plain", "")

    def do_POST(self) -> None:
        """Signing out is all that is sent."""
        self._answer(204, "text/plain", "", cookie=f"{COOKIE}; Path=/; Max-Age=0")

    def _answer(self, status: int, kind: str, text: str, *, cookie: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Security-Policy", self.shop.policy)
        self.send_header("Cache-Control", "no-store")
        if cookie:
            self.send_header("Set-Cookie", cookie)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *args: object) -> None:
        """The test's output is no access log."""


def comes_to(page: Page, shop: Shop) -> None:
    """A customer who is signed in there."""
    name, value = COOKIE.split("=")
    page.context.add_cookies([{"name": name, "value": value, "url": shop.address}])
    page.goto(shop.address)


@contextmanager
def served(shop: Shop) -> Iterator[Shop]:
    handler = type("ShopHandler", (Handler,), {"shop": shop})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        shop.address = f"http://{HOST}:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield shop
        server.shutdown()
