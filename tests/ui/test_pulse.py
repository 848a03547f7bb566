"""When a page is told that the app doesn't know it any more."""

import pytest

from workbench.ui.pulse import HERE, LOST, beat


@pytest.mark.parametrize(
    ("known", "page", "told"),
    [
        (HERE, HERE, HERE),
        # The first tick comes before the page is loaded.
        ("", "", ""),
        (HERE, "", ""),
        # The app was started anew; what it kept of the page is gone.
        ("", "another process", LOST),
        # The same app has forgotten the page.
        ("", HERE, LOST),
    ],
)
def test_a_page_that_is_not_known_is_loaded_again(known: str, page: str, told: str) -> None:
    assert beat(known, page) == told
