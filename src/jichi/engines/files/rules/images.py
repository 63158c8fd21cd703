"""Pictures: decoded whole and written anew, so that nothing but pixels passes.

What is left behind: EXIF and GPS, comments, thumbnails, colour profiles (converted to sRGB), further
frames, and whatever was appended. JPEG stays JPEG; PNG, GIF and pictures with transparency become PNG.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

from PIL import GifImagePlugin, Image, ImageCms, ImageOps, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from .refusal import Refused

MAX_PIXELS = 50_000_000
MAX_SIDE = 30_000
THUMBNAIL_SIDE = 320
JPEG_QUALITY = 90

# Only the decoder of the sniffed kind: the many rare ones of the library stay out of reach.
_DECODERS: dict[str, Callable[[io.BytesIO], Image.Image]] = {
    "jpeg": JpegImagePlugin.JpegImageFile,
    "png": PngImagePlugin.PngImageFile,
    "gif": GifImagePlugin.GifImageFile,
    "webp": WebPImagePlugin.WebPImageFile,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """An encoded picture; `media_type` is "image/jpeg" or "image/png"; sides in pixels."""

    data: bytes
    media_type: str
    width: int
    height: int


def clean_picture(data: bytes, kind: str) -> tuple[Picture, Picture]:
    """The picture and its thumbnail (fits 320 × 320), both made of pixels only.

    Raises Refused: file.unsafe "pixels" beyond 50 million; file.unreadable where it can't be decoded.
    """
    try:
        with _DECODERS[kind](io.BytesIO(data)) as encoded:
            _check_size(encoded.size)
            encoded.load()
            image = _upright_srgb(encoded)
    except Refused:
        raise
    except Image.DecompressionBombError:
        raise Refused("file.unsafe", "pixels") from None
    except Exception:  # decoders fail in many ways on damaged data; all of them mean the same to people
        raise Refused("file.unreadable", "picture") from None
    lossy = kind in {"jpeg", "webp"} and image.mode in {"RGB", "L"}
    full = _encode(image, lossy=lossy)
    image.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    return full, _encode(image, lossy=lossy)


def _check_size(size: tuple[int, int]) -> None:
    width, height = size
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise Refused("file.unsafe", "pixels")


def _upright_srgb(encoded: Image.Image) -> Image.Image:
    profile = encoded.info.get("icc_profile")
    image = ImageOps.exif_transpose(encoded)
    if image.mode in {"P", "PA"} or "transparency" in image.info:
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    elif image.mode.startswith("I") or image.mode == "F":
        image = image.point(lambda value: value / 256).convert("L") if image.mode != "F" else image.convert("L")
    elif image.mode == "1":
        image = image.convert("L")
    elif image.mode == "LA":
        image = image.convert("RGBA")
    if profile and image.mode in {"RGB", "CMYK", "L"}:
        image = _to_srgb(image, profile)
    if image.mode not in {"L", "RGB", "RGBA"}:
        image = image.convert("RGB")
    bare = Image.new(image.mode, image.size)  # a new picture carries no metadata of the old one
    bare.paste(image)
    return bare


def _to_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image  # a broken profile is worth less than the picture
    return converted or image


def _encode(image: Image.Image, *, lossy: bool) -> Picture:
    out = io.BytesIO()
    if lossy:
        image.save(out, "JPEG", quality=JPEG_QUALITY)
    else:
        image.save(out, "PNG")
    return Picture(
        data=out.getvalue(),
        media_type="image/jpeg" if lossy else "image/png",
        width=image.width,
        height=image.height,
    )
