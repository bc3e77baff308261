/** Pictures of the products and of the hero: drawn here, so that the page needs no image files.
 * Every motif is constant markup; nothing from the backend is ever parsed. */
import type { Product } from "./backend";

interface Palette {
  readonly ground: string;
  readonly main: string;
  readonly deep: string;
  readonly light: string;
}

const INDIGO: Palette = { ground: "#e3e7f1", main: "#3c4f8a", deep: "#27345f", light: "#a8b6de" };
const BRICK: Palette = { ground: "#f6e4da", main: "#b9502f", deep: "#84341c", light: "#eab08f" };
const MARIGOLD: Palette = { ground: "#fbeccd", main: "#d9902a", deep: "#9a5e10", light: "#f6cf83" };
const GREEN: Palette = { ground: "#dfece4", main: "#1f7a62", deep: "#0f5141", light: "#93c9b3" };
const ROSE: Palette = { ground: "#f7e1e5", main: "#b23a5c", deep: "#7c2340", light: "#e7a0b3" };
const SLATE: Palette = { ground: "#e6e8e6", main: "#525d5a", deep: "#333b39", light: "#b3bdb9" };
const PALETTES = [INDIGO, BRICK, GREEN, ROSE, MARIGOLD];
/** A colour or a material named in the product is the colour of its picture. */
const NAMED: readonly (readonly [RegExp, Palette])[] = [
  [/indigo|blue|sneaker/i, INDIGO],
  [/maroon|rose|silk|eid|frock/i, ROSE],
  [/leather|nagra|terracotta/i, BRICK],
  [/marigold|jute/i, MARIGOLD],
  [/white|khadi|steel/i, SLATE],
];

type Motif = (colors: Palette) => string;

/** Words of a product's English name, first match wins, and how such a thing looks. */
const MOTIFS: readonly (readonly [RegExp, Motif, Palette?])[] = [
  [/saree/i, saree],
  [/shawl|bed ?sheet|bedspread|kantha|throw/i, folded],
  [/lungi/i, folded, GREEN],
  [/panjabi|kurti|kameez/i, tunic],
  [/shirt/i, shirt],
  [/frock/i, frock, ROSE],
  [/puzzle/i, puzzle, MARIGOLD],
  [/sandal|nagra|sneaker|shoe/i, shoe],
  [/earbud/i, earbuds, SLATE],
  [/power bank/i, powerBank, SLATE],
  [/fan/i, fan, INDIGO],
  [/kettle/i, kettle, SLATE],
  [/lamp/i, lamp, MARIGOLD],
  [/watch/i, watch, SLATE],
  [/net/i, net, GREEN],
  [/cooker/i, cooker, SLATE],
  [/tiffin/i, tiffin, SLATE],
  [/bag/i, bag],
  [/vase/i, vase, BRICK],
  [/mat\b/i, mat, MARIGOLD],
  [/tray/i, tray, ROSE],
  [/stories|cookbook|rhymes|book|novel/i, book],
  [/oil/i, bottle, GREEN],
  [/mehedi/i, cones, GREEN],
  [/uptan/i, jar, GREEN],
  [/pickle/i, jar, BRICK],
  [/honey|jar/i, jar, MARIGOLD],
  [/rice/i, sack, GREEN],
  [/cups/i, vase, BRICK],
  [/tea/i, pack, BRICK],
  [/jaggery|gur/i, jaggery, MARIGOLD],
];

/** `index` in the whole list: neighbours differ in colour. */
export function productArt(product: Product, index: number): SVGElement {
  const [, motif, fixed] = MOTIFS.find(([pattern]) => pattern.test(product.name)) ?? [null, bag, undefined];
  const named = NAMED.find(([pattern]) => pattern.test(product.name))?.[1];
  const colors = fixed ?? named ?? PALETTES[index % PALETTES.length] ?? INDIGO;
  return parse("0 0 200 160", `<rect width="200" height="160" fill="${colors.ground}"/>${ground(colors)}${motif(colors)}`, "art");
}

/** A lotus in running stitch, as on a nakshi kantha. */
export function heroArt(): SVGElement {
  const petal = "M0 -46C26 -84 26 -118 0 -150C-26 -118 -26 -84 0 -46Z";
  const inner = "M0 -58C15 -84 15 -106 0 -128C-15 -106 -15 -84 0 -58Z";
  const leaf = "M0 -158C16 -176 16 -192 0 -208C-16 -192 -16 -176 0 -158Z";
  const turned = (count: number, offset: number, draw: (index: number) => string): string =>
    Array.from({ length: count }, (_, index) => `<g transform="rotate(${(360 / count) * index + offset})">${draw(index)}</g>`).join("");
  const circle = (radius: number, className: string): string => `<circle r="${radius}" class="${className}"/>`;
  return parse(
    "-240 -240 480 480",
    [
      circle(232, "thread faint"),
      circle(222, "thread green"),
      turned(24, 0, () => '<path d="M0 -213l5 -7-5 -7-5 7Z" class="fill marigold"/>'),
      turned(8, 22.5, () => `<path d="${leaf}" class="thread green"/>`),
      turned(8, 0, () => `<path d="${petal}" class="fill brick"/><path d="${petal}" class="thread brick"/><path d="${inner}" class="thread marigold"/>`),
      turned(8, 22.5, () => '<path d="M0 -52C15 -76 15 -96 0 -116C-15 -96 -15 -76 0 -52Z" class="thread indigo"/>'),
      circle(44, "fill marigold"),
      ...[40, 31, 22, 13].map((radius) => circle(radius, "thread brick")),
      circle(5, "fill solid"),
    ].join(""),
    "lotus",
  );
}

function parse(viewBox: string, body: string, className: string): SVGElement {
  const text = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${viewBox}" class="${className}" aria-hidden="true">${body}</svg>`;
  return document.importNode(new DOMParser().parseFromString(text, "image/svg+xml").documentElement, true) as unknown as SVGElement;
}

/** A shadow on the table and a stitched border, the same under every product. */
function ground({ main }: Palette): string {
  return `<rect x="9" y="9" width="182" height="142" rx="8" fill="none" stroke="${main}" stroke-opacity=".35" stroke-width="1.500" stroke-dasharray="7 5"/><ellipse cx="100" cy="130" rx="58" ry="6" fill="#000" opacity=".08"/>`;
}

function saree({ main, deep, light }: Palette): string {
  return `<path d="M52 36h96a8 8 0 0 1 8 8v78a8 8 0 0 1-8 8H52a8 8 0 0 1-8-8V44a8 8 0 0 1 8-8Z" fill="${main}"/><path d="M44 96h112v14H44z" fill="${light}"/><path d="M44 100h112M44 106h112" stroke="${deep}" stroke-width="2" stroke-dasharray="4 4"/><path d="M118 36h22v94h-22z" fill="${deep}"/><path d="M129 42v84" stroke="${light}" stroke-width="8" stroke-dasharray="1 11" stroke-linecap="round"/><g fill="${light}"><circle cx="62" cy="54" r="3"/><circle cx="84" cy="54" r="3"/><circle cx="106" cy="54" r="3"/><circle cx="73" cy="72" r="3"/><circle cx="95" cy="72" r="3"/><circle cx="62" cy="88" r="2"/><circle cx="84" cy="88" r="2"/><circle cx="106" cy="88" r="2"/></g>`;
}

function folded({ main, deep, light }: Palette): string {
  return `<rect x="42" y="98" width="116" height="32" rx="10" fill="${deep}"/><rect x="46" y="70" width="108" height="32" rx="10" fill="${main}"/><rect x="42" y="42" width="116" height="32" rx="10" fill="${light}"/><path d="M52 52h96M52 58h96M52 64h96" stroke="${main}" stroke-width="2" stroke-dasharray="8 5"/><path d="M56 80h88M56 86h88M56 92h88" stroke="${light}" stroke-width="2" stroke-dasharray="8 5"/><path d="M52 108h96M52 114h96M52 120h96" stroke="${light}" stroke-width="2" stroke-dasharray="8 5"/>`;
}

function shirt({ main, deep, light }: Palette): string {
  return `<path d="M80 30c4 9 36 9 40 0l30 14-10 30-14-4v60H74V70l-14 4-10-30Z" fill="${main}"/><path d="M80 30c4 9 36 9 40 0l-6-3c-6 5-22 5-28 0Z" fill="${deep}"/><path d="M97 38h6v34h-6z" fill="${light}"/><circle cx="100" cy="48" r="1.800" fill="${deep}"/><circle cx="100" cy="58" r="1.800" fill="${deep}"/><circle cx="100" cy="67" r="1.800" fill="${deep}"/><path d="M76 124h48" stroke="${light}" stroke-width="2" stroke-dasharray="5 4"/>`;
}

function tunic({ main, deep, light }: Palette): string {
  return `<path d="M84 24c3 8 29 8 32 0l22 10 16 68-14 4-18-44v70H78V62l-18 44-14-4 16-68Z" fill="${main}"/><path d="M84 24c3 8 29 8 32 0l-5-3c-5 5-17 5-22 0Z" fill="${deep}"/><path d="M96 31h8v44h-8z" fill="${light}"/><path d="M100 36v36" stroke="${deep}" stroke-width="3" stroke-dasharray="1 8" stroke-linecap="round"/><path d="M80 127h40M49 97l11 4M151 97l-11 4" stroke="${light}" stroke-width="2.500" stroke-dasharray="5 4"/><path d="M84 108c4-6 8-6 10 0-4 5-8 5-10 0ZM106 108c4-6 8-6 10 0-4 5-8 5-10 0Z" fill="${light}"/>`;
}

function frock({ main, deep, light }: Palette): string {
  return `<path d="M82 30l8 10h20l8-10 12 10-8 18 30 68c-30 10-74 10-104 0l30-68-8-18Z" fill="${main}"/><path d="M80 66h40l3 8H77Z" fill="${deep}"/><path d="M52 118c30 9 66 9 96 0" fill="none" stroke="${light}" stroke-width="3" stroke-dasharray="6 5"/><g fill="${light}"><circle cx="84" cy="94" r="3"/><circle cx="100" cy="88" r="3"/><circle cx="116" cy="94" r="3"/><circle cx="92" cy="106" r="3"/><circle cx="108" cy="106" r="3"/></g>`;
}

function puzzle({ main, deep, light }: Palette): string {
  const tile = (x: number, y: number, fill: string, letter: string): string =>
    `<rect x="${x}" y="${y}" width="38" height="38" rx="6" fill="${fill}"/><text x="${x + 19}" y="${y + 28}" font-size="24" font-family="Noto Sans Bengali, sans-serif" text-anchor="middle" fill="#fff">${letter}</text>`;
  return `<rect x="36" y="34" width="128" height="96" rx="10" fill="${light}"/>${tile(42, 42, main, "ক")}${tile(81, 42, deep, "খ")}${tile(120, 42, "#1f7a62", "গ")}${tile(42, 84, "#3c4f8a", "অ")}${tile(81, 84, "#b23a5c", "আ")}${tile(120, 84, main, "ই")}`;
}

function shoe({ main, deep, light }: Palette): string {
  return `<path d="M36 112c0-26 8-44 16-44 10 0 14 14 34 22s56 8 74 20c6 4 6 12 2 14H42c-4 0-6-4-6-12Z" fill="${main}"/><path d="M34 118h132v6a7 7 0 0 1-7 7H41a7 7 0 0 1-7-7Z" fill="${deep}"/><path d="M74 84l-12 16M86 91l-10 14M100 96l-8 14" stroke="${light}" stroke-width="4" stroke-linecap="round"/><path d="M118 104c14 1 28 4 38 10" fill="none" stroke="${light}" stroke-width="2" stroke-dasharray="5 4"/>`;
}

function earbuds({ main, deep, light }: Palette): string {
  return `<rect x="58" y="82" width="84" height="48" rx="22" fill="${deep}"/><path d="M58 100h84" stroke="${light}" stroke-width="2"/><circle cx="100" cy="114" r="3" fill="#8ddcb2"/><path d="M70 36a15 15 0 0 1 15 15c0 8-5 12-9 13v16h-9V58a15 15 0 0 1 3-22Z" fill="${main}"/><path d="M130 36a15 15 0 0 0-15 15c0 8 5 12 9 13v16h9V58a15 15 0 0 0-3-22Z" fill="${main}"/><circle cx="74" cy="50" r="6" fill="${light}"/><circle cx="126" cy="50" r="6" fill="${light}"/>`;
}

function powerBank({ main, deep, light }: Palette): string {
  return `<rect x="70" y="30" width="60" height="100" rx="12" fill="${main}"/><rect x="76" y="36" width="48" height="88" rx="8" fill="${deep}"/><path d="M103 58l-14 24h11l-4 20 15-26h-11Z" fill="${light}"/><g fill="#8ddcb2"><circle cx="88" cy="114" r="2.500"/><circle cx="96" cy="114" r="2.500"/><circle cx="104" cy="114" r="2.500"/></g>`;
}

function fan({ main, deep, light }: Palette): string {
  return `<path d="M96 96h8v24h-8z" fill="${deep}"/><rect x="74" y="118" width="52" height="12" rx="6" fill="${deep}"/><circle cx="100" cy="66" r="40" fill="#fff" opacity=".6"/><g fill="${main}"><path d="M100 66c-6-12-4-26 8-30 8 12 4 24-8 30Z"/><path d="M100 66c13-1 24 8 22 20-14 1-22-8-22-20Z"/><path d="M100 66c-7 11-20 15-29 7 6-13 18-15 29-7Z"/></g><circle cx="100" cy="66" r="6" fill="${deep}"/><circle cx="100" cy="66" r="40" fill="none" stroke="${main}" stroke-width="4"/><circle cx="100" cy="66" r="28" fill="none" stroke="${light}" stroke-width="2"/>`;
}

function kettle({ main, deep, light }: Palette): string {
  return `<path d="M68 58h56l10 62a10 10 0 0 1-10 10H68a10 10 0 0 1-10-10Z" fill="${main}"/><path d="M66 70L48 58l-4 8 18 20Z" fill="${main}"/><path d="M126 62c26 0 30 44 6 50l-2-10c12-4 10-30-2-30Z" fill="${deep}"/><path d="M66 58a30 18 0 0 1 60 0Z" fill="${deep}"/><rect x="90" y="34" width="12" height="8" rx="4" fill="${deep}"/><path d="M82 72l-4 44" stroke="${light}" stroke-width="5" stroke-linecap="round"/>`;
}

function lamp({ main, deep, light }: Palette): string {
  return `<path d="M60 64L88 30l40 22-22 22Z" fill="${main}"/><path d="M72 74c-14 14-20 32-22 50h70c-2-20-6-34-18-50Z" fill="${light}" opacity=".7"/><path d="M116 58l22 34-22 28" fill="none" stroke="${deep}" stroke-width="6" stroke-linecap="round" stroke-linejoin="round"/><rect x="92" y="120" width="56" height="10" rx="5" fill="${deep}"/>`;
}

function watch({ main, deep, light }: Palette): string {
  return `<path d="M84 26h32l4 26H80ZM80 108h40l-4 26H84Z" fill="${main}"/><rect x="68" y="48" width="64" height="64" rx="18" fill="${deep}"/><rect x="75" y="55" width="50" height="50" rx="12" fill="#10231d"/><path d="M80 84h8l5-14 8 24 6-16 4 6h9" fill="none" stroke="#8ddcb2" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/><rect x="132" y="72" width="5" height="16" rx="2" fill="${light}"/>`;
}

function net({ main, deep, light }: Palette): string {
  return `<path d="M100 24c-8 16-46 20-56 106h112C146 44 108 40 100 24Z" fill="${light}" opacity=".75"/><path d="M100 30v100M78 54L66 130M122 54l12 76M62 76h76M54 100h92" stroke="${main}" stroke-width="1.500" stroke-dasharray="4 4"/><rect x="60" y="108" width="80" height="18" rx="6" fill="#fff"/><rect x="64" y="100" width="28" height="14" rx="6" fill="${main}"/><rect x="48" y="124" width="104" height="7" rx="3" fill="${deep}"/>`;
}

function tiffin({ main, deep, light }: Palette): string {
  return `<path d="M80 40c0-18 40-18 40 0" fill="none" stroke="${deep}" stroke-width="6"/><rect x="62" y="42" width="76" height="18" rx="8" fill="${deep}"/><rect x="62" y="62" width="76" height="20" rx="5" fill="${main}"/><rect x="62" y="85" width="76" height="20" rx="5" fill="${main}"/><rect x="62" y="108" width="76" height="22" rx="7" fill="${main}"/><path d="M70 68h26M70 91h26M70 114h26" stroke="${light}" stroke-width="5" stroke-linecap="round"/><path d="M56 50v74M144 50v74" stroke="${deep}" stroke-width="4"/>`;
}

function cooker({ main, deep, light }: Palette): string {
  return `<path d="M54 72h92v46a12 12 0 0 1-12 12H66a12 12 0 0 1-12-12Z" fill="${main}"/><rect x="48" y="62" width="104" height="14" rx="7" fill="${deep}"/><path d="M60 62c4-14 76-14 80 0Z" fill="${light}"/><rect x="92" y="34" width="16" height="18" rx="4" fill="${BRICK.main}"/><path d="M100 30v-8M90 32l-5-7M110 32l5-7" stroke="${light}" stroke-width="3" stroke-linecap="round"/><path d="M152 66h32a5 5 0 0 1 0 10h-32Z" fill="${deep}"/><path d="M66 88v28" stroke="${light}" stroke-width="5" stroke-linecap="round"/>`;
}

function bag({ main, deep, light }: Palette): string {
  return `<path d="M78 62c0-44 44-44 44 0" fill="none" stroke="${deep}" stroke-width="6"/><path d="M56 58h88l8 72H48Z" fill="${main}"/><path d="M54 76h92M52 94h96M50 112h100" stroke="${light}" stroke-width="3" stroke-dasharray="9 6"/><path d="M100 84c8 8 8 18 0 26-8-8-8-18 0-26Z" fill="${deep}"/>`;
}

function vase({ main, deep, light }: Palette): string {
  return `<path d="M86 62h28l-4 10c16 8 24 20 24 34 0 12-8 20-18 24H84c-10-4-18-12-18-24 0-14 8-26 24-34Z" fill="${main}"/><path d="M69 96h62M67 106h66" stroke="${light}" stroke-width="3" stroke-dasharray="6 5"/><rect x="82" y="58" width="36" height="7" rx="3" fill="${deep}"/><path d="M100 58V34M100 46c-12 0-16-8-16-14 10 0 16 6 16 14ZM100 42c0-10 6-16 16-16 0 10-6 16-16 16Z" fill="#1f7a62" stroke="#1f7a62" stroke-width="2"/>`;
}

function mat({ main, deep, light }: Palette): string {
  return `<path d="M44 52h100v74H44z" fill="${light}"/><path d="M44 58h100M44 70h100M44 82h100M44 94h100M44 106h100M44 118h100" stroke="${main}" stroke-width="4" stroke-dasharray="10 10"/><path d="M54 52v74M74 52v74M94 52v74M114 52v74" stroke="${main}" stroke-width="1.500" opacity=".6"/><ellipse cx="148" cy="89" rx="14" ry="38" fill="${main}"/><ellipse cx="148" cy="89" rx="8" ry="24" fill="${light}"/><ellipse cx="148" cy="89" rx="3" ry="10" fill="${deep}"/>`;
}

function tray({ main, deep, light }: Palette): string {
  return `<rect x="32" y="40" width="136" height="88" rx="22" fill="${deep}"/><rect x="40" y="48" width="120" height="72" rx="16" fill="${MARIGOLD.light}"/><circle cx="80" cy="84" r="20" fill="${main}"/><circle cx="80" cy="84" r="12" fill="${light}"/><circle cx="80" cy="84" r="5" fill="${deep}"/><path d="M108 100c4-26 26-36 40-30-4 14-14 18-20 18 8 2 12 6 12 12-12 6-24 6-32 0Z" fill="#1f7a62"/><circle cx="138" cy="76" r="2.500" fill="#fff"/>`;
}

function book({ main, deep, light }: Palette): string {
  return `<path d="M62 30h70a8 8 0 0 1 8 8v84a8 8 0 0 1-8 8H62Z" fill="${main}"/><path d="M62 30h10v100H62a6 6 0 0 1-6-6V36a6 6 0 0 1 6-6Z" fill="${deep}"/><rect x="84" y="46" width="44" height="20" rx="3" fill="${light}"/><path d="M90 53h32M90 59h20" stroke="${deep}" stroke-width="2.500"/><path d="M106 82c10 10 10 22 0 32-10-10-10-22 0-32ZM90 96c8-2 14 4 16 12-10 2-16-4-16-12ZM122 96c-8-2-14 4-16 12 10 2 16-4 16-12Z" fill="${light}"/>`;
}

function bottle({ main, deep, light }: Palette): string {
  return `<rect x="88" y="24" width="24" height="16" rx="4" fill="${deep}"/><path d="M90 40h20v8c14 4 20 12 20 24v48a10 10 0 0 1-10 10H80a10 10 0 0 1-10-10V72c0-12 6-20 20-24Z" fill="${main}"/><rect x="76" y="76" width="48" height="38" rx="4" fill="#fff"/><circle cx="100" cy="95" r="12" fill="${light}"/><path d="M100 88c5 5 5 10 0 15-5-5-5-10 0-15Z" fill="${deep}"/>`;
}

function cones({ main, deep, light }: Palette): string {
  const cone = (x: number, turn: number): string => `<g transform="rotate(${turn} ${x} 128)"><path d="M${x - 15} 46h30L${x} 128Z" fill="${main}"/><path d="M${x - 12} 60h24M${x - 8} 78h16" stroke="${light}" stroke-width="3"/><ellipse cx="${x}" cy="46" rx="15" ry="6" fill="${deep}"/></g>`;
  return cone(76, -14) + cone(124, 14) + cone(100, 0);
}

function jar({ main, deep, light }: Palette): string {
  return `<rect x="66" y="30" width="68" height="20" rx="6" fill="${deep}"/><path d="M70 50h60c8 4 12 10 12 20v46a14 14 0 0 1-14 14H72a14 14 0 0 1-14-14V70c0-10 4-16 12-20Z" fill="${light}"/><path d="M58 78h84v38a14 14 0 0 1-14 14H72a14 14 0 0 1-14-14Z" fill="${main}"/><rect x="74" y="80" width="52" height="34" rx="5" fill="#fffaf0"/><path d="M100 86l7 4v8l-7 4-7-4v-8ZM84 108h32" fill="${main}" stroke="${deep}" stroke-width="2"/>`;
}

function sack({ main, deep, light }: Palette): string {
  return `<path d="M70 44c-14 24-20 50-16 76 2 8 8 10 14 10h64c6 0 12-2 14-10 4-26-2-52-16-76Z" fill="#f7f3e6"/><path d="M70 44c14 6 46 6 60 0l-6-16c-14 6-34 6-48 0Z" fill="${light}"/><path d="M68 46c18 6 46 6 64 0" fill="none" stroke="${deep}" stroke-width="4"/><rect x="72" y="70" width="56" height="42" rx="6" fill="${main}"/><path d="M84 104c6-18 20-24 34-26M92 92c-6-2-8-8-6-12 6 0 8 6 6 12ZM104 84c-4-4-4-10 0-12 4 4 4 8 0 12ZM98 98c6 0 10 4 10 8-6 2-10-2-10-8Z" fill="${light}" stroke="${light}" stroke-width="2" stroke-linecap="round"/>`;
}

function pack({ main, deep, light }: Palette): string {
  return `<path d="M66 40h68v84a6 6 0 0 1-6 6H72a6 6 0 0 1-6-6Z" fill="${main}"/><path d="M66 40l6-12h56l6 12Z" fill="${deep}"/><rect x="76" y="58" width="48" height="52" rx="24" fill="${light}"/><path d="M100 100c-16-8-16-26 0-34 16 8 16 26 0 34ZM100 68v32" fill="#1f7a62" stroke="#0f5141" stroke-width="2"/><path d="M72 120h56" stroke="${light}" stroke-width="2" stroke-dasharray="5 4"/>`;
}

function jaggery({ main, deep, light }: Palette): string {
  return `<path d="M48 92h104l-8 30a12 12 0 0 1-12 8H68a12 12 0 0 1-12-8Z" fill="${BRICK.main}"/><path d="M50 98h100" stroke="${BRICK.light}" stroke-width="3" stroke-dasharray="6 5"/><path d="M58 92c0-24 18-38 42-38s42 14 42 38Z" fill="${deep}"/><path d="M70 88c2-16 14-26 28-26" fill="none" stroke="${main}" stroke-width="6" stroke-linecap="round"/><ellipse cx="112" cy="70" rx="8" ry="5" fill="${light}" opacity=".6"/>`;
}
