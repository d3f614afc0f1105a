"""A loaded model: what a request makes it do, step by step.

Everything here runs on the engine's thread, but for ``count_tokens`` and ``start``. The
generators yield between two steps, so that the engine can do something more urgent.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lamplighter.errors import ModelError, RefusedError
from lamplighter.model.bundle import manifest as files
from lamplighter.model.bundle.manifest import Manifest
from lamplighter.model.decoding.constrained import Constrained
from lamplighter.model.decoding.decode import Decoded, Limits, Means, prefill
from lamplighter.model.decoding.figures import Figures, FigureTokens
from lamplighter.model.decoding.free import decode_freely
from lamplighter.model.decoding.grammar import Grammar
from lamplighter.model.decoding.masks import TokenMasks, Vocabulary
from lamplighter.model.decoding.pace import Pace
from lamplighter.model.decoding.sampling import Sampler
from lamplighter.model.decoding.score import score
from lamplighter.model.foreign.export import folder_of
from lamplighter.model.foreign.opening import Parts, open_export
from lamplighter.model.prompt.chat import ChatTemplate, Turn
from lamplighter.model.prompt.tokenizer import TextTokenizer
from lamplighter.model.request import Completion, Request, Urgency
from lamplighter.model.runtime.aside import set_aside
from lamplighter.model.runtime.decoder import Decoder
from lamplighter.model.runtime.memory import release_loaded
from lamplighter.model.runtime.prefixes import Prefixes
from lamplighter.model.runtime.session import Session

if TYPE_CHECKING:
    from numpy.typing import NDArray

_KEPT_MASKS = 8
# A command waits for the step of a report that is under way, so that has to be a short one. For
# what nothing can interrupt it only bounds the time until a cancellation is noticed.
_INTERRUPTIBLE_STEP_S = 0.025
_STEP_S = 0.5


@dataclass(frozen=True, slots=True)
class _Prompt:
    """An evaluated prompt: its logits (None at the deadline) and lengths."""

    logits: NDArray[np.float32] | None
    length: int
    cached: int


def open_model(
    folder: Path,
    manifest: Manifest,
    *,
    threads: int,
    context: int,
    prefix_folder: Path | None,
    clock: Callable[[], float],
) -> LanguageModel:
    """Return the model in a folder, not yet started.

    Args:
        folder: the model's, or the path of the graph in it.
        manifest: its own, or what stands for one where an export has none.
        threads: to compute with.
        context: tokens that prompt and output may have together.
        prefix_folder: where evaluated prefixes are kept over restarts; None keeps none.
        clock: seconds that only go forward.

    Raises:
        ModelError: the chat template, or another of an export's files, can't be read.
    """
    if manifest.form == "export":
        parts = open_export(folder, manifest, threads=threads, context=context)
    else:
        parts = _open_built(folder_of(folder), manifest, threads=threads, context=context)
    return LanguageModel(
        session=parts.decoder,
        tokenizer=parts.tokenizer,
        template=parts.template,
        prefixes=Prefixes(f"{manifest.name} {manifest.version}", prefix_folder),
        weights=parts.weights,
        clock=clock,
    )


def _open_built(folder: Path, manifest: Manifest, *, threads: int, context: int) -> Parts:
    template = ""
    if files.CHAT_TEMPLATE in manifest.files:
        try:
            template = (folder / files.CHAT_TEMPLATE).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ModelError(files.CHAT_TEMPLATE, str(error)) from error
    return Parts(
        decoder=Session(folder / files.GRAPH, threads=threads, context=context),
        tokenizer=TextTokenizer(folder / files.TOKENIZER, eos=manifest.eos, bos=manifest.bos),
        template=ChatTemplate(template, bos=manifest.bos, eos=manifest.eos),
        weights=folder / files.WEIGHTS,
    )


class LanguageModel:
    """A model with its tokenizer, chat template and prefix cache.

    Args:
        session: the decoder.
        tokenizer: text to tokens and back.
        template: frames of turns.
        prefixes: evaluated prompt starts.
        weights: the file that the session maps into memory.
        clock: seconds that only go forward.
    """

    def __init__(
        self,
        *,
        session: Decoder,
        tokenizer: TextTokenizer,
        template: ChatTemplate,
        prefixes: Prefixes,
        weights: Path,
        clock: Callable[[], float],
    ) -> None:
        self.session = session
        self._tokenizer = tokenizer
        self._template = template
        self._prefixes = prefixes
        self._weights = weights
        self._clock = clock
        self._vocabulary: Vocabulary | None = None
        self._hidden: NDArray[np.int64] = np.zeros(0, np.int64)
        self._figure_tokens: FigureTokens | None = None
        self._masks: OrderedDict[int, tuple[Grammar, TokenMasks]] = OrderedDict()
        self._paces = {
            Urgency.COMMAND: Pace(clock, step_s=_STEP_S, first=128),
            Urgency.REPORT: Pace(clock, step_s=_INTERRUPTIBLE_STEP_S),
        }

    def start(self) -> None:
        """Load tokenizer and weights.

        Raises:
            ModelError: they can't be loaded.
        """
        self._tokenizer.start()
        texts = self._tokenizer.vocabulary()
        self._vocabulary = Vocabulary(texts)
        silent = {number for number, text in enumerate(texts) if not text}
        self._hidden = np.array(sorted(silent - set(self._tokenizer.ends)), np.int64)
        self.session.start()
        release_loaded(self._weights)

    def stop(self) -> None:
        """Free the weights and the cache."""
        self.session.stop()

    def count_tokens(self, turns: Sequence[Turn]) -> int:
        """Return how many tokens a prompt of these turns has."""
        first, rest = self._template.pieces((), turns)
        return len(self._tokenizer.encode_pieces([*first, *rest]))

    def encode(self, text: str) -> list[int]:
        """Return the tokens of a plain text, without any frame around it."""
        return self._tokenizer.encode(text)

    def set_aside(self, room: int) -> Callable[[], None]:
        """Keep what is half done while a request of at most so many tokens uses the session.

        Returns:
            What takes it up again.
        """
        return set_aside(self.session, room, self._prefixes.beginning(self.session.tokens))

    def room_of(self, request: Request) -> int:
        """Return how many tokens a request can put into the session at most."""
        turns = [*request.prefix, *request.turns]
        # Prefix and turns are encoded apart, which may cost a token at the seam.
        return min(self.session.context, self.count_tokens(turns) + request.max_tokens + 8)

    def complete(self, request: Request, started: float) -> Generator[str, None, Completion]:
        """Complete a prompt; ``started`` is the clock's time of the asking.

        Yields:
            Text that is new and certain, or none; after every step of the model.

        Raises:
            RefusedError: the prompt does not fit into the context.
            ModelError: the model failed.
        """
        waited = self._clock() - started
        expired = self._deadline(request, started)
        prompt = yield from self._prompt(request, expired)
        decoded = Decoded(finished="deadline")
        if prompt.logits is not None:
            room = self.session.context - prompt.length
            limits = Limits(min(request.max_tokens, room), expired)
            decoded = yield from self._decode(request, prompt.logits, limits)
        return Completion(
            text=decoded.text,
            tokens=len(decoded.tokens),
            log_probability=decoded.log_probability,
            confidence=_confidence(decoded, constrained=request.grammar is not None),
            branches=tuple(decoded.branches),
            prompt_tokens=prompt.length,
            cached_tokens=prompt.cached,
            elapsed_ms=(self._clock() - started) * 1000,
            waited_ms=waited * 1000,
            finished=decoded.finished,
        )

    def score(
        self, request: Request, continuations: Sequence[str], started: float
    ) -> Generator[str, None, list[float]]:
        """Return each continuation's sum of log-probabilities after a prompt.

        Raises:
            RefusedError: as for ``complete``; also when the deadline passes.
            ModelError: the model failed.
        """
        expired = self._deadline(request, started)
        prompt = yield from self._prompt(request, expired)
        if prompt.logits is None:
            raise RefusedError("score", "the deadline has passed")
        rows = [self._tokenizer.encode(text) for text in continuations]
        return (yield from score(self.session, prompt.logits, rows, expired=expired))

    def _deadline(self, request: Request, started: float) -> Callable[[], bool]:
        if request.deadline_s is None:
            return lambda: False
        end = started + request.deadline_s
        return lambda: self._clock() >= end

    def _prompt(
        self, request: Request, expired: Callable[[], bool]
    ) -> Generator[str, None, _Prompt]:
        """Make the session hold the prompt; the prefix comes from the cache where it can."""
        first, rest = self._template.pieces(request.prefix, request.turns)
        start = self._tokenizer.encode_pieces(first)
        new = self._tokenizer.encode_pieces(rest, after=first)
        length = len(start) + len(new)
        if not new or length >= self.session.context:
            reason = f"a prompt of {length} tokens" if new else "a prompt without new turns"
            raise RefusedError("prompt", f"{reason} does not fit into {self.session.context}")
        pace = self._paces[request.urgency]
        cached = 0
        if not start:
            self.session.truncate(0)
        elif (yield from self._prefixes.restore(self.session, start)):
            cached = len(start)
        else:
            if (yield from prefill(self.session, start, expired=expired, pace=pace)) is None:
                return _Prompt(None, length, 0)
            yield from self._prefixes.save(self.session)
            yield ""
        logits = yield from prefill(self.session, new, expired=expired, pace=pace)
        return _Prompt(logits, length, cached)

    def _decode(
        self, request: Request, logits: NDArray[np.float32], limits: Limits
    ) -> Generator[str, None, Decoded]:
        means = Means(
            decoder=self.session,
            tokenizer=self._tokenizer,
            ends=frozenset(self._tokenizer.ends),
            sampler=Sampler(
                temperature=request.temperature,
                top_k=request.top_k,
                top_p=request.top_p,
                seed=request.seed,
            ),
            limits=limits,
            pace=self._paces[request.urgency],
        )
        if request.grammar is None:
            return decode_freely(
                means,
                logits,
                hidden=self._hidden,
                stop=request.stop,
                figures=self._figures_of(request),
            )
        return Constrained(means, self._masks_of(request.grammar)).run(logits)

    def _figures_of(self, request: Request) -> Figures | None:
        """Return what may come of words with digits; None where any may."""
        if request.figures is None:
            return None
        if self._figure_tokens is None:
            self._figure_tokens = FigureTokens(self._tokenizer.vocabulary())
        begun = request.turns[-1].content if request.turns else ""
        return Figures(self._figure_tokens, request.figures, begun)

    def _masks_of(self, grammar: Grammar) -> TokenMasks:
        """Return a grammar's masks; those of the last few grammars are kept."""
        # The grammar itself is kept with them, so that its id can't be another's meanwhile.
        known = self._masks.pop(id(grammar), None)
        if known is None:
            assert self._vocabulary is not None, "start() first"
            known = grammar, TokenMasks(grammar.automaton, self._vocabulary)
        self._masks[id(grammar)] = known
        if len(self._masks) > _KEPT_MASKS:
            self._masks.popitem(last=False)
        return known[1]


def _confidence(decoded: Decoded, *, constrained: bool) -> float:
    if constrained:
        return math.prod(branch.chosen_probability for branch in decoded.branches)
    return math.exp(decoded.log_probability / decoded.drawn) if decoded.drawn else 0.0
