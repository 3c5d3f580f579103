"""The tools, one a file: a module here that holds a `TOOL` is one. None knows who calls it, a model or a client."""

from __future__ import annotations

import importlib
import pkgutil

from core.tools.tool import Tool


def discover() -> list[Tool]:
    """Every tool of this package, by name."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return [module.TOOL for module in modules if hasattr(module, "TOOL")]
