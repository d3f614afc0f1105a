"""Answers what is asked of machines, from the records; nothing here acts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lamplighter.faults.settings import Machine
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.interpretation import Answer, Candidate, Clarify, Pending
from lamplighter.understanding.questions.about_home import endangers
from lamplighter.understanding.questions.answered import Answered, told
from lamplighter.understanding.questions.history import Past
from lamplighter.understanding.questions.machines import (
    telling_alarms,
    telling_help,
    telling_past,
    telling_people,
    telling_shift,
    telling_signals,
    telling_why,
    topics,
)
from lamplighter.understanding.questions.machines.kept import last_of, open_of
from lamplighter.understanding.questions.machines.naming import of_them_all
from lamplighter.understanding.questions.machines.plant import Plant
from lamplighter.understanding.questions.machines.scene import MAX_TOLD, Scene, shortened
from lamplighter.understanding.questions.sight import Sight
from lamplighter.understanding.speech import called, listed, sentence
from lamplighter.understanding.states import described, is_in

Machines = tuple[Machine, ...]
_OF_ONE: Mapping[str, Callable[[Scene, Machine, Intent], str]] = {
    "why": telling_why.why,
    "ruled_out": telling_why.ruled_out,
    "lead": telling_why.lead,
    "check": telling_help.check,
    "helped": telling_help.helped,
    "before": telling_help.before,
    "value": telling_signals.value,
    "signal": telling_signals.health,
    "status": telling_alarms.status,
}
_OF_MANY: Mapping[str, Callable[[Scene, Machines, Intent], str]] = {
    "happened": telling_past.happened,
    "how_often": telling_past.how_often,
    "how_long": telling_past.how_long,
    "when": telling_past.when,
    "most": telling_past.most,
    "who": telling_people.who,
    "notes": telling_people.notes,
    "hidden": telling_alarms.hidden,
    "waiting": telling_alarms.waiting,
    "signal": telling_signals.healths,
}
_PAST = frozenset({"was", "were", "did", "had", "has", "have"})
_MOST_ASKED = 5
_MOST_ANSWERED = 8
"""Of so many machines the answers are ready when it is asked which one is meant."""


@dataclass(frozen=True, slots=True)
class AboutMachines:
    """Answers ``HomeGetMachine`` and ``HomeGetAlarms``.

    Attributes:
        sight: the home's own sensors, for alarms of theirs.
        plant: the machines; None where none are watched.
        past: what is kept of values; None where nothing is.
    """

    sight: Sight
    plant: Plant | None
    past: Past | None

    def grounds(self, intent: Intent) -> bool:
        """True where the question is about something that is watched."""
        watched = bool(self.plant and self.plant.machines)
        if intent.name == "HomeGetAlarms":
            return watched or any(map(endangers, self.sight.resolver.names.entities.values()))
        return watched and len(self._machines(intent)) == len(intent.slots.get("assets") or ())

    def answer(self, intent: Intent) -> Answered:
        """The answer."""
        if intent.name == "HomeGetAlarms":
            return told(self._alarms(intent), "alarms and sensors of danger")
        if unknown := intent.slots.get("unknown"):
            there = [each.name or each.asset for each in self.plant.machines] if self.plant else []
            some = f"; I know {listed(shortened(there, _MOST_ASKED))}" if there else ""
            return told(f"I don't know of a {unknown}{some}", "no such machine")
        machines = self._machines(intent)
        if self.plant is None or len(machines) < len(intent.slots.get("assets") or ()):
            return told("I don't know of such a machine")
        if self.plant.incidents is None:
            names = listed([each.name or each.asset for each in machines]) or "machines"
            return told(f"I don't know: nothing is kept of {names}")
        if "which" in intent.slots:
            return self._ask(machines, intent)
        scene = Scene(self.plant, self.plant.incidents, self.past)
        return told(_said(scene, machines, intent), ", ".join(each.asset for each in machines))

    def _machines(self, intent: Intent) -> Machines:
        wanted = set(intent.slots.get("assets") or ())
        return tuple(
            each for each in (self.plant.machines if self.plant else ()) if each.asset in wanted
        )

    def _ask(self, machines: Machines, intent: Intent) -> Answered:
        """The question which of several machines is meant, with the answer for each."""
        names = tuple(each.name or each.asset for each in machines)
        candidates: tuple[Candidate, ...] = ()
        if len(machines) <= _MOST_ANSWERED and self.plant and self.plant.incidents:
            scene = Scene(self.plant, self.plant.incidents, self.past)
            candidates = tuple(
                Candidate((name, each.asset), Answer(sentence(_said(scene, (each,), intent))))
                for name, each in zip(names, machines, strict=True)
            )
        question = f"Which one do you mean: {listed(shortened(names, _MOST_ASKED), 'or')}?"
        pending = Pending(intent.text, candidates) if candidates else None
        return Answered(Clarify(question, names, pending), "several machines fit")

    def _alarms(self, intent: Intent) -> str:
        parts = []
        if self.plant is not None and self.plant.machines and self.plant.incidents is not None:
            scene = Scene(self.plant, self.plant.incidents, self.past)
            past = intent.slots.get("asked") == "past"
            parts.append(
                telling_past.happened(scene, (), intent)
                if past
                else telling_alarms.in_alarm(scene, ())
            )
        of_machines = bool(parts) and of_them_all(str(intent.slots.get("said", "")))
        parts += [] if of_machines else self._dangers()
        return "; ".join(parts) if parts else "I don't know: nothing here tells of alarms"

    def _dangers(self) -> list[str]:
        """What the home's sensors for smoke, water and the like tell."""
        sensors = [each for each in self.sight.resolver.names.entities.values() if endangers(each)]
        loud = [each for each in sensors if is_in(each, self.sight.state(each), "on")]
        if loud:
            state, degrees = self.sight.state, self.sight.degrees
            rows = [(called(each), described(each, state(each), degrees)) for each in loud]
            return [f"{name} is {said} now" for name, said in rows[:MAX_TOLD]]
        quiet = [each for each in sensors if is_in(each, self.sight.state(each), "on") is False]
        parts = []
        if quiet:
            many = f"the {len(quiet)} sensors for smoke, water and the like are quiet now"
            parts.append(f"{called(quiet[0])} is quiet now" if len(quiet) == 1 else many)
        if unknown := len(sensors) - len(quiet):
            parts.append(f"I don't know about {unknown} of them")
        return parts


def _said(scene: Scene, machines: Machines, intent: Intent) -> str:
    asked = str(intent.slots["asked"])
    if asked == "summary":
        return telling_shift.summary(scene, tuple(each.asset for each in machines), intent)
    past = bool(intent.slots.get("period")) or _was_asked(intent)
    said = str(intent.slots.get("said", ""))
    now = asked == "how_often" and topics.counts_now(said) and not intent.slots.get("period")
    if asked == "alarms" or (asked == "status" and past) or now:
        return _alarms_of(scene, machines, intent)
    if asked in _OF_ONE and (len(machines) == 1 or asked not in _OF_MANY):
        return _of_one(scene, machines, intent)
    return _OF_MANY[asked](scene, machines, intent)


def _was_asked(intent: Intent) -> bool:
    return bool(_PAST & set(str(intent.slots.get("said", "")).split()))


def _alarms_of(scene: Scene, machines: Machines, intent: Intent) -> str:
    """The alarms now; those of the last day too, where there is none now or the past is meant."""
    words = set(str(intent.slots.get("said", "")).split())
    if intent.slots.get("period") or (_PAST & words and "been" not in words):
        return telling_past.happened(scene, machines, intent)
    if len(machines) != 1:
        return telling_alarms.in_alarm(scene, machines)
    said = telling_alarms.status(scene, machines[0], intent)
    if telling_alarms.active_now(scene, machines[0]):
        return said
    return f"{said}; {telling_past.happened(scene, machines, intent)}"


def _of_one(scene: Scene, machines: Machines, intent: Intent) -> str:
    """Answers for one machine; for several, for each that has something to tell."""
    teller = _OF_ONE[str(intent.slots["asked"])]
    if len(machines) == 1:
        return teller(scene, machines[0], intent)
    if intent.slots["asked"] == "status":
        return telling_alarms.in_alarm(scene, machines)
    chosen = _in_question(scene, machines)
    if not chosen:
        return "I don't know: no machine has been in alarm" + (" lately" if not machines else "")
    return ". ".join(teller(scene, each, intent) for each in chosen)


def _in_question(scene: Scene, machines: Machines) -> Machines:
    """The machines in alarm now, one or two of them; else the one of the last report."""
    assets = [each.asset for each in machines]
    found = [
        each.happened.asset for each in open_of(scene, assets) if not each.happened.signal_only
    ]
    if not found and not assets:
        found = [row.asset for row in scene.incidents.reports(1)]
    elif not found:
        last = {
            asset: told[0].happened.started
            for asset in assets[:_MOST_ASKED]
            if (told := last_of(scene, asset))
        }
        found = [max(last, key=lambda asset: last[asset])] if last else []
    order = list(dict.fromkeys(found))[:2]
    return tuple(each for asset in order if (each := scene.machine(asset)) is not None)
