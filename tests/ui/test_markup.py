"""HTML that no text can break out of."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as some

from prioritizer.ui import markup
from prioritizer.ui.markup import add, element, html, markdown_literal, printable, table

HOSTILE = '<img src=x onerror="alert(1)"> & </p><script>alert(2)</script> \'"'
TEXTS = some.text(some.characters(exclude_categories=("Cs", "Cc")))


class Read(HTMLParser):
    """What a browser would read: elements with their attributes, and all text between them."""

    def __init__(self, source: str):
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_text_stays_text() -> None:
    assert html([element("p", HOSTILE)]) == (
        '<p>&lt;img src=x onerror="alert(1)"&gt; &amp; &lt;/p&gt;&lt;script&gt;alert(2)&lt;/script&gt; \'"</p>'
    )


def test_an_attribute_does_not_end_early() -> None:
    read = Read(html([element("a", "x", href=HOSTILE, title='"><b>')]))
    assert read.elements == [("a", {"href": HOSTILE, "title": '"><b>'})]


@given(TEXTS, TEXTS)
def test_whatever_is_put_in_comes_out_and_nothing_else(text: str, attribute: str) -> None:
    read = Read(html([element("div", element("span", text, title=attribute), text)]))
    assert read.elements == [("div", {}), ("span", {"title": attribute})]
    assert read.text == text + text


def test_attributes_are_spelt_as_html_spells_them_and_none_is_left_out() -> None:
    made = element("label", class_="a b", for_="x", data_sort_key="1", aria_label="y", title=None, hidden="")
    assert html([made]) == '<label class="a b" for="x" data-sort-key="1" aria-label="y" hidden=""></label>'


def test_children_stand_in_the_order_in_which_they_were_given() -> None:
    made = element("p", "one ", None, element("b", "two"), " three", " four ", element("i"), "five")
    assert html([made]) == "<p>one <b>two</b> three four <i></i>five</p>"
    add(made, " six")
    add(made, None)
    add(made, element("u", "seven"))
    add(made, "eight")
    assert html([made]).endswith("<i></i>five six<u>seven</u>eight</p>")


def test_text_behind_a_child_stays_behind_it_wherever_that_is_nested() -> None:
    inner = element("b", "two", "more")
    assert html([element("p", "one", element("i", inner, "three"), "four")]) == (
        "<p>one<i><b>twomore</b>three</i>four</p>"
    )


def test_elements_stand_side_by_side_and_none_is_nothing() -> None:
    assert html([element("br"), element("p", "x")]) == "<br><p>x</p>"
    assert html([]) == ""


def test_characters_that_no_document_may_hold_are_left_out() -> None:
    control = "".join(map(chr, range(32)))
    assert printable(f"a{control}b") == "a\t\nb"
    assert printable("Ünïcödé — ✓ 日本 \u202e") == "Ünïcödé — ✓ 日本 \u202e"
    assert html([element("p", "a\x00b", element("b"), "c\x1bd")]) == "<p>ab<b></b>cd</p>"


def test_show_puts_all_of_it_on_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(markup.st, "html", shown.append)
    markup.show(element("p", "<"), element("p", "y"))
    assert shown == ["<p>&lt;</p><p>y</p>"]


# Tables


def test_a_table_names_its_columns_and_rows() -> None:
    made = table(("What", "How many", "Why"), [("a<b", "1", None), ("c", "2", element("i", "so"))], "Said", (0, 2))
    (body,) = made
    assert (made.get("role"), made.get("aria-label"), made.get("tabindex")) == ("region", "Said", "0")
    rows = list(body.iter("tr"))
    assert [(cell.tag, cell.get("scope"), cell.get("class")) for cell in rows[0]] == [
        ("th", "col", None),
        ("th", "col", "number"),
        ("th", "col", None),
    ]
    assert [(cell.tag, cell.get("scope"), cell.get("class")) for cell in rows[1]] == [
        ("th", "row", None),
        ("td", None, "number"),
        ("td", None, None),
    ]
    assert ["".join(cell.itertext()) for row in rows[1:] for cell in row] == ["a<b", "1", "", "c", "2", "so"]
    assert [caption.text for caption in body.iter("caption")] == ["Said"]


def test_a_table_without_rows_has_its_headings() -> None:
    made = table(("What", "How many"), [], "Said")
    assert len(list(made.iter("tr"))) == 1


# Labels of Streamlit's own widgets


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ("Plain words 12", "Plain words 12"),
        ("**bold**", r"\*\*bold\*\*"),
        ("[a](javascript:x)", r"\[a\]\(javascript\:x\)"),
        ("$x^2$ :red[y] ~z~ `c`", r"\$x^2\$ \:red\[y\] \~z\~ \`c\`"),
        ("# h\n- i\n1. k", r"\# h \- i 1\. k"),
        ("<b>&amp;", r"\<b\>\&amp;"),
        ("back\\slash | _u_ !{} + a@b.c /d =", r"back\\slash \| \_u\_ \!\{\} \+ a\@b\.c \/d \="),
        ("a\x00b\x1b", "ab"),
    ],
)
def test_markdown_shows_it_as_it_is(text: str, literal: str) -> None:
    assert markdown_literal(text) == literal


@given(TEXTS)
def test_without_its_backslashes_it_is_the_text_again(text: str) -> None:
    literal, plain = iter(markdown_literal(text)), ""
    for char in literal:
        plain += next(literal) if char == "\\" else char
    assert plain == text.replace("\n", " ")
