"""Papers as scanners make them: drawn from words, then saved, shrunk, lit, cropped, turned or made noisy."""

import io
from collections.abc import Callable
from pathlib import Path
from random import Random

import manimgx_fonts_cjk
import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFont

WORDS = (
    "检测报告面料色牢度样品名称委托单位绍兴印染公司依据标准结果合格单项判定日期编号温度湿度"
    "强力断裂水洗摩擦耐光汗渍甲醛含量纤维成分重量"
)
FIGURES = "0123456789."
_FONT = Path(manimgx_fonts_cjk.__file__).parent / "NotoSansCJK-VF.otf.ttc"
_WIDTH, _HEIGHT, _LINE = 900, 1270, 46


def paper(form: str, content: str, *, changed: int | None = None) -> Image.Image:
    """Draw a report: ``form`` decides what is printed on every one, ``content`` the values beside it.

    With ``changed``, only so many of its values differ from those of the form's first report.
    """
    printed, first, said = Random(form), Random(f"{form}/first"), Random(f"{form}/{content}")
    picture = Image.new("L", (_WIDTH, _HEIGHT), 255)
    draw = ImageDraw.Draw(picture)
    draw.text((printed.randint(200, 330), 60), "检测报告", font=ImageFont.truetype(_FONT, 40), fill=0)
    usual = ImageFont.truetype(_FONT, 22)
    draw.text((80, 130), _words(printed, WORDS, 20), font=usual, fill=0)
    rows = printed.randint(14, 20)
    anew = set(said.sample(range(rows), rows if changed is None else changed))
    for row in range(rows):
        top = 200 + row * _LINE
        draw.line((70, top, 830, top), fill=0, width=2)
        draw.text((80, top + 8), _words(printed, WORDS, 5), font=usual, fill=0)
        value = _words(first, WORDS + FIGURES, first.randint(6, 18))
        if row in anew:
            value = _words(said, WORDS + FIGURES, said.randint(6, 18))
        draw.text((300, top + 8), value, font=usual, fill=0)
    end = 200 + rows * _LINE
    draw.rectangle((70, 200, 830, end), outline=0, width=2)
    draw.ellipse((620, end + 20, 780, end + 180), outline=90, width=5)
    return picture


def saved(picture: Image.Image, *, quality: int | None = None) -> bytes:
    """Return the file: a JPEG of some quality, else a PNG."""
    file = io.BytesIO()
    if quality is None:
        picture.save(file, "PNG")
    else:
        picture.save(file, "JPEG", quality=quality)
    return file.getvalue()


def as_pdf(picture: Image.Image) -> bytes:
    """Return the picture as a scanner's PDF."""
    file = io.BytesIO()
    picture.save(file, "PDF", resolution=110)
    return file.getvalue()


def _shrunk(picture: Image.Image, chance: Random) -> Image.Image:
    part = chance.uniform(0.4, 0.8)
    return picture.resize((int(picture.width * part), int(picture.height * part)), Image.Resampling.LANCZOS)


def _lit(picture: Image.Image, chance: Random) -> Image.Image:
    darker = ImageEnhance.Brightness(picture).enhance(chance.uniform(0.75, 0.95))
    return ImageEnhance.Contrast(darker).enhance(chance.uniform(0.7, 1.2))


def _cropped(picture: Image.Image, chance: Random) -> Image.Image:
    left, right = (int(chance.uniform(0, 0.012) * picture.width) for _ in range(2))
    top, bottom = (int(chance.uniform(0, 0.012) * picture.height) for _ in range(2))
    return picture.crop((left, top, picture.width - right, picture.height - bottom))


def _turned(picture: Image.Image, chance: Random) -> Image.Image:
    angle = chance.choice((-1, 1)) * chance.uniform(0.2, 1)
    return picture.rotate(angle, fillcolor=255, resample=Image.Resampling.BICUBIC)


def _noisy(picture: Image.Image, chance: Random) -> Image.Image:
    grain = np.random.default_rng(chance.randrange(10**6)).normal(0, 14, (picture.height, picture.width))
    return Image.fromarray((np.asarray(picture, float) + grain).clip(0, 255).astype(np.uint8))


#: What happens to a paper on its way into a second claim.
ALTERED: dict[str, Callable[[Image.Image, Random], bytes]] = {
    "saved again": lambda picture, chance: saved(picture, quality=chance.randint(25, 60)),
    "as a PDF": lambda picture, _chance: as_pdf(picture),
    "shrunk": lambda picture, chance: saved(_shrunk(picture, chance), quality=70),
    "other light": lambda picture, chance: saved(_lit(picture, chance), quality=70),
    "noisy": lambda picture, chance: saved(_noisy(picture, chance), quality=70),
    "cropped": lambda picture, chance: saved(_cropped(picture, chance)),
    "turned": lambda picture, chance: saved(_turned(picture, chance)),
}


def _words(chance: Random, letters: str, length: int) -> str:
    return "".join(chance.choice(letters) for _ in range(length))
