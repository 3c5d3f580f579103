"""The page on which a person connects a client. Works without scripts, and can be framed by nobody."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from urllib.parse import urlsplit

from aiohttp import web

HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
}

_HTML = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Task bot</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 34rem; margin: 3rem auto; padding: 0 1rem; color: #222 }}
textarea {{ width: 100%; height: 7rem; font: 14px monospace; box-sizing: border-box }}
button {{ font: inherit; padding: .4rem 1rem; margin: .8rem .5rem 0 0 }} .error {{ color: #a00 }}
</style>
{body}
</html>"""
_FORM = """<h1>Connect {client}?</h1>
<p><b>{client}</b> wants to read and change your tasks. Its answer goes to <b>{where}</b>.</p>
{error}<form method="post" action="/oauth/authorize">{hidden}
<p><label for="code">Say <code>/task connect</code> in your chat with the bot, and paste the code here:</label></p>
<textarea id="code" name="code" autocomplete="off" spellcheck="false" autofocus></textarea>
<p>Paste it only if you have just asked {client} to connect. <code>/task connections</code> ends it.</p>
<button>Connect</button><button name="deny" value="yes">Cancel</button></form>"""


def asked(client: str, redirect: str, given: Mapping[str, str], error: str = "") -> web.Response:
    """Who asks, where the answer goes, and a field for the code; `error` says what was wrong with the last one."""
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in given.items()
    )
    parts = urlsplit(redirect)
    where = "this computer" if parts.scheme == "http" else (parts.hostname if parts.scheme == "https" else parts.scheme)
    body = _FORM.format(
        client=escape(client),
        where=escape(str(where)),
        hidden=hidden,
        error=f'<p class="error">{escape(error)}</p>\n' if error else "",
    )
    # a browser holds what a form leads to against this list, too
    target = f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") else f"{parts.scheme}:"
    return _page(400 if error else 200, body, f"form-action 'self' {target}")


def refused(sentence: str) -> web.Response:
    """Nobody is sent anywhere."""
    return _page(400, f"<h1>Not connected</h1>\n<p>{escape(sentence)}</p>", "form-action 'none'")


def _page(status: int, body: str, form: str) -> web.Response:
    policy = f"default-src 'none'; style-src 'unsafe-inline'; {form}; frame-ancestors 'none'; base-uri 'none'"
    return web.Response(
        status=status,
        text=_HTML.format(body=body),
        content_type="text/html",
        headers={**HEADERS, "Content-Security-Policy": policy},
    )
