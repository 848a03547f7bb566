"""Apps for the outer tests. A test that fails shows the end of the app's log."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.outer.running import App, Nursery

_apps: list[App] = []


@pytest.fixture(scope="package")
def nursery() -> Iterator[Nursery]:
    """Where apps are forked from, so that each start takes a second and not five."""
    made = Nursery()
    yield made
    made.close()


@pytest.fixture(scope="package")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """An app on a fresh folder, started as `python -m` does, shared by all tests that don't kill it."""
    yield from _running(App(tmp_path_factory.mktemp("bench")))


@pytest.fixture(scope="package")
def slow(tmp_path_factory: pytest.TempPathFactory, nursery: Nursery) -> Iterator[App]:
    """An app whose model takes its time, whose first rewritten note fails, and that doesn't try again by itself."""
    app = App(tmp_path_factory.mktemp("slow"), nursery)
    yield from _running(app, "--delay", "0.01", "--fail", "rewriter=1", LORELOOM_TASK_RETRIES="0")


@pytest.fixture
def killable(tmp_path: Path, nursery: Nursery) -> Iterator[App]:
    """A folder whose app the test starts and kills by itself."""
    app = App(tmp_path / "app", nursery)
    _apps.append(app)
    yield app
    app.kill()
    _apps.remove(app)


def _running(app: App, *flags: str, **environment: str) -> Iterator[App]:
    _apps.append(app)
    app.start(*flags, **environment)
    yield app
    app.kill()
    _apps.remove(app)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[Any]) -> Any:
    """Show what the apps logged beside a failure."""
    report = yield
    if report.failed:
        for app in _apps:
            report.sections.append((f"log of {app.url}", app.text()[-6000:]))
    return report
