"""The company as the text of its file: read as it was saved, changed by finance, refused line by line."""

from pathlib import Path

import pytest
from services.workplaces import last, workplace

from prioritizer.domain.workspace import COMPANY, ItemKind
from prioritizer.errors import Conflict, InputError, NotAllowed
from prioritizer.services.assumptions import company_text, company_versions, save_company_text


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return workplace(tmp_path)


def test_what_is_saved_as_it_was_read_is_the_same(path: Path) -> None:
    before = last(path, ItemKind.COMPANY, COMPANY)
    known = company_text(path, "anna")
    saved = save_company_text(path, known.text, known.version, "anna", "Nothing")
    assert saved.content == before.content


def test_a_change_is_kept_with_who_and_why(path: Path) -> None:
    known = company_text(path, "anna")
    save_company_text(path, known.text + "tax_rate: 0.2\n", known.version, "anna", "New law")
    assert last(path, ItemKind.COMPANY, COMPANY).content.tax_rate.number == 0.2
    assert [(one.version, one.who, one.why) for one in company_versions(path, "eva")] == [
        (2, "anna", "New law"),
        (1, "boss", "base.yaml"),
    ]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("tax_rate: 7\n", "line {line}, tax_rate: 7"),
        ("tax_rate: 0.1\ntax_rate: 0.2\n", "stands twice"),
        ("initiatives: other.yaml\n", "initiatives"),
        ("horizon: [\n", "line"),
        ("no_such_key: 1\n", "no_such_key"),
        ("groups: {Fixed: {}}\n", "groups"),
    ],
)
def test_what_is_wrong_is_said_with_its_line_and_not_kept(path: Path, more: str, words: str) -> None:
    known = company_text(path, "anna")
    with pytest.raises(InputError) as caught:
        save_company_text(path, known.text + more, known.version, "anna")
    assert words.format(line=known.text.count("\n") + 1) in str(caught.value)
    assert last(path, ItemKind.COMPANY, COMPANY).version == 1


def test_budgets_stay_with_executives(path: Path) -> None:
    known = company_text(path, "anna")
    with pytest.raises(NotAllowed, match="set budgets"):
        save_company_text(path, known.text + "budget: {2027: 5}\n", known.version, "anna")


@pytest.mark.parametrize("who", ["eva", "vera", "otto", "boss"])
def test_only_finance_changes_it(path: Path, who: str) -> None:
    text = company_text(path, "anna").text
    with pytest.raises(NotAllowed):
        save_company_text(path, text + "tax_rate: 0.2\n", 1, who)


@pytest.mark.parametrize(("who", "reads"), [("eva", True), ("vera", True), ("otto", False), ("boss", False)])
def test_who_works_on_the_list_reads_it(path: Path, who: str, reads: bool) -> None:
    if reads:
        assert company_text(path, who).version == 1
        return
    with pytest.raises(NotAllowed):
        company_text(path, who)
    with pytest.raises(NotAllowed):
        company_versions(path, who)


def test_who_is_slower_is_told(path: Path) -> None:
    text = company_text(path, "anna").text
    save_company_text(path, text + "tax_rate: 0.2\n", 1, "anna")
    with pytest.raises(Conflict):
        save_company_text(path, text + "tax_rate: 0.3\n", 1, "olga")
