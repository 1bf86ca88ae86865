"""A page as it is read out: what is there by role and name, and in which group it stands."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
ROLES = {"select": "field", "textarea": "field", "button": "button", "a": "link"}
BOXES = {"checkbox": "checkbox", "radio": "radio", "submit": "button", "hidden": ""}
GROUPS = {"fieldset", "section", "nav"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    parent: "Element | None" = None
    children: "list[Element | str]" = field(default_factory=list)

    def __iter__(self) -> "Iterator[Element]":
        """Itself and what is in it."""
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child

    @property
    def above(self) -> "Iterator[Element]":
        element = self.parent
        while element is not None:
            yield element
            element = element.parent

    @property
    def own_texts(self) -> list[str]:
        return [child for child in self.children if isinstance(child, str)]

    @property
    def text(self) -> str:
        """What is read out of it."""
        told = [
            child if isinstance(child, str) else child.text
            for child in self.children
            if isinstance(child, str) or child.attributes.get("aria-hidden") != "true"
        ]
        return " ".join(" ".join(told).split())

    @property
    def role(self) -> str:
        if self.tag == "input":
            return BOXES.get(self.attributes.get("type", "text"), "field")
        return ROLES.get(self.tag, "")


class Outline(HTMLParser):
    """`controls` are told as «Понедельник > field: С»; `headings` and `texts` are read as they are.

    Of the rules by which browsers name things, those that our pages use.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.page = self.here = Element("", {})
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, self.here)
        self.here.children.append(element)
        if tag not in VOID:
            self.here = element

    def handle_endtag(self, tag: str) -> None:
        for element in (self.here, *self.here.above):
            if element.tag == tag and element.parent is not None:
                self.here = element.parent
                return

    def handle_data(self, data: str) -> None:
        self.here.children.append(data)

    @property
    def headings(self) -> list[str]:
        return [one.text for one in self.page if one.tag == "h1"]

    @property
    def texts(self) -> list[str]:
        """Of everything that has a text of its own."""
        return [
            one.text for one in self.page if any(isinstance(part, str) for part in one.children)
        ]

    @property
    def controls(self) -> list[str]:
        return [
            " > ".join([*self._groups(one), f"{one.role}: {self._name(one)}"])
            for one in self.page
            if one.role
        ]

    def _groups(self, element: Element) -> list[str]:
        """The nearest that has a name."""
        for one in element.above:
            is_group = one.tag in GROUPS or one.attributes.get("role") in ("group", "region")
            if is_group and (name := self._name_of_group(one)):
                return [name]
        return []

    def _name_of_group(self, group: Element) -> str:
        legends = [one.text for one in group if one.tag == "legend" and one.parent is group]
        return self._labelled(group) or next(iter(legends), "")

    def _labelled(self, element: Element) -> str:
        if key := element.attributes.get("aria-labelledby"):
            # Who is named so may be hidden where it stands.
            return next((one.text for one in self.page if one.attributes.get("id") == key), "")
        return element.attributes.get("aria-label", "")

    def _name(self, element: Element) -> str:
        if name := self._labelled(element):
            return name
        if element.role in ("button", "link"):
            return element.text
        labels = [one for one in element.above if one.tag == "label"]
        key = element.attributes.get("id")
        labels += [one for one in self.page if key and one.attributes.get("for") == key]
        return labels[0].text if labels else ""
