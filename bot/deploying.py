"""The files with which others run the bot: one folder of `bot/deploy/` a place, with the file and a README."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from bot import __version__

BAD_WORDS = 2
"""The exit code for words that mean nothing here, as for a bad setting."""

FOLDER = Path(__file__).with_name("deploy")
IMAGE = f"task-bot:{__version__}"
"""What `docker build --tag` makes; releases are published wherever their forge is told to."""

_MARK = "@IMAGE@"
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@-]{0,254}")
"""The signs of an image's name, tag and digest (https://docs.docker.com/reference/cli/docker/image/tag/)."""


class DeployError(ValueError):
    """There is no such file, or none with such an image; the text is a sentence."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the bot can be run."""

    name: str
    template: Path

    def file(self, image: str = IMAGE) -> str:
        """The file's text, with this image in it. Raises DeployError."""
        if not _REFERENCE.fullmatch(image):
            raise DeployError("--image wants the name of an image, as in registry.example/task-bot:0.1.0.")
        return self.template.read_text(encoding="utf-8").replace(_MARK, image)

    def readme(self) -> str:
        """How to use it, as Markdown."""
        return self.template.with_name("README.md").read_text(encoding="utf-8")

    @property
    def takes_image(self) -> bool:
        """Whether the file names one."""
        return _MARK in self.template.read_text(encoding="utf-8")


def places() -> dict[str, Place]:
    """All of them, by name."""
    folders = sorted(path for path in FOLDER.iterdir() if path.is_dir())
    return {folder.name: Place(folder.name, _template(folder)) for folder in folders}


def chosen(name: str) -> Place:
    """The place of that name. Raises DeployError that names those there are."""
    there = places()
    if name not in there:
        raise DeployError(f"There is a file for: {', '.join(there)}.")
    return there[name]


def deploy(
    place: Annotated[str, typer.Argument(help="compose, fly, kubernetes, railway, render or systemd")],
    image: Annotated[str | None, typer.Option(help="The image to run, e.g. registry.example/task-bot:0.1.0.")] = None,
    readme: Annotated[bool, typer.Option("--readme", help="Print how to use the file instead.")] = False,
) -> None:
    """Print the file with which the bot is run somewhere; where to put it comes on standard error.

    Examples: `bot deploy compose > compose.yaml` · `bot deploy kubernetes --image registry.example/task-bot:0.1.0`
    """
    try:
        there = chosen(place)
        text = there.readme() if readme else there.file(IMAGE if image is None else image)
    except DeployError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(BAD_WORDS) from None
    typer.echo(text, nl=False)
    if readme:
        return
    if image and not there.takes_image:
        typer.echo("No image is named in this file: --image changes nothing.", err=True)
    typer.echo(f"Save it as {there.template.name}; `bot deploy {place} --readme` says what comes next.", err=True)


def _template(folder: Path) -> Path:
    (template,) = (path for path in folder.iterdir() if path.name != "README.md")
    return template
