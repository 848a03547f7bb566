"""Pictures by a diffusion model: loaded when the first is asked for, freed when none has been for a while."""

import contextlib
import functools
import gc
import importlib.util
import inspect
import logging
import math
import re
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from workbench.domain.model import Value
from workbench.domain.pictures import Drawn, PictureOrder
from workbench.errors import Cancelled, ImageFailed
from workbench.images import diffusion_failures as failures
from workbench.images.diffusion_failures import ModelLost
from workbench.images.diffusion_pictures import drawn, fitting, multiple, reference_picture, whole
from workbench.images.diffusion_space import Failure, space_call

logger = logging.getLogger(__name__)

FEW_STEPS = re.compile("turbo|lcm|lightning|schnell|hyper(?!real)")  # in names of models that need few steps
USUAL_STEPS, USUAL_FEW_STEPS = 25, 4
USUAL_GUIDANCE = 7.0
STRENGTH = 0.6  # how far a picture may go from its reference: 0 is not at all, 1 is to forget it
STEPS_SHARE = 0.95  # of the progress; the rest is turning what was computed into a picture
POLL = 0.1  # seconds between looks at `cancelled` while another picture is drawn
CLOSE_SECONDS = 30.0  # a step ends long before; a download is not waited for
CANCELLED = "The picture was cancelled."

# Jobs on one device take turns, whoever they are for: two at once would need twice the memory and be no faster.
TURNS = {"cpu": threading.Lock(), "cuda": threading.Lock()}

Check = Callable[[], None]  # raises `Cancelled` or `ImageFailed` when the work is to stop
Tell = Callable[[float], None]


class DiffusionOptions(Value):
    """What model draws, and how. `model` is a folder in the diffusers format or a name on the hub, "owner/name"."""

    model: str
    steps: int = Field(0, ge=0, description="0: as many as the model usually takes")
    guidance: float | None = Field(None, ge=0, description="none: as much as the model usually takes")
    device: Literal["auto", "cpu", "cuda"] = "auto"
    safety_checker: bool = True
    save_memory: bool = False
    idle_seconds: float = Field(600.0, ge=0, description="without work before the model is freed; 0: never")
    time_limit: float = Field(600.0, ge=0, description="seconds for one picture, without loading; 0: none")

    @property
    def usual_steps(self) -> int:
        """Steps of one picture."""
        return self.steps or (USUAL_FEW_STEPS if FEW_STEPS.search(self._name) else USUAL_STEPS)

    @property
    def usual_guidance(self) -> float:
        """How strictly the words are kept to; models of few steps have that built in."""
        if self.guidance is not None:
            return self.guidance
        if "lcm" in self._name or "lightning" in self._name:
            return 1.0
        return 0.0 if FEW_STEPS.search(self._name) else USUAL_GUIDANCE

    @property
    def _name(self) -> str:
        return Path(self.model).name.lower()  # folders above it, or its owner, say nothing about it


class DiffusionMaker:
    """Fulfils `workbench.ports.ImageMaker` with a pipeline of the diffusers library."""

    def __init__(self, options: DiffusionOptions, cache_dir: Path) -> None:
        """Nothing is loaded yet. `cache_dir` is where models from the hub are kept."""
        self.options = options
        self._cache_dir = cache_dir
        self._loaded: _Loaded | None = None
        self._status = "not loaded"
        self._used = 0.0
        self._timer: threading.Timer | None = None
        self._turn: threading.Lock | None = None
        self._closing = False
        self._in_space = space_call(self._draw_apart, options.time_limit)

    # The port

    @property
    def maker(self) -> str:
        """What draws."""
        return "diffusion"

    @property
    def model(self) -> str:
        """The model's name on the hub, or the name of its folder."""
        return Path(self.options.model).name if _folder(self.options.model) else self.options.model

    def status(self) -> str:
        """One of "ready", "not loaded", "loading", or a sentence that says what failed; never blocks."""
        return self._status

    def draw(self, order: PictureOrder, cancelled: Callable[[], bool], progress: Tell | None = None) -> Drawn:
        """Draw a picture; blocks, first while another is drawn on the same device.

        The time limit counts the drawing, not the loading and the waiting; it and `cancelled` are looked at between
        steps. Raises `Cancelled`, and `ImageFailed` with the reason and the remedy; the next call tries anew.
        """

        def check() -> None:
            if self._closing:
                raise ImageFailed(failures.CLOSED)
            if cancelled():
                raise Cancelled(CANCELLED)

        tell = progress or (lambda share: None)
        check()
        try:
            device = _device(self.options.device)
        except ModelLost as error:
            self._status = str(error)
            raise
        self._turn = TURNS[device]
        with self._taking_turn(self._turn, check):
            try:
                picture = self._draw(device, order, check, tell)
            except ModelLost as error:
                traceback.clear_frames(error.__traceback__)  # they hold on to the model
                self._free(str(error))
                raise
        tell(1.0)
        return picture

    def close(self) -> None:
        """Free the model; a picture being drawn fails at its next step. Nothing can be drawn afterwards."""
        self._closing = True
        if self._timer:
            self._timer.cancel()
        if self._turn and self._turn.acquire(timeout=CLOSE_SECONDS):
            try:
                self._free("not loaded")
            finally:
                self._turn.release()

    # What holds the turn

    @contextlib.contextmanager
    def _taking_turn(self, turn: threading.Lock, check: Check) -> Iterator[None]:
        while not turn.acquire(timeout=POLL):
            check()
        try:
            yield
        finally:
            self._used = time.monotonic()
            if self._closing:
                self._free("not loaded")
            elif self._loaded and self.options.idle_seconds:
                self._set_timer()
            turn.release()

    def _draw(self, device: str, order: PictureOrder, check: Check, tell: Tell) -> Drawn:
        loaded = self._loaded or self._load(device)
        check()
        return self._draw_in_space(order) if self._in_space else loaded.draw(order, check, tell)

    def _load(self, device: str) -> "_Loaded":
        self._status = "loading"
        loaded = _load(self.options, self._cache_dir, device, in_space=self._in_space is not None)
        self._loaded, self._status = loaded, "ready"
        return loaded

    def _free(self, status: str) -> None:
        before, self._loaded, self._status = self._loaded, None, status
        if before is None and status == "not loaded":
            return
        del before
        gc.collect()
        torch = sys.modules.get("torch")
        if torch is not None and torch.cuda.is_available():
            torch.cuda.empty_cache()

    # Idle moments

    def _set_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = threading.Timer(self.options.idle_seconds, self._rest)
        self._timer.name, self._timer.daemon = "diffusion-idle", True
        self._timer.start()

    def _rest(self) -> None:
        """Free the model, unless it was used while this waited for its turn; then a later timer sees to it."""
        assert self._turn is not None
        with self._turn:
            if self._loaded and time.monotonic() - self._used >= self.options.idle_seconds:
                logger.info("the picture model wasn't used for %g s and is freed", self.options.idle_seconds)
                self._free("not loaded")

    # A Space that lends its GPU

    def _draw_apart(self, order: PictureOrder) -> Drawn | Failure:
        assert self._loaded is not None
        try:
            return self._loaded.draw(order, lambda: None, lambda share: None)
        except ImageFailed as error:
            return Failure(str(error), isinstance(error, ModelLost))

    def _draw_in_space(self, order: PictureOrder) -> Drawn:
        assert self._in_space is not None
        try:
            outcome = self._in_space(order)
        except Exception as error:
            logger.exception("the Space's GPU can't be had")
            raise ImageFailed(
                f"The Space's GPU can't be had for this picture: {failures.first_line(error)}. Try again later."
            ) from error
        if isinstance(outcome, Failure):
            raise (ModelLost if outcome.lost else ImageFailed)(outcome.sentence)
        return outcome


class _Loaded:
    """A pipeline on its device, and another of the same weights that begins with a picture, once one is wanted."""

    def __init__(self, options: DiffusionOptions, pipe: Any, offloads: bool) -> None:
        self.options, self.text, self.offloads = options, pipe, offloads
        self._image: Any = None
        self._tried_image = False
        self._hooked = pipe

    def draw(self, order: PictureOrder, check: Check, tell: Tell) -> Drawn:
        """Draw within the time limit; errors of the library become `ModelLost`, which holds on to none of its data."""
        deadline = time.monotonic() + (self.options.time_limit or math.inf)

        def between_steps() -> None:
            check()
            if time.monotonic() > deadline:
                raise failures.too_slow(self.options.time_limit)

        try:
            return self._draw(order, between_steps, tell)
        except (Cancelled, ImageFailed):
            raise
        except Exception as error:
            logger.exception("drawing a picture failed")
            traceback.clear_frames(error.__traceback__)  # they hold on to what fills the memory
            lost = failures.drawing_failed(error)
        raise lost

    def _draw(self, order: PictureOrder, check: Check, tell: Tell) -> Drawn:
        import torch

        step = multiple(self.text)
        size = whole(order.width, step), whole(order.height, step)
        pipe, reference = self.text, None
        if order.reference and (image_pipe := self._image_pipe()) is not None:
            pipe, reference = image_pipe, reference_picture(order.reference, size)
        if self.offloads and pipe is not self._hooked:  # the hooks that move weights know the order of one pipeline
            pipe.enable_model_cpu_offload()
            self._hooked = pipe
        steps, guidance = self.options.usual_steps, self.options.usual_guidance
        arguments: dict[str, Any] = {
            "prompt": fitting(order.prompt, pipe),
            "width": size[0],
            "height": size[1],
            "guidance_scale": guidance,
            "output_type": "np",  # as numbers it can be seen whether they are numbers
            # Random numbers of the CPU are the same on every machine.
            "generator": torch.Generator("cpu").manual_seed(order.seed),
        }
        if reference is not None:
            steps = max(steps, math.ceil(1 / STRENGTH))  # fewer would leave no step to do
            arguments |= {"image": reference, "strength": STRENGTH}
        if guidance > 1 and order.negative_prompt:
            arguments["negative_prompt"] = fitting(order.negative_prompt, pipe)
        planned = max(1, int(steps * STRENGTH)) if reference is not None else steps

        def after_step(running: Any, step: int, _time: Any, values: dict[str, Any]) -> dict[str, Any]:
            check()
            total = getattr(running, "num_timesteps", None) or planned
            tell(STEPS_SHARE * min(1.0, (step + 1) / total))
            return values

        arguments |= {"num_inference_steps": steps, "callback_on_step_end": after_step}
        known = inspect.signature(pipe.__call__).parameters
        try:
            result = pipe(**{name: value for name, value in arguments.items() if name in known})
        finally:
            if self.offloads:
                pipe.maybe_free_model_hooks()  # an error on the way leaves weights on the device
        if any(getattr(result, "nsfw_content_detected", None) or ()):
            raise ImageFailed(failures.HELD_BACK)
        return drawn(result.images[0])

    def _image_pipe(self) -> Any:
        """The pipeline that begins with a picture, or None where this model has none."""
        if not self._tried_image:
            from diffusers import AutoPipelineForImage2Image

            self._tried_image = True
            try:
                self._image = AutoPipelineForImage2Image.from_pipe(self.text)
                self._image.set_progress_bar_config(disable=True)
            except ValueError as error:
                logger.warning("this model can't begin with a picture, references are left out: %s", error)
        return self._image


def _load(options: DiffusionOptions, cache_dir: Path, device: str, in_space: bool) -> _Loaded:
    """The model on its device. Raises `ModelLost`, then holding nothing of it."""
    folder = _folder(options.model)
    if not folder and not re.fullmatch(r"\w[\w.-]*/\w[\w.-]*", options.model):
        raise failures.not_found(options.model)
    try:
        pipe = _pipeline(options, cache_dir, device, folder)
        return _Loaded(options, pipe, _place(pipe, options, device, in_space))
    except Exception as error:
        logger.exception("loading the picture model failed")
        traceback.clear_frames(error.__traceback__)
        lost = failures.loading_failed(options.model, folder is not None, error)
    raise lost


def _pipeline(options: DiffusionOptions, cache_dir: Path, device: str, folder: Path | None) -> Any:
    import diffusers
    import torch
    import transformers

    diffusers.utils.logging.disable_progress_bar()
    transformers.utils.logging.disable_progress_bar()
    source = str(folder or options.model)
    where: dict[str, Any] = {"cache_dir": cache_dir, "local_files_only": folder is not None}
    config = diffusers.DiffusionPipeline.load_config(source, **where)
    arguments = {**where, "dtype": torch.float16 if device == "cuda" else torch.float32}
    if not options.safety_checker and "safety_checker" in config:
        arguments |= {"safety_checker": None, "requires_safety_checker": False}
    if importlib.util.find_spec("accelerate") is None:
        arguments["low_cpu_mem_usage"] = False  # what the library falls back to with a warning
    pipe: Any = None
    if device == "cuda" and not folder:
        try:
            pipe = diffusers.AutoPipelineForText2Image.from_pretrained(source, variant="fp16", **arguments)
        except (OSError, ValueError) as error:
            logger.info("%s has no weights of half size, the whole ones are taken: %s", source, error)
    if pipe is None:
        pipe = diffusers.AutoPipelineForText2Image.from_pretrained(source, **arguments)
    pipe.set_progress_bar_config(disable=True)
    return pipe


def _place(pipe: Any, options: DiffusionOptions, device: str, in_space: bool) -> bool:
    """Bring a pipeline to its device; true when only the part at work is there."""
    if options.save_memory:
        pipe.enable_attention_slicing()
        for means in ("enable_slicing", "enable_tiling"):
            with contextlib.suppress(AttributeError, NotImplementedError):  # not every decoder can work in parts
                getattr(pipe.vae, means)()
        if device == "cuda" and not in_space:
            if importlib.util.find_spec("accelerate") is not None:
                pipe.enable_model_cpu_offload()
                return True
            _warn_once("without the package accelerate, all parts of the picture model stay on the GPU")
    if device != "cpu":
        pipe.to(device)
    return False


@functools.cache
def _warn_once(sentence: str) -> None:
    logger.warning(sentence)


def _folder(model: str) -> Path | None:
    path = Path(model).expanduser()
    return path if path.is_dir() else None


def _device(wanted: str) -> str:
    """Raises `ModelLost` when there is no such device."""
    try:
        import torch
    except ImportError as error:
        raise failures.loading_failed("The picture model", False, error) from error
    there = torch.cuda.is_available()
    if wanted == "cuda" and not there:
        raise ModelLost('There is no CUDA device for the picture model. Let it run on "auto" or "cpu".')
    return "cuda" if there and wanted != "cpu" else "cpu"
