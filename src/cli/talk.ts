import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { Command } from 'commander';
import { type Config, readConfig } from '../config.ts';
import { startService } from '../main.ts';
import { AppError } from '../shared/errors.ts';
import { type Flags, settingsOf, withFlags } from './flags.ts';
import { say } from './say.ts';

/** `bedside talk <wav>`: a recording as the patient, the answer as sound and text; through the real doors of a box of its own, which is gone afterwards. */
export function talkCommand(): Command {
  const command = new Command('talk')
    .description('Speak a recording to this box and hear its answer: the whole way from sound to sound')
    .argument('<recording>', 'what the patient says: wav, mp3, m4a, webm, ogg or flac')
    .option('--language <code>', 'the language that is spoken', 'en')
    .option('--out <folder>', 'where the answer is put (default: beside this command)', '.');
  return withFlags(command, 'profile', 'models', 'modelSource').action(
    async (recording: string, options: Flags & { language: string; out: string }) => {
      const bytes = readFileSync(recording);
      const home = mkdtempSync(join(tmpdir(), 'bedside-talk-'));
      try {
        const answer = await talk(boxOf(readConfig(settingsOf(options)), home), bytes, basename(recording), options.language);
        const name = join(options.out, `${basename(recording, extname(recording))}.answer`);
        writeFileSync(`${name}.txt`, `${answer.heard}\n\n${answer.said}\n`);
        writeFileSync(`${name}.wav`, answer.sound);
        say.line(`heard:    ${answer.heard || '(no words)'}`);
        say.line(`answered: ${answer.said}`);
        say.line(`by ${answer.by}, ${answer.ms} ms; saved as ${name}.txt and ${name}.wav`);
      } finally {
        rmSync(home, { recursive: true, force: true });
      }
    },
  );
}

/** A box for one conversation: the weights of the real one, a data folder of its own, no line to anywhere. */
function boxOf(config: Config, home: string): Config {
  return {
    ...config,
    home,
    models: config.models,
    key: { given: 'off', keyFile: join(home, 'key'), home },
    listen: { host: '127.0.0.1', port: 0, publicUrl: undefined, behindProxy: false, tls: false, tlsPort: 0, tlsNames: [], own: undefined },
    offline: true,
    firstAdmin: { email: 'talk@bedside.local', password: randomBytes(18).toString('base64url') },
    log: { level: 'error', showPii: false },
  };
}

async function talk(config: Config, recording: Buffer, name: string, language: string) {
  const service = await startService(config, () => {});
  try {
    let token = '';
    const call = async (method: string, path: string, body?: unknown): Promise<Response> => {
      const form = body instanceof FormData;
      const headers = { authorization: `Bearer ${token}`, ...(body === undefined || form ? {} : { 'content-type': 'application/json' }) };
      const response = await fetch(service.url + path, {
        method,
        headers,
        ...(body === undefined ? {} : { body: form ? body : JSON.stringify(body) }),
      });
      if (response.ok) return response;
      const { message, context } = (await response.json()) as { message: string; context?: { fix?: string } };
      throw new AppError('unavailable', '{message}{fix}', { values: { message, fix: context?.fix ? ` (${context.fix})` : '' } });
    };
    const json = async <T>(method: string, path: string, body?: unknown) => (await call(method, path, body)).json() as Promise<T>;

    await ready(service.url);
    token = (await json<{ access_token: string }>('POST', '/api/v1/auth/login', config.firstAdmin)).access_token;
    const patient = { username: 'patient', password: randomBytes(18).toString('base64url') };
    const { hospital_id } = await json<{ hospital_id: string }>('POST', '/api/v1/admin/hospitals', {
      hospital_name: 'Talk',
      settings: { emergency_number: '112' },
    });
    await json('POST', '/api/v1/users', { ...patient, role: 'patient', hospital_id, first_name: 'A', last_name: 'Patient' });
    token = (await json<{ access_token: string }>('POST', '/api/v1/auth/login', { login: patient.username, password: patient.password }))
      .access_token;
    const { session_id } = await json<{ session_id: string }>('POST', '/api/v1/consultation/create', {
      consultation_type: 'voice',
      language,
    });

    const startedMs = performance.now();
    const form = new FormData();
    form.set('file', new Blob([new Uint8Array(recording)]), name);
    form.set('session_id', session_id);
    const answer = await json<{ response: string; answered_by: string; transcript: { text: string } }>(
      'POST',
      '/api/v1/conversation/audio',
      form,
    );
    const query = new URLSearchParams({ text: answer.response, language, format: 'wav' });
    const sound = Buffer.from(await (await call('GET', `/api/v1/conversation/audio?${query}`)).arrayBuffer());
    return {
      heard: answer.transcript.text,
      said: answer.response,
      by: answer.answered_by,
      sound,
      ms: Math.round(performance.now() - startedMs),
    };
  } finally {
    await service.stop();
  }
}

/** Until nothing loads any more. What is missing then shows in the answer of the door that needs it. */
async function ready(url: string): Promise<void> {
  for (const until = performance.now() + 120_000; performance.now() < until; await new Promise((resolve) => setTimeout(resolve, 200))) {
    const { engines } = (await (await fetch(`${url}/readyz`)).json()) as { engines: { state: string }[] };
    if (!engines.some((engine) => engine.state === 'loading')) return;
  }
}
