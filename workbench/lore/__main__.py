"""`python -m workbench.lore check` and `rebuild`: is what can be found what is stored, and making it so anew."""

import argparse
import sys
import time
from contextlib import ExitStack, closing
from pathlib import Path

from workbench.compose import APP, JOBS
from workbench.errors import StorageError, WorkbenchError
from workbench.lore.archive import LanceArchiveIndex
from workbench.lore.embedder import SentenceEmbedder
from workbench.lore.index import LanceLoreIndex
from workbench.services.archive import Archive
from workbench.services.documents import Documents
from workbench.settings import Settings
from workbench.storage.database import Database, FolderLock


def main(arguments: list[str] | None = None) -> int:
    """Run one of the two; 0 when index and database agree in the end, 1 when they don't or it can't be told."""
    parser = argparse.ArgumentParser(prog="python -m workbench.lore", description=__doc__)
    parser.add_argument("what", choices=("check", "rebuild"), help="compare only, or make the search index anew")
    parser.add_argument("--data-dir", type=Path, help="folder of everything that is kept")
    given = parser.parse_args(arguments)
    settings = Settings(data_dir=given.data_dir) if given.data_dir else Settings()
    try:
        with ExitStack() as held:
            documents, archive = _opened(settings, held)
            if given.what == "rebuild":
                _rebuild(documents, archive)
            return _check(documents, archive)
    except WorkbenchError as error:
        print(f"Loreloom: {error}", file=sys.stderr)
        return 1


def _opened(settings: Settings, held: ExitStack) -> tuple[Documents, Archive]:
    """Both services over the folder, which nobody else may use meanwhile; `held` gives everything back."""
    if not settings.database_path.exists():
        raise StorageError(
            f"There is nothing of Loreloom in {settings.data_dir}. Name the folder that the app uses with --data-dir."
        )
    for name in (APP, JOBS):
        lock = FolderLock(settings.data_dir, name)
        if not lock.acquire():
            raise StorageError(
                f"Loreloom is at work in {settings.data_dir} and keeps its search index up to date by itself. "
                "Close it first, or use the button in its Lore tab."
            )
        held.callback(lock.release)
    database = Database(settings.database_path, settings.database_copies)
    database.open()
    held.enter_context(closing(database))
    embedder = SentenceEmbedder(settings.embedder_path)
    archive = Archive(settings, database, LanceArchiveIndex(settings.index_path, embedder))
    held.enter_context(closing(archive))
    return Documents(database, LanceLoreIndex(settings.index_path, embedder)), archive


def _rebuild(documents: Documents, archive: Archive) -> None:
    began = time.monotonic()
    print("The search index is dropped and made anew from the database. Nothing that you wrote is touched.")
    print(f"Lore: {documents.rebuild():,} documents are in it now.")
    print(f"Archive: {archive.rebuild():,} texts are in it now.")
    documents.compact()
    archive.compact()
    print(f"That took {time.monotonic() - began:.0f} seconds.")


def _check(documents: Documents, archive: Archive) -> int:
    """Say how both stand; 0 when nothing is amiss."""
    lore, texts = documents.check(), archive.check()
    wrong = 0
    for name, stand, total in (("Lore", lore, lore["documents"]), ("Archive", texts, texts["items"])):
        amiss = [f"{stand[kind]:,} {kind}" for kind in ("missing", "stale", "surplus") if stand[kind]]
        wrong += len(amiss)
        state = f"the index disagrees: {', '.join(amiss)}" if amiss else "the index agrees with the database"
        print(f"{name}: {total:,} to be found; {state}.")
    if wrong:
        print("The app mends this by itself when it starts. To do it now: python -m workbench.lore rebuild")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
