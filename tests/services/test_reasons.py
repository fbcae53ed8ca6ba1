"""Why an initiative stands where it does: every sentence, on figures written by hand."""

from typing import Any

import pytest
from export.rankings import changed, ranking

from prioritizer.domain.company import Policy
from prioritizer.domain.results import Estimate, RankedInitiative, Ranking, Sources
from prioritizer.services.reasons import other_policy_in_words, place_in_words, rivals, why_here

NOTHING = dict.fromkeys(Sources.model_fields, 0.0)


def sources(**amounts: float) -> Sources:
    return Sources(**NOTHING | amounts)


def why(mean: float = 1.0, loss: float | None = 0.0, **figures: Any) -> str:
    known = changed(
        ranking("A"), **{"npv": Estimate(mean=mean), "probability_of_loss": loss, "kept": 0.0, "grade": "B", **figures}
    )
    return why_here(known, known.initiatives[0])


# What brings most


def test_service_cost_that_is_saved_less_what_is_not_paid_out() -> None:
    said = why(sources=sources(service=5000.0, uncashed=-1500.0, margin=3000.0))
    assert said == "Saves 3.50 thousand € of service cost. Evidence B: pilot or before–after."


def test_customers_who_are_kept_save_winning_others() -> None:
    said = why(sources=sources(margin=2e6, acquisition=6e6, service=5.9e6), kept=18_432.0)
    assert said.startswith("Keeps 18,400 customers who would have left: 6.00 million € less to win others. ")


@pytest.mark.parametrize("kept", [0.0, 0.99, -500.0])
def test_a_saving_on_winning_customers_where_none_are_kept(kept: float) -> None:
    said = why(sources=sources(acquisition=3000.0), kept=kept)
    assert said.startswith("Saves 3.00 thousand € of what winning customers costs. ")


def test_margin_is_called_margin_whoever_is_kept() -> None:
    said = why(sources=sources(margin=2500.0, run_off=500.0, acquisition=2999.0), kept=48.0)
    assert said.startswith("Brings 3.00 thousand € of margin. ")


def test_of_two_sources_alike_the_saving_is_named() -> None:
    assert why(sources=sources(service=100.0, margin=100.0), kept=9.0).startswith("Saves 100 € of service cost.")


def test_a_saving_of_which_nothing_is_paid_out_is_none() -> None:
    said = why(sources=sources(service=5000.0, uncashed=-5000.0, margin=10.0))
    assert said.startswith("Brings 10.0 €")


# How sure it is


@pytest.mark.parametrize(
    ("grade", "words"),
    [("A", "controlled experiment"), ("B", "pilot or before–after"), ("C", "published benchmark"), ("D", "opinion")],
)
def test_a_profit_says_what_it_rests_on(grade: str, words: str) -> None:
    saved = sources(service=100.0)
    assert why(sources=saved, grade=grade).endswith(f" cost. Evidence {grade}: {words}.")
    unsure = why(sources=saved, grade=grade, loss=0.25)
    assert unsure.endswith(f" cost. Far from sure, on evidence {grade}: {words}.")


@pytest.mark.parametrize(("loss", "unsure"), [(None, False), (0.0, False), (0.2499, False), (0.25, True), (0.6, True)])
def test_a_quarter_of_draws_with_a_loss_makes_a_profit_unsure(loss: float | None, unsure: bool) -> None:
    assert ("Far from sure" in why(sources=sources(service=100.0), loss=loss)) is unsure


# What does not pay


def test_what_brings_less_than_it_costs() -> None:
    said = why(mean=-500.0, sources=sources(service=700.0, costs=-1200.0), pv_benefits=700.0, pv_costs=1200.0)
    assert said == "Saves 700 € of service cost. That is no more than its cost of 1,200 € at present value."


def test_what_is_left_of_the_main_source() -> None:
    lines = sources(service=700.0, margin=-200.0, costs=-1200.0)
    said = why(mean=-700.0, sources=lines, pv_benefits=500.0, pv_costs=1200.0)
    assert said == (
        "Saves 700 € of service cost. "
        "What else it changes leaves 500 € of that, no more than its cost of 1,200 € at present value."
    )


def test_a_profit_of_nothing_is_no_profit() -> None:
    said = why(mean=0.0, sources=sources(service=700.0, costs=-700.0), pv_benefits=700.0, pv_costs=700.0)
    assert said.endswith("That is no more than its cost of 700 € at present value.")


def test_what_brings_nothing_or_harm() -> None:
    nothing = why(mean=-10.0, sources=sources(costs=-10.0), pv_benefits=0.0, pv_costs=10.0)
    assert nothing == "It brings nothing that pays for its cost of 10.0 € at present value."
    harm = why(mean=-30.0, sources=sources(costs=-10.0, margin=-20.0), pv_benefits=-20.0, pv_costs=10.0)
    assert harm == "Gives away 20.0 € of margin, more than it brings otherwise."


def test_what_harms_more_than_it_saves_gives_away() -> None:
    said = why(mean=-30.0, sources=sources(costs=-10.0, service=5.0, margin=-25.0), pv_benefits=-20.0, pv_costs=10.0)
    assert said == "Gives away 25.0 € of margin, more than it brings otherwise."


def test_an_amount_is_in_the_currency_of_the_run() -> None:
    row = {"npv": Estimate(mean=1.0), "sources": sources(service=5e6)}
    known = changed(ranking("A", currency="RUB"), **row)
    assert why_here(known, known.initiatives[0]).startswith("Saves 5.00 million ₽")
    known = changed(ranking("A", currency="CHF"), **row)
    assert why_here(known, known.initiatives[0]).startswith("Saves 5.00 million CHF")


# Its place


@pytest.fixture
def three() -> Ranking:
    """A, B and C with profits of 9 million, 6.5 million and −1 million; the chance of the own rank 50, 75 and 0.1 %."""
    known = ranking("A", "B", "C")
    figures = [(9e6, (0.5, 0.5, 0.0)), (6.5e6, (0.2, 0.75, 0.05)), (-1e6, (0.9, 0.099, 0.001))]
    rows = [
        row.model_copy(update={"npv": Estimate(mean=mean), "rank_probability": chances})
        for row, (mean, chances) in zip(known.initiatives, figures, strict=True)
    ]
    return known.model_copy(update={"initiatives": tuple(rows)})


def ids(*rows: RankedInitiative | None) -> list[str | None]:
    return [None if row is None else row.name for row in rows]


def test_rivals_are_the_neighbours(three: Ranking) -> None:
    first, second, third = three.initiatives
    assert ids(*rivals(three, first)) == [None, "B"]
    assert ids(*rivals(three, second)) == ["A", "C"]
    assert ids(*rivals(three, third)) == ["B", None]


def test_a_place_between_two_others(three: Ranking) -> None:
    first, second, third = three.initiatives
    assert place_in_words(three, first) == "2.50 million € ahead of “B”. Chance of this rank: 50 in 100."
    assert place_in_words(three, second) == (
        "2.50 million € behind “A”. 7.50 million € ahead of “C”. Chance of this rank: 75 in 100."
    )
    assert place_in_words(three, third) == "7.50 million € behind “B”. Chance of this rank: under 1 in 100."


def test_at_the_point_estimate_no_draws_are_spoken_of(three: Ranking) -> None:
    row = three.initiatives[0].model_copy(update={"probability_of_loss": None})
    assert place_in_words(three, row) == "2.50 million € ahead of “B”."


def test_the_only_one_has_no_place_to_speak_of() -> None:
    known = ranking("A")
    assert rivals(known, known.initiatives[0]) == (None, None)
    assert place_in_words(known, known.initiatives[0]) == ""


def test_what_it_would_bring_under_the_other_policy() -> None:
    known = changed(ranking("A"), npv_other_policy=-2.5e6)
    (row,) = known.initiatives
    assert other_policy_in_words(known, row) == ("If customers were bought by plan, whoever leaves: −2.50 million €.")
    planned = known.model_copy(update={"run": known.run.model_copy(update={"policy": Policy.PLAN})})
    assert other_policy_in_words(planned, row) == "If as many customers were bought as hold the base: −2.50 million €."
    unknown = row.model_copy(update={"npv_other_policy": None})
    assert other_policy_in_words(known, unknown) == ""
