"""What is worth doing: the mandatory ones first, then the best, without what is excluded or lacks something."""

from itertools import chain, combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from cases import initiative_record
from prioritizer.domain.initiatives import Initiative
from prioritizer.services.figures import in_order_of_rank, worth_doing


def chosen(*listed: tuple[str, float, dict[str, Any]]) -> str:
    """The ids that are worth doing, of initiatives given as id, profit and links."""
    initiatives = [initiative_record(id_, **links) for id_, _profit, links in listed]
    found = worth_doing(initiatives, np.array([profit for _id, profit, _links in listed]))
    return " ".join(initiatives[position].id for position in found)


def test_what_earns_more_than_it_costs_in_the_order_of_rank() -> None:
    assert chosen(("a", 1.0, {}), ("b", -1.0, {}), ("c", 5.0, {}), ("d", 0.0, {})) == "c a"
    assert chosen(("a", -1.0, {}), ("b", 0.0, {})) == ""
    assert worth_doing([], np.array([])) == ()


def test_ties_stand_by_id_whatever_the_order_of_the_file() -> None:
    assert chosen(("b", 2.0, {}), ("c", 2.0, {}), ("a", 2.0, {})) == "a b c"
    assert in_order_of_rank([initiative_record(id_) for id_ in "bca"], np.array([2.0, 2.0, 2.0])) == [2, 0, 1]
    assert in_order_of_rank([], np.array([])) == []


def test_of_two_alike_that_exclude_each_other_the_first_by_id() -> None:
    assert chosen(("b", 2.0, {"excludes": ["a"]}), ("a", 2.0, {})) == "a"


def test_what_is_mandatory_is_done_whatever_it_costs_and_keeps_its_rank() -> None:
    assert chosen(("a", 5.0, {}), ("b", -9.0, {"mandatory": True}), ("c", 0.0, {"mandatory": True})) == "a c b"


def test_what_is_mandatory_goes_before_a_better_one_that_it_excludes() -> None:
    assert chosen(("a", 5.0, {}), ("b", -9.0, {"mandatory": True, "excludes": ["a"]})) == "b"
    assert chosen(("a", 5.0, {"excludes": ["b"]}), ("b", -9.0, {"mandatory": True})) == "b"


def test_what_requires_something_mandatory_has_it() -> None:
    assert chosen(("a", 5.0, {"requires": ["b"]}), ("b", -9.0, {"mandatory": True})) == "a b"


def test_what_lacks_its_prerequisite_is_left_out_and_with_it_who_needs_it() -> None:
    listed = [("a", 9.0, {"requires": ["b"]}), ("b", 5.0, {"requires": ["c"]}), ("d", 1.0, {})]
    assert chosen(*listed, ("c", -1.0, {})) == "d"
    assert chosen(*listed, ("c", 0.5, {})) == "a b d c"


def test_what_is_mandatory_brings_its_prerequisites_with_it_and_theirs() -> None:
    needs = ("a", -9.0, {"mandatory": True, "requires": ["b"]})
    assert chosen(needs, ("b", -2.0, {"requires": ["c"]}), ("c", -1.0, {}), ("d", -3.0, {})) == "c b a"
    assert chosen(needs, ("b", -2.0, {}), ("c", 8.0, {"excludes": ["b"]})) == "b a"


def test_what_rounding_leaves_of_nothing_is_no_profit() -> None:
    assert chosen(("a", 1e9, {}), ("b", 1e-4, {})) == "a"  # a ten-million-millionth of the largest
    assert chosen(("a", -1e9, {}), ("b", 1e-4, {})) == ""
    assert chosen(("a", 1e9, {}), ("b", 1.0, {})) == "a b"
    assert chosen(("b", 1e-4, {})) == "b"


def test_a_better_one_that_falls_gives_its_place_back() -> None:
    assert chosen(("a", 9.0, {"requires": ["c"]}), ("b", 5.0, {"excludes": ["a"]}), ("c", -1.0, {})) == "b"


def test_links_to_what_is_not_on_the_list_do_not_count() -> None:
    assert chosen(("a", 9.0, {"requires": ["x"], "excludes": ["y"]})) == "a"


@some.composite
def lists(draw: some.DrawFn) -> tuple[list[Initiative], list[float]]:
    """Up to five initiatives whose links name those before them, so that prerequisites make no circle."""
    ids = draw(some.permutations("abcde"))[: draw(some.integers(0, 5))]
    listed = []
    for place, id_ in enumerate(ids):
        links = draw(some.lists(some.sampled_from(ids[:place]), unique=True)) if place else []
        cut = draw(some.integers(0, len(links)))
        mandatory = draw(some.integers(0, 4)) == 0
        listed.append(initiative_record(id_, requires=links[:cut], excludes=links[cut:], mandatory=mandatory))
    return listed, draw(some.lists(some.integers(-3, 6).map(float), min_size=len(ids), max_size=len(ids)))


@given(lists())
def test_it_fits_together_and_nothing_that_pays_could_be_added(case: tuple[list[Initiative], list[float]]) -> None:
    listed, profits = case
    found = [listed[position].id for position in worth_doing(listed, np.array(profits))]
    assert _fits(found, listed)
    ranks = sorted(range(len(listed)), key=lambda position: (-profits[position], listed[position].id))
    assert found == [listed[position].id for position in ranks if listed[position].id in found]
    needed = _needed(listed)
    for one, profit in zip(listed, profits, strict=True):
        pays = one.id in needed or profit > 0
        assert pays or one.id not in found
        assert one.id in found or not pays or not _fits([*found, one.id], listed)


@given(lists())
def test_nothing_optional_stands_in_the_way_of_what_is_mandatory(case: tuple[list[Initiative], list[float]]) -> None:
    """Without prerequisites: of the mandatory ones as many are done as if there were no others."""
    listed, profits = case
    free = [one.model_copy(update={"requires": ()}) for one in listed]
    must = [position for position, one in enumerate(free) if one.mandatory]
    alone = worth_doing([free[position] for position in must], np.array([profits[position] for position in must]))
    found = worth_doing(free, np.array(profits))
    assert {free[position].id for position in found if free[position].mandatory} == {free[must[k]].id for k in alone}


def _needed(listed: list[Initiative]) -> set[str]:
    """The mandatory ones and what they need; prerequisites stand before those who need them."""
    needed = {one.id for one in listed if one.mandatory}
    for one in reversed(listed):
        needed |= set(one.requires) if one.id in needed else set()
    return needed


def _fits(ids: list[str], listed: list[Initiative]) -> bool:
    known = {one.id: one for one in listed}
    lacking = set(chain.from_iterable(known[id_].requires for id_ in ids)) - set(ids)
    barred = any(b in known[a].excludes or a in known[b].excludes for a, b in combinations(ids, 2))
    return not lacking and not barred


@pytest.mark.parametrize("profits", [[1.0, np.nan], [np.inf, 1.0]])
def test_a_profit_that_is_no_number_is_refused(profits: list[float]) -> None:
    with pytest.raises(ValueError, match="means"):
        worth_doing([initiative_record("a"), initiative_record("b")], np.array(profits))
