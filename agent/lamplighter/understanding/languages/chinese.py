"""Chinese sentences: polite forms around a command, several commands, what is left out.

Words are not spaced, so everything goes by the characters at the ends of a sentence. A modal
before a command ("能不能…", "可以…吗") is a request; before anything else it may be a question
("窗户可以打开吗"), and stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_PLAIN = str.maketrans("\uff0c\u3001\u3002\uff01\uff1b\uff1a\uff1f", ",,.!;:?")
_POLITE = (
    "请问|麻烦你|麻烦您|麻烦|请你|请您|请|拜托你?|劳驾|你好|您好|喂|嗨|嘿|哈喽|嗯+|呃+|额+|那个|那么|"
    "哎|诶|好的|赶紧|赶快|快点|快|马上|立刻|顺便|帮我|帮忙|帮个忙|替我|给我|為我|为我|"
    "請問|麻煩你|麻煩您|麻煩|請你|請您|請|拜託你?|勞駕|幫我|幫忙|替我|給我|趕快|馬上|那個|"
    "小爱同学|小度小度|天猫精灵|小助手|助手|管家"
)
_MODAL = (
    "(?:你|您)?(?:能不能|能否|可不可以|可以|可否|是否可以|能|会不会|會不會|可唔可以)"
    "|我(?:想要|想|要|希望|需要)(?:你|您|让你|讓你)?|你(?:来|去)|(?:先|再|就|也)"
)
_VERBS = (
    "打开|打開|开启|開啟|开|開|关闭|關閉|关掉|關掉|关上|關上|关|關|把|将|將|让|讓|给|給|调|調|设|設|启动|啟動|"
    "停|暂停|暫停|拉|升|降|锁|鎖|解锁|解鎖|上锁|取消|继续|恢复|增加|减少|播|点亮|熄|换|切|"
    "叫|帮|幫|请|請|替|麻烦|麻煩|告诉|告訴|查|看|执行|运行|激活|进入|清扫|打扫|回"
)
_COMMANDS = (
    "打开|打開|开启|開啟|点亮|拉开|升起|关闭|關閉|关掉|關掉|关上|關上|合上|拉上|放下|降下|锁上|解锁|"
    "启动|啟動|停止|暂停|关了|开|開|关|關|锁"
)
_TARGET = (
    "(?:设置|设定|调节|调整|设|调|調|設|改|换|开|升高|降低|升|降)(?:为|到|至|成|為).+|"
    "(?:调|調|变)?(?:亮|暗|高|低)(?:一点|一些|点)"
)
_ROBOTS = "充电|回去|返回|回家|基站|工作|割草|清扫|打扫|扫地"
_DOES = rf"(?:{_COMMANDS}|{_TARGET}|{_ROBOTS})(?:吗|嗎|么|麼|不)?\s*\??$"
_ASKED = rf"(?:{_MODAL})[\s,]*(?=(?:{_VERBS})|.+{_DOES})"
_TELL = (
    "(?:告诉|告訴)我|跟我(?:说|說)|(?:看看|查查|说说|查看)(?=.*(?:多少|几|什么|哪|吗|幾|什麼|嗎))"
)
_OPENING = re.compile(rf"^(?:(?:{_POLITE}|{_TELL})[\s,.!:]*|{_ASKED})(?=.{{2}})")
_MODAL_START = re.compile(rf"^{_ASKED}")
_TAG = (
    "好吗|好嗎|好么|好不好|行吗|行嗎|行不行|可以吗|可以嗎|可以不|可不可以|成吗|得唔得|吗\\?|"
    "谢谢你|谢谢您|谢谢|谢啦|謝謝你|謝謝|多谢|多謝|拜托了|拜托|拜託|辛苦了|辛苦你了|麻烦了|麻煩了|麻烦你了"
)
_PARTICLE = "吧|呗|啊|呀|哦|噢|嘛|啦|哈|喔|唷"
_CLOSING = re.compile(rf"(?<=..)[\s,.!:]*(?:{_TAG}|{_PARTICLE})[\s?!.,]*$")
_ASKED_FOR = re.compile(r"(?<=..)\s*(?:吗|嗎|么|麼|呢|不)?\s*\??$")
_ONCE = re.compile(
    r"(打开|打開|开启|关闭|關閉|关掉|關掉|关上|开|開|关|關|调|調|设置|設置|设|清扫|打扫|锁|查|看)一下(?![午子雨])"
)
_AT_END = re.compile(r"一下(?=[\s?!.,]*$)")
_HAPPENED = re.compile(r"了(?:吧|啊|呀|吗|嗎|没有?|沒有?|不)?[\s?!.]*$")
_HANDLING = re.compile(r"(?:把|将|將|让|讓)")

_SPACES = re.compile(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")


def without_polite_forms(text: str) -> str:
    """The text without polite forms; a statement that something happened stays as it is."""
    text = _SPACES.sub("", text.translate(_PLAIN))
    while (shorter := _shorter(text)) != text:
        text = shorter
    return text


def _shorter(text: str) -> str:
    bare = text
    if _MODAL_START.match(text):
        # "可以打开灯吗": the 吗 belongs to the polite modal before the command.
        bare = _ASKED_FOR.sub("", text)
    bare = _OPENING.sub("", bare, count=1)
    if _HAPPENED.search(bare) and not _HANDLING.match(bare):
        return bare or text
    bare = _CLOSING.sub("", bare, count=1)
    bare = _ONCE.sub(r"\1", bare)
    bare = _AT_END.sub("", bare) or bare
    return bare or text


_BREAK = re.compile(
    r"\s*(?:[,;.!]\s*)?(?:然后再|然后|接着|随后|并且|而且|同时|以及|还有|顺便|另外|之后|然後|接著|"
    r"並且|同時|還有|再(?=把|将|將|打开|关|开|调)|和|跟|与|與|并|並)\s*|\s*[,;!]\s*"
)
_FIRST = re.compile(rf"^(?P<verb>{_COMMANDS})(?P<place>.+?的)?(?P<what>.+)$")
_LAST = re.compile(
    rf"^(?P<mark>把|将|將|让|讓|给|給)?(?P<what>.+?)都?(?P<verb>{_COMMANDS}|{_TARGET})$"
)
_MARK = re.compile(r"^(?:把|将|將|让|讓|给|給)")
_THING = re.compile(r"^[^的]+的(?P<what>.+)$")
_PLACE = re.compile(r"^(?P<place>.+的).+$")


def parts_of(text: str) -> list[str]:
    """The parts between the breaks; a list with the whole text where there is no break."""
    return [part for part in (piece.strip() for piece in _BREAK.split(text)) if part]


def readings(part: str, before: str | None, after: str | None) -> Iterator[str]:
    """The whole sentences that a part can stand for, likeliest first.

    Args:
        part: the part, such as "风扇" of "打开客厅的灯和风扇".
        before: the whole sentence that the part before it stood for, or None.
        after: the part after it, or None.
    """
    yield from _shared_thing(part, after)
    last = _LAST.match(part)
    if _FIRST.match(part) or last:
        yield from _placed(last, before)
        yield part if last is None else f"{last['mark'] or ''}{last['what']}{last['verb']}"
        return
    for other in (before, after):
        if other is None:
            continue
        last, first = _LAST.match(other), _FIRST.match(other)
        if last:
            what = _MARK.sub("", part)
            place = _PLACE.match(last["what"])
            if other is before and place and "的" not in part:
                yield f"把{place['place']}{what}{last['verb']}"
            yield f"把{what}{last['verb']}"
        elif first and other is before:
            if first["place"] and "的" not in part:
                yield f"{first['verb']}{first['place']}{part}"
            yield f"{first['verb']}{part}"


def _shared_thing(part: str, after: str | None) -> Iterator[str]:
    """A place with the thing of the part after it: "打开厨房" of "打开厨房和客厅的灯"."""
    match = _THING.match(after) if after and "的" not in part else None
    if match is None:
        return
    last = _LAST.match(match["what"])
    if last is None:
        yield f"{part}的{match['what']}"
    else:
        yield f"把{_MARK.sub('', part)}的{last['what']}{last['verb']}"


def _placed(last: re.Match[str] | None, before: str | None) -> Iterator[str]:
    """The part at the place of the one before, whose command it ends ("把厨房的灯和风扇打开")."""
    if before is None or last is None or last["mark"] or "的" in last["what"]:
        return
    place = _PLACE.match(_MARK.sub("", before))
    if place and _MARK.match(before):
        yield f"把{place['place']}{last['what']}{last['verb']}"


_INSIDE = "里面|里边|里头|里|内"


def without_inside(text: str, places: Iterable[str]) -> str:
    """The text with "卧室里面的灯" as "卧室的灯": that something is inside a place says no more."""
    named = [place for place in places if place in text]
    if not named:
        return text
    said = "|".join(re.escape(place) for place in sorted(named, key=len, reverse=True))
    return re.sub(rf"({said})(?:{_INSIDE})(?:的)?(?=.)", r"\1的", text)


_EXCEPT = re.compile(
    r"^(?:除了|除)(?P<left>.+?)(?:以外|之外|外)?(?:,|其他|其它|都|(?=把|关|开|打开))(?P<said>.+)$"
)


_EXCEPT_LATER = re.compile(
    rf"^(?P<verb>{_COMMANDS})除了?(?P<left>.+?)(?:以外|之外)的?(?P<said>.+)$"
)


def all_but(text: str) -> tuple[str, tuple[str, ...]] | None:
    """What is said of everything, and what is left out: "除了厨房灯以外关掉所有灯"; else None."""
    match = _EXCEPT.match(text) or _EXCEPT_LATER.match(text)
    if match is None:
        return None
    left = tuple(each.removesuffix("的") for each in parts_of(match["left"]))
    verb = match.groupdict().get("verb") or ""
    return f"{verb}{match['said']}", left
