"""What a reading of a sentence leaves unsaid: places, numbers, names and negations it does not use.

The model reads what it knows and passes over the rest: "turn on the light in the Hilton lobby" is
no request for the light here. A reading counts only where is left words that change
nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from lamplighter.understanding.normalise import words_of

_GRAMMAR = """
a about ah all also am an and any anything are around as at away be been being bit by can could
dear do does eh else enough ever everything far feels for from get gets getting go goes going
gone got had hand has have having he'd her here hey hi hmm how i i'd i'll i'm i've im in into is
isn it it'd it'll it's its itself just kind let let's lets like little look looks lot made make
makes me might mind more most much must my need needs needed now of oh ok okay on one ones our
ours out over own please pls quite rather really right s same see seem seems shall she she'd
should so some something somewhat sort still stuff such ta thank thanks that that'd that's the
their them then there these they thing things this those time to too totally up us ve very wait
want wants way we we'd we'll we're we've well what whole will with won would yeah yes yo you
you'd you're your
"""
_ASKING = """
appreciate arrange asap awfully be bother bothers bothering bring buddy care change check cheers
darling dude ensure fancy fantastic favour feel find fine fit flip give glad good gonna gotta
grand great happy help hit hoping kindly know lamplighter love lovely mate maybe move nice
nicely off ought perhaps pleasant please possible possibly prefer put quick quickly easy ready
reckon run send set soon start supposed sure swiftly switch take tell think trigger try turn
turned turning wanna wish wonder wondering work working worth
"""
_SENSES = """
annoying annoys annoyed awful awfully bad badly barely better blind blinding breeze breezy breathe
brightness can't cannot damn daylight draught draughty glow icy muggy murky
roasting shivering smelly stifling stuffy sun sunlight sunshine sweating sweltering ventilate
darned dazzling eyes glare glaring gloomy hurt hurting hurts lovely massively silly something
stupid terrible terribly ugly uncomfortable unbearable airless baking dim dusty dirty filthy
freaking frosty frozen harsh intense melting mess messy nippy noisy oven loud pitch black
smells smoky soft steamy sticky stinks strong weak
"""
_DIRECTIONS = """
activate active blast boiling bright brighten brighter brightness chilly clean cleaned cleaning
close closed closing cold colder comfy cool cooler cosy cozy crank cut dark darken darker
darkness dim dimmed dimmer dimming disable dock down enable enabled fire freezing heat heated
heating high higher hot hotter illuminate illuminated kill kick level lift light lighten lighter
lighting lights lit lock locked locking low lower lowered mow off on open opened opening percent
degree degrees pitch pop position power powered pull raise raised roasting secure secured shine
shut shutting speed start started stop switched switching temperature toggle unlock unlocked
warm warmer warmth arm armed back bit blow boost bump charge charger decrease disarm disarmed
draw drop ease faster flick flip freeze full fully gentler halt halfway harder hold home
increase intensity knock launch less louder mode moment moving nudge park pause place press pull
push quieter raise recall reduce rest ring round running second send shine slow slower softer
spin step stick stronger throw touch notch tad smidge turn wait weaker
"""
_SURROUNDINGS = """
air bath bed bench case chill corner darkness day daytime desk distance drive driveway dumps
evening eye face favour front garden general half heat house hurry interest jiffy life line lot
middle minute mood morning night nighttime nutshell order particular peace pieces place position
private quiet rain reality return room sec secret sense short shower sight sky sleep spring
state store street summer sunshine table tears theory time total touch trouble turn use vain
view wind winter world yard
"""
_IDLE = frozenset(f"{_GRAMMAR} {_ASKING} {_SENSES} {_DIRECTIONS} % °".split())
"""Words that neither name a thing or a place nor turn the sense of a sentence round."""

_COUNTS = frozenset(
    ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "hundred", "night"]
)
_HARMLESS = _IDLE | frozenset(_SURROUNDINGS.split())
"""What "in the ..." can say without naming a place."""


def harmless(place: str) -> bool:
    """True where the word after "in", "at" or "of" names no place that could be another home's."""
    return (place in _HARMLESS and place != "work") or place.endswith("ing")


def says_nothing(part: str) -> bool:
    """True where every word is one that stands in any sentence, or a number: no name's part."""
    return all(word in _IDLE or word in _COUNTS or word.isdigit() for word in words_of(part))


def left_unsaid(text: str, used: Iterable[str]) -> list[str]:
    """The words of the sentence that matter and that the reading does not use, in order.

    Args:
        text: the sentence.
        used: the parts of the sentence that the reading is made of.
    """
    taken = {word for part in used for word in words_of(part)}
    return [word for word in words_of(text) if word not in taken and word not in _IDLE]
