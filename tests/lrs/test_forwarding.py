"""Sending on: in order, at least once, under the same ids; what fails waits, what is refused is tried again."""

import datetime as dt
import hashlib
from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from lrs_cast import AT, FOLLOWING, HOME, PLATFORM, agent, build, voiding
from other_stores import Flaky, Store, second_store

from tracking.lrs import attachments, connecting, forwarding
from tracking.lrs.connections import DeadLetter, ForwardTarget
from tracking.lrs.exceptions import EgressRefusedError, LrsError
from tracking.lrs.multipart import Part
from tracking.lrs.store import store
from tracking.lrs.working import working

pytestmark = FOLLOWING
LATER = dt.timedelta(hours=2)


@pytest.fixture(autouse=True)
def loopback(settings: Any) -> None:
    settings.EGRESS_NETWORKS = [ip_network("127.0.0.0/8")]


@pytest.fixture
def flaky(db: None) -> Iterator[Flaky]:
    server = Flaky()
    connecting.allow("127.0.0.1", AT)
    yield server
    server.close()


def target_of(endpoint: str, **more: Any) -> ForwardTarget:
    return connecting.add_target("Etaten", endpoint, "nøkkel", "hemmelig", at=AT, **more)


def put(*statements: dict[str, Any]) -> list[str]:
    return store(list(statements), authority=PLATFORM, at=AT)


def forward(target: ForwardTarget, at: dt.datetime = AT) -> int:
    taken = forwarding.forward(target, at)
    target.refresh_from_db()
    return taken


def test_everything_goes_in_the_log_s_order_under_its_own_id(flaky: Flaky) -> None:
    ids = [put(build(actor=agent(f"n{n}")))[0] for n in range(5)] + put(*(build() for _ in range(450)))
    target = target_of(flaky.endpoint)
    assert forward(target) == 455
    assert flaky.taken[:5] == ids[:5]
    assert sorted(flaky.taken) == sorted(ids)
    assert flaky.requests <= 4
    assert (target.forwarded, target.failures, target.last_error) == (455, 0, "")
    assert forward(target) == 0
    assert len(flaky.taken) == 455


def test_what_is_stored_later_follows(flaky: Flaky) -> None:
    target = target_of(flaky.endpoint)
    forward(target)
    (new,) = put(build())
    forward(target)
    assert flaky.taken == [new]


def test_a_target_from_now_on_gets_nothing_older(flaky: Flaky) -> None:
    put(build())
    target = target_of(flaky.endpoint, from_beginning=False)
    (new,) = put(build())
    forward(target)
    assert flaky.taken == [new]


@pytest.mark.parametrize("trouble", [500, 503, 401, 404, 302, "close"])
def test_while_a_target_has_troubles_everything_waits_and_nothing_is_lost(flaky: Flaky, trouble: Any) -> None:
    ids = put(build(), build())
    target = target_of(flaky.endpoint)
    flaky.script = [trouble, trouble]
    assert forward(target) == 0
    assert target.failures == 1
    assert target.last_error
    assert not DeadLetter.objects.exists()
    assert forwarding.due(timezone.now()) == []
    forward(target, timezone.now() + LATER)
    assert target.failures == 2
    forward(target, timezone.now() + LATER)
    assert sorted(flaky.taken) == sorted(ids)
    assert target.failures == 0


def test_what_was_taken_without_an_answer_is_sent_again_under_the_same_id(flaky: Flaky) -> None:
    ids = put(build())
    target = target_of(flaky.endpoint)
    flaky.script = ["take and close"]
    forward(target)
    forward(target, timezone.now() + LATER)
    assert flaky.taken == ids * 2


def test_the_pauses_grow_to_an_hour_and_honour_what_the_target_asks_for(flaky: Flaky) -> None:
    put(build())
    target = target_of(flaky.endpoint)
    pauses = []
    for _ in range(11):
        flaky.script = [503]
        forward(target, timezone.now() + dt.timedelta(days=2))
        assert target.next_try
        pauses.append(round((target.next_try - timezone.now()).total_seconds() / 5) * 5)
    assert pauses == [15, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]
    flaky.script = [(429, {"Retry-After": "7200"})]
    forward(target, timezone.now() + dt.timedelta(days=2))
    assert target.next_try
    assert target.next_try > timezone.now() + dt.timedelta(seconds=7100)


def test_one_refused_statement_becomes_a_dead_letter_and_holds_up_no_other(flaky: Flaky) -> None:
    ids = put(*(build() for _ in range(20)))
    flaky.refuse = {ids[7]}
    target = target_of(flaky.endpoint)
    assert forward(target) == 19
    dead = DeadLetter.objects.get()
    assert (str(dead.statement_id), dead.status, dead.tries) == (ids[7], 400, 1)
    assert "Nei takk" in dead.sentence
    assert sorted([*flaky.taken, ids[7]]) == sorted(ids)


def test_a_dead_letter_is_tried_again_ever_more_seldom_and_goes_when_it_is_taken(flaky: Flaky) -> None:
    (bad,) = put(build())
    flaky.refuse = {bad}
    target = target_of(flaky.endpoint)
    at = AT
    for tries in range(1, 7):
        forward(target, at)
        dead = DeadLetter.objects.get()
        assert dead.tries == tries
        at = dead.next_try or at
    assert dead.next_try is None
    flaky.refuse = set()
    forward(target, at + LATER)
    assert DeadLetter.objects.exists()
    forwarding.retry_now(target, at)
    forward(target, at)
    assert not DeadLetter.objects.exists()
    assert flaky.taken == [bad]
    assert target.forwarded == 1


FILTERS: dict[str, tuple[dict[str, Any], list[int]]] = {
    "verb": ({"verbs": ["http://adlnet.gov/expapi/verbs/answered"]}, [1]),
    "activity": ({"activities": [f"{HOME}/xapi/activities/course/mi"]}, [0, 1, 3]),
    "agent": ({"agents": [agent("ola")]}, [1, 2]),
    "verb and agent": ({"verbs": ["http://adlnet.gov/expapi/verbs/completed"], "agents": [agent("ola")]}, [2]),
    "none": ({}, [0, 1, 2, 3]),
    "since": ({"since": AT + dt.timedelta(microseconds=2)}, [2, 3]),
}


@pytest.mark.parametrize(("filters", "expected"), FILTERS.values(), ids=FILTERS)
def test_a_target_gets_what_its_filters_let_through(flaky: Flaky, filters: dict[str, Any], expected: list[int]) -> None:
    parent = {"contextActivities": {"parent": [{"id": f"{HOME}/xapi/activities/course/mi"}]}}
    other = {"id": f"{HOME}/other"}
    ids = put(
        build(),
        build(verb={"id": "http://adlnet.gov/expapi/verbs/answered"}, actor=agent("ola")),
        build(actor=agent("ola"), object=other),
        build(object=other, context=parent),
    )
    forward(target_of(flaky.endpoint, **filters))
    assert [ids.index(one) for one in flaky.taken] == expected


def test_a_voiding_goes_where_what_it_voids_went(flaky: Flaky) -> None:
    about, other = put(build(), build(object={"id": f"{HOME}/other"}))
    void_about, _ = put(voiding(about), voiding(other))
    forward(target_of(flaky.endpoint, activities=[f"{HOME}/xapi/activities/course/mi"]))
    assert flaky.taken == [about, void_about]


def test_a_store_of_the_old_version_is_not_told_of_the_new_one(flaky: Flaky) -> None:
    put(build())
    forward(target_of(flaky.endpoint, version="1.0.3"))
    assert "version" not in flaky.sent[0]


def test_attachments_go_with_their_statements(flaky: Flaky) -> None:
    content = b"\x00\xffbytes"
    sha2 = hashlib.sha256(content).hexdigest()
    said = build(
        attachments=[
            {"usageType": "urn:x", "display": {"nb": "f"}, "contentType": "image/png", "length": 7, "sha2": sha2}
        ]
    )
    ids = put(said)
    attachments.keep([said], ids, {sha2: Part({"content-type": "image/png"}, content)})
    forward(target_of(flaky.endpoint))
    assert flaky.kinds[0].startswith("multipart/mixed")
    assert content in flaky.bodies[0]
    assert flaky.taken == ids


def test_two_workers_do_not_send_at_once(flaky: Flaky) -> None:
    put(build())
    target = target_of(flaky.endpoint)
    with working(target, AT) as worker:
        assert worker
        assert forward(target) == 0
    assert forward(target) == 1


def test_a_worker_that_died_gives_up_its_right_after_a_while(flaky: Flaky) -> None:
    put(build())
    target = target_of(flaky.endpoint)
    ForwardTarget.objects.update(claim=uuid4(), claimed_until=AT + dt.timedelta(minutes=5))
    assert forward(target, AT + dt.timedelta(minutes=4)) == 0
    assert forward(target, AT + dt.timedelta(minutes=5)) == 1


def test_a_target_that_is_switched_off_gets_nothing(flaky: Flaky) -> None:
    put(build())
    target = target_of(flaky.endpoint, enabled=False)
    assert forwarding.due(AT) == []
    assert forward(target) == 0


def test_a_secret_is_sealed_and_useless_elsewhere(flaky: Flaky, settings: Any) -> None:
    target = target_of(flaky.endpoint)
    assert "hemmelig" not in target.sealed_secret
    put(build())
    settings.SECRET_KEY = "x" * 50
    forward(target)
    assert "enter it again" in target.last_error


PRIVATE = ["127.0.0.1", "10.1.2.3", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1"]
PRIVATE += ["::1", "::ffff:10.0.0.1", "fd00::1", "64:ff9b::a01:203", "64:ff9b:1::a01:203", "fec0::1", "::7f00:1"]


class TestEgress:
    """No address is reached that an administrator and the installation have not allowed."""

    @pytest.mark.parametrize(
        "endpoint",
        ["http://not-allowed.example/", "ftp://127.0.0.1/", "http://user:pw@127.0.0.1/", "nonsense", "http://[::1/"],
    )
    def test_an_address_is_refused_when_it_is_entered(self, endpoint: str) -> None:
        connecting.allow("127.0.0.1", AT)
        with pytest.raises(EgressRefusedError):
            target_of(endpoint)

    @pytest.mark.parametrize("private", PRIVATE)
    def test_a_name_that_leads_to_a_private_address_is_refused(
        self, db: None, settings: Any, monkeypatch: Any, private: str
    ) -> None:
        settings.EGRESS_NETWORKS = []
        connecting.allow("lrs.example", AT)
        monkeypatch.setattr("socket.getaddrinfo", lambda *a, **k: [(0, 0, 0, "", ("93.184.216.34", 443)),
                                                                  (0, 0, 0, "", (private, 443))])  # fmt: skip
        put(build())
        target = target_of("https://lrs.example/")
        forward(target)
        assert "private address" in target.last_error

    def test_plain_http_stays_within_the_house(self, db: None, settings: Any, monkeypatch: Any) -> None:
        connecting.allow("lrs.example", AT)
        monkeypatch.setattr("socket.getaddrinfo", lambda *a, **k: [(0, 0, 0, "", ("93.184.216.34", 80))])
        put(build())
        target = target_of("http://lrs.example/")
        forward(target)
        assert "use https" in target.last_error

    def test_a_host_that_is_taken_off_the_list_gets_nothing_more(self, flaky: Flaky) -> None:
        from tracking.lrs.connections import AllowedHost

        target = target_of(flaky.endpoint)
        AllowedHost.objects.all().delete()
        put(build())
        forward(target)
        assert flaky.requests == 0
        assert target.failures == 1

    def test_a_redirect_is_not_followed(self, flaky: Flaky) -> None:
        put(build())
        target = target_of(flaky.endpoint)
        flaky.script = [(307, {"Location": "http://127.0.0.1:1/"})]
        forward(target)
        assert flaky.requests == 1
        assert target.last_error.startswith("307")


def test_two_connections_have_two_names() -> None:
    connecting.allow("lrs.example", AT)
    target_of("https://lrs.example/")
    with pytest.raises(LrsError):
        target_of("https://lrs.example/")


@pytest.fixture(scope="module")
def other(tmp_path_factory: Any) -> Iterator[Store]:
    with second_store(tmp_path_factory.mktemp("other")) as running:
        yield running


def test_our_own_store_as_a_second_process_takes_a_week_s_statements_after_its_outage(other: Store, db: None) -> None:
    connecting.allow("127.0.0.1", AT)
    target = connecting.add_target("Etaten", "http://127.0.0.1:9/xapi/", other.key, other.secret, at=AT)
    ids = put(*(build(actor=agent(f"n{n % 50}")) for n in range(1000)))
    forward(target)
    assert target.failures == 1
    ForwardTarget.objects.update(endpoint=other.endpoint)
    before = other.ids()
    forward(target, timezone.now() + LATER)
    assert target.forwarded == 1000
    assert other.ids()[len(before) :] == sorted(ids, key=ids.index) or set(other.ids()) == {*before, *ids}
    # Sent again from the beginning: nothing changes there.
    ForwardTarget.objects.update(position="")
    forward(target, timezone.now() + LATER)
    assert len(other.ids()) == len(before) + 1000
