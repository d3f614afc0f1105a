"""What is asked of machines: topics, told by the words of a question."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_ALARM = r"(?:alarms?|alerts?|faults?|warnings?|incidents?|errors?|trips?|failures?)"
_FAIL = (
    r"(?:fail(?:ed|s|ing)?|trip(?:ped|s)?|stop(?:ped|s)?|break|broke(?:n)?|alarm(?:ed|s|ing)?|"
    r"go(?:ne)? (?:down|into alarm|wrong|off)|went (?:down|into alarm|wrong|off)|shut(?: it| )?\s?"
    r"down|in alarm|down|act(?:ed)? up|play(?:ed)? up|faulted|had? (?:a |an )?(?:problem|alarm|"
    r"fault|trouble|failure|issue|incident)s?|crash(?:ed)?|quit|die[sd]?|have (?:a |"
    r"an )?(?:problem|"
    r"alarm|fault|trouble|failure|issue|incident)s?)"
)
_DEEDS = {
    "ack": r"ack(?:ed|nowledged?|nowledges?|nowledging)?|confirm(?:ed)?|accept(?:ed)?",
    "shelve": r"shelved?|silenced?|snoozed?|muted?|hid(?:den)?",
    "reset": r"reset",
    "suppress": r"suppress(?:ed)?",
    "out_of_service": r"(?:took|taken?|put) .*out of service",
}
_ANY_DEED = "|".join(f"(?:{each})" for each in _DEEDS.values())
_NOTE = r"(?:notes?|remarks?|comments?|logbook|log book|tickets?|wrote|write|written|noted)"
_SENSOR = r"(?:sensors?|signals?|probes?|transmitters?|transducers?|gauges?|readings?|thermocouple)"
_SOUND = (
    r"(?:ok|okay|fine|healthy|health|working|work|works|trust(?:ed|worthy)?|reliable|good|bad|"
    r"broken|faulty|wrong|right|alive|dead|stuck|stale|silent|status|state|believe|defective|"
    r"drifting|frozen|disturbed|sound|plausible|accurate|ne 107|unhealthy|failed|failing)"
)


@dataclass(frozen=True, slots=True)
class Topic:
    """What is asked.

    Attributes:
        name: the topic.
        alone: whether it is of machines even where none is named: "what was ruled out".
        plant: whether it is asked of all machines where none is named: "which alarms are shelved".
    """

    name: str
    alone: bool = False
    plant: bool = False


_TOPICS: tuple[tuple[Topic, tuple[str, ...]], ...] = (
    (
        Topic("ruled_out", alone=True),
        (
            r"\bruled? (?:it )?out\b",
            r"\bexcluded?\b",
            r"\bnot the cause\b",
            r"\b(?:could|can|might|may) it (?:also |still )?be\b",
            r"\bis it (?:a |an |the )?(?P<guess>[a-z ]+)\?",
            r"\bruling out\b",
        ),
    ),
    (
        Topic("helped", alone=True),
        (
            r"\bwhat (?:\w+ )?(?:helped|fixed|solved|cured|resolved|worked|did the trick)\b",
            (
                r"\bwhat (?:did|has|have|was|were) (?:we |they |you |somebody |someone |been |it |"
                r"the \w+ )?(?:do|done|did|tried|repaired|replaced|changed)\b"
            ),
            (
                r"\bhow (?:was|did|were|have|has) .*\b(?:fix|fixed|solve|solved|repair|repaired|"
                r"resolve|resolved|cured?|got going|get it going)\b"
            ),
            r"\bwhat .*\b(?:solve|fix|help) (?:it|this|that)\b",
            r"\bhow .*\b(?:fix|fixed|solve|solved) .*\blast time\b",
        ),
    ),
    (
        Topic("check", alone=True),
        (
            (
                r"\bwhat (?:should|shall|must|can|do|could|would) .*\b(?:check|look at|look for|"
                r"inspect|do|try|start|examine|test)\b"
            ),
            (
                r"\bwhat (?:to|is to be|needs to be|has to be) (?:check|do|inspect|look|"
                r"try|examine|"
                r"test|done|checked|inspected)\w*\b"
            ),
            r"\bwhere (?:should|shall|do|can) .*\b(?:start|begin|look)\b",
            r"\brecommend\w*",
            r"\bhow (?:do|can|should|to) .*\b(?:fix|repair|solve)\b",
            r"\bnext steps?\b",
            r"\b(?:which|what) checks?\b",
            r"\bchecklist\b",
            r"\badvice\b",
            r"\bsuggest\w*",
        ),
    ),
    (
        Topic("before", alone=True),
        (
            r"\bhappen(?:ed)? (?:\w+ )?before\b",
            r"\b(?:had|have|seen|see|has) (?:\w+ )*(?:before|already|previously|in the past)\b",
            r"\bfirst time\b",
            r"\bsimilar\b",
            r"\bknown (?:problem|issue|fault)\b",
            r"\bhappened (?:earlier|already|previously|in the past)\b",
            r"\bever happened\b",
            r"\bbefore$",
            r"\bsame (?:thing|problem|fault|issue)\b",
            r"\brecurring\b",
            r"\brepeat(?:ed|ing)?\b",
        ),
    ),
    (
        Topic("lead", alone=True),
        (
            r"\b(?:which|what) alarms? .*\bfirst\b",
            (
                r"\b(?:which|what) (?:signal|sensor|tag|measurement|reading|value|"
                r"one)s? .*\b(?:lead|"
                r"leads|led|leading|first|came first|began|started|start|earliest|responsible|"
                r"caused?)\b"
            ),
            r"\bleading signal\b",
            r"\bfirst[ -]out\b",
            r"\bwhat (?:came|went|was|started|moved|happened|alarmed) (?:\w+ )?first\b",
            r"\bwhere did (?:it|this|that) (?:start|begin)\b",
            r"\bwhat leads\b",
            r"\bfirst (?:signal|alarm|sign|symptom)\b",
            r"\bwhat (?:did )?(?:it )?start(?:ed)? (?:it|with)\b",
        ),
    ),
    (
        Topic("who", alone=True),
        (
            rf"\b(?:who|whom|someone|somebody|anyone|anybody|nobody|operator)\b.*\b(?:{_ANY_DEED})",
            rf"\b(?:{_ANY_DEED}) by\b",
            rf"\bhas .*\bbeen (?:{_ANY_DEED})",
            r"\b(?:is|are|was|were) .*\back(?:ed|nowledged)\b",
        ),
    ),
    (
        Topic("hidden", plant=True),
        (
            (
                r"\b(?:shelved?|shelf|suppressed|silenced|snoozed|muted|hidden|out of service|"
                r"disabled)\b"
            ),
        ),
    ),
    (
        Topic("waiting", plant=True),
        (
            (
                r"\b(?:unacknowledged|not (?:yet )?(?:been )?acknowledged|unacked|"
                r"waiting for acknowledg\w+|to be acknowledged|need(?:s|"
                r"ing)? (?:to be )?acknowledg\w+)\b"
            ),
        ),
    ),
    (
        Topic("notes", plant=True),
        (
            rf"\b{_NOTE}\b",
            (
                r"\b(?:operator|maintenance|technician|fitter)s? .*\b(?:say|said|report|reported|"
                r"leave|left|tell|told)\b"
            ),
            r"\bwhat did (?!we\b|you\b|the\b|it\b|they\b|i\b)\w+ (?:say|report)\b",
        ),
    ),
    (
        Topic("most", plant=True),
        (
            (
                r"\b(?:(?:most|more) (?:common|usual|alarms?|alerts?|faults?|trips?|trouble|"
                r"problems?|often|frequent\w*|"
                r"time|incidents?|failures?|downtime|stops?)|worst|longest|least reliable|noisiest|"
                r"top offenders?|bad actors?|fewest|trips? most|fails? most|problem child)\b"
            ),
        ),
    ),
    (
        Topic("how_long"),
        (r"\b(?:how long|for how long|how much time|how many (?:hours|minutes)|downtime)\b",),
    ),
    (
        Topic("how_often"),
        (
            r"\bhow (?:often|frequently|many)\b",
            r"\bnumber of\b",
            r"\bcount\b",
        ),
    ),
    (Topic("when"), (r"\b(?:when|since when|at what time|last time)\b",)),
    (
        Topic("why"),
        (
            r"\bwhy\b",
            r"\bhow come\b",
            r"\bcaus(?:e|es|ed|ing)\b",
            r"\breasons?\b",
            r"\bbehind\b",
            r"\bmade\b",
            r"\bdiagnos\w+",
            r"\blikely fault\b",
            r"\bwhat made\b",
            r"\bdue to\b",
            r"\bexplain\w*",
        ),
    ),
    (
        Topic("signal"),
        (
            rf"^(?:is|are|was|were) .*\b{_SENSOR}s?\b",
            rf"\b{_SENSOR}\b.*\b{_SOUND}\b",
            rf"\b{_SOUND}\b.*\b{_SENSOR}\b",
            r"\bne ?107\b",
            r"\b(?:trust|believe|rely on)\b",
        ),
    ),
    (
        Topic("happened"),
        (
            r"\bhappen(?:ed|s|ing)?\b",
            r"\bgoing on\b",
            r"\bgo(?:es|ne)? wrong\b",
            r"\bwent wrong\b",
            r"\bevents?\b",
            r"\boccur\w*",
            r"\bwent on\b",
            r"\bhistory\b",
            r"\bwas (?:there )?up with\b",
            r"\bsummar\w+",
            r"\bsum up\b",
            r"\breports?\b",
            r"\btell me about\b",
            r"\btrouble\b",
        ),
    ),
    (
        Topic("alarms", plant=True),
        (
            rf"\b{_ALARM}\b",
            r"\bin alarm\b",
            r"\balarming\b",
        ),
    ),
    (
        Topic("status"),
        (
            (
                r"\b(?:wrong|the matter|up|problems?|issues?|broken|failed|fail|stop|stopped|trip|"
                r"tripped|down|ok|okay|fine|alright|right|healthy|running|normal|good|well|doing|"
                r"status|state|condition|working|ready|going|on|in order|bad|severe|"
                r"serious|about|do|"
                r"standing|look)\b"
            ),
        ),
    ),
)
_COUNTED = re.compile(r"^(?:how many|number of|count)\b(?!.*\b(?:did|had|were|was|been|times)\b)")
_NEEDS_FAIL = re.compile(
    rf"\b(?:{_FAIL}|{_ALARM}|happen\w*|start\w*|began|begin|over|end(?:ed)?|last|back to normal|"
    r"recover\w*|problem\w*|occur\w*|trouble|standstill|out|acknowledg\w+|clear(?:ed)?|"
    r"return\w*|episodes?|"
    r"stops?|times|bad|critical)\b"
)
_SUMMARY = re.compile(
    r"\b(?:summar(?:y|ies|ise|ize|ised|ized|ising|izing)|sum up|hand ?over|shift|recap|overview|"
    r"report (?:of|on|for|about) (?:the |last )?(?:night|day|week|shift)|debrief|briefing)\b"
)
_STRETCH = re.compile(
    r"^(?:how (?:was|were|is|did|has|went|goes) )(?:it |things |everything |"
    r"all )?(?:the |last |this |"
    r"our )?(?:go(?:ing)? |been |run(?:ning)? )?(?:in |during |over |at |on |with )?(?:the )?"
    r"(?P<what>night|day|week|shift|morning|afternoon|evening|plant|machines|"
    r"weekend)?(?: go(?:ing)?| "
    r"been| run| shift| doing)*$"
)
_MACHINE_DEED = re.compile(rf"\b{_FAIL}\b")


def topic_of(said: str) -> Topic | None:
    """The topic of a folded question; None where it has none."""
    for topic, pattern in _compiled():
        if pattern.search(said) and _fits(topic.name, said):
            return topic
    return None


def sums_up(said: str, period: str) -> bool:
    """Whether it asks for a summary of a stretch of time: "how was the night"."""
    if _SUMMARY.search(said):
        return True
    match = _STRETCH.match(said)
    return match is not None and bool(match["what"] or period)


def deed_of(said: str) -> str:
    """The operation on alarms that is asked about; "" where it is none."""
    return next((op for op, words in _DEEDS.items() if re.search(rf"\b(?:{words})\b", said)), "")


def fails(said: str) -> bool:
    """Whether it speaks of a machine that fails, stops, trips or alarms."""
    return _MACHINE_DEED.search(said) is not None


def counts_now(said: str) -> bool:
    """Whether it asks how many alarms there are now: "how many machines are in alarm"."""
    return _COUNTED.search(said) is not None


def stops(said: str) -> bool:
    """Whether it says that the machine stopped, which alarms alone don't tell."""
    return re.search(r"\b(?:stop\w*|shut\w*|quit|down|halt\w*|off)\b", said) is not None


def _fits(name: str, said: str) -> bool:
    if name in {"how_often", "when", "how_long"}:
        return _NEEDS_FAIL.search(said) is not None
    return True


@lru_cache(maxsize=1)
def _compiled() -> list[tuple[Topic, re.Pattern[str]]]:
    return [(topic, re.compile("|".join(patterns))) for topic, patterns in _TOPICS]
