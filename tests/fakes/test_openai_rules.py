"""The stand-in OpenAI keeps the real one's rules for conversations, items, models and keys."""

from __future__ import annotations

import re
from typing import Any

import aiohttp
import openai
import pytest
from openai import AsyncOpenAI

from tests.fakes import openapi
from tests.fakes.openai import Call, OpenAIServer, Say, script
from tests.fakes.openai.brain import text_of


def _message(text: str) -> Any:
    return {"type": "message", "role": "user", "content": text}


async def test_a_call_without_an_output_blocks_the_conversation(client: AsyncOpenAI, server: OpenAIServer) -> None:
    """The next response is refused until the output is there; an output without a call is refused too."""
    server.brain = script(Call("look"), Say("fine"))
    conversation = await client.conversations.create()
    await client.responses.create(model="gpt-test", input="go", conversation=conversation.id)
    with pytest.raises(openai.BadRequestError, match="No tool output found for function call"):
        await client.responses.create(model="gpt-test", input="go on", conversation=conversation.id)
    (call,) = [item for item in server.store.conversations[conversation.id].items if item["type"] == "function_call"]
    output: Any = [{"type": "function_call_output", "call_id": call["call_id"], "output": "seen"}]
    answered = await client.responses.create(model="gpt-test", input=output, conversation=conversation.id)
    assert answered.output_text == "fine"
    with pytest.raises(openai.BadRequestError, match="No tool call found"):
        await client.responses.create(
            model="gpt-test",
            input=[{"type": "function_call_output", "call_id": "call_none", "output": ""}],
            conversation=conversation.id,
        )


async def test_ids_are_the_services(client: AsyncOpenAI, server: OpenAIServer) -> None:
    """A prefix for the kind of thing, and for a conversation 48 hexadecimal digits."""
    server.brain = script([Call("look"), Say("x")])
    conversation = await client.conversations.create()
    answer = await client.responses.create(model="gpt-test", input="x", conversation={"id": conversation.id})
    call, message = answer.output
    assert re.fullmatch("conv_[0-9a-f]{48}", conversation.id)
    assert call.type == "function_call"
    assert [name.partition("_")[0] for name in (answer.id, call.id or "", call.call_id, message.id or "")] == [
        "resp",
        "fc",
        "call",
        "msg",
    ]
    assert answer.conversation
    assert answer.conversation.id == conversation.id


async def test_unknown_things_are_not_found(client: AsyncOpenAI) -> None:
    """Conversations, items and models; a model says so by its code."""
    with pytest.raises(openai.NotFoundError, match="conv_none"):
        await client.responses.create(model="gpt-test", input="x", conversation="conv_none")
    with pytest.raises(openai.NotFoundError, match="conv_none"):
        await client.conversations.delete("conv_none")
    conversation = await client.conversations.create()
    with pytest.raises(openai.NotFoundError, match="msg_none"):
        await client.conversations.items.delete("msg_none", conversation_id=conversation.id)
    for asked in (client.responses.create(model="gpt-none", input="x"), client.models.retrieve("gpt-none")):
        with pytest.raises(openai.NotFoundError) as unknown:
            await asked
        assert unknown.value.code == "model_not_found"


async def test_models_are_listed(client: AsyncOpenAI) -> None:
    """Those that can be asked."""
    assert [model.id async for model in client.models.list()] == ["gpt-test"]
    assert (await client.models.retrieve("gpt-test")).id == "gpt-test"


async def test_a_wrong_key_and_none(client: AsyncOpenAI, server: OpenAIServer) -> None:
    """Each is a 401; only a wrong key is called invalid."""
    with pytest.raises(openai.AuthenticationError) as refused:
        await client.with_options(api_key="sk-wrong").models.retrieve("gpt-test")
    assert refused.value.code == "invalid_api_key"
    async with aiohttp.ClientSession() as nobody, nobody.get(f"{server.base_url}/models") as answer:
        assert (answer.status, (await answer.json())["error"]["code"]) == (401, None)


async def test_twenty_items_and_sixteen_pairs_are_the_most(client: AsyncOpenAI) -> None:
    """For what is put into a conversation by hand; a response takes as much input as it is given."""
    many = [_message(str(number)) for number in range(21)]
    pairs = {str(number): "x" for number in range(17)}
    conversation = await client.conversations.create(items=many[:20], metadata=dict(list(pairs.items())[:16]))
    for refused in (
        client.conversations.create(items=many),
        client.conversations.items.create(conversation.id, items=many),
        client.conversations.create(metadata=pairs),
        client.conversations.update(conversation.id, metadata=pairs),
    ):
        with pytest.raises(openai.BadRequestError):
            await refused
    answer = await client.responses.create(model="gpt-test", input=many, conversation=conversation.id)
    assert answer.output_text == "You said: 20"


async def test_metadata_is_replaced(client: AsyncOpenAI) -> None:
    """An update puts the new pairs in the place of the old."""
    conversation = await client.conversations.create(metadata={"old": "1"})
    await client.conversations.update(conversation.id, metadata={"new": "2"})
    assert (await client.conversations.retrieve(conversation.id)).metadata == {"new": "2"}


async def test_items_come_in_pages(client: AsyncOpenAI) -> None:
    """Newest first unless asked otherwise, after the item that is named, at most a hundred at once."""
    conversation = (await client.conversations.create()).id
    for start in range(0, 45, 15):
        batch = [_message(str(start + step)) for step in range(15)]
        await client.conversations.items.create(conversation, items=batch)
    listing = client.conversations.items
    texts = [text_of(item.model_dump()) async for item in listing.list(conversation, limit=20)]
    assert texts == [str(number) for number in range(44, -1, -1)]
    page = await listing.list(conversation, limit=2, order="asc")
    assert [text_of(item.model_dump()) for item in page.data] == ["0", "1"]
    rest = await listing.list(conversation, limit=100, order="asc", after=page.last_id or "")
    assert (len(rest.data), rest.has_more, text_of(rest.data[0].model_dump())) == (43, False, "2")
    one = await listing.retrieve(page.data[1].id or "", conversation_id=conversation)
    assert text_of(one.model_dump()) == "1"
    for limit in (0, 101):
        with pytest.raises(openai.BadRequestError, match="limit"):
            await listing.list(conversation, limit=limit)


async def test_items_outlive_their_conversation(client: AsyncOpenAI, server: OpenAIServer) -> None:
    """Deleting a conversation leaves the items that are still in it; only those deleted before are gone."""
    conversation = (await client.conversations.create(items=[_message("a"), _message("b"), _message("c")])).id
    newest = (await client.conversations.items.list(conversation)).data[0]
    await client.conversations.items.delete(newest.id or "", conversation_id=conversation)
    assert (await client.conversations.delete(conversation)).deleted
    assert [text_of(item) for item in server.store.left_behind] == ["a", "b"]
    with pytest.raises(openai.NotFoundError):
        await client.conversations.items.list(conversation)


async def test_a_response_without_a_conversation_leaves_nothing(client: AsyncOpenAI, server: OpenAIServer) -> None:
    """It sees its own input only."""
    answer = await client.responses.create(model="gpt-test", input="alone")
    assert (answer.output_text, answer.conversation) == ("You said: alone", None)
    assert server.store.conversations == {}


async def test_responses_outlive_all_but_their_own_deletion(client: AsyncOpenAI, server: OpenAIServer) -> None:
    """Stored unless it was asked for otherwise; whoever knows the id finds and deletes one."""
    server.brain = script(Say("one"), Say("two"))
    conversation = await client.conversations.create()
    stored = await client.responses.create(model="gpt-test", input="x", conversation=conversation.id)
    unstored = await client.responses.create(model="gpt-test", input="y", conversation=conversation.id, store=False)
    assert [one.model_dump()["store"] for one in (stored, unstored)] == [True, False]
    await client.conversations.delete(conversation.id)
    assert (await client.responses.retrieve(stored.id)).id == stored.id
    with pytest.raises(openai.NotFoundError):
        await client.responses.retrieve(unstored.id)
    await client.responses.delete(stored.id)
    with pytest.raises(openai.NotFoundError):
        await client.responses.delete(stored.id)


async def test_a_listing_may_lag_behind_a_deletion(client: AsyncOpenAI, server: OpenAIServer) -> None:
    """The item is gone for whoever asks for it by its id."""
    server.store.lag = 2
    conversation = await client.conversations.create(items=[_message("a"), _message("b")])
    first, _ = (await client.conversations.items.list(conversation.id, order="asc")).data
    await client.conversations.items.delete(first.id or "", conversation_id=conversation.id)
    with pytest.raises(openai.NotFoundError):
        await client.conversations.items.retrieve(first.id or "", conversation_id=conversation.id)
    listed = [len((await client.conversations.items.list(conversation.id)).data) for _ in range(3)]
    assert listed == [2, 2, 1]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/responses", b"{", 400),
        ("POST", "/responses", b"[]", 400),
        ("POST", "/responses", b'{"input": "x"}', 400),
        ("POST", "/responses", b'{"model": "gpt-test"}', 400),
        ("POST", "/responses", b'{"model": "gpt-test", "input": [{"type": "dance"}]}', 400),
        ("POST", "/conversations", b'{"items": [{"role": "user"}]}', 400),
        ("GET", "/nowhere", b"", 404),
        ("PUT", "/conversations", b"", 405),
    ],
)
async def test_a_malformed_request_gets_an_errors_body(
    server: OpenAIServer, method: str, path: str, body: bytes, status: int
) -> None:
    """Never a bare 500: the status, and a body with message, type, param and code."""
    headers = {"Authorization": "Bearer sk-test"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.request(method, server.base_url + path, data=body) as answer,
    ):
        said = await answer.json()
    assert answer.status == status
    assert set(said["error"]) == {"message", "type", "param", "code"}
    if openapi.present():
        assert openapi.problems("Error", said["error"]) == []


async def test_an_answer_ends_at_its_limit(client: AsyncOpenAI) -> None:
    """What was made until then is there, and the response says why it is incomplete; a model's own limit stands."""
    answer = await client.responses.create(model="gpt-test", input="x" * 400, max_output_tokens=20)
    assert answer.incomplete_details
    assert (answer.status, answer.incomplete_details.reason) == ("incomplete", "max_output_tokens")
    assert answer.output_text.startswith("You said: xxx")
    assert len(answer.output_text) == 80
    with pytest.raises(openai.BadRequestError, match="max_output_tokens"):
        await client.responses.create(model="gpt-test", input="x", max_output_tokens=1)
