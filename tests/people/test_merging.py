"""Two records of one person: every completion stays, figures of the past stay, and it can be undone."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from learners import merging
from learners.exceptions import NotPossible
from learners.importing import running
from learners.importing.running import Order
from learners.models import Employment, FormerNumber, Learner, Posting, RoleGrant
from learners.roles import grant
from learners.second_factor import has_one
from tests import staff
from tests.people.conftest import AT, TODAY, employments, postings
from tests.sign_in.test_second_factor import SECRET
from tests.sign_in.test_second_factor import code as app_code
from tracking import statements
from tracking.completions import projection
from tracking.completions.models import Completion
from tracking.identities import people as actors
from tracking.lrs import store
from tracking.player.models import Reflection

LATER = AT + dt.timedelta(days=10)
EARLY = AT - dt.timedelta(days=30)


def learn(learner: Learner, code: str, at: dt.datetime) -> None:
    """A statement in the log says that the learner has completed the course."""
    here = statements.Setting(actors.account_name(learner), str(learner.opaque_id), "s", code, code, 1, "nb")
    store.store([statements.completed(here, at)], authority=statements.authority(), at=at)


def completions(learner: Learner, **known: Any) -> list[str]:
    rows = Completion.objects.filter(learner=learner, **known).order_by("version__course__code")
    return list(rows.values_list("version__course__code", flat=True))


@pytest.fixture
def two(service: SimpleNamespace) -> SimpleNamespace:
    """Ola has MI, and so has Ada, who has PED as well; Ada has written a reflection."""
    for code in ("MI", "PED"):
        staff.course(code)
    learn(service.Ola, "MI", EARLY)
    learn(service.Ada, "MI", EARLY)
    learn(service.Ada, "PED", EARLY)
    projection.rebuild()
    Reflection.objects.create(learner=service.Ada, part_key="p", question_key="q", text="Mine ord", written_at=EARLY)
    return service


def test_merging_keeps_every_completion(two: SimpleNamespace) -> None:
    merging.merge(two.Ola, two.Ada, None, AT)
    assert set(completions(two.Ola, known_to=None)) == {"MI", "PED"}
    assert completions(two.Ada, known_to=None) == []
    assert projection.differences() == []
    dates = set(Completion.objects.filter(known_to=None).values_list("completed_on", flat=True))
    assert dates == {EARLY.date()}


def test_what_was_known_before_the_merge_stays_so(two: SimpleNamespace) -> None:
    merging.merge(two.Ola, two.Ada, None, AT)
    before = Completion.objects.filter(known_from__lt=AT, known_to__gte=AT) | Completion.objects.filter(
        known_from__lt=AT, known_to=None
    )
    assert sorted((x.learner_id, x.version.course.code) for x in before) == [
        (two.Ola.pk, "MI"), (two.Ada.pk, "MI"), (two.Ada.pk, "PED"),
    ]  # fmt: skip
    assert Employment.objects.known(AT).filter(learner=two.Ada).count() == 1
    assert Employment.objects.known().filter(learner=two.Ada).count() == 0


def test_parted_again_each_has_what_was_theirs(two: SimpleNamespace) -> None:
    had = {
        name: (employments(p), postings(p), completions(p, known_to=None))
        for name, p in vars(two).items()
        if isinstance(p, Learner)
    }
    record = merging.merge(two.Ola, two.Ada, None, AT)
    two.Ada.refresh_from_db()
    assert (two.Ada.hr_number, two.Ada.is_active) == (None, False)
    assert Reflection.objects.get().learner == two.Ola
    merging.part(record, LATER)
    for name, was in had.items():
        person = Learner.objects.get(pk=getattr(two, name).pk)
        assert (employments(person), postings(person), completions(person, known_to=None)) == was
    two.Ada.refresh_from_db()
    assert (two.Ada.hr_number, two.Ada.email, two.Ada.is_active) == ("002", "ada@fagbenk.example", True)
    assert Reflection.objects.get().learner == two.Ada
    assert not FormerNumber.objects.exists()
    assert projection.differences() == []
    with pytest.raises(NotPossible):
        merging.part(record, LATER)


def test_what_is_learnt_after_the_merge_stays_with_the_one_who_learnt_it(two: SimpleNamespace) -> None:
    staff.course("MILJO")
    record = merging.merge(two.Ola, two.Ada, None, AT)
    learn(two.Ola, "MILJO", AT + dt.timedelta(days=1))
    projection.rebuild()
    merging.part(record, LATER)
    assert "MILJO" in completions(two.Ola, known_to=None)


def test_a_file_that_still_has_the_old_number_means_the_one_who_stays(two: SimpleNamespace) -> None:
    merging.merge(two.Ola, two.Ada, None, AT)
    report = running.run("HR-nummer;Fornavn\n002;Åse".encode(), Order(on=TODAY), LATER)
    assert report.succeeded, report.faults
    two.Ola.refresh_from_db()
    assert two.Ola.given_name == "Åse"
    both = running.run(b"HR-nummer;Fornavn\n001;A\n002;B", Order(on=TODAY), LATER)
    assert [fault.line for fault in both.faults] == [3]


def test_a_record_is_merged_once_and_not_into_itself(two: SimpleNamespace) -> None:
    with pytest.raises(NotPossible):
        merging.merge(two.Ola, two.Ola, None, AT)
    merging.merge(two.Ola, two.Ada, None, AT)
    with pytest.raises(NotPossible):
        merging.merge(two.Finn, two.Ada, None, LATER)


def test_people_s_own_names_in_the_log_are_used_after_a_merge(two: SimpleNamespace) -> None:
    merging.merge(two.Ola, two.Ada, None, AT)
    assert actors.account_name(two.Ola) == str(two.Ola.opaque_id)
    assert settings.XAPI_BASE
    assert Posting.objects.known().filter(learner=two.Ola).count() == 2


def sign_in(email: str | None, password: str = "en-lang-nok-frase") -> int | None:
    """Who comes in with the address and the password; None: nobody."""
    client = Client()
    client.post("/konto/login/", {"login": email or "", "password": password})
    return int(client.session["_auth_user_id"]) if "_auth_user_id" in client.session else None


@pytest.mark.usefixtures("site")
def test_the_one_who_stays_signs_in_with_what_the_other_record_had(two: SimpleNamespace) -> None:
    Learner.objects.filter(pk=two.Ola.pk).update(email=None, password=make_password(None))
    two.Ada.set_password("en-lang-nok-frase")
    two.Ada.save()
    EmailAddress.objects.create(user=two.Ada, email=two.Ada.email, verified=True, primary=True)
    assert sign_in(two.Ada.email) == two.Ada.pk
    two.Ola.refresh_from_db()
    record = merging.merge(two.Ola, two.Ada, None, AT)
    assert sign_in("ada@fagbenk.example") == two.Ola.pk
    assert not EmailAddress.objects.filter(user=two.Ada).exists()
    merging.part(record, LATER)
    assert sign_in("ada@fagbenk.example") == two.Ada.pk
    assert not Learner.objects.get(pk=two.Ola.pk).has_usable_password()


@pytest.mark.usefixtures("site")
def test_the_old_record_signs_nobody_in_and_ends_where_it_was_signed_in(two: SimpleNamespace) -> None:
    for person in (two.Ola, two.Ada):
        person.set_password("en-lang-nok-frase")
        person.save()
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    still = Client()
    still.post("/konto/login/", {"login": two.Ada.email, "password": "en-lang-nok-frase"})
    address = two.Ada.email
    merging.merge(two.Ola, two.Ada, None, AT)
    assert sign_in(address) is None
    assert still.get("/min-laering/").status_code == 302
    assert not EmailAddress.objects.filter(user=two.Ada).exists()
    assert sign_in(two.Ola.email) == two.Ola.pk


# --- Second factors ---------------------------------------------------------------------------------------------------
def with_an_app_and_a_key(learner: Learner) -> None:
    """An app, a passkey and recovery codes, as they are stored."""
    TOTP.activate(learner, SECRET)
    RecoveryCodes.activate(learner)
    Authenticator.objects.create(user=learner, type=Authenticator.Type.WEBAUTHN, data={})


def without_password(learner: Learner) -> None:
    Learner.objects.filter(pk=learner.pk).update(password=make_password(None))
    learner.refresh_from_db()


def with_password(learner: Learner) -> None:
    learner.set_password("en-lang-nok-frase")
    learner.save()
    EmailAddress.objects.create(user=learner, email=learner.email, verified=True, primary=True)


def test_no_second_factor_goes_over_and_the_own_one_stays(two: SimpleNamespace) -> None:
    with_an_app_and_a_key(two.Ada)
    record = merging.merge(two.Ola, two.Ada, None, AT)
    assert not has_one(two.Ola)
    assert Authenticator.objects.filter(user=two.Ada).count() == 3, "kept, and of no use: the record signs nobody in"
    merging.part(record, LATER)
    assert not has_one(two.Ola)
    assert Authenticator.objects.filter(user=two.Ada).count() == 3
    back = merging.merge(two.Ada, two.Ola, None, LATER)
    assert back.moved["record"]["password"] is False
    assert Authenticator.objects.filter(user=two.Ada).count() == 3


@pytest.mark.usefixtures("site")
def test_after_a_merge_the_other_record_s_code_opens_nothing(two: SimpleNamespace, settings: Settings) -> None:
    settings.SECOND_FACTOR_WAIVED = False
    for person in (two.Ola, two.Ada):
        with_password(person)
    grant(two.Ola, RoleGrant.Role.EDITOR, None, AT)
    with_an_app_and_a_key(two.Ada)
    address = two.Ada.email
    half = Client()  # Ada has given her password, and is asked for the code while the records become one
    half.post("/konto/login/", {"login": address, "password": "en-lang-nok-frase"})
    record = merging.merge(two.Ola, two.Ada, None, AT)
    half.post("/konto/2fa/authenticate/", {"code": app_code()})
    assert half.get("/min-laering/").status_code == 302, "nobody is signed in"
    client = Client()
    client.post("/konto/login/", {"login": two.Ola.email, "password": "en-lang-nok-frase"})
    assert client.get("/admin/")["Location"].startswith("/konto/2fa/"), "Ola sets up one of his own"
    merging.part(record, LATER)
    cache.clear()  # a code is good for once, and that minute may not be over
    again = Client()
    again.post("/konto/login/", {"login": address, "password": "en-lang-nok-frase"})
    again.post("/konto/2fa/authenticate/", {"code": app_code()})
    assert again.get("/min-laering/").wsgi_request.user == two.Ada, "parted, hers works as before"


@pytest.mark.parametrize(
    "guarded", ["a factor of the one who goes", "a factor of the one who stays", "a role that goes over"]
)
def test_a_password_goes_over_only_where_it_never_needed_a_second_factor(two: SimpleNamespace, guarded: str) -> None:
    without_password(two.Ola)
    with_password(two.Ada)
    if guarded == "a role that goes over":
        grant(two.Ada, RoleGrant.Role.EDITOR, None, AT)
    else:
        with_an_app_and_a_key(two.Ada if "goes" in guarded else two.Ola)
    merging.merge(two.Ola, two.Ada, None, AT)
    two.Ola.refresh_from_db()
    assert not two.Ola.has_usable_password()
