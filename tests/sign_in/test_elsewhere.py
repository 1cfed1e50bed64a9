"""Signing in with OpenID Connect, against a real issuer process: the good way, and every token that is not."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from config import sign_in
from learners import roles
from learners.models import Learner, RoleGrant
from learners.oidc.egress import Elsewhere, IssuerSession
from tests import staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]
PROVIDER = """
[[provider]]
id = "jobb"
name = "Jobbkontoen"
issuer = "{issuer}"
client_id = "fagbenk"
client_secret = "en-hemmelighet"
claim = "hr"
acr = ["high"]
{more}
"""


@pytest.fixture(scope="module")
def process() -> Iterator[str]:
    script = Path(__file__).with_name("issuer.py")
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout
        yield child.stdout.readline().strip()
        child.kill()


def configure(settings: Settings, folder: Path, issuer: str, more: str = "") -> None:
    file = folder / "oidc.toml"
    file.write_text(PROVIDER.format(issuer=issuer, more=more), encoding="utf-8")
    settings.OIDC_PROVIDERS = sign_in.read(str(file))
    settings.SOCIALACCOUNT_PROVIDERS = sign_in.as_allauth(settings.OIDC_PROVIDERS)


@pytest.fixture
def issuer(process: str, settings: Settings, tmp_path: Path) -> str:
    configure(settings, tmp_path, process)
    settings.SECOND_FACTOR_WAIVED = False
    wrong(process)
    return process


@pytest.fixture
def kari(db: None) -> Learner:
    return staff.employ("Kari", staff.unit("HALDEN"), hr_number="1001")


def wrong(issuer: str, **faults: Any) -> None:
    requests.post(f"{issuer}/control", json=faults, timeout=5)


def begin(client: Client, query: str = "") -> Any:
    """Press the button; where the issuer would have the browser come back to."""
    to_issuer = client.post(f"/konto/oidc/jobb/login/{query}")
    assert to_issuer.status_code == 302, to_issuer.content
    back = requests.get(to_issuer["Location"], allow_redirects=False, timeout=5).headers["Location"]
    return urlsplit(back)


def arrive(client: Client, back: Any) -> Any:
    return client.get(f"{back.path}?{back.query}")


def came_in(client: Client) -> Learner | None:
    user = client.get("/personvern/").wsgi_request.user
    return user if isinstance(user, Learner) else None


# --- The good way -----------------------------------------------------------------------------------------------------
def test_a_person_is_linked_once_by_their_number_and_known_by_the_subject_from_then_on(
    client: Client, issuer: str, kari: Learner
) -> None:
    arrive(client, begin(client))
    assert came_in(client) == kari
    account = SocialAccount.objects.get()
    assert (account.uid, account.user, account.extra_data) == (f"{issuer} kari-sub", kari, {})
    wrong(issuer, claims={"hr": None})  # not said any more
    again = Client()
    arrive(again, begin(again))
    assert came_in(again) == kari


def test_it_asks_with_pkce_a_nonce_and_the_level_of_the_settings(client: Client, issuer: str, kari: Learner) -> None:
    begin(client, "?auth_params=acr_values%3Dlow%26nonce%3Dmine%26prompt%3Dnone&scope=email")
    asked = requests.get(f"{issuer}/seen", timeout=5).json()[-1]
    assert asked["code_challenge_method"] == "S256"
    assert (asked["acr_values"], asked["scope"]) == ("high", "openid")
    assert len(asked["nonce"]) > 30 and "prompt" not in asked


def test_a_sign_in_at_the_asked_level_is_two_factors(client: Client, issuer: str, kari: Learner) -> None:
    roles.grant(kari, RoleGrant.Role.EDITOR, None, timezone.now())
    arrive(client, begin(client))
    assert client.get("/admin/").status_code == 200


def test_without_a_level_the_second_factor_is_asked_for_here(
    client: Client, issuer: str, kari: Learner, settings: Settings, tmp_path: Path
) -> None:
    configure(settings, tmp_path, issuer)
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"]["acr"] = []
    roles.grant(kari, RoleGrant.Role.EDITOR, None, timezone.now())
    arrive(client, begin(client))
    assert client.get("/admin/")["Location"].startswith("/konto/2fa/")


def test_signing_out_ends_the_issuer_s_session_too(client: Client, issuer: str, kari: Learner) -> None:
    arrive(client, begin(client))
    answer = client.post("/konto/logout/")
    assert answer["Location"].startswith(f"{issuer}/end?id_token_hint=")
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert came_in(client) is None


# --- Tokens that are not good -----------------------------------------------------------------------------------------
BAD: dict[str, dict[str, Any]] = {
    "another issuer": {"claims": {"iss": "http://localhost:1"}},
    "another audience": {"claims": {"aud": "another"}},
    "several audiences, for another party": {"claims": {"aud": ["fagbenk", "another"], "azp": "another"}},
    "several audiences, for nobody": {"claims": {"aud": ["fagbenk", "another"]}},
    "no audience": {"claims": {"aud": None}},
    "another nonce": {"claims": {"nonce": "of-another-browser"}},
    "no nonce": {"claims": {"nonce": None}},
    "expired": {"claims": {"exp": int(time.time()) - 600}},
    "no expiry": {"claims": {"exp": None}},
    "from the future": {"claims": {"iat": int(time.time()) + 3600}},
    "no signature": {"alg": "none"},
    "signed with the public key": {"alg": "HS256"},
    "signed by a stranger": {"stranger": True},
    "an unknown key": {"kid": "two"},
    "an algorithm that the key is not for": {"alg": "RS512"},
    "a lower level": {"claims": {"acr": "low"}},
    "no level": {"claims": {"acr": None}},
    "no subject": {"claims": {"sub": None}},
    "an empty subject": {"claims": {"sub": ""}},
    "a number for a subject": {"claims": {"sub": 7}},
    "another access token": {"claims": {"at_hash": "x"}},
    "no token": {"id_token": "x.y.z"},
    "an answer from another issuer": {"answer": {"iss": "http://localhost:1"}},
    "another state": {"answer": {"state": "x"}},
    "an error": {"answer": {"error": "access_denied"}},
}


@pytest.mark.parametrize("fault", BAD)
def test_a_token_that_is_not_good_lets_nobody_in(client: Client, issuer: str, kari: Learner, fault: str) -> None:
    wrong(issuer, **BAD[fault])
    answer = arrive(client, begin(client))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/konto/ingen-treff/?why="), answer["Location"]
    assert client.get(answer["Location"]).status_code == 403
    assert came_in(client) is None
    assert not SocialAccount.objects.exists()


def test_a_configuration_of_another_issuer_is_not_believed(client: Client, issuer: str, kari: Learner) -> None:
    cache.clear()
    wrong(issuer, configuration={"issuer": "http://localhost:1"})
    answer = client.post("/konto/oidc/jobb/login/")
    assert answer["Location"].startswith("/konto/ingen-treff/")


def test_an_answer_is_good_for_once_and_for_its_own_browser(client: Client, issuer: str, kari: Learner) -> None:
    back = begin(client)
    stranger = Client()
    arrive(stranger, back)
    assert came_in(stranger) is None
    arrive(client, back)
    assert came_in(client) == kari
    client.post("/konto/logout/")
    arrive(client, back)
    assert came_in(client) is None


def test_a_code_that_was_used_before_lets_nobody_in(client: Client, issuer: str, kari: Learner) -> None:
    used = begin(client)
    arrive(client, used)
    victim = Client()
    fresh = parse_qs(begin(victim).query)
    code = parse_qs(used.query)["code"][0]
    victim.get(f"{used.path}?code={code}&state={fresh['state'][0]}")
    assert came_in(victim) is None


# --- Whom a good token leads to ---------------------------------------------------------------------------------------
def test_an_e_mail_address_leads_to_nobody(client: Client, issuer: str, kari: Learner) -> None:
    wrong(issuer, claims={"hr": None, "email": kari.email, "email_verified": True, "preferred_username": kari.email})
    assert arrive(client, begin(client))["Location"].endswith("?why=unknown")
    assert came_in(client) is None


def test_another_person_s_e_mail_changes_nothing(client: Client, issuer: str, kari: Learner) -> None:
    ola = staff.employ("Ola", staff.unit("BERG"), hr_number="1002")
    wrong(issuer, claims={"email": ola.email, "email_verified": True})
    arrive(client, begin(client))
    assert came_in(client) == kari
    kari.refresh_from_db()
    assert kari.email == "kari@fagbenk.example"


def test_a_number_that_is_somebody_else_s_by_now_is_refused(client: Client, issuer: str, kari: Learner) -> None:
    arrive(client, begin(client))
    staff.employ("Ola", staff.unit("BERG"), hr_number="1002")
    wrong(issuer, claims={"hr": "1002"})
    again = Client()
    assert arrive(again, begin(again))["Location"].endswith("?why=another")


def test_a_second_account_of_the_same_person_is_refused(client: Client, issuer: str, kari: Learner) -> None:
    arrive(client, begin(client))
    wrong(issuer, claims={"sub": "another-sub"})
    again = Client()
    assert arrive(again, begin(again))["Location"].endswith("?why=linked")


@pytest.mark.parametrize("how", ["closed", "left"])
def test_a_leaver_does_not_come_in(client: Client, issuer: str, kari: Learner, how: str) -> None:
    if how == "closed":
        Learner.objects.filter(pk=kari.pk).update(is_active=False)
    else:
        kari.employments.update(valid_to=timezone.localdate())
    assert arrive(client, begin(client))["Location"].endswith("?why=closed")
    assert came_in(client) is None


def test_nobody_links_an_account_from_inside(client: Client, issuer: str, kari: Learner) -> None:
    ola = staff.employ("Ola", staff.unit("BERG"))
    client.force_login(ola)
    arrive(client, begin(client, "?process=connect"))
    assert not SocialAccount.objects.filter(user=ola).exists()
    assert came_in(client) == kari
    assert client.get("/konto/3rdparty/").status_code == 302


def test_userinfo_must_be_about_the_same_subject(
    client: Client, issuer: str, kari: Learner, settings: Settings, tmp_path: Path
) -> None:
    configure(settings, tmp_path, issuer, "userinfo = true")
    wrong(issuer, claims={"hr": None}, userinfo={"sub": "another"})
    arrive(client, begin(client))
    assert came_in(client) is None
    wrong(issuer, claims={"hr": None})
    arrive(client, begin(client))
    assert came_in(client) == kari


# --- The way out, and the settings ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "address", ["http://localhost:1/keys", "https://example.org/", "file:///etc/passwd", "http://169.254.169.254/"]
)
def test_no_other_address_is_asked(issuer: str, address: str) -> None:
    with pytest.raises(Elsewhere):
        IssuerSession().get(address)


def test_a_redirection_is_not_followed(issuer: str) -> None:
    answer = IssuerSession().get(f"{issuer}/authorize?state=s&redirect_uri=http://localhost:1/")
    assert answer.status_code == 302


def test_the_button_is_on_the_page(client: Client, issuer: str) -> None:
    page = client.get("/konto/login/?next=/kurs/").content.decode()
    assert "Logg inn med Jobbkontoen" in page and "/konto/oidc/jobb/login/?next=%2Fkurs%2F" in page


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('claim = "hr"', 'claim = "email"'), "identity"),
        (('claim = "hr"', ""), "missing: claim"),
        (('name = "Jobbkontoen"', 'name = "J"\nsecrt = "x"'), "unknown: secrt"),
        (('acr = ["high"]', 'acr = "high"'), "acr must be"),
        (("{more}", 'match = "email"'), "match"),
        (("{issuer}", "ftp://x"), "https"),
        (("[[provider]]", "[provider]"), "provider"),
    ],
)
def test_a_setting_that_cannot_be_is_named(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    file = tmp_path / "oidc.toml"
    text = PROVIDER.replace(*change)
    file.write_text(text.replace("{issuer}", "https://issuer.example").replace("{more}", ""), encoding="utf-8")
    with pytest.raises(ImproperlyConfigured, match=said):
        sign_in.read(str(file))
