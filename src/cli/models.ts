import { Command } from 'commander';
import { AppError, isCancelled } from '../shared/errors.ts';
import { addModel } from '../weights/add.ts';
import { loadCatalogue, type Profile, profileSet, profiles, type WeightsSettings } from '../weights/catalogue.ts';
import { profileOf, sayHardware } from '../weights/choose.ts';
import { detectHardware } from '../weights/hardware.ts';
import type { InstalledFile } from '../weights/installed.ts';
import { listModels, type ModelListing, removeModel, verifyModels } from '../weights/list.ts';
import { exportModels, importModels, type Packed } from '../weights/pack.ts';
import { type OnProgress, sayBytes, sayProgress } from '../weights/progress.ts';
import { type PullReport, pullModels } from '../weights/pull.ts';

/** Where a command's words go. */
export interface Terminal {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
  /** Shows a passing line in place, where somebody is looking; undefined where nobody is. */
  readonly passing?: ((line: string) => void) | undefined;
}

/** The commands `models list|pull|add|import|export|verify|rm`. `open` gives the settings when a command runs; `fail` sets the exit code. */
export function modelsCommand(
  open: () => WeightsSettings | Promise<WeightsSettings>,
  terminal: Terminal = processTerminal(),
  fail: (code: number) => void = setExitCode,
): Command {
  const models = new Command('models').description('Weights: list, pull, add, import, export, verify, remove.');
  const run = (work: (settings: WeightsSettings, signal: AbortSignal) => Promise<boolean>) => carryOut(open, work, terminal, fail);

  models
    .command('list')
    .description('The catalogue, and what of it is on this box.')
    .option('--installed', 'only what is on this box')
    .option('--json', 'as JSON')
    .action((options: { installed?: boolean; json?: boolean }) =>
      run(async (settings) => {
        const all = await listModels(settings);
        const shown = options.installed ? all.filter((model) => model.installed || model.damaged) : all;
        if (options.json) terminal.out(JSON.stringify(shown, null, 2));
        else for (const line of tableOf(shown)) terminal.out(line);
        return true;
      }),
    );

  models
    .command('pull')
    .description(
      'Brings models: those named, or a profile and its set (demo, lite, standard, gpu); without a name the set of BEDSIDE_PROFILE.',
    )
    .argument('[names...]', 'ids of models, or a profile')
    .option('--source <folder or address>', 'instead of BEDSIDE_MODEL_SOURCE; `catalogue` for the public addresses')
    .action((names: string[], options: { source?: string }) =>
      run(async (settings, signal) => {
        const used =
          options.source === undefined ? settings : { ...settings, source: options.source === 'catalogue' ? undefined : options.source };
        return pull(used, names, signal, terminal);
      }),
    );

  models
    .command('add')
    .description(
      'Brings a model that is not in the catalogue: an address of a file, <owner>/<repository>[/<file>] of the hub, or a file here.',
    )
    .argument('<address>')
    .option('--id <id>', 'what to call it')
    .option('--name <name>', 'its name for people')
    .option('--purpose <purpose>', 'speech-to-text, language-model, text-to-speech, embedder, …')
    .option('--languages <codes>', 'languages it is fit for, such as hi or en,hi')
    .option('--licence <licence>', 'under what terms')
    .option('--sha256 <digits>', 'what its maker publishes')
    .action(
      (address: string, options: { id?: string; name?: string; purpose?: string; languages?: string; licence?: string; sha256?: string }) =>
        run(async (settings, signal) => {
          const { languages, ...facts } = options;
          const codes = languages
            ?.split(',')
            .map((code) => code.trim())
            .filter(Boolean);
          const { entry, files } = await addModel(
            settings,
            address,
            { ...facts, languages: codes },
            { signal, onProgress: showProgress(terminal) },
          );
          clear(terminal);
          terminal.out(
            `added ${entry.id}: ${entry.purpose}, ${entry.languages.join(' ')}, ${sayBytes(files.reduce((sum, file) => sum + file.bytes, 0))}, licence: ${entry.licence}`,
          );
          for (const file of files) terminal.out(fixedLine(entry.id, file));
          return true;
        }),
    );

  models
    .command('import')
    .description('Takes models from an exported folder, a USB stick for instance.')
    .argument('<folder>')
    .action((folder: string) =>
      run(async (settings, signal) => {
        sayPacked('imported', await importModels(settings, folder, { signal, onProgress: showProgress(terminal) }), terminal);
        return true;
      }),
    );

  models
    .command('export')
    .description('Writes models into a folder, with a manifest of SHA-256 and their licences.')
    .argument('<folder>')
    .argument('[ids...]', 'which; without: everything on this box but the demonstrations of the release')
    .action((folder: string, ids: string[]) =>
      run(async (settings, signal) => {
        sayPacked('exported', await exportModels(settings, folder, ids, { signal, onProgress: showProgress(terminal) }), terminal);
        return true;
      }),
    );

  models
    .command('verify')
    .description('Reads every byte of every model on this box and compares its SHA-256.')
    .argument('[ids...]')
    .action((ids: string[]) => run((settings, signal) => verify(settings, ids, signal, terminal)));

  models
    .command('rm')
    .description('Removes models from the models folder.')
    .argument('<ids...>')
    .action((ids: string[]) =>
      run(async (settings, signal) => {
        for (const id of ids) terminal.out(`removed ${id}, ${sayBytes(await removeModel(settings, id, signal))} freed`);
        return true;
      }),
    );
  return models;
}

// ---------- pull, verify

async function pull(settings: WeightsSettings, names: readonly string[], signal: AbortSignal, terminal: Terminal): Promise<boolean> {
  const catalogue = await loadCatalogue(settings);
  const isProfile = (name: string): name is Profile => (profiles as readonly string[]).includes(name) && !catalogue.has(name);
  let set: Profile | undefined;
  if (names.length === 0) {
    set = settings.profile === 'auto' ? undefined : settings.profile;
    if (!set) {
      const hardware = await detectHardware();
      set = profileOf(hardware);
      terminal.out(`pulling the set of ${set}: this box has ${sayHardware(hardware)}`);
    }
  }
  const ids = set ? profileSet(catalogue, set) : names.flatMap((name) => (isProfile(name) ? profileSet(catalogue, name) : [name]));
  for (const id of ids) {
    const note = catalogue.get(id)?.licence_note;
    if (note) terminal.out(`${id}: ${note}`);
  }
  const asSet = set !== undefined || names.every(isProfile);
  const report = await pullModels(settings, ids, { signal, asSet, onProgress: showProgress(terminal) });
  clear(terminal);
  sayReport(report, terminal);
  // A set of which nothing at all could be had is no success.
  return report.failed.length === 0 && report.pulled.length > 0;
}

function sayReport(report: PullReport, terminal: Terminal): void {
  for (const { id, outcome, bytes, fixed } of report.pulled) {
    terminal.out(outcome === 'installed' ? `installed ${id}, ${sayBytes(bytes)}` : `${id} is there already`);
    for (const file of fixed) terminal.out(fixedLine(id, file));
  }
  for (const { id, why } of report.skipped) terminal.err(`skipped ${id}: ${why}`);
  const sentences = new Map<string, string[]>();
  for (const { id, error } of report.failed) sentences.set(error.message, [...(sentences.get(error.message) ?? []), id]);
  for (const [sentence, ids] of sentences) terminal.err(`${ids.join(', ')}: ${sentence}`);
}

function fixedLine(id: string, file: InstalledFile): string {
  const by = {
    hub: 'named by the hub',
    operator: 'as you gave it',
    'first-download': 'fixed by this first download',
    catalogue: 'as in the catalogue',
    archive: 'as unpacked',
    manifest: 'named by the manifest',
  }[file.vouched_by];
  return `  ${id}/${file.name}: ${file.bytes} bytes, SHA-256 ${file.sha256}, ${by}`;
}

async function verify(settings: WeightsSettings, ids: readonly string[], signal: AbortSignal, terminal: Terminal): Promise<boolean> {
  const models = new Set<string>();
  let files = 0;
  let bytes = 0;
  let faults = 0;
  const begun = { read: 0, shownAt: 0 };
  const passing = terminal.passing;
  const onBytes = (id: string, file: string, moved: number) => {
    begun.read += moved;
    if (!passing || performance.now() - begun.shownAt < 100) return;
    begun.shownAt = performance.now();
    passing(`checking ${id}/${file}: ${sayBytes(begun.read)} read`);
  };
  for await (const one of verifyModels(settings, ids, signal, onBytes)) {
    models.add(one.id);
    files++;
    bytes += one.bytes;
    if (one.fault === undefined) continue;
    faults++;
    clear(terminal);
    const mend =
      one.where === 'project'
        ? 'put the file of this release back'
        : one.where === 'source'
          ? `put the right file there, or \`bedside models pull ${one.id}\` from elsewhere`
          : `\`bedside models pull ${one.id}\` brings it again`;
    terminal.err(`${one.id}: the file ${one.path} ${one.fault}; ${mend}`);
  }
  clear(terminal);
  if (files === 0) terminal.out('no models are on this box; `bedside models pull` brings some');
  else if (faults === 0) terminal.out(`${count(models.size, 'model')}, ${count(files, 'file')}, ${sayBytes(bytes)}: every byte is right`);
  else terminal.err(`${count(faults, 'file')} of ${files} ${faults === 1 ? 'is' : 'are'} not right`);
  return faults === 0;
}

function sayPacked(done: string, packed: readonly Packed[], terminal: Terminal): void {
  clear(terminal);
  for (const { id, bytes, copied } of packed)
    terminal.out(copied ? `${done} ${id}, ${sayBytes(bytes)}` : `${id} was there already, ${sayBytes(bytes)} checked`);
}

// ---------- words

function tableOf(models: readonly ModelListing[]): string[] {
  const heads = ['id', 'purpose', 'languages', 'size', 'on this box', 'sets'];
  const rows = models.map((model) => [
    model.demonstration ? `${model.id} (demonstration)` : model.id,
    model.purpose,
    model.languages.length > 4 ? `${model.languages.slice(0, 3).join(' ')} +${model.languages.length - 3}` : model.languages.join(' '),
    model.bytes === null ? '?' : `${model.bytes_estimated ? '~' : ''}${sayBytes(model.bytes)}`,
    model.damaged
      ? `DAMAGED: ${model.damaged}`
      : { store: 'installed', source: 'in the source folder', project: 'in this release', none: '-' }[model.where ?? 'none'],
    model.added ? 'added' : model.profiles.join(' ') || '-',
  ]);
  const widths = heads.map((head, column) => Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)));
  return [heads, ...rows].map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function showProgress({ passing }: Terminal): OnProgress | undefined {
  return passing ? (progress) => passing(sayProgress(progress)) : undefined;
}

function clear(terminal: Terminal): void {
  terminal.passing?.('');
}

// ---------- running

async function carryOut(
  open: () => WeightsSettings | Promise<WeightsSettings>,
  work: (settings: WeightsSettings, signal: AbortSignal) => Promise<boolean>,
  terminal: Terminal,
  fail: (code: number) => void,
): Promise<void> {
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  try {
    if (!(await work(await open(), stop.signal))) fail(1);
  } catch (error) {
    clear(terminal);
    if (stop.signal.aborted && isCancelled(error)) {
      terminal.err('Stopped. What has come so far is kept; the same command goes on from there.');
      fail(130);
    } else if (error instanceof AppError) {
      terminal.err(error.message);
      fail(1);
    } else throw error;
  } finally {
    process.removeListener('SIGINT', interrupt);
    process.removeListener('SIGTERM', interrupt);
  }
}

function setExitCode(code: number): void {
  process.exitCode = code;
}

function processTerminal(): Terminal {
  const { stdout, stderr } = process;
  const passing = stderr.isTTY
    ? (line: string) => {
        stderr.write(`\r\x1b[2K${line.slice(0, Math.max(20, (stderr.columns ?? 80) - 1))}`);
      }
    : undefined;
  return { out: (line) => void stdout.write(`${line}\n`), err: (line) => void stderr.write(`${line}\n`), passing };
}
