"""Reports as PDF by the image's LaTeX, and text out of pictures by its OCR.

`python -m app.export` makes a report, draws its page and reads it back: the proof that a smaller image still exports.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

# xelatex in the full image, pdflatex in the slim one.
ENGINES = ("xelatex", "pdflatex")
LIMIT_S = 60
SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
}


class ExportFailed(Exception):
    """A tool of the image failed; the message is the end of what it printed."""


def escape(text: str) -> str:
    """Return the text as LaTeX shows it; what no default font has becomes a question mark."""
    plain = "".join(letter if letter.isprintable() and ord(letter) < 0x180 else "?" for letter in " ".join(text.split()))
    return "".join(SPECIAL.get(letter, letter) for letter in plain)


def write_source(question: str, included: list[dict[str, str]]) -> str:
    items = "\n".join(rf"\item \textbf{{{escape(each['title'])}.}} {escape(each['abstract'])}" for each in included)
    body = f"\\begin{{enumerate}}\n{items}\n\\end{{enumerate}}" if items else "No abstract met the criteria."
    return (
        "\\documentclass{article}\n\\pagestyle{plain}\n\\begin{document}\n"
        f"\\section*{{{escape(question)}}}\n{body}\n\\end{{document}}\n"
    )


def export_pdf(question: str, included: list[dict[str, str]]) -> bytes:
    """Return the report; LaTeX runs in a folder of its own and may start no program."""
    engine = next((name for name in ENGINES if shutil.which(name)), None)
    if engine is None:
        raise ExportFailed(f"none of {', '.join(ENGINES)} is in this image")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "report.tex").write_text(write_source(question, included), encoding="utf-8")
        _run([engine, "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "report.tex"], folder)
        return Path(folder, "report.pdf").read_bytes()


def read_picture(picture: bytes) -> str:
    """Return the text that OCR finds in a PNG, JPEG or TIFF."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "picture").write_bytes(picture)
        return _run(["tesseract", "picture", "-", "--psm", "6"], folder)


def draw_page(pdf: bytes) -> bytes:
    """Return the first page as PNG."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "report.pdf").write_bytes(pdf)
        _run(["pdftoppm", "-png", "-r", "150", "-singlefile", "report.pdf", "page"], folder)
        return Path(folder, "page.png").read_bytes()


def _run(command: list[str], folder: str) -> str:
    # TeX's own caches go to the folder, too: the root file system may be read-only. One thread is enough for one page.
    env = {**os.environ, "HOME": folder, "TEXMFVAR": folder, "openout_any": "p", "OMP_THREAD_LIMIT": "1"}
    try:
        done = subprocess.run(command, cwd=folder, env=env, capture_output=True, timeout=LIMIT_S, check=False)
    except (OSError, subprocess.TimeoutExpired) as failure:
        raise ExportFailed(f"{command[0]}: {type(failure).__name__}") from failure
    output = done.stdout.decode("utf-8", "replace")
    if done.returncode != 0:
        raise ExportFailed(f"{command[0]} ended with {done.returncode}: {output[-400:]}")
    return output


if __name__ == "__main__":
    report = export_pdf("Proof of 100% export", [{"title": "Harbour", "abstract": "Ships & boats wait at the pier."}])
    text = read_picture(draw_page(report))
    print(f"{len(report)} bytes of PDF; OCR reads: {' '.join(text.split())}")
    sys.exit(0 if "Ships & boats wait at the pier" in text else 1)
