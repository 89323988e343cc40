"""How kernels are compiled: for given types, once for a machine, kept on disk, never while somebody waits.

Importing a module of kernels compiles them or reads what an earlier process compiled. ``load`` lets one process
at a time do so, because four that compile at once take four times as long.
"""

import hashlib
import importlib
import os
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar, cast

from filelock import FileLock

_Function = TypeVar("_Function", bound=Callable[..., Any])
#: What building and training need, and serving does not.
_BUILDING = {"building_kernels", "learning_kernels"}
#: What numba imports for functions that no kernel calls; that takes longer than all that a first answer needs.
_NOT_NEEDED = ("scipy", "cffi", "yaml")
_BESIDE = Path(__file__).parent / "__pycache__"


def folder() -> Path:
    """Return where compiled code is kept: ``NUMBA_CACHE_DIR``, else beside the package, else a folder of one's own."""
    named = os.environ.get("NUMBA_CACHE_DIR")
    if named:
        return Path(named)
    try:
        _BESIDE.mkdir(exist_ok=True)
        if os.access(_BESIDE, os.W_OK):
            return _BESIDE
    except OSError:
        pass
    return _own()


def _own() -> Path:
    """Return a folder that nobody else can write into, for code from there is run."""
    own = Path(tempfile.gettempdir()) / f"matchmaker-kernels-{os.getuid()}"
    own.mkdir(mode=0o700, exist_ok=True)
    status = own.lstat()
    if status.st_uid != os.getuid() or status.st_mode & 0o022 or own.is_symlink():
        own = Path(tempfile.mkdtemp(prefix="matchmaker-kernels-"))
    return own


def load_all() -> None:
    """Import all that serving needs: once before there are other processes, for they share it."""
    for path in sorted(Path(__file__).parent.glob("*kernels.py")):
        if path.stem not in _BUILDING:
            load(path.stem)


@cache
def load(name: str) -> ModuleType:
    """Import a module of kernels of this package."""
    kept = folder()
    kept.mkdir(parents=True, exist_ok=True)
    if kept != _BESIDE:
        os.environ["NUMBA_CACHE_DIR"] = str(kept)
    with FileLock(kept / "kernels.lock"), _without(_NOT_NEEDED):
        forget_other_sources(kept)
        return importlib.import_module(f".{name}", __package__)


def forget_other_sources(kept: Path) -> None:
    """Remove compiled kernels of other sources than these.

    Numba compiles a function anew when its own file changes; but kernels call functions of other files.
    """
    stamp, now = kept / "kernels.sources", _digest()
    if stamp.exists() and stamp.read_text() == now:
        return
    for path in kept.rglob("*kernels.*.nb[ci]"):
        path.unlink(missing_ok=True)
    stamp.write_text(now)


@cache
def _digest() -> str:
    """Return a hash of everything that ends up in compiled code."""
    here = Path(__file__).parent
    sources = [*sorted(here.glob("*kernels.py")), here / "instructions.py", Path(__file__)]
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()


@contextmanager
def _without(names: Collection[str]) -> Iterator[None]:
    """Let these packages, as far as nobody has imported them yet, seem missing meanwhile."""
    modules = cast("dict[str, ModuleType | None]", sys.modules)
    hidden = [name for name in names if name not in modules]
    modules.update(dict.fromkeys(hidden))
    try:
        yield
    finally:
        for name in hidden:
            modules.pop(name, None)


def compiled(result: str, *arguments: str) -> Callable[[_Function], _Function]:
    """Compile a function for these types, without the interpreter's lock.

    ``i8`` is a number of eight bytes, ``u2[]`` an array that is only read, ``u2[][]`` one with rows and columns,
    ``u2[]!`` one that is written. All arrays are contiguous.
    """
    import numba  # noqa: PLC0415  (half a second, paid by who searches)

    types = [_type(name) for name in (result, *arguments)]
    signature = types[0](*types[1:])

    def compile_it(function: _Function) -> _Function:
        return cast("_Function", numba.njit(signature, cache=True, nogil=True, error_model="numpy")(function))

    return compile_it


def inlined(function: _Function) -> _Function:
    """Compile a function that kernels call."""
    import numba  # noqa: PLC0415  (as above)

    return cast("_Function", numba.njit(inline="never", nogil=True, error_model="numpy")(function))


def summing(function: _Function) -> _Function:
    """Compile a function that kernels call and that adds in any order: only for sums that no order makes different."""
    import numba  # noqa: PLC0415  (as above)

    compile_it = numba.njit(inline="never", nogil=True, error_model="numpy", fastmath={"reassoc", "contract"})
    return cast("_Function", compile_it(function))


def _type(name: str) -> Any:
    from numba import types  # noqa: PLC0415  (as above)

    element = {"none": types.none, "b1": types.boolean, "f4": types.float32, "f8": types.float64}
    letters, _, _ = name.partition("[")
    kind = element.get(letters) or getattr(types, f"{'u' if letters[0] == 'u' else ''}int{8 * int(letters[1:])}")
    dimensions = name.count("[")
    return types.Array(kind, dimensions, "C", readonly=not name.endswith("!")) if dimensions else kind
