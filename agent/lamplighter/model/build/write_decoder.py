"""Writing a decoder of this project's own form: read, adapt, prune, quantise, one ONNX graph."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from lamplighter.model.build.calibration import calibration_tokens
from lamplighter.model.build.decoder_parts import decoder_parts
from lamplighter.model.build.graph import GraphBuilder
from lamplighter.model.build.opening import open_source
from lamplighter.model.build.progress import Progress
from lamplighter.model.build.quantising import QuantisedWeights
from lamplighter.model.build.recipe import Recipe
from lamplighter.model.build.record import identity_of
from lamplighter.model.build.rotate import RotatedWeights
from lamplighter.model.bundle import manifest as files
from lamplighter.model.bundle.manifest import Manifest

if TYPE_CHECKING:
    import onnx


def write_decoder(
    recipe: Recipe, source: Path, made: Path, *, layers: Path | None, progress: Progress
) -> Manifest:
    """Write graph, weights, tokenizer and chat template, and return the manifest's facts of them.

    Args:
        recipe: what to make.
        source: the fetched file or folder.
        made: the folder to fill.
        layers: folder that keeps calibrated layers for the next build, should this one end early;
            None keeps none.
        progress: told of ``read``, ``quantise`` and ``write``.

    Raises:
        ModelError: the source can't be built exactly, or not as the recipe says.
        OSError: a file can't be written.
    """
    progress("read", 0.0)
    parts = decoder_parts(open_source(recipe.source, source), recipe)
    (made / files.TOKENIZER).write_text(parts.tokenizer_json, encoding="utf-8")
    (made / files.CHAT_TEMPLATE).write_text(parts.chat_template, encoding="utf-8")
    architecture = parts.weights.architecture
    context = min(recipe.context, architecture.context)
    progress("read", 1.0)
    weights, before_head = parts.weights, None
    if recipe.quantise.rotate:
        rotated = RotatedWeights(parts.weights)
        weights, before_head = rotated, rotated.before_head()
    quantised = QuantisedWeights(
        weights,
        recipe.quantise,
        calibration=calibration_tokens(recipe.quantise, parts.tokenizer_json),
        identity=identity_of(recipe),
        cache=layers,
    )
    progress("quantise", 0.0)
    graph = GraphBuilder(
        quantised,
        context=context,
        before_head=before_head,
        progress=lambda share: progress("quantise", share),
    ).build()
    _write_graph(graph, made, progress)
    return Manifest(
        name=recipe.name,
        licence=recipe.licence,
        context=context,
        bos=parts.bos,
        eos=parts.eos,
        architecture=asdict(architecture),
        recipe={},
        versions={},
        files={},
    )


def _write_graph(model: onnx.ModelProto, made: Path, progress: Progress) -> None:
    import onnx

    progress("write", 0.0)
    # Weights in a file of their own are mapped, not copied, when the model is loaded: 80 MB less.
    onnx.save_model(
        model,
        str(made / files.GRAPH),
        save_as_external_data=True,
        all_tensors_to_one_file=True,
        location=files.WEIGHTS,
        size_threshold=1024,
    )
    (made / files.WEIGHTS).chmod(0o644)
    progress("write", 1.0)
