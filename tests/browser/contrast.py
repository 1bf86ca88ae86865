"""How well each text of a page is read: computed for every element, where axe looks away."""

from playwright.sync_api import Frame

# WCAG 1.4.3. What is disabled is exempt; what is drawn for nobody's eyes is left out.
TOO_FAINT = """() => {
    const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    const known = new Map();
    function rgba(color) {
        if (!known.has(color)) {
            canvas.clearRect(0, 0, 1, 1);
            canvas.fillStyle = color;
            canvas.fillRect(0, 0, 1, 1);
            const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
            known.set(color, [r, g, b, a / 255]);
        }
        return known.get(color);
    }
    const over = ([r, g, b, a], below) =>
        [r, g, b].map((part, index) => part * a + below[index] * (1 - a));
    function ground(element) {
        const layers = [];
        for (let one = element; one; one = one.parentElement) {
            const color = rgba(getComputedStyle(one).backgroundColor);
            if (color[3]) layers.push(color);
            if (color[3] === 1) break;
        }
        const page = over(rgba("Canvas"), [255, 255, 255]);
        return layers.reduceRight((below, layer) => over(layer, below), page);
    }
    function luminance(color) {
        const [r, g, b] = color.map((part) => {
            const share = part / 255;
            return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    }
    function contrast(one, other) {
        const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
        return (light + 0.05) / (dark + 0.05);
    }
    function opacity(element) {
        let all = 1;
        for (let one = element; one; one = one.parentElement) all *= getComputedStyle(one).opacity;
        return all;
    }
    /** What is written by the element itself: [style, text] of its own, its marks and its hint. */
    function* writings(element) {
        const own = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
        const text = own.map((node) => node.data.trim()).join(" ").trim();
        if (text) yield [getComputedStyle(element), text];
        if (element.matches("input:not([type=radio], [type=checkbox]), textarea, select")) {
            const hint = element.value ? null : "::placeholder";
            yield [getComputedStyle(element, hint), element.value || element.placeholder];
        }
        for (const pseudo of ["::before", "::after"]) {
            const style = getComputedStyle(element, pseudo);
            const [, content] = /^"(.*)"$/.exec(style.content) ?? [];
            if (content?.trim()) yield [style, content];
        }
    }
    function isSeen(element) {
        const { width, height } = element.getBoundingClientRect();
        const isThere = element.checkVisibility({ visibilityProperty: true });
        const isOff = element.closest("[disabled], [aria-disabled=true], [inert]");
        return isThere && width > 1 && height > 1 && !isOff && !element.closest(".visually-hidden");
    }
    const faint = [];
    for (const element of document.querySelectorAll("body *")) {
        if (!isSeen(element)) continue;
        const below = ground(element);
        for (const [style, text] of writings(element)) {
            const size = parseFloat(style.fontSize);
            if (!text || !size || style.clipPath !== "none") continue;
            const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
            const [r, g, b, a] = rgba(style.color);
            const found = contrast(over([r, g, b, a * opacity(element)], below), below);
            if (found < (isLarge ? 3 : 4.5)) {
                faint.push(`${found.toFixed(2)} : 1 «${text.slice(0, 60)}» .${element.className}`);
            }
        }
    }
    return faint;
}"""

# A site may have any colours in which its own words are read.
BRANDS = (
    {"--accent": "#f4d000", "--on-accent": "#1a1600", "--own": "#f4d000", "--on-own": "#1a1600"},
    {"--accent": "#111111", "--on-accent": "#ffffff", "--own": "#111111", "--on-own": "#ffffff"},
)
WEAR = """brand => {
    const { style } = document.documentElement;
    for (const [name, value] of Object.entries(brand)) style.setProperty(name, value);
}"""
UNDRESS = """brand => {
    for (const name of Object.keys(brand)) document.documentElement.style.removeProperty(name);
}"""


def too_faint(frame: Frame) -> list[str]:
    found: list[str] = frame.evaluate(TOO_FAINT)
    return found


def too_faint_in_any_brand(frame: Frame) -> list[str]:
    found: list[str] = []
    for brand in BRANDS:
        frame.evaluate(WEAR, brand)
        found += too_faint(frame)
        frame.evaluate(UNDRESS, brand)
    return found
