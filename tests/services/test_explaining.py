"""One initiative explained: the same figures as on its page and on the list."""

import pytest

import prioritizer as pr
from cases import company_record, group, initiative, initiative_record
from prioritizer.domain.results import RankCorrelation
from prioritizer.errors import UnknownName
from prioritizer.services.cases import as_scenario
from prioritizer.services.certainty import break_even_in_words, correlation_in_words, influences_in_words
from prioritizer.services.explaining import explain
from prioritizer.services.plans import plan


def scenario():  # type: ignore[no-untyped-def]
    company = company_record(groups={"Mobile": group(gross_margin={"pert": [0.4, 0.5, 0.6]})})
    size = {"pert": [-0.3, -0.2, -0.1]}
    return as_scenario(
        company,
        [
            initiative_record("a", levers=[{"churn": "all", "change": size}], evidence={"grade": "B", "note": "Pilot"}),
            initiative_record("b", levers=[]),
        ],
    )


def test_figures_are_those_of_the_list() -> None:
    found, evaluation = explain(scenario(), "a", draws=500, seed=2)
    row = next(row for row in evaluation.ranking.initiatives if row.id == "a")
    assert (found.rank, found.total, found.npv, found.probability_of_loss) == (
        row.rank,
        2,
        row.npv,
        row.probability_of_loss,
    )
    assert found.distribution is not None
    assert sum(found.distribution.counts) == 500
    assert {one.input for one in found.tornado} == {one.input for one in found.rank_correlations}
    assert (found.grade, found.note) == ("B", "Pilot")
    made = found.table()
    assert list(made["input"]) == [one.input for one in found.tornado]
    assert made["rank_correlation"].abs().max() > 0.5


def test_words_are_made_of_the_same_figures() -> None:
    found, evaluation = explain(scenario(), "a", draws=500, seed=2)
    words = influences_in_words(evaluation, "a")
    assert [one.input for one in words] == [one.input for one in found.tornado if one.swing]
    assert words[0].profit_low == found.tornado[0].profit_low


def test_at_the_point_estimate_nothing_is_known_about_draws() -> None:
    found, _evaluation = explain(scenario(), "a", point=True)
    assert (found.distribution, found.rank_correlations) == (None, ())
    assert found.tornado


def test_an_unknown_initiative_is_named() -> None:
    with pytest.raises(UnknownName, match="is not an initiative"):
        explain(scenario(), "c")


@pytest.mark.parametrize(
    ("value", "error", "words"),
    [
        (0.3456, 0.009, "+0.35"),
        (0.3456, 0.011, "+0.3"),
        (-0.62, 0.0316, "−0.6"),
        (0.5, 0.2, "above zero"),
        (-0.9, 0.15, "below zero"),
        (0.019, 0.01, "cannot be told from none"),
        (0.021, 0.01, "+0.02"),
        (1.0, 0.0, "+1.00"),
        (None, None, "–"),
    ],
)
def test_no_correlation_is_more_precise_than_its_error(value: float | None, error: float | None, words: str) -> None:
    assert correlation_in_words(RankCorrelation(input="x", value=value, standard_error=error)) == words


def test_a_break_even_share_in_words() -> None:
    assert break_even_in_words(None) == ""
    assert "at least 43.8 %" in break_even_in_words(0.438)
    assert "0.0 %" not in break_even_in_words(0.0002)


def claiming():  # type: ignore[no-untyped-def]
    keep = initiative("keep", costs={"one_off": 500}, levers=[{"churn": "detractor", "change": -0.3}])
    grow = initiative("raise", costs={"one_off": 300}, levers=[{"revenue": "all", "change": 0.02}])
    return company_record(benefit_realisation={"D": {"delivered": 0.7, "cost": 1.1}}, initiatives=[keep, grow])


def test_the_bridge_is_that_of_the_list() -> None:
    found, _evaluation = explain(claiming(), "keep", draws=100, seed=4)
    row = next(row for row in pr.rank(claiming(), draws=100, seed=4).initiatives if row.id == "keep")
    assert (found.rank, found.total, found.bridge) == (row.rank, 2, row.bridge)
    assert found.bridge.together is None


def test_with_the_plan_it_says_what_is_attributed() -> None:
    found, _evaluation = explain(claiming(), "keep", draws=100, seed=4, plan=True)
    planned = next(one for one in plan(claiming(), draws=100, seed=4).funded if one.id == "keep")
    assert (found.bridge.together, found.bridge.last_in) == (planned.attributed, planned.last_in)


def test_what_the_plan_leaves_out_has_its_bridge_to_the_list() -> None:
    lose = initiative("lose", costs={"one_off": 900}, levers=[{"revenue": "all", "change": -0.01}])
    found, _evaluation = explain(company_record(initiatives=[lose]), "lose", draws=100, plan=True)
    assert found.bridge.together is None


def test_a_name_that_nobody_has_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match="Did you mean keep"):
        explain(claiming(), "kep", draws=10)
