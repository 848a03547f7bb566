"""What goes wrong with a diffusion model, as sentences with a remedy.

Errors are known by their names here, so that none of the libraries that raise them has to be imported.
"""

from collections.abc import Iterator

from workbench.errors import ImageFailed

LINE = 200  # characters of a library's own message that are shown
NO_MEMORY = ("out of memory", "can't allocate memory", "not enough memory")
OTHER_FOLDER = "Set LORELOOM_IMAGE_MODEL to a folder with a model in the diffusers format"
CLOSED = "The picture model was closed. Start the app again."
HELD_BACK = (
    "The picture was held back by the model's safety checker, which leaves only black. Try other words or another seed."
)
NOT_NUMBERS = (
    "The model computed a picture that isn't made of numbers. "
    "Try another seed or size, or set LORELOOM_IMAGE_MODEL to another model."
)
BAD_REFERENCE = "The reference picture can't be read. Choose another one, or draw without it."


class ModelLost(ImageFailed):
    """The model can't go on as it is: it is freed, and the next picture loads it anew.

    A plain `ImageFailed` is about one picture; the model stays.
    """


def out_of_memory(error: BaseException) -> bool:
    """Whether it says, in one of the ways there are, that memory ran out."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    return isinstance(error, RuntimeError) and any(words in str(error).lower() for words in NO_MEMORY)


def loading_failed(model: str, folder: bool, error: BaseException) -> ModelLost:
    """Why a model couldn't be loaded; `folder` says that it is one on this machine, otherwise it is on the hub."""
    names = {type(each).__name__ for each in _chain(error)}
    if any(out_of_memory(each) for each in _chain(error)):
        return ModelLost(
            f"There is not enough memory to load {model}. Set LORELOOM_IMAGE_SAVE_MEMORY, "
            "or LORELOOM_IMAGE_MODEL to a smaller model."
        )
    if isinstance(error, ImportError):
        return ModelLost(
            f"{model} needs a Python package that isn't there: {first_line(error)}. Install it and start the app again."
        )
    if folder:
        return ModelLost(
            f"The model in {model} can't be loaded, a file of it is missing or damaged: {first_line(error)}. "
            f"Put the files there anew, or set LORELOOM_IMAGE_MODEL to another folder."
        )
    if "GatedRepoError" in names:
        return ModelLost(f"{model} wants its terms accepted. Accept them on the hub and set HF_TOKEN. {OTHER_FOLDER}.")
    if "LocalEntryNotFoundError" not in names:
        if "RepositoryNotFoundError" in names:
            return ModelLost(
                f"The hub has no model {model}, or it is private. Correct LORELOOM_IMAGE_MODEL, or set HF_TOKEN."
            )
        if names & {"EntryNotFoundError", "RemoteEntryNotFoundError"}:
            return ModelLost(
                f"{model} on the hub is not a whole model in the diffusers format: {first_line(error)}. "
                "Set LORELOOM_IMAGE_MODEL to another model."
            )
    return ModelLost(
        f"{model} couldn't be loaded from the Hugging Face hub: {first_line(error)}. "
        f"Check the network and try again. {OTHER_FOLDER} to do without the hub."
    )


def not_found(model: str) -> ModelLost:
    """For a name that is neither a folder on this machine nor a model on the hub."""
    return ModelLost(
        f'There is no model "{model}": it is not a folder on this machine, nor a name of the form "owner/name". '
        f"{OTHER_FOLDER}."
    )


def too_slow(seconds: float) -> ImageFailed:
    """For a picture that wasn't done within its time, in seconds."""
    return ImageFailed(
        f"The picture wasn't done within {seconds:g} seconds. Raise LORELOOM_IMAGE_SECONDS, lower "
        "LORELOOM_IMAGE_STEPS, or choose a smaller size."
    )


def drawing_failed(error: BaseException) -> ModelLost:
    """For an error that the model raised while it drew."""
    if out_of_memory(error):
        return ModelLost(
            "There is not enough memory for this picture. Choose a smaller size or LORELOOM_IMAGE_SAVE_MEMORY."
        )
    return ModelLost(
        f"The model failed while it drew: {first_line(error)}. Try again; if it goes on, "
        "set LORELOOM_IMAGE_MODEL to another model."
    )


def first_line(error: BaseException) -> str:
    """The first line of an error's message without its full stop, or its type where it says nothing."""
    lines = str(error).strip().splitlines()
    line = lines[0].strip() if lines else type(error).__name__
    return (line if len(line) <= LINE else line[: LINE - 1] + "…").rstrip(".:")


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error and those that it came from; libraries wrap what they meet."""
    each: BaseException | None = error
    while each is not None:
        yield each
        each = each.__cause__ or each.__context__
