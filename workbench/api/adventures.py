"""Adventures: chapters told to a reader, who chooses how it goes on."""

import base64
from collections.abc import Iterator

from workbench.api.area import Area
from workbench.api.values import streamed
from workbench.domain.adventures import Adventure, Chapter, Told


class AdventureEndpoints(Area):
    """Adventures: chapters told to a reader, who chooses how it goes on."""

    def adventure_options(self) -> dict:
        """The settings and the lesson topics that an adventure can have."""
        lessons = self._bench.adventures.lessons
        return {
            "categories": [
                {"id": one.id, "title": one.title, "about": one.about, "tone": one.tone}
                for one in lessons.categories.values()
            ],
            "lesson_topics": [
                {"id": one.id, "title": one.title, "about": one.about, "questions": len(one.questions)}
                for one in lessons.topics.values()
            ],
        }

    def start_adventure(self, category: str, lesson_topic: str, options: dict | None = None) -> Iterator[dict]:
        """Begin an adventure and stream its first chapter. Options: chapters, age, words, reader, seed.

        Streams status, token and result events; the result is the adventure with its chapter and its choices.
        """
        adventure = self._bench.adventures.start(category, lesson_topic, options)
        yield from self._told(adventure.id)

    def choose(self, adventure_id: str, choice_id: str) -> Iterator[dict]:
        """Make a choice of the adventure's last chapter and stream the next one. Answers to lessons are choices too.

        The same choice again goes on from it, also after a failure; it is never made twice.
        """
        adventure = self._bench.adventures.choose(adventure_id, choice_id)
        yield from self._told(adventure.id)

    def get_adventure(self, adventure_id: str) -> dict:
        """An adventure with its last chapter. One that a crash has cut off goes on by being asked for."""
        return adventure_values(self._bench.adventures.get(adventure_id))

    def list_adventures(self) -> list:
        """All adventures, the one that was played last first."""
        return [adventure_values(one) for one in self._bench.adventures.listing()]

    def delete_adventure(self, adventure_id: str) -> dict:
        """Delete an adventure."""
        return {"deleted": self._bench.adventures.delete(adventure_id).id}

    def adventure_summary(self, adventure_id: str) -> dict:
        """The chapters in a line each, the lessons with their answers, and how long it took."""
        return self._bench.adventures.summary(adventure_id)

    def adventure_page(self, adventure_id: str, form: str = "html", pictures: bool = False) -> dict:
        """All that was told so far as a file to keep: html is one page, epub a book, whose content is base64.

        With its pictures it is up to two megabytes. A browser gets that at /adventures/ID.html and /adventures/ID.epub.
        """
        file = self._bench.adventures.keepsake(adventure_id, form, pictures=pictures)
        text = file.media_type.startswith("text/")
        return {
            "filename": file.filename,
            "media_type": file.media_type,
            "encoding": "utf-8" if text else "base64",
            "content": file.content.decode() if text else base64.b64encode(file.content).decode(),
        }

    def _told(self, adventure_id: str) -> Iterator[dict]:
        def present(_: dict) -> dict:
            return adventure_values(self._bench.adventures.get(adventure_id, go_on=False))

        yield from streamed(self._bench.adventures.follow(adventure_id), present)


def adventure_values(adventure: Adventure) -> dict:
    """An adventure as clients get it. `lesson` says what became of the last answer, {} where none was given."""
    last = adventure.last
    before = adventure.chapters[-2] if len(adventure.chapters) > 1 else None
    told = (last.told if last is not None else None) or (before.told if before is not None else None)
    return {
        "id": adventure.id,
        "category": adventure.category,
        "lesson_topic": adventure.topic,
        "status": adventure.status,
        "problem": adventure.problem,
        "planned_types": list(adventure.planned),
        "chapter": chapter_values(last) if last is not None else {},
        "lesson": lesson_values(told) if told is not None else {},
        "looks": adventure.looks,
        "version": adventure.version,
    }


def chapter_values(chapter: Chapter) -> dict:
    """A chapter as clients get it; its `lesson` is the question that it asks, {} for the others."""
    lesson: dict = {}
    if chapter.question_id:
        lesson = {"question": chapter.question}
        if chapter.told is not None:
            lesson = lesson_values(chapter.told)
    return {
        "number": chapter.number,
        "type": chapter.type,
        "title": chapter.title,
        "text": chapter.text,
        # Addresses of pictures, "" until they are drawn.
        "image": f"/pictures/{chapter.image}" if chapter.image else "",
        "choices": [
            {**one.model_dump(), "image": f"/pictures/{one.image}" if one.image else ""} for one in chapter.choices
        ],
        "chosen": chapter.chosen,
        "lesson": lesson,
    }


def lesson_values(told: Told) -> dict:
    """What became of a question."""
    return {
        "question": told.question,
        "answered": told.answered,
        "correct": told.correct,
        "right_answer": told.right,
        "explanation": " ".join(part for part in (told.why, told.explanation) if part),
    }
