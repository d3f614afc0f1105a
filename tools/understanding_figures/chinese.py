"""Home Assistant's Chinese test sentences, plainly and in polite forms; by rules, all there is."""

from __future__ import annotations

from tools.understanding_figures import asking
from tools.understanding_figures.cases import cases, is_command
from tools.understanding_figures.home import home_of_cases
from tools.understanding_figures.noise import framed
from tools.understanding_figures.scoring import Tally

LANGUAGE = "zh-CN"
POLITE = (
    "请{}",
    "麻烦{}",
    "帮我{}一下",
    "可以{}吗",
    "{}好吗",
    "{}谢谢",
    "能不能{}",
    "那个{}",
    "请问可以帮我{}吗?",
)


async def chinese() -> dict[str, Tally]:
    """All of the cases as they are, and the commands among them in each polite form."""
    way = await asking.way_of(asking.RULES, home_of_cases(language=LANGUAGE), None)
    every = cases(LANGUAGE)
    commands = [case for case in every if is_command(case)]
    found = {"chinese": (await asking.asked(way, every, framed("{}"), language=LANGUAGE))[0]}
    for form in POLITE:
        tally, _ = await asking.asked(way, commands, framed(form), language=LANGUAGE)
        found[f"chinese {form}"] = tally
    return found
