/** What of a page people cannot see: the styles that hide it, read simply. */
export interface Looks {
  /** Not shown at all, and nothing inside it either. */
  readonly gone: boolean;
  /** Hidden unless something inside says otherwise. */
  readonly invisible: boolean;
  readonly colour: string | undefined;
  /** The nearest background that somebody set. */
  readonly background: string | undefined;
  readonly tiny: boolean;
}

export const plainLooks: Looks = { gone: false, invisible: false, colour: undefined, background: undefined, tiny: false };

/** Whether letters with these looks are seen. */
export function isSeen(looks: Looks): boolean {
  if (looks.gone || looks.invisible || looks.tiny) return false;
  const colour = looks.colour ?? 'black';
  return colour !== 'transparent' && colour !== (looks.background ?? 'white');
}

/** The looks of an element inside another. `rules` are what the page's own style sheet says of it. */
export function looksWithin(outer: Looks, attributes: Readonly<Record<string, string>>, rules: string): Looks {
  const style = `${rules};${attributes.style ?? ''}`.toLowerCase();
  if ('hidden' in attributes && !style.includes('display')) return { ...outer, gone: true };
  if (style === ';' && attributes.bgcolor === undefined && attributes.color === undefined) return outer;
  const set = declarations(style);
  const position = set.get('position') ?? '';
  const gone =
    outer.gone ||
    set.get('display') === 'none' ||
    /^0?\.?0+%?$/.test(set.get('opacity') ?? '1') ||
    (/absolute|fixed/.test(position) && /^-\d{3,}/.test(set.get('left') ?? set.get('top') ?? '')) ||
    /^-\d{3,}/.test(set.get('text-indent') ?? '') ||
    /^(?:rect\(0|inset\((?:50|100)%)/.test(set.get('clip') ?? set.get('clip-path') ?? '') ||
    (set.get('overflow') === 'hidden' && (isNothing(set.get('height') ?? set.get('max-height')) || isNothing(set.get('width'))));
  const visibility = set.get('visibility');
  const size = set.get('font-size') ?? /(?:^|\s)([\d.]+(?:px|pt|em|rem|%))/.exec(set.get('font') ?? '')?.[1];
  return {
    gone,
    invisible: visibility === undefined ? outer.invisible : visibility === 'hidden' || visibility === 'collapse',
    colour: colourOf(set.get('color') ?? attributes.color) ?? outer.colour,
    background: colourOf(set.get('background-color') ?? set.get('background') ?? attributes.bgcolor) ?? outer.background,
    tiny: size === undefined ? outer.tiny : isTiny(size),
  };
}

/** What a style sheet says of simple selectors (`.a`, `#a`, `p`, `p.a`), where it says something that can hide. */
export function readStyleSheet(css: string): ReadonlyMap<string, string> {
  const rules = new Map<string, string>();
  for (const [, selectors = '', body = ''] of css
    .replace(/\/\*[^*]*(?:\*(?!\/)[^*]*)*\*\//g, '')
    .matchAll(/([^{}]{1,2000})\{([^{}]{0,5000})\}/g)) {
    if (!/display|visibility|opacity|color|background|font|indent|position|clip|height|width/i.test(body)) continue;
    for (const selector of selectors.split(',')) {
      const name = selector.trim().toLowerCase();
      if (/^[a-z0-9]*(?:[.#][\w-]+)?$/.test(name) && name !== '') rules.set(name, `${rules.get(name) ?? ''};${body}`);
    }
  }
  return rules;
}

export function rulesFor(rules: ReadonlyMap<string, string>, tag: string, attributes: Readonly<Record<string, string>>): string {
  if (rules.size === 0) return '';
  const names = [tag];
  for (const name of (attributes.class ?? '').toLowerCase().split(/\s+/).slice(0, 20)) names.push(`.${name}`, `${tag}.${name}`);
  if (attributes.id) names.push(`#${attributes.id.toLowerCase()}`, `${tag}#${attributes.id.toLowerCase()}`);
  return names.map((name) => rules.get(name) ?? '').join(';');
}

function declarations(style: string): Map<string, string> {
  const set = new Map<string, string>();
  for (const part of style.split(';')) {
    const colon = part.indexOf(':');
    if (colon < 0) continue;
    set.set(
      part.slice(0, colon).trim(),
      part
        .slice(colon + 1)
        .replace('!important', '')
        .trim(),
    );
  }
  return set;
}

function isNothing(length: string | undefined): boolean {
  return length !== undefined && /^[01](?:px|pt)?$/.test(length);
}

function isTiny(size: string): boolean {
  const value = Number.parseFloat(size);
  if (!Number.isFinite(value)) return false;
  const unit = size.slice(String(size).search(/[a-z%]/) >>> 0);
  return value <= (unit === 'em' || unit === 'rem' ? 0.15 : unit === '%' ? 15 : 2);
}

/** A colour in one spelling, as far as hiding goes: white in all its spellings is `white`; what cannot be read is undefined. */
function colourOf(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const text = value.trim().toLowerCase();
  const [, r = '', g = '', b = '', a = '1'] = /rgba?\(\s*(\d+)[,\s]+(\d+)[,\s]+(\d+)(?:[,/\s]+([\d.]+%?))?\s*\)/.exec(text) ?? [];
  if (r !== '') return Number.parseFloat(a) === 0 ? 'transparent' : named(Number(r), Number(g), Number(b));
  const hex = /#([0-9a-f]{3,8})\b/.exec(text)?.[1];
  if (hex) {
    const full = hex.length < 6 ? [...hex].map((digit) => digit + digit).join('') : hex;
    if (full.length === 8 && full.endsWith('00')) return 'transparent';
    return named(...([0, 2, 4].map((at) => Number.parseInt(full.slice(at, at + 2), 16)) as [number, number, number]));
  }
  if (/url\(|gradient/.test(text)) return 'picture';
  if (text.startsWith('transparent')) return 'transparent';
  return /^[a-z]+/.exec(text)?.[0]?.replace(/^(?:inherit|initial|unset|none|currentcolor)$/, '') || undefined;
}

function named(r: number, g: number, b: number): string {
  if (r >= 250 && g >= 250 && b >= 250) return 'white';
  return `${r},${g},${b}`;
}
