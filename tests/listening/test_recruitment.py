"""Who takes part, by their link, and where they go."""

import pytest

from listening.recruitment import LINK_NAMES, Ending, LinkError, Outcome, Participant, Recruitment

PROLIFIC = {"PROLIFIC_PID": "5f3a", "STUDY_ID": "s1", "SESSION_ID": "x9"}


def test_what_services_put_into_a_link_is_read_and_nothing_else():
    given = PROLIFIC | {"utm_source": "mail", "lang": "it", "batch": "7"}
    assert Recruitment().participant(given) == Participant("5f3a", PROLIFIC)
    listed = Recruitment(link_names=("batch",))
    assert listed.participant(given) == Participant("5f3a", PROLIFIC | {"batch": "7"})
    assert listed.participant({"batch": "7"}).participant_id == "7"
    turk = {"workerId": "W", "assignmentId": "A", "hitId": "H"}
    assert Recruitment().participant(turk) == Participant("W", turk)
    assert Recruitment().participant({}) == Participant("", {})
    assert Recruitment().participant({"participant": ""}) == Participant("", {})


@pytest.mark.parametrize(
    "value",
    [
        "{{%PROLIFIC_PID%}}",
        "ASSIGNMENT_ID_NOT_AVAILABLE",
        "a b",
        "x" * 129,
        "\ud800",
        "a\n",
        5,
        None,
        ["a"],
        "<b>",
        "=A1*(2)",
    ],
)
def test_a_value_that_no_service_gives_is_refused(value):
    with pytest.raises(LinkError, match="“PROLIFIC_PID” in it is not valid"):
        Recruitment().participant({"PROLIFIC_PID": value})


def test_a_link_that_names_nobody_is_refused_where_somebody_is_needed():
    needs = Recruitment(needs_participant=True)
    with pytest.raises(LinkError, match="does not say who you are"):
        needs.participant({"STUDY_ID": "s1"})
    assert needs.participant(PROLIFIC).participant_id == "5f3a"


def test_endings_are_codes_or_addresses_with_what_the_link_said():
    recruitment = Recruitment(
        endings={
            Outcome.COMPLETED: "https://app.example.org/done?cc=C1&pid={PROLIFIC_PID}&h={hitId}",
            Outcome.SCREENED_OUT: "C2AB",
        }
    )
    link = {"PROLIFIC_PID": "a&b=c/d"}
    assert recruitment.ending(Outcome.COMPLETED, link) == Ending(
        address="https://app.example.org/done?cc=C1&pid=a%26b%3Dc%2Fd&h="
    )
    assert recruitment.ending(Outcome.SCREENED_OUT, link) == Ending(code="C2AB")
    assert recruitment.ending(Outcome.DECLINED, link) is None


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"endings": {Outcome.COMPLETED: "javascript:alert(1)"}}, "is no address"),
        ({"endings": {Outcome.COMPLETED: "ftp://a.org"}}, "is no address"),
        ({"endings": {Outcome.COMPLETED: "https:///x"}}, "names no host"),
        ({"endings": {Outcome.COMPLETED: "https://[x"}}, "names no host"),
        ({"endings": {Outcome.COMPLETED: "https://a.org/{you}"}}, "asks for {you}"),
        ({"endings": {Outcome.COMPLETED: "a" * 501}}, "has 1 to 500 characters"),
        ({"endings": {Outcome.COMPLETED: "a\nb"}}, "has 1 to 500 characters"),
        ({"endings": {Outcome.COMPLETED: "https://x.example:99999/"}}, "that a browser can find"),
        ({"endings": {Outcome.COMPLETED: "https://x.example:abc/"}}, "that a browser can find"),
        ({"endings": {Outcome.COMPLETED: "https://exa<mple.com"}}, "that a browser can find"),
        ({"endings": {Outcome.COMPLETED: "https://{participant}/x"}}, "that a browser can find"),
        ({"endings": {Outcome.COMPLETED: "https://a@b.org/x"}}, "that a browser can find"),
        ({"link_names": ("lang",)}, "chooses the page's language"),
        ({"link_names": ("a b",)}, "cannot stand in a link"),
        ({"quota": 0}, "must lie between 1 and"),
        ({"hold_min": 1.0}, "can be held for 5 to"),
        ({"hold_min": float("nan")}, "can be held for 5 to"),
        ({"begin_by": "tomorrow"}, "is no date and time"),
        ({"finish_by": "2027-01-01 10:00"}, "lacks a time zone"),
        (
            {"begin_by": "2027-01-02T00:00+00:00", "finish_by": "2027-01-01T00:00+00:00"},
            "able to finish after",
        ),
    ],
)
def test_what_cannot_be_carried_out_is_said(settings, sentence):
    with pytest.raises(ValueError, match=sentence):
        Recruitment(**settings)


def test_moments_after_which_it_is_too_late():
    past, future = "2020-01-01T00:00+00:00", "2120-01-01T00:00+00:00"
    assert Recruitment().is_begun_in_time()
    assert Recruitment(begin_by=future, finish_by=future).is_begun_in_time()
    late = Recruitment(begin_by=past)
    assert (late.is_begun_in_time(), late.is_finished_in_time()) == (False, True)
    over = Recruitment(finish_by=past)
    assert (over.is_begun_in_time(), over.is_finished_in_time()) == (False, False)
    assert late.without_limits().is_begun_in_time()


@pytest.mark.parametrize(
    "address",
    ["http://localhost:8080/a", "https://[::1]/a", "https://x.example", "https://x.io?a=b"],
)
def test_addresses_that_a_browser_can_follow_are_taken(address):
    ending = Recruitment(endings={Outcome.COMPLETED: address}).ending(Outcome.COMPLETED, {})
    assert ending == Ending(address=address)


def test_the_names_of_the_services_are_read_in_every_study():
    assert Recruitment().names == LINK_NAMES
    assert set(LINK_NAMES) >= {
        "PROLIFIC_PID", "STUDY_ID", "SESSION_ID", "workerId", "assignmentId", "hitId",
    }  # fmt: skip
