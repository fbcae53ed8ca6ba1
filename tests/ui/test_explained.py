"""Figures that open into their explanation, and inputs with where they come from."""

import pytest
from ui.pages import words

from cases import company_record
from prioritizer.services.inputs import InputLine
from prioritizer.services.meanings import Figure, meaning_of
from prioritizer.ui.explained import explained, explanation, input_table
from prioritizer.ui.markup import Element


@pytest.mark.parametrize("figure", list(Figure))
def test_a_figure_opens_into_all_that_is_to_say(figure: Figure) -> None:
    company = company_record()
    said = meaning_of(figure, company)
    terms = explanation(figure, company)
    assert [(part.tag, words(part)) for part in terms] == [
        ("dt", "What it means"),
        ("dd", said.meaning),
        ("dt", "How it is computed"),
        ("dd", said.formula),
        ("dt", "From"),
        ("dd", said.inputs),
        ("dt", "Term of art"),
        ("dd", said.term),
    ]


def parts(made: Element) -> tuple[str | None, str, str]:
    """The class of a figure, its name and its value."""
    summary = made[0]
    assert (made.tag, summary.tag, made[1].tag) == ("details", "summary", "dl")
    named = {part.get("class"): words(part) for part in summary}
    return made.get("class"), named["what"], named["value"]


def test_closed_a_figure_is_its_name_and_value() -> None:
    company = company_record()
    assert parts(explained(Figure.COST, "5 < 6", company)) == ("figure", "Cost", "5 < 6")
    assert parts(explained(Figure.COST, "", company, name="90 %", class_="figure big")) == ("figure big", "90 %", "")


def line(**texts: str) -> InputLine:
    known = dict.fromkeys(InputLine.__dataclass_fields__, "")
    return InputLine(**known | {"place": "p", "name": "Churn", "value": "5.0 %"} | texts)


def cells(*lines: InputLine) -> list[list[str]]:
    made = input_table(lines, "Inputs")
    return [[words(cell) for cell in row] for row in made.iter("tr")][1:]


def test_an_input_with_everything_there_is_to_know() -> None:
    full = line(spread="4.0 % to 6.0 %", source="Billing <2026>", grade="B", owner="research", note="Small.")
    assert cells(full) == [
        ["Churn", "5.0 %", "4.0 % to 6.0 %", "B", "Billing <2026> · research · Small."],
    ]


def test_an_input_of_which_little_is_known() -> None:
    assert cells(line(), line(owner="research")) == [
        ["Churn", "5.0 %", "certain", "–", "no source given"],
        ["Churn", "5.0 %", "certain", "–", "research"],
    ]


def test_inputs_stand_in_a_table_of_five_columns_of_which_one_is_of_figures() -> None:
    made = input_table((line(),), "Inputs of it")
    headings = [(words(heading), heading.get("class")) for heading in next(made.iter("tr"))]
    assert headings == [
        ("Input", None),
        ("Value", "number"),
        ("90 %: from … to", None),
        ("Grade", None),
        ("Source, owner, note", None),
    ]
    assert words(next(made.iter("caption"))) == "Inputs of it"
    assert cells() == []
