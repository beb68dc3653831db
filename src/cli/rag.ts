import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { type Desk, openDesk } from '../compose-desk.ts';
import { composeLibrary, type Library } from '../compose-library.ts';
import type { Config } from '../config.ts';
import { PLATFORM } from '../domain/access/caller.ts';
import type { Uploaded } from '../domain/knowledge/documents.ts';
import { startService } from '../main.ts';
import { AppError } from '../shared/errors.ts';
import { isServed } from '../storage/open-home.ts';
import { configFrom, type Flags, withFlags } from './flags.ts';
import { say } from './say.ts';
import { hospitalOf } from './which-hospital.ts';

interface IngestFlags extends Flags {
  readonly hospital?: string;
  readonly shared?: true;
  readonly language?: string;
  readonly tags?: string;
}

const kinds = /\.(pdf|docx|txt|md|html?|csv)$/i;
const LARGEST = 50 * 1024 * 1024;
const LOOK_MS = 200;

/** `bedside rag ingest <folder>`: documents from a folder into the box; beside a service, whose jobs read them, or with one of its own. */
export function ragCommand(): Command {
  const rag = new Command('rag').description('Documents that answers are taken from');
  const ingest = rag
    .command('ingest')
    .description('Read a folder of documents into the box, so that answers can quote them; also while the service runs')
    .argument('<folder>', 'documents (pdf, docx, txt, md, html, csv), in folders beneath it too')
    .option('--hospital <name or id>', 'whose they are, where there are several')
    .option('--shared', 'the platform’s own, for every hospital of the box')
    .option('--language <code>', 'their language (default: told by their words)')
    .option('--tags <words>', 'words with commas between them')
    .action(async (folder: string, given: IngestFlags) => {
      const failed = await ingestFolder(configFrom(given), folder, given);
      if (failed > 0) process.exitCode = 1;
    });
  withFlags(ingest, 'home', 'keyFile', 'profile', 'models', 'modelSource');
  return rag;
}

/** How many failed. */
async function ingestFolder(config: Config, folder: string, given: IngestFlags): Promise<number> {
  const { files, leftOut } = documentsIn(folder);
  if (files.length === 0)
    throw new AppError('not-found', 'There are no documents in {folder}: pdf, docx, txt, md, html or csv.', { values: { folder } });
  const desk = await openDesk(config);
  try {
    const hospitalId = given.shared ? PLATFORM : (await hospitalOf(desk, given.hospital)).id;
    const library = await composeLibrary(desk, config);
    const sent = await sendAll(library, desk, hospitalId, files, folder, given);
    const service = isServed(config.home) ? undefined : await ownService(config);
    try {
      const failures = await watch(library, hospitalId, sent);
      for (const name of leftOut) say.hint(`left out  ${name}: not a kind of document that is read here, or larger than 50 MB`);
      say.line(`${sent.length - failures.length} of ${sent.length} documents are in the box.`);
      for (const { name, why } of failures) say.line(`  ${name}: ${why}`);
      return failures.length;
    } finally {
      await service?.stop();
    }
  } finally {
    await desk.close();
  }
}

function documentsIn(folder: string): { files: string[]; leftOut: string[] } {
  const all = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, '/').length))
    .sort();
  const isOne = (name: string) => kinds.test(name) && statSync(join(folder, name)).size <= LARGEST;
  return { files: all.filter(isOne), leftOut: all.filter((name) => !isOne(name)) };
}

interface Sent {
  readonly name: string;
  readonly taken: Uploaded | undefined;
  readonly why: string;
}

async function sendAll(
  library: Library,
  desk: Desk,
  hospitalId: string,
  files: readonly string[],
  folder: string,
  { shared, language, tags }: IngestFlags,
): Promise<Sent[]> {
  const sent: Sent[] = [];
  for (const name of files) {
    const input = {
      files: [{ fileName: name, content: readFileSync(join(folder, name)) }],
      shared: shared ?? false,
      ...(language === undefined ? {} : { language }),
      ...(tags === undefined ? {} : { tags: tags.split(',').flatMap((tag) => tag.trim() || []) }),
    };
    try {
      const [taken] = await library.documents.upload(desk.callerFor(hospitalId), input);
      sent.push({ name, taken, why: '' });
    } catch (error) {
      // What concerns one file is said of it; a full disk concerns them all.
      if (!(error instanceof AppError) || error.code === 'unavailable' || error.code === 'forbidden') throw error;
      sent.push({ name, taken: undefined, why: error.message });
    }
  }
  return sent;
}

/** Nobody serves this box: the jobs are done by a service that is gone when they are over, and that nobody else can reach. */
function ownService(config: Config) {
  say.hint('No service runs on this box: the documents are read by one of this command’s own, which ends with it.');
  const listen = { ...config.listen, host: '127.0.0.1', port: 0, publicUrl: undefined, tls: false, own: undefined };
  return startService({ ...config, listen, firstAdmin: undefined, log: { ...config.log, level: 'error' } }, say.loud);
}

/** Says of each document how it ended, as it ends. */
async function watch(library: Library, hospitalId: string, sent: readonly Sent[]): Promise<{ name: string; why: string }[]> {
  const failures: { name: string; why: string }[] = [];
  let over = 0;
  for (const { name, taken, why } of sent) {
    const told = () => `${String(++over).padStart(String(sent.length).length)}/${sent.length}`;
    const end = taken ? await endOf(library, hospitalId, taken.jobId) : { ok: false, why };
    say.line(`${told()}  ${end.ok ? 'read  ' : 'failed'}  ${name}${end.ok ? '' : `: ${end.why}`}`);
    if (!end.ok) failures.push({ name, why: end.why });
  }
  return failures;
}

async function endOf(library: Library, hospitalId: string, jobId: string): Promise<{ ok: boolean; why: string }> {
  for (;;) {
    const job = await library.job(hospitalId, jobId);
    if (!job) return { ok: false, why: 'it was removed meanwhile' };
    if (job.status === 'succeeded') return { ok: true, why: '' };
    if (job.status === 'failed' || job.status === 'cancelled') return { ok: false, why: job.error ?? 'it was cancelled' };
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
