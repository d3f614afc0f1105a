import pytest

from lamplighter.understanding.timing.holding import begun, commanded


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("let the circulation pump run", "turn on the circulation pump"),
        ("please keep the aquarium light on", "turn on the aquarium light"),
        ("leave the hall fan off", "turn off the hall fan"),
        ("keep the skylight open", "open the skylight"),
        ("leave the shutters closed please", "close the shutters"),
        ("hold the nursery at 20 degrees", "set the nursery to 20 degrees"),
        ("no lights in the nursery", "turn off the lights in the nursery"),
    ],
)
def test_what_is_to_last_is_begun_by_a_command(text: str, expected: str) -> None:
    assert begun(text) == expected


@pytest.mark.parametrize("text", ["turn on the fan", "close the blinds", "no", "keep quiet"])
def test_other_clauses_stay_as_they_are(text: str) -> None:
    assert begun(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the pump's to go off", "turn off the pump"),
        ("the boiler has to be on", "turn on the boiler"),
        ("the gate is meant to be closed", "close the gate"),
        ("the back door needs to be locked", "lock the back door"),
    ],
)
def test_what_is_to_become_of_something_is_a_command(text: str, expected: str) -> None:
    assert commanded(text) == expected


@pytest.mark.parametrize(
    "text", ["is the pump to go off", "turn on the fan", "I'd like the fan to come on"]
)
def test_what_says_nothing_of_the_kind_stays(text: str) -> None:
    assert commanded(text) == text
