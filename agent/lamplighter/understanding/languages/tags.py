"""From the tag of a language, as an asker names it, to the language that there are rules for."""

from __future__ import annotations

from collections.abc import Iterator

_MEANT = {
    "zh": "zh-cn",
    "zh-hans": "zh-cn",
    "zh-sg": "zh-cn",
    "zh-my": "zh-cn",
    "cmn": "zh-cn",
    "cmn-hans": "zh-cn",
    "zh-hant": "zh-tw",
    "cmn-hant": "zh-tw",
    "zh-hant-hk": "zh-hk",
    "zh-hant-mo": "zh-hk",
    "zh-mo": "zh-hk",
    "yue": "zh-hk",
    "no": "nb",
    "nn": "nb",
    "sr-latn": "sr-latn",
    "sr-cyrl": "sr",
    "iw": "he",
    "in": "id",
    "gsw": "de-ch",
}
"""Tags whose language has another name among the templates, lower case."""


def language_of(tag: str) -> str | None:
    """The language of home-assistant-intents that fits a BCP 47 tag best, or None.

    Regions without templates of their own mean the language (``de-AT`` is ``de``); a script is
    looked at before the region (``zh-Hant`` is ``zh-TW``, ``sr-Latn-RS`` is ``sr-Latn``).
    """
    from home_assistant_intents import get_languages

    known = {each.casefold(): each for each in get_languages()}
    for shorter in _shorter(tag.replace("_", "-").casefold()):
        if found := known.get(_MEANT.get(shorter, shorter)):
            return found
    return None


def base_of(language: str) -> str:
    """The language without region and script: ``pt`` for ``pt-BR``."""
    return language.replace("_", "-").casefold().split("-")[0]


def _shorter(tag: str) -> Iterator[str]:
    """The tag, then what is left of it as its last parts go."""
    parts = tag.split("-")
    for length in range(len(parts), 0, -1):
        yield "-".join(parts[:length])
