"""HTML as a PNG, by a headless Chromium."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
_SCALE = 2


def screenshot(html: str, picture: Path, *, width: int, height: int) -> None:
    """Write the page as a picture of so many CSS pixels, at twice the density. Leaves the process without a browser."""
    browser = next(filter(None, map(shutil.which, _NAMES)), None)
    if browser is None:
        sys.exit(f"Pictures want a Chromium on PATH ({', '.join(_NAMES)}); on Debian: apt-get install chromium.")
    picture.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_text(html, encoding="utf-8")
        subprocess.run(
            [
                browser,
                "--headless=new",
                "--disable-gpu",
                "--hide-scrollbars",
                *(["--no-sandbox"] if os.geteuid() == 0 else []),
                f"--user-data-dir={folder}/profile",
                f"--force-device-scale-factor={_SCALE}",
                f"--window-size={width},{height}",
                f"--screenshot={picture}",
                page.as_uri(),
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )
    print(f"Wrote {picture.relative_to(Path.cwd())} ({picture.stat().st_size // 1024} kB)")
