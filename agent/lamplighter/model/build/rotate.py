"""Turning a decoder's residual stream, so that 8 bits in long blocks suffice.

Some numbers of a residual stream are many times larger than the rest, always the same ones. Where
a block of inputs shares one scale, they leave few steps for their neighbours. An orthogonal matrix
R spreads them over all numbers, and nothing that the model computes changes (QuaRot, Ashkboos
et al. 2024)::

    |x R| = |x|, so a norm without its gain does the same before and after:  n(x R) = n(x) R
    matrices that read the stream      W' = W diag(gain) R      the norm's gain goes into them
    matrices that write to it          W' = R' W
    the embedding                      E' = E R                 its rows are what the stream is
    a head that is the embedding       n(x) diag(gain) E'  =  n(x R) (R' diag(gain) R) (E R)'
    values, and the output matrix      V' = H V,  O' = O H'     H turns each head by itself

The product of powers of two's Hadamard matrix with a cosine transform is such an R for any width.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lamplighter.model.build.architecture import Architecture, Weights

_EMBEDDING = "model.embed_tokens.weight"
_LAST_GAIN = "model.norm.weight"
# Of the signs, which only have to be irregular; the same for every build.
_SEED = 1


class RotatedWeights:
    """Weights of the same model with its residual stream turned; norms have no gain left.

    Args:
        weights: of the model.
    """

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._turn = orthogonal(weights.architecture.width)
        self._head_turn = orthogonal(weights.architecture.head_width)

    @property
    def architecture(self) -> Architecture:
        """The model's shape."""
        return self._weights.architecture

    def tensor(self, name: str) -> NDArray[np.float32]:
        """Return a tensor.

        Raises:
            ModelError: there is none of that name.
        """
        weight = self._weights.tensor(name)
        if name.endswith("norm.weight"):
            return np.ones_like(weight)
        if name == _EMBEDDING:
            return weight @ self._turn
        module = name.split(".")[-2]
        if module in ("o_proj", "down_proj"):
            return self._turn.T @ (self._by_head(weight) if module == "o_proj" else weight)
        gain = self._weights.tensor(_gain_before(name))
        turned = np.asarray((weight * gain) @ self._turn, np.float32)
        return self._by_head(turned.T).T if module == "v_proj" else turned

    def before_head(self) -> NDArray[np.float32] | None:
        """Return what the last norm's output is multiplied by, (width, width); None: nothing.

        Raises:
            ModelError: the last norm's gain is missing.
        """
        if not self.architecture.tied:
            return None
        gain = self._weights.tensor(_LAST_GAIN)
        gained: NDArray[np.float32] = self._turn.T * gain
        return gained @ self._turn

    def _by_head(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Turn the columns of each head."""
        heads = rows.reshape(len(rows), -1, self.architecture.head_width)
        return (heads @ self._head_turn).reshape(rows.shape)


def orthogonal(size: int) -> NDArray[np.float32]:
    """Return an orthogonal matrix that mixes every input into every output, about evenly.

    It is the same every time for the same size.
    """
    power = size & -size
    hadamard = np.ones((1, 1))
    while len(hadamard) < power:
        hadamard = np.kron(hadamard, np.array([[1, 1], [1, -1]]))
    cosines = _cosines(size // power)
    signs = np.random.default_rng(_SEED).choice([-1.0, 1.0], size)
    return (signs[:, None] * np.kron(cosines, hadamard / np.sqrt(power))).astype(np.float32)


def _cosines(size: int) -> NDArray[np.float64]:
    """Return the orthonormal cosine transform (DCT-II, Ahmed et al. 1974)."""
    row, column = np.arange(size)[:, None], np.arange(size)[None]
    table = np.sqrt(2 / size) * np.cos(np.pi * row * (2 * column + 1) / (2 * size))
    table[0] /= np.sqrt(2)
    return np.asarray(table, np.float64)


def _gain_before(name: str) -> str:
    """Return the name of the gain of the norm whose output a matrix reads."""
    if name == "lm_head.weight":
        return _LAST_GAIN
    layer = ".".join(name.split(".")[:3])
    norm = "input_layernorm" if ".self_attn." in name else "post_attention_layernorm"
    return f"{layer}.{norm}.weight"
