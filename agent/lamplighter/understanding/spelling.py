"""Words with a slip of the finger or of the ear, put right where the sentence makes sense then.

Edits after Damerau (1964): a letter missing, added, changed, or two swapped; two of them in long
words; a space too many or too few; and names of people and things by their sound.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from functools import lru_cache

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
account actual address advice afraid airport answer apple article author autumn battle beauty
birthday blood bottom bride budget burger butter button camera career carpet castle cattle cereal
chapter charge cheese chicken choice church circle cities coffee college colors common company
copper corner cotton country couple credit currency custom danger daughter debt decade degree
dentist detail dialog dollar doctor dozen driver driving effect effort email energy engine english
enjoy entire escape event exact expert famous farmer figure finger flavor flight flower follow
forest forget formal former fortune friend friends future gallery gallon gentle gesture guitar
handle health heaven height history holiday honey hospital hotel hunger husband income insurance
invest island jacket journey judge juice jungle kitten knight knife ladder language leather lemon
letter lesson letters library liver lizard lottery magic manner market master matter meaning meeting
member memory message method middle million minister moment monkey mortgage mother movie movies
muscle music nation nature needle nephew nurse object office onion opinion orange owner package
parent parents passport patient payment pencil people pepper person phrase picture planet player
pocket poet police policy potato pound powder prayer prince prison profit puzzle quarter reason
recipe record rescue reward rhythm river rocket rubber salad salary salmon sample savings scheme
science season secret senate senior shadow shower silver simple singer sister social soldier
speaker speech spirit sport square stock stocks stomach stream summer sunday supper surgery symbol
talent target taxes teacher temper tennis theory thunder ticket tiger tissue tomato tongue travel
treasure trouble uncle unit vacation valley vehicle vessel victim village violin visitor vowel
weapon weather wedding weight whether whisper window winner winter wisdom wonder worker writer
"""
COMMON = frozenset(_COMMON.split())
"""Common English words: one that the rules don't know was meant as it stands."""

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_LONG = 7
"""Words of this length may have two slips."""
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_LIKE_EACH_OTHER = {
    "to": ("do", "so", "ti", "tu"),
    "the": ("she", "tie", "toe", "he"),
    "on": ("ok", "an", "one", "no", "own"),
    "off": ("of", "oft", "orf"),
    "in": ("is", "it", "an", "inn"),
    "of": ("or", "if"),
    "set": ("sat", "sex", "sit", "get", "let"),
    "put": ("pet", "pit", "but", "pot"),
    "turn": ("tuna", "torn", "burn"),
    "lights": ("lice", "rights", "nights", "likes"),
    "light": ("like", "right", "night", "bight"),
    "fan": ("van", "tan", "ran"),
    "blinds": ("blends", "binds"),
}
"""Words that are misheard, or mistyped, as other words: by the one that is meant."""


def corrections(
    text: str, known: AbstractSet[str], names: AbstractSet[str] = frozenset()
) -> Iterator[str]:
    """The sentence with each unknown word replaced by a known one, likeliest first.

    Yields nothing where every word is known, where some word has no neighbour, or where one
    is a common English word: that is no slip, and the sentence says something else.

    Args:
        text: the sentence.
        known: every word that some sentence has.
        names: those of them that are words of names: they are also found by their sound.
    """
    yield from _rejoined(text, known)
    unknown = [match for match in _WORD.finditer(text) if match[0].casefold() not in known]
    if not 0 < len(unknown) <= MAX_UNKNOWN:
        return
    words = [match[0].casefold() for match in unknown]
    if any(word in COMMON for word in words):
        return
    choices = [meant(word, known, names) for word in words]
    for chosen in itertools.islice(itertools.product(*choices), MAX_VARIANTS):
        pieces, end = [], 0
        for match, word in zip(unknown, chosen, strict=True):
            pieces += [text[end : match.start()], word]
            end = match.end()
        yield "".join([*pieces, text[end:]])


def mishearings(text: str, known: AbstractSet[str]) -> Iterator[str]:
    """The sentence with one English word replaced by a known one that it is mistaken for.

    Such a sentence may mean what it says: what is read from it has to be asked about.
    """
    words = text.split()
    found: list[str] = []
    for index, word in enumerate(words):
        said = word.casefold()
        likely = [each for each, others in _LIKE_EACH_OTHER.items() if said in others]
        if said in COMMON and said not in known:
            likely += [each for each in meant(said, known) if each not in likely]
        found += [" ".join([*words[:index], each, *words[index + 1 :]]) for each in likely]
    yield from itertools.islice(found, MAX_VARIANTS)


def meant(word: str, known: AbstractSet[str], names: AbstractSet[str] = frozenset()) -> list[str]:
    """The known words, or two of them, that an unknown word may stand for, likeliest first.

    No other form of the word is among them: "raised" tells, "raise" commands.
    """
    if _is_form(word, known):
        return []
    near = (neighbours(word) & known) | _with_two_slips(word, known)
    found = sorted(near, key=lambda each: (_slip(word, each), each))
    parted = [
        f"{word[:cut]} {word[cut:]}"
        for cut in range(2, len(word) - 1)
        if word[:cut] in known and word[cut:] in known
    ]
    sound = _sound(word)
    alike = sorted(each for each in names if each not in near and _sound(each) == sound)
    return [*parted, *found, *(alike if len(sound) > 1 else ())]


def _is_form(word: str, known: AbstractSet[str]) -> bool:
    """True where the word tells what somebody does or did, in another form of a known word."""
    bases = {word.removesuffix(ending) for ending in ("d", "ed", "ing") if word.endswith(ending)}
    doubled = {each[:-1] for each in bases if len(each) > 2 and each[-1] == each[-2]}
    return not known.isdisjoint(bases | doubled | {f"{each}e" for each in bases})


def neighbours(word: str) -> set[str]:
    """Every text at distance one from the word."""
    splits = [(word[:index], word[index:]) for index in range(len(word) + 1)]
    missing = {left + letter + right for left, right in splits for letter in _LETTERS}
    added = {left + right[1:] for left, right in splits if right}
    changed = {left + letter + right[1:] for left, right in splits if right for letter in _LETTERS}
    swapped = {left + right[1] + right[0] + right[2:] for left, right in splits if len(right) > 1}
    return (missing | added | changed | swapped) - {word, ""}


def _rejoined(text: str, known: AbstractSet[str]) -> Iterator[str]:
    """With two words as the one that they are written as here: "kit chen"."""
    words = text.split()
    for index in range(len(words) - 1):
        first, second = words[index].casefold(), words[index + 1].casefold()
        strange = first not in known or second not in known
        if strange and first + second in known:
            yield " ".join([*words[:index], first + second, *words[index + 2 :]])


def _with_two_slips(word: str, known: AbstractSet[str]) -> set[str]:
    if len(word) < _LONG:
        return set()
    once = neighbours(word)
    return {
        each
        for each in known
        if len(each) >= _LONG
        and each[0] == word[0]
        and abs(len(each) - len(word)) < len("two")
        and not once.isdisjoint(neighbours(each))
    }


def _slip(word: str, meant: str) -> int:
    """How unlikely it is that the word was meant to be the other one."""
    if len(word) != len(meant):
        return 1 + (word[0] != meant[0])
    apart = [(one, other) for one, other in zip(word, meant, strict=True) if one != other]
    if len(apart) == 2 and apart[0] == apart[1][::-1]:
        return 0
    adjacent = all(_beside(one, other) for one, other in apart)
    return (1 if adjacent else 2) * len(apart) + (word[0] != meant[0])


def _beside(one: str, other: str) -> bool:
    """True where two letters lie beside each other on a keyboard."""
    places = {
        letter: (row, column + row / 2)
        for row, letters in enumerate(_ROWS)
        for column, letter in enumerate(letters)
    }
    if one not in places or other not in places:
        return False
    (row, column), (its_row, its_column) = places[one], places[other]
    return abs(row - its_row) <= 1 and abs(column - its_column) <= 1


_SOUNDS = (
    (r"'s?", ""),
    (r"^(?:kn|gn|pn)", "n"),
    (r"^wr", "r"),
    (r"ph", "f"),
    (r"gh", ""),
    (r"(?:ck|q|c(?![eiyh]))", "k"),
    (r"c(?=[eiy])", "s"),
    (r"tch|ch|sch|sh", "x"),
    (r"z", "s"),
    (r"[vw]", "v"),
    (r"d(?=$)", "t"),
    (r"(?<=.)[aeiouyh]", ""),
    (r"^[aeiouy]", "a"),
    (r"(.)\1+", r"\1"),
)


@lru_cache(maxsize=4096)
def _sound(word: str) -> str:
    """How a word sounds, roughly: its consonants, with those alike written as one."""
    for pattern, sound in _SOUNDS:
        word = re.sub(pattern, sound, word)
    return word
