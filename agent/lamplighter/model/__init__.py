"""The language model: built from a recipe, verified, run on the gateway's own CPU.

The rest of the daemon needs four modules of this package and nothing else::

    from lamplighter.model.prompt import chat
    from lamplighter.model.decoding import grammar
    from lamplighter.model.engine import Engine
    from lamplighter.model.request import Request, Urgency

    engine = Engine(folder, threads=2, prefix_folder=state / "prefixes")
    engine.start()                        # loads, checks every hash; raises ModelError
    completion = await engine.complete(
        Request(
            prefix=(chat.system("You set up the devices of a home."),),  # unchanging: cached
            turns=(chat.user(sentence), chat.assistant_prefix()),         # new each time
            grammar=grammar.compile_grammar(
                grammar.sequence(
                    grammar.choice(grammar.literal("on"), grammar.literal("off")),
                    grammar.literal(" "),
                    grammar.span([sentence], max_words=4),
                )
            ),
            max_tokens=48,
            deadline_s=3.0,
        )
    )
    completion.text, completion.confidence    # "on kitchen light", 0.93
    sums = await engine.score(prefix, turns, [" yes", " no"])
    engine.stop()

A prompt is a row of turns. Only the frames of the turns come from the model's own chat
template and may hold special tokens; what stands *inside* a turn is encoded as plain text, so
that nobody who writes to the agent can close a turn or forge one. ``prefix`` should be equal
from request to request: its evaluation is kept in memory and on disk and costs about a
millisecond to bring back. The last turn is ``chat.assistant_prefix(start)``, which leaves the
assistant's turn open; the completion's text does not repeat ``start``.

With a grammar, ``finished == "stop"`` guarantees that ``grammar.parses(completion.text)``.
A request of ``Urgency.COMMAND`` interrupts one of ``Urgency.REPORT`` between two steps of the
model, which are kept short; the interrupted one goes on afterwards and its result is the same.
Cancelling the awaiting task stops the work at the next step. ``engine.stream(request)`` yields the
text as it grows, and then the completion.

In the daemon the model comes and goes (see ``lamplighter.model_service``): whoever asks copes with
a ``ModelError`` at any time.

The packages, in the order of the work::

    build/     recipe → fetch → opening → adapt, prune → quantise → graph → gates → swap
    bundle/    a built model: manifest, gates, signature, archive, versions, admission
    foreign/   an ONNX export of somebody else's, as it is
    fidelity/  a reference in numpy, perplexity, agreement
    prompt/    turns → text → tokens
    runtime/   tokens → logits; the key/value cache and evaluated prefixes
    decoding/  logits → text, under a grammar or freely
    commands/  ``lamplighter model …``

A request goes ``engine`` → ``work`` → ``language_model`` → ``prompt``, ``runtime``,
``decoding``. In the daemon a model goes ``loading`` → ``watched``, and away again by
``available`` and ``pressure``.
"""
