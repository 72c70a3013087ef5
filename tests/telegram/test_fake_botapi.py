"""The fake Bot API server behaves like Telegram's: without that, the other tests prove little."""

import asyncio
import errno
import io
import json
import socket
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from telegram import Bot, InputFile, Update
from telegram.constants import ReactionEmoji

from tests.fake_botapi import (
    TOKEN,
    FakeBotApi,
    FakeClock,
    Hold,
    cut_off,
    error,
    half_json,
    html,
    limits,
    lost_answer,
    reset,
    run_in_thread,
)
from tests.fake_botapi.markup import MarkupError, parse_html, utf16_length
from tests.fake_botapi.media import MEDIA, PICTURE
from tests.fake_botapi.texts import find_entities, read_text

pytestmark = pytest.mark.filterwarnings("error")

Json = dict[str, Any]
SECRET = "X-Telegram-Bot-Api-Secret-Token"


@dataclass
class Client:
    """A bot as bare as can be: it sends what the test says."""

    session: aiohttp.ClientSession
    api: FakeBotApi

    async def call(self, method: str, token: str = TOKEN, **parameters: Any) -> Json:
        """Call with a JSON body and return the answer, good or bad."""
        url = f"{self.api.base_url}/bot{token}/{method}"
        async with self.session.post(url, json=parameters) as response:
            answer: Json = await response.json()
            assert answer["ok"] == (response.status == 200)
            assert answer.get("error_code", 200) == response.status
            return answer

    async def do(self, method: str, **parameters: Any) -> Any:
        """Call and return the result; fails when the server refuses."""
        answer = await self.call(method, **parameters)
        assert answer["ok"], answer
        return answer["result"]

    async def refused(self, method: str, **parameters: Any) -> str:
        """Call and return how it was refused."""
        answer = await self.call(method, **parameters)
        assert not answer["ok"], answer
        return str(answer["description"])

    async def updates(self, **parameters: Any) -> list[int]:
        """Poll and return the ids of the updates."""
        found = await self.do("getUpdates", **parameters)
        return [update["update_id"] for update in found]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def api(clock: FakeClock) -> AsyncIterator[FakeBotApi]:
    async with FakeBotApi(clock, first_update_id=100) as server:
        yield server


@pytest.fixture
async def bot(api: FakeBotApi) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(session, api)


def keyboard(*labels: str, **more: Any) -> Json:
    row = [{"text": label, "callback_data": f"data-{label}", **more} for label in labels]
    return {"inline_keyboard": [row]}


# --- the HTTP side


async def test_parameters_come_as_query_form_multipart_or_json(
    api: FakeBotApi, bot: Client
) -> None:
    anna = api.person(id=7)
    url = f"{api.base_url}/bot{TOKEN}/sendMessage"
    markup = json.dumps(keyboard("Ja"))
    form = {"chat_id": "7", "text": "form", "reply_markup": markup}
    multipart = aiohttp.FormData(form | {"text": "multipart"}, default_to_multipart=True)
    for request in (
        bot.session.get(url, params=form | {"text": "query"}),
        bot.session.post(url, data=form),
        bot.session.post(url, data=multipart),
        bot.session.post(url, json={"chat_id": 7, "text": "json", "reply_markup": keyboard("Ja")}),
    ):
        async with request as response:
            assert response.status == 200
            result = (await response.json())["result"]
            assert result["reply_markup"] == keyboard("Ja")
    assert [message.text for message in anna.messages] == ["query", "form", "multipart", "json"]


@pytest.mark.parametrize(
    ("path", "status", "description"),
    [
        (f"/bot{TOKEN}/getme", 200, None),
        (f"/bot{TOKEN}/getNothing", 404, "Not Found: method not found"),
        ("/bot123:wrong/getMe", 401, "Unauthorized"),
        (f"/bot{TOKEN}", 404, "Not Found"),
        ("/", 404, "Not Found"),
        (f"/file/bot{TOKEN}/documents/none.pdf", 404, "Not Found"),
        ("/file/bot123:wrong/documents/none.pdf", 401, "Unauthorized"),
    ],
)
async def test_paths_and_tokens(
    api: FakeBotApi, bot: Client, path: str, status: int, description: str | None
) -> None:
    async with bot.session.get(api.base_url + path) as response:
        assert response.status == status
        assert (await response.json()).get("description") == description


@pytest.mark.parametrize("body", ["[1]", "{", ""])
async def test_a_body_that_is_no_json_object_is_refused(
    api: FakeBotApi, bot: Client, body: str
) -> None:
    url = f"{api.base_url}/bot{TOKEN}/sendMessage"
    headers = {"Content-Type": "application/json"}
    async with bot.session.post(url, data=body, headers=headers) as response:
        assert response.status == 400


async def test_every_call_is_recorded_with_its_parameters_and_files(
    api: FakeBotApi, bot: Client
) -> None:
    api.person(id=7)
    fields = {"chat_id": "7", "document": "attach://report"}
    form = aiohttp.FormData(fields, quote_fields=False)
    form.add_field("report", b"%PDF-1.7", filename="Über uns.pdf")
    url = f"{api.base_url}/bot{TOKEN}/sendDocument"
    async with bot.session.post(url, data=form) as response:
        document = (await response.json())["result"]["document"]
    await bot.call("getMe", token="1:wrong")
    sent, wrong = api.calls
    assert document["file_name"] == "Über uns.pdf"
    assert (sent.sequence, sent.method, sent.chat_id, sent.status) == (1, "sendDocument", 7, 200)
    assert sent.files["report"].content == b"%PDF-1.7"
    assert sent.at == api.clock.now()
    assert (wrong.token_ok, wrong.status) == (False, 401)
    assert "Unauthorized" in wrong.description


async def test_only_so_many_calls_and_messages_are_remembered() -> None:
    async with FakeBotApi(remember=2) as api, aiohttp.ClientSession() as session:
        anna = api.person(id=7)
        for number in range(5):
            await Client(session, api).do("sendMessage", chat_id=7, text=str(number))
        assert len(api.calls) == 2
        assert api.calls.count == 5
        assert [message.text for message in anna.messages] == ["3", "4"]


# --- getUpdates


async def test_an_update_comes_again_until_a_higher_offset_confirms_it(
    api: FakeBotApi, bot: Client, clock: FakeClock
) -> None:
    confirmed: list[int] = []
    api.updates.on_confirmed = confirmed.extend
    anna = api.person()
    for text in "abc":
        await anna.sends(text)
    assert await bot.updates() == [100, 101, 102]
    clock.advance(seconds=1)
    assert await bot.updates() == [100, 101, 102]
    assert confirmed == []
    assert await bot.updates(offset=102) == [102]
    assert confirmed == [100, 101]
    assert await bot.updates(offset=103) == []
    await api.updates.drained()
    assert confirmed == [100, 101, 102]


async def test_the_same_offset_at_once_again_yields_one_update(
    api: FakeBotApi, bot: Client, clock: FakeClock
) -> None:
    for text in "abc":
        await api.person().sends(text)
    assert await bot.updates(offset=100) == [100, 101, 102]
    assert await bot.updates(offset=100) == [100]
    clock.advance(seconds=0.5)
    assert await bot.updates(offset=100) == [100, 101, 102]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"limit": 2}, [100, 101]),
        ({"limit": 0}, [100]),
        ({"limit": 1000}, [100, 101, 102, 103]),
        ({"offset": -1}, [103]),
        ({"offset": -3}, [101, 102, 103]),
        ({"offset": -9}, [100, 101, 102, 103]),
        ({"offset": 105}, []),
        ({"offset": 114}, []),  # within ten beyond the end: believed
        ({"offset": 115}, [100, 101, 102, 103]),  # further beyond: not believed
        ({"offset": 7}, [100, 101, 102, 103]),
    ],
)
async def test_offset_and_limit(
    api: FakeBotApi, bot: Client, parameters: Json, expected: list[int]
) -> None:
    for text in "abcd":
        await api.person().sends(text)
    assert await bot.updates(**parameters) == expected


async def test_at_most_a_hundred_updates_come_at_once(api: FakeBotApi, bot: Client) -> None:
    for number in range(120):
        await api.person().sends(str(number))
    assert len(await bot.updates()) == 100


async def test_ids_can_restart_lower_and_a_high_offset_still_gets_them(
    api: FakeBotApi, bot: Client
) -> None:
    await api.person().sends("a")
    with pytest.raises(RuntimeError, match="still waiting"):
        api.updates.restart_at(5)
    assert await bot.updates(offset=101) == []
    api.updates.restart_at(5)
    await api.person().sends("b")
    assert await bot.updates(offset=101) == [5]


async def test_a_long_poll_ends_with_an_update_or_with_the_time(
    api: FakeBotApi, bot: Client, clock: FakeClock
) -> None:
    poll = asyncio.create_task(bot.updates(timeout=30))
    await api.calls.arrived("getUpdates")
    await api.person().sends("a")
    assert await poll == [100]
    poll = asyncio.create_task(bot.updates(offset=101, timeout=600))
    await api.calls.arrived("getUpdates", 2)
    clock.advance(seconds=49)
    await bot.do("getMe")
    assert not poll.done()
    clock.advance(seconds=1)
    assert await poll == []


async def test_a_second_poll_ends_the_first_with_a_conflict(
    api: FakeBotApi, bot: Client, clock: FakeClock
) -> None:
    polls = []
    for count in (1, 2, 3):
        polls.append(asyncio.create_task(bot.call("getUpdates", timeout=50)))
        await api.calls.arrived("getUpdates", count)
        await bot.do("getMe")
    first, second, third = polls
    assert (await first)["description"] == (
        "Conflict: terminated by other getUpdates request;"
        " make sure that only one bot instance is running"
    )
    assert not second.done()  # a second conflict within three seconds is told later
    clock.advance(seconds=3)
    assert (await second)["error_code"] == 409
    await api.person().sends("a")
    assert len((await third)["result"]) == 1


async def test_a_poll_ends_when_its_client_goes(api: FakeBotApi, bot: Client) -> None:
    poll = asyncio.create_task(bot.call("getUpdates", timeout=50))
    await api.polled()
    poll.cancel()
    await api.polled(waiting=False)
    assert api.calls[0].status is None


async def test_some_updates_come_only_on_request(api: FakeBotApi, bot: Client) -> None:
    for kinds, expected in (([], None), (["chat_member"], 100)):
        await bot.updates(allowed_updates=kinds)
        added = api.updates.add("chat_member", {}, lifetime=60, queue=0)
        assert added == expected


async def test_allowed_updates_decide_what_is_kept(api: FakeBotApi, bot: Client) -> None:
    anna = api.person()
    await bot.updates(allowed_updates=["callback_query"])
    await anna.sends("a")
    await bot.updates(timeout=0)  # not given: as before
    await anna.sends("b")
    assert await bot.updates() == []
    assert (await bot.do("getWebhookInfo"))["allowed_updates"] == ["callback_query"]
    await bot.updates(allowed_updates=[])  # empty: the default
    await anna.sends("c")
    assert await bot.updates() == [100]


# --- expiry


async def test_a_tap_lives_150_seconds_and_a_message_a_day(
    api: FakeBotApi, bot: Client, clock: FakeClock
) -> None:
    anna = api.person(id=7)
    await bot.do("sendMessage", chat_id=7, text="?", reply_markup=keyboard("Ja"))
    tap = await anna.taps("Ja")
    await anna.sends("a")
    clock.advance(seconds=150)
    assert await bot.updates() == [100, 101]
    assert await bot.do("answerCallbackQuery", callback_query_id=tap) is True
    clock.advance(seconds=1)
    assert await bot.updates() == [101]
    assert await bot.refused("answerCallbackQuery", callback_query_id=tap) == (
        "Bad Request: query is too old and response timeout expired or query ID is invalid"
    )
    clock.advance(hours=24)
    assert await bot.updates() == []


async def test_an_unknown_tap_cannot_be_answered(bot: Client) -> None:
    assert "query ID is invalid" in await bot.refused("answerCallbackQuery", callback_query_id="1")


# --- the text of messages


ENTITIES = [
    ("a <b>b</b>", "a b", [("bold", 2, 1)]),
    ("<strong>b</strong><em>i</em>", "bi", [("bold", 0, 1), ("italic", 1, 1)]),
    ("<u>u</u> <ins>n</ins>", "u n", [("underline", 0, 1), ("underline", 2, 1)]),
    (
        "<s>s</s><strike>t</strike><del>d</del>",
        "std",
        [("strikethrough", 0, 3)],
    ),
    ("<tg-spoiler>x</tg-spoiler>", "x", [("spoiler", 0, 1)]),
    ("<span class='tg-spoiler'>x</span>", "x", [("spoiler", 0, 1)]),
    ("<b>b<i>i</i></b>", "bi", [("bold", 0, 2), ("italic", 1, 1)]),
    ("<i><b>x</b></i>", "x", [("bold", 0, 1), ("italic", 0, 1)]),
    ("<b>a<b>b</b></b><b>c</b>", "abc", [("bold", 0, 3)]),
    ("😀<b>é😀</b>", "😀é😀", [("bold", 2, 3)]),
    ("<code>c</code>", "c", [("code", 0, 1)]),
    ("<pre>p</pre>", "p", [("pre", 0, 1)]),
    ('<pre><code class="language-py">p</code></pre>', "p", [("pre", 0, 1)]),
    ("<blockquote>q</blockquote>", "q", [("blockquote", 0, 1)]),
    ("<blockquote expandable>q</blockquote>", "q", [("expandable_blockquote", 0, 1)]),
    ('<a href="https://a.at/?b&amp;c">x</a>', "x", [("text_link", 0, 1)]),
    ("<a href=tg-x>x</a>", "x", []),
    ("<a>www.a.at</a>", "www.a.at", [("text_link", 0, 8)]),
    ('<a href="tg://user?id=7">x</a>', "x", [("text_mention", 0, 1)]),
    ('<tg-emoji emoji-id="5">x</tg-emoji>', "x", [("custom_emoji", 0, 1)]),
    ('<tg-time unix="5" format="wDT">x</tg-time>', "x", [("date_time", 0, 1)]),
    ("<B>x</b >", "x", [("bold", 0, 1)]),
    ("<b>x</>", "x", [("bold", 0, 1)]),
    ("<b></b>x", "x", []),
    ("&lt;b&gt; &amp; &quot;&#39;&#x2F;", "<b> & \"'/", []),
    ("&lt", "<", []),
    ("&nbsp; &apos; & &; &#0; &#xFFFFFFF;", "&nbsp; &apos; & &; &#0; &#xFFFFFFF;", []),
    ("&#00000065; &#0000065;", "&#00000065; A", []),
    ("a > b", "a > b", []),
]


@pytest.mark.parametrize(("source", "text", "entities"), ENTITIES)
def test_html_becomes_text_and_entities(
    source: str, text: str, entities: list[tuple[str, int, int]]
) -> None:
    read, found = read_text(source, "HTML")
    assert read == text
    assert [(one["type"], one["offset"], one["length"]) for one in found] == entities


MISTAKES = [
    ("<x>", 'Unsupported start tag "x" at byte offset 0'),
    ("ä<br>", 'Unsupported start tag "br" at byte offset 2'),
    ("<b/>", 'Unsupported start tag "b/" at byte offset 0'),
    ("a < b", 'Unsupported start tag "" at byte offset 2'),
    ("a <", "Unclosed start tag at byte offset 2"),
    ("<b", "Unclosed start tag at byte offset 0"),
    ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
    ("x</b>", "Unexpected end tag at byte offset 1"),
    ("<b>x</b", "Unclosed end tag at byte offset 4"),
    (
        "<b><i>x</b></i>",
        'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
    ),
    ("<a href>x</a", "Unclosed end tag at byte offset 9"),
    ("<a href", 'Unclosed start tag "a" at byte offset 0'),
    ("<a href=", 'Unclosed start tag "a" at byte offset 0'),
    ('<a href="x', "Unclosed start tag at byte offset 0"),
    ("<a href=x/y>", "Unexpected end of name token at byte offset 8"),
    ('<a ="x">', 'Empty attribute name in the tag "a" at byte offset 0'),
    ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ("<tg-emoji emoji-id=x>x</tg-emoji>", "Invalid custom emoji identifier specified"),
    ("<tg-time unix=5 format=y>x</tg-time>", "Invalid date format used"),
    (
        "&#xD83D;",
        (
            "Text contains invalid Unicode characters after decoding HTML entities, "
            "check for unmatched surrogate code units"
        ),
    ),
]


@pytest.mark.parametrize(("source", "mistake"), MISTAKES)
def test_mistakes_in_html_are_named_as_tdlib_does(source: str, mistake: str) -> None:
    with pytest.raises(MarkupError) as raised:
        parse_html(source)
    assert str(raised.value) == mistake


def test_links_are_written_as_telegram_shows_them() -> None:
    text, (link, code) = parse_html(
        '<a href="HTTPS://A.at">x</a> <pre><code class="language-py">y</code></pre>'
    )
    assert text == "x y"
    assert link["url"] == "https://a.at/"
    assert code["language"] == "py"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/start abc", [("bot_command", 0, 6)]),
        ("😀 /help@coach_bot!", [("bot_command", 3, 15)]),
        ("und/oder, 1/2", []),
        ("https://a.at/b?c=d, www", [("url", 0, 18)]),
        ("a@b.at @anna_m #tag", [("email", 0, 6), ("mention", 7, 7), ("hashtag", 15, 4)]),
    ],
)
def test_telegram_finds_entities_on_its_own(
    text: str, expected: list[tuple[str, int, int]]
) -> None:
    found = find_entities(text)
    assert [(one["type"], one["offset"], one["length"]) for one in found] == expected


@pytest.mark.parametrize(
    ("raw", "text", "bold"),
    [
        ("  \n x\ty\r\n ", "x y", None),
        (" <b> x </b> ", " x", (0, 2)),
        ("\u202ea<b>b\u202ec</b>", "abc", (1, 2)),
        ("a\0b", "a b", None),
        ("<code>a<b>c</b></code>", "ac", None),
    ],
)
def test_text_is_cleaned_and_trimmed(raw: str, text: str, bold: tuple[int, int] | None) -> None:
    read, entities = read_text(raw, "html")
    places = [(one["offset"], one["length"]) for one in entities if one["type"] == "bold"]
    assert (read, places) == (text, [bold] if bold else [])


REFUSED_TEXTS = [
    ({"text": ""}, "Bad Request: message text is empty"),
    ({}, "Bad Request: message text is empty"),
    ({"text": " \n "}, "Bad Request: text must be non-empty"),
    ({"text": "\u200b"}, "Bad Request: text must be non-empty"),
    ({"text": "<b></b>", "parse_mode": "HTML"}, "Bad Request: text must be non-empty"),
    ({"text": "x" * 4097}, "Bad Request: message is too long"),
    ({"text": "<b>" * 11_000}, "Bad Request: text is too long"),
    ({"text": "\ud800"}, "Bad Request: strings must be encoded in UTF-8"),
    ({"text": "x", "parse_mode": "BBCode"}, "Bad Request: unsupported parse_mode"),
    (
        {"text": "<b>x", "parse_mode": "HTML"},
        "Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"b\"",
    ),
    ({"text": "x", "chat_id": 8}, "Bad Request: chat not found"),
    ({"text": "x", "chat_id": ""}, "Bad Request: chat_id is empty"),
    (
        {"text": "x", "reply_parameters": {"message_id": 5}},
        "Bad Request: message to be replied not found",
    ),
]


@pytest.mark.parametrize(("parameters", "description"), REFUSED_TEXTS)
async def test_texts_that_telegram_refuses(
    api: FakeBotApi, bot: Client, parameters: Json, description: str
) -> None:
    anna = api.person(id=7)
    assert await bot.refused("sendMessage", **({"chat_id": 7} | parameters)) == description
    assert anna.messages == []


@pytest.mark.parametrize("text", ["x" * 4096, "😀" * 4096, f"<b>{'&lt;' * 4096}</b>"])
async def test_length_is_counted_in_code_points_after_parsing(
    api: FakeBotApi, bot: Client, text: str
) -> None:
    api.person(id=7)
    sent = await bot.do("sendMessage", chat_id=7, text=text, parse_mode="HTML")
    assert len(sent["text"]) == 4096


async def test_entities_beyond_a_hundred_are_dropped(api: FakeBotApi, bot: Client) -> None:
    api.person(id=7)
    sent = await bot.do("sendMessage", chat_id=7, text="<b>x</b>." * 120, parse_mode="HTML")
    assert len(sent["entities"]) == 100


async def test_entities_may_be_given_instead_of_markup(api: FakeBotApi, bot: Client) -> None:
    api.person(id=7)
    bold = {"type": "bold", "offset": 0, "length": 2}
    sent = await bot.do("sendMessage", chat_id=7, text="abc", entities=[bold])
    assert sent["entities"] == [bold]


# --- keyboards


@pytest.mark.parametrize(
    ("markup", "description"),
    [
        (keyboard("x", callback_data="ä" * 33), "Bad Request: BUTTON_DATA_INVALID"),
        (keyboard(*map(str, range(101))), "Bad Request: reply markup is too long"),
        (keyboard(*["x" * 150] * 60), "Bad Request: reply markup is too long"),
        (
            keyboard("x", callback_data=""),
            (
                "Bad Request: can't parse inline keyboard button:"
                " Text buttons are unallowed in the inline keyboard"
            ),
        ),
        (
            {"inline_keyboard": [[{"callback_data": "x"}]]},
            "Bad Request: can't parse inline keyboard button: Can't find field \"text\"",
        ),
        (
            {"inline_keyboard": [{"text": "x"}]},
            (
                'Bad Request: field "inline_keyboard" of the InlineKeyboardMarkup'
                " must be an Array of Arrays"
            ),
        ),
        (
            keyboard("x", style="pink"),
            "Bad Request: can't parse inline keyboard button: invalid button style specified",
        ),
        (
            {"inline_keyboard": [[{"text": "x", "url": "nirgends"}]]},
            "Bad Request: inline keyboard button URL 'nirgends' is invalid: Wrong HTTP URL",
        ),
        ("x", "Bad Request: can't parse reply_markup JSON object"),
    ],
)
async def test_keyboards_that_telegram_refuses(
    api: FakeBotApi, bot: Client, markup: object, description: str
) -> None:
    api.person(id=7)
    refusal = await bot.refused("sendMessage", chat_id=7, text="x", reply_markup=markup)
    assert refusal == description


@pytest.mark.parametrize(
    "markup",
    [
        keyboard("x", callback_data="ä" * 32),
        keyboard(*map(str, range(100))),
        {"inline_keyboard": [[{"text": "x", "copy_text": {"text": "y"}, "style": "primary"}]]},
    ],
)
async def test_keyboards_at_the_limit_are_taken(api: FakeBotApi, bot: Client, markup: Json) -> None:
    api.person(id=7)
    sent = await bot.do("sendMessage", chat_id=7, text="x", reply_markup=markup)
    assert sent["reply_markup"] == markup


async def test_a_reply_keyboard_sends_its_label_and_goes_when_removed(
    api: FakeBotApi, bot: Client
) -> None:
    anna = api.person(id=7)
    markup = {"keyboard": [["Weiter", {"text": "Später"}]]}
    sent = await bot.do("sendMessage", chat_id=7, text="?", reply_markup=markup)
    assert "reply_markup" not in sent
    assert await anna.taps("Später") == ""
    (update,) = await bot.do("getUpdates")
    assert update["message"]["text"] == "Später"
    await bot.do("sendMessage", chat_id=7, text="ok", reply_markup={"remove_keyboard": True})
    with pytest.raises(AssertionError, match="no button 'Später'"):
        await anna.taps("Später")


# --- changing messages


async def test_an_edit_replaces_text_and_keyboard(
    api: FakeBotApi, bot: Client, clock: FakeClock
) -> None:
    anna = api.person(id=7)
    sent = await bot.do("sendMessage", chat_id=7, text="eins", reply_markup=keyboard("Ja"))
    place = {"chat_id": 7, "message_id": sent["message_id"]}
    clock.advance(minutes=1)
    edited = await bot.do("editMessageText", **place, text="<b>zwei</b>", parse_mode="HTML")
    assert edited["text"] == "zwei"
    assert edited["entities"] == [{"type": "bold", "offset": 0, "length": 4}]
    assert edited["edit_date"] == sent["date"] + 60
    assert "reply_markup" not in edited
    assert await bot.do("editMessageReplyMarkup", **place, reply_markup=keyboard("Nein"))
    assert anna.chat == "bot: zwei\n    [Nein]"


async def test_an_edit_that_changes_nothing_is_refused(api: FakeBotApi, bot: Client) -> None:
    api.person(id=7)
    text = {"text": "<b>x</b>", "parse_mode": "HTML", "reply_markup": keyboard("Ja")}
    sent = await bot.do("sendMessage", chat_id=7, **text)
    place = {"chat_id": 7, "message_id": sent["message_id"]}
    expected = (
        "Bad Request: message is not modified: specified new message content and reply markup"
        " are exactly the same as a current content and reply markup of the message"
    )
    assert await bot.refused("editMessageText", **place, **text) == expected
    markup = {"reply_markup": keyboard("Ja")}
    assert await bot.refused("editMessageReplyMarkup", **place, **markup) == expected
    assert await bot.do("editMessageText", **place, **text | {"text": "x"})


async def test_what_cannot_be_edited(api: FakeBotApi, bot: Client) -> None:
    anna = api.person(id=7)
    own = await anna.sends("a")
    forced = await bot.do("sendMessage", chat_id=7, text="?", reply_markup={"force_reply": True})
    gone = await bot.do("sendMessage", chat_id=7, text="weg")
    await anna.deletes("weg")

    async def refusal(message_id: int, **more: Any) -> str:
        place = {"chat_id": 7, "message_id": message_id}
        return await bot.refused("editMessageText", **place, text="neu", **more)

    assert await refusal(own.id) == "Bad Request: message can't be edited"
    assert await refusal(forced["message_id"]) == "Bad Request: message can't be edited"
    assert await refusal(gone["message_id"]) == "Bad Request: message to edit not found"
    assert await refusal(99) == "Bad Request: message to edit not found"
    form = aiohttp.FormData({"chat_id": "7", "document": io.BytesIO(b"x")})
    async with bot.session.post(f"{api.base_url}/bot{TOKEN}/sendDocument", data=form) as response:
        document = (await response.json())["result"]["message_id"]
    assert await refusal(document) == "Bad Request: there is no text in the message to edit"
    place = {"chat_id": 7, "message_id": document}
    assert (await bot.do("editMessageCaption", **place, caption="Titel"))["caption"] == "Titel"
    plain = {"keyboard": [["x"]]}
    assert await refusal(1, reply_markup=plain) == "Bad Request: inline keyboard expected"


async def test_messages_can_be_deleted_for_two_days(
    api: FakeBotApi, bot: Client, clock: FakeClock
) -> None:
    anna = api.person(id=7)
    own = await anna.sends("a")
    old = await bot.do("sendMessage", chat_id=7, text="b")
    assert await bot.do("deleteMessage", chat_id=7, message_id=own.id) is True
    clock.advance(hours=48, seconds=1)
    assert await bot.refused("deleteMessage", chat_id=7, message_id=old["message_id"]) == (
        "Bad Request: message can't be deleted for everyone"
    )
    assert await bot.refused("deleteMessage", chat_id=7, message_id=own.id) == (
        "Bad Request: message to delete not found"
    )
    assert anna.chat == "bot: b"


async def test_several_are_deleted_and_one_is_pinned(api: FakeBotApi, bot: Client) -> None:
    anna = api.person(id=7)
    for text in "abc":
        await bot.do("sendMessage", chat_id=7, text=text)
    assert await bot.do("deleteMessages", chat_id=7, message_ids=[1, 2, 9]) is True
    assert await bot.do("pinChatMessage", chat_id=7, message_id=3) is True
    assert anna.newest("c").pinned
    assert await bot.do("unpinChatMessage", chat_id=7, message_id=3) is True
    assert not anna.newest("c").pinned
    assert await bot.refused("pinChatMessage", chat_id=7, message_id=1) == (
        "Bad Request: message to pin not found"
    )


async def test_a_reply_carries_what_it_replies_to(api: FakeBotApi, bot: Client) -> None:
    asked = await api.person(id=7).sends("Was?")
    to = {"message_id": asked.id}
    sent = await bot.do("sendMessage", chat_id=7, text="Das.", reply_parameters=to)
    assert sent["reply_to_message"]["text"] == "Was?"
    gone = {"message_id": 99, "allow_sending_without_reply": True}
    sent = await bot.do("sendMessage", chat_id=7, text="Das.", reply_parameters=gone)
    assert "reply_to_message" not in sent


@pytest.mark.parametrize("emoji", list(ReactionEmoji))
async def test_every_documented_reaction_is_taken(api: FakeBotApi, bot: Client, emoji: str) -> None:
    anna = api.person(id=7)
    own = await anna.sends("a")
    reaction = [{"type": "emoji", "emoji": emoji}]
    place = {"chat_id": 7, "message_id": own.id}
    for _ in range(2):  # the same again is no error
        assert await bot.do("setMessageReaction", **place, reaction=reaction) is True
    await anna.sees(lambda message: message.reaction)
    assert await bot.do("setMessageReaction", **place, reaction=[]) is True
    assert own.reaction == ""


@pytest.mark.parametrize(
    ("emojis", "message_id", "code"),
    [
        (["🥖"], 1, "REACTION_INVALID"),
        (["👍", "❤"], 1, "REACTIONS_TOO_MANY"),
        (["👍"], 9, "message to react not found"),
    ],
)
async def test_reactions_that_telegram_refuses(
    api: FakeBotApi, bot: Client, emojis: list[str], message_id: int, code: str
) -> None:
    await api.person(id=7).sends("a")
    reaction = [{"type": "emoji", "emoji": emoji} for emoji in emojis]
    place = {"chat_id": 7, "message_id": message_id}
    assert await bot.refused("setMessageReaction", **place, reaction=reaction) == (
        f"Bad Request: {code}"
    )


# --- files


async def test_a_sent_file_can_be_fetched_and_sent_again(api: FakeBotApi, bot: Client) -> None:
    anna = api.person(id=7)
    form = aiohttp.FormData({"chat_id": "7", "caption": "<b>Hier</b>", "parse_mode": "HTML"})
    form.add_field("document", b"%PDF-1.7", filename="a.pdf", content_type="application/pdf")
    url = f"{api.base_url}/bot{TOKEN}/sendDocument"
    async with bot.session.post(url, data=form) as response:
        sent = (await response.json())["result"]
    assert sent["caption_entities"] == [{"type": "bold", "offset": 0, "length": 4}]
    assert sent["document"]["mime_type"] == "application/pdf"
    file = await bot.do("getFile", file_id=sent["document"]["file_id"])
    async with bot.session.get(f"{api.base_url}/file/bot{TOKEN}/{file['file_path']}") as response:
        assert await response.read() == b"%PDF-1.7"
    await bot.do("sendDocument", chat_id=7, document=file["file_id"])
    assert anna.chat == "bot: <a.pdf> Hier\nbot: <a.pdf> "


REFUSED_FILES = [
    ("document", None, {}, "Bad Request: there is no document in the request"),
    ("document", b"", {}, "Bad Request: file must be non-empty"),
    ("document", b"x", {"caption": "x" * 1025}, "Bad Request: message caption is too long"),
    ("document", b"x", {"chat_id": "8"}, "Bad Request: chat not found"),
    (
        "document",
        None,
        {"document": "unknown"},
        "Bad Request: wrong file identifier/HTTP URL specified",
    ),
    ("photo", b"x", {}, "Bad Request: IMAGE_PROCESS_FAILED"),
    (
        "photo",
        PICTURE[:16] + b"\0\0\x27\x10\0\0\0\x01",
        {},
        "Bad Request: PHOTO_INVALID_DIMENSIONS",
    ),
    (
        "photo",
        PICTURE + bytes(200),
        {},
        (
            "Bad Request: file of size 224 bytes is too big for a photo;"
            " the maximum size is 200 bytes"
        ),
    ),
    (
        "document",
        bytes(1001),
        {},
        "Request Entity Too Large: file of size 1001 is too big to be uploaded",
    ),
    ("document", bytes(2 << 20), {}, "Request Entity Too Large"),
]


@pytest.mark.parametrize(("field", "content", "parameters", "description"), REFUSED_FILES)
async def test_files_that_telegram_refuses(
    api: FakeBotApi,
    bot: Client,
    field: str,
    content: bytes | None,
    parameters: Json,
    description: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert (limits.UPLOAD, limits.PHOTO) == (50 << 20, 10 << 20)
    monkeypatch.setattr(limits, "UPLOAD", 1000)
    monkeypatch.setattr(limits, "PHOTO", 200)
    anna = api.person(id=7)
    form = aiohttp.FormData({"chat_id": "7"} | parameters, default_to_multipart=True)
    if content is not None:
        form.add_field(field, io.BytesIO(content), filename="a.bin")
    url = f"{api.base_url}/bot{TOKEN}/send{field.title()}"
    async with bot.session.post(url, data=form) as response:
        assert (await response.json())["description"] == description
    assert anna.messages == []


async def test_a_large_file_cannot_be_fetched(api: FakeBotApi, bot: Client) -> None:
    file = api.cloud.files.add("documents", "a.bin", "application/zip", bytes(limits.DOWNLOAD + 1))
    assert await bot.refused("getFile", file_id=file.file_id) == "Bad Request: file is too big"
    assert await bot.refused("getFile", file_id="x") == "Bad Request: invalid file_id"


# --- people who cannot be reached


@pytest.mark.parametrize("method", ["sendMessage", "sendChatAction"])
async def test_who_cannot_be_written_to(api: FakeBotApi, bot: Client, method: str) -> None:
    anna, gone, stranger = api.person(), api.person(), api.person(started=False)
    await anna.blocks()
    await gone.deletes_account()
    refusals = [
        await bot.refused(method, chat_id=person.id, text="x", action="typing")
        for person in (anna, gone, stranger)
    ]
    assert refusals == [
        "Forbidden: bot was blocked by the user",
        "Forbidden: user is deactivated",
        "Forbidden: bot can't initiate conversation with a user",
    ]
    await anna.unblocks()
    await stranger.sends("/start")
    for person in (anna, stranger):
        assert await bot.do(method, chat_id=person.id, text="x", action="typing")


async def test_blocking_is_told_as_a_change_of_membership(api: FakeBotApi, bot: Client) -> None:
    anna = api.person(id=7)
    await anna.blocks()
    await anna.unblocks()
    blocked, unblocked = [update["my_chat_member"] for update in await bot.do("getUpdates")]
    assert blocked["chat"] == {"id": 7, "first_name": "Anna", "type": "private"}
    assert blocked["old_chat_member"]["status"] == "member"
    assert blocked["new_chat_member"]["status"] == "kicked"
    assert unblocked["new_chat_member"]["status"] == "member"
    await anna.blocks()
    with pytest.raises(AssertionError, match="unblock"):
        await anna.sends("a")


# --- the bot's profile


async def test_commands_and_descriptions_are_kept_by_language(bot: Client) -> None:
    german = [{"command": "hilfe", "description": "Hilfe"}]
    scope = {"type": "all_private_chats"}
    where = {"language_code": "de", "scope": scope}
    assert await bot.do("setMyCommands", commands=german, **where) is True
    assert await bot.do("getMyCommands", **where) == german
    assert await bot.do("getMyCommands", language_code="en") == []
    await bot.do("setMyDescription", description="Hallo", language_code="de")
    await bot.do("setMyShortDescription", short_description="Kurz")
    assert await bot.do("getMyDescription", language_code="de") == {"description": "Hallo"}
    assert await bot.do("getMyShortDescription") == {"short_description": "Kurz"}
    assert await bot.do("getChatMenuButton") == {"type": "default"}
    await bot.do("setChatMenuButton", menu_button={"type": "commands"})
    assert await bot.do("getChatMenuButton") == {"type": "commands"}


@pytest.mark.parametrize(
    ("method", "parameters"),
    [
        ("setMyCommands", {"commands": [{"command": "Hilfe", "description": "x"}]}),
        ("setMyCommands", {"commands": [{"command": "x" * 33, "description": "x"}]}),
        ("setMyCommands", {"commands": [{"command": "x", "description": ""}]}),
        ("setMyCommands", {"commands": [{"command": "x", "description": "x" * 257}]}),
        ("setMyCommands", {"commands": [{"command": "x", "description": "x"}] * 101}),
        ("setMyCommands", {"language_code": "deu"}),
        ("setMyDescription", {"description": "x" * 513}),
        ("setMyShortDescription", {"short_description": "x" * 121}),
        ("setChatMenuButton", {"menu_button": {"type": "none"}}),
        ("answerCallbackQuery", {"text": "x" * 201}),
        ("sendChatAction", {"action": "dance"}),
        ("sendMessage", {"text": "x", "chat_id": 7, "reply_parameters": [1]}),
        ("setMessageReaction", {"reaction": ["👍"]}),
        ("setMessageReaction", {"reaction": {}}),
    ],
)
async def test_values_beyond_the_documented_limits_are_refused(
    api: FakeBotApi, bot: Client, method: str, parameters: Json
) -> None:
    api.person(id=7)
    assert (await bot.refused(method, **parameters)).startswith("Bad Request: ")


# --- people


async def test_updates_have_the_documented_shape(
    api: FakeBotApi, bot: Client, clock: FakeClock
) -> None:
    anna = api.person(id=7, first_name="Anna", last_name="M", language_code="de")
    await anna.sends("/start abc")
    clock.advance(minutes=2)
    await anna.edits("/start", "hallo")
    await bot.do("sendMessage", chat_id=7, text="?", reply_markup=keyboard("Ja"))
    tap = await anna.taps("Ja")
    first, edited, tapped = await bot.do("getUpdates")
    user = {
        "id": 7,
        "is_bot": False,
        "first_name": "Anna",
        "last_name": "M",
        "language_code": "de",
    }
    chat = {"id": 7, "first_name": "Anna", "last_name": "M", "type": "private"}
    date = int(clock.time()) - 120
    message = {"message_id": 1, "from": user, "chat": chat, "date": date}
    command = {"offset": 0, "length": 6, "type": "bot_command"}
    written = {"text": "/start abc", "entities": [command]}
    assert first == {"update_id": 100, "message": message | written}
    corrected = {"text": "hallo", "edit_date": date + 120}
    assert edited == {"update_id": 101, "edited_message": message | corrected}
    query = tapped["callback_query"]
    assert (query["id"], query["from"], query["data"]) == (tap, user, "data-Ja")
    assert query["message"]["reply_markup"] == keyboard("Ja")
    assert query["message"]["from"]["is_bot"] is True


async def test_a_double_tap_and_a_forged_one_are_updates_of_their_own(
    api: FakeBotApi, bot: Client
) -> None:
    anna = api.person(id=7)
    sent = await bot.do("sendMessage", chat_id=7, text="?", reply_markup=keyboard("Ja", "Nein"))
    first = await anna.taps("Ja")
    await bot.do("editMessageReplyMarkup", chat_id=7, message_id=sent["message_id"])
    with pytest.raises(AssertionError, match=r"bot: \?"):
        await anna.taps("Ja")
    second = await anna.taps_again()
    await anna.deletes("?")
    await bot.do("sendMessage", chat_id=7, text="neu")
    forged = await anna.taps_data("\0böse")
    queries = [update["callback_query"] for update in await bot.do("getUpdates")]
    assert [query["id"] for query in queries] == [first, second, forged]
    assert [query["data"] for query in queries] == ["data-Ja", "data-Ja", "\0böse"]
    assert queries[2]["message"]["text"] == "neu"


async def test_a_tap_below_a_deleted_message_brings_an_inaccessible_one(
    api: FakeBotApi, bot: Client
) -> None:
    anna = api.person(id=7)
    await bot.do("sendMessage", chat_id=7, text="?", reply_markup=keyboard("Ja"))
    await anna.taps("Ja")
    await anna.deletes("?")
    await anna.taps_again()
    _, update = await bot.do("getUpdates")
    chat = {"id": 7, "first_name": "Anna", "type": "private"}
    gone = {"message_id": 1, "chat": chat, "date": 0}
    assert update["callback_query"]["message"] == gone


async def test_the_newest_button_is_tapped_an_exact_label_first(
    api: FakeBotApi, bot: Client
) -> None:
    anna = api.person(id=7)
    for markup in (keyboard("Ja"), keyboard("Ja", "Nein"), keyboard("Ja, gern")):
        await bot.do("sendMessage", chat_id=7, text="?", reply_markup=markup)
    for label in ("Ja", "gern", "Nein"):
        await anna.taps(label)
    queries = [update["callback_query"] for update in await bot.do("getUpdates")]
    assert [query["message"]["message_id"] for query in queries] == [2, 3, 2]


@pytest.mark.parametrize("kind", list(MEDIA))
async def test_media_can_be_read_by_the_library(api: FakeBotApi, bot: Client, kind: str) -> None:
    await api.person(id=7).sends_medium(kind)
    (raw,) = await bot.do("getUpdates")
    update = Update.de_json(raw, None)
    assert update.effective_message
    assert getattr(update.effective_message, kind)
    assert not update.effective_message.api_kwargs
    if kind in ("photo", "voice"):
        file = raw["message"][kind]
        file_id = (file[0] if kind == "photo" else file)["file_id"]
        assert (await bot.do("getFile", file_id=file_id))["file_path"]


async def test_long_pastes_forwards_and_replies(api: FakeBotApi, bot: Client) -> None:
    anna = api.person(id=7)
    with pytest.raises(ValueError, match="pastes"):
        await anna.sends("x" * 4097)
    assert [len(part.text) for part in await anna.pastes("x" * 9000)] == [4096, 4096, 808]
    await anna.forwards("kopiert")
    asked = anna.newest(by_bot=False)
    await anna.sends("dazu", reply_to=asked)
    *_, forwarded, reply = await bot.do("getUpdates")
    assert forwarded["message"]["forward_origin"]["type"] == "user"
    assert reply["message"]["reply_to_message"]["text"] == "kopiert"


async def test_hostile_text_and_raw_updates_arrive_as_they_are(
    api: FakeBotApi, bot: Client
) -> None:
    anna = api.person(id=7)
    hostile = "\0 \ud83d \u202e"
    await anna.sends(hostile)
    assert await anna.sends_raw({"message": {"chat": []}, "neu": None}) == 101
    first, raw = await bot.do("getUpdates")
    assert first["message"]["text"] == hostile
    assert raw == {"update_id": 101, "message": {"chat": []}, "neu": None}


async def test_groups_and_channels(api: FakeBotApi, bot: Client) -> None:
    anna, group = api.person(id=7), api.group()
    await group.is_joined_by_bot(anna)
    await anna.sends("/start@coach_test_bot", to=group)
    channel = api.group(id=-1_002, type="channel", title="Neues")
    await anna.sends("Beitrag", to=channel)
    joined, added, said, post = await bot.do("getUpdates")
    assert joined["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert added["message"]["new_chat_members"][0]["is_bot"] is True
    assert said["message"]["chat"]["type"] == "supergroup"
    assert "from" not in post["channel_post"]
    assert await bot.do("leaveChat", chat_id=group.id) is True
    assert not group.has_bot
    assert "not a member" in await bot.refused("sendMessage", chat_id=group.id, text="x")
    assert "private chats" in await bot.refused("leaveChat", chat_id=7)


async def test_sees_waits_and_reads_on(api: FakeBotApi, bot: Client) -> None:
    anna = api.person(id=7)
    waiting = asyncio.create_task(anna.sees("Frage 1"))
    sent = await bot.do("sendMessage", chat_id=7, text="Frage 1")
    assert (await waiting).id == sent["message_id"]
    with pytest.raises(AssertionError, match=r"(?s)Nothing new fits 'Frage 1'.*bot: Frage 1"):
        await anna.sees("Frage 1", patience=0.01)  # seen already
    place = {"chat_id": 7, "message_id": sent["message_id"]}
    await bot.do("editMessageReplyMarkup", **place, reply_markup=keyboard("Ja"))
    with pytest.raises(AssertionError):
        await anna.sees("Frage 1", patience=0.01)  # a new keyboard is no new text
    assert (await anna.sees(lambda message: message.buttons)).buttons == ["Ja"]
    await bot.do("editMessageText", **place, text="Frage 1, neu")
    assert (await anna.sees("neu")).text == "Frage 1, neu"
    await bot.do("sendMessage", chat_id=7, text="Frage 2")
    anna.reads_everything()
    with pytest.raises(AssertionError):
        await anna.sees("Frage 2", patience=0.01)
    assert anna.newest("Frage 2").text == "Frage 2"


async def test_answers_to_taps_and_chat_actions_are_seen(api: FakeBotApi, bot: Client) -> None:
    anna = api.person(id=7)
    await bot.do("sendMessage", chat_id=7, text="?", reply_markup=keyboard("Ja"))
    tap = await anna.taps("Ja")
    await bot.do("answerCallbackQuery", callback_query_id=tap, text="Gespeichert")
    await bot.do("sendChatAction", chat_id=7, action="typing")
    assert await anna.is_told("Gespeichert") == "Gespeichert"
    assert anna.actions == ["typing"]
    with pytest.raises(AssertionError, match="No tap was answered 'x'"):
        await anna.is_told("x", patience=0.01)


# --- faults


async def test_an_error_strikes_the_calls_it_is_meant_for(api: FakeBotApi, bot: Client) -> None:
    api.person(id=7)
    api.person(id=8)
    rule = api.faults.on("send*", error(429, retry_after=7), chat=7, nth=2, times=2)
    outcomes = []
    for chat, text in [(7, "a"), (8, "b"), (7, "c"), (7, "d"), (8, "e"), (7, "f")]:
        answer = await bot.call("sendMessage", chat_id=chat, text=text)
        outcomes.append((text, answer["ok"]))
        if not answer["ok"]:
            assert answer["description"] == "Too Many Requests: retry after 7"
            assert answer["parameters"] == {"retry_after": 7}
    assert outcomes == [(text, text not in "cd") for text in "abcdef"]
    assert [call.text for call in await rule.happened(2)] == ["c", "d"]
    assert api.calls[2].status == 429


async def test_faults_can_be_bound_to_a_condition_and_taken_back(
    api: FakeBotApi, bot: Client
) -> None:
    api.person(id=7)
    broken = error(500, "restart")
    rule = api.faults.on("*", broken, times=None, when=lambda call: "x" in call.text)
    assert (await bot.call("sendMessage", chat_id=7, text="a"))["ok"]
    for _ in range(3):
        refusal = await bot.refused("sendMessage", chat_id=7, text="x")
        assert refusal == "Internal Server Error: restart"
    api.faults.remove(rule)
    assert (await bot.call("sendMessage", chat_id=7, text="x"))["ok"]
    api.faults.on("*", broken)
    api.faults.clear()
    assert (await bot.call("getMe"))["ok"]


async def test_a_reset_comes_before_processing(api: FakeBotApi, bot: Client) -> None:
    anna = api.person(id=7)
    api.faults.on("sendMessage", reset())
    with pytest.raises(aiohttp.ClientOSError) as raised:
        await bot.call("sendMessage", chat_id=7, text="x")
    assert raised.value.errno == errno.ECONNRESET
    assert anna.messages == []
    assert api.calls[0].status is None
    assert (await bot.call("sendMessage", chat_id=7, text="x"))["ok"]


@pytest.mark.parametrize(("effect", "gone"), [(lost_answer(), True), (cut_off(), False)])
async def test_an_answer_is_lost_after_processing(
    api: FakeBotApi, bot: Client, effect: Any, gone: bool
) -> None:
    anna = api.person(id=7)
    api.faults.on("sendMessage", effect)
    expected = aiohttp.ServerDisconnectedError if gone else aiohttp.ClientPayloadError
    with pytest.raises(expected):
        await bot.call("sendMessage", chat_id=7, text="x")
    assert [message.text for message in anna.messages] == ["x"]


async def test_a_lost_answer_to_a_poll_confirms_but_brings_the_updates_again(
    api: FakeBotApi, bot: Client, clock: FakeClock
) -> None:
    await api.person().sends("a")
    api.faults.on("getUpdates", lost_answer())
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await bot.updates()
    clock.advance(seconds=1)
    assert await bot.updates() == [100]


@pytest.mark.parametrize(
    ("effect", "status", "content_type", "shown"),
    [
        (html(502), 502, "text/html", 0),
        (html(200), 200, "text/html", 0),
        (half_json(), 200, "application/json", 1),
    ],
)
async def test_answers_that_are_no_json(
    api: FakeBotApi, bot: Client, effect: Any, status: int, content_type: str, shown: int
) -> None:
    anna = api.person(id=7)
    api.faults.on("sendMessage", effect)
    url = f"{api.base_url}/bot{TOKEN}/sendMessage"
    async with bot.session.post(url, json={"chat_id": 7, "text": "x"}) as response:
        assert (response.status, response.content_type) == (status, content_type)
        with pytest.raises(json.JSONDecodeError):
            json.loads(await response.text())
    assert len(anna.messages) == shown


@pytest.mark.parametrize("processed", [False, True])
async def test_a_call_can_be_held_before_or_after_processing(
    api: FakeBotApi, bot: Client, processed: bool
) -> None:
    anna = api.person(id=7)
    rule = api.faults.on("sendMessage", hold := Hold(processed=processed))
    sending = asyncio.create_task(bot.call("sendMessage", chat_id=7, text="x"))
    await rule.happened()
    await bot.do("getMe")
    assert not sending.done()
    assert len(anna.messages) == processed
    hold.release()
    assert (await sending)["ok"]
    assert len(anna.messages) == 1


async def test_a_held_call_is_processed_though_the_bot_hung_up(
    api: FakeBotApi, bot: Client
) -> None:
    anna = api.person(id=7)
    rule = api.faults.on("sendMessage", hold := Hold())
    sending = asyncio.create_task(bot.call("sendMessage", chat_id=7, text="x"))
    await rule.happened()
    sending.cancel()
    await asyncio.wait([sending])
    await bot.do("getMe")
    hold.release()
    assert (await anna.sees("x")).by_bot


async def test_a_server_that_is_down_refuses_and_comes_back(api: FakeBotApi, bot: Client) -> None:
    poll = asyncio.create_task(bot.call("getUpdates", timeout=50))
    await api.calls.arrived("getUpdates")
    await api.goes_down()
    with pytest.raises(aiohttp.ClientError):
        await poll
    with pytest.raises(aiohttp.ClientConnectorError):
        await bot.call("getMe")
    await api.person().sends("a")
    await api.comes_up()
    assert await bot.updates(offset=1) == [100]


# --- webhooks


class Receiver:
    """The bot's end of a webhook: answers what the test says, 200 by default."""

    def __init__(self) -> None:
        self.bodies: list[Json] = []
        self.headers: list[str | None] = []
        self.answers: list[tuple[int, Json]] = []
        self.hold: asyncio.Event | None = None
        self.arrived = asyncio.Condition()
        self.url = ""

    async def __call__(self, request: web.BaseRequest) -> web.Response:
        async with self.arrived:
            self.bodies.append(await request.json())
            self.headers.append(request.headers.get(SECRET))
            self.arrived.notify_all()
        status, headers = self.answers.pop(0) if self.answers else (200, {})
        if self.hold:
            await self.hold.wait()
        return web.Response(status=status, headers=headers)

    @property
    def ids(self) -> list[int]:
        return [body["update_id"] for body in self.bodies]

    async def got(self, count: int) -> list[int]:
        async with self.arrived:
            await self.arrived.wait_for(lambda: len(self.bodies) >= count)
        return self.ids


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    hook = Receiver()
    server = web.Server(hook)
    listener = await asyncio.get_running_loop().create_server(server, "127.0.0.1", 0)
    hook.url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}/hook"
    yield hook
    listener.close()
    server.pre_shutdown()
    await server.shutdown(timeout=1)


async def turn_of(api: FakeBotApi) -> None:
    """Let the server's tasks run until they wait for something outside."""
    for _ in range(20):
        await asyncio.sleep(0)
    assert api.delivery.webhook


async def test_a_webhook_gets_the_updates_with_its_secret(
    api: FakeBotApi, bot: Client, receiver: Receiver
) -> None:
    await api.person().sends("vorher")
    answer = await bot.call("setWebhook", url=receiver.url, secret_token="geheim-1")
    assert answer["description"] == "Webhook was set"
    await api.person().sends("nachher")
    assert await receiver.got(2) == [100, 101]
    assert receiver.headers == ["geheim-1", "geheim-1"]
    await api.updates.drained()
    answer = await bot.call("setWebhook", url=receiver.url, secret_token="geheim-1")
    assert answer["description"] == "Webhook is already set"


async def test_polling_and_a_webhook_exclude_each_other(
    api: FakeBotApi, bot: Client, receiver: Receiver
) -> None:
    poll = asyncio.create_task(bot.call("getUpdates", timeout=50))
    await api.calls.arrived("getUpdates")
    await bot.do("setWebhook", url=receiver.url)
    assert (await poll)["description"] == "Conflict: terminated by setWebhook request"
    assert await bot.refused("getUpdates") == (
        "Conflict: can't use getUpdates method while webhook is active;"
        " use deleteWebhook to delete the webhook first"
    )
    assert (await bot.do("getWebhookInfo"))["url"] == receiver.url
    answer = await bot.call("deleteWebhook")
    assert answer["description"] == "Webhook was deleted"
    await api.person().sends("a")
    assert await bot.updates() == [100]
    await bot.do("deleteWebhook", drop_pending_updates=True)
    assert await bot.updates() == []


async def test_a_failed_delivery_is_repeated_at_once_then_ever_later(
    api: FakeBotApi, bot: Client, clock: FakeClock, receiver: Receiver
) -> None:
    receiver.answers = [(500, {})] * 4
    await bot.do("setWebhook", url=receiver.url)
    await api.person().sends("a")
    await receiver.got(2)
    for count, pause in ((3, 2), (4, 4), (5, 8)):
        await pause_is_over(api, clock, receiver, count, pause)
    assert receiver.ids == [100] * 5
    await api.updates.drained()
    info = await bot.do("getWebhookInfo")
    assert info["last_error_message"] == (
        "Wrong response from the webhook: 500 Internal Server Error"
    )


async def pause_is_over(
    api: FakeBotApi, clock: FakeClock, receiver: Receiver, count: int, pause: float
) -> None:
    """Assert that the next try comes after `pause` seconds of the clock and not before."""
    await clock.waiters(lambda due: due == clock.time() + pause)
    clock.advance(seconds=pause - 0.5)
    await turn_of(api)
    assert len(receiver.bodies) == count - 1
    clock.advance(seconds=0.5)
    await receiver.got(count)


async def test_retry_after_is_honoured(
    api: FakeBotApi, bot: Client, clock: FakeClock, receiver: Receiver
) -> None:
    receiver.answers = [(503, {"Retry-After": "30"})]
    await bot.do("setWebhook", url=receiver.url)
    await api.person().sends("a")
    await receiver.got(1)
    await pause_is_over(api, clock, receiver, 2, 30)
    await api.updates.drained()


async def test_order_is_kept_in_a_chat_but_not_across_queues(
    api: FakeBotApi, bot: Client, receiver: Receiver
) -> None:
    anna, eva = api.person(id=7), api.person(id=8)
    await bot.do("sendMessage", chat_id=7, text="?", reply_markup=keyboard("Ja"))
    receiver.hold = asyncio.Event()
    await bot.do("setWebhook", url=receiver.url)
    await anna.sends("a")  # 100
    await anna.sends("b")  # 101: waits for 100
    await eva.sends("c")  # 102: another chat
    await anna.taps("Ja")  # 103: another queue of the same person
    await anna.blocks()  # 104: and another one
    assert sorted(await receiver.got(4)) == [100, 102, 103, 104]
    receiver.hold.set()
    assert (await receiver.got(5))[-1] == 101
    await api.updates.drained()


async def test_a_stuck_chat_stops_others_only_beyond_twice_the_connections(
    api: FakeBotApi, bot: Client, clock: FakeClock, receiver: Receiver
) -> None:
    receiver.answers = [(503, {"Retry-After": "600"})] * 2
    await bot.do("setWebhook", url=receiver.url, max_connections=1)
    for number in range(3):
        await api.person(id=number + 1).sends("a")
    await receiver.got(2)
    await clock.waiters(lambda due: due == clock.time() + 600, count=2)
    await turn_of(api)
    assert receiver.ids == [100, 101]  # two are loaded, and wait: the third is not loaded
    clock.advance(seconds=600)
    assert sorted(await receiver.got(5)) == [100, 100, 101, 101, 102]
    await api.updates.drained()


async def test_a_webhook_that_is_silent_for_a_minute_is_asked_again(
    api: FakeBotApi, bot: Client, clock: FakeClock, receiver: Receiver
) -> None:
    receiver.hold = asyncio.Event()
    await bot.do("setWebhook", url=receiver.url)
    await api.person().sends("a")
    await receiver.got(1)
    clock.advance(seconds=60)
    await receiver.got(2)
    assert (await bot.do("getWebhookInfo"))["last_error_message"] == "Read timeout expired"
    receiver.hold.set()
    await api.updates.drained()


async def test_an_update_is_dropped_when_it_expires_before_the_next_try(
    api: FakeBotApi, bot: Client, clock: FakeClock, receiver: Receiver
) -> None:
    confirmed: list[int] = []
    api.updates.on_confirmed = confirmed.extend
    anna = api.person(id=7)
    await bot.do("sendMessage", chat_id=7, text="?", reply_markup=keyboard("Ja"))
    receiver.answers = [(503, {"Retry-After": "151"})]
    await bot.do("setWebhook", url=receiver.url)
    await anna.taps("Ja")
    await receiver.got(1)
    await api.updates.drained()
    assert confirmed == []
    clock.advance(days=1)
    await turn_of(api)
    assert receiver.ids == [100]


@pytest.mark.parametrize(
    ("parameters", "description"),
    [
        ({"url": "nirgends"}, "Bad Request: invalid webhook URL specified"),
        (
            {"url": "http://a.at", "secret_token": "ä"},
            "Bad Request: secret token contains unallowed characters",
        ),
        (
            {"url": "http://a.at", "secret_token": "x" * 257},
            "Bad Request: secret token is too long",
        ),
    ],
)
async def test_webhooks_that_telegram_refuses(
    bot: Client, parameters: Json, description: str
) -> None:
    assert await bot.refused("setWebhook", **parameters) == description


async def test_an_unreachable_webhook_is_an_error_that_the_info_tells(
    api: FakeBotApi, bot: Client, clock: FakeClock
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/"
    await bot.do("setWebhook", url=url)
    await api.person().sends("a")
    await clock.waiters(lambda due: due == clock.time() + 2)
    info = await bot.do("getWebhookInfo")
    assert info["last_error_message"] == "Connection refused"
    assert info["pending_update_count"] == 1


# --- the clock, the library, the thread


async def test_the_clock_wakes_whoever_waited_for_that_moment() -> None:
    clock = FakeClock()
    start = clock.now()
    waiting = asyncio.create_task(clock.wait_until(clock.time() + 10))
    await clock.waiters(lambda _: True)
    clock.advance(seconds=9)
    await asyncio.sleep(0)
    assert not waiting.done()
    clock.advance(seconds=1)
    await waiting
    clock.move_to(start)
    assert clock.now() == start


async def test_the_library_talks_to_it(api: FakeBotApi, clock: FakeClock) -> None:
    anna = api.person(id=7)
    bot = Bot(TOKEN, base_url=f"{api.base_url}/bot", base_file_url=f"{api.base_url}/file/bot")
    async with bot:
        assert bot.username == "coach_test_bot"
        sent = await bot.send_message(7, "<b>Hallo</b>", parse_mode="HTML")
        assert sent.date == clock.now()
        assert sent.entities[0].type == "bold"
        document = await bot.send_document(7, InputFile(b"%PDF", filename="a.pdf"), caption="x")
        assert document.document
        photo = await bot.send_photo(7, PICTURE)
        assert (photo.photo[0].width, photo.photo[0].height) == (2, 1)
        file = await bot.get_file(document.document.file_id)
        assert bytes(await file.download_as_bytearray()) == b"%PDF"
        await anna.sends("/start")
        (update,) = await bot.get_updates()
        assert update.effective_user
        assert update.effective_user.language_code == "de"
        assert await bot.set_my_commands([("start", "Los")])
    assert anna.chat == "bot: Hallo\nbot: <a.pdf> x\nbot: <photo> \nAnna: /start"


def test_it_serves_from_a_thread_too() -> None:
    with run_in_thread(FakeBotApi()) as thread:
        anna = thread.api.person(id=7)
        url = f"{thread.api.base_url}/bot{TOKEN}/sendMessage"
        bot = threading.Thread(target=_send_from_elsewhere, args=(url,))
        bot.start()
        assert thread.do(anna.sees("Hallo")).text == "Hallo"
        bot.join()
        thread.do(anna.sends("Servus"))
        assert thread.ask(lambda: anna.chat) == "bot: Hallo\nAnna: Servus"


def _send_from_elsewhere(url: str) -> None:
    async def send() -> None:
        async with aiohttp.ClientSession() as session:
            await session.post(url, json={"chat_id": 7, "text": "Hallo"})

    asyncio.run(send())


def test_utf16_length_counts_surrogates() -> None:
    assert [utf16_length(text) for text in ("", "a", "ä", "😀", "\ud800")] == [0, 1, 1, 2, 1]
