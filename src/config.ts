import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { engineEnvironment } from './engines/environment.ts';
import { AppError } from './shared/errors.ts';

/** Truth as people write it. */
const flag = (fallback: boolean) =>
  z
    .enum(['1', 'true', 'yes', 'on', '0', 'false', 'no', 'off', ''])
    .transform((text) => ['1', 'true', 'yes', 'on'].includes(text))
    .default(fallback);
const whole = (fallback: number, min: number, max: number) => z.coerce.number().int().min(min).max(max).default(fallback);
const list = z
  .string()
  .transform((text, context) => {
    const trimmed = text.trim();
    if (!trimmed.startsWith('['))
      return trimmed
        .split(',')
        .map((item) => item.trim())
        .filter(Boolean);
    try {
      return z.array(z.string()).parse(JSON.parse(trimmed));
    } catch {
      context.addIssue('a list: JSON, or words with commas between them');
      return z.NEVER;
    }
  })
  .default([]);
const text = z.string().min(1).optional();
/** Where something listens: `off`, `on`, a port, or host:port. */
const address = (host: string, port: number) =>
  z
    .string()
    .default('off')
    .transform((given, context) => {
      if (/^(off|0|false|no)$/i.test(given)) return undefined;
      if (/^(on|1|true|yes)$/i.test(given)) return { host, port };
      const match = /^(?:(\[[\da-f:.]+\]|[\w.-]+):)?(\d{1,5})$/i.exec(given);
      const wanted = Number(match?.[2]);
      if (match && wanted <= 65_535) return { host: match[1]?.replace(/^\[|\]$/g, '') ?? host, port: wanted };
      context.addIssue('an address such as 127.0.0.1:9092, a port, on, or off');
      return z.NEVER;
    });

/** Every setting: its form, and what `--help` says of it. The one table of them; `docs/operating.md` is tested against it. */
export const settings = {
  BEDSIDE_HOME: { schema: z.string().min(1).default('./data'), help: 'folder for everything the box writes' },
  BEDSIDE_MODELS: { schema: text, help: 'folder for weights (default: models in BEDSIDE_HOME)' },
  BEDSIDE_DB_KEY: {
    schema: text,
    help: 'encryption key: 64 hexadecimal characters, the 24 words of the recovery sheet, or a passphrase of 16 or more characters; "off" turns encryption off',
  },
  BEDSIDE_KEY_FILE: {
    schema: text,
    help: 'file that holds the encryption key (default: BEDSIDE_HOME with .key added, made at first start)',
  },
  BEDSIDE_HOST: { schema: z.string().min(1).default('127.0.0.1'), help: 'address to listen on' },
  BEDSIDE_PORT: { schema: whole(8080, 0, 65_535), help: 'port to listen on' },
  BEDSIDE_PUBLIC_URL: { schema: z.url().optional(), help: 'address under which people reach this box' },
  BEDSIDE_TLS: {
    schema: flag(false),
    help: 'serve TLS, with an authority and a certificate that the box makes and renews; BEDSIDE_PORT then only redirects',
  },
  BEDSIDE_TLS_PORT: { schema: whole(8443, 0, 65_535), help: 'port for TLS' },
  BEDSIDE_TLS_NAMES: { schema: list, help: 'more names and addresses for that certificate: those of the machine around a container' },
  BEDSIDE_TLS_CERT: {
    schema: text,
    help: 'a certificate of your own (PEM, with its chain), in the place of the one that the box makes; read anew when it changes',
  },
  BEDSIDE_TLS_KEY: { schema: text, help: 'its private key (PEM)' },
  BEDSIDE_BEHIND_PROXY: { schema: flag(false), help: 'a proxy in front of this box serves TLS and sets X-Forwarded-For' },
  BEDSIDE_PROFILE: {
    schema: z.enum(['demo', 'lite', 'standard', 'gpu', 'auto']).default('auto'),
    help: 'which set of models: demo, lite, standard, gpu, or auto',
  },
  BEDSIDE_MODEL_SOURCE: { schema: text, help: 'where weights come from: a folder (USB stick, LAN share) or a URL' },
  BEDSIDE_PULL: {
    schema: z.enum(['ask', 'lite', 'never']).optional(),
    help: 'what a start may fetch: ask, lite, never (default: ask on a terminal, never without one)',
  },
  BEDSIDE_OFFLINE: { schema: flag(false), help: 'no socket leaves the machine' },
  BEDSIDE_ADMIN_EMAIL: { schema: z.email().optional(), help: "first administrator's e-mail, for an empty database" },
  BEDSIDE_ADMIN_PASSWORD: { schema: z.string().min(10).optional(), help: "first administrator's password, for an empty database" },
  BEDSIDE_LOG_LEVEL: { schema: z.enum(['debug', 'info', 'warn', 'error']).default('info'), help: 'what is logged' },
  BEDSIDE_LOG_PII: { schema: flag(false), help: "for developers only: also log patients' words" },
  BEDSIDE_DURABILITY: {
    schema: z.enum(['group', 'full']).default('group'),
    help: 'how commits reach the disk: group (shared flushes) or full (each by itself)',
  },
  BEDSIDE_BACKUP_HOURS: { schema: whole(24, 0, 8_760), help: 'hours between automatic backups into BEDSIDE_HOME/backups; 0 = none' },
  BEDSIDE_BACKUP_FOLDERS: {
    schema: list,
    help: 'folders on other disks that get a backup as well, as often; a folder that is not there is told of, never made',
  },
  BEDSIDE_STARTER_DOCUMENTS: {
    schema: text,
    help: 'folder of documents that are offered to whoever looks after the box, to be shared with all its hospitals; none is taken by itself',
  },
  BEDSIDE_CALLS_FOLDER: {
    schema: text,
    help: 'folder that gets each finished call as a line of a CSV file that a spreadsheet opens; it is not encrypted (default: none)',
  },
  BEDSIDE_AUDIOSOCKET: {
    schema: address('127.0.0.1', 9092),
    help: 'address at which an Asterisk hands over calls (AudioSocket): on = 127.0.0.1:9092, a port, host:port, or off',
  },
  SMTP_URL: {
    schema: z.url({ protocol: /^smtps?$/ }).optional(),
    help: 'mail server, as smtp://user:password@host:port (smtps:// for TLS from the start); mails leave once MAIL_FROM is set as well',
  },
  MAIL_FROM: {
    schema: z
      .string()
      .regex(/^[^\r\n]*@[A-Za-z0-9.-]+>?\s*$/)
      .optional(),
    help: 'sender of mails, as desk@clinic.example',
  },
  API_RATE_LIMIT: { schema: whole(600, 0, 1e9), help: 'requests a minute per user, bursts of a third of it; 0 = no limit' },
  CHAT_RATE_LIMIT: { schema: whole(30, 0, 1e9), help: 'chat messages a minute per user; 0 = no limit' },
  VOICE_RATE_LIMIT: { schema: whole(20, 0, 1e9), help: 'voice sessions started a minute per user; 0 = no limit' },
  CORS_ORIGINS: { schema: list, help: 'origins whose pages may call this box (older name: FRONTEND_URL)' },
  ENFORCE_TRUSTED_IPS: { schema: flag(false), help: 'show /docs, /openapi.json, /asyncapi.json and /metrics to TRUSTED_IPS only' },
  TRUSTED_IPS: { schema: list, help: 'addresses that may see them' },
  MAX_SESSIONS: { schema: whole(50, 1, 100_000), help: 'voice sessions at a time' },
  BEDSIDE_SEMANTIC_CACHE: {
    schema: flag(false),
    help: 'give a question that is very like an earlier one the passages of that one; faster, and now and then wrong',
  },
  RAG_K_CHUNKS: { schema: whole(5, 1, 50), help: 'passages that an answer is made from, at most' },
  RAG_MAX_CHARS: { schema: whole(4_000, 200, 100_000), help: 'characters of those passages together, at most' },
  RAG_MAX_TOKENS: { schema: whole(300, 16, 4_096), help: 'tokens that a language model may write in an answer from documents' },
  SESSION_TIMEOUT: { schema: whole(1_800, 1, 1e6), help: 'seconds after which an idle session ends' },
  TWILIO_AUTH_TOKEN: { schema: text, help: 'secret that signs phone webhooks' },
} as const satisfies Readonly<Record<string, { schema: z.ZodType; help: string }>>;

type Settings = { readonly [K in keyof typeof settings]: z.output<(typeof settings)[K]['schema']> };
export type Raw = Readonly<Record<string, string | undefined>>;

/** What the process was told, in sections: each part of the house gets its own, never the whole. */
export interface Config {
  readonly home: string;
  readonly models: {
    readonly folder: string;
    readonly source: string | undefined;
    readonly profile: Settings['BEDSIDE_PROFILE'];
    readonly pull: Settings['BEDSIDE_PULL'];
  };
  readonly key: { readonly given: string | undefined; readonly keyFile: string; readonly home: string };
  /** Signed heads of the audit log: where the key is, and so not with the data. */
  readonly headsFile: string;
  readonly listen: {
    readonly host: string;
    readonly port: number;
    readonly publicUrl: string | undefined;
    readonly behindProxy: boolean;
    readonly tls: boolean;
    readonly tlsPort: number;
    readonly tlsNames: readonly string[];
    /** A certificate of the owner's own, in files. */
    readonly own: { readonly certificate: string; readonly key: string } | undefined;
  };
  readonly offline: boolean;
  /** What engines may know of the environment: where programs and drivers lie. */
  readonly environment: Readonly<Record<string, string>>;
  readonly firstAdmin: { readonly email: string; readonly password: string } | undefined;
  readonly log: { readonly level: Settings['BEDSIDE_LOG_LEVEL']; readonly showPii: boolean };
  readonly knowledge: { readonly starterFolder: string | undefined; readonly remembersMeaning: boolean };
  readonly storage: {
    readonly full: boolean;
    readonly backupHours: number;
    readonly backupFolders: readonly string[];
    /** Where the book of calls is kept once more, as tables. */
    readonly callsFolder: string | undefined;
  };
  readonly limits: { readonly apiPerMinute: number; readonly chatPerMinute: number; readonly voicePerMinute: number };
  readonly doors: { readonly corsOrigins: readonly string[]; readonly trustedIps: readonly string[] | undefined };
  readonly voice: {
    readonly maxSessions: number;
    readonly idleSeconds: number;
    readonly audioSocket: { readonly host: string; readonly port: number } | undefined;
  };
  /** What an answer from documents is made of at most. */
  readonly answers: { readonly passages: number; readonly characters: number; readonly tokens: number };
  readonly telephony: { readonly twilioAuthToken: string | undefined };
  readonly mail: { readonly url: string | undefined; readonly from: string | undefined };
}

/** Reads flags, beneath them the environment, beneath it `bedside.env` in the data folder. Throws `invalid` with every problem in one list. */
export function readConfig(flags: Raw = {}, environment: Raw = process.env): Config {
  return configOf(readSettings(flags, environment));
}

/** The settings as they were given, by name. */
export function readSettings(flags: Raw = {}, environment: Raw = process.env): Raw {
  const told = { ...given(environment), ...given(flags) };
  const file = join(resolve(told.BEDSIDE_HOME ?? './data'), 'bedside.env');
  return { ...(existsSync(file) ? parseEnvFile(readFileSync(file, 'utf8')) : {}), ...told };
}

/** Pure: the configuration that these settings make. */
export function configOf(raw: Raw): Config {
  const aliased: Raw = { ...raw, CORS_ORIGINS: raw.CORS_ORIGINS ?? raw.FRONTEND_URL };
  const problems: { path: string; message: string }[] = [];
  const values = Object.fromEntries(
    Object.entries(settings).map(([name, { schema }]) => {
      const parsed = schema.safeParse(aliased[name] === '' ? undefined : aliased[name]);
      if (!parsed.success) problems.push({ path: name, message: parsed.error.issues.map((issue) => issue.message).join('; ') });
      return [name, parsed.data];
    }),
  ) as unknown as Settings;
  const { BEDSIDE_TLS_CERT, BEDSIDE_TLS_KEY } = values;
  if ((BEDSIDE_TLS_CERT === undefined) !== (BEDSIDE_TLS_KEY === undefined))
    problems.push({ path: 'BEDSIDE_TLS_CERT', message: 'it goes together with BEDSIDE_TLS_KEY' });
  const own = BEDSIDE_TLS_CERT && BEDSIDE_TLS_KEY ? { certificate: resolve(BEDSIDE_TLS_CERT), key: resolve(BEDSIDE_TLS_KEY) } : undefined;
  const tls = values.BEDSIDE_TLS || own !== undefined;
  if (tls && values.BEDSIDE_PORT === values.BEDSIDE_TLS_PORT && values.BEDSIDE_PORT !== 0)
    problems.push({ path: 'BEDSIDE_TLS_PORT', message: 'it must be another one than BEDSIDE_PORT, which redirects to it' });
  if (problems.length > 0)
    throw new AppError('invalid', 'These settings make no sense: {problems}.', {
      values: { problems: problems.map(({ path, message }) => `${path} (${message})`).join(', ') },
      fields: problems,
    });
  const home = resolve(values.BEDSIDE_HOME);
  const keyFile = resolve(values.BEDSIDE_KEY_FILE ?? `${home}.key`);
  return Object.freeze({
    home,
    models: {
      folder: resolve(values.BEDSIDE_MODELS ?? join(home, 'models')),
      source: values.BEDSIDE_MODEL_SOURCE,
      profile: values.BEDSIDE_PROFILE,
      pull: values.BEDSIDE_PULL,
    },
    key: { given: values.BEDSIDE_DB_KEY, keyFile, home },
    headsFile: `${keyFile.replace(/\.key$/, '')}.audit-heads`,
    listen: {
      host: values.BEDSIDE_HOST,
      port: values.BEDSIDE_PORT,
      publicUrl: values.BEDSIDE_PUBLIC_URL,
      behindProxy: values.BEDSIDE_BEHIND_PROXY,
      tls,
      tlsPort: values.BEDSIDE_TLS_PORT,
      tlsNames: values.BEDSIDE_TLS_NAMES,
      own,
    },
    offline: values.BEDSIDE_OFFLINE,
    environment: engineEnvironment(raw),
    firstAdmin:
      values.BEDSIDE_ADMIN_EMAIL && values.BEDSIDE_ADMIN_PASSWORD
        ? { email: values.BEDSIDE_ADMIN_EMAIL, password: values.BEDSIDE_ADMIN_PASSWORD }
        : undefined,
    log: { level: values.BEDSIDE_LOG_LEVEL, showPii: values.BEDSIDE_LOG_PII },
    storage: {
      full: values.BEDSIDE_DURABILITY === 'full',
      backupHours: values.BEDSIDE_BACKUP_HOURS,
      backupFolders: [...new Set(values.BEDSIDE_BACKUP_FOLDERS.map((folder) => resolve(folder)))],
      callsFolder: values.BEDSIDE_CALLS_FOLDER === undefined ? undefined : resolve(values.BEDSIDE_CALLS_FOLDER),
    },
    knowledge: {
      starterFolder: values.BEDSIDE_STARTER_DOCUMENTS === undefined ? undefined : resolve(values.BEDSIDE_STARTER_DOCUMENTS),
      remembersMeaning: values.BEDSIDE_SEMANTIC_CACHE,
    },
    limits: { apiPerMinute: values.API_RATE_LIMIT, chatPerMinute: values.CHAT_RATE_LIMIT, voicePerMinute: values.VOICE_RATE_LIMIT },
    doors: { corsOrigins: values.CORS_ORIGINS, trustedIps: values.ENFORCE_TRUSTED_IPS ? values.TRUSTED_IPS : undefined },
    voice: {
      maxSessions: values.MAX_SESSIONS,
      idleSeconds: values.SESSION_TIMEOUT,
      audioSocket: values.BEDSIDE_AUDIOSOCKET,
    },
    answers: { passages: values.RAG_K_CHUNKS, characters: values.RAG_MAX_CHARS, tokens: values.RAG_MAX_TOKENS },
    telephony: { twilioAuthToken: values.TWILIO_AUTH_TOKEN },
    mail: { url: values.SMTP_URL, from: values.MAIL_FROM },
  });
}

/** `NAME=value` lines; `#` begins a comment line; quotes around a value go. */
export function parseEnvFile(content: string): Record<string, string> {
  const lines = content.split(/\r?\n/).map((line) => /^\s*(?:export\s+)?([A-Z][A-Z0-9_]*)\s*=\s*(.*?)\s*$/.exec(line));
  return Object.fromEntries(lines.flatMap((match) => (match ? [[match[1] ?? '', (match[2] ?? '').replace(/^(["'])(.*)\1$/, '$2')]] : [])));
}

function given(environment: Raw): Raw {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''));
}
