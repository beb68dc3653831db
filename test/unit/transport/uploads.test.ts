import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterEach, expect, it } from 'vitest';
import { makeUploads, type UploadRule } from '../../../src/transport/http/upload.ts';

let server: Server | undefined;
afterEach(() => server?.close());

/** A door that only reads forms; it answers when it is let go. */
async function door(rule: UploadRule, release: Promise<void> = Promise.resolve()) {
  const uploads = makeUploads();
  const app = express();
  app.post('/', async (request, response) => {
    try {
      const { files, fields } = await uploads.read(request, response, rule);
      await release;
      response.json({ names: files.map(({ name, bytes }) => `${name} ${bytes.length}`), fields });
    } catch (error) {
      const { code, details } = error as { code: string; details: { retryAfterMs?: number } };
      response.status(400).json({ code, retryAfterMs: details.retryAfterMs });
    }
  });
  server = createServer(app).listen(0, '127.0.0.1');
  await new Promise((resolve) => server?.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return (files: readonly (readonly [string, number])[]) => {
    const form = new FormData();
    for (const [name, bytes] of files) form.append('file', new Blob([new Uint8Array(bytes)]), name);
    return fetch(url, { method: 'POST', body: form }).then((response) => response.json());
  };
}
const rule = { file: 'file', maxBytes: 60_000_000, maxFiles: 2 };

it('files keep their names and their order', async () => {
  const send = await door(rule);
  expect(
    await send([
      ['बुख़ार.txt'.normalize('NFC'), 3],
      ['b.txt', 0],
    ]),
  ).toEqual({ names: [`${'बुख़ार'.normalize('NFC')}.txt 3`, 'b.txt 0'], fields: {} });
});

it('a form that is too large as a whole is refused before it is read', async () => {
  const send = await door(rule);
  expect(
    await send([
      ['a', 55_000_000],
      ['b', 55_000_000],
    ]),
  ).toMatchObject({ code: 'too-large' });
});

it('more than the box can hold at a time waits, and is taken when there is room again', async () => {
  let letGo = () => {};
  const send = await door(
    rule,
    new Promise((resolve) => {
      letGo = resolve;
    }),
  );
  const large = (name: string) => send([[name, 55_000_000]]);
  const first = [large('1'), large('2'), large('3'), large('4')];
  const refused = await large('5');
  expect(refused).toEqual({ code: 'overloaded', retryAfterMs: 2_000 });
  letGo();
  expect((await Promise.all(first)).map(({ names }) => names)).toEqual(['1', '2', '3', '4'].map((name) => [`${name} 55000000`]));
  expect(await large('6')).toMatchObject({ names: ['6 55000000'] });
});
