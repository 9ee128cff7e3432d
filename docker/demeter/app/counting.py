"""Plants in a photo: connected green areas that are large enough."""

import io

import numpy as np
from PIL import Image, UnidentifiedImageError

# Larger photos are made smaller first: a plant is still one area then.
LARGEST_SIDE = 1024
SMALLEST_AREA = 12


class NotAPhoto(ValueError):
    """The bytes are no picture that can be read."""


def read_photo(body: bytes) -> np.ndarray:
    """Return height × width × 3 bytes."""
    try:
        with Image.open(io.BytesIO(body), formats=["JPEG", "PNG"]) as photo:
            photo.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
            return np.asarray(photo.convert("RGB"))
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as failure:
        raise NotAPhoto(type(failure).__name__) from failure


def find_green(photo: np.ndarray, device: str) -> np.ndarray:
    """Return where green is well above red and blue; on the GPU when it is asked for."""
    if device == "cuda":
        import torch

        red, green, blue = torch.as_tensor(photo.copy(), device="cuda").short().unbind(-1)
        return ((green - torch.maximum(red, blue)) > 30).cpu().numpy()
    red, green, blue = (photo[..., channel].astype(np.int16) for channel in range(3))
    return (green - np.maximum(red, blue)) > 30


def count_areas(mask: np.ndarray, smallest: int = SMALLEST_AREA) -> int:
    """Return how many connected areas (four neighbours) have at least `smallest` pixels."""
    open_pixels = {(int(row), int(column)) for row, column in np.argwhere(mask)}
    count = 0
    while open_pixels:
        stack, area = [open_pixels.pop()], 0
        while stack:
            row, column = stack.pop()
            area += 1
            for neighbour in ((row + 1, column), (row - 1, column), (row, column + 1), (row, column - 1)):
                if neighbour in open_pixels:
                    open_pixels.remove(neighbour)
                    stack.append(neighbour)
        count += area >= smallest
    return count


def count_plants(body: bytes, device: str) -> dict:
    photo = read_photo(body)
    return {"plants": count_areas(find_green(photo, device)), "device": device}
