"""What every page is measured by, whatever it shows."""

from functools import cache

from playwright.sync_api import Page

from tests.doubles.node_packages import find_package

CONTROLS = "a, button, input:not([type=hidden]), select, textarea, summary"
SMALL_TARGETS = """controls => Array.from(document.querySelectorAll(controls))
  .filter(e => e.offsetParent !== null && !e.closest('p, li:not(.card), td'))
  .filter(e => !e.matches('.skip, input[type=checkbox], input[type=radio]'))
  .map(e => [e.getBoundingClientRect(), e.outerHTML.slice(0, 90)])
  .filter(([box]) => box.height < 44).map(([box, html]) => box.height + ' ' + html)"""
TIGHT_LINES = """() => Array.from(document.querySelectorAll('body *')).filter(e => e.offsetParent !== null)
  .map(e => [getComputedStyle(e), e]).filter(([style, e]) => /[\\u0e80-\\u0eff]/.test(e.textContent))
  .filter(([style]) => parseFloat(style.lineHeight) < 1.595 * parseFloat(style.fontSize))
  .map(([style, e]) => e.outerHTML.slice(0, 90))"""


def sideways(page: Page) -> int:
    """Return by how many pixels a page is wider than its window."""
    return int(page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def assert_fit_for_a_thumb(page: Page) -> None:
    """Nothing scrolls sideways, every control is at least 44 px high, Lao lines stand 1.6 apart."""
    small, tight = page.evaluate(SMALL_TARGETS, CONTROLS), page.evaluate(TIGHT_LINES)
    found = {"wider by": sideways(page), "too small": small, "too tight": tight}
    assert not any(found.values()), f"{page.url}: {found}"


AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE_RUN = """tags => axe.run(document, { runOnly: { type: 'tag', values: tags } }).then(found => found.violations.map(
  rule => rule.id + ': ' + rule.nodes.map(node => node.html.slice(0, 120)).join(' | ')))"""


@cache
def axe() -> str:
    """Return the script of axe-core, as npm installed it."""
    folder = find_package("axe-core")
    assert folder is not None
    return (folder / "axe.min.js").read_text("utf-8")


def assert_open_to_everybody(page: Page) -> None:
    """axe-core finds nothing: names, roles, contrast, structure, target sizes."""
    page.evaluate(axe())
    found = page.evaluate(AXE_RUN, AXE_TAGS)
    assert found == [], f"{page.url}: {found}"


def sign_in(page: Page, name: str) -> None:
    """Sign in by the form."""
    page.goto("/sign-in")
    page.fill("#name", name)
    page.fill("#passphrase", "demo-demo-demo")
    page.click("main button")
    page.wait_for_url(lambda address: "sign-in" not in address)
