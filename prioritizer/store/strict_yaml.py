"""YAML, read strictly: every value keeps its line, and nothing is guessed.

Unquoted scalars stay text (`PlainScalar`) until the record that wants a number, a flag or a name reads them; so `NA`,
`00123` and `1e3` mean what the field says they mean, not what YAML thinks.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from prioritizer.domain.record import PlainScalar
from prioritizer.errors import Complaint, InputError, shorten
from prioritizer.language import _

LARGEST_FILE = 20_000_000
DEEPEST = 30
SUSPICIOUS = 5_000
TOO_DEEP = "exceeded maximum nesting depth"  # what newer versions of libyaml say before anybody can count
QUOTED = ("'", '"', "|", ">")
RESOLVER = yaml.resolver.Resolver()

Place = tuple[str | int, ...]


@dataclass
class Document:
    """A file's content as maps, lists and text, with the line on which each place begins."""

    file: str
    content: Any = None
    lines: dict[Place, int] = field(default_factory=dict)

    def line_of(self, place: Place) -> int | None:
        """The line of a place, or of the nearest place around it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place)


def read_text(path: Path) -> str:
    """The text of a UTF-8 file; a byte-order mark is accepted."""
    name = str(path)
    try:
        if not path.exists():
            raise InputError([Complaint(_("there is no such file"), _("Check the path."), file=name)])
        if not path.is_file():
            raise InputError([Complaint(_("is not a file"), _("Give the path of a file."), file=name)])
        if path.stat().st_size > LARGEST_FILE:
            remedy = _("Give a file of at most {size} MB.").format(size=LARGEST_FILE // 1_000_000)
            raise InputError([Complaint(_("is too large"), remedy, file=name)])
        data = path.read_bytes()
    except OSError as error:
        rule = _("cannot be read: {problem}").format(problem=error.strerror or str(error))
        raise InputError([Complaint(rule, _("Check the path and the rights to read it."), file=name)]) from None
    return decoded(data, name)


def decoded(data: bytes, file: str) -> str:
    """The text of UTF-8 bytes, without their byte-order mark."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        rule = _("is not UTF-8: byte {byte} cannot be read").format(byte=error.start)
        raise InputError([Complaint(rule, _("Save the file as UTF-8."), file=file)]) from None


def read_yaml(path: Path) -> Document:
    """The content of a YAML file. Raises InputError with every doubled key and every construct that is not allowed."""
    return parse_yaml(read_text(path), str(path))


def parse_yaml(text: str, file: str) -> Document:
    """The content of YAML text, as `read_yaml` gives it."""
    document = Document(file)
    reader = _Reader(document)
    document.content = reader.tree(_compose(text, file), ())
    if reader.complaints:
        raise InputError(reader.complaints)
    return document


def _refuse_depth(text: str, file: str, loader: Any) -> None:
    """Refuse nesting that would exhaust the composer's stack; only a file with very many brackets or dashes has it."""
    if text.count("[") + text.count("{") + text.count("- ") + text.count("? ") < SUSPICIOUS:
        return
    depth = 0
    for event in yaml.parse(text, Loader=loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            line = event.start_mark.line + 1 if event.start_mark else None
            raise InputError([Complaint(_("is nested too deeply"), _("Write it flatter."), file=file, line=line)])


def _compose(text: str, file: str) -> yaml.Node:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        _refuse_depth(text, file, loader)
        node = yaml.compose(text, Loader=loader)
    except RecursionError:
        raise InputError([Complaint(_("is nested too deeply"), _("Write it flatter."), file=file)]) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        if problem == TOO_DEEP:
            raise InputError([Complaint(_("is nested too deeply"), _("Write it flatter."), file=file)]) from None
        rule = _("cannot be read as YAML: {problem}").format(problem=problem)
        line = mark.line + 1 if mark else None
        raise InputError([Complaint(rule, _("Mend the line; indent with spaces."), file=file, line=line)]) from None
    if node is None:
        raise InputError([Complaint(_("is empty"), _("Write the file's keys; see docs/files.md."), file=file)])
    return node


def _usual_tag(node: yaml.Node) -> str:
    """The tag that a node has when none is written."""
    quoted = getattr(node, "style", None) in QUOTED
    return str(RESOLVER.resolve(type(node), node.value, (not quoted, quoted)))


class _Reader:
    """Turns the nodes of a file into maps, lists and text, and notes what is wrong on the way."""

    def __init__(self, document: Document):
        self.document = document
        self.complaints: list[Complaint] = []
        self.seen: set[int] = set()

    def tree(self, node: yaml.Node, place: Place) -> Any:
        self.document.lines[place] = node.start_mark.line + 1
        if len(place) > DEEPEST:
            self._complain(node, place, _("is nested too deeply"), _("Write it flatter."))
            return None
        if self._forbidden(node, place):
            return None
        if isinstance(node, yaml.MappingNode):
            return self._map(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self.tree(child, (*place, index)) for index, child in enumerate(node.value)]
        assert isinstance(node, yaml.ScalarNode)
        return self._scalar(node, place)

    def _forbidden(self, node: yaml.Node, place: Place) -> bool:
        """Whether a value or a key is an alias or has a tag."""
        if id(node) in self.seen:
            self._complain(node, place, _("is a YAML alias"), _("Write the value out where it is needed."))
            return True
        self.seen.add(id(node))
        if node.tag != _usual_tag(node):
            shown = node.tag.replace("tag:yaml.org,2002:", "!!")
            self._complain(node, place, _("is a YAML tag"), _("Remove the tag."), shown)
            return True
        return False

    def _map(self, node: yaml.MappingNode, place: Place) -> dict[str, Any]:
        content: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self._complain(key_node, place, _("a key is not plain text"), _("Use text as a key."))
                continue
            if self._forbidden(key_node, place):
                continue
            key = str(key_node.value)
            if key == "<<" and key_node.style not in QUOTED:
                self._complain(key_node, place, _("is a YAML merge"), _("Write the keys out."), key)
                continue
            if key in content:
                first = self.document.lines[(*place, key)]
                rule = _("stands twice, first on line {line}").format(line=first)
                self._complain(key_node, (*place, key), rule, _("Keep one of the two."), key)
                continue
            content[key] = self.tree(value_node, (*place, key))
        return content

    def _scalar(self, node: yaml.ScalarNode, place: Place) -> str | None:
        if node.style in QUOTED:
            return str(node.value)
        return None if node.value in ("", "~", "null") else PlainScalar(node.value)

    def _complain(self, node: yaml.Node, place: Place, rule: str, remedy: str, value: str = "") -> None:
        dotted = ".".join(shorten(str(part)) for part in place)
        line = node.start_mark.line + 1
        self.complaints.append(Complaint(rule, remedy, self.document.file, line, dotted, value))
