import numpy as np
import pytest
from fastapi.testclient import TestClient

from app.counting import NotAPhoto, count_areas, count_plants, read_photo
from app.device import choose_device
from app.main import LARGEST_PHOTO, app
from app.selftest import draw_photo


def test_health() -> None:
    assert TestClient(app).get("/health").json() == {"status": "healthy"}


@pytest.mark.parametrize("plants", [1, 3, 7])
def test_plants_are_counted(plants: int) -> None:
    assert count_plants(draw_photo(plants), "cpu") == {"plants": plants, "device": "cpu"}


def test_areas_touch_at_edges_and_specks_are_no_plants() -> None:
    mask = np.zeros((10, 10), dtype=bool)
    mask[1:5, 1:5] = True
    mask[5:9, 5:9] = True
    mask[0, 9] = True
    assert count_areas(mask) == 2
    assert count_areas(np.zeros((3, 3), dtype=bool)) == 0


def test_without_a_broker_the_api_counts_by_itself() -> None:
    client = TestClient(app)
    assert client.post("/api/v1/photos/count", content=draw_photo(2)).json() == {"plants": 2, "device": choose_device()}
    assert client.post("/api/v1/photos/count", content=b"no photo").status_code == 422
    assert client.post("/api/v1/photos/count", content=b"").status_code == 413
    assert LARGEST_PHOTO == 10_000_000


def test_other_formats_are_refused() -> None:
    with pytest.raises(NotAPhoto):
        read_photo(b"GIF89a")
