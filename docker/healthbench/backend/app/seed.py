"""The notes that are there from the beginning. `python -m app.seed` says what a start would seed."""

from pathlib import Path

from app.chunks import split_chunks
from app.settings import read_settings


def read_notes(folder: Path) -> dict[str, str]:
    """Return the text of each `*.txt` by its name, in order; nothing where the folder is not mounted."""
    return {file.stem: file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.txt"))}


if __name__ == "__main__":
    for title, text in read_notes(read_settings().notes).items():
        print(f"{title}: {len(split_chunks(text))} chunks")
