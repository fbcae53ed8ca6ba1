"""Bars through the periods, what is used of what there is, and overlaps in money."""

from ui.pages import words

from prioritizer.ui.roadmap import Bar, Use, overlaps, roadmap, uses

PERIODS = ("Q1 2027", "Q2 2027", "Q3 2027", "Q4 2027")


def styles(made, class_: str) -> list[str | None]:
    return [one.get("style") for one in made.iter("span") if one.get("class") == class_]


def test_a_bar_runs_from_its_start_to_its_end() -> None:
    made = roadmap([Bar("<b>One</b>", 0, 2, "Q1 2027"), Bar("Two", 3, 9, "Q4 2027")], PERIODS, "What starts when")
    assert styles(made, "solid") == ["left:0.00%;width:50.00%", "left:75.00%;width:25.00%"]
    assert [words(one) for one in made.iter("th")] == ["<b>One</b>", "Two"]


def test_what_ends_at_once_still_shows() -> None:
    assert styles(roadmap([Bar("One", 1, 1, "")], PERIODS, ""), "solid") == ["left:25.00%;width:25.00%"]


def test_columns_fill_up_to_what_there_is_and_no_further() -> None:
    made = uses(
        [Use("IT", (7.0, 14.0, 21.0), 14.0, ""), Use("Sales", (1.0, 2.0), None, ""), Use("No", (0.0,), None, "")],
        "",
        "",
    )
    assert styles(made, "fill") == [
        "height:50.0%",
        "height:100.0%",
        "height:100.0%",
        "height:50.0%",
        "height:100.0%",
        "height:0.0%",
    ]


def test_overlaps_are_written_in_one_unit_and_shaded_by_size() -> None:
    made = overlaps(["One", "Two"], [[0.0, 4_620_000.0], [4_620_000.0, 0.0]], "₽", "Shared")
    cells = [(words(cell), cell.get("style")) for cell in made.iter("td")]
    dark = "background:color-mix(in srgb, currentColor 30%, transparent)"
    assert cells == [("", None), ("4.62", dark), ("4.62", dark), ("", None)]
    assert "million\u00a0₽" in words(made)


def test_where_nothing_overlaps_nothing_is_dark() -> None:
    made = overlaps(["One", "Two"], [[0.0, 0.0], [0.0, 0.0]], "₽", "Shared")
    assert [cell.get("style") for cell in made.iter("td")][
        1
    ] == "background:color-mix(in srgb, currentColor 0%, transparent)"
