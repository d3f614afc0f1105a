"""Small tokenizers of the kinds that Llama-family models have, trained on a few sentences."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from tokenizers import (
    AddedToken,
    Regex,
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)

SENTENCES = (
    "turn on the kitchen light and turn off the lamp in the lounge",
    "set the heating in the bedroom to twenty one degrees",
    "the pump of line two runs hot: its bearing is worn",
)
UNKNOWN, BEGIN, END = "<unk>", "<s>", "</s>"
LLAMA_3_SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def _begun(made: Tokenizer, begin: str) -> Tokenizer:
    made.post_processor = processors.TemplateProcessing(
        single=f"{begin} $A",
        pair=f"{begin} $A {begin} $B",
        special_tokens=[(begin, made.token_to_id(begin))],
    )
    return made


def _pieces() -> Tokenizer:
    """Return words with their space, and every byte for what no word spells."""
    made = Tokenizer(models.BPE(unk_token=UNKNOWN, fuse_unk=True, byte_fallback=True))
    made.normalizer = normalizers.Sequence(
        [normalizers.Prepend("\u2581"), normalizers.Replace(" ", "\u2581")]
    )
    trainer = trainers.BpeTrainer(
        vocab_size=360,
        special_tokens=[UNKNOWN, BEGIN, END, *(f"<0x{byte:02X}>" for byte in range(256))],
        show_progress=False,
        max_token_length=8,
    )
    made.train_from_iterator([word for line in SENTENCES for word in line.split()], trainer)
    # The trainer knows no fallback: it put the bytes in as special.
    described = json.loads(made.to_str()) | {"added_tokens": []}
    made = Tokenizer.from_str(json.dumps(described))
    made.decoder = decoders.Sequence(
        [
            decoders.Replace("\u2581", " "),
            decoders.ByteFallback(),
            decoders.Fuse(),
            decoders.Strip(" ", 1, 0),
        ]
    )
    return made


def llama_2() -> Tokenizer:
    """Return a tokenizer that puts a space before every text, also behind special tokens."""
    made = _pieces()
    made.add_special_tokens([AddedToken(t, special=True) for t in (UNKNOWN, BEGIN, END)])
    return _begun(made, BEGIN)


def mistral() -> Tokenizer:
    """Return one that puts a space before the first word of a prompt only."""
    made = llama_2()
    made.normalizer = None
    made.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first", split=False)
    return made


def phi_3() -> Tokenizer:
    """Return one whose frames are added tokens that take the white space behind them."""
    made = llama_2()
    frames = ("<|user|>", "<|assistant|>", "<|system|>", "<|end|>")
    made.add_tokens([AddedToken(t, rstrip=True, normalized=False) for t in frames])
    return made


def _by_bytes(special: tuple[str, ...]) -> Tokenizer:
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(LLAMA_3_SPLIT), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=300,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    made.train_from_iterator(SENTENCES, trainer)
    made.add_special_tokens([AddedToken(t, special=True, normalized=False) for t in special])
    return made


def llama_3() -> Tokenizer:
    """Return a tokenizer by bytes that begins every text with a token."""
    headers = ("<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>")
    return _begun(_by_bytes((BEGIN, END, *headers)), BEGIN)


def qwen() -> Tokenizer:
    """Return a tokenizer by bytes with an added token that is not special."""
    made = _by_bytes((END, "<|im_start|>", "<|im_end|>"))
    made.add_tokens([AddedToken("<tool_call>", special=False, normalized=False)])
    return made


KINDS: Mapping[str, Callable[[], Tokenizer]] = {
    made.__name__: made for made in (llama_2, mistral, phi_3, llama_3, qwen)
}
TEMPLATES: Mapping[str, str] = {
    "llama_2": "llama-2",
    "mistral": "mistral-v0.1",
    "phi_3": "phi-3",
    "llama_3": "llama-3",
    "qwen": "qwen2.5",
}
