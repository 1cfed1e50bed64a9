"""A share over years against a target: entered by hand with its source, or read from a campaign."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from learners.models import Employment, Learner, RoleGrant
from learners.roles import grant
from tests.barometer import organisation as org
from tracking.barometer import series
from tracking.barometer.models import YearlyFigure, YearlySeries

pytestmark = pytest.mark.django_db
AT = org.noon(dt.date(2026, 11, 20))
ADDRESS = "/barometer/serier/aktivitet"


@pytest.fixture
def keeper() -> Learner:
    learner = Learner.objects.create_user("krus@fagbenk.example", "en-lang-nok-frase", given_name="Kari")
    Employment.objects.create(learner=learner, valid_from=org.BEFORE, known_from=org.LONG_AGO)
    grant(learner, RoleGrant.Role.COURSE_ADMIN, None, org.LONG_AGO)
    return learner


@pytest.fixture
def activity(keeper: Learner) -> YearlySeries:
    row = YearlySeries.objects.create(slug="aktivitet", title="Innsatte i aktivitet", target=90, public=True)
    for year, percent in ((2015, 76), (2018, 82), (2019, 83)):
        series.enter(YearlyFigure(series=row, year=year, percent=percent, source="=Strategien"), keeper, AT)
    return row


def test_page_json_and_csv_have_the_same_years(client: Client, activity: YearlySeries) -> None:
    told = client.get(f"{ADDRESS}.json").json()
    assert told["series"]["target"] == 0.9
    assert [(year["year"], year["share"]) for year in told["years"]] == [(2015, 0.76), (2018, 0.82), (2019, 0.83)]
    lines = client.get(f"{ADDRESS}.csv").content.decode().splitlines()
    assert [line.split(",")[1:5] for line in lines[1:]] == [
        [str(year["year"]), year["on"], str(year["share"]), "0.9"] for year in told["years"]
    ]
    assert all("'=Strategien" in line for line in lines[1:]), "a source is never a formula"
    page = client.get(f"/en{ADDRESS}/").content.decode()
    for year in told["years"]:
        assert f'<th scope="row">{year["year"]}</th>' in page
        assert f"{round(year['share'] * 100)}%" in page
    assert page.count("<svg") >= 2


def test_a_corrected_year_keeps_what_stood_before_and_says_who_and_when(
    activity: YearlySeries, keeper: Learner
) -> None:
    one = YearlyFigure.objects.get(year=2018, known_to=None)
    one.percent = 81  # type: ignore[assignment]
    series.enter(one, keeper, AT + dt.timedelta(days=1))
    rows = YearlyFigure.objects.filter(year=2018).order_by("known_from")
    assert [(float(row.percent), row.entered_by, row.known_to is None) for row in rows] == [
        (82.0, keeper, False),
        (81.0, keeper, True),
    ]
    assert [point.share for point in series.read(activity, AT).points] == [0.76, 0.81, 0.83]


def test_a_year_is_not_entered_twice(activity: YearlySeries) -> None:
    with pytest.raises(ValidationError) as refused:
        YearlyFigure(series=activity, year=2018, percent=80, source="x").full_clean(exclude=["known_from"])
    assert "year" in refused.value.message_dict


def test_years_without_an_entry_have_the_campaigns_figure(keeper: Learner) -> None:
    course = org.course("MI")
    campaign = org.campaign(course, deadline=dt.date(2027, 6, 30))
    for learner in org.service(OSLO=40).people["OSLO"][:10]:
        org.complete(learner, course, org.START)
    row = YearlySeries.objects.create(slug="mi", title="MI", target=90, campaign=campaign)
    series.enter(YearlyFigure(series=row, year=2025, percent=12.5, source="Årsrapport"), keeper, AT)
    points = series.read(row, AT).points
    assert [(p.year, p.share, p.completed, p.counted) for p in points] == [
        (2025, 0.125, None, None),
        (2026, 0.25, 10, 40),
    ]


def test_a_series_that_is_not_public_is_for_those_who_have_signed_in(client: Client, activity: YearlySeries) -> None:
    YearlySeries.objects.update(public=False)
    assert client.get(f"{ADDRESS}.json").status_code == 403
    assert client.get(f"{ADDRESS}/").status_code == 302
    assert "Innsatte i aktivitet" not in client.get("/barometer/").content.decode()


def test_those_who_decide_campaigns_enter_a_year_in_the_admin(
    client: Client, activity: YearlySeries, keeper: Learner
) -> None:
    client.force_login(keeper)
    address = "/admin/serietall/new/"
    sent = {"series": activity.pk, "year": 2020, "percent": "84.5", "source": "Årsrapport 2020"}
    assert client.post(address, sent).status_code == 302
    row = YearlyFigure.objects.get(year=2020)
    assert (float(row.percent), row.entered_by) == (84.5, keeper)
    assert row.known_from <= timezone.now()
    again = client.post(address, sent | {"percent": "85"})
    assert again.status_code == 200 and YearlyFigure.objects.filter(year=2020).count() == 1
    edit = f"/admin/serietall/edit/{row.pk}/"
    assert client.post(edit, sent | {"percent": "85"}).status_code == 302
    assert [
        float(p) for p in YearlyFigure.objects.filter(year=2020, known_to=None).values_list("percent", flat=True)
    ] == [85.0]
