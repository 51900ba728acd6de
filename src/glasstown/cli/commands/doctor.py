"""``doctor``: what Glasstown runs on here, and whether a town fits."""

from __future__ import annotations

import shutil
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import click

from glasstown.cli.options import JSON, PEOPLE
from glasstown.cli.text import shown, size
from glasstown.release import EPOCH, RELEASE

PACKAGES = (
    "numpy",
    "numba",
    "llvmlite",
    "scipy",
    "pydantic",
    "duckdb",
    "click",
    "rich",
    "jinja2",
)
EXTRAS = ("pandas", "polars", "pyarrow", "xarray")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
USUAL = 100_000


@click.command()
@PEOPLE
@JSON
def doctor(people: int | None, as_json: bool) -> None:
    """Say what there is here, and whether a town fits.

    Versions, cores, memory, disk, compiled kernels, optional packages.

    Names neither you nor this machine, so that it can be shown to others.

    \b
    Examples:
      glasstown doctor
      glasstown doctor --people 1e7
    """
    found = {
        "kind": "doctor",
        "release": RELEASE,
        "epoch": EPOCH,
        "machine": _machine(),
        "packages": {name: _version(name) for name in PACKAGES},
        "extras": {name: _version(name) for name in EXTRAS},
        "chromium": any(shutil.which(name) for name in BROWSERS),
        "kernels": _kernels(),
        "disk_free": shutil.disk_usage(Path.cwd()).free,
        "forecast": _forecast(people),
    }
    if as_json:
        from glasstown.cli.facts import written

        click.echo(written(found))
    else:
        _print(found)


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _machine() -> dict[str, Any]:
    import platform

    from glasstown.engine.memory import available
    from glasstown.engine.run import default_threads

    return {
        "system": platform.system(),
        "architecture": platform.machine(),
        "python": platform.python_version(),
        "cores": default_threads(),
        "memory_free": available(),
    }


def _kernels() -> dict[str, Any]:
    """The folder of compiled code, and how full it is."""
    from glasstown.core.kernels import cache_folder

    folder = cache_folder()
    files = [path for path in folder.rglob("*.nbc") if path.is_file()]
    return {
        "folder": shown(folder),
        "compiled": len(files),
        "bytes": sum(path.stat().st_size for path in files),
    }


def _forecast(people: int | None) -> dict[str, Any]:
    """Memory that living the scenario of the article with so many people takes, by what for."""
    from dataclasses import asdict

    from glasstown.cli.options import Asked
    from glasstown.lab import catalog
    from glasstown.lab.memory import available, expected

    chosen = Asked(people=USUAL if people is None else people)
    needed = expected(catalog.load("article", chosen.overrides()))
    return {
        "people": chosen.people,
        "bytes": needed.total,
        "parts": asdict(needed),
        "fits": needed.total <= available(),
    }


def _print(found: dict[str, Any]) -> None:
    machine, kernels, forecast = found["machine"], found["kernels"], found["forecast"]
    said = {name: number or "absent" for name, number in found["packages"].items()}
    have = [name for name, number in found["extras"].items() if number]
    lack = [name for name, number in found["extras"].items() if not number]
    rows = {
        "Glasstown": f"{found['release']}, model epoch {found['epoch']}",
        "Python": f"{machine['python']} on {machine['system']} {machine['architecture']}",
        "Packages": ", ".join(f"{name} {number}" for name, number in said.items()),
        "Extras": f"{', '.join(have) or 'none'}" + (f" (absent: {', '.join(lack)})" if lack else ""),
        "Cores": str(machine["cores"]),
        "Memory": f"{size(machine['memory_free'])} free",
        "Disk": f"{size(found['disk_free'])} free here",
        "Kernels": _state(kernels),
        "Chromium": "found" if found["chromium"] else "not found (only the tests of the report need it)",
        "Forecast": f"{forecast['people']:,} people of article need {size(forecast['bytes'])} of memory: "
        + ("fits" if forecast["fits"] else "does not fit here"),
    }
    from glasstown.cli.text import wrapped

    for name, text in rows.items():
        click.echo(wrapped(text, " " * 12, f"{name:<12}"))


def _state(kernels: dict[str, Any]) -> str:
    if not kernels["compiled"]:
        return f"not compiled yet: the first run does it, once ({kernels['folder']})"
    return f"{kernels['compiled']} compiled, {size(kernels['bytes'])} in {kernels['folder']}"
