"""Tables as CSV that a spreadsheet opens without harm, and numbers that are none."""

import pandas as pd
import pytest

from prioritizer.export.tables import csv_text, require_finite


def test_numbers_stand_in_full_and_what_is_missing_is_empty():
    frame = pd.DataFrame({"name": ["A", "B, C"], "worth": [0.1 + 0.2, None]})
    assert csv_text(frame, index=False) == 'name,worth\r\nA,0.30000000000000004\r\n"B, C",\r\n'


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "＝1", "＋1", "－1", "＠x"])
def test_text_that_looks_like_a_formula_is_made_harmless(text):
    (cell,) = csv_text(pd.DataFrame({"a": [text]}), index=False).removeprefix("a\r\n").removesuffix("\r\n").split("\n")
    assert cell.strip('"') == f"'{text}"


@pytest.mark.parametrize("text", ["A = 1", "1-1", "<script>alert(1)</script>", "../../etc/passwd", "00123"])
def test_other_text_stands_as_it_is(text):
    assert csv_text(pd.DataFrame({"a": [text]}), index=False) == f"a\r\n{text}\r\n"


def test_negative_numbers_are_no_formulas():
    assert csv_text(pd.DataFrame({"a": [-5]}), index=False) == "a\r\n-5\r\n"


def test_a_number_that_is_none_is_named_by_its_place():
    require_finite({"a": [1.0, None, "nan", {"b": -2.5}], "c": (True, 3)})
    with pytest.raises(ValueError, match=r"^a\.1\.b is nan$"):
        require_finite({"a": [1.0, {"b": float("nan")}]})
    with pytest.raises(ValueError, match=r"^c\.0 is -inf$"):
        require_finite({"c": (float("-inf"),)})
