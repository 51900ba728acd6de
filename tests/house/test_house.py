"""The house rules, each a law over files, and each shown to catch the fault that it is there for."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
SOURCES = sorted((ROOT / "src/glasstown").rglob("*.py"))

LONGEST_FILE = 400
LONGEST_FUNCTION = 60
MEDIAN_FILE = 160
FORBIDDEN = {"utils", "util", "helpers", "helper", "manager", "base", "common", "misc", "data", "process"}
UNFAIR = re.compile(r"\b(suspects?|criminals?|offenders?|guilty)\b", re.IGNORECASE)
REGISTRIES = (
    ("pypi", "org"),
    ("python" + "hosted", "org"),
    ("npmjs", "org"),
    ("npmjs", "com"),
    ("debian", "org"),
)
PLACES = ("work", "tmp", "root", "home")


def tracked() -> list[Path]:
    """Every file under version control, or, without git, every file of the source folders."""
    found = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if found.returncode == 0 and found.stdout:
        return [ROOT / name for name in found.stdout.split("\0") if name and (ROOT / name).is_file()]
    folders = ("src", "tests", "docs", "tools", "requirements")
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*")) if path.is_file()]


def texts() -> Iterator[tuple[str, str]]:
    """Name and content of each tracked text file."""
    for path in tracked():
        try:
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def long_functions(source: str) -> list[str]:
    """Names of functions that span more than LONGEST_FUNCTION lines, from def to last line."""
    return [
        node.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION
    ]


def words(name: str) -> set[str]:
    """The words that a snake_case or CamelCase name is made of."""
    return {each.lower() for each in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def bad_names(path: str, source: str) -> list[str]:
    """Folders, files and classes with a forbidden word; functions that are nothing but one."""
    parts = [part for part in Path(path).with_suffix("").parts if words(part) & FORBIDDEN]
    tree = ast.walk(ast.parse(source))
    defined = [node for node in tree if isinstance(node, ast.ClassDef | ast.FunctionDef)]
    classes = [n.name for n in defined if isinstance(n, ast.ClassDef) and words(n.name) & FORBIDDEN]
    return parts + classes + [n.name for n in defined if n.name.strip("_") in FORBIDDEN]


def machine_traces(text: str) -> list[str]:
    """Registry hosts and folders of one machine that a text names."""
    hosts = [f"{name}.{end}" for name, end in REGISTRIES]
    found = [host for host in hosts if re.search(rf"\b{re.escape(host)}\b", text)]
    return found + re.findall(rf"(?<![\w.}}/)$-])/(?:{'|'.join(PLACES)})/\w+", text)


def requirement_names(requirements: list[object]) -> set[str]:
    """Package names of requirement strings; included groups are skipped."""
    found = (re.match(r"[A-Za-z0-9._-]+", each) for each in requirements if isinstance(each, str))
    return {name[0].lower() for name in found if name}


def wanted_packages() -> dict[str, set[str]]:
    """Dependencies by where pyproject.toml lists them: core, each extra, each group."""
    extras = PROJECT["project"]["optional-dependencies"]
    lists = {"core": PROJECT["project"]["dependencies"], **extras, **PROJECT["dependency-groups"]}
    return {name: requirement_names(each) for name, each in lists.items()}


def explained(page: str) -> set[str]:
    """Packages with a line, and something said in it, in docs/dependencies.md."""
    return set(re.findall(r"^\| `([a-z0-9._-]+)` \| \S.*\|$", page, re.MULTILINE))


def pins(lock: str) -> dict[str, int]:
    """Packages of a lock, and how many hashes stand under them."""
    parts = re.split(r"^([A-Za-z0-9._-]+)==\S+", lock, flags=re.MULTILINE)[1:]
    found: dict[str, int] = {}
    for name, rest in zip(parts[::2], parts[1::2], strict=True):
        found[name.lower()] = min(found.get(name.lower(), 10**6), rest.count("--hash=sha256:"))
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT / "src").as_posix())
def test_a_source_file_keeps_to_the_budget(path: Path) -> None:
    source = path.read_text()
    assert source.count("\n") <= LONGEST_FILE
    assert long_functions(source) == []
    assert bad_names(path.relative_to(ROOT).as_posix(), source) == []
    assert UNFAIR.findall(source) == []


def test_most_files_are_short() -> None:
    lengths = [path.read_text().count("\n") for path in SOURCES]
    assert median(length for length in lengths if length > 5) <= MEDIAN_FILE


def test_nothing_tracked_names_a_registry_or_a_machine() -> None:
    assert {name: found for name, text in texts() if (found := machine_traces(text))} == {}


def test_every_dependency_is_justified_and_no_other() -> None:
    wanted = set().union(*wanted_packages().values())
    assert explained((ROOT / "docs/dependencies.md").read_text()) == wanted


@pytest.mark.parametrize("name", ["run", "test", "uv"])
def test_locks_hold_what_is_asked_for_with_hashes(name: str) -> None:
    packages = wanted_packages()
    every = set().union(*packages.values()) - packages["installer"]
    wanted = {"run": packages["core"] | packages["build"], "test": every, "uv": packages["installer"]}[name]
    found = pins((ROOT / f"requirements/{name}.txt").read_text())
    assert wanted <= found.keys()
    assert [package for package, hashes in found.items() if not hashes] == []


def test_what_runs_is_what_was_tested() -> None:
    def versions(name: str) -> set[str]:
        lock = (ROOT / f"requirements/{name}.txt").read_text()
        return set(re.findall(r"^[A-Za-z0-9._-]+==[^\s\\;]+", lock, re.MULTILINE))

    assert versions("run") <= versions("test")


def test_versions_agree() -> None:
    version = PROJECT["project"]["version"]
    package = (ROOT / "src/glasstown/__init__.py").read_text()
    assert re.findall(r'^__version__ = "(.+)"$', package, re.MULTILINE) in ([], [version])
    assert f"\nversion: {version}\n" in (ROOT / "CITATION.cff").read_text()
    released = "Unreleased" if ".dev" in version else version
    assert re.findall(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)[0] == released


def test_the_licence_is_present_and_named() -> None:
    licence = (ROOT / "LICENSE").read_text()
    assert "Apache License" in licence and "Version 2.0, January 2004" in licence
    assert len(licence.splitlines()) > 190
    assert PROJECT["project"]["license"] == "Apache-2.0"
    assert "\nlicense: Apache-2.0\n" in (ROOT / "CITATION.cff").read_text()


def test_every_decision_has_its_three_parts() -> None:
    records = sorted((ROOT / "docs/adr").glob("0*.md"))
    assert records
    for number, path in enumerate(records, 1):
        text = path.read_text()
        assert path.name.startswith(f"{number:04}-") and text.startswith(f"# {number}. ")
        assert re.findall(r"^\*\*(\w+)\.\*\*", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]


class TestTheLawsCatch:
    """Planted faults."""

    def test_a_long_function(self) -> None:
        body = "    x = 1\n"
        assert long_functions("def f():\n" + body * LONGEST_FUNCTION) == ["f"]
        assert long_functions("def f():\n" + body * (LONGEST_FUNCTION - 1)) == []

    @pytest.mark.parametrize(
        ("path", "source"),
        [
            ("src/glasstown/core/utils.py", ""),
            ("src/glasstown/common/rng.py", ""),
            ("src/glasstown/engine/run_helpers.py", ""),
            ("src/glasstown/engine/run.py", "class StateManager: ..."),
            ("src/glasstown/engine/run.py", "def process(): ..."),
        ],
    )
    def test_a_name_that_says_nothing(self, path: str, source: str) -> None:
        assert len(bad_names(path, source)) == 1

    def test_but_not_a_name_that_says_something(self) -> None:
        assert bad_names("src/glasstown/lab/database.py", "class Based: ...\ndef spawn_process(): ...") == []

    def test_an_unfair_word(self) -> None:
        assert UNFAIR.findall("flag the " + "sus" + "pect")
        assert not UNFAIR.findall("they suspected nothing")

    @pytest.mark.parametrize("host", REGISTRIES, ids=".".join)
    def test_a_registry(self, host: tuple[str, str]) -> None:
        assert machine_traces(f"--index-url https://{'.'.join(host)}/simple") == [".".join(host)]

    @pytest.mark.parametrize("place", PLACES)
    def test_a_machine(self, place: str) -> None:
        assert machine_traces(f'"/{place}/main"') == [f"/{place}/main"]
        assert machine_traces(f"docs/{place}/main ./{place}/main $HOME/{place}/main") == []

    def test_a_dependency_without_reason(self) -> None:
        assert explained("| `numpy` | arrays |\n| `left-pad` |  |\n") == {"numpy"}

    def test_a_pin_without_hash(self) -> None:
        lock = "one==1 \\\n    --hash=sha256:ab\ntwo==2\n"
        assert pins(lock) == {"one": 1, "two": 0}
