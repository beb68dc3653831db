import { readWords } from '../../shared/language/read-words.ts';
import { withoutFalseFriends } from './meaning/clauses.ts';
import { englishCues } from './meaning/cues/en.ts';
import { hindiCues } from './meaning/cues/hi.ts';
import { romanisedCues } from './meaning/cues/hi-latn.ts';
import { compileLexicon, findHits, hitsByConcept, type WordList } from './meaning/lexicon.ts';
import { once } from './meaning/once.ts';
import { matchPattern, readPattern } from './meaning/patterns.ts';
import { readScope } from './meaning/scope.ts';

/**
 * Does somebody ask for a person instead of the machine? Found by the same reading as red flags, so that "I do not need to talk to anyone"
 * and "I talked to the doctor last week" are no such wish. English, Hindi in Devanagari and romanised.
 */
const english: WordList = {
  person: `(a|an|the|any|some|your|real|actual|live|) (person|human|human being|staff|member of staff|member of the staff|receptionist|reception|operator|agent|nurse|doctor|attendant|manager|front desk|front office|desk|help desk|helpdesk|counter|office),
    (somebody|someone|anybody|anyone|people|one) (of|from|on|at|in|) (the|your|) (staff|desk|reception|team|hospital|clinic|office), (somebody|someone|anybody|anyone) (real|human|else|who can help|i can|there|)`,
  human: '(a|an|any|some|real|actual|live|) (human|human being|real person|person|receptionist|operator|agent)',
  talk: `(talk|speak|speaking|talking|chat|chatting|be put through|be connected|be transferred) (to|with), (have|get) a word with, a word with`,
  connect: `(connect|transfer|put|pass|hand|switch|patch) (me|us|this|the call|) (over|through|) (to|with), (get|give|bring|call|fetch|find|send) (me|us), get, call, fetch`,
  want: 'want, need, give me, get me, id rather have, prefer, would like, please get',
  refuse:
    '(dont|do not|not|wont|will not|never) (want to|going to|wish to|like to|gonna|) (talk|talking|speak|speaking|discuss|discussing|chat|deal|tell|telling) _ _ (to|with|by) (a|the|this|any) (machine|robot|bot|computer|chatbot|app|recording)',
  is_there: 'is there, are there, is anyone, is anybody, is any',
  real: '(person|someone|somebody|anyone|anybody) (that|who|whom|) (i|we) can (talk|speak|chat) (to|with), (anyone|anybody|someone|somebody) (real|human|there i can), real (person|human|people), human being',
  call_me: '(person|human|nurse|doctor|staff|receptionist|operator|someone|somebody|manager) (please|) (call|ring|phone|contact) (me|us)',
  please: 'please, plz, pls, now, jaldi',
  // "When should I call a doctor?" asks for advice, "call a doctor" for a doctor.
  advice: 'should i, should we, do i need to, when to, when should, how do i, how to, do i have to, (told|asked|advised) (me|us) to',
};

const hindi: WordList = {
  person: `इंसान, इन्सान, आदमी, बंदा, बंदे, व्यक्ति, मनुष्य, कर्मचारी, स्टाफ़, नर्स, सिस्टर, डॉक्टर, डाक्टर, रिसेप्शन, रिसेप्शनिस्ट, ऑपरेटर, मैनेजर, काउंटर वाले, किसी, किसी से, किसी को, असली इंसान, असली आदमी, एजेंट`,
  human: 'इंसान, इन्सान, असली आदमी, असली इंसान, ऑपरेटर, रिसेप्शनिस्ट, आदमी',
  talk: `से (ही|) (मेरी|) बात (करनी|करना|करूँगा|करूँगी|कराओ|कराइए|कराएँ|कराएं|करा दो|करा दीजिए|करवाओ|करवाइए|करवाएँ|करवा दो|करवा दीजिए|करवा|करा|कर सकता|कर सकती|हो सकती|हो सकता|हो जाए), से बोलना चाह*`,
  connect: 'को (बुला*|भेज*|फोन दो|फोन दीजिए|फ़ोन दीजिए|फोन पर ला*|लाइन पर|दीजिए), से (जोड़*|मिला*|कनेक्ट कर*), को (ट्रांसफर|कनेक्ट) कर*',
  want: '=चाहिए',
  refuse: '(मशीन|रोबोट|कंप्यूटर|बॉट|मशीनों) से बात नहीं कर*, (मशीन|रोबोट|कंप्यूटर|बॉट) से नहीं',
  is_there: 'कोई',
  real: 'असली (आदमी|इंसान|व्यक्ति|बंदा)',
};

const romanised: WordList = {
  person:
    'staff, nurse, doctor, reception, receptionist, operator, agent, manager, kisi, bande, banda, insaan, insan, aadmi, real person, human, person',
  human: 'human, operator, receptionist, real person, agent',
  talk: 'se (hi|) (meri|) baat (karni|karna|karao|karaiye|kara do|karwao|karwaiye|karvaiye|karwa do|karwa dijiye|karwa|kara|kar sakta|kar sakti|ho sakti|karunga|karungi)',
  connect:
    'ko (bulao|bula do|bulaiye|bhejo|phone do|phone dijiye|call karo|transfer karo|line par), se (connect|jod|jodo|milao|mila do) _, (call|phone) _ ko transfer',
  want: 'chahiye, chahie, chaiye',
  refuse: '(machine|robot|computer|bot) se baat nahi kar*, (machine|robot|computer|bot) se nahi',
  real: 'asli (aadmi|insaan|insan|banda|bande|person)',
};

const patterns = [
  'talk person -advice',
  'connect person /6 -advice',
  'want human /9 -advice',
  'is_there real|human /9',
  'call_me -advice',
  'refuse',
];

const compiled = once(() => ({
  lexicon: compileLexicon({
    en: { ...englishCues, ...english },
    hi: { ...hindiCues, ...hindi },
    'hi-Latn': { ...romanisedCues, ...romanised },
  }),
  patterns: patterns.map(readPattern),
}));

const matching = { bind: () => true, people: new Set<string>() };
/** "Human please", "operator": nothing else is said. */
const mostWords = 3;

export function asksForPerson(text: string): boolean {
  const words = readWords(text);
  const { lexicon, patterns } = compiled();
  const hits = withoutFalseFriends(words, findHits(words, lexicon));
  const found = hitsByConcept(hits);
  const scope = readScope(words, hits);
  if (patterns.some((pattern) => matchPattern(pattern, found, scope, matching))) return true;
  if (words.length > mostWords || words.at(-1)?.mark === 'question') return false;
  const said = new Set([...(found.get('human') ?? []), ...(found.get('please') ?? [])].flatMap(({ first, last }) => [first, last]));
  return found.has('human') && words.every((_, index) => said.has(index));
}
