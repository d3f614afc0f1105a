"""What different people would say to the demo home, in their own words, and what comes of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest
from tests.unit.understanding.demo_home import demo_catalogue

from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.catalogue.entity import Reading
from lamplighter.understanding.interpretation import Act, Answer, Ask, Later
from lamplighter.understanding.templates import Templates
from lamplighter.understanding.understanding import Understanding

NOTHING = "nothing"
ANSWER = "answer"

GRANDMOTHER = [
    ("Would you be a dear and put the light on in the hallway?", "light.hallway_light turn_on"),
    ("It's ever so dark in the bedroom, love", "light.bedroom_lamp turn_on"),
    ("Did I leave the front door unlocked?", ANSWER),
    ("Draw the blinds in the living room, would you", "cover.living_room_blinds close"),
    ("I'm cold in the bedroom", "climate.bedroom_thermostat set_temperature temperature=21"),
    ("put the coffee machine on please dear", "switch.coffee_machine turn_on"),
    ("Is it warm in the bathroom?", ANSWER),
    ("Lock the front door before you go to bed", NOTHING),
    ("Shut the garage, would you", "cover.garage_door close"),
    ("What's the temperature in the garage, dear?", ANSWER),
    ("Thank you dear", NOTHING),
    ("My grandson broke the lamp in the living room", NOTHING),
    ("Is the back door shut properly?", ANSWER),
    ("I think the hallway light wants changing", NOTHING),
    ("Send that Robbie back to its place", NOTHING),
]
TEENAGER = [
    ("yo kill the lights in the bathroom", "light.bathroom_mirror_light turn_off"),
    ("lights", NOTHING),
    (
        "make the bedroom lamp purple",
        "light.bedroom_lamp turn_on rgb_color=[128, 0, 128]",
    ),
    ("movie night pls", "scene.movie_night turn_on"),
    ("crank the fan to 100", "fan.living_room_fan set_percentage percentage=100"),
    ("bedroom light like 30%", "light.bedroom_lamp turn_on brightness_pct=30"),
    ("is anyone in the hallway", ANSWER),
    ("robbie go home", "vacuum.robbie return_to_base"),
    (
        "all lights off lol",
        "light.bathroom_mirror_light turn_off",
        "light.bedroom_lamp turn_off",
        "light.hallway_light turn_off",
        "light.kitchen_ceiling_light turn_off",
        "light.kitchen_counter_lights turn_off",
        "light.living_room_lamp turn_off",
    ),
    ("bedroom lamp full blast", "light.bedroom_lamp turn_on brightness_pct=100"),
    ("can u turn on the hallway light", "light.hallway_light turn_on"),
    (
        "turn the kitchen on",
        "light.kitchen_ceiling_light turn_on",
        "light.kitchen_counter_lights turn_on",
    ),
    ("i hate this kitchen", NOTHING),
    (
        "turn off the tv plug and the hallway light",
        "light.hallway_light turn_off",
        "switch.tv_plug turn_off",
    ),
    ("who put the fan on max", NOTHING),
    (
        "make it less bright in the bathroom",
        "light.bathroom_mirror_light turn_on brightness_pct=60",
    ),
]
GUEST = [
    (
        "I'd like the bedroom at 22 degrees, please",
        "climate.bedroom_thermostat set_temperature temperature=22",
    ),
    (
        "Could you close the blinds halfway in the living room?",
        "cover.living_room_blinds set_position position=50",
    ),
    (
        "Please make it a bit cooler in the bedroom",
        "climate.bedroom_thermostat set_temperature temperature=19",
    ),
    ("The bathroom is too bright", "light.bathroom_mirror_light turn_on brightness_pct=60"),
    ("Is there a humidifier in the bedroom?", ANSWER),
    (
        "Could I have more light in the bathroom?",
        "light.bathroom_mirror_light turn_on brightness_pct=100",
    ),
    ("What time is breakfast?", NOTHING),
    ("Is the bedroom window open?", ANSWER),
    ("Please do not turn on the humidifier", NOTHING),
    ("How humid is the bathroom?", ANSWER),
    (
        "Turn off all the lights downstairs except the hallway light",
        "light.kitchen_ceiling_light turn_off",
        "light.kitchen_counter_lights turn_off",
        "light.living_room_lamp turn_off",
    ),
    ("Good night", NOTHING),
    ("Would it be possible to have the air purifier running?", NOTHING),
    ("Someone is at the door", NOTHING),
    (
        "We don't need the humidifier and the fan any more",
        NOTHING,
    ),
]
OPERATOR = [
    ("open garden valve", "valve.garden_valve open"),
    ("status of the garden valve", ANSWER),
    ("garage temperature?", ANSWER),
    ("set watering time to 15 minutes", "number.garden_watering_time set_value value=15"),
    ("garage door to 40 percent", "cover.garage_door set_position position=40"),
    ("shut down the coffee machine", "switch.coffee_machine turn_off"),
    ("start the pump", NOTHING),
    ("Acknowledge all alarms", NOTHING),
    ("switch house mode to away", "select.house_mode select_option option=Away"),
    ("arm the house alarm, away mode", "alarm_control_panel.house_alarm arm_away"),
    ("How much power is the TV plug drawing?", ANSWER),
    (
        "turn off everything upstairs",
        "humidifier.bedroom_humidifier turn_off",
        "light.bathroom_mirror_light turn_off",
        "light.bedroom_lamp turn_off",
    ),
    (
        "kitchen lights 50 percent",
        *(
            f"light.kitchen_{name} turn_on brightness_pct=50"
            for name in ("ceiling_light", "counter_lights")
        ),
    ),
    ("Which lights are on?", ANSWER),
    ("open the window in the bedroom", NOTHING),
    (
        "Turn the heating down two degrees in the living room",
        "climate.living_room_thermostat set_temperature temperature=18",
    ),
    ("is everything locked?", ANSWER),
    (
        "fan to low and blinds to 20",
        "cover.living_room_blinds set_position position=20",
        "fan.living_room_fan set_percentage percentage=33",
    ),
]

NEIGHBOUR = [
    (
        "Would you mind turning off the kitchen lights?",
        "light.kitchen_ceiling_light turn_off",
        "light.kitchen_counter_lights turn_off",
    ),
    ("Have you locked the front door?", ANSWER),
    ("Pull the blinds down, please", "cover.living_room_blinds close"),
    ("May I have the blinds opened?", "cover.living_room_blinds open"),
    (
        "Turn the kitchen lights down a little",
        "light.kitchen_ceiling_light turn_on brightness_pct=40",
    ),
    (
        "Everything off in the living room please",
        "fan.living_room_fan turn_off",
        "light.living_room_lamp turn_off",
        "switch.tv_plug turn_off",
    ),
    ("Is the robot cleaning at the moment?", ANSWER),
    ("Leave the hallway light on", ANSWER),
    ("blinds to 50", "cover.living_room_blinds set_position position=50"),
    ("fan speed 60", "fan.living_room_fan set_percentage percentage=60"),
    ("watering time 20 minutes", "number.garden_watering_time set_value value=20"),
    ("reduce bedroom setpoint to 17", "climate.bedroom_thermostat set_temperature temperature=17"),
    ("list open windows", ANSWER),
    ("lock status", ANSWER),
    ("Could you tell me how cold it is in the garage?", ANSWER),
    ("turn off everything except the attic", NOTHING),
    ("don't leave the hallway light on", NOTHING),
    ("why is the hallway light on", NOTHING),
    ("what happens if I turn off the tv plug", NOTHING),
    ("the front door should not be open", NOTHING),
    ("I told her to lock the front door", NOTHING),
]

LODGER = [
    ("Thank you, dear. Now close the blinds.", "cover.living_room_blinds close"),
    ("Can you close the shades in the living room?", "cover.living_room_blinds close"),
    ("close the drapes", "cover.living_room_blinds close"),
    ("living room blinds a bit lower", "cover.living_room_blinds set_position position=90"),
    ("close the blinds 20 percent more", "cover.living_room_blinds set_position position=80"),
    (
        "make the bathroom light 20 percent brighter",
        "light.bathroom_mirror_light turn_on brightness_pct=100",
    ),
    ("Increase hallway light by 15 percent", "light.hallway_light turn_on"),
    (
        "set the bedroom thermostat 1 degree lower",
        "climate.bedroom_thermostat set_temperature temperature=19",
    ),
    (
        "turn the heat down a notch in the bedroom",
        "climate.bedroom_thermostat set_temperature temperature=19",
    ),
    (
        "Please set the heating in my bedroom to nineteen and a half degrees",
        "climate.bedroom_thermostat set_temperature temperature=19.5",
    ),
    ("hallway light to 0", "light.hallway_light turn_off"),
    ("yo get robbie going", "vacuum.robbie start"),
    ("tell robbie to pause", "vacuum.robbie pause"),
    ("Can you send the hoover round?", "vacuum.robbie start"),
    ("bedroom heater back on", "climate.bedroom_thermostat turn_on"),
    ("front door locked?", ANSWER),
    ("blinds open?", ANSWER),
    ("hallway light off?", ANSWER),
    ("is the front door locked or what", ANSWER),
    ("What's the temperature set to in the bedroom?", ANSWER),
    (
        "Dim all ground floor lights to 10% except the kitchen ceiling light",
        *(
            f"light.{name} turn_on brightness_pct=10"
            for name in ("hallway_light", "kitchen_counter_lights", "living_room_lamp")
        ),
    ),
]


@pytest.fixture
def home() -> Catalogue:
    """The demo home with two of its lights on."""
    found = demo_catalogue()
    found.read("light.bathroom_mirror_light", Reading("on", {"brightness_pct": 80}), 1001.0)
    found.read("light.kitchen_ceiling_light", Reading("on", {"brightness_pct": 50}), 1001.0)
    return found


@pytest.fixture
async def understanding(
    home: Catalogue, templates: Callable[[str], Templates]
) -> AsyncIterator[Understanding]:
    """Understanding by rules, without a model."""
    found = Understanding(home, None, clock=lambda: 1_700_000_000.0, templates=templates)
    await found.start()
    yield found
    found.stop()


@pytest.mark.parametrize(
    "case",
    [*GRANDMOTHER, *TEENAGER, *GUEST, *OPERATOR, *NEIGHBOUR, *LODGER],
    ids=lambda case: case[0],
)
async def test_everyday_sentences(understanding: Understanding, case: tuple[str, ...]) -> None:
    text, *expected = case
    assert await _outcome(understanding, text) == expected


async def _outcome(understanding: Understanding, text: str) -> list[str]:
    result = (await understanding.interpret(Ask(text))).result
    if isinstance(result, Act):
        return sorted(
            f"{step.entity_id} {step.service}"
            + "".join(f" {key}={value}" for key, value in step.params.items())
            for step in result.steps
        )
    if isinstance(result, Later):
        return [f"later {result.text}"]
    return [ANSWER if isinstance(result, Answer) else NOTHING]
