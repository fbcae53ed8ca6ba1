"""What goes wrong is shown in words: complaints with place and remedy, faults as a number and nothing else."""

import gettext
import logging
import re

import pytest
from ui.pages import words

from prioritizer.errors import Complaint, InputError
from prioritizer.language import ENGLISH, _translations
from prioritizer.ui import boundary
from prioritizer.ui.boundary import guarded, show_complaints
from prioritizer.ui.markup import Element, html


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[Element]:
    """What was put on the page."""
    page: list[Element] = []
    monkeypatch.setattr(boundary, "show", lambda *elements: page.extend(elements))
    return page


def items(section: Element) -> list[list[tuple[str | None, str]]]:
    """Each complaint: its parts by class."""
    return [[(part.get("class"), words(part)) for part in item] for item in section.iter("li")]


FULL = Complaint("is not a share", "Give a number from 0 to 1.", "company.yaml", 12, "groups.Mobile.churn", "1.4")


def test_a_view_that_goes_well_is_as_it_was(shown: list[Element]) -> None:
    def view(one: int, *, other: int) -> int:
        """Its own words."""
        return one + other

    assert guarded(view)(1, other=2) == 3
    assert (guarded(view).__name__, guarded(view).__doc__) == ("view", "Its own words.")
    assert shown == []


def test_complaints_are_listed_with_place_line_and_remedy(shown: list[Element]) -> None:
    def view() -> None:
        raise InputError([FULL, Complaint("no company file was uploaded", "Upload it.")])

    assert guarded(view)() is None
    (section,) = shown
    assert (section.get("class"), section.get("role")) == ("complaints", "alert")
    assert words(next(section.iter("h2"))) == "2 things have to be put right"
    assert items(section) == [
        [
            ("where", "company.yaml, line 12, groups.Mobile.churn"),
            ("what", "1.4 is not a share."),
            ("remedy", "Give a number from 0 to 1."),
        ],
        [("what", "no company file was uploaded."), ("remedy", "Upload it.")],
    ]


@pytest.mark.parametrize(
    ("complaint", "where"),
    [
        (Complaint("r", "m", file="a.yaml"), "a.yaml"),
        (Complaint("r", "m", line=1), "line 1"),
        (Complaint("r", "m", place="draws"), "draws"),
        (Complaint("r", "m", file="a.csv", line=0), "a.csv, line 0"),
    ],
)
def test_a_place_is_told_as_far_as_it_is_known(shown: list[Element], complaint: Complaint, where: str) -> None:
    show_complaints((complaint,))
    assert items(shown[0])[0][0] == ("where", where)
    assert words(next(shown[0].iter("h2"))) == "1 thing has to be put right"


def test_a_value_is_short_and_its_markup_is_text(shown: list[Element]) -> None:
    show_complaints((Complaint("is wrong", "m", value="<b>" + "x" * 500), Complaint("is wrong", "m", value="a\x00\nb")))
    first, second = (dict(parts)["what"] for parts in items(shown[0]))
    assert first == "<b>" + "x" * 56 + "… is wrong."
    assert second == "a��b is wrong."
    assert "<b>" not in html(shown)


def test_a_fault_is_a_number_on_the_page_and_everything_else_in_the_log(
    shown: list[Element], caplog: pytest.LogCaptureFixture
) -> None:
    def view() -> None:
        raise RuntimeError("the secret is 42")

    with caplog.at_level(logging.ERROR):
        assert guarded(view)() is None
    (section,) = shown
    said = words(section)
    (number,) = re.findall(r"the number ([0-9a-f]{8})\.", said)
    assert said.startswith("Something went wrong on our side")
    for detail in ("secret", "42", "RuntimeError", "view", "Traceback", ".py"):
        assert detail not in said
    (record,) = caplog.records
    assert record.levelname == "ERROR"
    assert record.getMessage() == f"fault {number}"
    assert record.exc_info is not None
    assert str(record.exc_info[1]) == "the secret is 42"


def test_two_faults_have_two_numbers(shown: list[Element]) -> None:
    for _time in range(2):
        guarded(lambda: 1 / 0)()
    first, second = (words(section) for section in shown)
    assert first != second


def test_complaints_are_no_faults_and_are_not_logged(shown: list[Element], caplog: pytest.LogCaptureFixture) -> None:
    def view() -> None:
        raise InputError([FULL])

    guarded(view)()
    assert [record for record in caplog.records if record.name.startswith("prioritizer")] == []


def test_who_ends_the_program_is_not_held_up() -> None:
    def view() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        guarded(view)()


def test_a_page_speaks_the_language_asked_for(shown: list[Element], monkeypatch: pytest.MonkeyPatch) -> None:
    class Marked(gettext.NullTranslations):
        def gettext(self, message: str) -> str:
            return f"¡{message}!"

    asked: list[str] = []

    def translation(_domain: str, _folder: object, languages: list[str], **_more: object) -> Marked:
        asked.extend(languages)
        return Marked()

    monkeypatch.setenv("PRIORITIZER_LANGUAGE", "xx")
    monkeypatch.setattr("prioritizer.language.gettext.translation", translation)
    before = _translations.get(ENGLISH)
    try:
        guarded(lambda: 1 / 0)()
    finally:
        _translations.set(before)
    assert asked == ["xx"]
    assert words(next(shown[0].iter("h2"))) == "¡Something went wrong on our side!"
