"""Small copies of pictures for pages: made when first asked for, kept beside the picture."""

from pathlib import Path
from typing import Final

from PIL import Image

# A page shows pictures 280 by 240 at most; screens have up to three dots for each of them.
LONGEST_SIDE: Final = 720
QUALITY: Final = 82
# Below that a copy saves nobody anything.
SMALL_BYTES: Final = 60_000
TYPE: Final = "image/webp"


def make_small(picture: Path, small: Path) -> bool:
    """Write a small copy of `picture` to `small`; False when it moves, or is small enough as it is.

    Blocks: call it in a thread. Raises OSError when the picture cannot be read.
    """
    with Image.open(picture) as image:
        if getattr(image, "is_animated", False) or _is_small(picture, image):
            return False
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # JPEG is decoded at a fraction of its size
        has_alpha = "A" in image.getbands() or "transparency" in image.info
        copy = image.convert("RGBA" if has_alpha else "RGB")
        copy.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        draft = small.with_suffix(".drawing")
        try:
            copy.save(draft, format="WEBP", quality=QUALITY, icc_profile=image.info.get("icc_profile"))
            draft.replace(small)
        finally:
            draft.unlink(missing_ok=True)
    return True


def _is_small(picture: Path, image: Image.Image) -> bool:
    return max(image.size) <= LONGEST_SIDE and picture.stat().st_size <= SMALL_BYTES
