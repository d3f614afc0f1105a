"""The words that claim nothing by themselves: every other one must come from the evidence."""

from __future__ import annotations

_TEXT = """
a about above according ack acknowledged across action actions active add advisory after again
against ago alarm alarms all allowable allowed almost along already also although always am among
an and another any approximately are area around as at attention average away back baseline be
became because become been before began begin beginning begins behind being below beneath besides
between beyond both bound brief briefly but by came can cannot careful carefully changed clear
cleared clearly climb climbed climbing climbs close closed closely closes come comes compare
compared comparison complete completely concern concerning condition conditions confidence confirm
confirmed consider consistent constant continue continued continues could count critical current
currently data day days declined declining decrease decreased decreases decreasing deviated
deviates deviation did didn't differ difference different direct directly do does doesn't done
down drawn draws drop dropped dropping drops due duration during each earlier early easily either
elapsed elevated else end ended ends enough ensure entered entirely episode episodes especially
even event events ever every everything evidence exact exactly examine exceed exceeded exceeding
exceeds except excessive expected fact fall fallen falling falls far fast faster fastest fault
faults fell few field final finally find first firstly five follow followed following follows for
found four from full fully further furthermore gave get give given gives go gone gradual gradually
greatest greatly grew group growing had half hand happened has hasn't have having health hence
here high higher highest hold holds hour hours how however identified if immediate immediately
important in include included includes including increase increased increases increasing indeed
indicate indicated indicates indicating indication initial initially inside inspect inspected
inspection instead insufficient interval into investigate is isn't issue it item its itself joined
jumped just keep known large largest last lasted lasting lately later latest lead leading least
less let level levels like likely limit limits line lines list little located location log logged
logs long longer look low lower lowest machine made main mainly major make many mark marked
maximum may mean means meanwhile measure measured measurement measurements message messages met
might mild minimum minor minute minutes moderate moderately moment monitor more most mostly moved
moves much must near nearly need needed needs neither never new newer next no none nor normal
normally not note noted nothing notice now number observe observed occurred of off often on once
one ones ongoing only onset onsite onto open opened operating operation operations operator
operators or order other others our out outside over overall own part particular past pattern peak
peaked per percent perform period permitted persisted persists place please point pointing points
possible possibly present presently previous previously primarily prior priority probable probably
prompt promptly quality quick quickly quite raised raises range rapid rapidly rate rather
ratio reach reached reaches reaching reaction read reading readings reads recent recently
recommend recommended record recorded records recovered reference regarding related relative
remain remained remains repeated repeatedly report reported reports require required requires
resolved respectively rest result return returned returned_unacknowledged returning returns review
rise risen rises rising rose said same sank saw say says schedule second seconds see seems seen
sensor sensors separate sequence set several severe severity sharp sharply short shortly should
show showed showing shown shows side sign signal signals significant significantly signs similar
similarly simultaneously since single sinking site situation slight slightly slow slowly small so
some soon sought span stable stand standing stands start started starting starts state status stay
stayed stays steadily steady still stop stopped strong strongly stuck substantial such sudden
suddenly suggest suggested suggesting suggests surpassed suspected system take taken tell tells
than that the their them then there therefore these they thing this those though three threshold
through throughout thus time times to today together told too took total toward towards trend turn
twice two typical typically unacknowledged unchanged under undershot unit units until unusual up
upon urgent usual usually value values verify very via warning was wasn't watch way we well went
were what whatever when where whether which while whole why will with within without word worse
would year yet you zero
"""
PLAIN = frozenset(_TEXT.split())

HEDGES = frozenset(
    {
        "point", "points", "pointing", "pattern", "likely", "probably", "possibly", "possible",
        "probable", "may", "might", "could", "suggest", "suggests", "suggesting", "indicate",
        "indicates", "indicating", "indication", "suspected", "consistent", "seems", "sign",
        "signs", "?",
    }
)  # fmt: skip
IMPERATIVES = frozenset(
    {
        "check", "checks", "checked", "checking", "inspect", "inspection", "inspecting", "verify",
        "examine", "look", "compare", "ensure", "confirm", "investigate", "stop", "switch",
        "measure", "recommended", "recommend", "should", "move", "test", "needs",
    }
)  # fmt: skip
LOG_WORDS = frozenset(
    {"log", "logs", "logged", "line", "lines", "message", "messages", "says", "recorded", "entry"}
)
_ENDINGS = (("'s", ""), ("ies", "y"), ("es", ""), ("s", ""), ("d", ""), ("ed", ""))


def forms(word: str) -> list[str]:
    """The word and what it may be an inflection of, in lower case."""
    found = [word]
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) > len(ending) + 2:
            found.append(word.removesuffix(ending) + instead)
    return found
