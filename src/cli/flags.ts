import { type Command, Option } from 'commander';
import { type Config, type Raw, readConfig, settings } from '../config.ts';

type Setting = keyof typeof settings;

/** The settings that are flags as well; every other one is a variable only. */
export const flags = {
  home: { variable: 'BEDSIDE_HOME', takes: '<folder>' },
  keyFile: { variable: 'BEDSIDE_KEY_FILE', takes: '<file>' },
  host: { variable: 'BEDSIDE_HOST', takes: '<address>' },
  port: { variable: 'BEDSIDE_PORT', takes: '<number>' },
  publicUrl: { variable: 'BEDSIDE_PUBLIC_URL', takes: '<address>' },
  tls: { variable: 'BEDSIDE_TLS', takes: '' },
  tlsPort: { variable: 'BEDSIDE_TLS_PORT', takes: '<number>' },
  cert: { variable: 'BEDSIDE_TLS_CERT', takes: '<file>' },
  key: { variable: 'BEDSIDE_TLS_KEY', takes: '<file>' },
  behindProxy: { variable: 'BEDSIDE_BEHIND_PROXY', takes: '' },
  profile: { variable: 'BEDSIDE_PROFILE', takes: '<name>' },
  models: { variable: 'BEDSIDE_MODELS', takes: '<folder>' },
  modelSource: { variable: 'BEDSIDE_MODEL_SOURCE', takes: '<place>' },
  offline: { variable: 'BEDSIDE_OFFLINE', takes: '' },
  backupHours: { variable: 'BEDSIDE_BACKUP_HOURS', takes: '<number>' },
  backupFolders: { variable: 'BEDSIDE_BACKUP_FOLDERS', takes: '<folders>' },
} as const satisfies Readonly<Record<string, { variable: Setting; takes: string }>>;

export type Flag = keyof typeof flags;
export type Flags = Readonly<Partial<Record<Flag, string | boolean>>>;

/** Gives a command flags for settings; its help names each one's variable. */
export function withFlags(command: Command, ...names: readonly Flag[]): Command {
  for (const name of names) {
    const { variable, takes } = flags[name];
    const long = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    command.addOption(new Option(`${long} ${takes}`.trim(), `${settings[variable].help} (${variable})`));
  }
  return command;
}

/** The settings that flags were given for. */
export function settingsOf(given: Flags): Raw {
  return Object.fromEntries(
    (Object.keys(flags) as Flag[])
      .filter((name) => given[name] !== undefined)
      .map((name) => [flags[name].variable, given[name] === true ? '1' : String(given[name])]),
  );
}

export function configFrom(given: Flags): Config {
  return readConfig(settingsOf(given));
}
