import type { Purpose } from '../engines/call.ts';
import { type Catalogue, type CatalogueEntry, type Profile, profiles } from './catalogue.ts';
import type { Where } from './locate.ts';
import { sayBytes } from './progress.ts';

export interface Hardware {
  /** Memory of this machine, or of the container it runs in. */
  readonly ramBytes: number;
  readonly cores: number;
  readonly gpu: { readonly name: string; readonly memoryBytes: number } | null;
}

/** A model that is on this box. */
export interface Available {
  readonly entry: CatalogueEntry;
  readonly where: Where;
}

export interface ChooseInput {
  readonly hardware: Hardware;
  readonly profile: Profile | 'auto';
  /** Codes, the default language first. */
  readonly languages: readonly string[];
  readonly catalogue: Catalogue;
  readonly available: readonly Available[];
  /** Ids that an operator wants wherever they serve at all. */
  readonly prefer?: readonly string[];
}

export interface Choice {
  readonly purpose: Purpose;
  /** The asked languages it serves; `any` for what has none. */
  readonly languages: readonly string[];
  readonly id: string;
  readonly where: Where;
  readonly demonstration: boolean;
  /** `native`: made for this. `also`: can do it too (a live recogniser hearing a clip). `lifted`: a clip recogniser made live by voice activity. */
  readonly how: 'native' | 'also' | 'lifted';
  readonly reason: string;
  /** The command that brings something better, where this is a demonstration. */
  readonly fix?: string;
}

export interface Missing {
  readonly purpose: Purpose;
  readonly languages: readonly string[];
  readonly fix: string;
  readonly reason: string;
}

export interface Selection {
  readonly profile: Profile;
  /** "auto picked lite because …" */
  readonly why: string;
  readonly chosen: readonly Choice[];
  readonly missing: readonly Missing[];
  /** What is on the box and was passed over for lack of memory. */
  readonly passedOver: readonly { readonly id: string; readonly why: string }[];
}

/** One model a language. */
const PER_LANGUAGE = ['speech-to-text', 'live-speech-to-text', 'text-to-speech'] as const satisfies readonly Purpose[];
/** One model for the whole box: vectors of two embedders cannot be compared, and two chat models do not fit. */
const PER_BOX = ['embedder', 'language-model', 'reranker'] as const satisfies readonly Purpose[];

const TIER: Readonly<Record<Profile, number>> = { demo: 0, lite: 1, standard: 2, gpu: 3 };

/** The best set for this box from what is on it, each choice with its reason, each gap with the command that fills it. Pure. */
export function chooseModels(input: ChooseInput): Selection {
  const { profile, why } = pickProfile(input);
  const languages = input.languages.length > 0 ? input.languages : ['en'];
  const budget = makeBudget(input.hardware, profile);
  const chosen: Choice[] = [];
  const missing: Missing[] = [];
  const passedOver = new Map<string, string>();
  const context: Context = { input, profile, budget, passedOver };

  const ear = bestFor('voice-activity', ['any'], context);
  if (ear) chosen.push(choiceOf('voice-activity', ['any'], ear, context));
  else missing.push(gap('voice-activity', ['any'], context));

  for (const purpose of PER_LANGUAGE) {
    const byId = new Map<string, Choice>();
    const lacking: string[] = [];
    for (const language of languages) {
      const found = bestFor(purpose, [language], context);
      const lifted = purpose === 'live-speech-to-text' ? liftable(language, chosen, found) : undefined;
      const choice = lifted ?? (found ? choiceOf(purpose, [language], found, context) : undefined);
      const same = choice && byId.get(`${choice.id} ${choice.how}`);
      if (!choice) lacking.push(language);
      else byId.set(`${choice.id} ${choice.how}`, same ? { ...same, languages: [...same.languages, language] } : choice);
    }
    chosen.push(...byId.values());
    for (const language of lacking) missing.push(gap(purpose, [language], context));
  }

  for (const purpose of PER_BOX) {
    const found = bestFor(purpose, languages, context);
    const served = found ? languages.filter((language) => serves(found.entry, language)) : [];
    if (found) chosen.push(choiceOf(purpose, served, found, context));
    const lacking = languages.filter((language) => !served.includes(language));
    if (lacking.length > 0) missing.push(gap(purpose, lacking, context));
  }
  return { profile, why, chosen, missing, passedOver: [...passedOver].map(([id, reason]) => ({ id, why: reason })) };
}

/** The profile that this hardware can carry, whatever is installed. */
export function profileOf(hardware: Hardware): Exclude<Profile, 'demo'> {
  if (hardware.gpu && hardware.gpu.memoryBytes >= 7.5e9) return 'gpu';
  // A box sold with 16 GB shows a little less.
  return hardware.ramBytes >= 14e9 && hardware.cores >= 4 ? 'standard' : 'lite';
}

export function sayHardware(hardware: Hardware): string {
  const gpu = hardware.gpu ? `${hardware.gpu.name} with ${sayBytes(hardware.gpu.memoryBytes)}` : 'no GPU';
  return `${sayBytes(hardware.ramBytes)} of memory, ${hardware.cores} ${hardware.cores === 1 ? 'core' : 'cores'}, ${gpu}`;
}

function pickProfile(input: ChooseInput): { profile: Profile; why: string } {
  if (input.profile !== 'auto') return { profile: input.profile, why: `the profile ${input.profile} is set` };
  const able = profileOf(input.hardware);
  const box = sayHardware(input.hardware);
  const real = input.available.filter(
    ({ entry }) =>
      !entry.demonstration &&
      !entry.test_only &&
      (entry.purpose === 'speech-to-text' || entry.purpose === 'live-speech-to-text' || entry.purpose === 'language-model'),
  );
  for (const profile of [...profiles].reverse()) {
    if (profile === 'demo' || TIER[profile] > TIER[able]) continue;
    const members = real.filter(({ entry }) => entry.profiles.includes(profile) || entry.added_at !== undefined);
    if (members.length === 0) continue;
    const less = profile === able ? '' : ` It could carry ${able}, of which nothing is installed (\`bedside models pull ${able}\`).`;
    return { profile, why: `auto picked ${profile}: this box has ${box}.${less}` };
  }
  const other =
    real.length > 0
      ? ` Beside demonstrations only ${real.map(({ entry }) => entry.id).join(', ')} ${real.length === 1 ? 'is' : 'are'} there.`
      : '';
  return {
    profile: 'demo',
    why: `auto picked demo: this box has ${box} and could carry ${able}, but nothing of that set is installed (\`bedside models pull ${able}\`).${other}`,
  };
}

// ---------- one purpose

interface Context {
  readonly input: ChooseInput;
  readonly profile: Profile;
  readonly budget: Budget;
  readonly passedOver: Map<string, string>;
}

interface Found {
  readonly entry: CatalogueEntry;
  readonly where: Where;
  readonly native: boolean;
}

/** The best model for a purpose that serves at least one of the languages and fits into memory; it takes its memory. */
function bestFor(purpose: Purpose, languages: readonly string[], { input, profile, budget, passedOver }: Context): Found | undefined {
  const candidates = input.available
    .filter(({ entry }) => !entry.test_only && (entry.purpose === purpose || entry.also?.includes(purpose)))
    .filter(({ entry }) => languages.some((language) => serves(entry, language)))
    .map(({ entry, where }): Found => ({ entry, where, native: entry.purpose === purpose }));
  const ranked = candidates
    .map((found) => ({ found, rank: rankOf(found, languages, profile, input.prefer ?? []) }))
    .sort((a, b) => compareRanks(b.rank, a.rank));
  for (const { found } of ranked) {
    if (budget.take(found.entry)) return found;
    passedOver.set(
      found.entry.id,
      `${found.entry.name} needs ${sayBytes(found.entry.ram_bytes)}, and ${sayBytes(budget.left(found.entry))} are left`,
    );
  }
  return undefined;
}

/** Compared from the left; the higher wins. */
function rankOf({ entry, where, native }: Found, languages: readonly string[], profile: Profile, prefer: readonly string[]): number[] {
  const wish = prefer.indexOf(entry.id);
  const [first] = languages;
  return [
    wish < 0 ? 0 : prefer.length - wish,
    // A demonstration only where nothing else is installed.
    entry.demonstration ? 0 : 1,
    first !== undefined && serves(entry, first) ? 1 : 0,
    native ? 1 : 0,
    // What an operator added was added to be used.
    entry.added_at === undefined ? 0 : 1,
    fitOf(entry, profile),
    languages.filter((language) => serves(entry, language)).length,
    entry.preference ?? 0,
    // The repository's own weights come last of all.
    where === 'project' ? 0 : 1,
  ];
}

/** Made for this profile: 3; for a smaller one: 2; in no set, and bearable here: 1; for a larger one: 0. */
function fitOf(entry: CatalogueEntry, profile: Profile): number {
  if (entry.profiles.includes(profile)) return 3;
  if (TIER[leastOf(entry)] > TIER[profile]) return 0;
  return entry.profiles.length === 0 ? 1 : 2;
}

/** The smallest profile on which it is bearable. */
function leastOf(entry: CatalogueEntry): Profile {
  return entry.least_profile ?? profiles.find((profile) => entry.profiles.includes(profile)) ?? 'demo';
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** `pt-BR` is served by a model for `pt`; `any` by and for everything. */
export function serves(entry: Pick<CatalogueEntry, 'languages'>, language: string): boolean {
  if (language === 'any') return true;
  return (
    entry.languages.includes('any') || entry.languages.includes(language) || entry.languages.includes(language.split('-')[0] ?? language)
  );
}

/** A clip recogniser with voice activity hears live too, and a real one does so better than a demonstration that hears live by itself. */
function liftable(language: string, chosen: readonly Choice[], native: Found | undefined): Choice | undefined {
  if (native && !native.entry.demonstration) return undefined;
  const clips = chosen.find((choice) => choice.purpose === 'speech-to-text' && choice.languages.includes(language));
  if (!clips || (native && clips.demonstration) || !chosen.some((choice) => choice.purpose === 'voice-activity')) return undefined;
  return {
    ...clips,
    purpose: 'live-speech-to-text',
    languages: [language],
    how: 'lifted',
    reason: `hears live what ${clips.id} hears in clips, cut by voice activity`,
  };
}

function choiceOf(purpose: Purpose, languages: readonly string[], { entry, where, native }: Found, context: Context): Choice {
  const place = { store: 'installed', source: 'used where it lies', project: 'part of this release' }[where];
  const merit = entry.demonstration
    ? `a demonstration, because nothing else for ${say(purpose)} is on this box`
    : context.input.prefer?.includes(entry.id)
      ? 'preferred by the operator'
      : entry.added_at !== undefined
        ? 'added by the operator'
        : entry.profiles.includes(context.profile)
          ? `made for the profile ${context.profile}`
          : `the best for ${say(purpose)} on this box`;
  const choice: Choice = {
    purpose,
    languages,
    id: entry.id,
    where,
    demonstration: entry.demonstration === true,
    how: native ? 'native' : 'also',
    reason: `${entry.name}: ${merit}; ${place}`,
  };
  return entry.demonstration ? { ...choice, fix: fixFor(purpose, languages, context) } : choice;
}

function gap(purpose: Purpose, languages: readonly string[], context: Context): Missing {
  const where = languages.includes('any') ? '' : ` in ${languages.join(', ')}`;
  const unfit = context.input.available
    .flatMap(({ entry }) => (entry.purpose === purpose ? (entry.unfit ?? []) : []))
    .find((one) => languages.includes(one.language));
  return {
    purpose,
    languages,
    fix: fixFor(purpose, languages, context),
    reason: `Nothing on this box is for ${say(purpose)}${where}.${unfit ? ` ${unfit.why}` : ''}`,
  };
}

/** The command that brings a real model: of the set that this hardware carries, else the lightest of the catalogue, else one to add. */
function fixFor(purpose: Purpose, languages: readonly string[], { input, profile }: Context): string {
  const target = profile === 'demo' ? profileOf(input.hardware) : profile;
  // Live hearing comes with any clip recogniser, so that is the easier thing to bring.
  const purposes: Purpose[] = purpose === 'live-speech-to-text' ? ['live-speech-to-text', 'speech-to-text'] : [purpose];
  for (const one of purposes) {
    const best = bestOf(one, languages, input, target);
    if (best) return `bedside models pull ${best.id}`;
  }
  return `bedside models add <address of a model> --purpose ${purposes.at(-1)} --languages ${languages.join(',')}`;
}

function bestOf(purpose: Purpose, languages: readonly string[], input: ChooseInput, target: Profile): CatalogueEntry | undefined {
  const budget = makeBudget(input.hardware, target);
  const [first = 'any'] = languages;
  const ranked = [...input.catalogue.values()]
    .filter(
      (entry) => entry.purpose === purpose && !entry.demonstration && !entry.test_only && entry.files.every((file) => file.url !== null),
    )
    .filter((entry) => serves(entry, first) && entry.ram_bytes <= budget.left(entry) && TIER[entry.least_profile ?? 'demo'] <= TIER[target])
    .map((entry) => {
      const ofSet = fitOf(entry, target) >= 2;
      const covered = languages.filter((language) => serves(entry, language)).length;
      return {
        entry,
        rank: [ofSet ? fitOf(entry, target) : 0, covered, entry.licence_note ? 0 : 1, ofSet ? (entry.preference ?? 0) : -entry.ram_bytes],
      };
    });
  return ranked.sort((a, b) => compareRanks(b.rank, a.rank))[0]?.entry;
}

const SAY: Partial<Readonly<Record<Purpose, string>>> = {
  'speech-to-text': 'understanding recorded speech',
  'live-speech-to-text': 'understanding live speech',
  'voice-activity': 'noticing when someone speaks',
  'language-model': 'writing answers',
  'text-to-speech': 'speaking',
  embedder: 'searching by meaning',
  reranker: 'ordering search results',
};

function say(purpose: Purpose): string {
  return SAY[purpose] ?? purpose;
}

// ---------- memory

interface Budget {
  take(entry: CatalogueEntry): boolean;
  left(entry: CatalogueEntry): number;
}

/** What models may hold together. On a GPU the engines that run there have its memory. A model that serves twice is loaded once. */
function makeBudget(hardware: Hardware, profile: Profile): Budget {
  const pools = {
    // The rest is for the system, the service and its database.
    ram: Math.max(0, hardware.ramBytes * 0.75 - 500e6),
    gpu: profile === 'gpu' && hardware.gpu ? hardware.gpu.memoryBytes * 0.92 : 0,
  };
  const loaded = new Set<string>();
  const poolOf = (entry: CatalogueEntry): 'ram' | 'gpu' =>
    pools.gpu > 0 && (entry.engine === 'llama' || entry.engine === 'whisper') ? 'gpu' : 'ram';
  return {
    take(entry) {
      if (loaded.has(entry.id)) return true;
      // Tiny models always fit: a budget that refuses them would only be wrong about the box.
      const pool = poolOf(entry);
      if (entry.ram_bytes > pools[pool] && entry.ram_bytes > 150e6) return false;
      pools[pool] -= entry.ram_bytes;
      loaded.add(entry.id);
      return true;
    },
    left: (entry) => Math.max(0, pools[poolOf(entry)]),
  };
}
