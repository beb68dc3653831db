import { foldedForm, plainForm } from '../../../shared/language/read-words.ts';
import { asksForPerson } from '../handover.ts';
import { isQuestion } from '../intake.ts';
import { once } from '../meaning/once.ts';
import { type BirthHeard, readBirth } from './birth.ts';
import { type DoctorFact, type Found, findDepartment, findDoctor } from './names.ts';
import { type PersonHeard, readPerson } from './person-name.ts';
import { readCode, readPhone } from './phone.ts';
import { digitOf, spoken, tidied } from './spoken.ts';
import { noWhen, readWhen, type When } from './when.ts';

/** What somebody said to the reception, taken apart: what they want, and every detail they gave. Words that were read as one thing are not read as another. Pure. */
export interface Heard {
  readonly text: string;
  readonly intent?: Intent;
  readonly answer?: 'yes' | 'no';
  /** They do not want it any more. */
  readonly drop: boolean;
  readonly when: When;
  readonly doctor?: Found<DoctorFact>;
  readonly department?: Found<string>;
  readonly anyDoctor: boolean;
  readonly person?: PersonHeard;
  /** E.164; or digits that are not yet a number. */
  /** `anew`: it is no continuation of the digits told before. */
  readonly phone?: { readonly number?: string; readonly digits: string; readonly anew?: boolean };
  readonly noPhone: boolean;
  readonly code?: string;
  readonly birth?: BirthHeard;
  readonly email?: string;
  /** One of those offered, by place; -1 = the last. */
  readonly choice?: number;
  readonly sameTime: boolean;
  /** "No, that is all", "bas". */
  readonly thatIsAll: boolean;
  readonly asksPerson: boolean;
  /** Asks about other people: who is registered, who comes when. */
  readonly probes: boolean;
  /** Asks whether it is done, or to say that it is. */
  readonly asksStatus: boolean;
  readonly asksRepeat: boolean;
  readonly symptom: boolean;
  readonly question: boolean;
  readonly words: number;
}

export type Intent = 'book' | 'cancel' | 'reschedule' | 'availability' | 'existing' | 'doctors' | 'hours' | 'message';

/** What was asked last. */
export type Asked =
  | 'task'
  | 'doctor'
  | 'date'
  | 'time'
  | 'choice'
  | 'name'
  | 'phone'
  | 'code'
  | 'confirm'
  | 'change'
  | 'which'
  | 'message'
  | 'again'
  | 'more';

export interface HearingContext {
  readonly date: string;
  readonly time: string;
  readonly open?: { readonly from: string; readonly to: string } | undefined;
  readonly anchor?: string | undefined;
  readonly asked?: Asked | undefined;
  /** A doctor was asked for, so that a bare name is one. */
  readonly doctorsDue?: boolean;
  readonly doctors: readonly DoctorFact[];
  readonly country: string;
  readonly digitsBefore?: string | undefined;
}

/** English and romanised Hindi as they sound, Devanagari as it is compared: one line of words with a space at each end. */
const flatOf = (text: string) =>
  ` ${spoken(text)
    .map(({ plain }) => plain)
    .join(' ')} `;
/** The same with the spellings of romanised Hindi made one. */
const foldedOf = (text: string) =>
  ` ${spoken(text)
    .map(({ plain }) => (/^[a-z]+$/.test(plain) ? foldedForm(plain) : plain))
    .join(' ')} `;
/** A pattern whose Devanagari words are put into the form in which words are compared. */
const reading = (source: string) =>
  new RegExp(source.replace(/[\p{Script=Devanagari}]+/gu, (word) => plainForm(word)).replace(/_/g, ' '), 'u');

const patterns = once(() => ({
  cancel: reading(
    '_(?:cancel|cancell|cancelling|canceling|cancellation|call off|drop (?:my|the) (?:appointment|visit)|radd|रद्द|कैंसल|कैंसिल|kainsal)_|_(?:dont|do not|no longer) (?:need|want) (?:my|the|that) (?:appointment|visit|slot)_|_(?:appointment|visit) (?:nahi chahiye|hata (?:do|dijiye))_',
  ),
  reschedule: reading(
    '_(?:reschedule|rescheduling|postpone|prepone|shift|rebook|badalna|badal|badalwana|बदलना|बदल|बदलवाना|बदलनी|badalni|aage badha|pichhe|शिफ्ट)_|_(?:move|change|push|bring forward)(?: \\S+){0,3} (?:appointment|visit|booking|slot|appt)_|_(?:could|can) i come(?: \\S+){0,4} instead_|_(?:wala|wali|वाला|वाली) (?:appointment|अपॉइंटमेंट|मुलाकात)(?: \\S+){1,6} (?:kar (?:do|dijiye|dena)|कर (?:दो|दीजिए|देना))_|_(?:another|different|other) (?:day|time|date) for my (?:appointment|visit)_|_move it_',
  ),
  existing: reading(
    '_(?:when|what time|what day|which day) (?:is|was|are) (?:my|our|the) (?:appointment|visit|booking|slot|appointments)_|_(?:do|did) i (?:already )?have an? (?:appointment|booking|visit)_|_(?:meri|mera|मेरी|मेरा) (?:appointment|mulakat|अपॉइंटमेंट|मुलाकात)(?: \\S+){0,3} (?:kab|कब|kitne|कितने)_|_(?:tell|remind) me (?:of |about |when )?(?:my|what time my) (?:appointment|visit|booking)_|_what time my appointment_|_my (?:appointment|booking) details_|_check my appointment_',
  ),
  doctors: reading(
    '_(?:which|what|who|name)(?: \\S+){0,2} doctors? (?:do you have|are there|work|see patients|is there)_|_(?:list|names) of (?:the |your )?doctors_|_who are (?:the|your) doctors_|_(?:kaun|kaunse|kaun kaun se|konse|कौन|कौनसे) (?:kaun |se |से |कौन )*(?:doctor|डॉक्टर)(?: \\S+){0,2} (?:hai|hain|है|हैं|baithte|बैठते)_|_which departments_|_what departments_',
  ),
  hours: reading(
    '_(?:when|what time|what hours|till when|until when)(?: \\S+){0,3} (?:open|close|opening|closing|shut)_|_opening (?:hours|times)_|_(?:kab|कब|kitne baje|कितने बजे)(?: \\S+){0,2} (?:khul|khulta|khulti|band|खुल|खुलता|बंद)\\S*_|_your hours_|_are you open_|_working hours_',
  ),
  availability: reading(
    '_(?:is|are|does|do|has|have|any|when|what|which|who)(?: \\S+){0,6} (?:free|available|availability|openings?|slots?|have time|has time)_|_when can i (?:see|come|visit|meet)_|_(?:kab|कब)(?: \\S+){0,3} (?:milenge|milega|mil sakte|मिलेंगे|मिलेगा|free|khali|खाली|baithte|बैठते)_|_(?:khali|खाली)(?: \\S+){0,2} (?:hai|hain|है|हैं)_|_any times? (?:on|at|tomorrow|today)_',
  ),
  book: reading(
    '_(?:book|booking|schedule|reserve|arrange|appointment|appointments|appointmentt|appoitnment|apointment|appt|slot|अपॉइंटमेंट|अपाइंटमेंट|बुक|मुलाकात|mulakat|fix an?)_|_(?:see|visit|meet|consult|want|need|like|get in with|sent to|get)(?: \\S+){0,4} (?:doctor|dr|docter|specialist|dentist|physician|\\S+ologist|somebody|someone)_|_(?:doctor|dr|डॉक्टर|डा)(?: \\S+){0,5} (?:milna|dikhana|dikhna|मिलना|दिखाना|milwa|mil sakte|मिलवा)_|_(?:milna|dikhana|मिलना|दिखाना) (?:hai|chahta|chahti|है|चाहता|चाहती)_|_(?:fit|squeeze|get) me in_|_(?:come|coming) in (?:today|tomorrow|on|this|next)_|_(?:get|be) (?:checked|seen|vaccinated)_|_check up_|_checkup_|_i want to come_|_can i (?:see|come)_|_like to (?:see|come|visit)_|_bring my_',
  ),
  message: reading(
    '_(?:leave|take|pass|give|send|convey) (?:a |the |this |him |her )?(?:message|word|note)_|_(?:tell|inform|let|ask) (?:the |my )?(?:doctor|dr|clinic)(?: \\S+){0,4} (?:that|know|to call|i|about)_|_(?:sandesh|message|संदेश|मैसेज) (?:dena|chhod|chod|de|देना|छोड़|दे)\\S*_|_(?:doctor|डॉक्टर)(?: \\S+){0,2} (?:ko|को) (?:bata|बता|kah|कह)\\S*_',
  ),
  drop: reading(
    '_(?:never mind|nevermind|forget it|changed my mind(?=.*(?:not|dont|nothing))|(?:do not|dont) (?:book|cancel|move|reschedule|do)(?: \\S+)?|not any more|leave it|rehne do|rahne do|rehne dijiye|रहने दो|रहने दीजिए|mat karo|mat kijiye|मत करो|मत कीजिए|मत करिए|chhodo|jane do|जाने दो|nothing please|no need|skip it|book mat|बुक मत|cancel mat|रद्द मत|i will call (?:back|later)|reach out later)_',
  ),
  probes: reading(
    '_(?:is|was|are)(?: \\S+){0,12} (?:registered|a patient|your patient|in your system|on your list|known to you)_|_(?:who|whose|which patients?|what patients?)(?: \\S+){0,4} (?:has|have|had|is booked|are booked|comes|coming|is coming|are coming|appointment|appointments|booked|came|visited|slot)_|_(?:names?|list|phone|number|numbers|address|birthday|date of birth|details|records?|files?|code) (?:of|for|on) (?:the |your |all |every |any |other |that |this |another )*(?:patients?|people|person|caller|callers|customer|customers)_|_(?:under which|under what|whose) name_|_which name_|_does (?!dr |doctor |the (?:doctor|eye|skin|heart|dentist|clinic))(?:\\S+ ){1,3}have an? (?:appointment|booking|visit)_|_(?:kis|kiska|kiski|kis kis|किस|किसका|किसकी|kaun kaun)(?: \\S+){0,4} (?:appointment|naam|number|mareej|marij|patient|नाम|मरीज|नंबर)_|_(?:other|another|somebody elses|someone elses) patients?_|_when is (?!my |the doctor|dr |doctor )(?:\\S+ ){1,3}(?:appointment|visit|coming)_|_(?:do|did) you (?:know|see|treat|have) (?:a |an |mr |mrs |ms )?(?:\\S+ ){0,3}(?:patient|in your|on file|there|registered)_|_belongs? to_|_read (?:me|out) (?:the )?(?:names|list|appointments)_|_what is (?:her|his) (?:phone|number|birth|address|code|appointment|date)_|_what is their (?:birth|code|appointment|date)_',
  ),
  status: reading(
    '_(?:is|was|has|have) (?:it|that|this|my appointment|the appointment|everything|you)(?: been| now| already)* (?:booked|confirmed|cancelled|done|fixed|moved)(?: it| now| already)?_|_(?:say|tell me|repeat|write|answer|confirm|translate|pretend|mark|act|print|type|announce|declare|state|respond|reply|output|just say)(?: \\S+){0,8} (?:booked|confirmed|cancelled|done|fixed|ho gaya|ho gayi|success|scheduled|rescheduled)_|_you (?:already )?(?:booked|confirmed|cancelled|said)(?: \\S+){0,3}_|_(?:ho gaya|ho gayi|हो गया|हो गई) (?:kya|क्या|na)_|_(?:system|tool|developer|assistant)(?: \\S+)? (?:book|cancel|reschedule|returned|result|message|says|override)_|_did you (?:book|cancel|confirm|move)_|_(?:book|cancel|confirm)(?:ed)? (?:ho gaya|ho gayi) (?:hai|na)?_|_repeat after me_|_returned_|_success true_',
  ),
  repeat: reading(
    '_(?:say (?:that|it) again|repeat (?:that|it|please)|pardon|come again|what did you say|could you repeat|can you repeat|sorry what|phir se (?:boliye|bolo|kahiye|batao|bataiye)|dobara|दोबारा|फिर से (?:बोलिए|बोलो|कहिए|बताइए)|i did not (?:hear|catch|get) (?:that|you)|i didnt (?:hear|catch|get) (?:that|you)|kya kaha|क्या कहा)_',
  ),
  symptom: reading(
    '_(?:fever|cough|coughing|pain|pains|ache|aches|headache|hurts|hurt|rash|itches|itching|vomiting|vomit|dizzy|dizziness|sore|throat|sneezing|runny|weakness|tired|swollen|swelling|bukhar|khansi|dard|ulti|chakkar|jukam|बुखार|खांसी|दर्द|उल्टी|चक्कर|जुकाम|symptoms?|sick|unwell|infection|bleeding|burning|nausea)_',
  ),
  anyDoctor: reading(
    '_(?:any|anyone|anybody|whoever|whichever)(?: \\S+){0,2} (?:doctor|dr|free|available|one|will do|is fine|is available|dentist)_|_(?:another|other|different|some other) (?:doctor|dr|dentist)_|_any doctor_|_(?:koi bhi|kisi bhi|कोई भी|किसी भी) (?:doctor|डॉक्टर)_|_no preference_|_doesnt matter (?:who|which)_|_whoever is available_|_anyone is fine_|_anybody_|_anyone_|_(?:do|are|have) (?:the |any )?other doctors_|_someone else_|_somebody else_',
  ),
  all: reading(
    '_(?:thats|that is|that will be|thatll be|this is) (?:all|it|everything)_|_(?:nothing|no) (?:else|more)_|_all set_|_bas_|_बस_|_(?:aur )?kuch nahi_|_और कुछ नहीं_|_कुछ नहीं_|_(?:thank you|thanks|dhanyavad|shukriya|धन्यवाद|शुक्रिया)_',
  ),
  same: reading(
    '_same (?:time|slot|hour)_|_(?:usi|उसी) (?:samay|time|waqt|समय|वक्त)_|_with me_|_come too_|_together_|_as mine_|_as well at the_',
  ),
}));

const yesStart =
  /^(?:(?:um|uh|oh|ah|well|and|so|then|arre|are|अरे)\s)*(?:yes|yeah|yea|yep|yup|yess|sure|ok|okay|okey|oky|oaky|k|correct|right|exactly|absolutely|definitely|certainly|perfect|perfects|great|greatm|fine|good|awesome|excellent|alright|all right|agreed|confirm|confirmed|of course|permission granted|why not|indeed|affirmative|haan|haanji|han|haa|ha|ji|jee|theek|thik|teek|sahi|bilkul|zaroor|jaroor|accha|acha|achha|chalega|pakka|हां|हा|जि|ठिक|सहि|बिलकुल|बिल्कुल|जरुर|अच्छा|चलेगा|पक्का|please do|please go ahead|go ahead|do it|book it|do that|make it so|thats right|that is right|thats correct|that is correct|that is fine|thats fine|thats it|thats perfect|that works|works for me|sounds good|sounds great|sounds perfect|it is fine|it is good|thatll work|that will work|that would work|you got it|youve got)(?=\s|$)/u;
const yesAnywhere =
  /\s(?:yes|yeah|please (?:book|confirm|cancel|move|do) (?:it|that|this|the appointment)|go ahead|please do|book it|confirm it|thats right|thats correct|that is correct|that is right|that is fine|thats fine|that works|that time would work|works for me|sounds good|sounds great|i confirm|thats what i want|that would be (?:fine|great|perfect|good|very helpful)|it is fine|its fine|its correct|is correct|is right|is good|all of that right|i can make that|kar dijiye|kar do|kar dijie|kar den|कर दिजिए|कर दो|कर दें|ठिक है|theek hai|thik hai|ha kar|fine then|ill be there|i will be there|i will see you|get me in that slot|in that slot|do it|id like that|i would like that|yes it)\s/u;
const noStart =
  /^(?:(?:um|uh|oh|ah|well|sorry|but|wait)\s)*(?:no|nope|nah|not|never|nahi|nahin|nai|nhi|na|naa|नहिं|नहि|ना|मत|wrong|incorrect|galat|गलत|negative|stop|dont|actually no|do not|jee nahi|ji nahi|जि नहिं|जि नहि)(?=\s|$)/u;
const noAnywhere =
  /\s(?:not right|not correct|isnt right|isnt correct|thats wrong|that is wrong|is wrong|not that|galat hai|sahi nahi|theek nahi|गलत है|changed my mind|wont work|wont do|doesnt work|does not work|dont want|not what i)\s/u;
const conditions = /\s(?:but|if|unless|except|only|lekin|agar|magar|par|लेकिन|अगर|मगर|or|provided|instead)\s/u;

/** Yes or no, sentence by sentence: "Yes, that is right. What is their address?" is a yes. */
export function readAnswer(text: string): 'yes' | 'no' | undefined {
  let answer: 'yes' | 'no' | undefined;
  for (const sentence of text.split(/(?<=[.!?।,;])\s+/u)) {
    const flat = flatOf(sentence);
    const bare = flat.trim();
    const asks = /[?？]\s*$/.test(sentence);
    if (noStart.test(bare) || noAnywhere.test(flat))
      return /^(?:no problem|no worries|not (?:at all|a problem)|no issues?)/.test(bare) ? (answer ?? 'yes') : 'no';
    if (answer) {
      // "Yes, but only if it is free" is no yes.
      if (answer === 'yes' && /^(?:but|if|unless|only if|lekin|agar|लेकिन|अगर|except)\s/u.test(bare)) answer = undefined;
      continue;
    }
    if ((yesStart.test(bare) && (!asks || bare.split(' ').length > 1)) || (!asks && yesAnywhere.test(flat))) {
      if (
        !conditions.test(flat) &&
        !(asks && /^(?:ok|okay|right|sure|great|good|fine|perfect)\s/.test(bare) && !/^(?:yes|yeah)/.test(bare))
      )
        answer = 'yes';
    }
  }
  return answer;
}

const ordinals: readonly (readonly [RegExp, number])[] = [
  [
    /\s(?:the )?(?:first|1st|pehla|pehli|pahla|pahli|पहला|पहलि|earliest|earlier) (?:one|slot|time|option|available|wala|wali|वाला|वालि)\s|^ (?:the )?(?:first|earliest|earlier|pehla|pehli|पहला|पहलि)(?: one| please)* $/u,
    0,
  ],
  [
    /\s(?:the )?(?:second|2nd|middle|doosra|dusra|dusri|दुसरा|दुसरि) (?:one|slot|time|option|wala|wali|वाला|वालि)\s|^ (?:the )?(?:second|middle|dusra|दुसरा)(?: one| please)* $/u,
    1,
  ],
  [/\s(?:the )?(?:third|3rd|teesra|tisra|तिसरा) (?:one|slot|time|option|wala|wali)\s|^ (?:the )?(?:third|तिसरा)(?: one| please)* $/u, 2],
  [
    /\s(?:the )?(?:last|later|latest|aakhri|akhri|आखिरि) (?:one|slot|time|option|wala|wali)\s|^ (?:the )?(?:last|later|latest)(?: one| please)* $/u,
    -1,
  ],
];

/** Of a long speech its beginning and its end: what is wished stands there, and reading more would keep others waiting. */
const LONGEST = 600;
const shortened = (text: string): string => (text.length <= LONGEST ? text : `${text.slice(0, LONGEST / 2)} … ${text.slice(-LONGEST / 2)}`);

export function understand(input: string, context: HearingContext): Heard {
  const text = tidied(shortened(input));
  const { asked } = context;
  const p = patterns();
  const flat = flatOf(text);
  const folded = foldedOf(text);
  const says = (pattern: RegExp) => pattern.test(flat) || (folded !== flat && pattern.test(folded));
  let left = text;
  const consume = (from: number, to: number) => {
    left = left.slice(0, from) + ' '.repeat(to - from) + left.slice(to);
  };

  const email = /[\p{L}\d._%+-]+@[\p{L}\d-]+(?:\.[\p{L}\d-]+)+/u.exec(text);
  if (email) consume(email.index, email.index + email[0].length);
  const code = readCode(left, context.date, asked === 'code');
  const born = asked === 'code' || /\b(?:born|birth|dob|janam|janm)\b|जन्म/iu.test(text) ? readBirth(left, context.date) : undefined;
  if (code && !(born && String(born.year) === code.code && !/\bcode\b|कोड/iu.test(text))) consume(code.from, code.to);
  const usableCode = code && born && String(born.year) === code.code && !/\bcode\b|कोड/iu.test(text) ? undefined : code;
  const phone = born
    ? undefined
    : readPhone(left, {
        country: context.country,
        today: context.date,
        due: asked === 'phone',
        ...(context.digitsBefore ? { before: context.digitsBefore } : {}),
      });
  // A name beside a telephone number is known by the number: read before its digits are taken out.
  const person = readPerson(left, asked === 'name') ?? nameInstead(left, context);
  if (phone) consume(phone.from, phone.to);
  if (person?.name && person.to > person.from) consume(person.from, person.to);

  const doctor = findDoctor(left, context.doctors, context.doctorsDue);
  if (doctor && doctor.kind !== 'none') consume(doctor.from, doctor.to);
  const departments = [...new Set(context.doctors.map((one) => one.department))];
  const department = findDepartment(left, departments, asked === 'doctor');
  const told = born
    ? noWhen
    : readWhen(left, {
        date: context.date,
        time: context.time,
        open: context.open,
        anchor: context.anchor,
        expecting: asked === 'date' ? 'date' : asked === 'time' || asked === 'choice' ? 'time' : undefined,
      });
  // Among the digits of a number that was asked for, "night" is a nine and "today" a two that were misheard, and no wish.
  const isNumber = asked === 'phone' && spoken(text).filter((word) => digitOf(word) !== undefined).length >= 4;
  const isPlain = told.date === undefined && told.time === undefined && told.dates.length + told.times.length === 0;
  const when = (isNumber && !phone?.number) || (asked === 'phone' && phone && isPlain) ? noWhen : told;
  const answer = readAnswer(text);
  const choice = asked === 'choice' || asked === 'which' ? ordinals.find(([pattern]) => pattern.test(flat))?.[1] : undefined;
  const asksStatus = says(p.status);
  const probes = says(p.probes) && !/\b(?:my|mine|mera|meri)\b/i.test(text.replace(/tell me/gi, ''));
  const intent = intentOf(says, text);
  return {
    text,
    ...(intent ? { intent } : {}),
    ...(answer ? { answer } : {}),
    drop: says(p.drop),
    when,
    ...(doctor ? { doctor } : {}),
    ...(department ? { department } : {}),
    anyDoctor: says(p.anyDoctor),
    ...(person && (person.name || person.relation) ? { person } : {}),
    ...(phone
      ? { phone: { digits: phone.digits, ...(phone.number ? { number: phone.number } : {}), ...(phone.anew ? { anew: true } : {}) } }
      : {}),
    noPhone:
      /\b(?:no|don'?t have an?|do not have an?|without an?) (?:phone|mobile|number|telephone)\b|(?:phone|mobile|number|फोन|नंबर) (?:nahi|nahin|नहीं) (?:hai|है)/iu.test(
        text,
      ),
    ...(usableCode ? { code: usableCode.code } : {}),
    ...(born ? { birth: born } : {}),
    ...(email ? { email: email[0] } : {}),
    ...(choice !== undefined ? { choice } : {}),
    sameTime: says(p.same),
    thatIsAll: says(p.all),
    asksPerson: asksForPerson(text),
    probes,
    asksStatus,
    asksRepeat: says(p.repeat),
    symptom: says(p.symptom),
    question: isQuestion(text),
    words: spoken(text).length,
  };
}

/** A bare "Rahul Devi" told before it was asked for: nothing but capitalised words, and no doctor's name. */
function nameInstead(text: string, { asked, doctors }: HearingContext): PersonHeard | undefined {
  // At the read-back it corrects the name.
  const due = asked === 'choice' || asked === 'time' || asked === 'date' || asked === 'phone';
  if (!due && !(asked === 'confirm' && readAnswer(text) === undefined)) return undefined;
  if (!/^\s*(?:\p{Lu}[\p{Ll}'’-]+[ .,]*){2,4}$/u.test(text) || findDoctor(text, doctors) !== undefined) return undefined;
  return readPerson(text, true);
}

function intentOf(says: (pattern: RegExp) => boolean, text: string): Intent | undefined {
  const p = patterns();
  const negated = /\b(?:don'?t|do not|not|never) (?:want to )?(?:cancel|reschedule|move|book)/i.test(text);
  if (!negated && says(p.reschedule)) return 'reschedule';
  if (!negated && says(p.cancel)) return 'cancel';
  if (says(p.existing)) return 'existing';
  if (says(p.doctors)) return 'doctors';
  if (says(p.hours)) return 'hours';
  if (says(p.message)) return 'message';
  if (says(p.availability)) return 'availability';
  if (!negated && says(p.book)) return 'book';
  return undefined;
}
