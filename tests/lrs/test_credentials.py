"""Keys: shown once, kept as a hash, allowed what their scopes say (1.0.3 Communication 4.0 and 4.2)."""

import datetime as dt
from base64 import b64encode
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from lrs_cast import AT, PLATFORM, Xapi, build

from tracking.lrs import credentials
from tracking.lrs.exceptions import UnknownCredentialError
from tracking.lrs.models import Credential
from tracking.lrs.store import store

# scope: (may store, may read what others stored, may read at all)
SCOPES = {
    "statements/write": (True, False, False),
    "statements/read/mine": (False, False, True),
    "statements/read": (False, True, True),
    "all/read": (False, True, True),
    "all": (True, True, True),
    "state": (False, False, False),
    "define": (False, False, False),
    "profile": (False, False, False),
}


@pytest.mark.parametrize(("scope", "may"), SCOPES.items())
def test_a_key_may_do_what_its_scope_says_and_nothing_else(scope: str, may: tuple[bool, bool, bool], key: Any) -> None:
    store([build()], authority=PLATFORM, at=AT)
    xapi = key(scope)
    assert xapi.post(build()).status_code == (200 if may[0] else 403)
    answer = xapi.get()
    assert answer.status_code == (200 if may[2] else 403)
    if may[2]:
        others = [one for one in answer.json()["statements"] if one["authority"] == PLATFORM]
        assert bool(others) == may[1]


def test_mine_is_what_came_with_this_key_in_every_way_of_asking(key: Any) -> None:
    mine, other = key("statements/write", "statements/read/mine"), key("statements/write", "statements/read/mine")
    (own,) = mine.post(build()).json()
    (foreign,) = other.post(build()).json()
    assert mine.ids() == [own]
    assert mine.ids(activity=build()["object"]["id"]) == [own]
    assert mine.ids(verb=build()["verb"]["id"]) == [own]
    assert mine.get(statementId=foreign).status_code == 404


BAD_HEADERS = {
    "none": None,
    "another kind": "Bearer abc",
    "no base64": "Basic %%%",
    "no colon": "Basic " + b64encode(b"abc").decode(),
    "not UTF-8": "Basic " + b64encode(b"\xff:\xff").decode(),
    "an unknown key": "Basic " + b64encode(b"abc:def").decode(),
    "a null character": "Basic " + b64encode(b"a\x00c:def").decode(),
}


@pytest.mark.parametrize("header", BAD_HEADERS.values(), ids=BAD_HEADERS)
def test_a_bad_credential_is_401_with_a_challenge(header: str | None, xapi: Xapi) -> None:
    answer = xapi.get(headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Basic ")


def test_a_right_key_with_a_wrong_secret_is_refused(xapi: Xapi) -> None:
    xapi.secret = "wrong"
    assert xapi.get().status_code == 401


def test_a_revoked_key_is_refused_at_the_next_request(xapi: Xapi) -> None:
    assert xapi.get().status_code == 200
    Credential.objects.update(revoked=AT)
    assert xapi.get().status_code == 401


def test_the_secret_is_not_kept(key: Any) -> None:
    xapi = key()
    kept = Credential.objects.values().get()
    assert xapi.secret not in str(kept)
    assert len(xapi.secret) >= 43  # 256 bits


def test_last_used_is_written_seldom(xapi: Xapi, django_assert_num_queries: Any) -> None:
    header = xapi.headers()["Authorization"]
    credentials.from_header(header, at=AT)
    with django_assert_num_queries(1):
        credentials.from_header(header, at=AT + dt.timedelta(minutes=9))
    assert Credential.objects.get().last_used == AT
    credentials.from_header(header, at=AT + dt.timedelta(minutes=11))
    assert Credential.objects.get().last_used == AT + dt.timedelta(minutes=11)


@pytest.mark.django_db
def test_the_command_prints_key_and_secret_once_and_the_same_name_is_a_new_key() -> None:
    printed = [_command("Prøve"), _command("Prøve")]
    assert printed[0] != printed[1]
    assert Credential.objects.count() == 2
    assert Credential.objects.earliest("id").scopes == ["statements/read/mine", "statements/write"]
    key, secret = printed[0].split()
    credentials.from_header("Basic " + b64encode(f"{key}:{secret}".encode()).decode(), at=AT)


@pytest.mark.django_db
def test_the_command_takes_scopes_and_refuses_unknown_ones() -> None:
    _command("Prøve", "--scope", "all/read", "--scope", "statements/write")
    assert Credential.objects.get().scopes == ["all/read", "statements/write"]
    with pytest.raises(CommandError):
        _command("Prøve", "--scope", "everything")


def _command(*arguments: str) -> str:
    out = StringIO()
    call_command("lrs_credential", *arguments, stdout=out)
    assert out.getvalue().count("\n") == 1
    return out.getvalue()


@pytest.mark.django_db
def test_an_unknown_key_and_a_wrong_secret_get_the_same_answer() -> None:
    credential, _ = credentials.create("x", at=AT)
    messages = set()
    for key in (credential.key, "unknown"):
        with pytest.raises(UnknownCredentialError) as refusal:
            credentials.from_header("Basic " + b64encode(f"{key}:wrong".encode()).decode(), at=AT)
        messages.add(str(refusal.value))
    assert len(messages) == 1
