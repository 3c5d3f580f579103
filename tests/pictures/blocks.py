"""Block Kit as HTML that resembles a chat: a rendering of the bot's real blocks, not a picture of Slack."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

Block = Mapping[str, Any]

NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))
"""A Monday morning."""
EMOJI = {
    "warning": "⚠️", "calendar": "📅", "repeat": "🔁", "alarm_clock": "⏰", "red_circle": "🔴",
    "large_orange_circle": "🟠", "large_blue_circle": "🔵", "seedling": "🌱",
}  # fmt: skip

STYLE = """
* { box-sizing: border-box; margin: 0 }
body { font: 15px/1.46 Inter, "Segoe UI", sans-serif; color: #1d1c1d; background: #fff; padding: 22px 26px }
.said { display: flex; gap: 10px; margin-bottom: 16px }
.face { width: 36px; height: 36px; border-radius: 8px; flex: none; color: #fff; font-weight: 700; text-align: center; line-height: 36px }
.name { font-weight: 700 } .app { font-size: 10px; background: #e8e8e8; border-radius: 3px; padding: 1px 4px; margin: 0 4px }
.at { color: #616061; font-size: 12px; margin-left: 6px } .mention { background: #e8f5fa; color: #1264a3; border-radius: 3px; padding: 0 2px }
.block { margin: 6px 0 } .context { color: #616061; font-size: 13px } .row { display: flex; gap: 12px; align-items: flex-start; justify-content: space-between }
.actions { display: flex; flex-wrap: wrap; gap: 8px }
.button { border: 1px solid #bbb; border-radius: 8px; padding: 4px 12px; font-weight: 600; font-size: 14px; background: #fff; white-space: nowrap }
.primary { background: #007a5a; border-color: #007a5a; color: #fff } .danger { border-color: #e01e5a; color: #e01e5a }
.select::after { content: " ▾"; color: #616061 } .dots { border: 1px solid #ddd; border-radius: 8px; padding: 2px 9px; color: #616061; white-space: nowrap }
code { background: #f6f6f6; border: 1px solid #ddd; border-radius: 3px; padding: 0 3px; font-size: 12px; color: #c01343 }
hr { border: 0; border-top: 1px solid #ddd; margin: 12px 0 } h3 { font-size: 18px; margin: 8px 0 } a { color: #1264a3; text-decoration: none }
.modal { border: 1px solid #ccc; border-radius: 12px; box-shadow: 0 12px 32px #0003; overflow: hidden } .modal > header { font-weight: 800; font-size: 18px; padding: 14px 20px; border-bottom: 1px solid #ddd }
.modal > main { padding: 8px 20px } .modal > footer { padding: 12px 20px; border-top: 1px solid #ddd; display: flex; justify-content: flex-end; gap: 8px }
label { font-weight: 700; display: block; margin: 8px 0 3px } .field { border: 1px solid #868686; border-radius: 4px; padding: 6px 10px; min-height: 34px } .tall { min-height: 62px }
.hint { color: #616061; font-size: 12px } .optional { font-weight: 400; color: #616061 } .two { display: grid; grid-template-columns: 1fr 1fr; gap: 0 16px }
.caption { color: #868686; font-size: 11px; margin-top: 12px; text-align: right }
"""  # noqa: E501 - one rule set a line


def page(*parts: str) -> str:
    """The parts as a whole page, with a line that says what it is."""
    caption = '<p class="caption">Rendered from the bot\'s own blocks</p>'
    return f'<!doctype html><meta charset="utf-8"><style>{STYLE}</style>{"".join(parts)}{caption}'


def message(name: str, at: str, body: str, *, colour: str, app: bool = False) -> str:
    """One message."""
    badge = '<span class="app">APP</span>' if app else ""
    return (
        f'<div class="said"><div class="face" style="background:{colour}">{html.escape(name[0])}</div>'
        f'<div style="flex:1"><span class="name">{html.escape(name)}</span>{badge}<span class="at">{at}</span>'
        f"<div>{body}</div></div></div>"
    )


def blocks(told: Sequence[Block]) -> str:
    """Blocks, one below the other."""
    return "".join(_block(block) for block in told)


def modal(view: Block) -> str:
    """A form."""
    fields = [_input(block) if block["type"] == "input" else _block(block) for block in view["blocks"]]
    title, submit, close = (html.escape(view[name]["text"]) for name in ("title", "submit", "close"))
    return (
        f'<div class="modal"><header>{title}</header><main class="two">{"".join(fields)}</main><footer>'
        f'<span class="button">{close}</span><span class="button primary">{submit}</span></footer></div>'
    )


def mrkdwn(text: str) -> str:
    """Slack's marked-up text."""
    told = re.sub(r"<!date\^(\d+)\^\{ago\}\|[^>]*>", lambda found: ago(int(found[1])), text)
    told = re.sub(r"<!date\^\d+\^[^|]*\|([^>]*)>", r"\1", told)
    told = re.sub(r"<@[^>]*>", '<span class="mention">@Task bot</span>', told)
    told = re.sub(r"<(https[^|>]*)\|([^>]*)>", r"<a>\2</a>", told)
    told = re.sub(r":([a-z_]+):", lambda found: EMOJI.get(found[1], found[0]), told)
    told = re.sub(r"`([^`]+)`", r"<code>\1</code>", told)
    told = re.sub(r"(?<!\w)\*([^*\n]+)\*(?!\w)", r"<b>\1</b>", told)
    told = re.sub(r"(?<!\w)~([^~\n]+)~(?!\w)", r"<s>\1</s>", told)
    return told.replace("\n", "<br>")


def ago(at: int) -> str:
    """How far an instant is from the picture's present, as each reader's Slack would say it."""
    hours = round((at - NOW.timestamp()) / 3600)
    days = round(hours / 24)
    return f"in {hours} hours" if hours < 24 else "in a day" if days == 1 else f"in {days} days"


def _block(block: Block) -> str:
    match block["type"]:
        case "section":
            beside = _element(block["accessory"]) if "accessory" in block else ""
            return f'<div class="block row"><div>{mrkdwn(block["text"]["text"])}</div>{beside}</div>'
        case "context":
            words = " ".join(mrkdwn(element["text"]) for element in block["elements"])
            return f'<div class="block context">{words}</div>'
        case "actions":
            return f'<div class="block actions">{"".join(_element(element) for element in block["elements"])}</div>'
        case "header":
            return f"<h3>{html.escape(block['text']['text'])}</h3>"
        case "divider":
            return "<hr>"
        case "markdown":
            words = re.sub(r"\*\*([^*]+)\*\*", r"<b>\1</b>", html.escape(block["text"], quote=False))
            return f'<div class="block">{words}</div>'
        case unknown:
            raise ValueError(f"no picture of a {unknown} block yet")


def _element(element: Block) -> str:
    match element["type"]:
        case "button":
            label, style = html.escape(element["text"]["text"]), element.get("style", "")
            return f'<span class="button {style}">{label}</span>'
        case "overflow":
            return '<span class="dots">•••</span>'
        case _:
            chosen = element.get("initial_option", {}).get("text") or element["placeholder"]
            return f'<span class="button select">{html.escape(chosen["text"])}</span>'


def _input(block: Block) -> str:
    element = block["element"]
    chosen = element.get("initial_option", {}).get("text", {}).get("text")
    filled = next(
        (element[name] for name in ("initial_value", "initial_date", "initial_time") if name in element), chosen
    )
    optional = ' <span class="optional">(optional)</span>' if block.get("optional") else ""
    hint = f'<div class="hint">{html.escape(block["hint"]["text"])}</div>' if "hint" in block else ""
    wide = ' style="grid-column: 1 / 3"' if block["block_id"] in ("title", "notes") else ""
    tall = " tall" if element.get("multiline") else ""
    return (
        f"<div{wide}><label>{html.escape(block['label']['text'])}{optional}</label>"
        f'<div class="field{tall}">{html.escape(filled or "")}</div>{hint}</div>'
    )
