"""Every setting: `LORELOOM_*` variables, then `.env`, then these defaults. The README has the same table."""

import os
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

# Where a Space mounts its persistent storage.
SPACE_DISK = Path("/data")


def default_host() -> str:
    """This machine only; on a Space every address, since its proxy comes from outside."""
    return "0.0.0.0" if os.environ.get("SPACE_ID") else "127.0.0.1"


def default_data_dir() -> Path:
    """`/data` where a Space mounts its persistent disk there, else `data` beside the app."""
    if os.environ.get("SPACE_ID") and SPACE_DISK.is_dir() and os.access(SPACE_DISK, os.W_OK):
        return SPACE_DISK / "loreloom"
    return Path("data")


class AgentSetting(BaseModel):
    """What a setting changes about one agent; None leaves it as it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    temperature: float | None = Field(None, ge=0, le=2)
    max_tokens: int | None = Field(None, ge=16, le=8192)
    prompt: Path | None = Field(None, description="a file in the place of the agent's first prompt")


class SimpleModel(BaseModel):
    """A second text model, for simple work; where nothing is set there is none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: Path | None = None
    hub: str = ""
    url: str = ""
    name: str = ""
    api_key: SecretStr = SecretStr("")

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(bool(one) for one in (self.path, self.hub, self.url)) > 1:
            raise ValueError("only one of PATH, HUB and URL can hold; unset the others")
        if (self.name or self.api_key.get_secret_value()) and not self.url:
            raise ValueError("NAME and API_KEY belong to a server, whose URL is missing")
        return self


class Settings(BaseSettings):
    """What a user may set. Fields are bounded, so that a typing mistake is told at the start and not at midnight."""

    model_config = SettingsConfigDict(
        env_prefix="LORELOOM_", env_nested_delimiter="__", env_file=".env", extra="ignore", frozen=True
    )

    # Where it is served
    host: str = Field(default_factory=default_host, description="Address to listen on. 0.0.0.0 lets other machines in.")
    port: int = Field(7860, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    share: bool = Field(False, description="Make a public gradio.live link.")
    mcp: bool = Field(True, description="Offer the endpoints as MCP tools too.")
    sessions: int = Field(
        500,
        ge=10,
        le=10_000,
        description="Open pages and callers remembered at once, about 1.2 MB each; plain HTTP calls count as one each.",
    )
    data_dir: Path = Field(default_factory=default_data_dir, description="Folder for everything that is kept.")

    # The text model: at most one of path, hub and url; none of them is the bundled SmolLM2-135M-Instruct
    model_path: Path | None = Field(None, description="A GGUF file on this machine.")
    model_hub: str = Field("", description="A GGUF file on the Hugging Face hub, as owner/repository:file.gguf.")
    model_url: str = Field("", description="Base URL of an OpenAI-compatible server, e.g. http://127.0.0.1:11434/v1.")
    model_name: str = Field("", description="Name of the model on that server; empty takes the first it lists.")
    model_api_key: SecretStr = Field(SecretStr(""), description="Key for that server, where it wants one.")
    simple_model: SimpleModel = Field(
        SimpleModel(),
        description="A smaller or faster model for summaries, choices and looks: LORELOOM_SIMPLE_MODEL__PATH, ...__HUB "
        "or ...__URL (with ...__NAME and ...__API_KEY); without one the text model does it all.",
    )
    model_timeout: float = Field(600.0, ge=1, le=7200, description="Seconds to wait for a server's answer.")
    context_tokens: int = Field(4096, ge=512, le=1_048_576, description="Window of the text model, in tokens.")
    gpu_layers: int = Field(0, ge=-1, le=1000, description="Layers to put on the GPU; -1 is all of them.")
    threads: int = Field(0, ge=0, le=512, description="CPU threads for the text model; 0 is one for each core.")
    slots: int = Field(6, ge=1, le=64, description="How many requests the text model works on at once.")
    exact: bool = Field(
        True,
        description="Without a GPU: keep keys in 8 bits, so that texts at temperature 0 are the same alone and in a "
        "crowd, and writing is faster. Off reads long prompts faster.",
    )
    lookup: bool = Field(True, description="Guess words from the prompt where a reply repeats it; never changes text.")
    fast_file: Literal["auto", "off", "Q8_0", "Q4_0"] = Field(
        "auto",
        description="Copy of the model in a type that CPUs read faster, made once in the data folder. auto makes a "
        "Q8_0 copy of a small model whose own type is slow; Q4_0 is smaller and faster still, and writes worse.",
    )
    saved_megabytes: int = Field(
        1024, ge=0, le=1_000_000, description="Disk for what the model has read of each story; 0 keeps nothing."
    )

    # Sampling: what keeps a small model from repeating itself
    min_p: float = Field(0.1, ge=0, le=1, description="Drop tokens less likely than this share of the likeliest.")
    top_p: float = Field(1.0, gt=0, le=1, description="Keep the likeliest tokens that add up to this.")
    top_k: int = Field(0, ge=0, le=1000, description="Keep this many tokens; 0 keeps all.")
    repeat_penalty: float = Field(1.05, ge=1, le=2, description="Penalty on tokens of the last repeat_window.")
    repeat_window: int = Field(256, ge=0, le=8192, description="How far back the repeat penalty looks, in tokens.")
    dry_multiplier: float = Field(0.8, ge=0, le=5, description="Strength of the DRY penalty on repeated phrases.")

    # The chapter loop
    max_rounds: int = Field(2, ge=1, le=6, description="Drafts at most for one chapter, revisions counted.")
    accept_score: float = Field(6.5, ge=1, le=9, description="Rating from which a draft isn't revised any more.")
    chapter_words: int = Field(350, ge=40, le=5000, description="Length of a chapter that names none itself.")
    resume_chapters: bool = Field(
        True, description="A run of several chapters that was cut off goes on by itself at the next start."
    )

    # The agents and what they are shown
    agents: dict[str, AgentSetting] = Field(
        {},
        description="Agents that are different, by name: LORELOOM_AGENTS__WRITER__TEMPERATURE, ...__MAX_TOKENS, "
        "...__PROMPT (a file in the prompt's place).",
    )
    context_buffer: int = Field(
        700,
        ge=64,
        le=100_000,
        description="Tokens kept free beside context and drafts, for tasks and reviews.",
    )
    distil: bool = Field(True, description="Sum up chapters ahead while nobody writes.")

    # Adventures
    adventure_words: int = Field(150, ge=60, le=1000, description="Length of a chapter of an adventure.")
    adventure_days: int = Field(
        90,
        ge=1,
        le=36_500,
        description="Days after which an adventure that nobody opens is written to a file and removed.",
    )
    adventure_ahead: bool = Field(True, description="Begin the chapters behind each choice while the reader reads.")
    adventure_pictures: bool = Field(True, description="Draw its chapters and first choices behind the reader.")
    lessons_path: Path | None = Field(None, description="Folder with lessons of your own, as assets/lessons has them.")

    # Pictures
    image_model: str = Field(
        "",
        max_length=500,
        description="A diffusion model: a folder on this machine, or owner/repository on the Hugging Face hub. Empty "
        "is the sketch maker, which needs none.",
    )
    image_steps: int = Field(0, ge=0, le=150, description="Steps of that model; 0 is 4 for few-step models, else 25.")
    image_device: Literal["auto", "cpu", "cuda"] = Field("auto", description="Where it runs; auto takes a GPU.")
    image_save_memory: bool = Field(False, description="Slower, with less memory.")
    image_safety: bool = Field(True, description="Keep the safety checker of a model that has one.")
    image_idle_seconds: float = Field(
        300.0, ge=0, le=86_400, description="Seconds after which the model is unloaded when nobody draws; 0 never."
    )
    image_seconds: float = Field(120.0, ge=1, le=7200, description="Longest time that one picture may take.")

    # The memory
    embedder_path: Path | None = Field(None, description="Folder of a sentence-transformers model; empty is bundled.")
    note_workers: int = Field(2, ge=1, le=16, description="Workers that rewrite session notes.")
    creation_workers: int = Field(1, ge=1, le=16, description="Workers that create lore entries.")
    note_batch: int = Field(5, ge=1, le=20, description="Updates of one note that are told in one rewrite, at most.")
    creation_batch: int = Field(3, ge=1, le=20, description="New entries that a worker takes on at once, at most.")
    jobs: Literal["inside", "outside"] = Field(
        "inside", description="Memory workers inside the app, or outside by `python -m workbench.jobs`."
    )
    task_retries: int = Field(3, ge=0, le=20, description="How often a failed memory task is tried again by itself.")
    task_retry_delay: float = Field(
        5.0, ge=0, le=3600, description="Seconds before the first retry; doubles each time."
    )
    sweep_seconds: float = Field(5.0, ge=0.2, le=600, description="How often lost memory tasks are looked for.")

    # Bounds
    max_text_chars: int = Field(200_000, ge=1000, le=5_000_000, description="Longest text that one field accepts.")
    database_copies: int = Field(5, ge=1, le=100, description="Copies of the database kept before upgrades.")
    telemetry_events: int = Field(20_000, ge=100, le=10_000_000, description="Telemetry events kept; oldest go first.")

    def for_simple_model(self) -> Self | None:
        """The settings by which the model for simple work is opened; None where there is none of its own."""
        simple = self.simple_model
        if not (simple.path or simple.hub or simple.url):
            return None
        return self.model_copy(
            update={
                "model_path": simple.path,
                "model_hub": simple.hub,
                "model_url": simple.url,
                "model_name": simple.name,
                "model_api_key": simple.api_key,
                # What it reads is short and seldom twice the same.
                "saved_megabytes": 0,
                "slots": min(self.slots, 2),
            }
        )

    @property
    def database_path(self) -> Path:
        """The SQLite file that is the truth."""
        return self.data_dir / "loreloom.db"

    @property
    def checkpoint_path(self) -> Path:
        """LangGraph's checkpoints of runs."""
        return self.data_dir / "checkpoints.db"

    @property
    def queue_path(self) -> Path:
        """Huey's queue."""
        return self.data_dir / "queue.db"

    @property
    def index_path(self) -> Path:
        """LanceDB's folder."""
        return self.data_dir / "index"

    @property
    def beginnings_path(self) -> Path:
        """What the model has read of each story, as llama.cpp holds it."""
        return self.data_dir / "beginnings"

    @property
    def adventures_path(self) -> Path:
        """Where adventures are written to before they are removed."""
        return self.data_dir / "adventures"

    @property
    def pictures_path(self) -> Path:
        """Where pictures are kept, named by what they contain."""
        return self.data_dir / "pictures"

    @property
    def models_path(self) -> Path:
        """Where models from the hub are kept."""
        return self.data_dir / "models"
