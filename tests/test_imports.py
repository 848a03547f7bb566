"""The arrows of the architecture: who may import whom. Fails when one runs the wrong way."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HEAVY = {
    "gradio": {"workbench/ui", "workbench/api", "workbench/serve.py"},
    "huey": {"workbench/jobs"},
    "lancedb": {"workbench/lore/table.py", "workbench/lore/rows.py"},
    "llama_cpp": {"workbench/engine/llama.py"},
    "sentence_transformers": {"workbench/lore/embedder.py"},
    "torch": {"workbench/lore/embedder.py", "workbench/images/diffusion"},
    "diffusers": {"workbench/images/diffusion"},
    "resvg_py": {"workbench/images/sketch"},
    "cv2": {"workbench/images/combining.py"},
    "PIL": {"workbench/images"},
    "sqlmodel": {"workbench/storage"},
    "sqlalchemy": {"workbench/storage"},
    "alembic": {"workbench/storage"},
    "langchain_openai": {"workbench/engine"},
    "langgraph": {"graphs", "workbench/services/chapters.py"},
}
ADAPTERS = ("context", "engine", "images", "lore", "timeline", "storage")
# What each part of the project may import of the project; parts that aren't named may import nothing of it.
ALLOWED = {
    "workbench.domain": {"workbench.domain"},
    "workbench.errors": set(),
    "workbench.settings": set(),
    "workbench.ports": {"workbench.domain"},
    "workbench.telemetry": {"workbench.domain", "workbench.storage"},
    "workbench.services": {
        "graphs",
        "workbench.context",
        "workbench.domain",
        "workbench.errors",
        "workbench.ports",
        "workbench.services",
        "workbench.settings",
        "workbench.storage",
        "workbench.telemetry",
        "workbench.timeline",
    },
    "graphs": {"graphs", "workbench.domain", "workbench.errors", "workbench.ports"},
    "workbench.jobs": {
        "workbench.compose",
        "workbench.domain",
        "workbench.errors",
        "workbench.jobs",
        "workbench.services",
        "workbench.settings",
        "workbench.storage",
    },
    "workbench.ui": {
        "workbench.api",
        "workbench.compose",
        "workbench.domain",
        "workbench.errors",
        "workbench.settings",
        "workbench.ui",
    },
    "workbench.api": {
        "workbench.api",
        "workbench.compose",
        "workbench.domain",
        "workbench.errors",
        "workbench.services",
    },
    "workbench.serve": {"workbench.api", "workbench.compose", "workbench.errors", "workbench.ui"},
    **{
        f"workbench.{name}": {
            f"workbench.{name}",
            "workbench.domain",
            "workbench.errors",
            "workbench.ports",
            "workbench.settings",
        }
        for name in ADAPTERS
    },
}
SOURCES = sorted(
    path
    for folder in ("workbench", "graphs")
    for path in (ROOT / folder).rglob("*.py")
    if "migrations" not in path.parts
)


def imported(path: Path) -> set[str]:
    """Every module that a file imports, wherever in it, type-checking blocks included."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} uses a relative import"
            module = node.module or ""
            names |= {f"{module}.{alias.name}" for alias in node.names}
    return names


def part_of(module: str) -> str:
    """`workbench.services.writing` belongs to `workbench.services`, `graphs.chapter.nodes` to `graphs`."""
    pieces = module.split(".")
    return pieces[0] if pieces[0] == "graphs" else ".".join(pieces[:2])


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_arrows(path: Path) -> None:
    relative = path.relative_to(ROOT)
    module = ".".join(relative.with_suffix("").parts)
    inside = part_of(module)
    # A part's own program composes what it needs, as app.py does.
    if inside in ("workbench.compose", "workbench.__init__", "workbench") or path.name == "__main__.py":
        return
    allowed = ALLOWED[inside]
    for name in imported(path):
        top = name.split(".")[0]
        if top in ("workbench", "graphs"):
            assert part_of(name) in allowed, f"{relative} imports {name}"
        if top in HEAVY:
            homes = HEAVY[top]
            assert any(str(relative).startswith(home) for home in homes), f"{relative} imports {name}"


def test_every_part_is_known() -> None:
    parts = {part_of(".".join(path.relative_to(ROOT).with_suffix("").parts)) for path in SOURCES}
    assert parts - {"workbench.compose", "workbench.__init__"} <= set(ALLOWED)


def test_files_can_be_known_at_a_glance() -> None:
    long = {str(p.relative_to(ROOT)): n for p in SOURCES if (n := len(p.read_text("utf-8").splitlines())) > 420}
    assert not long
