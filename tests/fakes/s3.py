"""A stand-in bucket of S3 on loopback, as boto3 speaks to it: objects, lists by pages, conditional writes, refusals.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html
"""

from __future__ import annotations

import hashlib
from typing import Self
from xml.sax.saxutils import escape

from aiohttp import web

PAGE = 2
"""Objects that one list gives, so that pages are turned."""


class S3Server:
    """One bucket."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.away = False
        """Whether it answers 503 to everything."""
        self.url = ""
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{bucket}{key:.*}", self._take)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner:
            await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        if self.away:
            return _error(503, "ServiceUnavailable")
        key, body = request.match_info["key"].lstrip("/"), await request.read()
        kept = self.objects.get(key)
        match request.method:
            case "PUT":
                return self._put(request, key, kept, _decoded(request, body))
            case "DELETE":
                self.objects.pop(key, None)
                return web.Response(status=204)
            case _ if not key:
                return self._listed(request)
            case _ if kept is None:
                return _error(404, "NoSuchKey")
        return web.Response(body=kept, headers={"ETag": _etag(kept)})

    def _put(self, request: web.Request, key: str, kept: bytes | None, body: bytes) -> web.Response:
        if request.headers.get("If-None-Match") == "*" and kept is not None:
            return _error(412, "PreconditionFailed")
        wanted = request.headers.get("If-Match")
        if wanted is not None and kept is None:
            return _error(404, "NoSuchKey")
        if wanted is not None and kept is not None and wanted != _etag(kept):
            return _error(412, "PreconditionFailed")
        self.objects[key] = body
        return web.Response(headers={"ETag": _etag(body)})

    def _listed(self, request: web.Request) -> web.Response:
        after = request.query.get("continuation-token", "")
        names = sorted(one for one in self.objects if one.startswith(request.query.get("prefix", "")) and one > after)
        shown, more = names[:PAGE], len(names) > PAGE
        rows = "".join(f"<Contents><Key>{escape(one)}</Key></Contents>" for one in shown)
        token = f"<NextContinuationToken>{escape(shown[-1])}</NextContinuationToken>" if more else ""
        told = f"<ListBucketResult><IsTruncated>{str(more).lower()}</IsTruncated>{token}{rows}</ListBucketResult>"
        return web.Response(text=told, content_type="application/xml")


def _etag(body: bytes) -> str:
    return f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'


def _error(status: int, code: str) -> web.Response:
    told = f"<Error><Code>{code}</Code><Message>{code}</Message></Error>"
    return web.Response(status=status, text=told, content_type="application/xml")


def _decoded(request: web.Request, body: bytes) -> bytes:
    """The object in the chunks that boto3 signs (`aws-chunked`)."""
    if "aws-chunked" not in request.headers.get("Content-Encoding", ""):
        return body
    found, rest = b"", body
    while rest:
        head, _, rest = rest.partition(b"\r\n")
        size = int(head.split(b";")[0], 16)
        if not size:
            break
        found, rest = found + rest[:size], rest[size + 2 :]
    return found
