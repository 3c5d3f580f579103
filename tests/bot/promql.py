"""The queries of the dashboard, read with Prometheus's grammar."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import promql_parser

_VARIABLES = {"$__rate_interval": "5m", "$instance": ".*"}


def metrics_of(query: str) -> set[str]:
    """The metrics that a query asks for, with Grafana's variables filled in. Raises ValueError for what is no query."""
    for name, value in _VARIABLES.items():
        query = query.replace(name, value)
    return {one.name for one in _selectors(promql_parser.parse(query)) if one.name}


def _selectors(node: Any) -> Iterator[promql_parser.VectorSelector]:
    """All selectors below a node of the syntax tree."""
    if isinstance(node, promql_parser.VectorSelector):
        yield node
    for name in ("expr", "lhs", "rhs", "param", "vector_selector", "args"):
        below = getattr(node, name, None)
        for child in below if isinstance(below, list) else [below]:
            if child is not None and not isinstance(child, str | float):
                yield from _selectors(child)
