/** What a question wants to be told: a sentence without any of it is a poor answer, however many words it shares. Pure. */
export type QuestionKind = 'time' | 'length' | 'count' | 'dose' | 'share' | 'place' | 'person' | 'reason' | 'meaning' | 'other';

/** The first kind that fits; English, Hindi and Hindi in Latin letters. */
export function kindOf(question: string): QuestionKind {
  const text = question.normalize('NFC').toLowerCase().replace(/\s+/g, ' ');
  return kinds.find(([, form]) => form.test(text))?.[0] ?? 'other';
}

const kinds: readonly (readonly [QuestionKind, RegExp])[] = [
  [
    'dose',
    /\b(?:dose|dosage|doses|how (?:much|many) (?:\w+ ){0,4}(?:mg|ml|tablets?|pills?|capsules?|drops?|puffs?|spoons?))\b|खुराक|मात्रा|डोज|\b(?:khurak|khuraak|matra|dose)\b/u,
  ],
  [
    'length',
    /\bhow long\b|\bhow many (?:\w+ )?(?:days|weeks|months|years|hours|minutes)\b|कितनी देर|कितने (?:दिन|हफ्ते|हफ़्ते|महीने|साल|घंटे|मिनट|समय)|कब तक|\bkitn[ei] (?:din|der|hafte|mahine|saal|ghante|minute|samay)\b|\bkab tak\b/u,
  ],
  [
    'time',
    /\bwhen\b|\b(?:at|until|till|by|from) what time\b|\bwhat time\b|\b(?:on )?(?:which|what) (?:days?|dates?|hours?|months?)\b|\bhow often\b|\bhow (?:soon|early|late|frequently)\b|\bwhat age\b|\bhow old\b|कब|कितने बजे|किस (?:दिन|समय|उम्र)|किन दिनों|कितनी बार|\bkab\b|\bkitne baje\b|\bkitni baar\b|\bkis (?:din|samay|umar)\b/u,
  ],
  [
    'share',
    /\bwhat (?:share|percentage|percent|proportion|rate)\b|\bhow (?:common|likely|frequent|prevalent)\b|कितने प्रतिशत|\bkitne pratishat\b/u,
  ],
  [
    'count',
    /\bhow (?:many|much|far|high|low|big|deep|tall|hot|warm|cold|old)\b|\bwhat (?:is the )?(?:number|amount|temperature|size|weight)\b|\bwhich number\b|कितन[ाेी]|\bkitn[aei]\b/u,
  ],
  ['place', /\bwhere\b|\bwhich (?:room|floor|ward|building|desk|counter)\b|कहाँ|कहां|\bkah?an?\b/u],
  ['person', /\bwho(?:m|se)?\b|\bwhich (?:doctor|nurse|person)\b|कौन|किसे|किसको|किससे|\bkaun\b|\bkise\b/u],
  ['reason', /\bwhy\b|क्यों|\bkyu?o?n\b/u],
  [
    'meaning',
    /^(?:what(?:'s| is| are| does| do)\b(?! the (?:dose|number|time))|define|explain|describe|tell me about)|क्या (?:है|हैं|होता|होती)|का मतलब|\bkya (?:hai|hain|hota|hoti)\b/u,
  ],
];

const amount = String.raw`(?:\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|ninety|hundred|half|once|twice|several|few)\b|(?<![\p{L}\p{M}])(?:एक|दो|तीन|चार|पाँच|पांच|छह|छः|सात|आठ|नौ|दस|बारह|पंद्रह|बीस|तीस|आधा|आधी|डेढ़|ढाई)(?![\p{L}\p{M}]))`;
const span =
  '(?:seconds?|minutes?|hours?|days?|nights?|weeks?|months?|years?|lifelong|for life|सेकंड|मिनट|घंट|दिन|हफ्त|हफ़्त|सप्ताह|महीन|साल|वर्ष)';
const clock = String.raw`(?:\d{1,2}[:.]\d{2}|\b\d{1,2}\s*(?:am|pm|o'clock)\b|\b(?:noon|midnight|morning|afternoon|evening|night|bedtime|daily|weekly|monthly|yearly|weekdays?|weekends?|mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?|sundays?|january|february|march|april|may|june|july|august|september|october|november|december|once|twice|before|after|every|immediately|at once)\b|बजे|सुबह|दोपहर|शाम|रात|रोज|प्रतिदिन|सोमवार|मंगलवार|बुधवार|गुरुवार|शुक्रवार|शनिवार|रविवार|पहले|बाद|हर)`;
const unit =
  '(?:mg|mcg|µg|g|ml|l|iu|units?|tablets?|capsules?|drops?|puffs?|spoons?|teaspoons?|tablespoons?|%|मिलीग्राम|मिग्रा|ग्राम|मिली|गोली|गोलियाँ|गोलियां|चम्मच|बूँद|बूंद)';

const signs: Readonly<Partial<Record<QuestionKind, RegExp>>> = {
  dose: new RegExp(`${amount}[^.]{0,12}?${unit}(?![\\p{L}])|\\d\\s*${unit}(?![\\p{L}])`, 'iu'),
  length: new RegExp(`${amount}[^.]{0,24}${span}|${span}|\\d{1,2}[:.]\\d{2}`, 'iu'),
  time: new RegExp(`${clock}|${amount}[^.]{0,24}${span}|\\b(?:days?|age|years?)\\b[^.]{0,10}\\d`, 'iu'),
  count: new RegExp(amount, 'iu'),
  share: /\d|\b(?:percent|half|third|quarter|most|rare|common|majority|one in)\b|प्रतिशत/iu,
  place:
    /\b(?:at|in|on|beside|near|next to|behind|opposite|floor|room|ward|building|gate|counter|desk|window|stairs|corridor|street)\b|में|पर|पास|मंज़िल|मंजिल|कमरा|वार्ड|काउंटर/iu,
  reason:
    /\b(?:because|since|so that|due to|caused?|causes|reason|therefore|to (?:prevent|avoid|protect|reduce|stop|keep|help))\b|क्योंकि|इसलिए|कारण|ताकि/iu,
};

/** Whether a sentence holds the kind of thing that was asked for; undefined where the kind has no sign to look for. */
export function answersKind(sentence: string, kind: QuestionKind): boolean | undefined {
  return signs[kind]?.test(sentence.normalize('NFC'));
}

/** A sentence with "20 mg" has told the dose without the word. */
export const tellsByItself = (term: { readonly word: string }, kind: QuestionKind): boolean => kind === 'dose' && doseWords.has(term.word);
const doseWords: ReadonlySet<string> = new Set(['dose', 'doses', 'dosage', 'खुराक', 'मात्रा', 'डोज', 'khurak', 'khuraak', 'matra']);

/** Kinds that one fact answers. */
export const isPointed = (kind: QuestionKind): boolean => ['time', 'length', 'count', 'dose', 'share', 'place', 'person'].includes(kind);
