"""The commands as people and programs use them: tables, JSON, CSV, files, exit codes, and no trace of a fault."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from services.workplaces import workplace

import cases
from prioritizer.cli import main

ROOT = Path(__file__).parents[1]
PERIODS = 6  # horizon 4 and latest start 2
CLAIM = {"churn": "detractor", "change": {"range": [-0.3, -0.2, 0]}}

RUN_KEYS = {"id", "model_version", "scenario", "seed", "draws", "currency", "point", "policy", "company"}
ESTIMATE_KEYS = {"mean", "p5", "p25", "p50", "p75", "p95", "standard_error"}
WORTH_KEYS = {
    *(
        "npv",
        "npv_other_policy",
        "npv_other_policy_estimate",
        "probability_of_loss",
        "roi",
        "irr",
        "irr_reason",
        "payback_years",
    ),
    *("payback_from_start_years", "discounted_payback_years", "pv_costs", "pv_benefits", "peak_funding", "cost"),
    *("costs", "cash_flow", "uncashed", "nps", "customers", "kept", "sources", "point_npv", "effect_of_uncertainty"),
}
ROW_KEYS = WORTH_KEYS | {
    *("id", "name", "department", "rank", "start", "grade", "rank_probability", "switching_values"),
    *("break_even_causal_share", "bridge"),
}
CSV_COLUMNS = [
    *("rank", "id", "name", "department", "profit", "p5", "p50", "p95", "standard_error", "profit_other_policy"),
    *("probability_of_loss", "roi", "irr", "payback_years", "discounted_payback_years", "pv_costs", "pv_benefits"),
    *("peak_funding", "cost", "effect_of_uncertainty", "source_margin", "source_service", "source_acquisition"),
    *("source_uncashed", "source_run_off", "source_costs"),
]


WIDE = {"COLUMNS": "160"}  # however wide the terminal is from which the tests were started


def run(*arguments):
    return CliRunner(env=WIDE).invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)


def ok(*arguments):
    """What a command prints that succeeds without a word on standard error."""
    result = run(*arguments)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout_bytes.decode("utf-8")


def refused(*arguments):
    """What a command says on standard error that ends with 2 and prints nothing."""
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Traceback" not in result.stderr
    return result.stderr


def spawn(*arguments, **environment):
    """The command in a process of its own."""
    command = [sys.executable, "-m", "prioritizer", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, env={**os.environ, **WIDE, **environment}, timeout=120, check=False
    )


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """Three initiatives: one that pays, one that only costs, one under a name that a spreadsheet would compute."""
    initiatives = [
        cases.initiative("pays", levers=[CLAIM], costs={"one_off": 100}, probability_of_success=0.9),
        cases.initiative("costs", levers=[], costs={"one_off": 1000}, department="IT"),
        cases.initiative("=1+1", name="@SUM(A1)", department="-cmd", levers=[CLAIM], costs={"running": 5}, start=1),
    ]
    return cases.write_case(tmp_path_factory.mktemp("base"), initiatives)


@pytest.fixture(scope="module")
def ranked(base):
    return json.loads(ok("rank", base, "--draws", 200, "--seed", 7, "--format", "json"))


# rank


def test_rank_prints_the_answer_then_the_table_then_what_the_run_was(base):
    lines = ok("rank", base, "--draws", 200, "--seed", 7).splitlines()
    assert lines[0].startswith("2 of 3 initiatives are worth doing: for 120 EUR they are projected to earn ")
    assert lines[0].endswith(" EUR together.")
    assert lines[1].startswith("“")
    rows = [line for line in lines[2:] if line.lstrip().startswith(("1 ", "2 ", "3 "))]
    assert len(rows) == 3
    assert "Initiative costs" in rows[2]
    assert "100 in 100" in rows[2]
    assert lines[-1].startswith("Run ")
    assert lines[-1].endswith("· Example · scenario Base · model 2 · 200 draws, seed 7")


def test_the_json_of_rank_has_the_documented_keys(ranked):
    assert set(ranked) == {
        *("run", "periods", "baseline", "customer_worth", "initiatives", "joint"),
        *("worth_doing", "worth_doing_together", "bridge"),
    }
    assert set(ranked["run"]) == RUN_KEYS
    assert set(ranked["baseline"]) == {"npv", "cash_flow", "nps", "customers"}
    assert set(ranked["baseline"]["npv"]) == ESTIMATE_KEYS
    assert set(ranked["joint"]) == set(ranked["worth_doing_together"]) == WORTH_KEYS
    assert ranked["worth_doing"] == [row["id"] for row in ranked["initiatives"] if row["npv"]["mean"] > 0]
    for row in ranked["initiatives"]:
        assert set(row) == ROW_KEYS
        assert set(row["npv"]) == ESTIMATE_KEYS
        assert set(row["sources"]) == {"margin", "service", "acquisition", "uncashed", "run_off", "costs"}
    assert set(ranked["customer_worth"][0]) == {
        "group",
        "policy",
        "promoter",
        "passive",
        "detractor",
        "losing",
        "reason",
    }


def test_the_json_of_rank_says_what_the_run_was(ranked):
    run_ = ranked["run"]
    assert (run_["scenario"], run_["seed"], run_["draws"], run_["currency"]) == ("Base", 7, 200, "EUR")
    assert (run_["point"], run_["policy"], run_["company"]) == (False, "hold", "Example")
    assert ranked["periods"] == ["Q1 2027", "Q2 2027", "Q3 2027", "Q4 2027", "Q1 2028", "Q2 2028"]


def test_series_have_an_entry_per_period_and_stocks_one_more(ranked):
    for part in (ranked["baseline"], ranked["joint"], *ranked["initiatives"]):
        assert len(part["cash_flow"]) == PERIODS
        assert len(part["nps"]) == len(part["customers"]) == PERIODS + 1
    assert ranked["baseline"]["customers"][0] == pytest.approx(1000)
    assert ranked["baseline"]["nps"][0] == pytest.approx(5)  # 300 promoters less 250 detractors of 1,000


def test_initiatives_stand_in_the_order_of_their_rank(ranked):
    rows = ranked["initiatives"]
    assert [row["rank"] for row in rows] == [1, 2, 3]
    means = [row["npv"]["mean"] for row in rows]
    assert means == sorted(means, reverse=True)
    assert rows[2]["id"] == "costs"
    assert [sum(row["rank_probability"]) for row in rows] == pytest.approx([1, 1, 1])
    assert {row["id"]: row["start"] for row in rows} == {"pays": 0, "=1+1": 1, "costs": 0}


def test_what_only_costs_is_worth_minus_its_present_value_and_the_rest_is_null(ranked):
    row = ranked["initiatives"][2]
    assert row["npv"]["mean"] == pytest.approx(-1000 * 1.08**-0.125)  # paid in the middle of the first quarter
    assert row["roi"] == pytest.approx(-1)
    assert (row["irr"], row["payback_years"], row["discounted_payback_years"]) == (None, None, None)
    assert isinstance(row["irr_reason"], str)
    assert (row["probability_of_loss"], row["cost"], row["npv_other_policy"]) == (1, 1000, None)
    assert row["cash_flow"] == [-1000, 0, 0, 0, 0, 0]
    assert (row["switching_values"], row["break_even_causal_share"]) == ([], None)


def test_point_knows_only_means(base):
    ranked = json.loads(ok("rank", base, "--point", "--format", "json"))
    assert (ranked["run"]["point"], ranked["run"]["draws"]) == (True, 1)
    for row in ranked["initiatives"]:
        assert [row["npv"][key] for key in ("p5", "p50", "p95", "standard_error")] == [None] * 4
        assert row["probability_of_loss"] is None
        assert row["npv"]["mean"] == row["point_npv"]
    assert "every number at its mean" in ok("rank", base, "--point")


def test_switching_adds_the_inputs_that_matter(base):
    ranked = json.loads(ok("rank", base, "--point", "--switching", "--format", "json"))
    pays = next(row for row in ranked["initiatives"] if row["id"] == "pays")
    assert set(pays["switching_values"][0]) == {
        *("input", "mean", "low", "high", "profit", "profit_low", "profit_high", "swing", "switch")
    }
    assert "Profit is zero at" in ok("rank", base, "--point", "--switching")


def test_the_other_policy_is_shown_where_it_can_be_computed(tmp_path):
    planned = cases.group(planned_acquisitions=40)
    path = cases.write_case(tmp_path, groups={"Mobile": planned})
    (row,) = json.loads(ok("rank", path, "--draws", 50, "--format", "json"))["initiatives"]
    assert set(row["npv_other_policy_estimate"]) == ESTIMATE_KEYS
    assert row["npv_other_policy"] == row["npv_other_policy_estimate"]["mean"]


def test_the_csv_of_rank_is_the_list_in_full(base, ranked):
    text = ok("rank", base, "--draws", 200, "--seed", 7, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert list(rows[0]) == CSV_COLUMNS
    for row, known in zip(rows, ranked["initiatives"], strict=True):
        assert int(row["rank"]) == known["rank"]
        assert float(row["profit"]) == known["npv"]["mean"]
        assert float(row["standard_error"]) == known["npv"]["standard_error"]
        assert float(row["pv_costs"]) == known["pv_costs"]
    assert rows[2]["irr"] == rows[2]["payback_years"] == rows[2]["profit_other_policy"] == ""
    assert float(rows[2]["profit"]) < 0  # a negative number stays a number


def test_text_that_a_spreadsheet_would_compute_stands_behind_an_apostrophe(base):
    rows = list(csv.DictReader(io.StringIO(ok("rank", base, "--point", "--format", "csv"), newline="")))
    harmless = {row["id"]: (row["name"], row["department"]) for row in rows}
    assert harmless["'=1+1"] == ("'@SUM(A1)", "'-cmd")
    assert harmless["pays"] == ("Initiative pays", "Customer service")


@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_a_company_without_initiatives_has_an_empty_list(tmp_path, form):
    path = cases.write_case(tmp_path, [])
    text = ok("rank", path, "--draws", 20, "--format", form)
    if form == "table":
        assert "There are no initiatives to rank." in text
    elif form == "json":
        assert json.loads(text)["initiatives"] == []
    else:
        assert text == ",".join(CSV_COLUMNS) + "\r\n"


# simulate


def test_simulate_prints_every_case_by_period(base):
    text = ok("simulate", base, "--point")
    headings = [line for line in text.splitlines() if line in ("baseline", "all together")]
    assert headings == ["baseline", "all together"]
    assert text.count("Q1 2027") == 5
    assert "Mobile: NPS" in text


def test_the_json_of_simulate_has_the_documented_keys(base):
    projected = json.loads(ok("simulate", base, "--draws", 100, "--format", "json"))
    assert set(projected) == {"run", "periods", "baseline", "initiatives", "together", "worth_doing"}
    assert projected["worth_doing"] is None
    assert [case["id"] for case in projected["initiatives"]] == ["pays", "costs", "=1+1"]
    for case in (projected["baseline"], projected["together"], *projected["initiatives"]):
        assert set(case) == {
            *("id", "name", "groups", "nps", "customers", "lost", "initiative_cost", "uncashed", "cash_flow")
        }
        assert len(case["cash_flow"]) == len(case["initiative_cost"]) == len(case["uncashed"]) == PERIODS
        assert len(case["nps"]) == len(case["customers"]) == PERIODS + 1
        for series in case["groups"]:
            assert set(series) == {
                *("group", "promoter", "passive", "detractor", "lost", "nps", "margin", "service", "acquisition"),
                "cash_flow",
            }
            assert len(series["promoter"]) == PERIODS + 1
            assert len(series["margin"]) == PERIODS
    assert (projected["baseline"]["id"], projected["together"]["id"]) == (None, None)
    # 300 · 120 · 0.5 + 450 · 100 · 0.5 + 250 · 90 · 0.5 in the first quarter
    assert projected["baseline"]["groups"][0]["margin"][0] == pytest.approx(51_750)


def test_the_csv_of_simulate_has_a_row_for_each_case_group_and_period(base):
    rows = list(csv.DictReader(io.StringIO(ok("simulate", base, "--point", "--format", "csv"), newline="")))
    assert list(rows[0]) == [
        *("case", "group", "period", "promoter", "passive", "detractor", "customers", "lost", "nps", "margin"),
        *("service", "acquisition", "cash_flow", "initiative_cost"),
    ]
    of_a_case = 2 * (PERIODS + 1)  # one group and the company, each with a row for the end
    assert [row["case"] for row in rows[::of_a_case]] == ["baseline", "pays", "costs", "'=1+1", "all together"]
    assert len(rows) == 5 * of_a_case
    for row in rows[:of_a_case]:
        assert float(row["customers"]) == pytest.approx(1000)
    with_costs = rows[2 * of_a_case : 3 * of_a_case]
    company = [row for row in with_costs if row["group"] == "(company)"]
    assert [float(row["initiative_cost"]) for row in company[:-1]] == [1000, 0, 0, 0, 0, 0]
    assert company[-1]["period"] == "end"
    assert company[-1]["cash_flow"] == ""
    assert [float(rows[0][segment]) for segment in cases.SEGMENTS] == [300, 450, 250]


def test_simulate_takes_only_the_initiatives_that_are_named(base):
    projected = json.loads(ok("simulate", base, "--point", "--initiative", "costs", "--format", "json"))
    assert [case["id"] for case in projected["initiatives"]] == ["costs"]
    assert projected["together"] is None


@pytest.mark.parametrize(("id_", "remedy"), [("cost", "Did you mean costs?"), ("xyz", "Known are: pays, costs, =1+1.")])
def test_an_initiative_that_nobody_has_is_refused(base, id_, remedy):
    assert refused("simulate", base, "--initiative", id_) == f"initiatives: {id_} is not an initiative. {remedy}\n"


def test_every_unknown_initiative_is_named(base):
    assert refused("simulate", base, "--initiative", "x", "--initiative", "pays", "--initiative", "y").count("\n") == 2


# Options of a run


@pytest.mark.parametrize("command", ["rank", "simulate"])
@pytest.mark.parametrize(
    ("option", "value", "complaint"),
    [
        ("--draws", 1, "draws: 1 is not a number of draws. Give a whole number from 2 to 1000000."),
        ("--draws", 0, "draws: 0 is not a number of draws. Give a whole number from 2 to 1000000."),
        ("--draws", -5, "draws: -5 is not a number of draws. Give a whole number from 2 to 1000000."),
        ("--draws", 10**9, "draws: 1000000000 is not a number of draws. Give a whole number from 2 to 1000000."),
        ("--seed", -1, "seed: -1 is not a seed. Give a whole number from 0 to 2^63 − 1."),
        ("--seed", 2**63, "seed: 9223372036854775808 is not a seed. Give a whole number from 0 to 2^63 − 1."),
    ],
)
def test_draws_and_seed_have_limits(base, command, option, value, complaint):
    assert refused(command, base, option, value) == complaint + "\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--draws", "many"],
        ["--draws", "1e3"],
        ["--draws", "10.5"],
        ["--seed", "NaN"],
        ["--seed"],
        ["--format", "xml"],
        ["--unknown"],
        ["--draws"],
        ["second.yaml"],
    ],
)
def test_options_that_cannot_be_understood_end_with_two(base, arguments):
    assert "Error: " in refused("rank", base, *arguments)


@pytest.mark.parametrize("seed", [0, 2**63 - 1])
def test_the_least_and_the_largest_seed_are_seeds(base, seed):
    assert json.loads(ok("rank", base, "--draws", 2, "--seed", seed, "--format", "json"))["run"]["seed"] == seed


def test_another_seed_is_another_run_and_the_same_seed_the_same(base):
    texts = [ok("rank", base, "--draws", 100, "--seed", seed, "--format", "json") for seed in (3, 3, 4)]
    assert texts[0] == texts[1]
    assert texts[0] != texts[2]
    assert json.loads(texts[0])["run"]["id"] != json.loads(texts[2])["run"]["id"]


def test_equal_seeds_give_equal_bytes_in_another_process(base):
    arguments = ("rank", base, "--draws", 100, "--seed", 3, "--format", "json")
    process = spawn(*arguments, PYTHONHASHSEED="1", NUMBA_NUM_THREADS="1")
    assert (process.returncode, process.stderr) == (0, b"")
    assert process.stdout.decode("utf-8") == ok(*arguments)


# --out


@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_out_holds_what_would_have_been_printed(base, tmp_path, form):
    out = tmp_path / "out.txt"
    out.write_text("what stood there before", encoding="utf-8")
    assert ok("rank", base, "--point", "--format", form, "--out", out) == ""
    with out.open(encoding="utf-8", newline="") as file:
        assert file.read() == ok("rank", base, "--point", "--format", form)
    assert [path.name for path in tmp_path.iterdir()] == ["out.txt"]


def test_out_cannot_be_a_folder_nor_lie_in_one_that_is_not_there(base, tmp_path):
    assert "is a directory" in refused("rank", base, "--point", "--out", tmp_path)
    gone = tmp_path / "gone" / "out.json"
    assert (
        refused("rank", base, "--point", "--out", gone) == f"{gone}: No such file or directory. Choose another file.\n"
    )
    long = tmp_path / ("x" * 300)
    assert refused("rank", base, "--point", "--out", long) == f"{long}: File name too long. Choose another file.\n"


def test_nothing_is_written_where_the_input_is_at_fault(tmp_path):
    out = tmp_path / "out.json"
    refused("rank", cases.write_case(tmp_path, horizon=0), "--out", out)
    assert not out.exists()


# validate


def test_validate_says_what_is_in_order(base):
    folder = base.parent
    assert ok("validate", base, folder / "company.yaml", folder / "initiatives.yaml") == (
        f"{base}: nothing to complain about\n"
        f"{folder / 'company.yaml'}: nothing to complain about\n"
        f"{folder / 'initiatives.yaml'}: nothing to complain about\n"
    )


def test_validate_says_every_complaint_about_every_file_and_counts_them(base, tmp_path):
    broken = cases.write(tmp_path, company=cases.company(horizon=0, tax_rate=2))
    result = run("validate", broken, base, tmp_path / "missing.yaml")
    assert result.exit_code == 2
    assert result.stdout == f"{base}: nothing to complain about\n"
    assert result.stderr.splitlines() == [
        f"{broken}, line 3, horizon: 0 is not a benefit window. Give a whole number of periods from 1 to 120.",
        f"{broken}, line 45, tax_rate: 2 is not a share. Give a number from 0 to 1: did you mean 0.02 (2 %)?",
        f"{tmp_path / 'missing.yaml'}: there is no such file. Check the path.",
        "3 complaints",
    ]


def test_validate_tells_programs_the_same(base, tmp_path):
    missing = tmp_path / "missing.yaml"
    result = run("validate", missing, base, "--format", "json")
    assert result.exit_code == 2
    assert json.loads(result.stdout) == {
        "in_order": [str(base)],
        "complaints": [
            {
                "file": str(missing),
                "line": None,
                "place": "",
                "value": "",
                "rule": "there is no such file",
                "remedy": "Check the path.",
            }
        ],
    }
    result = run("validate", missing, base, "--format", "csv")
    assert list(csv.reader(io.StringIO(result.stdout))) == [
        ["file", "line", "place", "value", "rule", "remedy"],
        [str(missing), "", "", "", "there is no such file", "Check the path."],
    ]


def test_validate_counts_one_complaint_in_the_singular(tmp_path):
    assert refused("validate", tmp_path / "x.yaml").endswith("\n1 complaint\n")


def test_validate_wants_a_file():
    assert "Missing argument" in refused("validate")


def test_a_name_of_a_file_that_is_no_utf8_is_printed_all_the_same(tmp_path):
    path = os.fsencode(tmp_path) + b"/caf\xe9.yaml"
    Path(os.fsdecode(path)).write_text(cases.text(cases.company()), encoding="utf-8")
    process = subprocess.run(
        [sys.executable, "-m", "prioritizer", "validate", path], capture_output=True, timeout=120, check=False
    )
    assert (process.returncode, process.stderr) == (0, b"")
    assert process.stdout.endswith(b"nothing to complain about\n")


# Inputs at fault


@pytest.mark.parametrize("command", ["rank", "simulate"])
def test_every_complaint_about_a_scenario_is_on_standard_error(tmp_path, command):
    path = cases.write_case(tmp_path, [cases.initiative("a", reach={"Mobile": 2})], horizon=0)
    assert refused(command, path).splitlines() == [
        f"{tmp_path}/company.yaml, line 3, horizon: 0 is not a benefit window. "
        "Give a whole number of periods from 1 to 120.",
        f'{tmp_path}/initiatives.yaml, line 10, "a", reach.Mobile: 2 is not a share. '
        "Give a number from 0 to 1: did you mean 0.02 (2 %)?",
    ]


@pytest.mark.parametrize("command", ["rank", "simulate", "validate"])
def test_a_path_that_is_no_file_is_refused(tmp_path, command):
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    for path, rule in (
        (tmp_path, "is not a file"),
        (fifo, "is not a file"),
        ("/dev/zero", "is not a file"),
        (tmp_path / "gone.yaml", "there is no such file"),
        ("-", "there is no such file"),
        ("x" * 5_000, "cannot be read: File name too long"),
        ("../../etc/pass%77d", "there is no such file"),
    ):
        assert rule in refused(command, path)


def test_a_company_is_ranked_as_it_stands_and_a_list_of_initiatives_is_not(base):
    printed = ok("rank", base.parent / "company.yaml", "--draws", 50)
    assert "scenario Example" in printed
    assert "is neither a scenario nor a company file" in refused("rank", ROOT / "data/initiatives.yaml")


def test_the_name_of_the_file_says_in_which_form_it_is_written(base, tmp_path):
    ok("rank", base, "--point", "--out", tmp_path / "list.csv")
    ok("rank", base, "--point", "--out", tmp_path / "list.json")
    ok("rank", base, "--point", "--format", "json", "--out", tmp_path / "list.txt")
    assert (tmp_path / "list.csv").read_text(encoding="utf-8").startswith("rank,id,name,")
    assert json.loads((tmp_path / "list.json").read_text(encoding="utf-8"))["run"]["point"] is True
    assert json.loads((tmp_path / "list.txt").read_text(encoding="utf-8"))["run"]["point"] is True


def test_a_correlation_that_joins_nothing_is_refused(tmp_path):
    path = cases.write_case(tmp_path, correlate=[{"names": ["groups.x.*"], "rho": 0.5}])
    assert "joins 0 uncertain numbers" in refused("rank", path)
    assert "joins 0 uncertain numbers" in refused("simulate", path)


# estimate


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    """A mapping and twelve answers of customers, four in each segment."""
    folder = tmp_path_factory.mktemp("records")
    scores = [9, 10, 9, 10, 7, 8, 7, 8, 0, 6, 5, 3]
    lines = ["id,nps", *(f"c{n},{score}" for n, score in enumerate(scores))]
    (folder / "answers.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return cases.write(
        folder,
        mapping={
            "records": ["answers.csv"],
            "customer": "id",
            "score": {"column": "nps", "scale": "0-10"},
            "periods_per_year": 4,
        },
    )


def test_estimate_counts_customers(records):
    found = json.loads(ok("estimate", records, "--format", "json"))
    assert {"document", "text", "lines", "figures", "gaps", "notices", "files", "rows", "customers"} == set(found)
    assert (found["rows"], found["customers"]) == (12, 12)
    assert "12 rows of 12 customers" in ok("estimate", records)
    rows = list(csv.DictReader(io.StringIO(ok("estimate", records, "--format", "csv"), newline="")))
    assert len(rows) == len(found["lines"])


def test_estimate_writes_the_company_file(records, tmp_path):
    out = tmp_path / "groups.yaml"
    ok("estimate", records, "--out", out)
    as_json = tmp_path / "found.json"
    ok("estimate", records, "--format", "json", "--out", as_json)
    assert out.read_text(encoding="utf-8") == json.loads(as_json.read_text(encoding="utf-8"))["text"]


def test_estimate_takes_the_records_apart_from_their_mapping(records):
    answers = records.parent / "answers.csv"
    assert json.loads(ok("estimate", answers, "--mapping", records, "--format", "json"))["rows"] == 12


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "no mapping says what the columns of the records mean"),
        (["answers.csv"], "no mapping says what the columns of the records mean"),
        (["missing.yaml"], "there is no such file"),
        (["answers.csv", "--mapping", "missing.yaml"], "there is no such file"),
        (["missing.csv", "--mapping", "mapping.yaml"], "missing.csv"),
    ],
)
def test_estimate_refuses_what_it_cannot_read(records, monkeypatch, arguments, said):
    monkeypatch.chdir(records.parent)
    assert said in refused("estimate", *arguments)


# Help


@pytest.mark.parametrize("command", [[], ["rank"], ["simulate"], ["estimate"], ["validate"]])
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_every_command_explains_itself(command, option):
    assert ok(*command, option).startswith("Usage: ")


def test_the_help_names_every_command():
    assert set(main.commands) >= {"rank", "simulate", "estimate", "validate"}
    text = ok("--help")
    assert all(f"  {name} " in text for name in main.commands)
    assert all(command.help for command in main.commands.values())


def test_the_version_is_printed():
    assert ok("--version").split()[1] == "version"


def test_an_unknown_command_is_refused():
    assert "No such command" in refused("rnak")


# As a process


def test_a_reader_that_goes_away_leaves_no_trace(base):
    command = [sys.executable, "-m", "prioritizer", "simulate", str(base), "--point", "--format", "json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        said = process.stderr.read()
        assert process.wait(timeout=120) != 0
    assert said == b""


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_what_is_printed_into_a_pipe_is_utf8(base, encoding):
    process = spawn("rank", base, "--point", PYTHONIOENCODING=encoding)
    assert (process.returncode, process.stderr) == (0, b"")
    assert "“" in process.stdout.decode("utf-8")
    assert process.stdout.decode("utf-8") == ok("rank", base, "--point")


def test_complaints_can_be_read_in_any_encoding(tmp_path):
    process = spawn("rank", tmp_path / "gone.yaml", PYTHONIOENCODING="ascii")
    assert (process.returncode, process.stdout) == (2, b"")
    assert process.stderr.endswith(b"gone.yaml: there is no such file. Check the path.\n")


def test_nothing_is_said_by_the_compiler_or_the_libraries(base):
    for arguments in (("rank", base, "--draws", 20), ("simulate", base, "--draws", 20, "--format", "csv")):
        process = spawn(*arguments, PYTHONWARNINGS="default")
        assert (process.returncode, process.stderr) == (0, b"")
        assert not any(word in process.stdout.lower() for word in (b"warning", b"numba", b"compil"))


@pytest.fixture
def workspace(tmp_path, base, monkeypatch):
    """A workspace on the three initiatives, with its admin boss and anna of finance."""
    path = tmp_path / "workspace.db"
    monkeypatch.setenv("PRIORITIZER_WORKSPACE", str(path))
    monkeypatch.setenv("PRIORITIZER_PERSON", "boss")
    ok("init", path, "--from", base)
    ok("user", "add", "anna", "--name", "Anna Berg", "--role", "finance", "--role", "viewer")
    return path


def test_a_workspace_is_made_once_and_only_from_sound_files(tmp_path, base):
    path = tmp_path / "workspace.db"
    assert "boss is its admin. Head of the history: " in ok("init", path, "--from", base, "--as", "boss")
    assert refused("init", path) == f"{path}: is there already. Choose another name, or use what is there.\n"
    broken = cases.write(tmp_path, broken={"company": "Example"})
    assert "broken.yaml" in refused("init", tmp_path / "other.db", "--from", broken)
    assert not (tmp_path / "other.db").exists()


def test_people_are_added_listed_and_disabled(workspace):
    ok("user", "add", "vera", "--role", "department head", "--department", "Network")
    assert ok("user", "list").splitlines() == [
        "Signs in as  Name       Roles            Department  State",
        "boss         boss       admin",
        "anna         Anna Berg  finance, viewer",
        "vera         vera       department head  Network",
    ]
    refusal = refused("user", "add", "otto", "--role", "viewer", "--as", "anna")
    assert refusal == "anna may not manage people: admins may.\n"
    assert "king is not a role" in refused("user", "add", "otto", "--role", "king")
    ok("user", "disable", "anna")
    assert ok("user", "list").splitlines()[2] == "anna         Anna Berg  finance, viewer              disabled"
    assert json.loads(ok("user", "list", "--format", "json"))["people"][1]["active"] is False
    assert list(csv.DictReader(io.StringIO(ok("user", "list", "--format", "csv"))))[1]["roles"] == "finance, viewer"
    assert refused("export", workspace.with_name("out"), "--as", "anna") == "anna is disabled. Ask an admin.\n"


def test_what_is_exported_gives_the_same_list(workspace, base, tmp_path):
    assert "the company; initiatives: 3; scenarios: 1" in ok("export", tmp_path / "out", "--as", "anna")
    exported = tmp_path / "out/scenarios/base.yaml"
    assert ok("rank", exported, "--point", "--format", "csv") == ok("rank", base, "--point", "--format", "csv")
    assert json.loads(ok("import", exported, "--as", "anna", "--format", "json"))["unchanged"] == 5
    assert ok("import", exported, "--as", "anna").startswith("5 as they were\nHead of the history: ")


def test_a_backup_is_taken_checked_and_restored(workspace, tmp_path):
    backup = tmp_path / "backup.db"
    head = ok("backup", backup).split()[-1]
    ok("user", "add", "otto", "--role", "viewer")
    said = ok("restore", backup, "--why", "Too many viewers")
    assert said.startswith(f"{backup} took the place of {workspace}\nWhat was there before is kept as ")
    assert "otto" not in ok("user", "list")
    assert ok("audit", "verify", "--head", head).startswith("Everything is as it was written.\n")


def test_what_was_tampered_with_is_found(workspace):
    assert "Nothing is wrong with it." in ok("doctor")
    result = run("audit", "verify", "--head", "abc")
    assert result.exit_code == 2
    assert result.stderr.startswith("head abc: it is not there")
    workspace.write_bytes(workspace.read_bytes().replace(b"Anna Berg", b"Anna Burg"))
    for command in (("doctor",), ("audit", "verify")):
        found = run(*command)
        assert (found.exit_code, found.stderr) == (
            2,
            "person anna, version 1: its content was changed after it was saved\n",
        )


def test_where_no_workspace_is_it_says_so(tmp_path):
    path = tmp_path / "gone.db"
    words = f"{path}: there is no such file. Check the path, or make a workspace with prioritizer init.\n"
    for command in (("user", "list"), ("doctor",), ("audit", "verify"), ("export", tmp_path / "out")):
        assert refused(*command, "--workspace", path) == words


def test_somebody_is_invited_with_a_path_that_works(tmp_path):
    from prioritizer.services.sign_in import invited

    path = tmp_path / "workspace.db"
    known = ["--workspace", str(path), "--as", "boss"]
    assert CliRunner().invoke(main, ["init", str(path), "--as", "boss"]).exit_code == 0
    result = CliRunner().invoke(main, ["user", "invite", "boss", *known])
    assert result.exit_code == 0
    assert result.output.startswith("/invitation?token=")
    assert invited(path, result.output.strip().partition("=")[2]).id == "boss"
    result = CliRunner().invoke(main, ["user", "invite", "nobody", *known])
    assert result.exit_code == 2
    assert "is nobody in this workspace" in result.output


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--address", "0.0.0.0"], "nobody would have to sign in"),
        (["--address", "0.0.0.0", "scenarios/base.yaml"], "nobody would have to sign in"),
        (["--workspace", "w.db", "scenarios/base.yaml"], "cannot be served together"),
        (["--workspace", "nothing.db"], "there is no such file"),
        (["--workspace", "scenarios/base.yaml"], "is no database"),
    ],
)
def test_the_application_refuses_what_it_may_not_serve(monkeypatch, given, said):
    monkeypatch.chdir(ROOT)
    result = CliRunner().invoke(main, ["app", *given])
    assert result.exit_code == 2
    assert said in result.output


def test_the_application_serves_a_workspace(monkeypatch, tmp_path):
    path, served = tmp_path / "workspace.db", []
    CliRunner().invoke(main, ["init", str(path), "--as", "boss"])
    monkeypatch.setattr("prioritizer.ui.server.serve", lambda *known, **named: served.append((known, named)))
    given = ["app", "--workspace", str(path), "--address", "0.0.0.0", "--host", "a.example", "--host", "b.example"]
    assert CliRunner().invoke(main, given).exit_code == 0
    assert served == [((path, 8501, "0.0.0.0", ("a.example", "b.example")), {"signs_in": True})]
    renamed = path.rename(path.with_suffix(".yaml"))
    result = CliRunner().invoke(main, ["app", "--workspace", str(renamed)])
    assert result.exit_code == 2
    assert "under the name of a scenario file" in result.output


def test_a_plan_is_printed_as_a_table_and_as_json(tmp_path: Path) -> None:
    scenario = cases.write_case(tmp_path, [cases.initiative("one"), cases.initiative("two")], budget={2027: 1500})
    table = run("plan", scenario, "--draws", 20)
    assert table.exit_code == 0
    assert "Fund 1 of 2 for " in table.output
    assert "Too little money is left" in table.output
    found = json.loads(run("plan", scenario, "--draws", 20, "--format", "json").stdout)
    assert [one["id"] for one in found["funded"]] in (["one"], ["two"])
    assert found["years"][0]["budget"] == 1500
    twice = json.loads(run("plan", scenario, "--draws", 20, "--budget", 2, "--format", "json").stdout)
    assert len(twice["funded"]) == 2
    assert "funded" in run("plan", scenario, "--draws", 20, "--format", "csv").stdout.splitlines()[0]


def test_demands_that_contradict_each_other_end_a_plan_with_two(tmp_path: Path) -> None:
    must = cases.initiative("must", mandatory=True)
    ended = run("plan", cases.write_case(tmp_path, [must], budget={2027: 10}), "--draws", 20)
    assert ended.exit_code == 2
    assert "must be done" in ended.output


def test_the_frontier_has_a_row_for_each_budget(tmp_path: Path) -> None:
    scenario = cases.write_case(tmp_path, [cases.initiative("one")], budget={2027: 1500})
    lines = run("plan", scenario, "--frontier", "--draws", 20, "--format", "csv").stdout.strip().splitlines()
    assert len(lines) == 22


def test_the_order_by_funding_has_its_line(tmp_path: Path) -> None:
    scenario = cases.write_case(tmp_path, [cases.initiative("one"), cases.initiative("two")], budget={2027: 1500})
    shown = run("rank", scenario, "--order", "funding", "--draws", 20)
    assert shown.exit_code == 0
    assert "budget line" in shown.output
    found = json.loads(run("rank", scenario, "--budget", 2, "--draws", 20, "--format", "json").stdout)
    assert found["line"] == 2


def test_a_budget_draws_no_line_across_the_order_by_profit(tmp_path: Path) -> None:
    ended = run("rank", cases.write_case(tmp_path), "--order", "profit", "--budget", 5)
    assert ended.exit_code == 2
    assert "--budget draws the line" in ended.output


# Claims


OUTCOMES = "".join(
    f"- {{initiative: i{k}, department: IT, grade: B, claimed: 10, delivered: {3 + k}}}\n" for k in range(5)
)


def test_explain_prints_the_bridge_that_the_list_has(tmp_path):
    scenario = cases.write_case(tmp_path, benefit_realisation={"D": {"delivered": 0.5, "cost": 1.2}})
    listed = json.loads(ok("rank", scenario, "--draws", 50, "--format", "json"))["initiatives"][0]
    found = json.loads(ok("explain", scenario, "call-back", "--draws", 50, "--format", "json"))
    assert found["bridge"] == listed["bridge"]
    table = ok("explain", scenario, "call-back", "--draws", 50, "--plan")
    assert [
        word for word in ("Submitted", "Delivered ÷ claimed", "On the list", "Expected disappointment") if word in table
    ] == [
        "Submitted",
        "Delivered ÷ claimed",
        "On the list",
        "Expected disappointment",
    ]
    assert "Did you mean call-back" in refused("explain", scenario, "call-bak")


def test_delivered_prints_what_outcomes_suggest(tmp_path):
    table = {"B": {"delivered": 0.9, "spread": 0.2}, "shared": {"company": 0.1}}
    scenario = cases.write_case(tmp_path, benefit_realisation=table)
    outcomes = cases.write(tmp_path, outcomes=OUTCOMES)
    found = json.loads(ok("delivered", outcomes, "--company", scenario, "--format", "json"))
    assert found["grades"][1]["delivered"]["present"] == 0.9
    assert 0.5 < found["grades"][1]["delivered"]["suggested"] < 0.9
    text = ok("delivered", outcomes)
    assert "5 outcomes, 0 of harm." in text
    assert "No outcomes of grade A, C, D: as it is." in text
    rows = list(csv.reader(io.StringIO(ok("delivered", outcomes, "--format", "csv"))))
    assert rows[0] == ["place", "outcomes", "present", "suggested", "standard_error"]
    assert rows[-1][0] == "shared.department"
    assert "nothing was claimed" in refused(
        "delivered", cases.write(tmp_path, bad="- {initiative: a, department: b, grade: A, claimed: 0, delivered: 1}\n")
    )


def test_explain_prints_the_cash_flow_line_by_line(base):
    found = json.loads(ok("explain", base, "pays", "--draws", 50, "--cash-flow", "--format", "json"))
    row = next(
        row
        for row in json.loads(ok("rank", base, "--draws", 50, "--format", "json"))["initiatives"]
        if row["id"] == "pays"
    )
    lines = {line["key"]: line for line in found["lines"]}
    flow = [cell["difference"] for cell in lines["cash_flow"]["periods"]]
    assert flow == pytest.approx(row["cash_flow"], abs=1e-6)
    assert lines["profit"]["present_value"]["difference"] == pytest.approx(row["npv"]["mean"])
    rows = list(
        csv.DictReader(io.StringIO(ok("explain", base, "pays", "--draws", 50, "--cash-flow", "--format", "csv")))
    )
    assert [float(one["difference"]) for one in rows if one["line"] == "cash_flow"] == pytest.approx(flow)
    table = ok("explain", base, "pays", "--draws", 50, "--cash-flow")
    assert "Projected profit" in table
    assert found["years"][0] in table
    assert "leave one of them away" in refused("explain", base, "pays", "--cash-flow", "--plan")
    assert "is not an initiative" in refused("explain", base, "nobody", "--cash-flow")


def test_plan_prints_the_cash_flow_of_what_it_would_fund(base):
    found = json.loads(ok("plan", base, "--draws", 50, "--cash-flow", "--format", "json"))
    plan = json.loads(ok("plan", base, "--draws", 50, "--format", "json"))
    assert set(found["initiatives"]) == {one["id"] for one in plan["funded"]}
    profit = next(line for line in found["lines"] if line["key"] == "profit")
    assert profit["present_value"]["difference"] == pytest.approx(plan["joint"])
    assert "leave one of them away" in refused("plan", base, "--cash-flow", "--frontier")


def test_explain_says_what_a_profit_hangs_on(base):
    text = ok("explain", base, "pays", "--draws", 200)
    assert "Initiative pays: rank" in text
    assert "Change of churn: detractors" in text
    assert "Whether it succeeds" in text
    assert "profit is zero at" in text
    found = json.loads(ok("explain", base, "pays", "--draws", 200, "--format", "json"))
    assert {"run", "tornado", "rank_correlations", "switching_values", "distribution", "grade"} <= set(found)
    assert sum(found["distribution"]["counts"]) == 200
    rows = list(csv.DictReader(io.StringIO(ok("explain", base, "pays", "--draws", 200, "--format", "csv"))))
    assert [row["input"] for row in rows] == [one["input"] for one in found["tornado"]]
    assert "is not an initiative" in refused("explain", base, "nobody")


def test_explain_of_what_is_certain_and_at_the_point_estimate(base):
    assert "Initiative costs" in ok("explain", base, "costs", "--draws", 50)
    assert "90 %:" not in ok("explain", base, "pays", "--point")


def test_assumptions_prints_the_register(base):
    text = ok("assumptions", base, "--draws", 200)
    assert "weakly supported" in text
    assert "Gross margin, Mobile" in text
    found = json.loads(ok("assumptions", base, "--draws", 200, "--format", "json"))
    assert found["is_plan"] is False
    listed = {one["input"]: one for one in found["assumptions"]}
    assert listed["tax_rate"]["swing"] is None
    assert listed["initiatives.pays.levers.churn.detractor"]["changed_at"] is None
    weak = json.loads(ok("assumptions", base, "--draws", 200, "--weak", "--format", "json"))["assumptions"]
    assert weak
    assert all(one["swing"] and (not one["source"] or one["grade"] not in ("A", "B")) for one in weak)
    rows = list(csv.DictReader(io.StringIO(ok("assumptions", base, "--draws", 200, "--format", "csv"))))
    assert len(rows) == len(listed)
    assert json.loads(ok("assumptions", base, "--plan", "--draws", 50, "--format", "json"))["is_plan"] is True


# the evidence library


def test_evidence_prints_the_facts_that_have_all_words():
    lines = ok("evidence", "jive", "calls").splitlines()
    assert lines[0] == "1 fact"
    assert any("jive-calls" in line for line in lines)
    assert "No fact has all of these words." in ok("evidence", "nobody-knows")
    found = json.loads(ok("evidence", "Ascarza", "--format", "json"))["facts"]
    assert [(fact["id"], fact["grade"], fact["year"]) for fact in found] == [("retention-backfires", "A", 2016)]
    assert len(ok("evidence", "--format", "csv").splitlines()) == 30


def test_templates_are_printed_a_line_each():
    assert "close-the-loop" in ok("templates")
    found = json.loads(ok("templates", "--format", "json"))["templates"]
    assert len(found) == 17
    assert found[1]["facts"][0] == "lift-detractor-tenure"


def test_an_unknown_template_is_refused_with_the_nearest(tmp_path):
    base = cases.write_case(tmp_path, initiatives=[cases.initiative(template="close-the-lop")])
    result = run("rank", base)
    assert result.exit_code == 2
    assert "close-the-lop is not a template. Did you mean close-the-loop?" in result.stderr


# what to find out first


def test_learn_says_what_to_test_and_what_is_believed_after_it(base):
    text = ok("learn", base, "--draws", 100, "--tests-only")
    assert "can be tested before we decide" in text or "before we decide" in text
    found = json.loads(ok("learn", base, "--draws", 100, "--format", "json"))
    assert {"pilots", "tests", "assumptions", "perfect", "complete"} <= set(found)
    assert found["perfect"]["value"] >= 0
    assert ok("learn", base, "--draws", 2, "--tests-only")
    after = ok("learn", base, "--draws", 100, "--result", "pays", "churn.detractor", -0.1, 0.01)
    assert "Believed now" in after
    for size, error in (("nan", 0.1), (-0.1, "inf"), (-0.1, 1e-300), (7000, 0.1)):
        assert "pays.churn.detractor" in refused("learn", base, "--result", "pays", "churn.detractor", size, error)


def test_a_plan_that_cannot_be_is_said_by_whatever_asks_for_it(tmp_path):
    must = cases.initiative("must", mandatory=True, costs={"one_off": 5000})
    scenario = cases.write_case(tmp_path, [must], budget={2027: 1000})
    for asked in (("assumptions", scenario, "--plan"), ("explain", scenario, "must", "--plan"), ("learn", scenario)):
        assert "cannot be met together" in refused(*asked, "--draws", 50)


def test_compare_puts_scenarios_side_by_side(tmp_path):
    base = cases.write_case(tmp_path, [cases.initiative(), cases.initiative("app")], budget={2027: 1500})
    (tmp_path / "hard.yaml").write_text("name: Hard times\nextends: base\nbudget: {2027: 900}\n", encoding="utf-8")
    result = run("compare", base, tmp_path / "hard.yaml", "--draws", "20")
    assert result.exit_code == 0
    assert "Hard times" in result.stdout
    assert "Budget of 2027" in result.stdout
    assert "0 of 2" in result.stdout
    shaped = run("compare", base, tmp_path / "hard.yaml", "--draws", "20", "--format", "json", "--no-regrets")
    found = json.loads(shaped.stdout)
    assert [one["id"] for one in found["outcomes"]] == ["base", "hard"]
    assert found["initiatives"][0]["regret_funded"] == []
    rows = run("compare", tmp_path / "hard.yaml", base, "--draws", "20", "--format", "csv").stdout.splitlines()
    assert rows[0].startswith("id,name,probability_of_loss,cost,budget,nps_now")
    assert [row.split(",")[0] for row in rows[1:]] == ["base", "hard"]


def test_compare_needs_two_scenarios(tmp_path):
    result = run("compare", cases.write_case(tmp_path))
    assert result.exit_code == 2
    assert "there is nothing to compare" in result.stderr


def test_workbook_is_written_under_the_name_of_its_run(tmp_path, monkeypatch):
    import openpyxl

    base = cases.write_case(tmp_path, [cases.initiative(), cases.initiative("app")], budget={2027: 1500})
    monkeypatch.chdir(tmp_path)
    result = run("workbook", base, "--draws", "20")
    assert result.exit_code == 0
    [written] = tmp_path.glob("*.xlsx")
    assert written.name.startswith("prioritizer-example-base-")
    assert written.name.endswith("-workbook.xlsx")
    book = openpyxl.load_workbook(written)
    assert book.sheetnames[:3] == ["Cover", "List", "Figures"]
    assert str(book["List"]["D5"].value).startswith("=INDEX(")
    assert run("workbook", base, "--draws", "20", "--out", tmp_path / "no" / "such.xlsx").exit_code == 2


def test_a_list_kept_as_json_is_made_again(tmp_path):
    base = cases.write_case(tmp_path, [cases.initiative("one", levers=[CLAIM])])
    kept = tmp_path / "list.json"
    ok("rank", base, "--draws", "20", "--seed", "3", "--format", "json", "--out", kept)
    said = ok("rerun", kept, "--scenario", base)
    assert "is reproduced to the cent: all " in said.splitlines()[0]
    content = json.loads(kept.read_text())
    content["initiatives"][0]["npv"]["mean"] += 1
    kept.write_text(json.dumps(content))
    result = run("rerun", kept, "--scenario", base)
    assert result.exit_code == 2
    assert "1 of " in result.stderr
    assert "figures differs, initiatives[one].npv.mean." in result.stderr
    rows = list(csv.DictReader(io.StringIO(run("rerun", kept, "--scenario", base, "--format", "csv").stdout)))
    assert [row["place"] for row in rows if row["same"] == "False"] == ["initiatives[one].npv.mean"]
    assert json.loads(run("rerun", kept, "--scenario", base, "--format", "json").stdout)["same"] is False
    id_ = content["run"]["id"]
    assert ok("rerun", id_, "--scenario", base, "--draws", "20", "--seed", "3").startswith(f"Run {id_} has the same id")
    assert run("rerun", id_, "--scenario", base, "--draws", "20", "--seed", "4").exit_code == 2
    assert refused("rerun", kept) == (
        f"{kept}: a list kept as JSON is made again from the file that it was made from. Name that with --scenario.\n"
    )


def test_a_published_run_is_made_again(tmp_path):
    from prioritizer.services import decisions, shared

    path = workplace(tmp_path)
    made = shared.shared_list(path, "eva").origin.run
    decisions.publish(path, made, [], "", "eva")
    known = ("--workspace", path, "--as", "otto")
    said = run("rerun", made[:4], *known)
    assert said.exit_code == 0
    assert said.stdout.startswith(f"Run {made} is reproduced to the cent: all ")
    assert "by eva, decision 1." in said.stdout
    unknown = run("rerun", "nothing", *known)
    assert (unknown.exit_code, unknown.stderr) == (
        2,
        f"nothing is no run that is stored here. Known are: {made}.\n",
    )
