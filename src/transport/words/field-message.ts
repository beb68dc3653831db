import type { z } from 'zod';
import type { AppErrorDetails } from '../../shared/errors.ts';

type Issue = z.core.$ZodIssue;
type Field = NonNullable<AppErrorDetails['fields']>[number];

/** Pure: what a schema found wrong, field by field, in sentences a person understands. Their translations are found by the sentence. */
export function fieldsOf(issues: readonly Issue[]): Field[] {
  return issues.flatMap((issue) => {
    const path = issue.path.map(String).join('.');
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({ path: path ? `${path}.${key}` : key, message: 'This field is not known here.' }));
    return [{ path, ...messageOf(issue) }];
  });
}

function messageOf(issue: Issue): Omit<Field, 'path'> {
  switch (issue.code) {
    case 'invalid_type':
      return { message: issue.input === undefined ? 'This is needed.' : (typeSentences[issue.expected] ?? 'This has the wrong form.') };
    case 'too_small':
      if (issue.origin === 'string' && issue.minimum === 1) return { message: 'This is needed.' };
      return {
        message: atLeast[issue.origin] ?? 'This must be at least {n}.',
        values: { n: Number(issue.minimum) },
      };
    case 'too_big':
      return {
        message: atMost[issue.origin] ?? 'This must be at most {n}.',
        values: { n: Number(issue.maximum) },
      };
    case 'invalid_value':
      return { message: 'This must be one of: {values}.', values: { values: issue.values.map(String).join(', ') } };
    case 'invalid_format':
      return { message: formatSentences[issue.format] ?? 'This has the wrong form.' };
    case 'custom':
      return { message: issue.message };
    default:
      return { message: 'This has the wrong form.' };
  }
}

const atLeast: Readonly<Record<string, string>> = {
  string: 'At least {n} characters are needed.',
  array: 'At least {n} entries are needed.',
};

const atMost: Readonly<Record<string, string>> = {
  string: 'At most {n} characters are allowed.',
  array: 'At most {n} entries are allowed.',
};

const typeSentences: Readonly<Record<string, string>> = {
  string: 'This must be text.',
  number: 'This must be a number.',
  int: 'This must be a whole number.',
  boolean: 'This must be true or false.',
  array: 'This must be a list.',
  object: 'This must be an object.',
};

const formatSentences: Readonly<Record<string, string>> = {
  email: 'This is not an e-mail address.',
  url: 'This is not a web address.',
  date: 'This must be a date, as 2026-01-31.',
  datetime: 'This must be a time, as 2026-01-31T09:30:00Z.',
};
