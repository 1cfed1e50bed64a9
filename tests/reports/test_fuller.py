"""What a report says besides the figures: bridge, comparison, dates ahead, corrections, doubts; lists and periods."""

from __future__ import annotations

import datetime as dt
from copy import deepcopy
from io import BytesIO

import openpyxl
import pypdf
import pytest
from django.test import Client
from django.utils import timezone, translation
from django.utils.html import escape

from courses.models import Campaign
from learners.models import Leadership, Look, OutgoingMail, RoleGrant, Unit
from learners.outbox import MailEnclosure
from learners.roles import grant
from tests.barometer.organisation import BEFORE, LONG_AGO, complete, noon
from tracking.completions.models import Completion
from tracking.followup import disputing
from tracking.followup.models import Dispute
from tracking.followup.team import team
from tracking.reports import choices, mail, periods, quality, schedule
from tracking.reports.content import Content, deadlines
from tracking.reports.files import file
from tracking.reports.making import make
from tracking.reports.models import WeeklyReport
from tracking.reports.own_team import as_read_by
from tracking.reports.sentences import headline
from tracking.reports.weeks import Week
from tracking.reports.words import tell

from .conftest import CLOSE, WEEK, Cast

pytestmark = [pytest.mark.django_db, pytest.mark.long_file]
HOUR = dt.timedelta(hours=1)


def report(cast: Cast, code: str = "KRIM", week: object = WEEK, at: dt.datetime = CLOSE) -> WeeklyReport:
    return make(week, cast.unit(code), at)[0]  # type: ignore[arg-type]


def signed_in(cast: Cast, who: str) -> Client:
    client = Client()
    client.force_login(cast.people[who])
    return client


def parts(content: Content) -> list[Content]:
    return [part for campaign in content["campaigns"] for part in campaign["parts"]]


# --- Bridge and comparison --------------------------------------------------------------------------------------------
@pytest.mark.parametrize("code", ["KRIM", "NORD"])
def test_the_bridge_leads_from_last_week_s_report_to_this_one_and_adds_up(cast: Cast, code: str) -> None:
    before, now = report(cast, code, WEEK.before(1)), report(cast, code)
    bridges = 0
    for old, new in zip(parts(before.content), parts(now.content), strict=True):
        told = new["bridge"]
        if told is None:
            continue
        bridges += 1
        for column in ("counted", "completed"):
            assert told["opening"][column] == old[column]
            steps = sum(step[column] for step in told["steps"])
            assert told["opening"][column] + steps == told["closing"][column] == new[column]
    assert bridges


def test_the_bridge_is_the_same_in_page_pdf_and_spreadsheet(cast: Cast) -> None:
    made = report(cast)
    with translation.override("en"):
        told = tell(made.content, made)
        reader = pypdf.PdfReader(BytesIO(file("pdf", made.content, made).data))
        text = "".join(page.extract_text() for page in reader.pages)
        book = openpyxl.load_workbook(BytesIO(file("xlsx", made.content, made).data))
    page = signed_in(cast, "director").get("/en/rapporter/2026-W40/?unit=KRIM").content.decode()
    rows = list(book["Since last week"].iter_rows(min_row=2, values_only=True))
    steps = [step for section in told.sections for step in section.bridge]
    assert steps
    for step in steps:
        assert step.title in page
        assert step.title.split()[0] in text
    bridges = [part["bridge"] for part in parts(made.content) if part["bridge"]]
    wanted = [
        (one["counted"], one["completed"])
        for told_bridge in bridges
        for one in (told_bridge["opening"], *told_bridge["steps"], told_bridge["closing"])
    ]
    assert [row[3:5] for row in rows] == wanted
    assert all(isinstance(number, int) for row in rows for number in row[3:5])


def test_units_ahead_and_behind_are_told_in_a_sentence(cast: Cast) -> None:
    made = report(cast)
    content = made.content | {"campaigns": [dict(campaign) for campaign in made.content["campaigns"]]}
    first = content["campaigns"][0]
    code = first["parts"][0]["units"][0]["code"]
    first["parts"] = [first["parts"][0] | {"ahead": [code], "behind": []}, *first["parts"][1:]]
    with translation.override("en"):
        assert tell(content, made).sections[0].compared == "Ahead two weeks in a row: Unit NORD."


# --- Dates, corrections, doubts ---------------------------------------------------------------------------------------
def test_the_dates_of_the_next_four_weeks_are_told(cast: Cast) -> None:
    day = WEEK.sunday
    for number, days in enumerate((0, 1, 28, 29)):
        campaign = cast.basics if number == 0 else cast.everybody
        Campaign.objects.filter(pk=campaign.pk).update(deadline=day + dt.timedelta(days=days))
        campaign.refresh_from_db()
        assert bool(deadlines([campaign], day)) is (days in (1, 28))


def test_a_correction_of_an_earlier_week_is_told_once_and_the_old_report_stays(cast: Cast) -> None:
    old = report(cast, week=WEEK.before(1), at=WEEK.before(1).closes_at)
    late = cast.service.people["OSLO"][30:34]
    for learner in late:
        made = complete(learner, cast.mi, WEEK.before(1).sunday - dt.timedelta(days=1), known=noon(WEEK.sunday))
        type(made).objects.filter(pk=made.pk).update(written_at=timezone.now())
    now = report(cast)
    (told,) = [one for one in now.content["restatements"] if one["slug"] == "mi-for-alle" and one["week"] == old.week]
    assert told["is"]["completed"] - told["was"]["completed"] == 4
    assert WeeklyReport.objects.get(pk=old.pk).is_unchanged
    assert "week 39" in " ".join(_restated(now))
    after = report(cast, week=WEEK.before(-1), at=WEEK.before(-1).closes_at)
    assert not [one for one in after.content["restatements"] if one["week"] == old.week]


def test_a_correction_that_is_taken_back_is_told_too(cast: Cast) -> None:
    week = WEEK.before(1)
    report(cast, week=week, at=week.closes_at)
    late = [complete(one, cast.mi, week.sunday, known=noon(WEEK.sunday)) for one in cast.service.people["OSLO"][30:34]]
    made = Completion.objects.filter(pk__in=[one.pk for one in late])
    made.update(written_at=timezone.now())
    first = report(cast)
    made.update(known_to=noon(WEEK.before(-1).sunday), written_at=timezone.now())
    after = report(cast, week=WEEK.before(-1), at=WEEK.before(-1).closes_at)
    told, back = (next(r for r in one.content["restatements"] if r["week"] == week.name) for one in (first, after))
    assert back == told | {"was": told["is"], "is": told["was"]}


def test_a_correction_of_one_bar_only_is_told_of_that_bar(cast: Cast) -> None:
    old = report(cast, week=WEEK.before(1), at=WEEK.before(1).closes_at)
    for learner in cast.service.people["OSLO"][30:34]:  # they have not completed the other course
        made = complete(learner, cast.mi, WEEK.before(1).sunday - dt.timedelta(days=1), known=noon(WEEK.sunday))
        Completion.objects.filter(pk=made.pk).update(written_at=timezone.now())
    now = report(cast)
    told = [one for one in now.content["restatements"] if one["slug"] == cast.basics.slug]
    assert [(one["part"], one["week"]) for one in told] == [("mi", old.week)]
    assert told[0]["is"]["completed"] - told[0]["was"]["completed"] == 4
    (mi,) = [part for part in now.content["campaigns"][0]["parts"] if part["part"] == "mi"]
    assert any(line.startswith(f"Grunnopplæring, {mi['title']}, week 39: ") for line in _restated(now))
    after = report(cast, week=WEEK.before(-1), at=WEEK.before(-1).closes_at)
    assert not [one for one in after.content["restatements"] if one["week"] == old.week]


def _restated(made: WeeklyReport) -> tuple[str, ...]:
    with translation.override("en"):
        return tell(made.content, made).restated


def test_disputed_figures_are_counted_as_they_were_open_at_the_close(cast: Cast) -> None:
    for learner in cast.service.people["TROMSO"][:3]:
        disputing.raise_one(learner, cast.everybody, "leave", "", CLOSE - HOUR)
    disputing.raise_one(cast.service.people["OSLO"][0], cast.everybody, "leave", "", CLOSE - HOUR)
    disputing.raise_one(cast.service.people["OSLO"][1], cast.everybody, "leave", "", CLOSE + HOUR)
    Dispute.objects.filter(learner=cast.service.people["TROMSO"][0]).update(answered_at=CLOSE + HOUR, outcome="stands")
    assert report(cast).content["quality"]["disputed"] == 4
    assert report(cast, "NORD").content["quality"]["disputed"] == 3
    assert report(cast, "OSLO").content["quality"]["disputed"] is None  # one or two would point at somebody
    assert report(cast, "BODO").content["quality"]["disputed"] == 0


def test_people_whom_no_unit_has_are_told_of_for_the_whole_service_only(cast: Cast) -> None:
    told = quality.quality(cast.unit("KRIM"), WEEK.sunday, CLOSE, country=True)
    assert told["people_without_posting"] == len(cast.people)
    assert report(cast, "NORD").content["quality"]["people_without_posting"] is None


# --- Who gets the mail, and how ---------------------------------------------------------------------------------------
def test_units_with_a_leader_get_a_report_and_their_leader_a_mail(cast: Cast) -> None:
    schedule.make_due(CLOSE)
    assert set(OutgoingMail.objects.values_list("to", flat=True)) == {
        f"{name}@fagbenk.example" for name in ("director", "region", "leader", "sibling")
    }
    assert set(WeeklyReport.objects.filter(unit__code="TROMSO").values_list("week", flat=True)) == {"2026-W40"}
    schedule.make_due(WEEK.before(-2).closes_at)
    weeks = WeeklyReport.objects.filter(unit__code="TROMSO").order_by("week").values_list("week", flat=True)
    assert list(weeks) == ["2026-W40", "2026-W41", "2026-W42"]


def test_one_click_stops_the_mail_and_nothing_else(cast: Cast) -> None:
    schedule.make_due(CLOSE)
    stop_url = OutgoingMail.objects.get(to="region@fagbenk.example").stop_url
    assert Client(enforce_csrf_checks=True).post(stop_url.partition("8000")[2]).status_code == 200
    later = WEEK.before(-1)
    schedule.make_due(later.closes_at)
    receivers = OutgoingMail.objects.filter(key__startswith=f"report:{later.name}:").values_list("to", flat=True)
    assert "region@fagbenk.example" not in receivers
    assert "director@fagbenk.example" in receivers
    assert signed_in(cast, "region").get("/rapporter/").status_code == 200


def test_the_pdf_goes_with_the_mail_for_those_only_who_choose_so(cast: Cast) -> None:
    client = signed_in(cast, "director")
    assert client.post("/rapporter/valg/", {"mail": "on", "pdf": "on"}).status_code == 302
    schedule.make_due(CLOSE)
    (enclosure,) = MailEnclosure.objects.all()
    assert (enclosure.mail.to, enclosure.name) == ("director@fagbenk.example", "2026-W40-KRIM.pdf")
    assert bytes(enclosure.data).startswith(b"%PDF")
    client.post("/rapporter/valg/", {})
    assert not choices.wants_pdf(cast.people["director"])
    assert cast.people["director"] not in mail.recipients(cast.unit("KRIM"), WEEK.sunday)


# --- The list behind --------------------------------------------------------------------------------------------------
def test_the_list_behind_shows_names_of_the_own_team_only_and_the_look_is_recorded(cast: Cast) -> None:
    report(cast, "TROMSO")
    address = "/en/rapporter/2026-W40/liste/?unit=TROMSO"
    leader = signed_in(cast, "leader").get(address)
    assert leader.content.decode().count("Invented Person") >= 40
    assert Look.objects.filter(viewer=cast.people["leader"], place="report").count() == 40
    for who in ("director", "region", "admin"):
        answer = signed_in(cast, who).get(address)
        assert answer.status_code == 200
        assert "Invented Person" not in answer.content.decode()
    assert signed_in(cast, "sibling").get(address).status_code == 403


def test_a_list_or_report_that_was_tampered_with_says_so(cast: Cast) -> None:
    made = report(cast, "TROMSO")
    client = signed_in(cast, "director")
    address = "/en/rapporter/2026-W40/liste/?unit=TROMSO"
    assert "what they were when they were frozen" in client.get(address).content.decode()
    behind = WeeklyReport.objects.get(pk=made.pk).behind
    behind["campaigns"]["mi-for-alle"]["counted"].pop()
    WeeklyReport.objects.filter(pk=made.pk).update(behind=behind)
    assert "not what they were when they were frozen" in client.get(address).content.decode()


# --- The own team -----------------------------------------------------------------------------------------------------
@pytest.fixture
def small(cast: Cast) -> Unit:
    """Bodø, of whose twelve three have done MI; it is hidden. The officer leads it."""
    unit = cast.unit("BODO")
    Leadership.objects.create(learner=cast.people["officer"], unit=unit, valid_from=BEFORE, known_from=LONG_AGO)
    return unit


def test_a_leader_reads_the_own_team_s_hidden_figures_in_the_own_report(cast: Cast, small: Unit) -> None:
    frozen = report(cast, "BODO")
    assert parts(frozen.content)[0]["suppressed"]
    answer = signed_in(cast, "officer").get("/rapporter/2026-W40.json?unit=BODO").json()
    exact = team(small, WEEK.sunday).campaigns
    for campaign in answer["campaigns"]:
        (counts,) = [one for one in exact if one.campaign.slug == campaign["slug"]]
        part = campaign["parts"][0]
        assert (part["counted"], part["completed"], part["suppressed"]) == (counts.counted, counts.completed, False)
    page = signed_in(cast, "officer").get("/en/rapporter/2026-W40/?unit=BODO").content.decode()
    assert "3 of 12 have completed" in " ".join(page.split())
    assert "You lead all of them" in page
    pdf = pypdf.PdfReader(BytesIO(signed_in(cast, "officer").get("/rapporter/2026-W40.pdf?unit=BODO").content))
    assert "3 av 12 har fullført" in " ".join(pdf.pages[0].extract_text().split())
    assert WeeklyReport.objects.get(pk=frozen.pk).content == frozen.content


def test_the_list_behind_names_campaigns_and_courses_in_the_reader_s_language(cast: Cast, small: Unit) -> None:
    client = signed_in(cast, "officer")
    page = " ".join(client.get("/nn/rapporter/2026-W40/liste/?unit=BODO").content.decode().split())
    assert "<h2>Grunnopplæring på nynorsk: Begge kursa</h2> <p>3 av 12 på lista." in page
    assert "<h2>Grunnopplæring på nynorsk: Emne MI</h2>" in page
    everybody = signed_in(cast, "region").get("/nn/rapporter/2026-W40/liste/?unit=BODO").content.decode()
    assert "3 av 12" not in everybody


def test_the_leader_s_mail_has_the_own_team_s_figures_and_nobody_else_s_has(cast: Cast, small: Unit) -> None:
    grant(cast.people["sibling"], RoleGrant.Role.MANAGEMENT, small, LONG_AGO)
    mail.put(report(cast, "BODO"), CLOSE)
    texts = dict(OutgoingMail.objects.values_list("to", "text"))
    assert "3 av 12" in texts["officer@fagbenk.example"]
    assert "3 av 12" not in texts["sibling@fagbenk.example"]


def weeks_listed(cast: Cast, who: str) -> str:
    """The list of Bodø's weeks."""
    return " ".join(signed_in(cast, who).get("/en/rapporter/?unit=BODO").content.decode().split())


def test_the_list_of_weeks_says_to_the_leader_what_the_own_reports_say(cast: Cast, small: Unit) -> None:
    for week in (WEEK.before(1), WEEK):
        make(week, small, CLOSE)
    said = weeks_listed(cast, "officer")
    assert "are not shown" not in said
    for week in (WEEK.before(1), WEEK):
        content = signed_in(cast, "officer").get(f"/rapporter/{week.name}.json?unit=BODO").json()
        with translation.override("en"):
            assert f"<td>{headline(content['campaigns'][0], content)}</td>" in said, week.name
    Leadership.objects.filter(unit=small).update(valid_from=WEEK.sunday)
    since = weeks_listed(cast, "officer")
    assert (since.count("of 12 have completed"), since.count("are not shown")) == (1, 1), "W39 was before that"


@pytest.mark.parametrize("who", ["director", "region", "admin"])
def test_the_list_of_weeks_says_nothing_hidden_to_others(cast: Cast, small: Unit, who: str) -> None:
    report(cast, "BODO")
    said = weeks_listed(cast, who)
    assert "are not shown for this unit" in said
    assert "of 12" not in said


def lines_of(cast: Cast, who: str, name: str = "2026-T3") -> list[list[object]]:
    """The period's spreadsheet for Bodø: completed, counted, share and what came in the period."""
    file = signed_in(cast, who).get(f"/rapporter/periode/{name}.xlsx?unit=BODO")
    rows = openpyxl.load_workbook(BytesIO(file.content)).worksheets[0].iter_rows(min_row=2, values_only=True)
    return [list(row[4:8]) for row in rows if row[2] == "BODO"]


@pytest.fixture
def october(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages are asked for just after the week's close."""
    monkeypatch.setattr(timezone, "now", lambda: CLOSE + HOUR)


def test_the_leader_of_a_small_team_reads_its_lines_in_the_period_s_table(
    cast: Cast, small: Unit, october: None
) -> None:
    report(cast, "BODO")
    assert [row[:2] for row in lines_of(cast, "officer")] == [[3, 12]] * 4
    page = signed_in(cast, "officer").get("/en/rapporter/periode/2026-T3/?unit=BODO").content.decode()
    assert "3 of 12" in " ".join(page.split())
    assert "You lead all of them" in page
    # Of campaigns that ran before the period, what came in it is told from the list of the Sunday before.
    Campaign.objects.update(start=dt.date(2026, 8, 24))
    assert [row[3] for row in lines_of(cast, "officer")] == [None] * 4
    make(Week(dt.date(2026, 8, 30)), small, CLOSE)
    assert [row[3] for row in lines_of(cast, "officer")] == [3] * 4


@pytest.mark.parametrize("who", ["director", "region", "admin"])
def test_nobody_else_reads_a_small_team_s_lines_in_the_period_s_table(
    cast: Cast, small: Unit, october: None, who: str
) -> None:
    report(cast, "BODO")
    assert [row[1:] for row in lines_of(cast, who)] == [[None] * 3] * 4
    page = signed_in(cast, who).get("/en/rapporter/periode/2026-T3/?unit=BODO").content.decode()
    assert "of 12" not in page
    assert "You lead all of them" not in page


def test_a_period_s_table_has_the_own_team_s_lines_only_while_it_is_led_and_where_lists_are(
    cast: Cast, small: Unit, october: None
) -> None:
    assert [row[1:] for row in lines_of(cast, "officer")] == [[None] * 3] * 4, "no list is frozen"
    report(cast, "BODO")
    Leadership.objects.filter(unit=small).update(valid_from=WEEK.sunday + dt.timedelta(days=1))
    assert [row[1:] for row in lines_of(cast, "officer")] == [[None] * 3] * 4


@pytest.mark.parametrize("who", ["director", "region", "admin"])
def test_nobody_else_reads_what_the_leader_does(cast: Cast, small: Unit, who: str) -> None:
    answer = signed_in(cast, who).get("/rapporter/2026-W40.json?unit=BODO").json()
    assert answer == report(cast, "BODO").content


def test_who_leads_today_but_did_not_then_reads_what_everybody_does(cast: Cast, small: Unit) -> None:
    Leadership.objects.filter(unit=small).update(valid_from=WEEK.sunday + dt.timedelta(days=1))
    answer = signed_in(cast, "officer").get("/rapporter/2026-W40.json?unit=BODO").json()
    assert answer == report(cast, "BODO").content


def test_a_unit_in_which_somebody_else_leads_a_team_is_not_the_own_team(cast: Cast, small: Unit) -> None:
    frozen = report(cast, "NORD")
    some = deepcopy(frozen.content)
    some["campaigns"][0]["parts"][0]["suppressed"] = True
    region = cast.people["region"]
    Leadership.objects.create(learner=region, unit=cast.unit("NORD"), valid_from=BEFORE, known_from=LONG_AGO)
    assert as_read_by(region, some, frozen, WEEK.sunday) == some


# --- Tertials and years -----------------------------------------------------------------------------------------------
PERIODS = [
    ("2026-T1", dt.date(2026, 1, 1), dt.date(2026, 4, 30)),
    ("2026-T2", dt.date(2026, 5, 1), dt.date(2026, 8, 31)),
    ("2026-T3", dt.date(2026, 9, 1), dt.date(2026, 12, 31)),
    ("2026", dt.date(2026, 1, 1), dt.date(2026, 12, 31)),
]


@pytest.mark.parametrize(("name", "first", "last"), PERIODS)
def test_a_period_has_its_first_and_last_day(name: str, first: dt.date, last: dt.date) -> None:
    period = periods.parse(name)
    assert (period.name, period.first, period.last) == (name, first, last)


@pytest.mark.parametrize("name", ["2026-T4", "2026-T0", "26", "2026-", "2026-t1", "99999", "2014", ""])
def test_what_is_no_period_is_refused(cast: Cast, name: str) -> None:
    with pytest.raises(periods.BadWeek):
        periods.parse(name)


def test_a_period_s_table_is_the_report_of_its_last_sunday(cast: Cast) -> None:
    told = periods.table(periods.parse("2026-T3"), cast.unit("KRIM"), CLOSE)
    frozen = report(cast).content
    assert (told.until, told.is_over) == (WEEK.sunday, False)
    for campaign in frozen["campaigns"]:
        for part in campaign["parts"]:
            lines = [x for x in told.lines if (x.campaign.slug, x.part.part) == (campaign["slug"], part["part"])]
            assert (lines[0].unit.counted, lines[0].unit.completed) == (part["counted"], part["completed"])
            assert lines[0].gained == part["completed"]  # the campaigns began in the period
            below = {unit["code"]: (unit["counted"], unit["completed"]) for unit in part["units"]}
            assert {x.unit.code: (x.unit.counted, x.unit.completed) for x in lines[1:]} == below


def test_the_period_s_spreadsheet_has_the_page_s_numbers_and_hides_what_it_hides(cast: Cast) -> None:
    client = signed_in(cast, "region")
    page = client.get("/rapporter/periode/2026-T3/?unit=NORD")
    book = openpyxl.load_workbook(BytesIO(client.get("/rapporter/periode/2026-T3.xlsx?unit=NORD").content))
    rows = [row for row in book.worksheets[0].iter_rows(min_row=2, values_only=True) if row[2]]
    lines = page.context["told"].lines
    assert len(rows) == len(lines) > 3
    for row, line in zip(rows, lines, strict=True):
        assert row[2] == line.unit.code
        if line.unit.suppressed:
            assert row[5:8] == (None, None, None)
        else:
            assert (row[4], row[5], row[7]) == (line.unit.completed, line.unit.counted, line.gained)
    assert any(line.unit.suppressed for line in lines)


@pytest.mark.parametrize(
    ("language", "address", "words"), [("nb", "", "tiltak"), ("nn", "/nn", "tiltak"), ("en", "/en", "Of a campaign")]
)
def test_page_and_spreadsheet_of_a_period_say_what_in_the_period_means(
    cast: Cast, language: str, address: str, words: str
) -> None:
    cast.people["region"].language = language
    cast.people["region"].save()
    client = signed_in(cast, "region")
    page = client.get(f"{address}/rapporter/periode/2026-T3/?unit=NORD")
    book = openpyxl.load_workbook(BytesIO(client.get("/rapporter/periode/2026-T3.xlsx?unit=NORD").content))
    named, day, note = [row[0] for row in book.worksheets[1].iter_rows(values_only=True)]
    assert words in note
    assert "NORD" in named
    for said in (day, note):
        assert escape(said) in page.content.decode()


@pytest.mark.parametrize(("who", "status"), [("director", 200), ("region", 200), ("sibling", 403), ("officer", 403)])
def test_a_period_is_for_those_who_may_see_the_unit_s_reports(cast: Cast, who: str, status: int) -> None:
    assert signed_in(cast, who).get("/rapporter/periode/2026-T3/?unit=NORD").status_code == status
    assert signed_in(cast, who).get("/rapporter/periode/2026-T3.xlsx?unit=NORD").status_code == status


def test_a_period_ahead_or_unreadable_is_answered_in_a_sentence(cast: Cast) -> None:
    assert signed_in(cast, "director").get("/rapporter/periode/2090/").status_code == 404
    assert signed_in(cast, "director").get("/rapporter/periode/2026-T9/").status_code == 400
