"""The documents say what is so: their output and code are run, and every command, option and key has its entry."""

import os
import re
import shlex
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import click
import pytest
from pydantic import BaseModel

import prioritizer
from prioritizer.cli import main
from prioritizer.domain import bridges, company, explanation, outcomes, results
from prioritizer.domain.company import BenefitRealisation, Company, GradeRealisation, Group, SharedSpread
from prioritizer.domain.initiatives import LEVER_KEYS, CostPerCustomer, Costs, Evidence, Initiative, Pilot
from prioritizer.domain.quantity import Kind, as_quantity
from prioritizer.domain.scenarios import Differences
from prioritizer.store.complaints import read_record
from prioritizer.store.outcomes import holds_outcomes
from prioritizer.store.strict_yaml import parse_yaml

ROOT = Path(__file__).parents[1]
WIDTH = "160"
FOLDERS = [ROOT, *(folder for folder in ROOT.iterdir() if folder.is_dir() and not folder.name.startswith("."))]
DOCUMENTS = sorted({file for folder in FOLDERS for file in folder.glob("*.md" if folder == ROOT else "**/*.md")})
FILES = ROOT / "docs/files.md"

OUTPUT = re.compile(r"<!-- output of: (.+?) -->\n```text\n(.*?)\n```\n", re.DOTALL)
LINK = re.compile(r"\[[^\]\n]+\]\(([^)\s]+)\)")
CODE_SPAN = re.compile(r"`([^`\n]+)`")
# Records whose keys stand in tables of their own, and those whose keys stand anywhere in a section.
IN_TABLES: dict[str, tuple[type[BaseModel], ...]] = {
    "Company": (Company, Group, GradeRealisation, SharedSpread),
    "Initiatives": (Initiative, Costs, Evidence, Pilot),
    "Scenarios": (Differences,),
    "Correlation: names of streams": (company.Correlation,),
    "Outcomes": (outcomes.Outcome,),
}
IN_TEXT: dict[str, tuple[type[BaseModel], ...]] = {
    "Company": (BenefitRealisation,),
    "Initiatives": (CostPerCustomer,),
    "JSON": (
        results.Run,
        results.Estimate,
        results.Baseline,
        results.CustomerWorth,
        results.SegmentAmounts,
        results.Ranking,
        results.RankedInitiative,
        results.SwitchingValue,
        results.Sources,
        results.Projection,
        results.Projected,
        results.GroupSeries,
        bridges.InitiativeBridge,
        bridges.PortfolioBridge,
        explanation.Explanation,
        outcomes.DeliveryLearnt,
        outcomes.GradeLearnt,
        outcomes.DepartmentLearnt,
        outcomes.Learnt,
    ),
}


def name_of(document: Path) -> str:
    return str(document.relative_to(ROOT))


def blocks(document: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", document.read_text(encoding="utf-8"), re.DOTALL)


def section(document: Path, heading: str) -> str:
    """The text below a heading of the second level, without blocks of code."""
    text = re.sub(r"```.*?```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)
    return text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def words_in_code(text: str) -> set[str]:
    """Every word that a text writes as code."""
    return {word for span in CODE_SPAN.findall(text) for word in re.findall(r"\w+", span)}


def heads_of_rows(text: str) -> str:
    """The first cells of all tables."""
    return "\n".join(re.findall(r"^\|([^|]+)\|", text, re.MULTILINE))


def keys_of(record: type[BaseModel]) -> set[str]:
    return {field.alias or name for name, field in record.model_fields.items()}


def anchors(document: Path) -> set[str]:
    """What can be linked to in a document: its headings, as the usual renderers name them."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_output_in_the_readme_is_what_the_command_prints() -> None:
    shown = OUTPUT.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    assert [command for command, _output in shown] == ["prioritizer rank scenarios/base.yaml"]
    for command, output in shown:
        printed = subprocess.run(
            [sys.executable, "-m", *shlex.split(command)],
            capture_output=True,
            encoding="utf-8",
            check=True,
            cwd=ROOT,
            env={**os.environ, "COLUMNS": WIDTH, "PRIORITIZER_LANGUAGE": "en", "PYTHONUTF8": "1"},
        ).stdout
        assert output.splitlines() == printed.rstrip("\n").splitlines()


@pytest.mark.parametrize("document", [ROOT / "README.md", FILES], ids=name_of)
def test_the_python_in_a_document_runs(document: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    code = blocks(document, "python")
    assert code
    for block in code:
        exec(compile(block, name_of(document), "exec"), {})


def test_the_yaml_in_the_files_page_is_read() -> None:
    kinds = {
        "gross_margin": lambda content: as_quantity(content["gross_margin"], Kind.SHARE),
        "benefit_realisation": lambda content: BenefitRealisation.model_validate(content["benefit_realisation"]),
        "name": Differences.model_validate,
        "correlate": lambda content: [company.Correlation.model_validate(entry) for entry in content["correlate"]],
    }
    seen = set()
    for block in blocks(FILES, "yaml"):
        document = parse_yaml(block, "docs/files.md")
        if holds_outcomes(document):
            for place in range(len(document.content)):
                read_record(outcomes.Outcome, document, (place,))
            seen.add("outcomes")
            continue
        if isinstance(document.content, list):
            read_record(Initiative, document, (0,))
            seen.add("initiatives")
            continue
        key = next(key for key in kinds if key in document.content)
        kinds[key](document.content)
        seen.add(key)
    assert seen == {*kinds, "initiatives", "outcomes"}


def test_every_command_and_option_has_its_entry() -> None:
    text = FILES.read_text(encoding="utf-8")
    context = click.Context(main, **main.context_settings)  # as when it is called: click keeps what it finds here
    for option in (option for param in main.get_params(context) for option in param.opts):
        assert f"`{option}" in text or f" {option}`" in text, option
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command is not None
        assert f"**`prioritizer {name} " in text, name
        for param in command.get_params(click.Context(command, parent=context)):
            options = [option for option in param.opts if param.param_type_name == "option"]
            for option in options:
                assert re.search(rf"`{option}\b", text), f"{name} {option}"


@pytest.mark.parametrize("heading", IN_TABLES)
def test_every_key_has_a_row(heading: str) -> None:
    rows = words_in_code(heads_of_rows(section(FILES, heading)))
    for record in IN_TABLES[heading]:
        assert keys_of(record) - rows == set(), record.__name__


@pytest.mark.parametrize("heading", IN_TEXT)
def test_every_other_key_is_named(heading: str) -> None:
    words = words_in_code(section(FILES, heading))
    for record in IN_TEXT[heading]:
        assert keys_of(record) - words == set(), record.__name__


def test_every_lever_and_public_name_has_its_entry() -> None:
    assert set(LEVER_KEYS) - words_in_code(heads_of_rows(section(FILES, "Initiatives"))) == set()
    text = FILES.read_text(encoding="utf-8")
    assert [name for name in prioritizer.__all__ if not re.search(rf"\b{name}\b", text)] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_links_lead_somewhere(document: Path) -> None:
    for link in LINK.findall(re.sub(r"```.*?```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)):
        if "://" in link:
            continue
        path, _mark, anchor = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_no_document_names_a_folder_of_one_machine(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    assert [folder for folder in ("/work/", "/tmp/", "/root/") if folder in text] == []


def test_every_module_has_its_room() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    modules = {path for path in (ROOT / "prioritizer").rglob("*.py") if not path.name.startswith("__")}
    assert {path.name for path in modules if path.name not in text} == set()


@pytest.mark.parametrize("document", ["ARCHITECTURE.md", "GLOSSARY.md"])
def test_modules_that_are_named_exist(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    for path in re.findall(r"`((?:domain|engine|store|export|services)/\w+\.py)`", text):
        assert (ROOT / "prioritizer" / path).exists(), path


def test_the_glossary_is_in_order_and_has_each_term_once() -> None:
    rows = re.findall(r"^\| ([^|]+?) \|", (ROOT / "GLOSSARY.md").read_text(encoding="utf-8"), re.MULTILINE)
    terms = [term.casefold() for term in rows if term not in ("term", "---")]
    assert len(terms) > 50
    assert all(before < after for before, after in pairwise(terms))
