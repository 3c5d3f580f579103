"""From an arguments model and a coroutine to a tool, whoever calls it."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar
from uuid import uuid4

import structlog
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from core.chat import Text
from core.errors import TaskBotError
from core.tools._results import failed
from core.tools.context import TurnContext
from core.tools.openly import NOT_NAMED, not_named

log = structlog.get_logger()

MOST_AT_ONCE = 100
MOST_CALLS = 50
"""Tool calls of one turn."""
MOST_CHANGES = 200
"""Tasks that one turn may add and change, each counted as often as it is."""
_ENOUGH = (
    "That is more than one message may do; nothing was done by this call. Tell the person what is done, and that they "
    "can ask for the rest in another message."
)
_FULL = (
    f"\n\n_I change at most {MOST_CHANGES} tasks for one message, so not all of it was done: what is shown is. Ask "
    "again for the rest._\n\n"
)


class Arguments(BaseModel):
    """Base of every tool's arguments. An unknown field is refused rather than lost without a word."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @property
    def touches(self) -> list[int]:
        """Numbers of the tasks that the call changes."""
        return []

    @property
    def makes(self) -> int:
        """How many tasks the call adds, or changes beside those."""
        return 0


def _listed(value: object) -> object:
    """One where a list is wanted counts as a list of one: models and people write it so."""
    return value if value is None or isinstance(value, list) else [value]


Listed = BeforeValidator(_listed)
TaskNumbers = Annotated[list[int], Listed, Field(min_length=1, max_length=MOST_AT_ONCE)]

A = TypeVar("A", bound=Arguments)


@dataclass(frozen=True, slots=True)
class Facts:
    """What callers are told that have not read the agent's instructions."""

    guide: str
    """What it does and wants, whole."""
    result: Mapping[str, object]
    """JSON Schema of what it returns where it doesn't fail (`core.tools.shapes`)."""
    read_only: bool = False
    destructive: bool = False
    """Whether it overwrites or deletes."""
    idempotent: bool = False


@dataclass(frozen=True, slots=True)
class Tool:
    """What a model, or a client of another kind, may call."""

    name: str
    description: str
    schema: Mapping[str, Any]
    """JSON Schema of the arguments."""
    call: Callable[[TurnContext, str], Awaitable[str]]
    """Runs it with its arguments as JSON; the result is JSON too, also where it says what went wrong."""
    facts: Facts


def define(run: Callable[[TurnContext, A], Awaitable[str]], arguments: type[A], facts: Facts) -> Tool:
    """Make the tool named after `run`, described by its docstring.

    Whatever goes wrong comes back as a result that tells the model what to do: an exception would leave the call
    without an output, and the conversation unusable.
    """

    async def call(turn: TurnContext, raw: str) -> str:
        turn.calls += 1
        if turn.calls > MOST_CALLS:
            return failed(_ENOUGH)
        try:
            given = arguments.model_validate_json(raw or "{}")
            if why := await _unwelcome(turn, given):
                return failed(why)
            return await run(turn, given)
        except ValidationError as error:
            return failed(_explain(error))
        except TaskBotError as error:
            return failed(str(error))
        except Exception:
            error_id = uuid4().hex[:8]
            log.exception("tool.failed", tool=run.__name__, error_id=error_id)
            return failed(
                f"Something went wrong on my side (error id {error_id}). Look at the list before trying that again."
            )

    return Tool(run.__name__, inspect.getdoc(run) or "", _lean(arguments.model_json_schema()), call, facts)


async def _unwelcome(turn: TurnContext, given: Arguments) -> str | None:
    """Why a call is not carried out: it is too much for one message, or for what its author has said."""
    count = len(given.touches) + given.makes
    if turn.changes + count > MOST_CHANGES:
        if not turn.full:
            turn.full = True
            turn.show(Text(_FULL))
        return _ENOUGH
    if await not_named(turn, given.touches):
        return NOT_NAMED
    turn.changes += count
    return None


def _explain(error: ValidationError) -> str:
    """The problems of the arguments in one sentence, without echoing their values."""
    problems = (
        f"{'.'.join(str(part) for part in problem['loc']) or 'arguments'}: {problem['msg']}"
        for problem in error.errors(include_url=False, include_input=False)[:5]
    )
    return (
        "The arguments can't be used, and nothing was changed. " + "; ".join(problems) + ". Mend them and call again."
    )


_UNSAID = frozenset(
    {"title", "default", "additionalProperties", "minItems", "maxItems", "minimum", "maximum", "maxLength"}
)
"""What costs bytes in every request and tells a model nothing it needs: arguments that break a limit are refused with a
sentence that names it."""


def _lean(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema pydantic makes, without what is left unsaid; definitions stand where they are used."""
    definitions = schema.get("$defs", {})

    def lean(part: Mapping[str, Any]) -> dict[str, Any]:
        options = [option for option in part.get("anyOf", ()) if option != {"type": "null"}]
        if "$ref" in part:
            # its docstring tells of our code; what it is here, the field's description says
            options = [{**definitions[part["$ref"].rpartition("/")[2]], "description": None}]
        if options:
            (real,) = options
            return lean({**real, **{key: value for key, value in part.items() if key not in ("anyOf", "$ref")}})
        short = {key: value for key, value in part.items() if key not in _UNSAID and value is not None}
        if "properties" in short:
            short["properties"] = {name: lean(value) for name, value in short["properties"].items()}
        if "items" in short:
            short["items"] = lean(short["items"])
        return short

    return lean({key: value for key, value in schema.items() if key not in ("$defs", "description")})
