import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { findRedFlags, type RedFlag } from '../../src/domain/consultation/red-flags.ts';

/**
 * How well the red-flag rules do on words that their writers did not write: recall on the clinic sentences marked `red_flag`, silence on those
 * marked otherwise, and false alarms in ordinary visits, where symptoms are mostly denied or past. Only what patients say is read.
 *
 *   node scripts/bench/red-flags.ts [--data ../shared/data] [--split dev] [--heard heard.jsonl] [--all]
 *
 * --heard: lines of { id, text }, what a recogniser made of the speech_clinic sentences; they are judged in place of the written ones.
 * --all: also lists every alarm in the visits, with the words that raised it.
 */
const { values: options } = parseArgs({
  options: {
    data: { type: 'string', default: process.env.BEDSIDE_TEST_DATA ?? '../shared/data' },
    split: { type: 'string', default: 'dev' },
    heard: { type: 'string' },
    all: { type: 'boolean', default: false },
  },
});
const data = resolve(options.data);
const split = options.split;

interface Sentence {
  readonly id: string;
  readonly text: string;
  readonly language: string;
  readonly intent: string;
  readonly slots: { readonly code?: string };
}

interface Visit {
  readonly name: string;
  readonly turns: readonly string[];
}

/**
 * Visits whose alarm was read and found due: the patient tells of the complaint as of now or of the last days. The others are counted as false
 * alarms, also where one might argue (D2N050 says "I have a stroke" in jest, D2N084 was already seen for it).
 */
const due: Readonly<Record<string, string>> = {
  D2N011: 'chest pain with short breath at the weekend',
  D2N012: 'short of breath',
  D2N063: 'cannot catch her breath lying down',
  D2N073: 'cannot catch his breath, wheezing, feverish',
  day1_consultation06: 'short of breath lately, after a heart attack',
  day1_consultation12: 'cannot drink, feels very dehydrated',
  day2_consultation04: 'breathless, coughs blood',
  day2_consultation06: 'struggles to breathe after a sting',
  day2_consultation07: 'pressure on the chest',
  day2_consultation09: 'face tingles on one side, arm does not move',
};

const totals: { readonly wrong: number; readonly ordinary: number }[] = [];
let [milliseconds, messages] = [0, 0];
function flagsOf(text: string): RedFlag[] {
  const from = process.cpuUsage();
  const flags = findRedFlags(text, { language: 'en', emergencyNumbers: { general: '112' } });
  const { user, system } = process.cpuUsage(from);
  milliseconds += (user + system) / 1000;
  messages++;
  return flags;
}

const lines = <T>(file: string): T[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as T);

flagsOf('warm'); // The rules are made ready at the first call; what is timed is a call.
[milliseconds, messages] = [0, 0];
sentences('speech_clinic', join(data, 'speech_clinic', split, 'utterances.jsonl'), options.heard);
sentences('text_hindi', join(data, 'text_hindi', `${split}.jsonl`));
visits('consultations_aci', aciVisits(join(data, 'consultations_aci', split)));
visits('consultations_primock57', primockVisits(join(data, 'consultations_primock57', split)));
const [wrong, ordinary] = [totals.reduce((sum, one) => sum + one.wrong, 0), totals.reduce((sum, one) => sum + one.ordinary, 0)];
if (ordinary > 0) console.log(`\nfalse alarms per 100 ordinary visits: ${((100 * wrong) / ordinary).toFixed(1)} (${wrong} of ${ordinary})`);
console.log(`\n${messages} messages, ${(milliseconds / messages).toFixed(3)} ms of processor time each`);

function sentences(name: string, file: string, heard?: string): void {
  if (!existsSync(file)) {
    console.log(`${name}: skipped, ${file} is not here`);
    return;
  }
  const words = new Map(heard ? lines<{ id: string; text: string }>(heard).map(({ id, text }) => [id, text]) : []);
  const all = lines<Sentence>(file).map((sentence) => ({ ...sentence, text: words.get(sentence.id) ?? sentence.text }));
  const due = all.filter((sentence) => sentence.intent === 'red_flag');
  const quiet = all.filter((sentence) => sentence.intent !== 'red_flag');
  const judged = due.map((sentence) => ({ sentence, flags: flagsOf(sentence.text) }));
  const found = judged.filter(({ flags }) => flags.length > 0);
  const coded = judged.filter(({ sentence, flags }) => sentence.slots.code && flags.some((flag) => flag.code === sentence.slots.code));
  const withCode = due.filter((sentence) => sentence.slots.code).length;
  const alarms = quiet.flatMap((sentence) => flagsOf(sentence.text).map((flag) => ({ sentence, flag })));
  console.log(
    `\n${name} ${split}: found ${found.length} of ${due.length} emergencies${withCode ? `, ${coded.length} of ${withCode} with their code` : ''}`,
  );
  for (const { sentence, flags } of judged)
    if (flags.length === 0 || (sentence.slots.code && !flags.some((flag) => flag.code === sentence.slots.code)))
      console.log(
        `  missed ${sentence.slots.code ?? ''} ${sentence.id}: ${sentence.text}${flags.length ? ` -> ${flags.map((flag) => flag.code)}` : ''}`,
      );
  console.log(
    `${name} ${split}: ${alarms.length} false alarms in ${quiet.length} other sentences (${quiet.filter((s) => s.intent === 'negated_flag').length} denied or past)`,
  );
  for (const { sentence, flag } of alarms) console.log(`  false ${flag.code} ${sentence.id}: ${sentence.text} [${flag.matched}]`);
}

function visits(name: string, all: readonly Visit[]): void {
  if (all.length === 0) {
    console.log(`${name}: skipped, no visits here`);
    return;
  }
  const alarms = all.flatMap((visit) => visit.turns.flatMap((turn) => flagsOf(turn).map((flag) => ({ visit, turn, flag }))));
  const alarmed = new Set(alarms.map(({ visit }) => visit.name));
  const turns = all.reduce((sum, visit) => sum + visit.turns.length, 0);
  const ordinary = all.filter((visit) => !due[visit.name]);
  const wrong = ordinary.filter((visit) => alarmed.has(visit.name));
  console.log(
    `\n${name} ${split}: ${alarmed.size} of ${all.length} visits raised an alarm, ${alarms.length} alarms in ${turns} turns of patients`,
  );
  console.log(
    `${name} ${split}: ${wrong.length} of ${ordinary.length} ordinary visits raised a false one, ${((100 * wrong.length) / ordinary.length).toFixed(1)} per 100: ${wrong.map((visit) => visit.name).join(' ')}`,
  );
  totals.push({ wrong: wrong.length, ordinary: ordinary.length });
  if (options.all)
    for (const { visit, turn, flag } of alarms) console.log(`  ${visit.name} ${flag.code} ${flag.severity} [${flag.matched}]: ${turn}`);
}

function aciVisits(folder: string): Visit[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => /^(?:train|valid|test\d?)\.csv$/.test(file))
    .flatMap((file) => {
      const [head = [], ...rows] = csvRows(readFileSync(join(folder, file), 'utf8'));
      const [id, dialogue] = [head.indexOf('encounter_id'), head.indexOf('dialogue')];
      return rows.map((row) => ({
        name: row[id] ?? '',
        turns: (row[dialogue] ?? '')
          .split(/\n(?=\[)/)
          .flatMap((turn) => (/^\[patient/.test(turn) ? [turn.replace(/^\[[^\]]*\]\s*/, '')] : [])),
      }));
    });
}

function primockVisits(folder: string): Visit[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => {
      const { turns } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { turns: { speaker: string; text: string }[] };
      const said = turns.filter((turn) => turn.speaker.toLowerCase() === 'patient').map((turn) => turn.text.replace(/<[^>]*>/g, ' '));
      return { name: file.replace('.json', ''), turns: said };
    });
}

/** Rows of a CSV file with quoted fields that may hold line ends. */
function csvRows(text: string): string[][] {
  const rows: string[][] = [[]];
  let [field, quoted] = ['', false];
  for (let at = 0; at < text.length; at++) {
    const letter = text[at];
    if (quoted && letter === '"' && text[at + 1] === '"') field += text[at++];
    else if (letter === '"') quoted = !quoted;
    else if (!quoted && (letter === ',' || letter === '\n')) {
      rows.at(-1)?.push(field.replace(/\r$/, ''));
      field = '';
      if (letter === '\n') rows.push([]);
    } else field += letter;
  }
  if (field) rows.at(-1)?.push(field);
  return rows.filter((row) => row.length > 1);
}
