"""Changes as lines of an address."""

import pytest

from prioritizer.domain.change_lines import IS, LONGEST, PLUS, TIMES, change_by, change_of, how_of, line_of
from prioritizer.domain.scenarios import Change
from prioritizer.errors import InputError

LINES = [
    ("groups.Mobile.churn.detractor*1.3", ("groups", "Mobile", "churn", "detractor"), TIMES, 1.3),
    ("groups.*.churn.**0.5", ("groups", "*", "churn", "*"), TIMES, 0.5),
    ("groups.*.acquisition_cost+300", ("groups", "*", "acquisition_cost"), PLUS, 300.0),
    ("groups.Mobile.growth+-0.01", ("groups", "Mobile", "growth"), PLUS, -0.01),
    ("discount_rate=0.1", ("discount_rate",), IS, 0.1),
    ('groups."North West".churn.passive=0', ("groups", "North West", "churn", "passive"), IS, 0.0),
    (
        'initiatives."a-b".reach."x*2=3+1 \\"q\\" \\\\"*0.0000001',
        ("initiatives", "a-b", "reach", 'x*2=3+1 "q" \\'),
        TIMES,
        1e-7,
    ),
    ('budget."2027"=1000000000000', ("budget", "2027"), IS, 1e12),
]


@pytest.mark.parametrize(("line", "path", "how", "number"), LINES, ids=[line for line, *_rest in LINES])
def test_a_line_and_its_change(line: str, path: tuple[str, ...], how: str, number: float) -> None:
    found = change_of(line)
    assert (found.path, how_of(found)) == (path, (how, number))
    assert line_of(change_by(path, how, number)) == line


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "churn",
        "*1.3",
        "churn*",
        "churn*nan",
        "churn*inf",
        "churn*1e5",
        "churn*0x10",
        "churn=1,5",
        "churn=٣",
        'a."b*1',
        "a..b*1",
        "a" * LONGEST + "*1",
        "a*" + "9" * 400,
        "<script>alert(1)</script>",
        "churn*1.3\n",
    ],
)
def test_what_is_no_line_is_refused_in_words(wrong: str) -> None:
    with pytest.raises(InputError, match=r"is not a (change|path)") as caught:
        change_of(wrong)
    assert len(str(caught.value)) < 400


def test_a_change_that_no_line_can_say() -> None:
    for change in (Change(path=("a",), value="plan"), Change(path=("a",), multiply=2, add=1), Change(path=("a",))):
        assert how_of(change) is None
        with pytest.raises(ValueError, match="no line"):
            line_of(change)
