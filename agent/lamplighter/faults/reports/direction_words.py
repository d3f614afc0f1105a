"""The words that tell a direction, a return or a standing still."""

from __future__ import annotations

from lamplighter.faults.reports.word_sets import word_set

ABOVE = word_set(
    """above exceed exceeds exceeded exceeding high higher highest elevated excessive
    excessively surpass surpasses surpassed surpassing over beyond hot hotter warm warmer
    overheated heightened too-high overheating overheats overheat loud louder overly overshot
    overshoot overshooting overrun overruns overran upper raised high-high outstripped outstrips
    larger bigger greater increased tops topped topping"""
)
BELOW = word_set(
    """below beneath under low lower lowest insufficient undershot undershoot undershooting cold
    colder cool depressed reduced lowered short deficient deficit underrun underruns low-low
    too-low smaller lessened decreased lacking less"""
)
RISING = word_set(
    """rising increasing climbing growing mounting escalating ascending soaring surging
    accelerating warming upward upwards uphill"""
)
FALLING = word_set(
    """falling decreasing dropping declining sinking decaying diminishing descending plunging
    plummeting sagging dwindling slowing cooling downward downwards downhill dipping lessening"""
)
ROSE = word_set(
    """rise rises rose risen increase increases climb climbs climbed grew grow grows grown jump
    jumps jumped jumping surge surges surged soar soars soared raise raises leap leaps leapt
    leaped mount mounts mounted ascend ascended spiked escalated rocketed skyrocketed ballooned
    swelled lifted lifts uptick upturn upswing warmed heated accelerated gained gaining upswell
    heating ramped"""
)
FELL = word_set(
    """fall falls fell fallen decrease decreases drop drops dropped declined decline declines
    sank sink sinks sunk dip dips dipped plunge plunges plunged plummet plummeted slipped slid slide
    slides sag sags sagged dwindle dwindled slumped slump slumps tumbled tumble descended
    diminished decayed decay reduction shrank shrunk shrinks downtick downturn downswing cooled
    slowed collapsed weakened weakens eased ease eases easing subside subsides subsided
    subsiding abated abate abating receded recedes recede receding lowers retreated retreat"""
)
UP_WORDS = ABOVE | RISING | ROSE
DOWN_WORDS = BELOW | FALLING | FELL
PROGRESSIVE = RISING | FALLING
MOVED = ROSE | FELL
PASSING = word_set(
    """cross crosses crossed crossing pass passes passed passing breach breaches breached
    breaching violate violates violated violating trip trips tripped tripping broke break breaks
    hit overstep overstepped oversteps"""
)
"""What goes through a limit, whichever way."""
STEADY = word_set(
    """steady stable unchanged constant flat level-headed inconspicuous unaffected unremarkable
    normal unobtrusive undisturbed steadily quiet calm static unsuspicious"""
)
PARTICLE_VERBS = word_set(
    """went go goes going gone came come comes coming crept creep creeps creeping moved move
    moves moving shot shoots edged edge edging drift drifts drifted drifting shift shifts
    shifted shifting trend trends trended trending tick ticks ticked ticking head heads headed
    heading push pushed pushing pushes step steps stepped stepping inch inched inching is was
    are were been be further nudge nudged slide run ran runs running ramped ramping ramp built
    build builds building speed sped heat heated heating warm warmed warming pick picked picking
    drop dropped fell slid bring brought driven pulled pull way straight slowly gradually
    steadily slightly sharply and swing swung swings set sends sent take took taken still now
    dropping sloping slopes slope"""
)
BACK = word_set(
    """back again returned return returning recovered recovers normalised normalized settled"""
)
RETURNED = word_set(
    """back returned recovered returning normalised normalized recovers settled returns cleared
    resolved subsided recovering reverted reverts normalise normalize normalises normalizes"""
)
NOT = word_set(
    """not no never without didn't isn't neither nor wasn't hasn't doesn't don't haven't aren't
    weren't none cannot can't won't nothing hadn't nowhere instead"""
)
YET = word_set("yet until once when after before if unless should till will")
