"""Hand-checked phrasings of fault reports, with marks in the place of names, numbers and times.

``[a|b]`` stands for one of its options, an empty one included; options may hold further ones. In
what is said of a signal, S is its name, V its value, L its limit, U its usual value, G its change
per minute, P its extreme, D a span, T its onset, Y a reason and Z its zone.
"""

from __future__ import annotations

import random
import re

_CHOICE = re.compile(r"\[([^\[\]]*)\]")


def one_of(wording: str, draw: random.Random) -> str:
    """The wording with each choice made."""
    while found := _CHOICE.search(wording):
        option = draw.choice(found[1].split("|"))
        wording = wording[: found.start()] + option + wording[found.end() :]
    return wording


SEVERITY = {
    "advisory": "[an advisory|an advisory alarm]",
    "warning": "a warning",
    "critical": "a critical alarm",
}
BECAME = {"advisory": "an advisory", "warning": "a warning", "critical": "critical"}
# What opens a report of a new episode; A is the severity, C what the alarm became. The clause on
# the leading signal follows.
OPENED = (
    "m0 has had A since t0:",
    "m0 has had A since t0:",
    "A has been open on m0 since t0:",
    "There has been A on m0 since t0:",
    "Since t0 there has been A on m0:",
    "m0 went into alarm at t0, A:",
    "m0 raised A at t0:",
    "A began on m0 at t0:",
    "A started on m0 at t0:",
)
OPENED_WORSE = (
    "m0 has been in alarm since t0; it became C at w0:",
    "m0 has been in alarm since t0, and the alarm became C at w0:",
    "An alarm that began on m0 at t0 became C at w0:",
    "m0 has had an alarm since t0, which became C at w0:",
)
CHANGED = (
    "The A0 that began on m0 at t0 has changed after d0:",
    "m0, in alarm since t0, has changed after d0:",
    "Update on m0, d0 after the A0 began at t0:",
    "After d0 there is a change on m0, where A began at t0:",
    "m0 has been in alarm for d0, since t0, and there is a change:",
    "Update on m0, where A has been open since t0, now for d0:",
)
CHANGED_WORSE = (
    "The alarm that began on m0 at t0 became C at w0 and has changed after d0:",
    "Update on m0, in alarm for d0 since t0, which became C at w0:",
    "m0 has been in alarm for d0, since t0, which became C at w0:",
)
CLOSED = (
    "m0 is back to normal: the A0 that began at t0 ended at e0 after d0.",
    "m0 has been clear since e0; the A0 began at t0 and lasted d0.",
    "The A0 on m0 lasted d0, from t0 to e0.",
    "The A0 on m0 has ended: it began at t0 and lasted d0, until e0.",
    "m0 returned to normal at e0, d0 after the A0 began at t0.",
    "The A0 that began on m0 at t0 lasted d0 and ended at e0.",
)
CLOSED_WORSE = (
    "m0 is back to normal: the alarm that began at t0 and became C at w0 ended at e0 after d0.",
    "The alarm on m0 lasted d0, from t0 to e0; it became C at w0.",
    "m0 has been clear since e0; the alarm began at t0, became C at w0 and lasted d0.",
)
# What is said of a signal, by its state; the first signal and those after it (with T).
LEAD = {
    "high": (
        "S is high at V, above its limit of L",
        "S [stands at|is at|reads] V, above its limit of L",
        "S has [risen|climbed] to V, above its limit of L",
        "S is above its limit of L at V",
        "S exceeds its limit of L at V",
        "S has gone above its limit of L and [stands at|is at|reads] V",
        "S has passed its limit of L and [stands at|is now at|reads] V",
    ),
    "low": (
        "S is low at V, below its limit of L",
        "S [stands at|is at|reads] V, below its limit of L",
        "S has [fallen|dropped] to V, below its limit of L",
        "S is below its limit of L at V",
        "S has gone below its limit of L and [stands at|is at|reads] V",
        "S has fallen below its limit of L and [stands at|is now at|reads] V",
    ),
    "was high": (
        "S went above its limit of L and is now at V",
        "S went above its limit of L; it now [stands at|reads] V",
        "S exceeded its limit of L and now [stands at|reads] V",
    ),
    "was low": (
        "S went below its limit of L and is now at V",
        "S fell below its limit of L; it now [stands at|reads] V",
        "S dropped below its limit of L and now [stands at|reads] V",
    ),
    "back from high": (
        "S was above its limit of L and is back at V",
        "S exceeded its limit of L and has returned to V",
        "S went above its limit of L and [has returned to|is back at] V",
    ),
    "back from low": (
        "S was below its limit of L and is back at V",
        "S fell below its limit of L and has returned to V",
        "S went below its limit of L and [has returned to|is back at] V",
    ),
    "rising fast": (
        "S rose by more than the allowed L and [stands at|is at|reads] V",
        "S is rising fast, by more than the allowed L, and [stands at|is at] V",
    ),
    "falling fast": (
        "S fell by more than the allowed L and [stands at|is at|reads] V",
        "S is falling fast, by more than the allowed L, and [stands at|is at] V",
    ),
    "back from rising fast": (
        "S rose by more than the allowed L and is [back|now] at V",
        "S rose by more than the allowed L before it settled at V",
    ),
    "back from falling fast": (
        "S fell by more than the allowed L and is [back|now] at V",
        "S fell by more than the allowed L before it settled at V",
    ),
    "above usual": (
        "S [stands at|is at|reads] V, well above what is usual",
        "S [stands at|is at|reads] V, well above its usual U",
        "S has risen to V from its usual U",
        "S is at V where U is usual",
    ),
    "below usual": (
        "S [stands at|is at|reads] V, well below what is usual",
        "S [stands at|is at|reads] V, well below its usual U",
        "S has fallen to V from its usual U",
        "S is at V where U is usual",
    ),
    "back from above usual": (
        "S was above its usual U and is back at V",
        "S was above what is usual and is back at V",
    ),
    "back from below usual": (
        "S was below its usual U and is back at V",
        "S was below what is usual and is back at V",
    ),
    "shifted up": (
        "S has shifted up and [stands at|is now at] V",
        "S has moved to a higher level, V instead of its usual U",
        "S has shifted up to V, where U is usual",
    ),
    "shifted down": (
        "S has shifted down and [stands at|is now at] V",
        "S has moved to a lower level, V instead of its usual U",
        "S has shifted down to V, where U is usual",
    ),
    "back from shifted up": ("S had moved to a higher level and is back at V",),
    "back from shifted down": ("S had moved to a lower level and is back at V",),
    "drifting up": (
        "S has been drifting up and is at V",
        "S has drifted up to V, where U is usual",
    ),
    "drifting down": (
        "S has been drifting down and is at V",
        "S has drifted down to V, where U is usual",
    ),
    "back from drifting up": ("S had drifted up and is back at V",),
    "back from drifting down": ("S had drifted down and is back at V",),
    "unsteady": (
        "S has become unsteady and is at V",
        "S is unsteady, now at V where U is usual",
    ),
    "back from unsteady": ("S was unsteady and is back at V",),
    "spiking": (
        "S shows spikes and is at V",
        "S is spiking, now at V where U is usual",
    ),
    "back from spiking": ("S was spiking and is back at V",),
    "unusual": (
        "S is unusual at V",
        "S is unusual, at V where U is usual",
        "S reads an unusual V",
    ),
    "back from unusual": ("S was unusual and is back at V",),
    "out of step": (
        "its signals are out of step with each other; S is at V",
        "its signals no longer go together as usual; S is at V",
    ),
    "back from out of step": ("its signals were out of step with each other; S is back at V",),
    "silent": (
        "S has sent no new value for D or more; the last one was V",
        "S has been silent for D or more, with V as its last value",
    ),
    "back from silent": (
        "S was silent for D or more and is back at V",
        "S sent no value for D or more and is back at V",
    ),
    "stuck": (
        "S has been stuck at V for D or more",
        "S has stayed at V for D or more",
        "S has not moved from V for D or more",
    ),
    "back from stuck": (
        "S was stuck for D or more and is now at V",
        "S stayed at one value for D or more and is now at V",
    ),
    "loop fault": ("S has a broken loop and reads V", "the loop of S is broken; it reads V"),
    "back from loop fault": ("S had a broken loop and is back at V",),
    "disturbed": (
        "the signal of S is disturbed and reads V",
        "S is disturbed and reads V",
    ),
    "back from disturbed": ("S was disturbed and is back at V",),
}
LATER = {
    "high": (
        "S followed at T with V, above its limit of L",
        "at T S [followed|joined], at V above its limit of L",
        "S went above its limit of L at T and [is at|reads|stands at] V",
        "S [exceeded|passed] its limit of L at T and [is at|reads|stands at] V",
    ),
    "low": (
        "S followed at T with V, below its limit of L",
        "at T S [followed|joined], at V below its limit of L",
        "S went below its limit of L at T and [is at|reads|stands at] V",
        "S fell below its limit of L at T and [is at|reads|stands at] V",
    ),
    "was high": ("S went above its limit of L at T and is now at V",),
    "was low": ("S went below its limit of L at T and is now at V",),
    "back from high": (
        "S followed at T, went above its limit of L and is back at V",
        "S was above its limit of L from T on and is back at V",
    ),
    "back from low": (
        "S followed at T, went below its limit of L and is back at V",
        "S was below its limit of L from T on and is back at V",
    ),
}
"""Of states that are not here, what LEAD says is said after "at T"."""
AND_LATER = (
    "S at T (V, limit L)",
    "S at T with V (limit L)",
)
"""Of two and more signals above (or below) their limits, behind OVER or UNDER."""
OVER = (
    "[Above their limits, too:|Then came|It was followed by]",
    "Also above their limits:",
)
UNDER = (
    "[Below their limits, too:|Then came|It was followed by]",
    "Also below their limits:",
)
TRENDS = {
    "rising": (", and is [still|] rising by G", ", and keeps rising by G", ", rising by G"),
    "falling": (", and is [still|] falling by G", ", and keeps falling by G", ", falling by G"),
}
CALMING = {
    "rising": (", but is now rising by G", ", now rising again by G"),
    "falling": (", but is now falling by G", ", now falling again by G"),
}
AGAINST = {
    "rising": frozenset({"low", "was low", "below usual", "shifted down", "drifting down"}),
    "falling": frozenset({"high", "was high", "above usual", "shifted up", "drifting up"}),
}
"""The states that a trend leads out of."""
USUAL = (
    "; usually it is U",
    "; it is usually U",
    ", against its usual U",
    " (usually U)",
    " (its usual value is U)",
    ", where U is usual",
)
USUAL_LAST = (
    "; usually it is U",
    "; it is usually U",
    "; its usual value is U",
)
BETWEEN = " (usually U)"
PEAK = (
    "; its peak was P",
    ", with a peak of P",
    ", after a peak of P",
)
LOWEST = (
    "; its lowest value was P",
    ", after a lowest value of P",
)
ZONE = (", in Z", ", which is Z", " and so in Z")
REASON = (": Y", " (Y)")
SIGNAL_ONLY = (
    "[This concerns the signal, not the machine.|Only the signal is at fault, not the machine.]",
    "[Nothing points to the machine itself.|The machine itself shows no fault.]",
)
NEW = ("[New since the last report:|What is new:|Since the last report,] ",)
GONE = {
    "back from high": (
        "S has returned to V, from above its limit of L",
        "S, which was above its limit of L, is back at V",
        "Meanwhile S is back at V, from above its limit of L",
    ),
    "back from low": (
        "S has returned to V, from below its limit of L",
        "S, which was below its limit of L, is back at V",
        "Meanwhile S is back at V, from below its limit of L",
    ),
}
ALL = ("In all, k0 signals are in alarm.", "k0 signals are part of it in all.")
MOVED = {
    "higher": (
        "Without an alarm, O is up at X.",
        "O has risen to X, so far without an alarm.",
        "O is higher too, at X, but not in alarm.",
    ),
    "lower": (
        "Without an alarm, O is down at X.",
        "O has fallen to X, so far without an alarm.",
        "O is lower too, at X, but not in alarm.",
    ),
}
STEADY = (
    "O [is|are] steady.",
    "O [stays|stay] steady.",
    "O [has|have] not changed.",
)
LOG_MANY = (
    "The log has K lines like Q.",
    "The log shows K lines like Q.",
    "In the log there are K lines like Q.",
)
LOG_ONE = ("The log says Q.", "The log has one line: Q.", "One log line says Q.")
NOTE = ("b1 noted n1.", "A note by b1 says n1.", "b1 wrote: n1.")
WINDOW = (
    "It began during i1.",
    "It began in or right after i1.",
    "The onset was in or right after i1.",
)
LED_BY = (
    "Leading in this: O.",
    "Most out of step: O.",
)
RULED_OUT = (
    "R is ruled out, as O is M.",
    "R is ruled out because O is M.",
    "R can be ruled out, since O is M.",
    "It is not R, as O is M.",
)
LIKELY = (
    "The pattern points to f0.",
    "This pattern points to f0.",
    "All this points to f0.",
    "The likely fault is f0.",
    "f0 is the likely fault.",
    "The likely cause is f0.",
)
WAS_LIKELY = (
    "The pattern pointed to f0.",
    "The likely fault was f0.",
    "The likely cause was f0.",
)
CHECK = (
    "First, c0.",
    "First of all, c0.",
    "Recommended first: c0.",
    "To do first: c0.",
    "As a first step, c0.",
)
ADVICE = (
    "Recommended: c0.",
    "To do: c0.",
)
LIKELY_CHECK = (
    "The pattern points to f0; first, c0.",
    "This points to f0, so c0.",
    "The pattern points to f0, so first c0.",
    "The likely fault is f0; first, c0.",
    "The likely cause is f0; first, c0.",
)
LATE_CHECK = (
    "Before the next use, c0.",
    "Before the next start, c0.",
    "As a follow-up, c0.",
    "Still recommended: c0.",
    "All the same, c0.",
)
BEFORE = (
    "A similar case on h2 on h3 ended after h1.",
    "On h3 a similar case on h2 was helped by h1.",
    "What helped on h2 on h3 was h1.",
)
BY_ITSELF = (
    "The episode ended by itself.",
    "The episode ended by itself, without an action.",
)
ENDED_AFTER = (
    "It ended after this action at z2: z1.",
    "The last action before the end, at z2: z1.",
    "What came before the end, at z2: z1.",
)
ALONE = (
    "No other signal of the machine [took part|is in alarm].",
    "No other signal [took part|is part of it].",
)
ALONE_OVER = ("No other signal of the machine took part.", "No other signal took part.")
AS_OF = ("This is the state as of g0.", "All this is as of g0.")
