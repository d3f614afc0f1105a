"""The variants of a model that the table compares: what each is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tools.model import parts as models
from tools.model.depth import least_influential
from tools.model.importance import Importance
from tools.model.magnitude import semi_structured, sparse
from tools.model.parts import Parts
from tools.model.student_plan import load_student
from tools.model.vocabulary import choose_tokens
from tools.model.width import fewer_heads, narrower_feed_forward, narrower_stream

from lamplighter.errors import ModelError
from lamplighter.model.build.recipe import Quantise


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a variant is chosen by.

    Attributes:
        importance: measured on the whole model.
        used: ids of the tokens that the task and the texts use.
    """

    importance: Importance
    used: frozenset[int]


PLANS = Path(__file__).parent / "students"
Change = Callable[[Parts, Grounds], Parts]


@dataclass(frozen=True, slots=True)
class Variant:
    """One row of the table.

    Attributes:
        name: of its folder and its row.
        kind: what is done: ``quantised``, ``narrower`` and so on; a colour of the plot.
        quantise: how its weights are stored.
        change: what is done to the whole model; None: nothing.
        student: the trained student that it is instead, by its folder; None: it is none.
    """

    name: str
    kind: str
    quantise: Quantise = field(default_factory=Quantise)
    change: Change | None = None
    student: str | None = None


NEAREST = Quantise(bits=4, method="nearest")
SEARCH = Quantise(bits=4, method="search")
GPTQ = Quantise(bits=4, method="gptq")


def _drop(count: int) -> Change:
    def change(whole: Parts, grounds: Grounds) -> Parts:
        dropped = least_influential(grounds.importance.influence, count, first=2)
        return models.without_layers(whole, dropped)

    return change


def _tokens(size: int) -> Change:
    def change(whole: Parts, grounds: Grounds) -> Parts:
        return models.with_tokens(whole, choose_tokens(whole.tokenizer_json, grounds.used, size))

    return change


def _feed_forward(hidden: int) -> Change:
    return lambda whole, grounds: whole.with_weights(
        narrower_feed_forward(whole.weights, grounds.importance.feed_forward(), hidden)
    )


def _heads(groups: int) -> Change:
    return lambda whole, grounds: whole.with_weights(
        fewer_heads(whole.weights, grounds.importance.heads(), groups)
    )


def _stream(width: int) -> Change:
    return lambda whole, grounds: whole.with_weights(
        narrower_stream(whole.weights, grounds.importance.stream(), width)
    )


def _sparse(share: float, *, by_inputs: bool) -> Change:
    return lambda whole, grounds: whole.with_weights(
        sparse(whole.weights, share, norms=grounds.importance.inputs if by_inputs else None)
    )


def _two_of_four(whole: Parts, grounds: Grounds) -> Parts:
    return whole.with_weights(semi_structured(whole.weights, 2, 4, norms=grounds.importance.inputs))


def _as_student(name: str) -> Change:
    """Prune as for a student of ``students/``, and leave it at that."""

    def change(whole: Parts, grounds: Grounds) -> Parts:
        student = load_student(PLANS / f"{name}.yaml")
        fewer = _tokens(student.vocabulary)(whole, grounds) if student.vocabulary else whole
        return models.without_layers(fewer, student.drop_layers)

    return change


VARIANTS = (
    Variant("8-bit", "quantised"),
    Variant("4-bit, nearest", "quantised", NEAREST),
    Variant("4-bit, search", "quantised", SEARCH),
    Variant("4-bit, gptq", "quantised", GPTQ),
    Variant("16k tokens", "fewer tokens", change=_tokens(16384)),
    Variant("27 layers", "fewer layers", change=_drop(3)),
    Variant("24 layers", "fewer layers", change=_drop(6)),
    Variant("FFN 1280", "narrower", change=_feed_forward(1280)),
    Variant("6 heads of 9", "narrower", change=_heads(2)),
    Variant("stream 512", "narrower", change=_stream(512)),
    Variant("sparse 50 %", "zeros", change=_sparse(0.5, by_inputs=False)),
    Variant("sparse 50 %, by inputs", "zeros", change=_sparse(0.5, by_inputs=True)),
    Variant("2 of 4, by inputs", "zeros", change=_two_of_four),
    Variant("half, pruned only", "fewer layers", change=_as_student("half")),
    Variant("half, healed", "trained", student="half/heal"),
    Variant("half, distilled", "trained", student="half"),
    Variant("half, distilled, 4-bit", "trained", GPTQ, student="half"),
)


def named(name: str) -> Variant:
    """Return a variant.

    Raises:
        ModelError: there is none of that name.
    """
    for variant in VARIANTS:
        if variant.name == name:
            return variant
    known = ", ".join(variant.name for variant in VARIANTS)
    raise ModelError(name, f"is no variant; there are: {known}")


def folder_name(variant: Variant) -> str:
    """Return a variant's name as a recipe and a folder can have it."""
    kept = "".join(letter if letter.isalnum() else "-" for letter in variant.name.lower())
    return "-".join(part for part in kept.split("-") if part)


def student_folder(work: Path, variant: Variant) -> Path:
    """Return where a variant's student was exported to.

    Raises:
        ModelError: it has not been trained.
    """
    folder = work / "students" / str(variant.student) / "huggingface"
    if not (folder / "model.safetensors").is_file():
        raise ModelError(variant.name, "is not trained yet: ./tools/lab student PLAN")
    return folder
