"""How sure are we of an initiative? What drives its profit, and what its claim rests on."""

from dataclasses import dataclass

from prioritizer.domain.assumptions import all_numbers
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.quantity import Grade
from prioritizer.language import _
from prioritizer.services.evaluation import Evaluation
from prioritizer.services.inputs import input_names, value_in_words


@dataclass(frozen=True)
class DriverInWords:
    """One of the inputs that matter most: its name, its values at both ends of its range, and the profit at each.

    `profit` is the one at the mean of every input; `switch` the value at which it would be zero.
    """

    name: str
    mean: str
    low: str
    high: str
    profit: float
    profit_low: float
    profit_high: float
    switch: str


def drivers_in_words(evaluation: Evaluation, id_: str) -> tuple[DriverInWords, ...]:
    """The inputs that matter most, the most important first."""
    company = evaluation.scenario.company
    initiative = evaluation.initiative(id_)
    names = input_names(company, [initiative])
    numbers = all_numbers(company, [initiative])

    def in_words(place: str, value: float | None) -> str:
        return "" if value is None else value_in_words(company, numbers[place], value)

    return tuple(
        DriverInWords(
            name=names[driver.input],
            mean=in_words(driver.input, driver.mean),
            low=in_words(driver.input, driver.low),
            high=in_words(driver.input, driver.high),
            profit=driver.profit,
            profit_low=driver.profit_low,
            profit_high=driver.profit_high,
            switch=in_words(driver.input, driver.switch) or _("at no value within its range"),
        )
        for driver in evaluation.drivers(id_)
    )


def evidence_in_words(initiative: Initiative) -> str:
    """What the claim rests on."""
    grade: Grade = initiative.evidence.grade
    return _("Evidence {grade}: {words}.").format(grade=grade.value, words=grade.words)
