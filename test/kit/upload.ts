import type { Answer, TestHouse } from './house.ts';

export type Sent = readonly [name: string, content: string | Uint8Array];

/** Sends files in a form, its fields before them. */
export async function upload(
  { base }: Pick<TestHouse, 'base'>,
  token: string | undefined,
  files: readonly Sent[],
  fields: Readonly<Record<string, string | readonly string[]>> = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) for (const one of [value].flat()) form.append(name, one);
  for (const [name, content] of files)
    form.append('file', new Blob([typeof content === 'string' ? content : new Uint8Array(content)]), name);
  const response = await fetch(`${base}/api/v1/rag/ingest-upload`, {
    method: 'POST',
    headers: { ...(token ? { authorization: `Bearer ${token}` } : {}), ...headers },
    body: form,
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: JSON.parse(text) };
}

/** Waits until a job is over. */
export async function jobEnd(
  { call }: Pick<TestHouse, 'call'>,
  token: string | undefined,
  id: string,
  ms = 15_000,
  headers: Record<string, string> = {},
) {
  for (const end = Date.now() + ms; ; await new Promise((resolve) => setTimeout(resolve, 15))) {
    const { status, json, text } = await call('GET', `/api/v1/jobs/${id}`, { token, headers });
    if (status !== 200) throw new Error(`job ${id}: ${status} ${text}`);
    if (['succeeded', 'failed', 'cancelled'].includes(json.status)) return json;
    if (Date.now() > end) throw new Error(`job ${id} is still ${text}`);
  }
}
