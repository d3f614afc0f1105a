"""Export a tiny random Llama as Optimum does, with what transformers makes of it written down.

The result is test data: `tests/data/models/tiny-export/README.md` gives the command and the
versions. The weights are drawn from a seed, so they are nobody's.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import click
import numpy as np
import onnx
import torch
import transformers
from optimum.exporters.onnx import main_export
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, processors, trainers

UNKNOWN, BEGIN, END = SPECIAL = ("<unk>", "<s>", "</s>")
CONTEXT = 256
SAMPLE = (
    "turn on the kitchen light and turn off the lamp in the lounge",
    "set the heating in the bedroom to twenty one degrees",
    "close the blinds of the office at nine and open them at seven",
    "the pump of line two runs hot: its bearing is worn",
)
# As TinyLlama and Zephyr have it: frames of plain text, ended by the end token.
TEMPLATE = (
    "{% for message in messages %}\n"
    "{% if message['role'] == 'user' %}\n{{ '<|user|>\n' + message['content'] + eos_token }}\n"
    "{% elif message['role'] == 'system' %}\n"
    "{{ '<|system|>\n' + message['content'] + eos_token }}\n"
    "{% elif message['role'] == 'assistant' %}\n"
    "{{ '<|assistant|>\n'  + message['content'] + eos_token }}\n{% endif %}\n"
    "{% if loop.last and add_generation_prompt %}\n{{ '<|assistant|>' }}\n{% endif %}\n{% endfor %}"
)
PROMPTS = ("turn on the light", "Set 21.5 degrees — «naïve»\n\tnow", "the pump")
NEW_TOKENS = 24
# Greedy continuations are compared: no choice may hang on a rounding.
LEAST_MARGIN = 0.01


def train_tokenizer() -> Tokenizer:
    """Return a tokenizer in Llama 2's way, its merges learned from a few sentences."""
    made = Tokenizer(models.BPE(unk_token=UNKNOWN, fuse_unk=True, byte_fallback=True))
    made.normalizer = normalizers.Sequence(
        [normalizers.Prepend("\u2581"), normalizers.Replace(" ", "\u2581")]
    )
    made.decoder = decoders.Sequence(
        [
            decoders.Replace("\u2581", " "),
            decoders.ByteFallback(),
            decoders.Fuse(),
            decoders.Strip(" ", 1, 0),
        ]
    )
    # The trainer knows no fallback, so the bytes are put in as special and made plain below.
    trainer = trainers.BpeTrainer(
        vocab_size=380,
        special_tokens=[*SPECIAL, *(f"<0x{byte:02X}>" for byte in range(256))],
        show_progress=False,
        max_token_length=8,
    )
    made.train_from_iterator([word for line in SAMPLE for word in line.split()], trainer)
    described = json.loads(made.to_str())
    described["added_tokens"] = []
    made = Tokenizer.from_str(json.dumps(described))
    made.add_special_tokens([AddedToken(text, special=True, normalized=False) for text in SPECIAL])
    made.post_processor = processors.TemplateProcessing(
        single="<s> $A", pair="<s> $A <s> $B", special_tokens=[("<s>", 1)]
    )
    return made


def draw_model(vocabulary: int, seed: int) -> Any:
    """Return a random Llama whose logits are far enough apart to compare."""
    torch.manual_seed(seed)
    config = transformers.LlamaConfig(
        vocab_size=vocabulary,
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=CONTEXT,
        initializer_range=0.4,
        tie_word_embeddings=False,
        bos_token_id=1,
        eos_token_id=2,
    )
    return transformers.LlamaForCausalLM(config).eval()


def continuation(model: Any, tokens: list[int]) -> tuple[list[int], float]:
    """Return the greedy continuation, and how narrow its narrowest choice is."""
    written = model.generate(
        torch.tensor([tokens]),
        do_sample=False,
        max_new_tokens=NEW_TOKENS,
        min_new_tokens=NEW_TOKENS,
        output_logits=True,
        return_dict_in_generate=True,
    )
    margins = [
        float(best[0] - best[1])
        for row in written.logits
        for best in [torch.topk(row[0], 2).values]
    ]
    return written.sequences[0][len(tokens) :].tolist(), min(margins)


def expected(model: Any, tokenizer: Any) -> dict[str, Any]:
    """Return what transformers makes of prompts and conversations.

    Raises:
        click.ClickException: a choice is too narrow; another seed helps.
    """
    greedy = []
    for prompt in PROMPTS:
        tokens = tokenizer(prompt)["input_ids"]
        written, margin = continuation(model, tokens)
        if margin < LEAST_MARGIN:
            raise click.ClickException(f"a choice after {prompt!r} is as narrow as {margin}")
        greedy.append({"prompt": prompt, "tokens": tokens, "continuation": written})
    with torch.no_grad():
        logits = model(torch.tensor([greedy[0]["tokens"]])).logits[0, -1].numpy()
    chat = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": PROMPTS[0]}]
    text = tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=True)
    return {
        "greedy": greedy,
        "logits": [float(number) for number in np.round(logits, 5)],
        "chat": {"messages": chat, "text": text, "tokens": tokenizer(text)["input_ids"]},
        "versions": {
            name: module.__version__
            for name, module in (("torch", torch), ("transformers", transformers), ("onnx", onnx))
        },
    }


@click.command()
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
@click.option("--seed", default=3, show_default=True, help="Of the weights.")
def main(out: Path, seed: int) -> None:
    """Export the tiny model to the folder OUT."""
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=train_tokenizer(),
        bos_token=BEGIN,
        eos_token=END,
        unk_token=UNKNOWN,
        chat_template=TEMPLATE,
        model_max_length=CONTEXT,
    )
    model = draw_model(len(tokenizer), seed)
    told = expected(model, tokenizer)
    with tempfile.TemporaryDirectory() as folder:
        source, exported = Path(folder) / "source", Path(folder) / "exported"
        model.save_pretrained(source)
        tokenizer.save_pretrained(source)
        main_export(str(source), exported, task="text-generation-with-past", do_validation=False)
        out.mkdir(parents=True, exist_ok=True)
        for path in exported.iterdir():
            shutil.copy(path, out / path.name)
    (out / "expected.json").write_text(json.dumps(told) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
