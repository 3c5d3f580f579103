"""The workflows: valid by their published schema, closed to strangers, without a secret, true about this project."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[3]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PROGRAMS = Path(sys.executable).parent
PINNED = re.compile(r"(?:\./\.github/workflows/ci\.yml|[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)")


def workflow(name: str) -> dict[str, Any]:
    """One of them; `on` is a truth of YAML 1.1, hence the key True."""
    read: dict[str, Any] = yaml.safe_load((ROOT / ".github" / "workflows" / f"{name}.yml").read_text(encoding="utf-8"))
    return read


def jobs(name: str) -> dict[str, Any]:
    """The jobs of one of them."""
    found: dict[str, Any] = workflow(name)["jobs"]
    return found


def scripts(name: str) -> str:
    """All that its jobs run."""
    return "\n".join(step.get("run", "") for job in jobs(name).values() for step in job.get("steps", []))


@pytest.mark.parametrize(
    ("schema", "paths"),
    [("vendor.github-workflows", WORKFLOWS), ("vendor.dependabot", [ROOT / ".github" / "dependabot.yml"])],
)
def test_they_are_valid(schema: str, paths: list[Path]) -> None:
    """By the published schemas of workflows, and of what keeps their pinned actions up to date."""
    command = [str(PROGRAMS / "check-jsonschema"), "--builtin-schema", schema, *map(str, paths)]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def test_no_stranger_can_use_them() -> None:
    """An auditor finds no way: no expression in a script, no right that isn't needed, no token left in a checkout."""
    audited = subprocess.run(
        [str(PROGRAMS / "zizmor"), "--offline", "--no-progress", "--min-severity=medium", *map(str, WORKFLOWS)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert audited.returncode == 0, audited.stdout


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_every_action_is_pinned_to_a_commit(path: Path) -> None:
    """A tag can be moved by whoever takes an account over; the version beside it is for people and for updates."""
    used = re.findall(r"uses: (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert used
    assert [one for one in used if not PINNED.fullmatch(one)] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_there_is_no_secret_in_them(path: Path) -> None:
    """Not even the name of one: index and registry trust the job's own token."""
    text = path.read_text(encoding="utf-8")
    assert "secrets." not in text
    assert not re.search(r"(xox[a-z]-|xapp-|\bsk-|ghp_|pypi-Ag)", text)


def test_it_is_tested_on_every_python_that_is_promised() -> None:
    """From 3.11 to 3.14, as the classifiers say."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    promised = re.findall(r"Python :: (3\.\d+)", "\n".join(project["classifiers"]))
    assert promised == ["3.11", "3.12", "3.13", "3.14"]
    assert jobs("ci")["tests"]["strategy"]["matrix"]["python"] == promised
    assert "bash .ci/run" in scripts("ci")


def test_a_release_is_tested_attested_and_published_in_this_order() -> None:
    """Nothing is published that the tests or the image refused, and all that is published says where it comes from."""
    release = jobs("release")
    assert release["tests"]["uses"] == "./.github/workflows/ci.yml"
    assert release["wheel"]["needs"] == "tests"
    assert release["image"]["needs"] == "tests"
    assert release["publish"]["needs"] == ["wheel", "image"]
    assert "needs.image.result != 'failure'" in release["publish"]["if"]
    for job in ("wheel", "image"):
        assert any("attest-build-provenance" in step.get("uses", "") for step in release[job]["steps"])
        assert release[job]["permissions"].items() >= {"id-token": "write", "attestations": "write"}.items()
    assert 'test "$GITHUB_REF_NAME" = "v$(python' in scripts("release")


def test_every_program_that_they_call_is_there() -> None:
    """Of this project: its make targets and its scripts."""
    told = scripts("ci") + "\n" + scripts("release")
    for script in re.findall(r"bash (\.ci/\S+)", told):
        assert (ROOT / script).is_file(), script
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"make (?:--silent )?(\w+)", told):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_only_a_tag_of_a_version_releases() -> None:
    """And none of a pull request, whose author may be anybody."""
    assert workflow("release")[True] == {"push": {"tags": ["v[0-9]+.[0-9]+.[0-9]+"]}}  # type: ignore[index]
    assert workflow("release")["permissions"] == workflow("ci")["permissions"] == {}
