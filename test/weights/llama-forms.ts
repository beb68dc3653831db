/** Forms of many shapes, made by a fixed random sequence, so that a failing one can be made again. */
export function formMaker(seed: number): () => object {
  let state = seed;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const names = [
    'diagnosis',
    'complaint',
    'days',
    'medicine',
    'dose',
    'when',
    'severity',
    'notes',
    'follow_up',
    'allergies',
    'name',
    'plan',
  ];

  function value(depth: number): object {
    const kinds = ['string', 'string', 'integer', 'number', 'boolean', 'enum', 'nullable', 'date', 'bounded'];
    switch (depth > 2 ? pick(kinds) : pick([...kinds, 'object', 'array', 'array', 'choice', 'map'])) {
      case 'integer':
        return random() < 0.5 ? { type: 'integer', minimum: 0, maximum: 10 } : { type: 'integer' };
      case 'number':
        return { type: 'number', minimum: 0 };
      case 'boolean':
        return { type: 'boolean' };
      case 'enum':
        return { enum: ['mild', 'moderate', 'severe', 'says "none"', null] };
      case 'nullable':
        return { type: ['string', 'null'] };
      case 'date':
        return { type: 'string', format: pick(['date', 'time', 'date-time']) };
      case 'bounded':
        return { type: 'string', minLength: 1, maxLength: 12 };
      case 'object':
        return object(depth + 1);
      case 'array':
        return { type: 'array', items: value(depth + 1), ...(random() < 0.4 ? { minItems: 1, maxItems: 3 } : {}) };
      case 'choice':
        return { anyOf: [value(depth + 1), { type: 'null' }] };
      case 'map':
        return { type: 'object', additionalProperties: { type: 'integer' } };
      default:
        return { type: 'string' };
    }
  }

  function object(depth: number): object {
    const keys = [...new Set(Array.from({ length: 1 + Math.floor(random() * 4) }, () => pick(names)))];
    return {
      type: 'object',
      properties: Object.fromEntries(keys.map((key) => [key, value(depth)])),
      required: keys.filter(() => random() < 0.8),
      additionalProperties: false,
    };
  }
  return () => object(0);
}
