interface Schema {
  readonly [key: string]: unknown;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly format?: string;
}

/** Checks a value against the part of JSON Schema that prompts here use. A keyword it does not know is an error of the test. */
export function conforms(value: unknown, schema: object, root: object = schema): boolean {
  const of = schema as Schema;
  for (const key of Object.keys(of)) if (!known.has(key)) throw new Error(`the check does not know “${key}”`);
  if (of.$ref !== undefined) return conforms(value, (root as Schema).$defs?.[of.$ref.replace('#/$defs/', '')] ?? never, root);
  if ('const' in of && JSON.stringify(value) !== JSON.stringify(of.const)) return false;
  if (of.enum && !of.enum.includes(value)) return false;
  const choices = of.anyOf ?? of.oneOf;
  if (choices && !choices.some((choice) => conforms(value, choice, root))) return false;
  const types = of.type === undefined ? undefined : typeof of.type === 'string' ? [of.type] : of.type;
  if (types && !types.some((type) => isOf(type, value))) return false;
  if (typeof value === 'string') {
    const length = [...value].length;
    if (length < (of.minLength ?? 0) || length > (of.maxLength ?? Number.POSITIVE_INFINITY)) return false;
    if (of.format && Number.isNaN(Date.parse(of.format === 'time' ? `2000-01-01T${value}Z` : value))) return false;
  }
  if (typeof value === 'number' && (value < (of.minimum ?? -Infinity) || value > (of.maximum ?? Infinity))) return false;
  if (Array.isArray(value)) {
    if (value.length < (of.minItems ?? 0) || value.length > (of.maxItems ?? Number.POSITIVE_INFINITY)) return false;
    return value.every((item) => !of.items || conforms(item, of.items, root));
  }
  if (typeof value === 'object' && value !== null) {
    if ((of.required ?? []).some((key) => !(key in value))) return false;
    return Object.entries(value).every(([key, item]) => {
      const member = of.properties?.[key];
      if (member) return conforms(item, member, root);
      if (typeof of.additionalProperties === 'object') return conforms(item, of.additionalProperties, root);
      return of.additionalProperties !== false;
    });
  }
  return true;
}

const never = { enum: [] };
const known = new Set([
  ...['type', 'properties', 'required', 'additionalProperties', 'items', 'enum', 'const', 'anyOf', 'oneOf', '$ref', '$defs', '$schema'],
  ...['minItems', 'maxItems', 'minLength', 'maxLength', 'minimum', 'maximum', 'format', 'description', 'title'],
]);

function isOf(type: string, value: unknown): boolean {
  switch (type) {
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
    case 'null':
      return value === null;
    default:
      return typeof value === type;
  }
}
