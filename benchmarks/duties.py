"""Whom an audience reaches, everybody's assignments after a reorganisation, and a Monday's mails.

50,000 invented people in 500 units; each time is given beside something plain in the same process, and as the ratio to
it. `python benchmarks/duties.py [STAFF]`, 50000 by default; mails for a tenth of them. The database is made below the
state folder, or on the server that DATABASE_URL names, and dropped there.
"""

from __future__ import annotations

import datetime as dt
import os
import smtplib
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import ground
from aiosmtpd.controller import Controller
from ground import ROOT

PORT = 8672
TOLD = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
LONG_AGO = dt.date(2020, 1, 1)


def timed(what: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    found = what()
    return time.perf_counter() - began, found


def environment(staff: int) -> dict[str, str]:
    mail = {"EMAIL_URL": f"smtp://127.0.0.1:{PORT}", "FAGBENK_MAILS_PER_HOUR": "100000"}
    return ground.environment(f"duties-{staff}", **mail)


def fill(staff: int) -> None:
    """A service of ten regions with fifty prisons each, and everybody's facts."""
    from courses.models import AcceptedVersion, Audience, Campaign, CampaignCourse, Course, CourseVersion
    from learners.models import Employment, Learner, Position, Posting, Unit, UnitPlace

    root = Unit.objects.create(code="KRIM", name="Krim", kind="service")
    known = {"valid_from": LONG_AGO, "known_from": TOLD}
    UnitPlace.objects.create(unit=root, path="/KRIM/", **known)
    leaves = []
    for n in range(10):
        region = Unit.objects.create(code=f"R{n}", name=f"Region {n}", kind="region")
        UnitPlace.objects.create(unit=region, parent=root, path=f"/KRIM/R{n}/", **known)
        units = Unit.objects.bulk_create(
            [Unit(code=f"R{n}P{m}", name=f"Fengsel {n}-{m}", kind="prison") for m in range(50)]
        )
        UnitPlace.objects.bulk_create(
            [UnitPlace(unit=one, parent=region, path=f"/KRIM/R{n}/{one.code}/", **known) for one in units]
        )
        leaves += units
    officer, other = (Position.objects.create(code=code, name=code) for code in ("VERKSBETJENT", "KONSULENT"))
    people = [Learner(given_name=f"Person {n}", email=f"p{n}@fagbenk.example", password="!") for n in range(staff)]
    people = Learner.objects.bulk_create(people, batch_size=2000)
    Employment.objects.bulk_create([Employment(learner=one, **known) for one in people], batch_size=5000)
    Posting.objects.bulk_create(
        [
            Posting(learner=one, unit=leaves[n % 500], position=other if n % 5 else officer, **known)
            for n, one in enumerate(people)
        ],
        batch_size=5000,
    )
    start = dt.date.today() - dt.timedelta(days=60)  # noqa: DTZ011 - a benchmark's days are the machine's
    for code, positions in (("MI", []), ("PED", ["VERKSBETJENT"])):
        course = Course.objects.create(code=code, title=f"Kurs {code}", subject="mi")
        version = CourseVersion.objects.create(course=course, number=1, published_on=LONG_AGO)
        campaign = Campaign.objects.create(
            slug=code.lower(), title=code, start=start, deadline=start + dt.timedelta(days=300)
        )
        dated = {"campaign": campaign, "valid_from": start, "known_from": TOLD}
        Audience.objects.create(**dated, positions=positions, units=["KRIM"])
        CampaignCourse.objects.create(campaign=campaign, course=course)
        AcceptedVersion.objects.create(**dated, version=version)


def preview(today: dt.date) -> None:
    from courses.audience import Asked, reach
    from learners.models import Posting

    plain, _rows = timed(lambda: len(set(Posting.objects.known().values_list("learner_id", flat=True))))
    for name, asked in {
        "everybody": Asked(),
        "officers of three regions, without a prison, with another": Asked(
            ("VERKSBETJENT",), ("R1", "R2", "R3"), ("R1P7",), ("R9P1",), staff_from=None
        ),
    }.items():
        took, people = timed(partial(reach, asked, today))
        print(f"preview, {name}: {people} people in {took:.2f} s = {took / plain:.1f} x reading the postings")


def reorganise(today: dt.date) -> None:
    """Region 1 goes to region 2 today: everybody's assignments, and today's figures, anew."""
    from courses.models import Campaign
    from learners.facts import end
    from learners.models import Unit, UnitPlace
    from tracking.barometer import cells
    from tracking.barometer.duties import duties_of
    from tracking.barometer.facts import load

    at = dt.datetime.now(dt.UTC)
    region = Unit.objects.get(code="R2")
    places = list(UnitPlace.objects.known().filter(path__startswith="/KRIM/R1/R1P"))
    for place in places:
        end(place, today - dt.timedelta(days=1), at)
        UnitPlace.objects.create(
            unit=place.unit, parent=region, path=f"/KRIM/R2/{place.unit.code}/", valid_from=today, known_from=at
        )
    plain, _facts = timed(lambda: [load(campaign) for campaign in Campaign.objects.all()])
    took, found = timed(lambda: duties_of(today))
    duties = sum(map(len, found.values()))
    print(f"{len(places)} units moved; everybody's {duties} assignments in {took:.1f} s", end=" ")
    print(f"= {took / plain:.1f} x reading their facts")
    for campaign in Campaign.objects.all():
        took, _none = timed(partial(cells.compute, campaign, [(today, "now")]))
        print(f"today's figures of {campaign.slug} in {took:.1f} s = {took / plain:.1f} x reading all facts")


class Taking:
    """A mail server that takes everything at once."""

    taken = 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.taken += 1
        return "250 OK"


def mails(today: dt.date, number: int) -> None:
    from learners import outbox
    from learners.models import Learner, MailChoice, OutgoingMail
    from tracking.followup import digests

    weekday = dt.date.isoweekday(today)
    wanted = list(Learner.objects.order_by("pk").values_list("pk", flat=True)[:number])
    others = Learner.objects.exclude(pk__in=wanted[-1:]).filter(pk__gt=wanted[-1])
    others.update(is_active=False)
    MailChoice.objects.bulk_create([MailChoice(learner_id=pk, kind="digest", weekday=weekday) for pk in wanted])
    server = Taking()
    controller = Controller(server, hostname="127.0.0.1", port=PORT)
    controller.start()
    at = dt.datetime.combine(today, dt.time(9), dt.UTC)
    planned, _n = timed(lambda: digests.make_due(at))

    def send() -> None:
        while OutgoingMail.objects.filter(state="waiting").exists():
            outbox.send_due(at)

    took, _none = timed(send)
    letter = OutgoingMail.objects.filter(state="sent").latest("pk")

    def bare() -> None:
        with smtplib.SMTP("127.0.0.1", PORT) as line:
            for _ in range(500):
                line.sendmail("a@x.example", letter.to, letter.text.encode())

    plain, _none = timed(bare)
    controller.stop()
    each, ready = took / number, plain / 500
    print(f"{server.taken - 500} mails: planned in {planned:.1f} s, written and sent in {took / 60:.1f} minutes")
    print(f"{each * 1000:.0f} ms a mail = {each / ready:.1f} x handing over a ready one")


def main(staff: int) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.utils import timezone

    from learners.models import Learner

    if not Learner.objects.exists():
        fill(staff)
    today = timezone.localdate()
    preview(today)
    reorganise(today)
    mails(today, staff // 10)


if __name__ == "__main__":
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    if os.environ.get("BENCH_DUTIES"):
        main(size)
    else:
        with ground.database(environment(size)) as env:
            Path(env["FAGBENK_VAR"], "fagbenk.sqlite3").unlink(missing_ok=True)
            subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=env, check=True)
            again = [sys.executable, __file__, str(size)]
            subprocess.run(again, cwd=ROOT, env={**env, "BENCH_DUTIES": "1"}, check=True)
