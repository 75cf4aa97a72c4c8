"""Frames a second and time to first frame of the wall chart in headless Chromium.

    python benchmarks/chart_frames.py http://127.0.0.1:8000 [name, linjiang] [password]

Asks a running desk for its chart, and gives the page the same rows again and again until there
are 400 and 5,000 of them.
"""

from __future__ import annotations

import copy
import json
import re
import shutil
import statistics
import sys
from typing import Any

FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
)
ROUNDS = 3
DATA = re.compile(r"/chart/data/")
_SCROLL = """
() => new Promise((done) => {
  const wall = document.querySelector("[data-wall]");
  const gaps = [], begin = performance.now();
  let last = begin;
  const step = (now) => {
    gaps.push(now - last);
    last = now;
    wall.scrollTop = (wall.scrollTop + 90) % (wall.scrollHeight - wall.clientHeight);
    if (now - begin < 3000) requestAnimationFrame(step);
    else {
      gaps.sort((a, b) => a - b);
      const at = (part) => gaps[Math.floor((gaps.length - 1) * part)];
      done([gaps.length / ((now - begin) / 1000), at(0.5), at(0.99), gaps.at(-1)]);
    }
  };
  requestAnimationFrame(step);
})
"""


def main(address: str, name: str = "linjiang", password: str = "guatu-linjiang") -> None:
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS.split())
        page = browser.new_context(viewport={"width": 1920, "height": 1080}).new_page()
        page.goto(address)
        page.get_by_label("登录名").fill(name)
        page.get_by_label("口令").fill(password)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(f"{address}/")
        found = page.request.get(f"{address}/chart/data/").json()
        for count in (400, 5000):
            body = json.dumps(_grown(found, count))
            page.route(DATA, _answer(body))
            _measure(page, address, count)
            page.unroute(DATA)
        browser.close()


def _answer(body: str) -> Any:
    return lambda route: route.fulfill(body=body, content_type="application/json")


def _grown(found: dict[str, Any], count: int) -> dict[str, Any]:
    bands, number = [], 0
    while number < count:
        for band in copy.deepcopy(found["bands"]):
            rows = band["rows"][: count - number]
            for row in rows:
                number += 1
                row["n"] = number
            if rows:
                path = [*band["path"][:-1], f"{band['path'][-1]} {number}"]
                bands.append({"path": path, "rows": rows})
    return {**found, "bands": bands, "shown": count, "total": count}


def _measure(page: Any, address: str, count: int) -> None:
    firsts = []
    for _round in range(ROUNDS):
        page.goto(f"{address}/chart/")
        page.wait_for_selector("[data-drawn]")
        firsts.append(page.evaluate("performance.getEntriesByName('wall-drawn')[0].startTime"))
    rate, median, nearly, worst = page.evaluate(_SCROLL)
    nodes = page.evaluate("document.querySelectorAll('*').length")
    print(
        f"{count:5} rows: first frame {statistics.median(firsts):.0f} ms after the request,"
        f" {rate:.0f} frames/s while scrolling (gaps: median {median:.1f},"
        f" 99 % {nearly:.1f}, worst {worst:.1f} ms), {nodes} elements in the page"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
