"""A build hook: the distribution's links, and those of the README, are of the repository that builds it.

The project has no address of its own. A forge tells its jobs theirs (GITHUB_SERVER_URL and GITHUB_REPOSITORY, see
https://docs.github.com/actions/reference/workflows-and-actions/variables); without them there are no links, and the
README's stay relative. https://hatch.pypa.io/latest/plugins/metadata-hook/custom/
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

_RELATIVE = re.compile(r"(?P<picture>!?)\[(?P<text>[^]\n]*)\]\((?P<path>(?!https?:|mailto:|#)[^)\s]+)\)")


class CustomMetadataHook(MetadataHookInterface):
    """Fills in `urls` and `readme`, which pyproject.toml leaves open."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Add what this build knows; `version` is known by now."""
        readme = Path(self.root, "README.md").read_text(encoding="utf-8")
        repository = _repository()
        if repository:
            tree = f"v{metadata['version']}"
            readme = _RELATIVE.sub(lambda found: _absolute(found, repository, tree), readme)
        metadata["readme"] = {"content-type": "text/markdown", "text": readme}
        metadata["urls"] = _urls(repository) if repository else {}


def _repository() -> str | None:
    name = os.environ.get("GITHUB_REPOSITORY")
    return f"{os.environ.get('GITHUB_SERVER_URL', 'https://github.com')}/{name}" if name else None


def _urls(repository: str) -> dict[str, str]:
    return {
        "Source": repository,
        "Issues": f"{repository}/issues",
        "Changelog": f"{repository}/blob/main/CHANGELOG.md",
        "Deploying": f"{repository}/blob/main/bot/deploy/README.md",
    }


def _absolute(found: re.Match[str], repository: str, tree: str) -> str:
    kind = "raw" if found["picture"] else "blob"
    return f"{found['picture']}[{found['text']}]({repository}/{kind}/{tree}/{found['path']})"
