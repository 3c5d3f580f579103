"""The tools, one a file: a module here that holds a `TOOL` is one; nothing else has to know of it."""

from __future__ import annotations

import importlib
import pkgutil

from agents import Tool


def discover() -> list[Tool]:
    """Every tool of this package, by name. Modules that begin with an underscore are what tools share."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))
    return [importlib.import_module(f"{__name__}.{name}").TOOL for name in names]
