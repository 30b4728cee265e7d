"""Days as people write them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import ClaimsError, dates


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-12-07", "2024-12-07"),
        ("2024/12/07", "2024-12-07"),
        ("2024.12.7", "2024-12-07"),
        ("20241207", "2024-12-07"),
        (" 2024-12-07 ", "2024-12-07"),
        ("2024\N{EN DASH}12\N{EN DASH}07", "2024-12-07"),
        ("2024-12", "2024-12-01"),
        ("2024/12", "2024-12-01"),
        ("2024", "2024-01-01"),
        ("2024-Q4", "2024-10-01"),
        ("7 December 2024", "2024-12-07"),
        ("7 Dec. 2024", "2024-12-07"),
        ("8Dec2024", "2024-12-08"),
        ("December 7, 2024", "2024-12-07"),
        ("Sept 2024", "2024-09-01"),
        ("2024 June", "2024-06-01"),
        ("2024-12-07T23:30", "2024-12-07"),
        ("2024-12-08T00:00+02:00", "2024-12-08"),
        ("2024-12-08T01:00+02:00", "2024-12-07"),
    ],
)
def test_forms_of_a_day(text, day):
    assert dates.day(text) == day


def test_days_that_move():
    today = dt.date.today()
    assert dates.day("today") == dates.day("Now") == today.isoformat()
    assert dates.day("yesterday") == (today - dt.timedelta(days=1)).isoformat()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("07/12/2024", "'07/12/2024' is ambiguous: write it as 2024-12-07 (7 December) or 2024-07-12 (12 July)"),
        ("7.12.2024", "is ambiguous"),
        ("7-12-24", "is ambiguous: day, month and year could be in any order"),
        ("25/12/2024", "has the year last, which could mean day or month first; write it as 2024-12-25 (25 December)"),
        ("07/07/2024", "write it as 2024-07-07 (7 July)"),
        ("30/30/2024", "is not a date"),
        ("2024-02-30", "is not a date"),
        ("2024-13", "is not a date"),
        ("0000", "is not a date"),
        ("2024-1-1-1", "is not a date"),
        ("7 Decembre 2024", "is not a date"),
        ("tomorrow", "is not a date"),
        ("", "is not a date"),
        ("٢٠٢٤", "is not a date"),
    ],
)
def test_what_is_refused_says_why(text, fault):
    with pytest.raises(ClaimsError) as caught:
        dates.day(text)
    assert fault in str(caught.value)


@given(st.dates())
def test_every_form_of_a_day_is_read_alike(day):
    forms = ["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%d %B %Y", "%B %d, %Y", "%d%b%Y"]
    texts = [day.strftime(form.replace("%Y", f"{day.year:04}")) for form in forms]
    assert {dates.day(text) for text in texts} == {day.isoformat()}


@given(st.text(max_size=12) | st.from_regex(r"[0-9/. -]{1,12}"))
def test_no_text_breaks_it(text):
    try:
        day = dates.day(text)
    except ClaimsError:
        return
    assert dt.date.fromisoformat(day)
