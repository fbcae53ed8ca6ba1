"""Figures that explain themselves: a click shows what they mean, how they are computed, and from what."""

from prioritizer.domain.company import Company
from prioritizer.language import _
from prioritizer.services.inputs import InputLine
from prioritizer.services.meanings import Figure, meaning_of
from prioritizer.ui.facts import linked
from prioritizer.ui.markup import Element, element, table
from prioritizer.words import NOTHING


def explained(figure: Figure, value: str, company: Company, name: str | None = None, class_: str = "figure") -> Element:
    """A figure with its name and value, which opens into its explanation."""
    meaning = meaning_of(figure, company)
    summary = element(
        "summary", element("span", name or meaning.name, class_="what"), element("span", value, class_="value")
    )
    return element("details", summary, explanation(figure, company), class_=class_)


def explanation(figure: Figure, company: Company) -> Element:
    """What a figure means, how it is computed, and from what."""
    meaning = meaning_of(figure, company)
    parts = [
        (_("What it means"), meaning.meaning),
        (_("How it is computed"), meaning.formula),
        (_("From"), meaning.inputs),
        (_("Term of art"), meaning.term),
    ]
    return element("dl", *(element(tag, text) for name, said in parts for tag, text in (("dt", name), ("dd", said))))


def input_table(lines: tuple[InputLine, ...], caption: str) -> Element:
    """Inputs with their values, ranges and sources."""
    headings = (_("Input"), _("Value"), _("90 %: from … to"), _("Grade"), _("Source, owner, note"))
    rows = [
        (
            line.name,
            line.value,
            line.spread or _("certain"),
            line.grade or NOTHING,
            element("span", *linked(_origin(line))),
        )
        for line in lines
    ]
    return table(headings, rows, caption, text_columns=(0, 2, 3, 4))


def _origin(line: InputLine) -> str:
    known = [line.source, line.owner, line.note]
    return " · ".join(text for text in known if text) or _("no source given")
