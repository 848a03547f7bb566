"""Reads a prompt's template without filling it in: which names it uses, and whether it stays within what is allowed."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from jinja2 import nodes

# What a text may be made of. Nothing in it makes much out of little: no calls, no loops over letters, no products.
ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.For, nodes.Name, nodes.Const, nodes.Getattr,
    nodes.Getitem, nodes.Slice, nodes.Filter, nodes.Test, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not,
    nodes.Concat, nodes.CondExpr, nodes.Add, nodes.Sub, nodes.Neg, nodes.Tuple, nodes.List,
)  # fmt: skip
FILTERS = frozenset("capitalize count d default first join last length lower round title trim upper wordcount".split())
TESTS = frozenset("defined divisibleby eq even ge gt in le lt ne none number odd string undefined".split())
LOOP = {
    "index": 1, "index0": 0, "revindex": 1, "revindex0": 0, "first": True, "last": True, "length": 1,
}  # fmt: skip
DEEPEST, MOST_LOOPS, DEEPEST_LOOPS, MOST_PARTS = 25, 20, 2, 5000
# How often one name may stand in a text: each time its whole value is told.
MOST_USES = 40
LONGEST_JOINT = 40
# In the words of somebody who writes templates; everything else is "this".
CALLED: dict[type[nodes.Node], str] = {
    nodes.Call: "calling something with brackets", nodes.Assign: "{% set %}", nodes.AssignBlock: "{% set %}",
    nodes.Macro: "{% macro %}", nodes.CallBlock: "{% call %}", nodes.Include: "{% include %}",
    nodes.Import: "{% import %}", nodes.FromImport: "{% from %}", nodes.Extends: "{% extends %}",
    nodes.Block: "{% block %}", nodes.FilterBlock: "{% filter %}", nodes.With: "{% with %}",
    nodes.Mul: "calculating with *", nodes.Pow: "calculating with **", nodes.Mod: "calculating with %",
    nodes.Div: "calculating with /", nodes.FloorDiv: "calculating with //", nodes.Dict: "a list in braces",
}  # fmt: skip


class _Anything:
    """Stands for a value of which nothing is known."""


ANYTHING = _Anything()


class Reading:
    """One reading of a template. `names`: the places it fills in, in order; `problems`: what isn't allowed.

    With `given`, a made-up value for each place, names and their parts are held to those that exist.
    """

    def __init__(self, template: nodes.Template, given: Mapping[str, Any] | None = None) -> None:
        self.names: list[str] = []
        self.problems: list[str] = []
        self._given = given
        self._parts = self._loops = 0
        self._uses: Counter[str] = Counter()
        self._visit(template, {}, 0, 0)

    def _wrong(self, node: nodes.Node, what: str) -> None:
        # Some parts of an expression don't know their line.
        told = f"Line {node.lineno}: {what}" if node.lineno else f"{what[0].upper()}{what[1:]}"
        if told not in self.problems and len(self.problems) < 8:
            self.problems.append(told)

    def _visit(self, node: nodes.Node, scope: Mapping[str, Any], depth: int, loops: int) -> None:
        self._parts += 1
        if self._parts > MOST_PARTS or depth > DEEPEST:
            if not any("too intricate" in one for one in self.problems):
                self._wrong(node, "from here on it is too intricate. Write it more simply.")
            return
        if not isinstance(node, ALLOWED):
            what = CALLED.get(type(node), "this")
            self._wrong(node, f"{what} can't be used here. Use {{{{ names }}}}, {{% if %}} and {{% for %}} only.")
            return
        if isinstance(node, nodes.For):
            self._visit_loop(node, scope, depth, loops)
            return
        if isinstance(node, nodes.Name):
            self._uses[node.name] += 1
            if self._uses[node.name] > MOST_USES:
                self._wrong(node, f"{node.name!r} stands there more than {MOST_USES} times. Name it less often.")
            if node.name not in scope:
                self._named(node)
        elif isinstance(node, nodes.Filter):
            self._check_filter(node, scope)
        elif isinstance(node, nodes.Test) and node.name not in TESTS:
            self._wrong(node, f"“is {node.name}” can't be used here. What can: {', '.join(sorted(TESTS))}.")
        elif isinstance(node, nodes.Getattr):
            self._check_part(node, node.attr, self._value(node.node, scope))
        elif isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
            self._check_part(node, node.arg.value, self._value(node.node, scope))
        for child in node.iter_child_nodes():
            self._visit(child, scope, depth + 1, loops)

    def _named(self, node: nodes.Name) -> None:
        if self._given is not None and node.name not in self._given:
            known = ", ".join(self._given) or "none"
            self._wrong(node, f"there is no {node.name!r} in this prompt. What there is: {known}.")
        elif node.name not in self.names:
            self.names.append(node.name)

    def _visit_loop(self, node: nodes.For, scope: Mapping[str, Any], depth: int, loops: int) -> None:
        self._loops += 1
        if loops >= DEEPEST_LOOPS or self._loops > MOST_LOOPS or node.recursive:
            self._wrong(node, f"at most {DEEPEST_LOOPS} loops stand in one another, and {MOST_LOOPS} in all.")
            return
        self._visit(node.iter, scope, depth + 1, loops)
        through = self._value(node.iter, scope)
        if self._given is not None and not isinstance(through, list | tuple):
            self._wrong(node, "a loop goes through a list; this is none.")
        item: Any = through[0] if isinstance(through, list | tuple) and through else ANYTHING
        targets = node.target.items if isinstance(node.target, nodes.Tuple) else [node.target]
        inner = {**scope, "loop": LOOP}
        for place, target in enumerate(targets):
            if isinstance(target, nodes.Name):
                whole = not isinstance(node.target, nodes.Tuple)
                inner[target.name] = item if whole else item[place] if _reaches(item, place) else ANYTHING
        # `loop` is a name of the loop's inside alone.
        if node.test is not None:
            self._visit(node.test, inner, depth + 1, loops + 1)
        for child in node.body:
            self._visit(child, inner, depth + 1, loops + 1)
        for child in node.else_:
            self._visit(child, scope, depth + 1, loops)

    def _check_filter(self, node: nodes.Filter, scope: Mapping[str, Any]) -> None:
        if node.name not in FILTERS:
            self._wrong(node, f"“| {node.name}” can't be used here. What can: {', '.join(sorted(FILTERS))}.")
        elif node.kwargs or node.dyn_args or node.dyn_kwargs or len(node.args) > 1:
            self._wrong(node, f"“| {node.name}” takes at most one plain value here.")
        elif node.name == "join":
            joint = node.args[0] if node.args else None
            plain = joint is None or (isinstance(joint, nodes.Const) and len(str(joint.value)) <= LONGEST_JOINT)
            if node.node is None or not plain:
                self._wrong(node, f"“| join” takes a text in quotes, of at most {LONGEST_JOINT} letters.")
            elif self._given is not None and not isinstance(self._value(node.node, scope), list | tuple):
                self._wrong(node, "“| join” puts a list together; this is none.")

    def _check_part(self, node: nodes.Node, part: str, whole: Any) -> None:
        """That what is known about a value has a part of this name."""
        if part.startswith("_"):
            self._wrong(node, f"there is no part {part!r}.")
        elif isinstance(whole, Mapping):
            if part not in whole:
                self._wrong(node, f"there is no part {part!r}. What there is: {', '.join(map(str, whole))}.")
        elif whole is not ANYTHING:
            self._wrong(node, f"there is no part {part!r}; this has no parts.")

    def _value(self, node: nodes.Node, scope: Mapping[str, Any]) -> Any:
        """The made-up value of an expression, as far as it can be known without filling it in."""
        if isinstance(node, nodes.Name):
            return scope.get(node.name, (self._given or {}).get(node.name, ANYTHING))
        if isinstance(node, nodes.Getattr):
            return _part(self._value(node.node, scope), node.attr)
        if isinstance(node, nodes.Getitem):
            whole = self._value(node.node, scope)
            if isinstance(node.arg, nodes.Slice):
                return whole
            if isinstance(node.arg, nodes.Const):
                return _part(whole, node.arg.value)
        if isinstance(node, nodes.Filter) and node.node is not None and node.name in ("first", "last"):
            return _part(self._value(node.node, scope), 0)
        return ANYTHING


def _part(whole: Any, part: Any) -> Any:
    if isinstance(whole, Mapping):
        return whole.get(part, ANYTHING)
    if isinstance(whole, list | tuple) and whole and isinstance(part, int):
        return whole[0]
    return ANYTHING


def _reaches(item: Any, place: int) -> bool:
    return isinstance(item, list | tuple) and place < len(item)
