"""The words of which conditions consist, so that a slip of the finger in one can be put right."""

from __future__ import annotations

_TEXT = """
the a an and or but not no only if when while is are has have been gets get goes go becomes
become turns turn switches comes stays remains left still open opens opened closed closes shut
locked unlocked locks unlocks on off out above below over under more less than higher lower
greater hotter colder warmer cooler brighter darker exceeds reaches rises drops falls climbs
sinks degrees celsius fahrenheit percent for minutes minute hours hour seconds half at in of
sees see detects detect notices senses someone somebody anyone anybody nobody motion movement
presence detected there water leak smoke gas alarm sensor detector dark night day after before
sunrise sunset during between weekdays weekends home empty occupied running finished done starts
stops finishes rings triggers triggered temperature humidity pressure power battery least most
minus one two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty
fifty sixty seventy eighty ninety hundred thousand zero it outside inside here my our any every
all both set to mode
"""
WORDS = frozenset(_TEXT.split())
"""What conditions are made of besides names."""
