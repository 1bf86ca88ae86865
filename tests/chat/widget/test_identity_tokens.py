"""Tokens that prove nothing, each refused; and the few liberties a site's server has."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.utils import timezone

from chat.actions.visitors import end_chat_session, recognise_visitor
from chat.identity import BadToken, verify
from chat.models import Visitor
from departments.models import Site
from tests.cast import SECOND, claims, signed, token

pytestmark = pytest.mark.once

YEARS = 10 * 365 * 24 * 3600


def now() -> float:
    return timezone.now().timestamp()


def encoded(part: object) -> str:
    text = part if isinstance(part, str) else json.dumps(part)
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def forged(site: Site, *, header: object = None, payload: object = None) -> str:
    """A token put together by hand, with a good signature over whatever it says."""
    said = f"{encoded(header or {'alg': 'HS256', 'typ': 'JWT'})}.{encoded(payload or claims(site))}"
    proof = hmac.new(site.secret.encode(), said.encode(), hashlib.sha256).digest()
    return f"{said}.{base64.urlsafe_b64encode(proof).rstrip(b'=').decode()}"


def with_header(site: Site, **header: object) -> str:
    return jwt.encode(claims(site), site.secret, algorithm="HS256", headers=header)


def rsa_confusion(site: Site) -> str:
    """HS256 with a public key as the secret."""
    public = rsa.generate_private_key(65537, 2048).public_key()
    pem = public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    said = f"{encoded({'alg': 'HS256'})}.{encoded(claims(site))}"
    proof = hmac.new(pem, said.encode(), hashlib.sha256).digest()
    return f"{said}.{base64.urlsafe_b64encode(proof).rstrip(b'=').decode()}"


def stripped(site: Site) -> str:
    return signed(site).rpartition(".")[0] + "."


def altered(site: Site) -> str:
    """Somebody else's name under Marina's signature."""
    header, _payload, proof = signed(site).split(".")
    return f"{header}.{encoded(claims(site, sub='sergey'))}.{proof}"


def said_twice(site: Site) -> str:
    whole = json.dumps(claims(site))
    return forged(site, payload='{"sub": "sergey", ' + whole[1:])


ATTACKS = {
    "no algorithm": lambda site: jwt.encode(claims(site), "", algorithm="none"),
    "no algorithm, capitals": lambda site: forged(site, header={"alg": "NoNe"}),
    "another algorithm": lambda site: jwt.encode(claims(site), site.secret, algorithm="HS512"),
    "public key as secret": rsa_confusion,
    "wrong key": lambda site: jwt.encode(claims(site), "x" * 64, algorithm="HS256"),
    "empty key": lambda site: forged(Site(key=site.key, secret="")),
    "signature stripped": stripped,
    "signature of another payload": altered,
    "truncated": lambda site: signed(site)[:-7],
    "one part": lambda site: "abc",
    "empty": lambda site: "",
    "two dots": lambda site: "..",
    "four parts": lambda site: signed(site) + ".abc",
    "not base64": lambda site: "!!!.???.***",
    "not ASCII": lambda site: "привет." + signed(site),
    "lone surrogate": lambda site: "\ud800" + signed(site),
    "NUL": lambda site: signed(site) + "\x00",
    "one megabyte": lambda site: signed(site, note="x" * 1_000_000),
    "header is a list": lambda site: forged(site, header=["HS256"]),
    "payload is a list": lambda site: forged(site, payload=["sub"]),
    "payload is a number": lambda site: forged(site, payload=7),
    "payload is nested deeply": lambda site: forged(site, payload="[" * 2500 + "]" * 2500),
    "claims twice": said_twice,
    "critical header": lambda site: with_header(site, crit=["exp"]),
    "critical claim": lambda site: signed(site, crit=["exp"]),
    "compressed": lambda site: forged(site, header={"alg": "HS256", "b64": False, "crit": ["b64"]}),
    "expired a second ago": lambda site: signed(site, iat=now() - 300, exp=now() - 1),
    "expires now": lambda site: signed(site, iat=now() - 300, exp=now()),
    "expiry missing": lambda site: signed(site, exp=None),
    "expiry in ten years": lambda site: signed(site, exp=now() + YEARS),
    "lifetime of eleven minutes": lambda site: signed(site, exp=now() + 660),
    "expiry before issue": lambda site: signed(site, iat=now() + 50, exp=now() + 40),
    "expiry is text": lambda site: signed(site, exp="2099-01-01"),
    "expiry is a list": lambda site: forged(site, payload=claims(site, exp=[now() + 300])),
    "expiry is infinite": lambda site: forged(site, payload=claims(site, exp=float("inf"))),
    "expiry is no number": lambda site: forged(site, payload=claims(site, exp=float("nan"))),
    "expiry is astronomical": lambda site: forged(site, payload=claims(site, exp=10**400)),
    "expiry is true": lambda site: forged(site, payload=claims(site, exp=True)),
    "issue missing": lambda site: signed(site, iat=None),
    "issued in the future": lambda site: signed(site, iat=now() + 120, exp=now() + 400),
    "not before later": lambda site: signed(site, nbf=now() + 30),
    "not before is text": lambda site: forged(site, payload=claims(site, nbf="soon")),
    "audience missing": lambda site: signed(site, aud=None),
    "audience is another site": lambda site: signed(site, aud="neighbour"),
    "audience is a list": lambda site: signed(site, aud=[site.key]),
    "audience is a prefix": lambda site: signed(site, aud=site.key + "x"),
    "subject missing": lambda site: signed(site, sub=None),
    "subject empty": lambda site: signed(site, sub=""),
    "subject of 256": lambda site: signed(site, sub="x" * 256),
    "subject of 10 KB": lambda site: signed(site, sub="x" * 10_000),
    "subject with NUL": lambda site: signed(site, sub="mar\x00ina"),
    "subject with a surrogate": lambda site: forged(site, payload=claims(site, sub="\ud800")),
    "subject with an override": lambda site: signed(site, sub="marina\u202e"),
    "subject with spaces around": lambda site: signed(site, sub=" marina "),
    "subject is a number": lambda site: forged(site, payload=claims(site, sub=7)),
    "subject is an object": lambda site: forged(site, payload=claims(site, sub={"id": 7})),
    "name missing": lambda site: signed(site, name=None),
    "name empty": lambda site: signed(site, name=""),
    "name of controls only": lambda site: signed(site, name="\x00\x01\u202e "),
    "name is a number": lambda site: forged(site, payload=claims(site, name=7)),
    "email is a list": lambda site: signed(site, email=["a@b.ru"]),
}


@pytest.fixture(params=list(ATTACKS.values()), ids=list(ATTACKS))
def attack(request, site):
    return request.param(site)


def test_it_proves_nothing(site, attack):
    with pytest.raises(BadToken):
        verify(site, attack, at=timezone.now())


def test_a_good_token_says_who_it_is(site):
    identity = verify(site, signed(site, contract="СФ-1", Город="Тверь"), at=timezone.now())
    assert (identity.subject, identity.name, identity.contract) == ("marina", "Марина", "СФ-1")
    assert identity.claims == {"Город": "Тверь"}


@pytest.mark.parametrize("kid", ["../../dev/null", "' OR 1=1 --", "unknown", "http://evil/key"])
def test_the_key_s_name_in_the_header_leads_nowhere(site, kid):
    assert verify(site, with_header(site, kid=kid), at=timezone.now()).subject == "marina"


def test_a_clock_a_minute_ahead_is_forgiven(site):
    early = signed(site, iat=now() + 50, exp=now() + 350)
    assert verify(site, early, at=timezone.now()).subject == "marina"


def test_an_address_that_is_none_is_left_out(site):
    assert verify(site, signed(site, email="nobody"), at=timezone.now()).email == ""


def test_the_name_is_cleaned_of_what_would_mislead(site):
    identity = verify(site, signed(site, name="Ма\u202eрина\x00  Орлова"), at=timezone.now())
    assert identity.name == "Марина Орлова"


def test_what_is_no_plain_value_is_left_out_of_the_further_claims(site):
    odd = {"список": [1], "объект": {"a": 1}, "число": 5, "правда": True}
    assert verify(site, signed(site, **odd), at=timezone.now()).claims == {
        "число": "5",
        "правда": "True",
    }


def test_the_previous_secret_is_good_until_its_end(site):
    old, at = signed(site), timezone.now()
    site.previous_secret, site.previous_secret_until = site.secret, at + SECOND
    site.secret = "y" * 64
    assert verify(site, old, at=at).subject == "marina"
    with pytest.raises(BadToken):
        verify(site, old, at=at + SECOND)


def test_a_token_of_another_site_with_the_same_subject_is_refused(site, other_site):
    other_site.key = site.key  # it even claims to be meant for us
    with pytest.raises(BadToken):
        verify(site, signed(other_site), at=timezone.now())


def test_the_same_subject_on_two_sites_is_two_visitors(site, other_site):
    for place in (site, other_site):
        recognise_visitor(place, verify(place, signed(place), at=timezone.now()))
    assert Visitor.objects.filter(subject="marina").count() == 2


def test_a_token_from_before_the_sign_out_is_void(site, marina):
    at = timezone.now()
    old = verify(site, token(marina, at=at), at=at)
    end_chat_session(site, "marina", at=at + SECOND)
    with pytest.raises(BadToken):
        recognise_visitor(site, old)


def test_a_token_from_after_the_sign_out_is_good(site, marina):
    at = timezone.now()
    end_chat_session(site, "marina", at=at)
    later = at + timedelta(milliseconds=10)
    assert recognise_visitor(site, verify(site, token(marina, at=later), at=later)) == marina
