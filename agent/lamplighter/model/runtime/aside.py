"""Setting a half-done request aside for a more urgent one, and taking it up again.

Copying a whole cache costs tens of milliseconds where its pages are new to the process, and the
urgent one waits for it. So only what it will overwrite is copied, and of that only what is not
kept anyhow as an evaluated prefix.
"""

from __future__ import annotations

from collections.abc import Callable

from lamplighter.model.runtime.decoder import Decoder, Snapshot
from lamplighter.model.runtime.session import Session


def set_aside(decoder: Decoder, room: int, known: Snapshot | None) -> Callable[[], None]:
    """Keep what a decoder holds while another request uses it.

    Args:
        decoder: holds the request that is set aside.
        room: the most tokens that the other request will put into it.
        known: of a prompt that the decoder's tokens begin with; None where there is none.

    Returns:
        What puts everything back.
    """
    if not isinstance(decoder, Session):
        whole = decoder.snapshot()
        return lambda: decoder.restore(whole)
    tokens = tuple(decoder.tokens)
    overwritten = min(room, len(tokens))
    begin = min(len(known.tokens), overwritten) if known is not None else 0
    copied = decoder.copy_of(begin, overwritten)

    def put_back() -> None:
        decoder.truncate(0)
        if known is not None:
            decoder.put(0, known.cache[:, :, :begin])
        decoder.put(begin, copied)
        decoder.tokens = list(tokens)

    return put_back
