"""What a page looks like, as a text small enough to keep: light, ink and colour of every square of 48 pixels.

A page whose words are as they were must look as it did, but for a few squares: so a style that broke is seen, and
another version of Chromium, which draws letters a shade differently, is not. A page whose words changed may look
otherwise, though not wholly. ``make shots ARGS=--renew`` writes all of them anew; the change shows in the difference.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

HERE = Path(__file__).parent / "thumbnails"
SQUARE = 48
NEAR = 2
"""Of sixteen shades: two squares no further apart look alike."""
SAME_WORDS, OTHER_WORDS = 0.01, 0.4
"""The share of squares that may look otherwise."""

_SQUARES = """async ([picture, square]) => {
  const image = new Image();
  image.src = 'data:image/png;base64,' + picture;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height);
  const pen = canvas.getContext('2d');
  pen.drawImage(image, 0, 0);
  const rows = [];
  for (let y = 0; y < image.height; y += square) {
    let row = '';
    for (let x = 0; x < image.width; x += square) {
      const {data} = pen.getImageData(x, y, Math.min(square, image.width - x), Math.min(square, image.height - y));
      const many = data.length / 4;
      const lights = new Float32Array(many);
      let light = 0, colour = 0, ink = 0;
      for (let at = 0; at < many; at += 1) {
        const [r, g, b] = [data[4 * at], data[4 * at + 1], data[4 * at + 2]];
        lights[at] = 0.3 * r + 0.6 * g + 0.1 * b;
        light += lights[at] / many;
        colour += (Math.max(r, g, b) - Math.min(r, g, b)) / many;
      }
      for (const each of lights) ink += Math.abs(each - light) / many;
      row += [light, 4 * ink, 4 * colour].map((each) => Math.min(15, Math.floor(each / 16)).toString(16)).join('');
    }
    rows.push(row);
  }
  return rows;
}"""


@dataclass(frozen=True)
class Thumbnail:
    """A page's look in one size and theme, and what its words were."""

    words: str
    rows: tuple[str, ...]

    @classmethod
    def of(cls, page: Page, artist: Page) -> Thumbnail:
        """The look of a page as it stands; ``artist`` is an empty page that does the sums."""
        picture = base64.b64encode(page.screenshot()).decode()
        said = " ".join((page.locator("main").text_content() or "").split())
        rows = artist.evaluate(_SQUARES, [picture, SQUARE])
        return cls(hashlib.sha256(said.encode()).hexdigest()[:16], tuple(rows))

    def otherwise(self, other: Thumbnail) -> float:
        """The share of squares in which two looks differ; 1 where they are not of one size."""
        if [len(row) for row in self.rows] != [len(row) for row in other.rows]:
            return 1.0
        pairs = [
            (a[at : at + 3], b[at : at + 3])
            for a, b in zip(self.rows, other.rows, strict=True)
            for at in range(0, len(a), 3)
        ]
        apart = sum(any(abs(int(x, 16) - int(y, 16)) > NEAR for x, y in zip(a, b, strict=True)) for a, b in pairs)
        return apart / len(pairs)

    def fault(self, kept: Thumbnail) -> str:
        """What is wrong beside the look that was kept; empty where nothing is."""
        share, most = self.otherwise(kept), SAME_WORDS if self.words == kept.words else OTHER_WORDS
        if share <= most:
            return ""
        said = "the same words" if self.words == kept.words else "other words"
        return f"{share:.1%} of it looks otherwise, with {said}; `make shots ARGS=--renew` if that is meant"


def read(name: str) -> dict[str, Thumbnail]:
    """The looks of a page that are kept, by size and theme."""
    file = HERE / f"{name}.txt"
    if not file.exists():
        return {}
    found = {}
    for block in file.read_text().strip().split("\n\n"):
        head, *rows = block.splitlines()
        shape, words = head.split(" ")
        found[shape] = Thumbnail(words, tuple(rows))
    return found


def write(name: str, found: dict[str, Thumbnail]) -> None:
    """Keep the looks of a page."""
    HERE.mkdir(exist_ok=True)
    blocks = ("\n".join([f"{shape} {each.words}", *each.rows]) for shape, each in found.items())
    (HERE / f"{name}.txt").write_text("\n\n".join(blocks) + "\n")
