"""Where results go: a file that appears when it is whole, or standard output."""

from __future__ import annotations

import gzip
import os
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from ..errors import InputError
from ..operation import SVG_SUFFIX
from .file_formats import STREAM, is_gzip_name


@contextmanager
def whole_file(path: str) -> Iterator[BinaryIO]:
    """A file to write, ``-`` for standard output.

    It is written beside its place and renamed when all is well, so that an error leaves no half file and an
    existing one as it was. What is no ordinary file (/dev/null, a pipe) is written straight.
    """
    if path == STREAM:
        sys.stdout.flush()
        yield cast(BinaryIO, sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    target = Path(os.path.realpath(path))
    if target.exists() and not target.is_file():
        if stat.S_ISDIR(target.stat().st_mode):
            raise InputError(f"cannot write {path}: it is a folder")
        with open(target, "wb") as special:
            yield special
        return
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
    except OSError as error:
        raise InputError(f"cannot write {path}: {(error.strerror or 'unknown reason').lower()}") from None
    try:
        with open(handle, "wb") as file:
            if is_gzip_name(path):
                with gzip.GzipFile(filename="", mode="wb", fileobj=file, compresslevel=6) as compressed:
                    yield cast(BinaryIO, compressed)
            else:
                yield file
        os.chmod(name, _mode(target))
        os.replace(name, target)
    except BaseException:
        os.unlink(name)
        raise


def refuse_no_svg(path: str) -> None:
    """Refuses a name that promises another format than SVG; what has no ending is taken as it is."""
    suffix = Path(path).suffix.lower()
    if path != STREAM and suffix not in ("", SVG_SUFFIX):
        raise InputError(f"cannot write {path}: plots are SVG; name it {SVG_SUFFIX}")


def write_whole(path: str, content: str) -> None:
    """Writes text as a whole file."""
    with whole_file(path) as file:
        file.write(content.encode("utf-8"))


def _mode(target: Path) -> int:
    """Permissions of the file that is replaced, else those that a new file gets (mkstemp's are its own)."""
    if target.exists():
        return stat.S_IMODE(target.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
