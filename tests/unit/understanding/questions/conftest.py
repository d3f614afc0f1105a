"""Two homes to ask about, the first with a past on a real store and with machines."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.catalogue.entity import Device, Entity, Number, Reading, Service
from lamplighter.config import Area, Floor, Home
from lamplighter.faults.settings import Machine, Tag
from lamplighter.store.records.alarms import AlarmRecord
from lamplighter.store.records.reports import ReportRecord
from lamplighter.store.store import Store
from lamplighter.understanding.intents import QUESTIONS, Parse
from lamplighter.understanding.interpretation import Answer, Clarify
from lamplighter.understanding.names import collect
from lamplighter.understanding.questions import Questions
from lamplighter.understanding.questions.history import Past
from lamplighter.understanding.questions.machines import Plant, StoredIncidents
from lamplighter.understanding.questions.reader import QuestionReader
from lamplighter.understanding.resolver import Resolver
from lamplighter.understanding.rule_parser import Situation

ZONE = ZoneInfo("Europe/Zurich")
PERCENT = Number(0, 100, 1, "%")


def at(day: int, hour: int, minute: int = 0) -> float:
    """UTC seconds of a time in November 2026, in the home's zone; the 18th is a Wednesday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE).timestamp()


NOW = at(18, 14, 30)


def thing(
    entity_id: str,
    name: str,
    area: str | None,
    kind: str | None = None,
    unit: str = "",
    **more: Any,
) -> Entity:
    """An entity of a device class and unit."""
    domain = entity_id.partition(".")[0]
    switched = {"turn_on": Service("turn_on"), "turn_off": Service("turn_off")}
    offered = switched if domain in ("light", "switch", "fan") else {}
    device = more.pop("device", None)
    return Entity(
        entity_id, entity_id, "test", domain, name, more.pop("services", offered),
        device=Device(device, device) if device else None,
        device_class=kind, unit=unit, area=area, **more,
    )  # fmt: skip


Known = tuple[Entity, str | None, Mapping[str, Any]]

HOUSE: Sequence[Known] = (
    (thing("light.kitchen", "Kitchen ceiling light", "Kitchen"), "on", {"brightness_pct": 40}),
    (thing("light.counter", "Kitchen counter light", "Kitchen"), "off", {}),
    (thing("light.hall", "Hall light", "Hall"), "on", {}),
    (
        thing(
            "light.reading",
            "Reading lamp",
            "Living Room",
            services={"turn_on": Service("turn_on", {"brightness_pct": PERCENT})},
        ),
        "on",
        {"brightness_pct": 70, "rgb_color": [255, 0, 0]},
    ),
    (thing("light.bed", "Bedside lamp", "Bedroom"), "off", {}),
    (thing("switch.iron", "Iron", "Bedroom", "outlet"), "off", {}),
    (thing("fan.ceiling", "Ceiling fan", "Living Room"), "on", {"percentage": 30}),
    (thing("cover.left", "Left blind", "Living Room", "blind"), "open", {"position": 40}),
    (thing("cover.garage", "Garage door", "Garage", "garage"), "closed", {}),
    (thing("lock.front", "Front door", "Hall"), "locked", {}),
    (thing("lock.back", "Back door lock", "Kitchen"), "unlocked", {}),
    (thing("binary_sensor.front", "Front door contact", "Hall", "door"), "off", {}),
    (thing("binary_sensor.w1", "Bedroom window", "Bedroom", "window"), "on", {}),
    (thing("binary_sensor.w2", "Kitchen window", "Kitchen", "window"), "off", {}),
    (thing("binary_sensor.m1", "Garage motion", "Garage", "motion"), "off", {}),
    (thing("binary_sensor.m2", "Hall motion", "Hall", "motion"), "on", {}),
    (thing("binary_sensor.leak", "Cellar leak sensor", "Cellar", "moisture"), "off", {}),
    (
        thing("climate.bed", "Bedroom thermostat", "Bedroom"),
        "heat",
        {"temperature": 20, "current_temperature": 19.5, "action": "idle"},
    ),
    (
        thing("climate.living", "Living room heating", "Living Room"),
        "heat",
        {"temperature": 21, "current_temperature": 21.5},
    ),
    (thing("sensor.attic", "Attic temperature", "Attic", "temperature", "°C"), "12.5", {}),
    (
        thing(
            "sensor.attic_battery",
            "Attic sensor battery",
            "Attic",
            "battery",
            "%",
            category="diagnostic",
        ),
        "12",
        {},
    ),
    (thing("sensor.hall_battery", "Hall sensor battery", "Hall", "battery", "%"), "88", {}),
    (thing("sensor.outside", "Outside temperature", None, "temperature", "°C"), "4.5", {}),
    (thing("sensor.freezer", "Freezer temperature", "Cellar", "temperature", "°C"), "-19.5", {}),
    (thing("sensor.bath", "Bathroom humidity", "Bathroom", "humidity", "%"), "61", {}),
    (thing("sensor.barometer", "Barometer", None, "atmospheric_pressure", "hPa"), "1013", {}),
    (
        thing("sensor.washer_p", "Washer power", "Cellar", "power", "W", device="washer"),
        "412",
        {},
    ),
    (
        thing("sensor.washer_e", "Washer energy", "Cellar", "energy", "kWh", device="washer"),
        "112.5",
        {},
    ),
    (thing("switch.washer", "Washer", "Cellar", device="washer"), "on", {}),
    (thing("sensor.washer_state", "Washer state", "Cellar", device="washer"), "spinning", {}),
    (thing("sensor.fridge_p", "Fridge power", "Kitchen", "power", "W"), "80", {}),
    (thing("vacuum.rover", "Rover", "Living Room"), "docked", {"battery_level": 100}),
    (
        thing("water_heater.boiler", "Boiler", "Cellar"),
        "eco",
        {"temperature": 55, "current_temperature": 48},
    ),
    (thing("alarm_control_panel.house", "House alarm", "Hall"), "disarmed", {}),
    (thing("light.porch", "Porch lantern", "Garden"), None, {}),
)
PLACES = Home(
    areas=(
        Area("Kitchen", "Ground floor"),
        Area("Living Room", "Ground floor", ("lounge",)),
        Area("Hall", "Ground floor"),
        Area("Bedroom", "First floor"),
        Area("Bathroom", "First floor"),
        Area("Attic", "Top floor"),
        Area("Cellar"),
        Area("Garage"),
        Area("Garden"),
    ),
    floors=(Floor("Ground floor"), Floor("First floor", ("upstairs",)), Floor("Top floor")),
)
CABIN: Sequence[Known] = (
    (thing("light.loft", "Loft lights", "Sleeping Loft"), "off", {}),
    (thing("light.stove", "Stove light", "Main Room"), "on", {}),
    (thing("switch.pump", "Well pump", "Shed"), "on", {}),
    (thing("sensor.main", "Main room thermometer", "Main Room", "temperature", "°F"), "64", {}),
    (thing("sensor.dock", "Lake temperature", "Dock", "temperature", "°F"), "52", {}),
    (thing("sensor.tank", "Water tank level", "Shed", None, "%"), "73", {}),
    (thing("binary_sensor.door", "Cabin door", "Main Room", "door"), "on", {}),
    (thing("device_tracker.ann", "Ann's phone", None), "home", {}),
    (thing("device_tracker.bo", "Bo's phone", None), "not_home", {}),
    (thing("lock.shed", "Shed lock", "Shed"), None, {}),
)
CABIN_PLACES = Home(
    areas=(Area("Main Room"), Area("Sleeping Loft"), Area("Shed"), Area("Dock")), units="imperial"
)
TEXTS: Mapping[str, Sequence[tuple[float, str]]] = {
    "binary_sensor.front": (
        (at(10, 8), "off"),
        (at(18, 8, 12), "on"),
        (at(18, 8, 20), "off"),
        (at(18, 9, 5), "on"),
        (at(18, 9, 6), "off"),
    ),
    "fan.ceiling": ((at(10, 8), "off"), (at(18, 9), "on"), (at(18, 11), "off"), (at(18, 12), "on")),
    "light.hall": ((at(17, 8), "off"), (at(17, 22, 3), "on")),
    "lock.front": ((at(16, 8), "locked"), (at(17, 18), "unlocked"), (at(17, 18, 1), "locked")),
    "cover.garage": ((at(16, 8), "closed"), (at(17, 18), "open"), (at(17, 18, 5), "closed")),
    "binary_sensor.m1": ((at(16, 8), "off"), (at(18, 13), "on"), (at(18, 13, 1), "off")),
    "sensor.washer_state": ((at(16, 8), "idle"), (at(18, 9), "washing"), (at(18, 10), "idle"),
                            (at(18, 14), "spinning")),
    "climate.bed/action": ((at(18, 5), "idle"), (at(18, 6), "heating"), (at(18, 7, 30), "idle")),
}  # fmt: skip
NUMBERS: Mapping[str, Sequence[tuple[float, float]]] = {
    "sensor.barometer": tuple(
        (at(18, 2 * n), value) for n, value in enumerate((1002, 1005, 1009, 1015, 1014, 1013.4))
    ),
    "sensor.outside": tuple(
        (at(17, 20) + n * 7200, value) for n, value in enumerate((6, 4.2, 2, -1.5, -2, 1, 4.5))
    ),
    "sensor.washer_e": ((at(17, 22), 110.0), (at(18, 2), 110.5), (at(18, 9, 40), 112.5)),
    "climate.bed/current_temperature": ((at(18, 6), 17.5), (at(18, 12), 19.5)),
    "p3/vibration": ((at(18, 14, 29), 4.9),),
}
MACHINES = (
    Machine(
        "p3",
        "Pump 3",
        tags={"vibration": Tag("t", unit="mm/s", name="bearing vibration"), "flow": Tag("t")},
    ),
    Machine("p1", "Pump 1"),
)


class Clock:
    """UTC seconds, as the test says."""

    now = NOW

    def __call__(self) -> float:
        return self.now


class Asker:
    """Asks in one home."""

    def __init__(
        self,
        home: Home,
        known: Sequence[Known],
        past: Past | None = None,
        plant: Plant | None = None,
    ) -> None:
        self.catalogue = Catalogue(home)
        for entity, value, attributes in known:
            self.catalogue.announce(entity)
            if value is not None:
                self.catalogue.read(entity.id, Reading(value, attributes), NOW - 3600)
        degrees = "°C" if home.units == "metric" else "°F"
        self.questions = Questions(self.catalogue.state, degrees, past, plant)
        catalogue = self.catalogue
        self.resolver = Resolver(
            collect(1, catalogue.entities(), catalogue.areas, catalogue.floors)
        )
        self.reader = QuestionReader(plant.machines if plant else ())

    def read(self, text: str, area: str | None = None, **more: Any) -> Parse | None:
        """What the text asks."""
        situation = Situation(
            self.resolver.names,
            area,
            more.pop("language", "en"),
            lambda intent: self.questions.grounds(intent, self.resolver, area),
            state_of=self.catalogue.state,
            **more,
        )
        return self.reader.read(text, situation)

    def __call__(self, text: str, area: str | None = None, **more: Any) -> str | None:
        """The answer in words; None where it is no question for this home."""
        parse = self.read(text, area, **more)
        if parse is None:
            return None
        said = []
        for intent in parse.intents:
            assert intent.name in QUESTIONS
            reply = self.questions.answered(intent, self.resolver, area).reply
            assert isinstance(reply, (Answer, Clarify))
            said.append(reply.speech if isinstance(reply, Answer) else reply.question)
        return " ".join(said)


@pytest.fixture(scope="session")
def history() -> Iterator[Store]:
    """A store with the house's past, its alarms and reports."""
    clock = Clock()
    with tempfile.TemporaryDirectory() as folder:
        store = Store(
            Path(folder),
            max_bytes=64 << 20,
            on_committed=lambda _rows: None,
            on_outbox=lambda: None,
            on_replaced=lambda _report: None,
            clock=clock,
        )
        store.start()
        for series, texts in TEXTS.items():
            for time, text in texts:
                store.history.add_text(series, time, text)
        for series, numbers in NUMBERS.items():
            for time, number in numbers:
                store.history.add(series, time, number)
        vibration = {"active": True, "name": "bearing vibration high", "value": 4.9, "unit": "mm/s"}
        flow = {"active": False, "name": "flow low"}
        for record in (
            AlarmRecord(
                "p3", "high", "unacknowledged", "warning", at(18, 13, 50), at(18, 13, 50), vibration
            ),
            AlarmRecord("p1", "low", "normal", "warning", at(18, 3), at(18, 3), flow),
        ):
            store.alarms.put(record).result(20)
        store.reports.put(
            ReportRecord(at(18, 13, 51), "p3", "Bearing vibration high", "It rose to 4.9 mm/s.")
        ).result(20)
        for _ in range(2):
            store.submit(lambda _: None).result(20)
        yield store
        store.stop()


@pytest.fixture
def house(history: Store) -> Asker:
    """A house with a past and two machines."""
    plant = Plant(
        MACHINES, StoredIncidents(history.alarms, history.reports, history.episodes, history.audit)
    )
    return Asker(PLACES, HOUSE, Past(history.history, Clock(), ZONE), plant)


@pytest.fixture
def cabin() -> Asker:
    """A cabin in °F, of which nothing is kept."""
    return Asker(CABIN_PLACES, CABIN)
