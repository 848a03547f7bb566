"""The Branches tab: the tree of the story to click on, what can be done with it, and two branches side by side."""

from typing import Any, Protocol

import gradio as gr

from workbench.domain.tree import StoryTree
from workbench.errors import InvalidInput, NotFound
from workbench.ui import branch_cards, branch_compare, branch_picture, render
from workbench.ui.desk import PRIVATE, Desk
from workbench.ui.scripts import CLICKS, ONE_PRESS, SHOW_PASSAGE, TREE_KEYS

Updates = dict[Any, Any]
OLD_PAGE = "This button belongs to an older page. Load the page again."
SHOWN_DECISIONS = 30
FOCUS_NAME = (
    "() => setTimeout(() => document.querySelector('#ll-branch-name input, #ll-branch-name textarea')?.focus(), 400)"
)


class Shows(Protocol):
    """What of the Write tab is used: it shows the story anew when another branch is open or a decision is undone."""

    opened: list[Any]
    manuscript: gr.HTML

    def choose(self, story_id: str, kept: Any) -> Updates:
        """Everything of the tab that depends on the story."""


class BranchesTab:
    """Builds the tab; a press in the picture, in a card or in a list comes as an event."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._tree, self._writing = desk.workbench.tree, desk.workbench.writing
        # The passage that is chosen, what is opened in the picture, the branch that is renamed, and how often the
        # story was changed here.
        self.chosen, self.opened = gr.State(""), gr.State([])
        self.renamed, self.changed = gr.State(""), gr.State(0)
        with gr.Row(elem_classes="ll-actions ll-tree-bar"):
            self.undo = gr.Button("Nothing to undo", interactive=False, elem_id="ll-tree-undo", scale=0, min_width=200)
            self.fold = gr.Button("Fold the picture", visible=False, elem_id="ll-tree-fold", scale=0, min_width=140)
        self.picture = gr.HTML(
            branch_picture.NO_STORY, apply_default_css=False, js_on_load=TREE_KEYS + CLICKS, elem_id="ll-tree"
        )
        self.key = gr.HTML(branch_picture.KEY, apply_default_css=False, visible=False)
        with gr.Column(visible=False, elem_classes="ll-gap") as self.below:
            with gr.Row(elem_classes="ll-desk"):
                self._build_chosen()
                self._build_branches()
            self._build_comparing()

    def _build_chosen(self) -> None:
        with gr.Column(elem_classes="ll-gap", scale=5, min_width=300):
            self.card = gr.HTML(
                branch_cards.NONE_CHOSEN, apply_default_css=False, js_on_load=SHOW_PASSAGE + ONE_PRESS + CLICKS,
                elem_id="ll-tree-card",
            )  # fmt: skip
            with gr.Column(visible=False, elem_classes="ll-gap") as self.beginning:
                self.name = gr.Textbox(
                    "", label="Name of a branch that begins after this chapter", max_lines=1, max_length=100,
                    placeholder="What if she stays?", elem_id="ll-branch-name",
                )  # fmt: skip
                with gr.Row(elem_classes="ll-actions"):
                    self.begin = gr.Button("Branch here", variant="primary", elem_id="ll-branch-here", scale=2)
                    self.follow = gr.Checkbox(True, label="and switch to it", container=False, scale=1, min_width=180)

    def _build_branches(self) -> None:
        with gr.Column(elem_classes="ll-gap", scale=4, min_width=300):
            self.list = gr.HTML("", apply_default_css=False, js_on_load=ONE_PRESS + CLICKS, elem_id="ll-branch-list")
            with gr.Column(visible=False, elem_classes="ll-gap") as self.renaming:
                self.new_name = gr.Textbox(
                    "", label="New name", max_lines=1, max_length=100, elem_id="ll-branch-rename"
                )
                with gr.Row(elem_classes="ll-actions"):
                    self.save = gr.Button("Save the name", variant="primary")
                    self.leave = gr.Button("Leave it")
            self.decisions = gr.HTML("", apply_default_css=False, elem_id="ll-decisions-list")

    def _build_comparing(self) -> None:
        with gr.Column(elem_classes="ll-gap", visible=False) as self.comparing:
            gr.HTML('<h3 class="ll-tree-heading">Two branches side by side</h3>', apply_default_css=False)
            with gr.Row(elem_classes="ll-actions"):
                self.left = gr.Dropdown([], label="On the left", filterable=False, elem_id="ll-compare-left")
                self.right = gr.Dropdown([], label="On the right", filterable=False, elem_id="ll-compare-right")
            self.compared = gr.HTML(
                branch_compare.ASK, apply_default_css=False, js_on_load=ONE_PRESS + CLICKS, elem_id="ll-compared"
            )

    def wire(self, tab: gr.Tab, tabs: gr.Tabs, write: Shows) -> None:
        """`write` shows the story, and its chapters offer to branch from them; `tabs` turns here for that."""
        story = self.desk.story
        self._tabs = tabs
        here = [story, self.chosen, self.opened]
        shown = [
            *(self.picture, self.key, self.below, self.undo, self.fold, self.card, self.beginning, self.list),
            *(self.decisions, self.comparing, self.left, self.right, self.chosen, self.opened),
        ]
        after = [*shown, self.changed, self.compared, self.name, self.renamed, self.renaming, self.new_name]
        pressed = {"trigger_mode": "multiple", **PRIVATE}
        tab.select(render.telling(self.show), here, shown, **pressed)
        story.change(render.telling(self.show_other), here, [*shown, self.compared], **pressed)
        for place in (self.picture, self.card, self.list):
            place.click(render.telling(self.pressed), [*here, self.changed], after, **pressed)
        self.fold.click(render.telling(self.folded), [story, self.chosen], shown, **PRIVATE)
        self.undo.click(render.telling(self.undone), [*here, self.changed], after, trigger_mode="once", **PRIVATE)
        gr.on(
            [self.begin.click, self.name.submit],
            render.telling(self.begun),
            [*here, self.changed, self.name, self.follow],
            after,
            trigger_mode="once",
            **PRIVATE,
        )
        gr.on(
            [self.save.click, self.new_name.submit],
            render.telling(self.named),
            [*here, self.changed, self.renamed, self.new_name],
            after,
            trigger_mode="once",
            **PRIVATE,
        )
        self.leave.click(lambda: gr.Column(visible=False), None, self.renaming, **PRIVATE)
        gr.on(
            [self.left.input, self.right.input],
            render.telling(self.compare),
            [story, self.left, self.right],
            self.compared,
            **PRIVATE,
        )
        self.compared.click(
            render.telling(self.more), [story, self.left, self.right], self.compared, trigger_mode="once", **PRIVATE
        )
        self.changed.change(render.telling(write.choose), [story, self.desk.kept], write.opened, **PRIVATE)
        write.manuscript.click(
            render.telling(self.from_chapter), [story, self.opened], [*shown, tabs], trigger_mode="once", **PRIVATE
        ).success(js=FOCUS_NAME, **PRIVATE)

    # --- what is there ---

    def show(self, story_id: str, chosen: str, opened: list[str]) -> Updates:
        """The tab was turned to, or another story was opened."""
        if not story_id:
            return {self.picture: branch_picture.NO_STORY, self.below: gr.Column(visible=False)}
        tree = self._tree.tree(story_id)
        if chosen not in tree.by_id:
            # The place where the writing goes on is what one most likely asks about.
            chosen = tree.open.head_id or ""
        passage = self._tree.passage(story_id, chosen) if chosen else None
        last = self._tree.last_decision(story_id)
        several = len(tree.standing) > 1
        return {
            self.picture: branch_picture.tree_picture(tree, opened, chosen),
            self.key: gr.HTML(visible=bool(tree.passages)),
            self.below: gr.Column(visible=True),
            self.undo: gr.Button(branch_cards.undo_words(last), interactive=last is not None),
            self.fold: gr.Button(visible=bool(opened)),
            self.card: branch_cards.passage_card(tree, passage) if passage else branch_cards.NONE_CHOSEN,
            self.beginning: gr.Column(visible=passage is not None and passage.state == "accepted"),
            self.list: branch_cards.branch_list(tree),
            self.decisions: branch_cards.decision_list(self._tree.decisions(story_id, SHOWN_DECISIONS)),
            self.comparing: gr.Column(visible=several),
            self.chosen: chosen,
            self.opened: opened,
        } | self._offered(tree)

    def _offered(self, tree: StoryTree) -> Updates:
        """The branches that can be compared; a choice that still stands is left as it is."""
        choices = [(branch.name, branch.id) for branch in tree.standing]
        return {self.left: gr.Dropdown(choices=choices), self.right: gr.Dropdown(choices=choices)}

    def _asked_anew(self, tree: StoryTree) -> Updates:
        """Nothing is compared any more: what was may not be there now, and a choice that isn't is refused."""
        choices = [(branch.name, branch.id) for branch in tree.standing]
        empty = {side: gr.Dropdown(choices=choices, value=None) for side in (self.left, self.right)}
        return empty | {self.compared: branch_compare.ASK}

    def show_other(self, story_id: str, chosen: str, opened: list[str]) -> Updates:
        """Another story was opened."""
        updates = self.show(story_id, chosen, opened)
        return updates | self._asked_anew(self._tree.tree(story_id)) if story_id else updates

    def folded(self, story_id: str, chosen: str) -> Updates:
        """All stretches are one node again."""
        return self.show(story_id, chosen, [])

    def from_chapter(self, story_id: str, opened: list[str], event: gr.EventData) -> Updates:
        """In Write, a chapter was chosen to branch from."""
        act, passage_id = _said(event)
        if act != "branch":
            raise NotFound(OLD_PAGE)
        return self.show(story_id, passage_id, opened) | {self._tabs: gr.Tabs(selected="branches")}

    # --- what is done ---

    def pressed(self, story_id: str, chosen: str, opened: list[str], changed: int, event: gr.EventData) -> Updates:
        """Something was pressed in the picture, the card or the list: {act, id}."""
        act, key = _said(event)
        if act == "passage":
            return self.show(story_id, key, opened)
        if act == "unfold":
            return self.show(story_id, chosen, [*opened, key])
        if act == "branch":
            return self.show(story_id, self._branch(story_id, key).head_id or "", opened)
        if act == "rename":
            branch = self._branch(story_id, key)
            return {self.renamed: branch.id, self.renaming: gr.Column(visible=True), self.new_name: branch.name}
        if act == "compare":
            tree = self._tree.tree(story_id)
            updates = self._offered(tree)
            updates[self.left] = gr.Dropdown(choices=[(one.name, one.id) for one in tree.standing], value=tree.open_id)
            updates[self.right] = gr.Dropdown(choices=[(one.name, one.id) for one in tree.standing], value=key)
            return updates | {self.compared: self.compare(story_id, tree.open_id, key)}
        if act == "lost":
            raise NotFound("That chapter isn’t on the page in Write. Load the page again.")
        self._decide(story_id, act, key)
        if act in ("drop", "restore"):
            return self._decided(story_id, chosen, opened, changed)
        return self.show(story_id, chosen, opened) | {self.changed: changed + 1}

    def _decided(self, story_id: str, chosen: str, opened: list[str], changed: int) -> Updates:
        updates = self.show(story_id, chosen, opened) | {self.changed: changed + 1}
        return updates | self._asked_anew(self._tree.tree(story_id))

    def _decide(self, story_id: str, act: str, key: str) -> None:
        if act == "switch":
            view = self._tree.switch_branch(story_id, key)
            name = next(branch.name for branch in view.branches if branch.id == key)
            render.said(f"“{name}” is open now. What the other branches tell isn’t known here.", "Switched", 4)
        elif act == "discard":
            self._writing.discard(key)
        elif act == "drop":
            self._tree.discard_branch(story_id, key)
        elif act == "restore":
            self._tree.restore_branch(story_id, key)
        else:
            raise NotFound(OLD_PAGE)

    def _branch(self, story_id: str, branch_id: str) -> Any:
        found = next((one for one in self._tree.tree(story_id).branches if one.id == branch_id), None)
        if found is None:
            raise NotFound(OLD_PAGE)
        return found

    def begun(self, story_id: str, chosen: str, opened: list[str], changed: int, name: str, switch: bool) -> Updates:
        """Branch here was pressed."""
        if not name.strip():
            raise InvalidInput("Give the branch a name first; a word or two is enough.")
        branch = self._tree.branch_story(story_id, chosen, name)
        if switch:
            self._tree.switch_branch(story_id, branch.id)
        render.said(
            f"“{branch.name}” is open now; the other branch stays as it is."
            if switch
            else "Switch to it when you like.",
            "Branched",
            4,
        )
        return self.show(story_id, chosen, opened) | {self.changed: changed + 1, self.name: ""}

    def named(self, story_id: str, chosen: str, opened: list[str], changed: int, branch_id: str, name: str) -> Updates:
        """A new name was saved."""
        self._tree.rename_branch(story_id, branch_id, name)
        updates = self.show(story_id, chosen, opened)
        return updates | {self.changed: changed + 1, self.renaming: gr.Column(visible=False)}

    def undone(self, story_id: str, chosen: str, opened: list[str], changed: int) -> Updates:
        """Undo was pressed."""
        undone = self._tree.undo(story_id)[0]
        render.said(f"Taken back: {undone.said}.", "Undone", 4)
        return self._decided(story_id, chosen, opened, changed)

    # --- comparing ---

    def compare(self, story_id: str, left: str | None, right: str | None, first: int = 0) -> str:
        """Two branches side by side, or what to choose."""
        if not (left and right):
            return branch_compare.ASK
        return branch_compare.comparison(self._tree.compare(story_id, left, right, first))

    def more(self, story_id: str, left: str | None, right: str | None, event: gr.EventData) -> str:
        """Other chapters of the comparison were asked for."""
        act, key = _said(event)
        if act != "more" or not (key.isascii() and key.isdigit()):
            raise NotFound(OLD_PAGE)
        return self.compare(story_id, left, right, int(key))


def _said(event: gr.EventData) -> tuple[str, str]:
    data = event._data if isinstance(event._data, dict) else {}
    return str(data.get("act", "")), str(data.get("id", ""))
