"""Compiled code: the only place that imports numba's decorators, and where its disk cache is kept.

Numba's own cache does not notice edits in other files, and its files are pickles. So it lives in a
private folder (mode 0700) of the user, named by a hash of every source file that a kernel can reach and of
the versions that shape machine code: an edit of any of them is a new folder, never a stale kernel. The layers
above the measures hold no kernel and can be reached by none (both tested), so they do not count.
"""

import hashlib
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any, ParamSpec, Protocol, TypeVar, cast

if "numba" not in sys.modules:  # vendor mathematics would differ from machine to machine
    os.environ.setdefault("NUMBA_DISABLE_INTEL_SVML", "1")

import numba
from numba.core import codegen, config

P = ParamSpec("P")
R_co = TypeVar("R_co", covariant=True)

BLOCK = 1024
"""People whose draws a kernel makes at once: both buffers stay in the first-level cache."""


ABOVE = frozenset({"cli", "report", "lab", "store"})
"""Layers without kernels, which no kernel can import."""


class Compiled(Protocol[P, R_co]):
    """A compiled function: callable, with its Python source kept beside it as ``py_func``."""

    py_func: Callable[..., Any]

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R_co:
        """Run the compiled code."""
        ...


def sources_hash() -> str:
    """Hexadecimal BLAKE2b-64 of all source files below ABOVE and the versions that compile them."""
    digest = hashlib.blake2b(digest_size=8)
    root = Path(__file__).resolve().parent.parent
    for path in sorted(root.rglob("*.py")):
        place = path.relative_to(root)
        if place.parts[0] not in ABOVE:
            digest.update(place.as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    versions = (sys.version, *(version(name) for name in ("numba", "llvmlite", "numpy")))
    digest.update("\0".join((*versions, platform.machine())).encode())
    return digest.hexdigest()


KEPT = 30 * 86_400
"""Seconds for which the kernels of other sources are kept: whoever changes them may go back."""


def cache_folder() -> Path:
    """The private folder of compiled kernels, made if absent; a temporary one if home cannot be written."""
    parent = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = parent / "glasstown" / f"kernels-{sources_hash()}"
    try:
        if not folder.exists():
            _clear(folder.parent)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)
        if folder.stat().st_uid != os.getuid() or not os.access(folder, os.W_OK):
            raise PermissionError(folder)
    except OSError:
        folder = Path(tempfile.mkdtemp(prefix="glasstown-"))
    return folder


def _clear(parent: Path) -> None:
    """Remove kernels that nothing was compiled into for long; whoever still uses them compiles again."""
    for each in parent.glob("kernels-*"):
        with suppress(OSError):
            if time.time() - each.stat().st_mtime > KEPT:
                shutil.rmtree(each)


def wide(features: str) -> str:
    """The features of a processor, without the compiler's reluctance to use vectors of 512 bits.

    Draws are integer multiplications all the way: with eight at once they take .57 of the time (measured).
    """
    return f"{features},-prefer-256-bit" if "+avx512vl" in features.split(",") else features


config.CACHE_DIR = str(cache_folder())  # type: ignore[attr-defined]
if config.CPU_FEATURES is None:  # type: ignore[attr-defined]
    config.CPU_FEATURES = wide(codegen.get_host_cpu_features())  # type: ignore[attr-defined, no-untyped-call]


def kernel(function: Callable[P, R_co]) -> Compiled[P, R_co]:
    """Compile a loop over people; it releases the interpreter lock and is kept on disk."""
    return cast(Compiled[P, R_co], numba.njit(nogil=True, cache=True)(function))


def rule(function: Callable[P, R_co]) -> Compiled[P, R_co]:
    """Compile the pure rule for one person, to be called from a kernel."""
    return cast(Compiled[P, R_co], numba.njit(nogil=True, cache=True)(function))


def inlined(function: Callable[P, R_co]) -> Compiled[P, R_co]:
    """A rule whose code is repeated wherever it is called.

    The generator needs it: with two callers in one kernel the compiler would keep it as a function, and
    a loop that calls a function cannot be turned into vector instructions (measured: 3 ns became 11).
    """
    return cast(Compiled[P, R_co], numba.njit(nogil=True, cache=True, forceinline=True)(function))
