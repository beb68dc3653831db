import type { Message } from './encounter.ts';

/**
 * Practice without a model: a scripted patient, who answers what is asked from what the scenario says, and a checklist against
 * which the trainee is told how it went. Pure.
 */
export interface Scenario {
  readonly id: string;
  readonly title: string;
  readonly opening: Readonly<Record<string, string>>;
  /** Tried in order: the first whose words occur in the question gives the line. */
  readonly lines: readonly { readonly topic: string; readonly asks: RegExp; readonly says: Readonly<Record<string, string>> }[];
  readonly otherwise: Readonly<Record<string, string>>;
}

export const scenarios: readonly Scenario[] = [
  {
    id: 'chest-pain-history',
    title: 'A patient with pain in the chest',
    opening: { en: 'Good morning. I have had this pressure in my chest since yesterday.', hi: 'नमस्ते। कल से मेरे सीने में दबाव सा है।' },
    lines: [
      {
        topic: 'since when',
        asks: /since|when|how long|start|कब|kab/iu,
        says: { en: 'It began yesterday evening, after dinner.', hi: 'कल शाम को, खाने के बाद शुरू हुआ।' },
      },
      {
        topic: 'character',
        asks: /what kind|describe|feel|like|sharp|कैसा|kaisa/iu,
        says: { en: 'It is a pressure, as if somebody sat on me. It is not sharp.', hi: 'दबाव जैसा है, जैसे कोई ऊपर बैठा हो। चुभता नहीं है।' },
      },
      {
        topic: 'radiation',
        asks: /arm|jaw|back|spread|elsewhere|हाथ|बाँह|haath/iu,
        says: { en: 'Sometimes it goes into my left arm.', hi: 'कभी कभी बाएँ हाथ में जाता है।' },
      },
      {
        topic: 'breath',
        asks: /breath|साँस|सांस|saans/iu,
        says: { en: 'On the stairs I get short of breath.', hi: 'सीढ़ियों पर साँस फूलती है।' },
      },
      {
        topic: 'medicines',
        asks: /medicine|tablet|drug|take any|दवा|dawa/iu,
        says: { en: 'I take a tablet for blood pressure, when I remember it.', hi: 'रक्तचाप की गोली लेता हूँ, जब याद रहे।' },
      },
      { topic: 'allergies', asks: /allerg|एलर्जी/iu, says: { en: 'No allergies that I know of.', hi: 'कोई एलर्जी नहीं, जहाँ तक पता है।' } },
      {
        topic: 'smoking',
        asks: /smok|tobacco|धूम्रपान|सिगरेट|बीड़ी/iu,
        says: { en: 'Ten cigarettes a day, for twenty years.', hi: 'बीस साल से दिन में दस सिगरेट।' },
      },
      {
        topic: 'family',
        asks: /family|father|mother|parents|परिवार|पिता/iu,
        says: { en: 'My father had a heart attack at sixty.', hi: 'पिताजी को साठ की उम्र में दिल का दौरा पड़ा था।' },
      },
      {
        topic: 'greeting',
        asks: /good morning|hello|name|help you|नमस्ते|नाम/iu,
        says: { en: 'Hello. My name is Ramesh, I am fifty-four.', hi: 'नमस्ते। मेरा नाम रमेश है, मैं चौवन साल का हूँ।' },
      },
    ],
    otherwise: { en: 'I am not sure what you mean. Could you ask me in another way?', hi: 'मैं ठीक से समझा नहीं। क्या आप दूसरी तरह पूछेंगे?' },
  },
];

export function scenarioOf(id: string | null): Scenario {
  return scenarios.find((scenario) => scenario.id === id) ?? (scenarios[0] as Scenario);
}

/** The scripted patient's next line. */
export function scriptedReply(scenario: Scenario, question: string, language: string): string {
  const line = scenario.lines.find(({ asks }) => asks.test(question));
  return inLanguage(line?.says ?? scenario.otherwise, language);
}

/** What was asked and what was not, when the practice ends. */
export function feedback(scenario: Scenario, messages: readonly Message[]): { asked: string[]; missed: string[] } {
  const questions = messages.filter((message) => message.sender === 'staff').map((message) => message.text);
  const covered = scenario.lines.filter(({ asks }) => questions.some((question) => asks.test(question))).map(({ topic }) => topic);
  return { asked: covered, missed: scenario.lines.map(({ topic }) => topic).filter((topic) => !covered.includes(topic)) };
}

function inLanguage(texts: Readonly<Record<string, string>>, language: string): string {
  return texts[language.split('-')[0] ?? ''] ?? texts.en ?? '';
}
