"""How a picture of a paper looks, in bits: another scan, size, format or light of the same paper gives nearly the same.

The bits tell which of the 32 × 32 slowest waves of a picture are stronger than their median (a perceptual hash by the
discrete cosine transform; Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions", 2010). Two are
kept of each picture: of the whole, and of what is printed on it without the margins.
"""

import warnings
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import pypdfium2
from PIL import Image
from scipy.fft import dctn

#: Waves in each direction that are compared, and points in each direction of the picture they are taken from.
_WAVES, _POINTS = 32, 128
BITS = _WAVES * _WAVES
#: A picture of more points is not opened, and more pages of a PDF are not drawn.
_MOST_POINTS = 80_000_000
_MOST_PAGES = 4
#: The longer side of a page as it is drawn, in points.
_DRAWN = 1_000
#: A page whose points differ less from each other (of 255) shows nothing.
_LEAST_CONTRAST = 4.0
#: Something is printed in a line of which this share is darker than the middle between paper and ink.
_PRINTED = 0.01

_Grey = npt.NDArray[np.float64]


def looks_of(file: BinaryIO, media_type: str) -> list[str]:
    """Return how each picture or page looks: hexadecimal, ``2 * BITS`` bits. Never raises on a damaged file."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            drawn = _pages(file) if media_type == "application/pdf" else _picture(file, media_type)
            return [look for page in drawn if (look := _look(page))]
    except (OSError, ValueError, SyntaxError, MemoryError, Image.DecompressionBombError, pypdfium2.PdfiumError):
        return []


def distance(one: bytes, other: bytes) -> int:
    """Return by how many of ``BITS`` two looks differ, in the whole or in what is printed, whichever is less."""
    differ = np.frombuffer(one, np.uint8) ^ np.frombuffer(other, np.uint8)
    whole, printed = np.bitwise_count(differ.reshape(2, -1)).sum(axis=1)
    return int(min(whole, printed))


def _picture(file: BinaryIO, media_type: str) -> Iterator[Image.Image]:
    if media_type not in ("image/png", "image/jpeg"):
        return
    with Image.open(file, formats=("PNG", "JPEG")) as picture:
        if picture.width * picture.height <= _MOST_POINTS:
            # A JPEG is unpacked no larger than is needed.
            picture.draft("L", (4 * _POINTS, 4 * _POINTS))
            yield picture.convert("L")


def _pages(file: BinaryIO) -> Iterator[Image.Image]:
    with pypdfium2.PdfDocument(file.read()) as document:
        for page in islice(document, _MOST_PAGES):
            longer = max(page.get_size())
            if longer > 0:
                yield page.render(scale=_DRAWN / longer, grayscale=True).to_pil().convert("L")


def _look(picture: Image.Image) -> str:
    small = _shrunk(picture)
    if small.std() < _LEAST_CONTRAST:
        return ""
    return (_bits(small) + _bits(_shrunk(_printed(picture, small)))).hex()


def _printed(picture: Image.Image, small: _Grey) -> Image.Image:
    dark = small < (small.min() + small.max()) / 2
    rows, columns = (np.flatnonzero(dark.mean(axis=axis) > _PRINTED) for axis in (1, 0))
    if len(rows) < 2 or len(columns) < 2:
        return picture
    across, down = picture.width / _POINTS, picture.height / _POINTS
    left, top = int(columns[0] * across), int(rows[0] * down)
    right, bottom = int((columns[-1] + 1) * across), int((rows[-1] + 1) * down)
    return picture.crop((left, top, max(right, left + 1), max(bottom, top + 1)))


def _shrunk(picture: Image.Image) -> _Grey:
    return np.asarray(picture.resize((_POINTS, _POINTS), Image.Resampling.LANCZOS), np.float64)


def _bits(grey: _Grey) -> bytes:
    waves = dctn(grey, norm="ortho")[:_WAVES, :_WAVES].ravel()
    return np.packbits(waves > np.median(waves[1:])).tobytes()
