"""What holds for every page of ours: it fits the screen, it can be read, its
parts have names, and the console is silent."""

SIZES = ((390, 844, True), (1400, 900, False))
SCHEMES = ("light", "dark")

# Text whose contrast to its background is below 4.5 to 1 (WCAG 2, 1.4.3), as
# "text: ratio". Colours are asked of a canvas, which knows all notations.
CONTRAST = """
const canvas = document.createElement('canvas');
canvas.width = canvas.height = 1;
const context = canvas.getContext('2d', { willReadFrequently: true });
const known = new Map();
function channels(color, under) {
  const key = `${color} on ${under}`;
  if (!known.has(key)) known.set(key, mix(color, under));
  return known.get(key);
}
function mix(color, under) {
  context.fillStyle = `rgb(${under.join(' ')})`;
  context.fillRect(0, 0, 1, 1);
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
}
function background(element) {
  if (element === null) return [255, 255, 255];
  return channels(getComputedStyle(element).backgroundColor,
    background(element.parentElement));
}
function light(color) {
  const [r, g, b] = color.map((c) => c / 255).map((c) =>
    c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
const poor = [];
for (const element of document.querySelectorAll('body *')) {
  const text = [...element.childNodes].filter((n) => n.nodeType === 3)
    .map((n) => n.textContent.trim()).join('');
  if (text === '' || !element.checkVisibility()) continue;
  if (element.closest('svg, script, style') !== null) continue;
  const under = background(element);
  const [a, b] = [light(channels(getComputedStyle(element).color, under)),
    light(under)];
  const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  if (ratio < 4.5) poor.push(`${text}: ${ratio.toFixed(2)}`);
}
return poor;
"""

# What is wider than the screen, or reaches out of it.
TOO_WIDE = """
const width = document.documentElement.clientWidth;
const wide = [...document.querySelectorAll('body *')].filter((e) =>
  e.checkVisibility() && getComputedStyle(e).clipPath === 'none' &&
  !e.closest('svg') && e.getBoundingClientRect().right > width + 1);
const names = wide.map((e) => e.outerHTML.slice(0, 80));
if (document.documentElement.scrollWidth > width) names.unshift('the page');
return names;
"""

NAMED = {"button", "link", "checkbox", "radio", "searchbox", "textbox", "img",
         "image", "meter", "figure", "table", "group"}


def nameless(browser):
    """Parts that somebody who hears the page would not know."""
    browser.cdp("Accessibility.enable")
    nodes = browser.cdp("Accessibility.getFullAXTree")["nodes"]
    browser.cdp("Accessibility.disable")
    found = []
    for node in nodes:
        role = node.get("role", {}).get("value", "")
        name = node.get("name", {}).get("value", "")
        must = role in NAMED - {"figure", "table", "group"}
        if must and not node.get("ignored") and name.strip() == "":
            found.append(role)
    return found


def check_page(browser, keep=None):
    """`keep`: a path before which screenshots are written."""
    for width, height, phone in SIZES:
        browser.resize(width, height, phone)
        for scheme in SCHEMES:
            browser.prefer(scheme)
            where = f"at {width} px, {scheme}"
            wide = browser.run(TOO_WIDE)
            assert wide == [], f"too wide {where}: {wide[:3]}"
            poor = browser.run(CONTRAST)
            assert poor == [], f"hard to read {where}: {poor[:5]}"
            if keep:
                browser.screenshot(f"{keep}-{width}-{scheme}.png")
    found = nameless(browser)
    assert found == [], f"without a name: {found}"
    check_console(browser)


def check_console(browser):
    said = browser.console()
    assert said == [], f"the console says: {said}"
