"""What training never sees, in one place: FaultSum is drawn with it, samples for training are not.

Never move anything from here to the training's side: what was measured would mean nothing.
"""

from __future__ import annotations

from typing import Literal

Split = Literal["train", "held_out"]

FAULTS = ("bearing lubrication failure", "belt slip")
NOUNS = frozenset(
    {
        "CHW pump", "Kesselspeisepumpe", "Sump pump", "Raw water pump",
        "Roof fan", "Abluftventilator", "Blower", "Kompressor", "Instrument air compressor",
        "Winch motor", "Hauptantrieb", "Förderband", "Palletiser conveyor", "Baggage belt",
        "Tunnel oven", "Backofen", "Kühlraum", "Vaccine fridge", "Skid", "Test rig",
        "Glycol chiller", "Dampfkessel", "Forging press", "Blow film line", "Getriebe",
        "Grinder", "Ultrafilter", "Line 4 filler", "Labeller", "Roots blower", "Hammer mill",
        "Brückenkran", "Trafo", "USV-Anlage", "BHKW", "Expander", "WEA", "Isolator",
        "Spray dryer", "Pasteuriser", "Kneader",
    }
)  # fmt: skip
UNITS = frozenset(
    {"psi", "in/s", "l/min", "hPa", "mil", "cfm", "ft/min", "hp", "NTU", "kNm", "MΩ", "lb/h", "kN"}
)
VENDORS = frozenset({"german", "rail", "lims", "chiller"})
AREAS = frozenset({"Werk Süd", "Pump station 12", "Smelter", "Quay 5", "Site B / level 3", "Dairy"})
PEOPLE = frozenset({"L. Okafor", "K. Yildiz", "r.tanaka", "panel 2", "B. O'Neill"})
FIRST_NUMBER = 500
"""Numbers in the codes of machines (``P-612A``) begin here, and end before in training."""


def of_held_out_fault(text: str) -> bool:
    """Whether the name of a fault is of one of the two, in whatever words a table has for it."""
    lower = text.lower()
    slips = "belt" in lower and "slip" in lower
    return slips or any(word in lower for word in ("lubric", "dry bearing", "lack of grease"))


def allowed(items: list[str], held: frozenset[str], split: Split, *, chance: float) -> list[str]:
    """What a split may draw from.

    Args:
        items: all there is.
        held: what of it is held out.
        split: of training or not.
        chance: 0 to 1, drawn by the caller; below 0.8 the held-out split takes only what is held
            out, where there is any.

    Returns:
        At least one item.

    Raises:
        ValueError: everything is held out, so that nothing is left for training.
    """
    own = [item for item in items if item in held]
    others = [item for item in items if item not in held]
    if split == "held_out" and own and (chance < 0.8 or not others):
        return own
    if not others:
        raise ValueError(f"all of {items} is held out")
    return others
