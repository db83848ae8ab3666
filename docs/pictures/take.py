"""Takes the README's pictures from a demo that runs (`make demo` in another window, then `make pictures`)."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from playwright.sync_api import Error, sync_playwright

from config.demo_company import DEMO_LOGINS, DEMO_PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Browser

HERE = Path(__file__).resolve().parent
SITE = f"http://127.0.0.1:{os.environ.get('PORT') or 8000}"
EMAILS = {login.role: login.email for login in DEMO_LOGINS}
PICTURES = [
    ("today.png", "rep", "/today/", "light"),
    ("risk-desk.png", "manager", "/risk/", "light"),
    ("risk-desk-dark.png", "manager", "/risk/", "dark"),
    ("board.png", "manager", "/deals/board/", "light"),
    ("forecast.png", "manager", "/deals/forecast/", "light"),
]


def take(browser: Browser, name: str, role: str, path: str, scheme: str) -> None:
    page = browser.new_page(base_url=SITE, viewport={"width": 1280, "height": 900}, color_scheme=scheme, reduced_motion="reduce", locale="en-GB")
    page.goto(path)
    page.get_by_label("E-mail").fill(EMAILS[role])
    page.get_by_label("Password").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    page.wait_for_url(f"**{path}")
    page.screenshot(path=HERE / name)
    page.close()


def main() -> int:
    if not os.environ.get("BROWSER_PATH"):
        print("There is no Chromium here. Install one (on Debian: apt-get install chromium), or name it in BROWSER_PATH.", file=sys.stderr)
        return 1
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ["BROWSER_PATH"], args=["--no-sandbox", "--disable-gpu"])
        try:
            for name, role, path, scheme in PICTURES:
                take(browser, name, role, path, scheme)
        except Error as error:
            print(f"No picture could be taken of {SITE}: {error.message.splitlines()[0]}. Is `make demo` running?", file=sys.stderr)
            return 1
        browser.close()
    print(f"The pictures are in {HERE}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
