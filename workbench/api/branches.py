"""Branches of stories: the tree, what is done with it, two of them compared, and decisions taken back."""

from typing import Any

from workbench.api.area import Area
from workbench.api.values import plain, story_values
from workbench.domain.tree import StoryTree


class BranchEndpoints(Area):
    """Branches of stories: the tree, what is done with it, two of them compared, and decisions taken back."""

    def story_tree(self, story_id: str) -> dict:
        """The tree of a story: all its branches, with discarded ones, and all its passages at a glance."""
        return _tree_values(self._bench.tree.tree(story_id))

    def branch_story(self, story_id: str, passage_id: str, name: str) -> dict:
        """Begin another branch of a story behind an accepted passage; /switch_branch opens it."""
        return plain(self._bench.tree.branch_story(story_id, passage_id, name))

    def switch_branch(self, story_id: str, branch_id: str) -> dict:
        """Open another branch of a story; the answer is that of /get_story."""
        return story_values(self._bench.tree.switch_branch(story_id, branch_id))

    def rename_branch(self, story_id: str, branch_id: str, name: str) -> dict:
        """Give a branch another name, which no other branch of the story has."""
        return plain(self._bench.tree.rename_branch(story_id, branch_id, name))

    def discard_branch(self, story_id: str, branch_id: str) -> dict:
        """Put a branch aside that isn't open. Its passages stay; /restore_branch puts it back."""
        return plain(self._bench.tree.discard_branch(story_id, branch_id))

    def restore_branch(self, story_id: str, branch_id: str) -> dict:
        """Put a discarded branch back."""
        return plain(self._bench.tree.restore_branch(story_id, branch_id))

    def compare_branches(self, story_id: str, left_id: str, right_id: str, first: int = 0) -> dict:
        """Two branches side by side: where they part, and what differs behind that in text, notes and events.

        Ten chapters at a time, from the number first on (0: where they part); next says where to go on, 0 at the end.
        """
        return plain(self._bench.tree.compare(story_id, left_id, right_id, first))

    def decisions(self, story_id: str, limit: int = 50) -> list:
        """What was decided about a story's passages and branches, newest first; undone_at where it was taken back."""
        return plain(self._bench.tree.decisions(story_id, limit))

    def undo(self, story_id: str, steps: int = 1) -> dict:
        """Take back the latest decisions, the last one first: undone names them, and the rest is as in /get_story."""
        undone = self._bench.tree.undo(story_id, steps)
        return {"undone": plain(undone), **story_values(self._bench.library.story_view(story_id))}


def _tree_values(tree: StoryTree) -> dict[str, Any]:
    lines = {branch.id: tree.line(branch.head_id) for branch in tree.branches}
    own = {branch_id: {one.id for one in line} for branch_id, line in lines.items()}
    return {
        "story_id": tree.story_id,
        "branch_id": tree.open_id,
        "branches": [
            {**plain(branch), "open": branch.id == tree.open_id, "chapters": len(lines[branch.id])}
            for branch in tree.branches
        ],
        "passages": [
            {**plain(passage), "branches": [branch_id for branch_id, ids in own.items() if passage.id in ids]}
            for passage in tree.passages
        ],
    }
