"""HTML that is escaped by construction: elements are built, never glued together from strings."""

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence

import streamlit as st

Element = ET.Element
Child = Element | str | None


def element(tag: str, *children: Child, **attributes: str | None) -> Element:
    """An element; text stands as it is, None is left out. `class_` and `for_` stand for the words Python keeps."""
    named = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items() if value is not None}
    made = Element(tag, named)
    for child in children:
        add(made, child)
    return made


def add(parent: Element, child: Child) -> None:
    """Put an element or a text behind what an element holds."""
    if child is None:
        return
    if isinstance(child, Element):
        parent.append(child)
    elif len(parent):
        parent[-1].tail = (parent[-1].tail or "") + printable(child)
    else:
        parent.text = (parent.text or "") + printable(child)


def printable(text: str) -> str:
    """A text without the characters that no document may hold."""
    return "".join(char for char in text if char >= " " or char in "\n\t")


def html(elements: Iterable[Element]) -> str:
    """Elements as HTML."""
    return "".join(ET.tostring(one, encoding="unicode", method="html") for one in elements)


def show(*elements: Element) -> None:
    """Put elements on the page."""
    st.html(html(elements))


def run_script(script: str) -> None:
    """Let the browser run a script of ours, which takes no room on the page. It never holds what people typed."""
    with st.container(key="script"):
        st.html(f"<script>{script}</script>", unsafe_allow_javascript=True)


def table(
    headings: Sequence[str], rows: Iterable[Sequence[Child]], caption: str, text_columns: Sequence[int] = (0,)
) -> Element:
    """A plain table that scrolls by itself; columns of figures stand at the right, those of text at the left."""
    made = bare_table(headings, rows, caption, text_columns)
    return element("div", made, class_="scrolls", tabindex="0", role="region", aria_label=caption)


def bare_table(
    headings: Sequence[str], rows: Iterable[Sequence[Child]], caption: str, text_columns: Sequence[int] = (0,)
) -> Element:
    """The same without what lets it scroll."""

    def side(column: int) -> str | None:
        return None if column in text_columns else "number"

    head = element("tr", *(element("th", text, scope="col", class_=side(k)) for k, text in enumerate(headings)))
    body = [
        element(
            "tr",
            *(
                element("th", cell, scope="row") if k == 0 else element("td", cell, class_=side(k))
                for k, cell in enumerate(row)
            ),
        )
        for row in rows
    ]
    return element(
        "table",
        element("caption", caption, class_="sr"),
        element("thead", head),
        element("tbody", *body),
        class_="plain",
    )


def markdown_literal(text: str) -> str:
    """A text that Markdown shows as it is: for the labels of Streamlit's own widgets."""
    return "".join(f"\\{char}" if char in _MARKDOWN else char for char in printable(text).replace("\n", " "))


_MARKDOWN = frozenset("\\`*_{}[]()<>#+-.!|~$:@/&=")
