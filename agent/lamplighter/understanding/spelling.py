"""Words with one slip of the finger, put right where only one reading of the sentence makes sense.

Edits of distance one after Damerau (1964): a letter missing, added, changed, or two swapped.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

MAX_UNKNOWN = 2
"""With more unknown words than this the sentence is about something else."""

MAX_VARIANTS = 12
"""The most readings that are tried for one sentence."""

_COMMON = """
a i ad add age ago aid air all am an and any ape are arm art as ask at ate bad bag ban bar bat bay
be bed bee bet big bin bit boo bow box boy bud bug bun bus but buy by bye cab can cap car cat cop
cow cry cup cut dad day did die dig dim do dog dot dry due ear eat egg ego end era eve eye fan far
fat fax fed fee few fig fin fit fix fly fog for fox fry fun fur gas get go god got gum gun gut guy
gym had ham has hat hay he hen her hey hi hid him hip his hit hop hot how hug hut ice if ill in
ink is it its jam jar jaw jet job joy key kid kit lab lad lap law lay led leg let lid lie lip log
lot low mad man map mat may me men met mix mom mud mum my net new no nod nor not now nut oak odd
of off oh oil ok old on one or our out owe owl own pan pay pen per pet pie pig pin pit pop pot pub
put ran rat raw red rid rip rob rod rot row rub rug run sad sat saw say sea see set sex she shy
sin sip sir sit six ski sky so son spy sum sun tan tap tax tea ten the tie tin tip to toe ton too
top toy try tub two up us use van vet vow wag war was wax way we web wed wet who why wig win wit
won yes yet you zoo about above actually after again ago alone along also although always among
amount angry animal another answer anything around asked away baby back bags bake ball bank base
bath beach bear beat became because become been beer before began begin behind being believe below
beside best better between bill bird bite black blow blown board boat body boil boiled bone book
both bottle bought bowl boys brain bread break brick bridge bring broke broken brother brought
build built burn busy cake call called came camp care cars case cases cash cast cats cause caused
chair chance check child city claim class cleaned clear cleared clock cloth cloud club coal coast
coat coins cold come cook cooked copy corn cost could count course cover covered crew cross crowd
dark date dead deal dear death deep did died different dine dinner dish does doing done dont dose
down draw drawn dream dress drew drink drive drop drove dump during duty each early earn earth
easy eats eight either else empty enough even ever every exit face fact fail fair fall fame family
fare farm fast fate father fear feed feel feet fell felt field fight fill film final find fine
fire firm fish five flag flame flat fled flight flood flow flown food fool foot force form forms
forty found four free fresh from front fruit full fund game gave gets girl give given glad glass
goal goes going gold gone good gown grade grass gray great grew grey ground group grow grown guess
guest hair half hand hang happy hard harm hate have head hear heard heart held hell help here hero
high hill hire hits hold hole holes home hope horse hour hours house huge human hung hurt idea
into iron item jobs join joke jump just keep keeps kept kids kill kind king knew know known lack
lady laid lake land lane large last late later laugh lead leak learn least leave left legs lend
less life lift like liked likes line link lion list listen live lived load loan locks long look
looked looks lord lose loss lost lots loud love loved lower luck lunch made mail main make makes
male many mark marked mars mask mass match mate meal mean means meant meat meet might mile milk
mind mine miss model money month moon moor more most mother mouse mouth move moved much must name
near neck need never news next nice nine none noon north nose note nothing notice odds offer often
once only onto order other outer over oven page paid pain paint pair pale park part past path pays
peace pink place plan plane plant plate play played player plus poem point pool poor port post
pour power price print proof pull pure push quick quiet quite race rain raise raised ran range
rate rather read reads ready real rent rest rice rich ride right rise river road rock role roll
roof room rose rule runs rush safe said sail sale salt same sand save saved says scale scan school
score seat seats seen self sell send sense sent serve seven shade shall shape share sharp sheep
sheet shelf shine ship shirt shoe shook shop short should shot show shown shut sick side sight
sign silk since sing sink site sits sixty size skin sleep slept slow smart smell smile smoke snow
sofa soft soil sold some song soon sort soul sound soup south space speak spend spent spoke spot
staff stage stair stamp stand star stare stars start state stay stayed steal step still stone
stood store storm story street strong stuff such sugar suit sure swim table take taken takes talk
tall taste team tear tell tells ten test text than thank that their them then there these they
thick thin thing think third this those though three threw through time tired told tone took tool
tore torn touch tour town train tree trick tried trip true trust truth turned turns twice type
uncle under until upon used user uses usual value very view visit voice vote wage wait wake walk
wall want wants warm warn wash waste watch water wave ways weak wear week well went were west what
wheel when where which while white whole whom whose wide wife wild will wind wine wing wins wire
wise wish with woke woman wood word wore work world worse worst worth would write wrong yard year
yell yesterday young your yours zero
"""
COMMON = frozenset(_COMMON.split())
"""Common English words: one that the rules don't know was meant as it stands."""

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


def corrections(text: str, known: AbstractSet[str]) -> Iterator[str]:
    """The sentence with each unknown word replaced by a known one at distance one.

    Yields nothing where every word is known, where some word has no such neighbour, or where one
    is a common English word: that is no slip, and the sentence says something else.
    """
    unknown = [match for match in _WORD.finditer(text) if match[0].casefold() not in known]
    if not 0 < len(unknown) <= MAX_UNKNOWN:
        return
    words = [match[0].casefold() for match in unknown]
    if any(word in COMMON for word in words):
        return
    choices = [sorted(_meant(word) & known) for word in words]
    for chosen in itertools.islice(itertools.product(*choices), MAX_VARIANTS):
        pieces, end = [], 0
        for match, word in zip(unknown, chosen, strict=True):
            pieces += [text[end : match.start()], word]
            end = match.end()
        yield "".join([*pieces, text[end:]])


def _meant(word: str) -> set[str]:
    """The neighbours that are no other form of the word: "raised" tells, "raise" commands."""
    tells = word.endswith("ed")
    return neighbours(word) - ({word.removesuffix("d")} if tells else set())


def neighbours(word: str) -> set[str]:
    """Every text at distance one from the word."""
    splits = [(word[:index], word[index:]) for index in range(len(word) + 1)]
    missing = {left + letter + right for left, right in splits for letter in _LETTERS}
    added = {left + right[1:] for left, right in splits if right}
    changed = {left + letter + right[1:] for left, right in splits if right for letter in _LETTERS}
    swapped = {left + right[1] + right[0] + right[2:] for left, right in splits if len(right) > 1}
    return (missing | added | changed | swapped) - {word, ""}
