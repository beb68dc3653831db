import { foldedForm, isAuxiliary, plainForm, type Word } from '../../../shared/language/read-words.ts';
import { romanised } from '../../../shared/language/romanise.ts';
import { numberTable } from './numbers.ts';

/**
 * Word lists as data, and finding them. A list gives each concept its phrases, divided by commas. In a phrase `(a|b|)` is a choice,
 * `<concept>` stands for the phrases of another concept, `word*` for any word that begins so, `=word` in Hindi for that form alone,
 * `_` for one word or none (never a negation), `#` for a number and `####` for a year. Words of emphasis (`$filler`) may stand between the
 * words of any phrase. Nothing here backtracks: a phrase is walked through a tree of words, so a text costs what its words cost.
 */
export type WordList = Readonly<Record<string, string>>;

export type ListLanguage = 'en' | 'hi' | 'hi-Latn';

/** Where a concept was found: word positions, both included. */
export interface Hit {
  readonly concept: string;
  readonly first: number;
  readonly last: number;
  readonly language: ListLanguage;
}

/** The words of a language, numbered; a form that people write may be that of several words. */
interface Vocabulary {
  readonly numbers: Map<string, number>;
  readonly exact: Map<string, number[]>;
  readonly beginning: Map<string, number[]>;
}

interface Node {
  /** Where each word leads; more than one way where phrases of different choices begin alike. */
  readonly next: Map<number, Node[]>;
  /** The ways that phrases without a choice share. */
  readonly plain: Map<number, Node>;
  any: Node[];
  number: Node[];
  year: Node[];
  readonly concepts: string[];
}

interface Tree {
  readonly language: 'en' | 'hi';
  readonly vocabulary: Vocabulary;
  readonly root: Node;
  readonly fillers: Node;
}

export interface Lexicon {
  readonly trees: readonly Tree[];
  readonly concepts: ReadonlySet<string>;
  readonly numbers: ReadonlyMap<string, number>;
}

/** `open`: the word is the beginning of words, and has no endings of its own. */
type FormsOf = (word: string, open: boolean) => readonly string[];
type Into = (concept: string, last: number) => void;

const mostFillers = 2;
const longestBeginning = 14;
/** The free word of a phrase is never the one that turns its meaning. */
const negation = /^(?:no|not|never|without|nor|dont|doesnt|didnt|isnt|nahi|na|bina|नहि|न|ना|बिना)$/u;

/** `hi` is written in Devanagari and read in both scripts; `hi-Latn` adds what cannot be made from it. */
export function compileLexicon(lists: Readonly<Record<ListLanguage, WordList>>): Lexicon {
  const english = emptyTree('en');
  plantList(english, lists.en, (word) => [plainForm(word)]);
  const hindi = emptyTree('hi');
  plantList(hindi, lists.hi, (word, open) => (open ? [plainForm(word)] : inflected(word)).flatMap((form) => [form, ...romanised(form)]));
  plantList(hindi, lists['hi-Latn'], (word) => [foldedForm(plainForm(word))]);
  const concepts = new Set(Object.values(lists).flatMap((list) => Object.keys(list)));
  return { trees: [english, hindi], concepts, numbers: numberTable() };
}

function emptyTree(language: Tree['language']): Tree {
  return { language, vocabulary: { numbers: new Map(), exact: new Map(), beginning: new Map() }, root: emptyNode(), fillers: emptyNode() };
}

function emptyNode(): Node {
  return { next: new Map(), plain: new Map(), any: [], number: [], year: [], concepts: [] };
}

/**
 * A word of the Hindi list stands for its own number, gender and case (टेढ़ा, टेढ़ी, टेढ़े; आँख, आँखें, आँखों), and `=word` for itself alone. Most
 * endings make no other word; those that do need more than one word to mean anything.
 */
function inflected(word: string): readonly string[] {
  const form = plainForm(word.replace(/^=/, ''));
  if (word.startsWith('=') || form.length < 3 || isAuxiliary(form)) return [form];
  const stem = form.replace(/[ािे]$/u, '');
  if (stem === form) return /[क-ह]$/u.test(form) ? [form, `${form}े`, `${form}ो`] : [form];
  const endings = form.endsWith('ि') ? ['ि', 'ा', 'े', 'िया', 'ियो'] : ['ा', 'ि', 'े', 'ो'];
  return endings.map((ending) => stem + ending);
}

function plantList({ vocabulary, root, fillers }: Tree, list: WordList, formsOf: FormsOf): void {
  const numberOf = (word: string): number => {
    const known = vocabulary.numbers.get(word);
    if (known !== undefined) return known;
    const number = vocabulary.numbers.size;
    vocabulary.numbers.set(word, number);
    const open = word.endsWith('*');
    const forms = open ? vocabulary.beginning : vocabulary.exact;
    for (const form of new Set(formsOf(open ? word.slice(0, -1) : word, open))) {
      const numbers = forms.get(form);
      if (numbers) numbers.push(number);
      else forms.set(form, [number]);
    }
    return number;
  };
  for (const concept of Object.keys(list))
    for (const phrase of phrasesOf(concept, list)) {
      const ends = plant([concept === '$filler' ? fillers : root], phrase, numberOf);
      for (const end of ends) if (!end.concepts.includes(concept)) end.concepts.push(concept);
    }
}

type Element = { readonly word: string } | { readonly choice: readonly (readonly Element[])[] };

/** The phrases of a concept, as their elements. */
function phrasesOf(concept: string, list: WordList, depth = 0): Element[][] {
  const source = list[concept];
  if (source === undefined) throw new Error(`a word list refers to <${concept}>, which it does not have`);
  if (depth > 4) throw new Error(`the word list of <${concept}> refers to itself`);
  const phrases = source.split(',').map((phrase) => phrase.match(/[()|]|<[^<>]+>|[^\s()|<>]+/g) ?? []);
  return phrases.filter((tokens) => tokens.length > 0).map((tokens) => elementsOf(tokens, (name) => phrasesOf(name, list, depth + 1)));
}

/** Reads the tokens of a phrase, up to its end or the `|` or `)` that closes an option; what was read is taken off. */
function elementsOf(tokens: string[], referred: (concept: string) => Element[][]): Element[] {
  const elements: Element[] = [];
  for (let token = tokens[0]; token !== undefined && token !== '|' && token !== ')'; token = tokens[0]) {
    tokens.shift();
    if (token === '(') {
      const choice: Element[][] = [];
      do choice.push(elementsOf(tokens, referred));
      while (tokens.shift() === '|');
      elements.push({ choice });
    } else if (token.startsWith('<')) elements.push({ choice: referred(token.slice(1, -1)) });
    else elements.push({ word: token });
  }
  return elements;
}

/** Adds the elements behind these nodes; the nodes where they end. The options of a choice lead to one node, so a phrase costs what is written of it. */
function plant(from: readonly Node[], elements: readonly Element[], numberOf: (word: string) => number, last?: Node): Node[] {
  let at = [...from];
  elements.forEach((element, index) => {
    const end = index === elements.length - 1 ? last : undefined;
    if ('choice' in element) {
      const meeting = end ?? emptyNode();
      const skipped = element.choice.some((option) => option.length === 0) ? at : [];
      const met = element.choice.flatMap((option) => (option.length > 0 ? plant(at, option, numberOf, meeting) : []));
      at = [...new Set([...met, ...skipped])];
    } else at = step(at, element.word, numberOf, end);
  });
  return at;
}

function step(at: readonly Node[], word: string, numberOf: (word: string) => number, end?: Node): Node[] {
  if (word === '_' || word === '#' || word === '####') {
    const kind = word === '_' ? 'any' : word === '#' ? 'number' : 'year';
    const next = end ?? emptyNode();
    for (const node of at) node[kind].push(next);
    return word === '_' ? [...at, next] : [next];
  }
  const number = numberOf(word);
  const only = at.length === 1 && !end ? at[0] : undefined;
  const shared = only?.plain.get(number);
  if (shared) return [shared];
  const next = end ?? emptyNode();
  only?.plain.set(number, next);
  for (const node of at) {
    const ways = node.next.get(number);
    if (ways) ways.push(next);
    else node.next.set(number, [next]);
  }
  return [next];
}

/** Every place of every concept, in the order of the text. A phrase never runs over the end of a sentence. */
export function findHits(words: readonly Word[], lexicon: Lexicon): Hit[] {
  const hits = lexicon.trees.flatMap((tree) => hitsOf(words, tree, lexicon.numbers));
  return hits.sort((a, b) => a.first - b.first || a.last - b.last);
}

export function hitsByConcept(hits: readonly Hit[]): ReadonlyMap<string, readonly Hit[]> {
  const found = new Map<string, Hit[]>();
  for (const hit of hits) {
    const list = found.get(hit.concept);
    if (list) list.push(hit);
    else found.set(hit.concept, [hit]);
  }
  return found;
}

function hitsOf(words: readonly Word[], { language, vocabulary, root, fillers }: Tree, table: ReadonlyMap<string, number>): Hit[] {
  const known = words.map((word) => numbersOf(word, language, vocabulary));
  const latin = words.map((word) => /^[a-z]/.test(word.plain));
  const walk = (at: Node, index: number, first: number, filled: number, into: Into): void => {
    for (const concept of at.concepts) into(concept, index - 1);
    go(at, index, first, filled, into);
  };
  const go = (at: Node, index: number, first: number, filled: number, into: Into): void => {
    const word = words[index];
    if (!word || (index > first && ends(words[index - 1]))) return;
    for (const number of known[index] ?? []) {
      for (const next of at.next.get(number) ?? []) walk(next, index + 1, first, filled, into);
    }
    if (at.number.length > 0 && (/^\d/.test(word.plain) || table.has(word.plain) || table.has(word.folded)))
      for (const next of at.number) walk(next, index + 1, first, filled, into);
    if (at.year.length > 0 && /^(?:19|20)\d\d$/.test(word.plain)) for (const next of at.year) walk(next, index + 1, first, filled, into);
    if (at.any.length > 0 && !negation.test(word.folded)) for (const next of at.any) walk(next, index + 1, first, filled, into);
    if (index > first && filled < mostFillers) {
      const after = fillerFrom(index);
      if (after > index && !ends(words[after - 1])) go(at, after, first, filled + 1, into);
    }
  };
  const fillerFrom = (index: number): number => {
    let after = index;
    walk(fillers, index, index, mostFillers, (_, last) => {
      after = Math.max(after, last + 1);
    });
    return after;
  };

  const hits: Hit[] = [];
  for (let first = 0; first < words.length; first++) {
    const seen = new Set<string>();
    walk(root, first, first, 0, (concept, last) => {
      const key = `${last} ${concept}`;
      if (seen.has(key)) return;
      seen.add(key);
      const script = language === 'hi' && latin.slice(first, last + 1).some(Boolean) ? 'hi-Latn' : language;
      hits.push({ concept, first, last, language: script });
    });
  }
  return hits;
}

/** The words of the list that this word of the text may be. */
function numbersOf(word: Word, language: Tree['language'], { exact, beginning }: Vocabulary): readonly number[] {
  const short = word.folded.replace(/(?<=[a-z]{2}[aeiou])n$/, '');
  const forms = language === 'en' ? [word.plain] : short === word.folded ? [word.folded] : [word.folded, short];
  const numbers = new Set<number>();
  for (const form of forms) {
    for (const number of exact.get(form) ?? []) numbers.add(number);
    for (let length = 1; length <= Math.min(form.length, longestBeginning); length++)
      for (const number of beginning.get(form.slice(0, length)) ?? []) numbers.add(number);
  }
  return [...numbers];
}

function ends(word: Word | undefined): boolean {
  return word?.mark === 'stop' || word?.mark === 'question';
}
