"""The words with which people tell a home what to do, as data."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Literal

Action = Literal[
    "move", "on", "off", "toggle", "open", "close", "stop", "lock", "unlock", "start", "pause",
    "dock", "up", "down", "set", "brighter", "dimmer", "warmer", "cooler", "faster", "slower",
    "louder", "quieter", "arm", "disarm", "press", "choose", "locate", "spot", "oscillate",
    "steady", "sound", "tilt", "keep", "write", "reverse", "forward", "mow",
    "rest_mower", "clean",
]  # fmt: skip
"""What can be done. ``move`` is a verb that says nothing without a particle or a value."""


def _phrases(listed: str) -> frozenset[str]:
    return frozenset(" ".join(each.split()) for each in listed.split(","))


_VERBS: Mapping[Action, str] = {
    "move": """turn, turning, switch, switching, put, putting, flip, flick, power, get,
        getting, have, having, want, need, make, making, bring, bringing, let,
        move, take, run, pull, roll, wind, wind the, give, send, tell, ask, go, id
    like, i would like, wants, needs, requires, would like, want to have, show, throw,
    adjust the, chuck, stick, pop, whack, bung, shove, knock, kick, come, be, see,
        slide""",
    "on": """light it up, fire up, power up, boot up, start up, light up, light,
        illuminate, enable, switch on, turn on, put on, flip on, flick on, power
        on, kick on, pop on, stick on, turning on, switching on, activate, bring
        on, whack on, hit, wake up, get on, energise, energize,
        click on, throw on, chuck on, bung on, crack on, get up and running, bring to
        life, bring online""",
    "off": """turn off, switch off, put off, shut off, flip off, flick off, power off,
        power down, shut down, kill, cut, cut off, douse, extinguish, disable,
        deactivate, turn out, switch out, put out, turning off, switching off, pop off, knock
        off, quit, silence, mute, get rid of,
        lose, kick off, click off, trip, trip out, drop out, isolate, knock out, take out,
        de energise, de energize, deenergise, deenergize, nix, ditch, zap""",
    "mow": """mow, mow the lawn, mow the grass, cut the grass, cut the lawn, start
        mowing, start mowing the lawn, start mowing the grass""",
    "rest_mower": """stop mowing, stop mowing the lawn, cancel mowing, stop cutting the grass""",
    "clean": """clean, vacuum, hoover, sweep, clean up, start cleaning, start vacuuming,
        vacuum up, start hoovering, do the vacuuming, do the hoovering""",
    "toggle": """change the state of, switch the state of, toggle, flip the state of, invert""",
    "open": """open, open up, opening, crack, crack open, draw back, pull open, pull back,
        unfold, part,
        roll open, fold out, unroll, extend""",
    "close": """closing, shutting, close, close up, close off, closing, shut, shut up,
    shutting, draw, draw
        closed, pull shut, pull closed, pull to, roll shut, fold, retract, roll
        in, fold up, bring in, pull in, take in, wind in, reel in, isolate""",
    "stop": """stop, halt, freeze, hold, stop moving, abort, cancel, end""",
    "lock": """lock, lock up, locking, secure, bolt, lock down, latch, dead bolt,
        deadbolt""",
    "unlock": """unsecure, unlock, unlocking, unbolt, unlatch""",
    "start": """start, begin, launch, run, start up, resume, commence, kick off, get
        going, initiate""",
    "pause": """pause, suspend""",
    "dock": """dock, send home, send back, return, return to base, bring home, park,
        bring back, call back, recall, go home, send away, take home""",
    "up": """turn up, put up, bring up, raise, lift, increase, crank, crank up, pull
        up, roll up, wind up, bump, bump up, boost, nudge, nudge up, up, hike,
        ramp up, pump up, jack up, step up, let up, heighten, raising, take up,
        notch up, move up, slide up, turning up, push up, hoist, dial up, whack up""",
    "down": """turn down, put down, bring down, lower, drop, reduce, decrease, pull down,
        roll down, wind down, knock down, knock, let down, cut down, crank down,
        bump down, nudge down, down, tone down, take down, turn back, ramp down,
        step down, lowering, notch down, move down, slide down, turning down, drop
        down, knock back, dial down, dial back, ease, ease down, ease off, scale
        back, lessen""",
    "set": """transition to, transition, change to, set, setting, change, adjust, make
        it, alter, modify, tune, regulate, switch to, turn to, bring to, move to,
        put to, set up, want it, fix, change over, switch over, put on to, match,
        colour, color, paint, hold""",
    "brighter": """brighten, brighten up, lighten, lighten up, brightening, undim""",
    "dimmer": """dim, dim down, darken, dimming, soften, turn down low, dimm""",
    "warmer": """warm, warm up, heat, heat up, warming, warming up, heating up""",
    "cooler": """cool, cool down, cool off, chill, chill down, cooling down""",
    "faster": """speed up, speed, accelerate""",
    "slower": """slow down, slow, decelerate""",
    "louder": """turn up the volume, volume up""",
    "quieter": """volume down, quieten, quiet, quiet down""",
    "arm": """arm, set the alarm, turn on the alarm, arming""",
    "disarm": """disarm, unset the alarm, disarming, unarm""",
    "press": """press, push, push the button, press the button, hit the button, tap,
        trigger""",
    "choose": """choose, select, pick, use, apply, go to, go for, go into""",
    "locate": """locate, find, where is my, ring""",
    "spot": """spot clean, clean the spot, clean this spot, do a spot clean, clean spot,
        clean up here""",
    "oscillate": """oscillate, swing, rotate, swivel""",
    "steady": """stop oscillating, stop swinging, stop rotating, stop swivelling""",
    "sound": """sound, set off, blare""",
    "tilt": """tilt, angle""",
    "keep": """keep, leave""",
    "write": """write, display, type""",
    "reverse": """reverse, run backwards, run in reverse""",
}

VERBS: Mapping[str, tuple[Action, ...]] = {
    phrase: tuple(action for action, listed in _VERBS.items() if phrase in _phrases(listed))
    for listed in _VERBS.values()
    for phrase in _phrases(listed)
} | {"knock": ("down", "move"), "bring up": ("up", "on")}
"""Actions by the phrases that say them; the first one is the likelier."""

_PARTICLES: Mapping[Action, str] = {
    "on": """activated, back on, enabled, lit, on, on again, switched on, turned on, into life,
        to life, into action, up and running, online, live""",
    "off": """back off, deactivated, disabled, off, off again, out, switched off, turned
        off, offline, dead, out of action""",
    "up": """back up, raised, turned up, up""",
    "down": """back down, down, lowered, turned down""",
    "open": """open, opened""",
    "close": """closing, shutting, close, closed, shut""",
    "lock": """locked, locking""",
    "unlock": """unsecure, unlocked""",
    "arm": """armed""",
    "disarm": """disarmed""",
    "start": """cleaning, going, mowing, running, started, to clean, to mow, to work, out to
        clean, out to mow, out cleaning, out to work, off to clean, off to work, out to hoover,
        to hoover, to vacuum, hoovering, vacuuming, round, to do the floors, to do the
        floor, to do its rounds, on its rounds, on his rounds, loose, off he goes, off she
        goes, off it goes, off you pop, off you go""",
    "dock": """back, back to bed, to bed, to sleep, back home,
        back to base, back to charge, back to its base, back to
        its dock, back to the base, back to the dock, charging, docked, home, on
        charge, to base, to dock, to its base, to its charger, to its dock, to the
        base, to the charger, to the charging station, to the dock""",
    "pause": """paused, on pause, on hold""",
    "stop": """stopped""",
    "dimmer": """dimmed""",
    "oscillate": """oscillating, rotating""",
}
_DOCKS = (
    *("dock", "base", "charger", "charging station", "charging dock", "docking station"),
    *("station", "home base", "garage", "charging base", "cradle"),
)
PARTICLES: Mapping[str, Action] = {
    **{phrase: action for action, listed in _PARTICLES.items() for phrase in _phrases(listed)},
    **dict.fromkeys(
        (
            " ".join(filter(None, words))
            for words in itertools.product(
                ("", "back"),
                ("to", "on", "onto"),
                ("", "the", "its", "his", "her", "their"),
                _DOCKS,
            )
        ),
        "dock",
    ),
}
"""Words behind or before a device that say what is to become of it."""

TOGETHER: Mapping[tuple[Action, Action], Action] = {
    ("open", "up"): "open", ("close", "up"): "close", ("close", "off"): "off",
    ("close", "down"): "close", ("lock", "up"): "lock", ("lock", "down"): "lock",
    ("start", "up"): "start", ("brighter", "up"): "brighter", ("dimmer", "down"): "dimmer",
    ("faster", "up"): "faster", ("slower", "down"): "slower", ("on", "up"): "on",
    ("warmer", "up"): "warmer", ("cooler", "down"): "cooler", ("cooler", "off"): "cooler",
    ("down", "off"): "off", ("down", "up"): "up", ("up", "down"): "down",
    ("close", "open"): "open", ("open", "on"): "open", ("close", "dock"): "open",
    ("up", "open"): "open", ("down", "close"): "close", ("stop", "start"): "stop",
    ("down", "dock"): "down", ("start", "oscillate"): "oscillate",
    ("stop", "oscillate"): "steady", ("move", "on"): "on", ("start", "start"): "start",
    ("off", "down"): "off", ("off", "up"): "off", ("on", "start"): "start",
    ("stop", "off"): "off", ("on", "oscillate"): "oscillate", ("off", "oscillate"): "steady",
    ("set", "dock"): "set", ("down", "down"): "down", ("press", "on"): "on",
    ("press", "off"): "off",
    ("choose", "on"): "choose",
}  # fmt: skip
"""What a verb and a particle come to where it is not plain: "draw ... open" opens."""

FREE: frozenset[Action] = frozenset({"move", "set", "keep"})
"""Verbs that leave it to the particle what is done."""

NOUNS = _phrases(
    """alarm, angle, blind, bolt, boost, clean, close, color, colour, cool, cut,
    display, down, drop, end, fan, fix, fold, go, heat, hit, hold, hoover, kill,
    lift, light, lights, lock, match, open, park, part, plug, quiet, ring, run,
    shade, show, shut, shutter, speed, switch, tune, type, up, use, vacuum, warm"""
)
"""Verbs that are other words, too: they count as verbs only where a clause begins."""

QUANTIFIERS: Mapping[str, str] = {
    **dict.fromkeys(
        _phrases("""all, all my, all of, all of my, all of the, all our, all the, any,
            each, each of, entire, every, every one of, every single, the entire,
            the whole, whole"""),
        "all",
    ),
    **dict.fromkeys(_phrases("""both, both of, both of the, both the, either"""), "both"),
}
EVERYTHING = _phrases(
    """all, all appliances, all devices, all of it, all the appliances, all the
    devices, all the things, all things, anything, every device, every thing,
    everything, everything electrical, it all, the lot"""
)
EVERYWHERE = _phrases(
    """on the property, around the property, all around the house, all over, all over the
    house, around the house, at home, everywhere, house wide, in all areas, in all rooms, in
    all the rooms, in every
    area, in every room, in my house, in our house, in the apartment, in the
    entire house, in the flat, in the home, in the house, in the whole home, in
    the whole house, in this house, of the house, the apartment, the doors of the
    house, the entire house, the flat, the home, the house, the place, the whole
    house, the whole place, throughout, throughout the home, throughout the house"""
)
HERE = _phrases(
    """around here, here, in here, in my room, in the room, in this area, in this
    place, in this room, of this room, over here, the room, this area, this room,
    this space, where i am"""
)
PRONOUNS: Mapping[str, bool] = {
    **dict.fromkeys(
        _phrases("""him, her, it, that, that one, that thing, the same, the same one, the
    thing, this,
        this one, this thing"""),
        False,
    ),
    **dict.fromkeys(
        _phrases("""all of them, both of them, each of them, em, them, them all, them both,
        these, they, they all, those, those ones"""),
        True,
    ),
}
"""Words for what was said before; True for several."""

REST = _phrases(
    """all other, all others, all the other, all the others, all the rest, all the
    rest of, every other, everything else, other, remaining, rest of, the other,
    the other ones, the others, the remaining, the rest, the rest of, the rest of
    the"""
)

EXCEPT = _phrases(
    """and not, apart from, aside from, bar, besides, but, but for, but not, except,
    except for, except of, excluding, just not, leaving out, minus, not, not
    counting, other than, save for, with the exception of, without"""
)

FILLERS = _phrases(
    """the, a, an, my, our, your, their, of, in, at, for, with, from, please, pls, plz, just,
    now, kindly, also, too, hey, hi, hello, ok, okay, so, then, well, uh, um, er, erm, hmm,
    oh, right, go, ahead, and, could, can, would, will, you, u, ya, we, i, to, be, is, are,
    it, like, me, us, thanks, thank, cheers, mate, lamplighter, again, really, actually,
    maybe, perhaps, sure, quick, quickly, straight, away, immediately, asap, should, want,
    wanna, gonna, that, which, as, how, about, mind, lets, let, s, d, ll, do, one, ones, by,
    here, there, some, im, need, love, great, possible, wonderful, nice, favour, favor,
    sec, real, bit, only, over, onto, into, inside, within, around, already, yet, still,
    together, simultaneously, finally, first, next, after, afterwards, thx, ta, thankyou,
    computer, alexa, siri, google, jarvis, dear, buddy, pal, man, bro, dude, guys, honey,
    darling, sweetie, same, time, automatically, manually, device, devices, properly,
    nicely, gently, completely, entirely, whichever, currently, located, situated, called,
    named, known, room, scene, mood, button, script, able, bloody, damn, damned, darn,
    stupid, silly, bleeding, bleedin, ruddy, wee, old, poor, little, tiny, champ, trusty,
    lovely,
    soft, subtle, gentle, mellow, rich, vivid, ever, his, its, for the night, cosy, cozy, decent,
    pretty, pleasant, beautiful, inviting, comfy, homely, relaxing, proper, trusty, favourite,
    favorite, of mine, of ours, of yours, up here, down here, out here, somewhere,
    freaking, blasted, flipping, certain, certainly, ensure that"""
)
"""Words that add nothing here. A clause may hold any number of them."""

BREAKS = _phrases(
    """after that, afterwards, along with, also, and, and after that, and also, and
    finally, and once thats done, and please, and then, and while youre at it, as
    well as, as well as the, but, followed by, next, plus, then, together with,
    while"""
)

REFUSED = _phrases(
    """out of, outta, dont, never, cannot, cant, not, no, nobody, nothing, neither, nor,
    without, wont,
    wouldnt, shouldnt, doesnt, didnt, isnt, arent, wasnt, werent, havent, hasnt, hadnt,
    aint, avoid, avoiding, refrain, yesterday, ago, was, were, had, did, or, been, if, whether,
    unless, when,
    whenever, why, what, who, whom, whose, where, suppose, imagine, wish, pretend, might,
    hypothetically, used, said, says, told, asked, heard, thought, read, wrote, dreamt,
    dreamed, song, movie, film, story, poem, joke, recipe"""
)
"""Words with which a sentence negates, tells, asks or imagines; it is no plain command then."""

FOREIGN = _phrases(
    """add, answer, book, buy, call, cook, define, download, email, explain, listen, list, message,
    navigate, order, phone, play, post, read, recommend, remember, remind, reply, rename,
    repeat, reserve, schedule, search, shuffle, sing, skip, spell, submit, teach, text,
    translate, tweet, watch, write down, record, pay, transfer, skip to, next song, say, speak"""
)
"""Verbs of requests to somebody else, where a sentence begins with them."""
