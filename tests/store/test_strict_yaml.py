"""YAML without guessing: what is kept as it stands, what is refused, and on which line."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cases
from prioritizer.domain.quantity import as_number
from prioritizer.domain.record import PlainScalar
from prioritizer.store.strict_yaml import parse_yaml, read_text, read_yaml


def content(text):
    return parse_yaml(text, "f.yaml").content


def said(text):
    return cases.complaints(parse_yaml, text, "f.yaml")


# What stands there


@pytest.mark.parametrize(
    "scalar",
    ["NA", "None", "NULL", "Null", "yes", "no", "on", "True", "00123", "1e3", "1E5", "0x1F", "1_000", "2027-01-02"],
)
def test_an_unquoted_value_stays_the_text_that_it_is(scalar):
    value = content(f"key: {scalar}")["key"]
    assert value == scalar
    assert isinstance(value, PlainScalar)


@pytest.mark.parametrize(("text", "number"), [("1e3", 1000), ("00123", 123), ("1E5", 100_000), ("12:30", None)])
def test_what_a_value_means_is_decided_by_the_field_that_reads_it(text, number):
    value = content(f"key: {text}")["key"]
    if number is None:
        with pytest.raises(ValueError, match="is not a number"):
            as_number(value)
    else:
        assert as_number(value) == number


@pytest.mark.parametrize("text", ["key: '5'", 'key: "5"', "key: |-\n  5", "key: >-\n  5"])
def test_a_quoted_value_is_text_and_no_plain_scalar(text):
    value = content(text)["key"]
    assert (value, type(value)) == ("5", str)


@pytest.mark.parametrize("nothing", ["", " ", " null", " ~", " # a comment"])
def test_nothing_is_nothing(nothing):
    assert content(f"key:{nothing}") == {"key": None}
    assert content("key: ''") == {"key": ""}


def test_keys_are_text_in_their_order():
    assert list(content("2027: a\ntrue: b\nnull: c\n~: d\n1.0: e\n'q': f")) == ["2027", "true", "null", "~", "1.0", "q"]


def test_maps_and_lists_nest():
    assert content("a:\n  - {b: [1, 2]}\n  - c") == {"a": [{"b": ["1", "2"]}, "c"]}


def test_emoji_and_every_alphabet_are_text():
    assert content('имя: "日本 👨‍👩‍👧"') == {"имя": "日本 👨‍👩‍👧"}


# Where it stands


def test_every_place_has_its_line():
    document = parse_yaml("a: 1\nb:\n  c: 2\n  d:\n    - 3\n    - e: 4\n", "f.yaml")
    assert [document.line_of(place) for place in (("a",), ("b", "c"), ("b", "d", 0), ("b", "d", 1, "e"))] == [
        1,
        3,
        5,
        6,
    ]
    assert document.line_of(("b", "d", 1, "missing")) == 6
    assert document.line_of(("b", "nowhere", "else")) == 3  # the map of b begins on line 3
    assert document.line_of(("nowhere",)) == 1


# What is refused


def test_a_doubled_key_is_refused_with_both_lines():
    assert said("a: 1\nb:\n  c: 2\n  d: 3\n  c: 4\n") == [
        "f.yaml, line 5, b.c: c stands twice, first on line 3. Keep one of the two."
    ]
    assert said("{a: 1, a: 2}") == ["f.yaml, line 1, a: a stands twice, first on line 1. Keep one of the two."]


def test_keys_that_yaml_would_take_for_the_same_value_are_two():
    assert content("1: a\n1.0: b\n01: c") == {"1": "a", "1.0": "b", "01": "c"}


@pytest.mark.parametrize(
    "text",
    ["a: &x {b: 1}\nc: *x", "a: &x [1]\nc: *x", "a: &x 1\nc: *x", "a: &x ''\nc: *x", "a: &x 1\n*x : 2", "a: &x [*x]"],
)
def test_aliases_are_refused(text):
    (found,) = said(text)
    assert found.endswith("is a YAML alias. Write the value out where it is needed.")


def test_an_anchor_that_nothing_refers_to_does_no_harm():
    assert content("a: &x 1") == {"a": "1"}


def test_a_billion_laughs_are_refused_at_once():
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    found = said("\n".join(lines))
    assert len(found) == 29 * 9


@pytest.mark.parametrize("text", ["a: {<<: {b: 1}}", "base: &b {c: 1}\na:\n  <<: *b"])
def test_merges_are_refused(text):
    assert any("<< is a YAML merge. Write the keys out." in sentence for sentence in said(text))
    assert content('"<<": 1') == {"<<": "1"}


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("a: !foo 1", "!foo"),
        ("a: !foo", "!foo"),
        ("a: !foo [1]", "!foo"),
        ("a: !!str 1", "!!str"),
        ('a: !!int "5"', "!!int"),
        ("a: !!float 1", "!!float"),
        ("a: !!binary aGk=", "!!binary"),
        ("a: !!set {b}", "!!set"),
        ("a: !!python/object/apply:os.system [x]", "!!python/object/apply:os.system"),
        ("!!python/name:os.system x", "!!python/name:os.system"),
        ("!foo a: 1", "!foo"),
    ],
)
def test_tags_are_refused(text, tag):
    (found,) = said(text)
    assert found.endswith(f"{tag} is a YAML tag. Remove the tag.")


def test_a_key_is_plain_text():
    assert said("? [a, b]\n: 1\n? {c: d}\n: 2") == [
        "f.yaml, line 1: a key is not plain text. Use text as a key.",
        "f.yaml, line 3: a key is not plain text. Use text as a key.",
    ]


def test_everything_that_is_wrong_is_said_at_once():
    found = said("a: 1\na: 2\nb: !t 3\nc: &x 4\nd: *x\n")
    assert [sentence.split(": ")[0] for sentence in found] == [
        "f.yaml, line 2, a",
        "f.yaml, line 3, b",
        "f.yaml, line 4, d",
    ]


@pytest.mark.parametrize("text", ["", "   \n\n", "# only a comment\n"])
def test_an_empty_file_is_said_to_be_empty(text):
    assert said(text) == ["f.yaml: is empty. Write the file's keys; see docs/files.md."]


@pytest.mark.parametrize(
    "text",
    [
        "a: [1, 2",
        "a: {b: 1",
        "a: 'b",
        "a: b: c",
        "a:\n\t- b",
        "- a\nb: c",
        "a: *nobody",
        "a: @b",
        "%YAML 9.9\n---\na: 1",
        "--- 1\n--- 2",
        'a: "\\ud800"',
        "a: \x00",
        "a: \x01",
        "a: \x7f",
        "]",
        "a: 'x' y",
    ],
)
def test_what_is_no_yaml_is_refused_in_a_sentence(text):
    (found,) = said(text)
    assert ": cannot be read as YAML: " in found
    assert found.endswith(". Mend the line; indent with spaces.")


@pytest.mark.parametrize(
    "text",
    [
        "[" * 31 + "x" + "]" * 31,
        "[" * 10_000 + "]" * 10_000,
        "[" * 100_000,
        "{a: " * 5_000 + "1" + "}" * 5_000,
        "- " * 3_000 + "a",
        "\n".join("  " * depth + "a:" for depth in range(200)),
    ],
)
def test_what_is_nested_too_deeply_is_refused(text):
    (found,) = said(text)
    assert found.endswith("is nested too deeply. Write it flatter.")


def test_thirty_levels_are_not_too_deep():
    value = content("[" * 30 + "x" + "]" * 30)
    for _level in range(30):
        (value,) = value
    assert value == "x"


# Files


def test_a_byte_order_mark_is_accepted(tmp_path):
    path = cases.write(tmp_path, f=b"\xef\xbb\xbfa: 1\n")
    assert read_yaml(path).content == {"a": "1"}
    assert read_text(path) == "a: 1\n"


@pytest.mark.parametrize(
    ("data", "byte"),
    [
        (b"a: \xff\xfe", 3),
        ("a: ключ".encode("cp1251"), 3),
        ("a: é".encode("latin-1"), 3),
        ("a: 1".encode("utf-16"), 0),
        (b"a: \xed\xa0\x80", 3),
        (b"a: \xc0\xaf", 3),
    ],
)
def test_what_is_not_utf8_is_refused_with_its_byte(tmp_path, data, byte):
    path = cases.write(tmp_path, f=data)
    assert cases.complaints(read_yaml, path) == [
        f"{path}: is not UTF-8: byte {byte} cannot be read. Save the file as UTF-8."
    ]


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf"])
def test_a_file_of_nothing_is_empty(tmp_path, data):
    path = cases.write(tmp_path, f=data)
    assert cases.complaints(read_yaml, path) == [f"{path}: is empty. Write the file's keys; see docs/files.md."]


def test_a_missing_file_and_a_folder_are_no_files(tmp_path):
    missing = tmp_path / "missing.yaml"
    assert cases.complaints(read_text, missing) == [f"{missing}: there is no such file. Check the path."]
    assert cases.complaints(read_text, tmp_path) == [f"{tmp_path}: is not a file. Give the path of a file."]


def test_a_link_to_itself_is_no_file(tmp_path):
    loop = tmp_path / "loop.yaml"
    loop.symlink_to(loop)
    assert cases.complaints(read_text, loop) == [f"{loop}: there is no such file. Check the path."]


def test_a_pipe_is_no_file_and_is_not_waited_for(tmp_path):
    pipe = tmp_path / "pipe.yaml"
    os.mkfifo(pipe)
    assert cases.complaints(read_text, pipe) == [f"{pipe}: is not a file. Give the path of a file."]


def test_a_name_too_long_for_any_file_is_said_so(tmp_path):
    (found,) = cases.complaints(read_text, tmp_path / ("x" * 5_000))
    assert found.endswith("cannot be read: File name too long. Check the path and the rights to read it.")


def test_a_file_too_large_to_be_ours_is_not_read(tmp_path):
    path = tmp_path / "large.yaml"
    with path.open("wb") as file:
        file.truncate(20_000_001)
    assert cases.complaints(read_text, path) == [f"{path}: is too large. Give a file of at most 20 MB."]


# Anything at all


YAML_PIECES = st.sampled_from(
    [
        *("a", ": ", "\n", "  ", "- ", "[", "]", "{", "}", ", ", "'", '"', "&x ", "*x", "!t ", "!!int ", "|\n", ">\n"),
        *("? ", "#", "%", "@", "`", "<<", "~", "null", "1e3", "---\n", "...\n", "\t", "\ufeff", "\x00", "é", "👍"),
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(YAML_PIECES, max_size=30).map("".join))
def test_pieces_of_yaml_are_read_or_refused_and_nothing_else(text):
    document, complaints = cases.read_or_refused(parse_yaml, text, "f.yaml")
    assert complaints if document is None else document.line_of(()) >= 1
    assert all(complaint.rule and complaint.remedy for complaint in complaints)


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_any_text_is_read_or_refused_and_nothing_else(text):
    document, complaints = cases.read_or_refused(parse_yaml, text, "f.yaml")
    assert complaints or document


@settings(max_examples=200, deadline=None)
@given(st.binary())
def test_any_bytes_are_read_or_refused_and_nothing_else(tmp_path_factory, data):
    path = cases.write(tmp_path_factory.getbasetemp(), anything=data)
    document, complaints = cases.read_or_refused(read_yaml, path)
    assert complaints or document
