"""What people upload together, and what is said when it does not fit; the scenarios beside a file."""

import io
import os
from pathlib import Path

import openpyxl
import pytest

import cases
from prioritizer.errors import InputError
from prioritizer.services.loading import open_file, open_uploaded, scenario_files

ROOT = Path(__file__).parents[2]
CSV = b"id,name,department,costs.one_off\nfrom-csv,From a table,IT,5\n"

COMPANY_MISSING = "no company file was uploaded. Upload the company file together with its initiatives."


def as_bytes(content):
    """Content as an uploaded YAML file has it."""
    return (content if isinstance(content, str) else cases.text(content)).encode()


def company(**changes):
    return as_bytes(cases.company(**{"initiatives": "lists/initiatives.yaml", **changes}))


def initiatives(*ids):
    return as_bytes([cases.initiative(id_) for id_ in ids or ("a",)])


def base(path="../data/company.yaml"):
    return as_bytes({"name": "Base", "company": path})


def extending(name, extends="base", **changes):
    return as_bytes({"name": name, "extends": extends, **changes})


def xlsx():
    workbook, memory = openpyxl.Workbook(), io.BytesIO()
    workbook.active.append(["id", "name", "department", "costs.one_off"])
    workbook.active.append(["from-xlsx", "From a workbook", "IT", 5])
    workbook.save(memory)
    return memory.getvalue()


def whole(**others):
    """A scenario, its company and initiatives, as files by name; `x_yaml` stands for x.yaml."""
    named = {name.replace("_", "."): content for name, content in others.items()}
    return {"base.yaml": base(), "company.yaml": company(), "initiatives.yaml": initiatives(), **named}


def ids(opened):
    return [initiative.id for initiative in opened.scenario.initiatives]


def said(files):
    return cases.complaints(open_uploaded, files)


# What is opened


def test_a_scenario_finds_its_company_and_initiatives_whatever_folders_it_names():
    opened = open_uploaded(whole())
    assert (opened.main, opened.scenario.name, ids(opened), opened.unused) == ("base.yaml", "Base", ["a"], ())


def test_the_example_opens_as_it_does_from_the_disk():
    paths = [ROOT / path for path in ("scenarios/base.yaml", "scenarios/downturn.yaml", "data/company.yaml")]
    paths.append(ROOT / "data/initiatives.yaml")
    opened = open_uploaded([(path.name, path.read_bytes()) for path in paths])
    assert opened.main == "downturn.yaml"
    assert opened.scenario == open_file(ROOT / "scenarios/downturn.yaml")


def test_the_scenario_that_no_other_one_extends_is_opened():
    first = {"one.yaml": extending("One"), "two.yaml": extending("Two", "one")}
    opened = open_uploaded({**first, **whole()})
    assert (opened.main, opened.scenario.name, opened.unused) == ("two.yaml", "Two", ())


def test_a_company_without_a_scenario_is_opened_with_the_initiatives_it_names():
    files = {"company.yaml": company(), "initiatives.yaml": initiatives("a", "b"), "more.csv": CSV}
    opened = open_uploaded(files)
    assert (opened.main, opened.scenario.name, ids(opened)) == ("company.yaml", "Example", ["a", "b"])
    assert opened.unused == ("more.csv",)


@pytest.mark.parametrize("named", ["other.yaml", ["one.yaml", "two.csv"], None, []])
def test_initiatives_that_were_uploaded_stand_in_where_none_of_the_named_were(named):
    files = {"mine.csv": CSV, "company.yaml": company(initiatives=named), "ours.YML": initiatives(), "x.xlsx": xlsx()}
    opened = open_uploaded(files)
    assert (opened.main, ids(opened), opened.unused) == ("company.yaml", ["from-csv", "a", "from-xlsx"], ())


def test_the_same_holds_for_the_company_of_a_scenario():
    opened = open_uploaded({"base.yaml": base(), "company.yaml": company(), "mine.csv": CSV})
    assert (opened.main, ids(opened), opened.unused) == ("base.yaml", ["from-csv"], ())


def test_a_company_may_come_alone_if_it_names_no_initiatives():
    opened = open_uploaded({"company.yaml": company(initiatives=None)})
    assert (opened.main, ids(opened)) == ("company.yaml", [])


def test_several_named_files_are_read_in_the_order_of_the_company():
    files = {"b.csv": CSV, "a.yaml": initiatives("a"), "company.yaml": company(initiatives=["x/a.yaml", "b.csv"])}
    assert ids(open_uploaded(files)) == ["a", "from-csv"]


def test_files_that_nothing_names_are_told():
    mapping = (ROOT / "data/customers-mapping.yaml").read_bytes()
    opened = open_uploaded(whole(map_yaml=mapping, more_csv=CSV, second_yaml=company()))
    assert (opened.main, opened.unused) == ("base.yaml", ("map.yaml", "more.csv", "second.yaml"))


def test_names_are_compared_by_look_and_case_and_without_folders():
    files = {
        "C:\\Users\\me\\BASE.yaml": base("..\\Data\\Ｃompany.YAML"),
        "downloads/Company.yaml": company(initiatives="INITIATIVES.yaml"),
        "initiatives.yaml ": initiatives(),
    }
    assert open_uploaded(files).main == "BASE.yaml"


# References that lead nowhere


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("../data/company.yaml", "company.yaml"),
        ("../../../../../../etc/passwd", "passwd"),
        ("/etc/passwd", "passwd"),
        ("\\\\host\\share\\company.yaml", "company.yaml"),
        ("C:\\Windows\\win.ini", "win.ini"),
        ("file:///etc/passwd", "passwd"),
        ("%2e%2e%2fcompany.yaml", "%2e%2e%2fcompany.yaml"),
        (str(ROOT / "data/company.yaml"), "company.yaml"),
        ("..", ".."),
        ("../", "../"),
        ("/dev/zero", "zero"),
    ],
)
def test_a_company_that_was_not_uploaded_is_named(path, wanted):
    (found,) = said({"base.yaml": base(path)})
    shown = path if len(path) <= 60 else path[:59] + "…"
    assert found == (f"base.yaml, line 2, company: {shown} was not uploaded. Upload {wanted} together with base.yaml.")


def test_so_are_scenarios_and_initiatives():
    assert said({"own.yaml": extending("Own"), "company.yaml": company(initiatives=["a.csv", "b.csv"])}) == [
        "own.yaml, line 2, extends: base was not uploaded. Upload base.yaml together with own.yaml.",
        "company.yaml, line 46, initiatives: a.csv was not uploaded. Upload a.csv together with company.yaml.",
        "company.yaml, line 46, initiatives: b.csv was not uploaded. Upload b.csv together with company.yaml.",
    ]


def test_one_named_file_of_two_does_not_do():
    files = {"company.yaml": company(initiatives=["a.csv", "b.csv"]), "a.csv": CSV}
    assert said(files) == [
        "company.yaml, line 46, initiatives: b.csv was not uploaded. Upload b.csv together with company.yaml."
    ]


def test_no_file_of_this_machine_is_reached(tmp_path, monkeypatch):
    """The names are those of files that exist, where the process stands, and behind a link."""
    cases.write_case(tmp_path)
    (tmp_path / "link.yaml").symlink_to(tmp_path / "company.yaml")
    monkeypatch.chdir(tmp_path)
    for name in ("company.yaml", "link.yaml", str(tmp_path / "company.yaml")):
        (found,) = said({"base.yaml": base(name)})
        assert "was not uploaded" in found
    (found,) = said({"own.yaml": extending("Own")})
    assert "base was not uploaded" in found
    (found,) = said({"company.yaml": company(initiatives="initiatives.yaml")})
    assert "initiatives.yaml was not uploaded" in found


def test_uploads_are_read_from_memory_alone(monkeypatch):
    def refuse(*_arguments, **_named):
        raise AssertionError("a file was touched")

    files = whole(more_csv=CSV, **{"x_xlsx": xlsx()})
    files["company.yaml"] = company(initiatives=["initiatives.yaml", "more.csv", "x.xlsx"])
    open_uploaded(files)  # modules are loaded by now
    for function in ("open", "stat", "lstat", "scandir", "readlink"):
        monkeypatch.setattr(os, function, refuse)
    monkeypatch.setattr("builtins.open", refuse)
    monkeypatch.setattr("io.open", refuse)
    opened = open_uploaded(files)
    monkeypatch.undo()
    assert ids(opened) == ["a", "from-csv", "from-xlsx"]


def test_a_scenario_that_extends_itself_is_told():
    remedy = "Let the last of them name a company file instead."
    assert said({"one.yaml": extending("One", "two"), "two.yaml": extending("Two", "one")})[0] == (
        f"one.yaml, extends: one → two → one extends itself. {remedy}"
    )
    assert said({"one.yaml": extending("One", "one")}) == [f"one.yaml, extends: one → one extends itself. {remedy}"]


# Which one?


def test_of_several_scenarios_one_is_asked_for():
    files = whole(one_yaml=extending("One"), two_yaml=extending("Two"))
    assert said(files) == [
        "several scenarios can be opened: one.yaml, two.yaml. "
        "Upload one of them at a time, with the files that it names."
    ]


def test_of_several_companies_one_is_asked_for():
    files = {"a.yaml": company(initiatives=None), "b.yaml": company(initiatives=None)}
    assert said(files) == ["several company files were uploaded: a.yaml, b.yaml. Upload one company at a time."]


@pytest.mark.parametrize("files", [{}, {"a.yaml": initiatives()}, {"a.csv": CSV, "b.xlsx": xlsx()}])
def test_without_a_company_there_is_nothing_to_open(files):
    assert said(files) == [COMPANY_MISSING]


# What is wrong with the files


def test_everything_wrong_with_all_files_is_said_at_once():
    files = {
        "base.yaml": as_bytes({"name": "Base", "company": "company.yaml", "chnge": {}}),
        "company.yaml": company(horizon=0),
        "initiatives.yaml": as_bytes([cases.initiative("a", reach={"Mobile": 1.4})]),
        "more.csv": CSV.replace(b",5", b",-5"),
    }
    assert said(files) == [
        "base.yaml, line 3, chnge: chnge is not a known key. Did you mean change?",
        "company.yaml, line 3, horizon: 0 is not a benefit window. Give a whole number of periods from 1 to 120.",
        'initiatives.yaml, line 10, "a", reach.Mobile: 1.4 is not a share. Give a number from 0 to 1.',
        "more.csv, row 2, costs.one_off (D2): -5 is not an amount. Give a number from 0 to 1e+12.",
    ]


def test_what_is_no_yaml_is_said_beside_the_rest():
    files = whole(initiatives_yaml=b"- {", company_yaml=company(horizon=0))
    assert [sentence.split(": ")[0] for sentence in said(files)] == [
        "initiatives.yaml, line 2",
        "company.yaml, line 3, horizon",
    ]


def test_initiatives_that_do_not_fit_are_told_by_the_file_they_stand_in():
    table = b"id,name,department,reach.Mobil,costs.one_off\nx,X,IT,0.5,5\n"
    assert said({"company.yaml": company(), "mine.csv": table}) == [
        'mine.csv, "x", reach.Mobil: Mobil is not a group of the company. Did you mean Mobile?'
    ]


def test_a_scenario_that_does_not_fit_is_told():
    assert said(whole(own_yaml=extending("Own", exclude=["b"]))) == [
        "own.yaml, include / exclude: b is not an initiative. Known are: a."
    ]


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("x.csv", xlsx(), "is a spreadsheet or an archive inside, not CSV."),
        ("x.xlsx", CSV, "is not an XLSX workbook inside, whatever its name says."),
        ("x.yaml", b"\xff\xfe", "is not UTF-8: byte 0 cannot be read."),
        ("x.yaml", b"  \n", "is empty. Write the file's keys"),
        ("x.yaml", b"", "is empty. Upload the file again, or leave it out."),
        ("x.csv", b"", "is empty. Upload the file again, or leave it out."),
        ("x.yaml", b"just words", "is no file of ours."),
        ("x.yaml", b"[" * 10_000, "is nested too deeply."),
    ],
)
def test_content_that_is_not_what_its_name_says_is_refused(name, content, complaint):
    files = {"company.yaml": company(initiatives=name), name: content}
    assert any(sentence.startswith(f"{name}: {complaint}") for sentence in said(files))


@pytest.mark.parametrize(
    "name", ["x.xls", "x.pdf", "x.exe", "x", "x.сsv", ".yaml", "x.yaml.exe", "x.json", "x.yaml/..", "", "/", "\u202e"]
)
def test_other_types_are_refused_with_a_remedy(name):
    (found,) = said(whole() | {name: b"x"})
    shown = name.split("/")[-1].strip("\u202e") or "file without a name"
    assert found == (
        f"{shown}: is of a type that is not read here. "
        "Save a spreadsheet as .xlsx or .csv; company and scenario files end in .yaml."
    )


def test_a_refused_file_is_not_also_missed():
    files = whole(company_yaml=b"", initiatives_yaml=b"- {")
    assert [sentence.split(". ")[0] for sentence in said(files)] == [
        "company.yaml: is empty",
        "initiatives.yaml, line 2: cannot be read as YAML: did not find expected node content",
    ]


def test_two_files_of_one_name_are_refused():
    assert said([*whole().items(), ("other/Company.yaml", company())]) == [
        "Company.yaml: was uploaded twice. Keep one of the two, or rename it."
    ]


def test_twenty_files_are_taken_and_no_more():
    more = [(f"{number}.csv", CSV) for number in range(17)]
    assert len(open_uploaded([*whole().items(), *more]).unused) == 17
    assert said([*whole().items(), *more, ("last.csv", CSV)]) == ["21 files are too many. Upload at most 20 at once."]


def test_twenty_megabytes_are_taken_and_no_more():
    comment = b"#" * (20_000_000 - len(company()) - 1)
    assert open_uploaded(whole(company_yaml=company() + comment + b"\n")).main == "base.yaml"
    assert said(whole(company_yaml=company() + comment + b"\n\n")) == [
        "company.yaml: is too large. Give a file of at most 20 MB."
    ]


# Names that mean no good


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("=1+1.yaml", "=1+1.yaml"),
        ("<script>alert(1)</script>.yaml", "script>.yaml"),
        ("report\u202elmay.yaml", "reportlmay.yaml"),
        ("../../etc/passwd.yaml", "passwd.yaml"),
        ("..\\..\\x.yaml", "x.yaml"),
        ("a\0b\nc\x1b[31m.yaml", "ab c[31m.yaml"),
        ("\u200b\ufeffhidden.yaml", "hidden.yaml"),
        ("%2e%2e%2fx.yaml", "%2e%2e%2fx.yaml"),
        ("я" * 195 + ".yaml", "я" * 195 + ".yaml"),
        ("CON.yaml", "CON.yaml"),
        ("{0.__class__}%s.yaml", "{0.__class__}%s.yaml"),
        ("half\ud800.yaml", "half.yaml"),
    ],
)
def test_a_name_is_a_label(name, shown):
    opened = open_uploaded({name: base(), "company.yaml": company(), "initiatives.yaml": initiatives()})
    assert opened.main == shown
    (found,) = said({name: base()})
    assert found.startswith(f"{shown}, line 2, company: ../data/company.yaml was not uploaded.")


def test_a_name_is_not_endless():
    assert said({"x" * 1_000_000 + ".yaml": base()}) == [
        f"{'x' * 59}…: the name is 1000005 characters long. Rename the file: at most 200 characters."
    ]


# Files of this machine


def test_a_scenario_or_a_company_is_opened_from_the_disk(tmp_path):
    path = cases.write_case(tmp_path)
    assert open_file(path).name == "Base"
    assert (open_file(str(tmp_path / "company.yaml")).name, len(open_file(path).initiatives)) == ("Example", 1)
    with pytest.raises(InputError, match="is neither a scenario nor a company file"):
        open_file(tmp_path / "initiatives.yaml")


def test_the_scenarios_beside_a_file_are_offered_the_given_one_first():
    offered = scenario_files(ROOT / "scenarios/downturn.yaml")
    assert [(known.path, known.name) for known in offered] == [
        (ROOT / "scenarios/downturn.yaml", "Downturn"),
        (ROOT / "scenarios/base.yaml", "Base"),
        (ROOT / "scenarios/budget-cut.yaml", "Budget cut"),
        (ROOT / "scenarios/channel-led.yaml", "Channel-led"),
        (ROOT / "scenarios/price-war.yaml", "Price war"),
        (ROOT / "scenarios/service-led.yaml", "Service-led"),
    ]


def test_only_scenarios_that_can_be_read_are_offered(tmp_path):
    cases.write_case(tmp_path)
    cases.write(tmp_path, b={"name": "second", "extends": "gone"}, a={"name": "Third", "extends": "base"})
    cases.write(tmp_path, broken="name: [", unknown={"name": "X", "extends": "base", "chnge": 1}, empty="")
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "other.yml").write_text("name: Other\nextends: base\n")
    os.mkfifo(tmp_path / "pipe.yaml")
    assert [known.name for known in scenario_files(tmp_path / "base.yaml")] == ["Base", "second", "Third"]
    assert [known.name for known in scenario_files(str(tmp_path / "other.yml"))] == ["Other", "Base", "second", "Third"]


@pytest.mark.parametrize("name", ["company.yaml", "initiatives.yaml", "gone.yaml"])
def test_beside_what_is_no_scenario_none_is_offered(tmp_path, name):
    cases.write_case(tmp_path)
    assert scenario_files(tmp_path / name) == ()


def test_a_scenario_in_the_working_directory_is_offered_once(tmp_path, monkeypatch):
    cases.write_case(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert [known.path for known in scenario_files("base.yaml")] == [Path("base.yaml")]
