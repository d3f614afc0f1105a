"""What people say in answer to a question back, besides the names of what they choose."""

from __future__ import annotations

_YES_SAID = """
absolutely, correct, definitely, do it, exactly, go ahead, of course, ok, okay, please do, right,
sure, that one, that's right, that's the one, yeah, yep, yes, yes please, yes that one, yup, 好,
好的, 对, 是, 是的
"""
YES = frozenset(" ".join(_YES_SAID.split()).split(", "))
"""Yes to the only thing that was asked about."""

_NO_SAID = """
cancel, don't, don't bother, forget it, leave it, nah, neither, neither of them, neither one,
never mind, nevermind, no, no neither, no none, no thank you, no thanks, none, none of them, none
of those, nope, not any of them, nothing, nothing at all, stop, 不, 不是, 不要, 取消, 算了
"""
NO = frozenset(" ".join(_NO_SAID.split()).split(", "))
"""Nothing of what was asked about."""

_ALL_SAID = """
all, all five, all four, all of them, all of those, all three, both, both of them, both of those,
each, each of them, every one, every single one, everything, the lot, them all, yes all, yes all
of them, yes both, 全部, 都
"""
ALL = frozenset(" ".join(_ALL_SAID.split()).split(", "))
"""All of it."""

_ANY_SAID = """
any, any of them, any one, doesn't matter, either, either of them, either one, i don't care, it
doesn't matter, whichever, you choose, your choice
"""
ANY = frozenset(" ".join(_ANY_SAID.split()).split(", "))
"""Whichever: then it is the first."""

_FILLING_SAID = """
a, an, and, at, be, called, for, i, i'd, in, is, it, it's, just, like, make, mean, meant, my,
named, number, of, on, one, ones, only, option, our, please, said, say, take, thanks, that, the,
these, thing, this, those, to, uh, um, want, with, would, obviously, clearly, naturally, dear, love,
darling, course, duh, mate
"""
FILLING = frozenset(" ".join(_FILLING_SAID.split()).split(", "))
"""Words that choose nothing."""

ORDINALS = (
    ("first", "1", "1st", "one"),
    ("second", "2", "2nd", "two"),
    ("third", "3", "3rd", "three"),
    ("fourth", "4", "4th", "four"),
    ("fifth", "5", "5th", "five"),
)
"""Positions in what was offered."""
