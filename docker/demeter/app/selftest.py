"""`python -m app.selftest URL`: draw a photo with three plants, have the API at URL count them, say the answer."""

import io
import sys
import urllib.request

from PIL import Image, ImageDraw


def draw_photo(plants: int) -> bytes:
    photo = Image.new("RGB", (40 * plants, 60), (120, 90, 60))
    brush = ImageDraw.Draw(photo)
    for place in range(plants):
        brush.ellipse((40 * place + 8, 18, 40 * place + 32, 42), fill=(40, 160, 50))
    body = io.BytesIO()
    photo.save(body, "PNG")
    return body.getvalue()


if __name__ == "__main__":
    with urllib.request.urlopen(f"{sys.argv[1]}/api/v1/photos/count", draw_photo(3), timeout=40) as reply:
        print(reply.read().decode())
