"""Pictures by a diffusion model, drawn by a tiny one with random weights."""

import gc
import io
import pickle
import shutil
import subprocess
import sys
import threading
import time
import types
import weakref

import pytest
from PIL import Image

from tests.images.tiny_pipeline import LONGEST, save_tiny_pipeline
from workbench.domain.pictures import PictureOrder, Scene
from workbench.errors import Cancelled, ImageFailed
from workbench.images import diffusion
from workbench.images.diffusion import DiffusionMaker, DiffusionOptions
from workbench.images.diffusion_pictures import fitting
from workbench.ports import ImageMaker

STEPS = 3


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    import torch

    folder = save_tiny_pipeline(tmp_path_factory.mktemp("models") / "tiny")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # many are slower at so little work
    gc.freeze()  # makers collect garbage; the libraries themselves need not be searched each time
    yield folder
    gc.unfreeze()
    torch.set_num_threads(threads)


@pytest.fixture
def make(tiny, tmp_path):
    """Makes makers that draw with the tiny model, and closes them."""
    made = []

    def make(**options) -> DiffusionMaker:
        options = {"model": str(tiny), "steps": STEPS, "device": "cpu", "idle_seconds": 0, **options}
        made.append(DiffusionMaker(DiffusionOptions(**options), tmp_path / "cache"))
        return made[-1]

    yield make
    for maker in made:
        maker.close()


def order(**more) -> PictureOrder:
    values = {"prompt": "a red cat", "negative_prompt": "fog", "width": 256, "height": 256, **more}
    return PictureOrder(kind="background", scene=Scene(), **values)


def draw(maker, wanted=None, cancelled=lambda: False, progress=None):
    return maker.draw(wanted or order(), cancelled, progress)


def until(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it didn't come about"
        time.sleep(0.02)


def steps_of(maker, monkeypatch, instead):
    """Have `instead` called at each step, with the real step."""
    unet = maker._loaded.text.unet
    real = unet.forward
    monkeypatch.setattr(unet, "forward", lambda *args, **kwargs: instead(lambda: real(*args, **kwargs)))


def png(colour, size=(256, 256)) -> bytes:
    held = io.BytesIO()
    Image.new("RGBA", size, colour).save(held, "PNG")
    return held.getvalue()


def test_importing_loads_no_library():
    code = "import sys, workbench.images.diffusion; print({'torch', 'diffusers', 'transformers'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_the_same_order_gives_the_same_picture(make):
    maker: ImageMaker = make()
    assert (maker.maker, maker.model, maker.status()) == ("diffusion", "tiny", "not loaded")
    shares = []
    first = draw(maker, order(seed=5), progress=shares.append)
    assert maker.status() == "ready"
    assert shares == sorted(shares)
    assert len(shares) == STEPS + 1
    assert shares[0] > 0
    assert shares[-1] == 1
    assert draw(maker, order(seed=5)).png == first.png
    assert draw(maker, order(seed=6)).png != first.png
    assert draw(maker, order(seed=5, prompt="a blue dog")).png != first.png
    assert draw(maker, order(seed=5, negative_prompt="rain")).png != first.png


@pytest.mark.parametrize(("asked", "given"), [((384, 256), (384, 256)), ((264, 312), (256, 304))])
def test_the_size_is_the_one_that_was_ordered(make, asked, given):
    picture = draw(make(save_memory=True), order(width=asked[0], height=asked[1]))
    assert (picture.width, picture.height, picture.cut_out) == (*given, False)
    with Image.open(io.BytesIO(picture.png)) as image:
        assert (image.size, image.mode, image.format) == (given, "RGB", "PNG")


def test_a_reference_is_what_it_begins_with(make, monkeypatch):
    maker = make()
    plain = draw(maker)
    steps = []
    red = draw(maker, order(reference=png("red", (300, 200))), progress=steps.append)
    assert len(steps) == int(STEPS * diffusion.STRENGTH) + 1
    assert (red.width, red.height) == (256, 256)
    assert red.png != plain.png
    assert draw(maker, order(reference=png("blue"))).png != red.png
    assert draw(maker, order(reference=png("red", (300, 200)))).png == red.png
    assert draw(maker).png == plain.png
    draw(maker, order(reference=png((255, 0, 0, 100))))
    assert maker._loaded._image.unet is maker._loaded.text.unet
    with pytest.raises(ImageFailed, match="reference picture can't be read"):
        draw(maker, order(reference=b"no picture"))
    assert maker.status() == "ready"


def test_one_step_is_enough_to_begin_with_a_picture(make):
    assert draw(make(steps=1), order(reference=png("red"))).width == 256


def test_a_reference_is_left_out_where_the_model_cannot(make, monkeypatch, caplog):
    import diffusers

    def cannot(pipe):
        raise ValueError("AutoPipeline can't find a pipeline linked to Other")

    maker = make()
    plain = draw(maker)
    monkeypatch.setattr(diffusers.AutoPipelineForImage2Image, "from_pipe", cannot)
    for _ in range(2):
        assert draw(maker, order(reference=png("red"))).png == plain.png
    assert caplog.text.count("can't begin with a picture") == 1


def test_cancelling_in_mid_job(make):
    maker = make()
    first = draw(maker)
    seen = []
    with pytest.raises(Cancelled):
        draw(maker, cancelled=lambda: len(seen) >= 2, progress=seen.append)
    assert len(seen) == 2
    assert draw(maker).png == first.png


def test_cancelling_before_it_is_loaded(make):
    maker = make()
    with pytest.raises(Cancelled):
        draw(maker, cancelled=lambda: True)
    assert maker.status() == "not loaded"


def test_the_time_limit(make, monkeypatch):
    maker = make(time_limit=0.2)
    maker._turn = diffusion.TURNS["cpu"]
    maker._load("cpu")
    steps_of(maker, monkeypatch, lambda step: (time.sleep(0.3), step())[1])
    with pytest.raises(ImageFailed, match=r"within 0\.2 seconds.*LORELOOM_IMAGE_SECONDS"):
        draw(maker)
    assert maker.status() == "ready"


def test_no_such_model(make, tmp_path):
    maker = make(model=str(tmp_path / "nothing"))
    with pytest.raises(ImageFailed, match="LORELOOM_IMAGE_MODEL to a folder") as failed:
        draw(maker)
    assert maker.status() == str(failed.value)
    (tmp_path / "empty").mkdir()
    with pytest.raises(ImageFailed, match="missing or damaged"):
        draw(make(model=str(tmp_path / "empty")))


def test_a_damaged_model_works_once_it_is_whole(make, tiny, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(tiny, copy)
    weights = copy / "unet" / "diffusion_pytorch_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:5000])
    maker = make(model=str(copy))
    with pytest.raises(ImageFailed, match="missing or damaged") as failed:
        draw(maker)
    assert maker.status() == str(failed.value)
    assert maker._loaded is None
    shutil.copy(tiny / "unet" / weights.name, weights)
    assert draw(maker).width == 256
    assert maker.status() == "ready"


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        ("LocalEntryNotFoundError", "Check the network"),
        ("GatedRepoError", "HF_TOKEN"),
        ("RepositoryNotFoundError", "no model owner/name"),
        ("EntryNotFoundError", "not a whole model"),
    ],
)
def test_what_the_hub_may_say(make, monkeypatch, cause, words):
    import diffusers

    def unreachable(*args, **kwargs):
        try:
            raise type(cause, (OSError,), {})("no")
        except OSError:
            raise OSError("It isn't there.\nReally.")  # noqa: B904

    monkeypatch.setattr(diffusers.DiffusionPipeline, "load_config", unreachable)
    maker = make(model="owner/name")
    assert maker.model == "owner/name"
    with pytest.raises(ImageFailed, match=words) as failed:
        draw(maker)
    assert "Really" not in str(failed.value)


def test_memory_runs_out(make, monkeypatch):
    import torch

    maker = make()
    first = draw(maker)
    pipe = weakref.ref(maker._loaded.text)

    def too_much(step):
        raise torch.cuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")

    with monkeypatch.context() as patches:
        steps_of(maker, patches, too_much)
        with pytest.raises(ImageFailed, match="smaller size or LORELOOM_IMAGE_SAVE_MEMORY") as failed:
            draw(maker)
    assert pipe() is None  # although the error is still held
    assert maker.status() == str(failed.value)
    assert draw(maker).png == first.png
    assert maker.status() == "ready"


@pytest.mark.parametrize(
    "error", [MemoryError(), RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory")]
)
def test_memory_runs_out_while_loading(make, monkeypatch, error):
    import diffusers

    def too_much(*args, **kwargs):
        raise error

    monkeypatch.setattr(diffusers.AutoPipelineForText2Image, "from_pretrained", too_much)
    with pytest.raises(ImageFailed, match="not enough memory to load"):
        draw(make())


def test_any_other_failure(make, monkeypatch):
    maker = make()
    draw(maker)

    def broken(step):
        raise RuntimeError("The wheels came off.\nAll of them.")

    steps_of(maker, monkeypatch, broken)
    with pytest.raises(ImageFailed, match=r"while it drew: The wheels came off\. Try again"):
        draw(maker)
    assert draw(maker).width == 256


def test_the_safety_checker_holds_a_picture_back(make, monkeypatch):
    maker = make()
    draw(maker)
    pipe = maker._loaded.text
    monkeypatch.setattr(pipe, "run_safety_checker", lambda image, device, dtype: (image * 0, [True]))
    with pytest.raises(ImageFailed, match="other words or another seed"):
        draw(maker)
    assert maker.status() == "ready"


def test_a_picture_of_no_numbers(make, monkeypatch):
    maker = make()
    draw(maker)
    steps_of(maker, monkeypatch, lambda step: tuple(part * float("nan") for part in step()))
    with pytest.raises(ImageFailed, match="isn't made of numbers"):
        draw(maker)


def test_the_safety_checker_is_left_out_only_where_asked(make, monkeypatch):
    import diffusers

    asked = []
    real = diffusers.AutoPipelineForText2Image.from_pretrained
    monkeypatch.setattr(
        diffusers.AutoPipelineForText2Image,
        "from_pretrained",
        lambda source, **arguments: (asked.append(arguments), real(source, **arguments))[1],
    )
    draw(make())
    draw(make(safety_checker=False))
    assert "safety_checker" not in asked[0]
    assert (asked[1]["safety_checker"], asked[1]["requires_safety_checker"]) == (None, False)
    assert all(arguments["local_files_only"] for arguments in asked)


def test_an_idle_model_is_freed(make):
    maker = make(idle_seconds=0.2)
    first = draw(maker)
    assert maker.status() == "ready"
    until(lambda: maker.status() == "not loaded")
    assert maker._loaded is None
    assert draw(maker).png == first.png


def test_a_model_at_work_is_not_freed(make, monkeypatch):
    maker = make(idle_seconds=0.2)
    draw(maker)
    before = maker._loaded
    steps_of(maker, monkeypatch, lambda step: (time.sleep(0.3), step())[1])
    draw(maker)
    assert maker._loaded is before


def test_two_jobs_take_turns_on_one_device(make, monkeypatch):
    makers = [make(), make()]
    at_once, most, pictures = [0], [0], []
    guard = threading.Lock()

    def counted(step):
        with guard:
            at_once[0] += 1
            most[0] = max(most[0], at_once[0])
        time.sleep(0.05)
        try:
            return step()
        finally:
            with guard:
                at_once[0] -= 1

    for maker in makers:
        draw(maker)
        steps_of(maker, monkeypatch, counted)
    wanted = [(makers[0], 1), (makers[1], 1), (makers[0], 1)]
    threads = [threading.Thread(target=lambda m=m, s=s: pictures.append(draw(m, order(seed=s)).png)) for m, s in wanted]
    for thread in threads:
        thread.start()
    began = time.monotonic()
    with pytest.raises(Cancelled):  # while it waits for its turn
        draw(makers[1], cancelled=lambda: time.monotonic() > began + 0.15)
    for thread in threads:
        thread.join(30)
    assert most[0] == 1
    assert len(pictures) == 3
    assert len(set(pictures)) == 1


def test_closing_in_mid_job(make, monkeypatch):
    maker = make()
    draw(maker)
    running = threading.Event()
    errors = []
    steps_of(maker, monkeypatch, lambda step: (running.set(), time.sleep(0.1), step())[2])

    def work():
        try:
            draw(maker)
        except ImageFailed as error:
            errors.append(str(error))

    thread = threading.Thread(target=work)
    thread.start()
    assert running.wait(10)
    maker.close()
    thread.join(10)
    assert "closed" in errors[0]
    assert maker.status() == "not loaded"
    assert maker._loaded is None
    with pytest.raises(ImageFailed, match="Start the app again"):
        draw(maker)


class FakeSpaces(types.ModuleType):
    """Lends a GPU that isn't one; values go in and out as between processes."""

    def __init__(self) -> None:
        super().__init__("spaces")
        self.seconds, self.calls, self.refuses = [], 0, False

    def GPU(self, duration):
        self.seconds.append(duration)

        def wrap(function):
            def call(*args):
                self.calls += 1
                if self.refuses:
                    raise RuntimeError("You have exceeded your GPU quota")
                return pickle.loads(pickle.dumps(function(*pickle.loads(pickle.dumps(args)))))

            return call

        return wrap


def test_a_space_lends_its_gpu(make, monkeypatch):
    spaces = FakeSpaces()
    monkeypatch.setitem(sys.modules, "spaces", spaces)
    plain = draw(make())
    assert not spaces.seconds
    monkeypatch.setenv("SPACES_ZERO_GPU", "true")
    maker = make(time_limit=45)
    assert spaces.seconds == [45]
    shares = []
    assert draw(maker, progress=shares.append).png == plain.png
    assert (spaces.calls, shares) == (1, [1.0])
    with pytest.raises(ImageFailed, match="reference picture can't be read"):
        draw(maker, order(reference=b"no picture"))
    assert maker.status() == "ready"
    spaces.refuses = True
    with pytest.raises(ImageFailed, match=r"exceeded your GPU quota\. Try again later"):
        draw(maker)
    assert maker.status() == "ready"


def test_a_space_without_the_package(make, monkeypatch):
    monkeypatch.setenv("SPACES_ZERO_GPU", "true")
    monkeypatch.setitem(sys.modules, "spaces", None)
    assert draw(make()).width == 256


def test_no_such_device(make):
    import torch

    if torch.cuda.is_available():
        pytest.skip("there is one")
    maker = make(device="cuda")
    with pytest.raises(ImageFailed, match="no CUDA device"):
        draw(maker)
    assert draw(make(device="auto")).width == 256


def test_long_words_are_cut_where_a_part_ends(make, monkeypatch):
    from diffusers.pipelines.stable_diffusion import pipeline_stable_diffusion as library

    maker = make()
    parts = ["a cat in the rain" for _ in range(12)]
    warnings = []
    monkeypatch.setattr(library.logger, "warning", warnings.append)
    draw(maker, order(prompt=", ".join(parts), negative_prompt="fog, " * 40))
    assert not warnings
    pipe = maker._loaded.text
    kept = fitting(", ".join(parts), pipe)
    assert kept.split(", ") == parts[: len(kept.split(", "))]
    assert len(pipe.tokenizer(kept)["input_ids"]) <= LONGEST
    assert fitting("a cat", pipe) == "a cat"
    assert fitting("cat " * 60, pipe).endswith("cat")
    assert fitting("x" * 200, pipe) == "x" * 200  # one word is left for the library to cut


@pytest.mark.parametrize(
    ("name", "steps", "guidance"),
    [
        ("owner/painter", 25, 7.0),
        ("owner/painter-Turbo", 4, 0.0),
        ("owner/painter-LCM", 4, 1.0),
        ("owner/painter-lightning", 4, 1.0),
        ("turbo/painter-hyperreal", 25, 7.0),
    ],
)
def test_what_models_usually_take(name, steps, guidance):
    options = DiffusionOptions(model=name)
    assert (options.usual_steps, options.usual_guidance) == (steps, guidance)
    assert DiffusionOptions(model=name, steps=9, guidance=2.0).usual_steps == 9
    assert DiffusionOptions(model=name, steps=9, guidance=2.0).usual_guidance == 2.0


class FakePipe:
    """Remembers what was done to it. Its decoder can't work in parts."""

    vae = None

    def __init__(self) -> None:
        self.done = []

    def enable_attention_slicing(self):
        self.done.append("slicing")

    def enable_model_cpu_offload(self):
        self.done.append("offload")

    def to(self, device):
        self.done.append(device)


@pytest.mark.parametrize(
    ("accelerate", "save", "in_space", "done"),
    [
        (True, True, False, ["slicing", "offload"]),
        (False, True, False, ["slicing", "cuda"]),
        (True, True, True, ["slicing", "cuda"]),
        (True, False, False, ["cuda"]),
    ],
)
def test_the_ways_onto_a_gpu(monkeypatch, caplog, accelerate, save, in_space, done):
    monkeypatch.setattr(diffusion.importlib.util, "find_spec", lambda name: object() if accelerate else None)
    diffusion._warn_once.cache_clear()
    for _ in range(2):
        pipe = FakePipe()
        options = DiffusionOptions(model="owner/name", save_memory=save)
        assert diffusion._place(pipe, options, "cuda", in_space) is ("offload" in done)
        assert pipe.done == done
    assert caplog.text.count("accelerate") == (0 if accelerate else 1)


def test_weights_of_half_size_are_asked_for_first(monkeypatch, tmp_path):
    import diffusers
    import torch

    asked = []

    class Pipe:
        def set_progress_bar_config(self, disable):
            pass

    def from_pretrained(source, **arguments):
        asked.append(arguments)
        if arguments.get("variant"):
            raise ValueError("no such modeling files are available")
        return Pipe()

    monkeypatch.setattr(diffusers.DiffusionPipeline, "load_config", lambda *args, **kwargs: {})
    monkeypatch.setattr(diffusers.AutoPipelineForText2Image, "from_pretrained", from_pretrained)
    diffusion._pipeline(DiffusionOptions(model="owner/name"), tmp_path, "cuda", None)
    assert [arguments.get("variant") for arguments in asked] == ["fp16", None]
    assert all(arguments["dtype"] == torch.float16 for arguments in asked)
    assert all(arguments["cache_dir"] == tmp_path for arguments in asked)
