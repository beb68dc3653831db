import { AppError } from '../../shared/errors.ts';

/**
 * JSON Schema to GBNF, the grammar that llama.cpp samples under. What comes out is one line of JSON with a space after commas and
 * colons, keys in the schema's order, required ones first. A pattern, a condition or a bound that a grammar cannot say is left to the
 * reader of the answer; everything else holds by construction.
 */
export function grammarOf(schema: object): string {
  const rules = new Map<string, string>();
  const names = new Map<object, string>();
  const root = schema as Schema;

  function define(name: string, body: () => string): string {
    if (!rules.has(name)) {
      rules.set(name, ''); // taken before its body is made: a schema may refer to itself
      rules.set(name, body());
    }
    return name;
  }

  function ruleOf(of: Schema): string {
    const known = names.get(of);
    if (known) return known;
    const name = `r${names.size}`;
    names.set(of, name);
    return define(name, () => bodyOf(of));
  }

  function bodyOf(given: Schema): string {
    const of = merged(given, root);
    if (of.$ref !== undefined) return ruleOf(target(of.$ref, root));
    if (of.const !== undefined) return literal(JSON.stringify(of.const));
    if (of.enum) return of.enum.map((value) => literal(JSON.stringify(value))).join(' | ');
    const choices = of.anyOf ?? of.oneOf;
    if (choices) return choices.map((choice) => ruleOf({ ...without(of), ...choice })).join(' | ');
    const types = typesOf(of);
    if (types.length !== 1) return types.map((type) => ruleOf({ ...of, nullable: false, ...(type ? { type } : {}) })).join(' | ');
    switch (types[0]) {
      case 'object':
        return objectOf(of);
      case 'array':
        return arrayOf(of);
      case 'string':
        return stringOf(of);
      case 'integer':
        return integerOf(of);
      case 'number':
        return `${isPositive(of) ? '' : '"-"? '}${natural} ("." [0-9]{1,6})?`;
      case 'boolean':
        return '"true" | "false"';
      case 'null':
        return '"null"';
      default:
        return anything();
    }
  }

  function objectOf(of: Schema): string {
    const required = new Set(of.required ?? []);
    const entries = Object.entries(of.properties ?? {});
    const pair = ([key, value]: readonly [string, Schema]) => `${literal(`${JSON.stringify(key)}: `)} ${ruleOf(value)}`;
    const must = entries.filter(([key]) => required.has(key)).map(pair);
    const may = entries.filter(([key]) => !required.has(key)).map(pair);
    const extra = of.additionalProperties;
    const open = typeof extra === 'object' ? extra : extra === true || (entries.length === 0 && extra !== false) ? {} : undefined;
    if (open) may.push(`${string()} ": " ${ruleOf(open)} (", " ${string()} ": " ${ruleOf(open)}){0,31}`);
    const later = (pairs: readonly string[]) => pairs.map((one) => ` (", " ${one})?`).join('');
    if (must.length > 0) return `"{" ${must.join(' ", " ')}${later(may)} "}"`;
    if (may.length === 0) return '"{}"';
    const starts = may.map((one, index) => `${one}${later(may.slice(index + 1))}`);
    return `"{" (${starts.join(' | ')})? "}"`;
  }

  function arrayOf(of: Schema): string {
    const first = (of.prefixItems ?? []).map(ruleOf);
    const least = Math.max(0, (of.minItems ?? 0) - first.length);
    const most = Math.max(least, Math.min(of.maxItems ?? 64, 256) - first.length);
    const item = of.items === false ? undefined : ruleOf(of.items === undefined || of.items === true ? {} : of.items);
    if (first.length > 0) return `"[" ${first.join(' ", " ')}${item && most > 0 ? ` (", " ${item}){${least},${most}}` : ''} "]"`;
    if (!item || most === 0) return '"[]"';
    const rest = `${item} (", " ${item}){${Math.max(0, least - 1)},${most - 1}}`;
    return least > 0 ? `"[" ${rest} "]"` : `"[" (${rest})? "]"`;
  }

  function stringOf(of: Schema): string {
    if (of.format === 'date') return `"\\"" ${date()} "\\""`;
    if (of.format === 'time') return `"\\"" ${time()} "\\""`;
    if (of.format === 'date-time') return `"\\"" ${date()} "T" ${time()} "Z" "\\""`;
    const least = of.minLength ?? 0;
    const most = of.maxLength === undefined ? undefined : Math.min(of.maxLength, longestBounded);
    if (least === 0 && most === undefined) return string();
    return `"\\"" ${character()}{${least},${most ?? ''}} "\\""`;
  }

  function integerOf(of: Schema): string {
    const least = Math.ceil(of.minimum ?? (of.exclusiveMinimum === undefined ? Number.NEGATIVE_INFINITY : of.exclusiveMinimum + 1));
    const most = Math.floor(of.maximum ?? (of.exclusiveMaximum === undefined ? Number.POSITIVE_INFINITY : of.exclusiveMaximum - 1));
    if (most - least < 256 && most >= least)
      return Array.from({ length: most - least + 1 }, (_, index) => `"${least + index}"`).join(' | ');
    return least >= 0 ? natural : `"-"? ${natural}`;
  }

  const character = () => define('character', () => '[^"\\\\\\x7F\\x00-\\x1F] | "\\\\" ["\\\\/bfnrt]');
  const string = () => define('string', () => `"\\"" ${character()}* "\\""`);
  const date = () => define('date', () => '[12] [0-9] [0-9] [0-9] "-" ("0" [1-9] | "1" [0-2]) "-" ("0" [1-9] | "1" [0-9] | "2" [0-8])');
  const time = () => define('time', () => '([01] [0-9] | "2" [0-3]) ":" [0-5] [0-9] ":" [0-5] [0-9]');
  const anything = () =>
    define('any', () => {
      const list = '"[" (any (", " any){0,15})? "]"';
      const object = `"{" (${string()} ": " any (", " ${string()} ": " any){0,15})? "}"`;
      return `${string()} | "-"? ${natural} ("." [0-9]{1,6})? | "true" | "false" | "null" | ${list} | ${object}`;
    });

  const start = ruleOf(root);
  return [`root ::= ${start}`, ...[...rules].map(([name, body]) => `${name} ::= ${body}`)].join('\n');
}

/** Longer strings are not bounded by the grammar: its size grows with the bound. */
const longestBounded = 1000;
const natural = '("0" | [1-9] [0-9]{0,14})';

interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema | boolean;
  readonly prefixItems?: readonly Schema[];
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly nullable?: boolean;
}

/**
 * An answer that is about as short as the schema lets it be, but with one entry in each list: what may still be to write when the
 * tokens run out in the middle of one.
 */
export function frugalAnswer(schema: object): string {
  const root = schema as Schema;
  function write(given: Schema, depth: number): string {
    const of = merged(given, root);
    if (of.$ref !== undefined) return depth > 8 ? 'null' : write(target(of.$ref, root), depth + 1);
    if (of.const !== undefined) return JSON.stringify(of.const);
    if (of.enum) return longest(of.enum.map((value) => JSON.stringify(value)));
    const choices = of.anyOf ?? of.oneOf;
    if (choices) return longest(choices.map((choice) => (depth > 8 ? 'null' : write(choice, depth + 1))));
    switch (typesOf(of)[0]) {
      case 'object': {
        const pairs = Object.entries(of.properties ?? {});
        return `{${pairs.map(([key, value]) => `${JSON.stringify(key)}: ${write(value, depth + 1)}`).join(', ')}}`;
      }
      case 'array': {
        const items = [
          ...(of.prefixItems ?? []),
          ...(typeof of.items === 'object' ? Array(Math.max(1, of.minItems ?? 1)).fill(of.items) : []),
        ];
        return `[${items.map((item) => write(item, depth + 1)).join(', ')}]`;
      }
      case 'string':
        return JSON.stringify(of.format ? '2000-01-01T00:00:00Z' : 'a'.repeat(Math.min(of.minLength ?? 0, longestBounded)));
      case 'integer':
      case 'number':
        return '100';
      default:
        return 'false';
    }
  }
  return write(root, 0);
}

function longest(texts: readonly string[]): string {
  return texts.reduce((a, b) => (b.length > a.length ? b : a), '');
}

function literal(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}

function typesOf(of: Schema): readonly (string | undefined)[] {
  const types = of.type === undefined ? [impliedType(of)] : typeof of.type === 'string' ? [of.type] : of.type;
  return of.nullable && !types.includes('null') ? [...types, 'null'] : types;
}

function impliedType(of: Schema): string | undefined {
  if (of.properties || of.required) return 'object';
  if (of.items || of.prefixItems) return 'array';
  return undefined;
}

function isPositive(of: Schema): boolean {
  return (of.minimum ?? -1) >= 0 || (of.exclusiveMinimum ?? -1) >= 0;
}

function without({ anyOf: _, oneOf: __, ...rest }: Schema): Schema {
  return rest;
}

/** Puts the parts of `allOf` into one. */
function merged(of: Schema, root: Schema): Schema {
  if (!of.allOf) return of;
  const parts = of.allOf.map((part) => merged(part.$ref === undefined ? part : target(part.$ref, root), root));
  const { allOf: _, ...own } = of;
  const all = [own, ...parts];
  return Object.assign({}, ...all, {
    properties: Object.assign({}, ...all.map((part) => part.properties)),
    required: all.flatMap((part) => part.required ?? []),
  }) as Schema;
}

function target(ref: string, root: Schema): Schema {
  let found: unknown = root;
  for (const step of ref === '#' ? [] : ref.replace(/^#\//, '').split('/'))
    found = (found as Record<string, unknown> | undefined)?.[decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~')];
  if (!ref.startsWith('#') || typeof found !== 'object' || found === null)
    throw new AppError('invalid', 'The form of the answer refers to “{ref}”, which it does not contain.', { values: { ref } });
  return found as Schema;
}
