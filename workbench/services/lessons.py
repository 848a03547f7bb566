"""The lessons and settings of adventures: those that came along, and a teacher's own."""

import logging
from functools import cached_property
from pathlib import Path

from pydantic import ValidationError

from workbench.domain.categories import Category
from workbench.domain.lessons import LessonSet
from workbench.errors import InvalidInput, StorageError

logger = logging.getLogger(__name__)

ASSETS = Path(__file__).resolve().parents[2] / "assets"


class Lessons:
    """Reads the files once. A teacher's file with the name of one that came along takes its place."""

    def __init__(self, own: Path | None = None) -> None:
        self._own = own

    @cached_property
    def topics(self) -> dict[str, LessonSet]:
        """The topics by id. Raises `StorageError` where a file that came along is damaged.

        A teacher's file that can't be used is left out, and the log says what is wrong with it.
        """
        found = {one.id: one for one in (_topic(path) for path in _files(ASSETS / "lessons"))}
        for path in _files(self._own) if self._own is not None else ():
            try:
                one = LessonSet.model_validate_json(path.read_text("utf-8"))
            except (OSError, ValueError) as error:
                logger.warning("The lessons in %s are left out: %s", path, _said(error))
                continue
            found[one.id] = one
        return found

    @cached_property
    def categories(self) -> dict[str, Category]:
        """The settings by id. Raises `StorageError` where a file is damaged."""
        return {one.id: one for one in (_category(path) for path in _files(ASSETS / "adventures"))}

    def topic(self, topic_id: str) -> LessonSet:
        """One topic, or `InvalidInput` with those that there are."""
        if topic_id not in self.topics:
            raise InvalidInput(f"There are no lessons called {topic_id!r}. Choose one of: {', '.join(self.topics)}.")
        return self.topics[topic_id]

    def category(self, category_id: str) -> Category:
        """One setting, or `InvalidInput` with those that there are."""
        if category_id not in self.categories:
            raise InvalidInput(
                f"There is no adventure called {category_id!r}. Choose one of: {', '.join(self.categories)}."
            )
        return self.categories[category_id]


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.json"))


def _topic(path: Path) -> LessonSet:
    try:
        return LessonSet.model_validate_json(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise StorageError(f"The lessons in {path} are damaged ({_said(error)}). Restore assets/lessons.") from error


def _category(path: Path) -> Category:
    try:
        return Category.model_validate_json(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise StorageError(f"The setting in {path} is damaged ({_said(error)}). Restore assets/adventures.") from error


def _said(error: Exception) -> str:
    """What is wrong, in a line."""
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return str(error)
