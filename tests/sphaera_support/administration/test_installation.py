"""A site's keys and the code that embeds its window."""

import json
import os
import shutil
import subprocess
import sys
from datetime import timedelta

import pytest
from django.utils import timezone

from chat.identity import BadToken, verify
from departments.models import Site
from operators.models import Change, Role
from sphaera_support.administration.installation import EXAMPLES
from tests.cast import browser_of, signed, staff
from tests.sphaera_support.administration.forms import error_of, page_of

pytestmark = pytest.mark.once

HOUR = timedelta(hours=1)


@pytest.fixture
def admin(elena):
    return browser_of(elena)


def tab(site, name):
    return f"/sites/{site.pk}/{name}/"


def rotates(admin, site, **typed):
    return admin.post(tab(site, "keys"), {"keep": "24", "shown_version": site.version} | typed)


# Keys


def test_the_secret_is_shown_when_it_is_asked_for_and_that_is_noted(admin, elena, site):
    assert site.secret not in page_of(admin.get(tab(site, "keys")))
    answer = admin.post(tab(site, "keys/show"))
    assert site.secret in page_of(answer)
    assert "no-store" in answer["Cache-Control"]
    note = Change.objects.get()
    assert (note.deed, note.by, note.subject_name) == ("secret_shown", elena, "demo")


def test_a_new_secret_and_for_a_while_the_old_one(admin, site):
    old, before = signed(site), site.secret
    assert rotates(admin, site, keep="1")["Location"] == f"{tab(site, 'keys')}?saved=saved"
    site.refresh_from_db()
    assert site.secret != before
    at = timezone.now()
    assert [verify(site, one, at=at).subject for one in (old, signed(site))] == ["marina"] * 2
    ends = site.previous_secret_until
    assert at + HOUR - timedelta(minutes=1) < ends <= at + HOUR
    late = jwt_of_then(site, before, ends)
    assert verify(site, late, at=ends - timedelta(seconds=1)).subject == "marina"
    with pytest.raises(BadToken):
        verify(site, late, at=ends)
    assert "Старый секрет действует до" in page_of(admin.get(tab(site, "keys")))


def jwt_of_then(site, secret, at):
    twin = Site(key=site.key, secret=secret)
    return signed(twin, iat=at.timestamp() - 60, exp=at.timestamp() + 60)


def test_the_old_one_is_ended_at_once(admin, site):
    old = signed(site)
    rotates(admin, site)
    assert admin.post(tab(site, "keys/end")).status_code == 302
    site.refresh_from_db()
    with pytest.raises(BadToken):
        verify(site, old, at=timezone.now())
    assert "Старый секрет действует" not in page_of(admin.get(tab(site, "keys")))
    assert verify(site, signed(site), at=timezone.now()).subject == "marina"


def test_of_three_the_oldest_ends_at_once(admin, site):
    oldest = signed(site)
    for _time in range(2):
        site.refresh_from_db()
        rotates(admin, site)
    site.refresh_from_db()
    with pytest.raises(BadToken):
        verify(site, oldest, at=timezone.now())


def test_no_secret_is_in_the_log(admin, site):
    before = site.secret
    rotates(admin, site)
    admin.post(tab(site, "keys/show"))
    admin.post(tab(site, "keys/end"))
    site.refresh_from_db()
    deeds = list(Change.objects.values_list("deed", flat=True))
    assert deeds == ["secret_rotated", "secret_shown", "secret_ended"]
    told = json.dumps(list(Change.objects.values("before", "after")))
    assert before not in told
    assert site.secret not in told


def test_of_two_who_rotate_the_second_is_told(admin, site):
    colleague = browser_of(staff("olga", "Ольга Дёмина", role=Role.ADMINISTRATOR))
    rotates(colleague, site)
    answer = rotates(admin, site)
    assert answer.status_code == 409
    assert "Ольга Дёмина" in page_of(answer)
    assert Change.objects.count() == 1


@pytest.mark.parametrize("keep", ["", "0", "-1", "100000", "долго"])
def test_how_long_is_one_of_a_few(admin, site, keep):
    answer = rotates(admin, site, keep=keep)
    assert answer.status_code == 422
    assert error_of(answer, "keep")
    assert not Change.objects.exists()


# The code


def test_the_line_names_this_site_and_this_installation(admin, site):
    page = page_of(admin.get(tab(site, "code")))
    assert '<script src="http://127.0.0.1:8000/widget/loader.js" data-site="demo"' in page
    assert site.secret not in page


def test_the_examples_name_this_site(admin, site):
    page = page_of(admin.get(tab(site, "code")))
    for named in ('SITE_KEY = "demo"', "SITE_KEY = 'demo'", 'const SITE_KEY = "demo"'):
        assert named in page
    assert "shop" not in page


PYTHON = "import json, sys; from identity_token import *; print(identity_token(json.loads({0!r})))"
PHP = 'require "identity_token.php"; echo identity_token(json_decode($argv[1], true));'
NODE = (
    'import("./identity_token.mjs")'
    ".then((one) => console.log(one.identityToken(JSON.parse(process.argv[1]))))"
)


def command(language, customer):
    return {
        "python": [sys.executable, "-B", "-c", PYTHON.format(customer)],
        "php": ["php", "-r", PHP, customer],
        "node": ["node", "-e", NODE, customer],
    }[language]


LANGUAGES = ["python", *(name for name in ("php", "node") if shutil.which(name))]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_an_example_signs_we_accept(db, language):
    site = Site(key="shop", secret="s" * 64)
    customer = json.dumps(
        {
            "id": 17,
            "name": "Орлова Марина <b>\"'",
            "email": "marina@example.ru",
            "contract": "СФ-1/7",
            "organisation": "ООО «Ромашка»",
        }
    )
    done = subprocess.run(
        command(language, customer),
        cwd=EXAMPLES,
        env=os.environ | {"SUPPORT_SECRET": site.secret},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    identity = verify(site, done.stdout.strip(), at=timezone.now())
    assert (identity.subject, identity.name) == ("17", "Орлова Марина <b>\"'")
    assert (identity.email, identity.contract) == ("marina@example.ru", "СФ-1/7")
    assert identity.claims == {"Организация": "ООО «Ромашка»"}
