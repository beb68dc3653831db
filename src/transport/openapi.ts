import { z } from 'zod';
import type { Route } from './route.ts';
import { errorBody } from './schema/common.ts';

/** Pure: OpenAPI 3.1 of these routes, from the same schemas that check their requests. */
export function describeRoutes(routes: readonly Route[], version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method]: operation(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Bedside',
      version,
      description: 'A local-inference appliance for clinics. Errors have one shape everywhere; see Error.',
    },
    paths,
    components: {
      schemas: { Error: schemaOf(errorBody, 'output') },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'access_token of POST /api/v1/auth/login' },
        apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'for machines' },
      },
    },
    security: [{ bearer: [] }, { apiKey: [] }],
  };
}

function operation(route: Route): object {
  const open = route.policy === 'public' || route.policy === 'trusted-address';
  const parameters = [
    ...Object.entries(route.params ?? {}).map(([name, schema]) => ({
      name,
      in: 'path',
      required: true,
      schema: schemaOf(schema, 'input'),
    })),
    ...Object.entries(route.query ?? {}).map(([name, schema]) => ({
      name,
      in: 'query',
      required: !schema.safeParse(undefined).success,
      schema: schemaOf(schema, 'input'),
    })),
    ...(open
      ? []
      : [
          {
            name: 'X-Hospital-Id',
            in: 'header',
            required: false,
            description: 'for a platform admin; hospital_id in query or body does the same',
            schema: { type: 'string' },
          },
        ]),
    ...(route.once ? [{ name: 'Idempotency-Key', in: 'header', required: false, schema: { type: 'string', maxLength: 255 } }] : []),
  ];
  const type = route.contentType?.split(';')[0] ?? 'application/json';
  const responses = Object.fromEntries(
    Object.entries(route.replies).map(([status, schema]) => [
      status,
      schema ? { description: route.summary, content: { [type]: { schema: schemaOf(schema, 'output') } } } : { description: 'Done' },
    ]),
  );
  return {
    operationId: `${route.method}${route.path.replace(/[^\w]+(\w)?/g, (_, letter: string | undefined) => (letter ?? '').toUpperCase())}`,
    summary: route.summary,
    tags: [groupOf(route.path)],
    'x-policy': route.policy,
    ...(open ? { security: [] } : {}),
    ...(parameters.length ? { parameters } : {}),
    ...(route.body ? { requestBody: { required: true, content: contentOf(route, schemaOf(route.body, 'input')) } } : {}),
    ...(route.form
      ? { requestBody: { required: true, content: { 'application/x-www-form-urlencoded': { schema: { type: 'object' } } } } }
      : {}),
    responses: {
      ...responses,
      default: { description: 'What went wrong', content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } } },
    },
  };
}

/** A form names its files beside its fields. */
function contentOf({ upload }: Route, fields: { readonly properties?: object; readonly required?: readonly string[] }): object {
  if (!upload) return { 'application/json': { schema: fields } };
  const one = { type: 'string', format: 'binary' };
  const file = (upload.maxFiles ?? 1) > 1 ? { type: 'array', items: one, maxItems: upload.maxFiles } : one;
  const schema = {
    ...fields,
    properties: { [upload.file]: file, ...fields.properties },
    required: [upload.file, ...(fields.required ?? [])],
  };
  return { 'multipart/form-data': { schema } };
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): object {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any', target: 'draft-2020-12' }) as Record<
    string,
    unknown
  >;
  return rest;
}

/** What the addresses are about, for who looks through them: a page with a heading for each noun is none that anybody reads, and the page that draws them stops at some thirty. */
const groups: Readonly<Record<string, string>> = {
  ...{ auth: 'identity', setup: 'identity', admin: 'hospitals and users', users: 'hospitals and users' },
  ...{ patients: 'people', departments: 'people', doctors: 'people' },
  ...{ appointments: 'reception', slots: 'reception', calendars: 'reception', queue: 'reception', calls: 'reception' },
  ...{ telephony: 'reception', outbox: 'reception' },
  ...{ rag: 'documents', audit: 'trust', jobs: 'work and events', events: 'work and events' },
  ...{ consultation: 'consultations', consultations: 'consultations', conversation: 'consultations', chat: 'consultations' },
  ...{ report: 'consultations', reports: 'consultations', avatar: 'consultations', specialties: 'consultations' },
};

function groupOf(path: string): string {
  return groups[path.split('/')[3] ?? ''] ?? 'the box';
}
