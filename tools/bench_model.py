"""The language model's speed, memory and fidelity, beside llama.cpp on the same weights."""

from __future__ import annotations

import argparse
import dataclasses
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tools.machine_facts import facts
from tools.model_figures import rounds
from tools.model_figures.peer import PACKAGE, VERSION, Peer
from tools.model_figures.targets import targets

from lamplighter.errors import ModelError
from lamplighter.model import locate
from lamplighter.model.build.building import build_model
from lamplighter.model.build.decoder_parts import decoder_parts
from lamplighter.model.build.fetch import fetch
from lamplighter.model.build.opening import open_source
from lamplighter.model.build.recipe import Recipe, load_recipe
from lamplighter.model.build.record import record_of
from lamplighter.model.bundle import manifest as files
from lamplighter.model.commands.build import cache_folder
from lamplighter.model.fidelity.perplexity import stream_perplexity
from lamplighter.model.fidelity.reference import Reference
from lamplighter.model.prompt.tokenizer import TextTokenizer

PACKAGES = ("lamplighter", "onnxruntime", "tokenizers", "numpy")
RECIPES = ("smollm2-135m", "smollm2-135m-4bit")
TEXT = Path(__file__).parents[1] / "config" / "models" / "texts" / "perplexity.txt"


def measure(given: argparse.Namespace) -> dict[str, Any]:
    """Everything that was asked for, in one run."""
    cache = cache_folder()
    recipes = {name: load_recipe(locate.find_recipe(name)) for name in given.recipes}
    ours = [(rounds.OURS, name, built(recipe, cache)) for name, recipe in recipes.items()]
    first = next(iter(recipes.values()))
    peer, skipped = (None, "not asked for") if given.no_peer else peer_of(first, cache)
    models = [*ours, *(theirs(peer, first, cache) if peer else ())]
    tokens = text_tokens(ours[0][2])
    with tempfile.TemporaryDirectory(prefix="lamplighter-model-") as folder:
        tokens_file = rounds.write_tokens(Path(folder) / "tokens.json", tokens)
        found: dict[str, Any] = {
            "machine": facts(PACKAGES),
            "peer": f"{PACKAGE} {VERSION}",
            "peer_skipped": skipped,
            "speeds": rounds.speeds(
                models, peer, tokens_file, threads=given.threads, rounds=given.rounds
            ),
            "sentences": rounds.sentences(models, given.threads),
            "memory": rounds.memory(models),
        }
        if not given.quick:
            found["perplexities"] = rounds.perplexities(models, peer, tokens_file)
    for row in found.get("perplexities", ()):
        theirs_come_from = dataclasses.replace(first, adapt=None, prune=None)
        recipe = recipes.get(row["model"], theirs_come_from)
        row["source"] = source_perplexity(recipe, cache, tokens)
    bits = {name: recipe.quantise.bits for name, recipe in recipes.items()}
    return {**found, "targets": targets(found, bits)}


def built(recipe: Recipe, cache: Path) -> Path:
    """The folder of a recipe's model: the environment's where it is there, else the cache's."""
    folder = cache / "bench" / recipe.name
    for known in (locate.models_folder() / recipe.name, folder):
        try:
            if files.verify(known).recipe == record_of(recipe):
                return known
        except ModelError:
            continue
    print(f"building {recipe.name} …", file=sys.stderr)
    build_model(recipe, folder, cache=cache, progress=lambda *_: None)
    return folder


def peer_of(recipe: Recipe, cache: Path) -> tuple[Peer | None, str]:
    """llama.cpp, or why it is not there."""
    if not recipe.source.wheel:
        return None, "the recipe's weights are no GGUF file"
    peer = Peer(cache / "peers")
    try:
        peer.install()
    except (OSError, subprocess.SubprocessError) as error:
        return None, f"{PACKAGE} can't be installed: {error}"
    return peer, ""


def theirs(peer: Peer, recipe: Recipe, cache: Path) -> list[tuple[str, str, Path]]:
    """The recipe's weights, unadapted, in llama.cpp's forms."""
    with tempfile.TemporaryDirectory(prefix="lamplighter-gguf-") as work:
        gguf = fetch(recipe.source, cache=cache, work=Path(work))
        return [(rounds.THEIRS, kind, path) for kind, path in peer.models(gguf).items()]


def source_perplexity(recipe: Recipe, cache: Path, tokens: Sequence[int]) -> float:
    """Perplexity of the recipe's weights, adapted, before they were quantised: in float32."""
    with tempfile.TemporaryDirectory(prefix="lamplighter-source-") as work:
        source = open_source(recipe.source, fetch(recipe.source, cache=cache, work=Path(work)))
        weights = decoder_parts(source, recipe).weights
        return stream_perplexity(Reference(weights).stream, tokens)


def text_tokens(folder: Path) -> list[int]:
    """The tokens of the bundled text."""
    tokenizer = TextTokenizer(folder / files.TOKENIZER, eos=files.read_manifest(folder).eos)
    tokenizer.start()
    return tokenizer.encode(TEXT.read_text(encoding="utf-8"))


def main() -> int:
    """Runs the benchmark from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--recipes", nargs="+", default=list(RECIPES), metavar="RECIPE",
                        help="our models; llama.cpp takes the first one's weights")  # fmt: skip
    parser.add_argument("--no-peer", action="store_true", help="without llama.cpp")
    parser.add_argument("--quick", action="store_true", help="without perplexities")
    found = measure(parser.parse_args())
    if parser.parse_args().json:
        print(json.dumps(found))
    else:
        from tools.model_figures.table import show  # only where a table is wanted

        show(found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
