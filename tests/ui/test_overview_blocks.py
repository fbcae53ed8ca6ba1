"""The blocks of the overview: what they say, where their bars run, and what they leave out."""

import xml.etree.ElementTree as ET

from ui.pages import words

from prioritizer.domain.plans import YearUse
from prioritizer.domain.since_published import Moved, Named, SincePublished
from prioritizer.services.certainty import InfluenceInWords
from prioritizer.ui.charts.amounts import Amounts
from prioritizer.ui.markup import element
from prioritizer.ui.overview_blocks import changes, heading, influences, since_title, unit_of_years, year_bars
from prioritizer.ui.small_lines import SmallLine, drawn


def year(name: int, cost: float, budget: float | None = None) -> YearUse:
    return YearUse(year=name, name=str(name), cost=cost, budget=budget)


def cells(made: ET.Element) -> list[list[str]]:
    return [[words(cell) for cell in row] for row in made.iter("tr")]


def styles(made: ET.Element, kind: str) -> list[str | None]:
    return [one.get("style") for one in made.iter("span") if one.get("class") == kind]


def test_a_heading_leads_on_where_there_is_somewhere_to_go() -> None:
    link = heading("What it hangs on", "/assumptions", "Assumptions").find("a")
    assert link is not None
    assert (link.get("href"), link.get("target"), link.text) == ("/assumptions", "_self", "Assumptions")
    assert heading("What it hangs on", "", "Assumptions").find("a") is None


def test_years_are_drawn_up_to_their_budgets_and_the_others_summed() -> None:
    years = [year(2027, 150e6, 200e6), year(2028, 60e6, 100e6), year(2029, 40e6), year(2030, 0.0), year(2031, 2.7e6)]
    made = year_bars(years, "₽")
    assert unit_of_years(years, "₽") == "million\N{NO-BREAK SPACE}₽"
    assert cells(made) == [["2027", "", "150 of 200"], ["2028", "", "60 of 100"]]
    assert styles(made, "out") == ["left:0;width:75.00%", "left:0;width:30.00%"]
    assert styles(made, "mark") == ["left:100.00%", "left:50.00%"]
    rest = made.find("p")
    assert rest is not None
    assert rest.text == "2029 to 2031, not budgeted yet: 43"  # 42.7, whole as its neighbours


def test_without_budgets_every_year_that_costs_is_drawn() -> None:
    made = year_bars([year(2027, 100.0), year(2028, 0.0), year(2029, 50.0)], "€")
    assert cells(made) == [["2027", "", "100"], ["2029", "", "50"]]
    assert styles(made, "mark") == []
    assert made.find("p") is None


def influence(name: str, low: float, high: float) -> InfluenceInWords:
    return InfluenceInWords(name, name, "", "", 100.0, low, high, 0.0, 0.0, "", "")


def test_an_assumption_moves_the_profit_from_one_end_to_the_other_whichever_is_lower() -> None:
    made = influences([influence("Churn", 200.0, 50.0), influence("Share", 0.0, 150.0)], Amounts.of([200.0]))
    assert cells(made) == [["Churn", "", "50 to 200"], ["Share", "", "0 to 150"]]
    assert styles(made, "solid") == ["left:25.00%;width:75.00%", "left:0.00%;width:75.00%"]
    assert styles(made, "mark") == ["left:50.00%"] * 2


def named(*names: str) -> tuple[Named, ...]:
    return tuple(Named(id=name, name=name) for name in names)


def said(**found) -> list[str]:
    return [words(one) for one in changes(SincePublished(decision="1", at="2027-01-31T09:30:00.000000Z", **found))]


def test_nothing_changed() -> None:
    assert said() == ["The list is as it was published: same initiatives, figures and order."]
    assert since_title("2027-01-31T09:30:00.000000Z") == "Since the list published on 2027-01-31"


def test_every_kind_of_change_has_its_line_and_the_others_none() -> None:
    moved = (Moved(id="a", name="A", places=2), Moved(id="b", name="B", places=-1))
    assert said(new=named("N"), moved=moved, budgets_changed=True) == [
        "New “N”",
        "Moved past others “A” up 2 and 1 more",
        "Changed its budgets",
    ]
    assert said(gone=named("G"), changed=named("C"), assumptions_changed=True) == [
        "No longer on the list “G”",
        "Figures changed “C”",
        "Changed the company's assumptions",
    ]


def test_a_list_as_it_was_may_still_be_planned_in_another_way() -> None:
    assert said(planned_only=named("A", "B"), funded_only=named("C"))[1:] == [
        "Planned, not funded “A”, “B”",
        "Funded, not planned “C”",
    ]
    assert said(planned_only=named(*"ABCDEFG"))[1] == "Planned, not funded “A”, “B”, “C”, “D” and 3 more"


def test_lines_run_between_their_lowest_and_highest_point() -> None:
    made = drawn(
        [SmallLine((0.0, 10.0, 5.0), "0", "5 with", marked=(1, "most")), SmallLine((0.0, 0.0, None), "", "0 without")],
        ("first", "last"),
        element("table"),
    )
    assert [one.get("d") for one in made.iter("path")] == [
        "M0.00 70.00 L50.00 15.00 L100.00 42.50",
        "M0.00 70.00 L50.00 70.00",
    ]
    at = {one.text: one.get("style") for one in made.iter("span")}
    assert at["0"] == at["0 without"] == "top:70.0px"
    assert at["5 with"] == "top:42.5px"
    assert at["most"] == "left:50.00%;top:12.0px"


def test_words_at_the_ends_do_not_touch_and_a_flat_line_lies_in_the_middle() -> None:
    made = drawn([SmallLine((3.0, 3.0), "", "one"), SmallLine((3.0, 3.0), "", "other")], ("", ""), element("table"))
    tops = [float(one.get("style", "")[4:-2]) for one in made.iter("span") if one.text in ("one", "other")]
    assert tops[1] - tops[0] == 15
    assert sum(tops) / 2 == 42.5
