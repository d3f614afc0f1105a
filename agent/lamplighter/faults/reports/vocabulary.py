"""The words of reports: those that claim nothing, and those that say how a claim is meant."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import resources

from lamplighter.faults.reports.word_sets import word_set

_LEAST_STEM = 3


def _listed(name: str) -> frozenset[str]:
    file = resources.files("lamplighter.faults.reports") / name
    lines = file.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


PLAIN = _listed("plain_words.txt")
CLAIMING = _listed("claim_words.txt")
"""Words that must come from the evidence wherever they stand."""
HEDGES = word_set(
    """point points pointing pointed pattern likely probably possibly possible probable may
    might could suggest suggests suggesting suggested indicate indicates indicating indication
    indications indicative suspected suspect suspects suspicion consistent seems seem appears
    appear apparently sign signs presumably presumed hint hints fit fits match matches diagnosis
    diagnosed candidate explanation explain explains cause fault hypothesis believed assumed
    confidence typical assessed identified potential plausible culprit certain certainly surely
    obviously clearly speaks speak combination assume picture lean leans signature evidence
    finding resembles ?"""
)
IMPERATIVES = word_set(
    """check checks checked checking inspect inspection inspecting inspected verify verified
    verifying examine examined examination look looked compare ensure ensuring confirm confirmed
    investigate investigated investigating stop switch measure recommended recommend recommends
    recommendation recommending should move test needs need needed listen feel advised advise
    advisable worth start begin sure first next please suggested propose proposed priority
    assess review action step task see attention find clean replace make visit go send have"""
)
ADVISING = IMPERATIVES - word_set(
    """first next begin start see find make have go send attention review action step task move
    test looked needs need needed stop switch visit point priority clean measure"""
)
"""What makes a sentence an advice; the others only go with one."""
LOG_WORDS = word_set(
    """log logs logged logging logbook line lines message messages says said saying recorded
    entry entries reported reports reporting read reads controller's logfile noted warned warns
    repeated wrote"""
)
NOTE_WORDS = word_set(
    """note notes noted noting wrote writes written remark remarks remarked remarking comment
    comments commented operator operators operator's reported reports mentioned mentions
    observed said says saying stated states according added entered recorded report described
    describes pointed mention observes heard told"""
)
RULED_WORDS = word_set(
    """ruled rule rules ruling exclude excluded excludes excluding unlikely dismiss dismissed
    discounted discount against contradict contradicts contradicted eliminated eliminate
    eliminates rather not no improbable less neither nor never doesn't don't rejected discarded
    out argue argues isn't without"""
)
PAST_WORDS = word_set(
    """similar similarly earlier previous previously past before history comparable resembles
    resemble resembling resembled helped helps help helping likeness reminiscent precedent
    recalls back then lasted alike same episode case occasion"""
)
PAST_MARKS = word_set(
    """similar earlier previous previously past history comparable resembles resemble resembling
    resembled helped reminiscent precedent recalls alike like"""
)
# Words for people and places of work: whom a report tells to do something, or who wrote a note.
PEOPLE = word_set(
    """operator operators operator's technician technicians engineer engineers crew maintenance
    team colleague person personnel staff somebody someone shift handover duty"""
)
CAPITALS = word_set("UTC NE ISA ISO NAMUR ID I")
SYNONYMS = (
    word_set(
        """grease greased greasing regrease regreased regreasing lubrication lubricant lubricate
        lubricated oil lubricating"""
    ),
    word_set(
        """noise noises noisy sound sounds sounding listen listening rattle rattling hear heard
        loud"""
    ),
    word_set(
        """heat hot heating warm warmth overheat overheating overheated temperature
        overtemperature heated heats too-hot"""
    ),
    word_set("leak leaks leaking leakage leaked leaky"),
    word_set(
        """blocked block blocks blockage blocking clogged clog clogging clogs plugged obstructed
        obstruction obstructions choked jammed"""
    ),
    word_set("wear worn wearing"),
    word_set(
        """clean cleaned cleaning cleanliness cleaner dirt dirty fouled fouling soiled
        contaminated"""
    ),
    word_set(
        """replace replaced replacing replacement change changed changing exchange exchanged
        swap"""
    ),
    word_set("door doors ajar open opened shut close closed closing"),
    word_set("defrost defrosting defrosted iced ice icing frost frosted"),
    word_set("loose looseness loosened tighten tightened tight tightness tightening fastening"),
    word_set("imbalance unbalance unbalanced imbalanced balance"),
    word_set("misalignment misaligned alignment aligned align"),
    word_set("overload overloaded overloading overcurrent load loads loading"),
    word_set("dry running run runs ran"),
    word_set("damage damaged damages defect defective broken"),
    word_set(
        """cable cables cabling wire wires wiring lead connection connections connector
        connectors"""
    ),
    word_set("supply power powered feed"),
    word_set("suction intake inlet"),
    word_set("belt belts v-belt"),
    word_set("free freely free-moving unobstructed clear"),
    word_set("turn turns rotate rotates rotating spin spins"),
    word_set("stop stopped stopping stops halt halted shut shutdown"),
    word_set("restart restarted restarting"),
    word_set("slip slipping slippage slips"),
    word_set("repair repaired fix fixed"),
    word_set("acknowledge acknowledged acknowledgement ack acked acknowledges acknowledging"),
    word_set("shelve shelved shelving"),
    word_set("calibrate calibrated calibration recalibrate"),
    word_set("fail failed failure failing fails"),
    word_set("air airflow draught"),
    word_set("exceed exceeded above over beyond"),
    word_set("strange odd unusual weird"),
)
# What looks like a form of a plain word, and names a component or an event.
TECHNICAL = word_set(
    """bearing bearings coupling couplings casing casings housing housings fitting fittings
    winding windings lining linings bushing bushings piping wiring belting gearing packing
    packings loading rating ratings leading-edge mounting mountings footing footings starter
    starters heater heaters cooler coolers filter filters driver drivers breaker breakers mixer
    feeder feeders roller rollers caller keeper pumping blower blowers fanning sealing seals
    spacing plating grounding earthing switching cabling charging tubing ducting holding-tank
    trainer switchgear switchboard reading-error operations driveshaft start-up restart shut-off"""
)
_ENDINGS = (
    ("'s", ""), ("s'", "s"), ("ies", "y"), ("es", ""), ("es", "e"), ("s", ""), ("ied", "y"),
    ("d", ""), ("ed", ""), ("ing", ""), ("ing", "e"), ("ly", ""), ("ily", "y"), ("n't", ""),
    ("'re", ""), ("'ve", ""), ("'ll", ""), ("'d", ""),
)  # fmt: skip


def forms(word: str) -> list[str]:
    """The word and what it may be an inflection of, in lower case."""
    found = [word]
    for ending, instead in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem != word and (len(stem) >= _LEAST_STEM or "'" in ending):
            found.append(stem + instead)
            if not instead and len(stem) > _LEAST_STEM and stem[-1] == stem[-2]:
                found.append(stem[:-1])
    return found


def widened(words: Iterable[str]) -> frozenset[str]:
    """The words with their synonyms and what these may be inflected to."""
    found = {form for word in words for form in forms(word)}
    stems = {form for word in found for form in forms(word)}
    for group in SYNONYMS:
        if group & stems:
            found |= group
    return frozenset(found)
