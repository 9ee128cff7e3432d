"""Write the model's weights into the image while it is built (`python -m inference.bake`)."""

from inference.model import WEIGHTS, write_weights

if __name__ == "__main__":
    write_weights(WEIGHTS)
    print(f"{WEIGHTS}: {WEIGHTS.stat().st_size} bytes")
