"""Taking back what was done last."""

from __future__ import annotations

from dataclasses import dataclass

from lamplighter.actions.expectation import can_show, shows
from lamplighter.actions.memory import Deed
from lamplighter.actions.reversal import reversal
from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.catalogue.entity import Entity, State
from lamplighter.understanding import speech
from lamplighter.understanding.interpretation import Act, Answer, Step
from lamplighter.understanding.names import stem
from lamplighter.understanding.normalise import words_of

_ARTICLES = frozenset({"the", "my", "our", "a"})


@dataclass(frozen=True, slots=True)
class AsItWas:
    """The entities of now, in the states that they were in before something was done."""

    catalogue: Catalogue
    deed: Deed

    def get(self, entity_id: str) -> Entity | None:
        """The entity, or None where it is gone."""
        return self.catalogue.get(entity_id)

    def state(self, entity_id: str) -> State:
        """The state that it was in."""
        return self.deed.before.get(entity_id, State())


def undone(deed: Deed, said: str, catalogue: Catalogue) -> Act | Answer:
    """What puts the deed back, or says why nothing does.

    Args:
        deed: what was done.
        said: the words for the one of its things that is to be put back; "" for all.
        catalogue: the entities.
    """
    chosen = [step for step in deed.steps if not said or _called(step, said, catalogue)]
    if not chosen:
        return Answer(f"I did nothing to {said} just now.")
    before = AsItWas(catalogue, deed)
    back = reversal([step for step in chosen if not _was_so(step, before)], before)
    kept = _without_undoing(back.lost, catalogue)
    if not back.steps:
        return Answer(kept or "There is nothing to put back: it was like that before.")
    found = [(step, entity) for step in back.steps if (entity := catalogue.get(step.entity_id))]
    done = speech.done([step for step, _ in found], [entity for _, entity in found])
    told = f"Put back: {done[:1].lower()}{done[1:]}"
    return Act(tuple(step for step, _ in found), f"{told} {kept}".strip())


def _was_so(step: Step, before: AsItWas) -> bool:
    """Whether the step changed nothing, as far as is known."""
    entity, state = before.get(step.entity_id), before.state(step.entity_id)
    if entity is None or state.value is None or not can_show(entity, step.service):
        return False
    return shown_by(step, state) and shows(entity, step.service, step.params, state, fresh=False)


def shown_by(step: Step, state: State) -> bool:
    """Whether the state tells of all that the step sets, colours among it."""
    colours = {"rgb_color", "color_temp_kelvin", "effect", "preset_mode"} & step.params.keys()
    return colours <= state.attributes.keys()


def _called(step: Step, said: str, catalogue: Catalogue) -> bool:
    entity = catalogue.get(step.entity_id)
    if entity is None:
        return False
    about = " ".join((entity.name, *entity.aliases, entity.area or "", entity.domain))
    wanted = {stem(word) for word in words_of(said)} - _ARTICLES
    return wanted <= {stem(word) for word in words_of(about)}


def _without_undoing(lost: tuple[Step, ...], catalogue: Catalogue) -> str:
    """What is said of steps that nothing puts back."""
    names = []
    for step in lost:
        entity = catalogue.get(step.entity_id)
        named = speech.called(entity) if entity else step.entity_id
        names.append(f"“{step.service.replace('_', ' ')}” of {named}")
    return f"I can't undo {speech.listed(dict.fromkeys(names), 'or')}." if names else ""
