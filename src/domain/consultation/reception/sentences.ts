import { dayOf, minutesOf, monthOf, weekdayOf } from './calendar-day.ts';
import type { Relation } from './person-name.ts';
import type { AppointmentRow, Slot } from './tools.ts';
import type { PartOfDay } from './when-words.ts';

/**
 * Everything the reception says by rule, in English and Hindi. A sentence that tells a deed takes the row of that deed and nothing else: there
 * is no way to say "booked" without one.
 */
export interface Sentences {
  readonly greet: string;
  readonly askTask: string;
  readonly more: string;
  readonly youAreWelcome: string;
  readonly goodbye: string;
  askDoctor(doctors: readonly { name: string; department: string }[]): string;
  askWhichDoctor(names: readonly string[]): string;
  noSuchDoctor(names: readonly string[]): string;
  noSuchDepartment(departments: readonly string[]): string;
  understoodDoctor(name: string): string;
  readonly askDate: string;
  askWhichDay(dates: readonly string[]): string;
  readonly noSuchDay: string;
  readonly dayIsOver: string;
  readonly askTime: string;
  askWhichTime(times: readonly string[]): string;
  askName(relation: Relation | undefined): string;
  readonly askPhone: string;
  phoneIncomplete(digits: string): string;
  readonly phoneWrong: string;
  /** Free times that may be chosen; on several days they are told with their days. */
  offer(slots: readonly Slot[], wished?: { doctorName?: string | undefined; date?: string | undefined }): string;
  taken(time: string, date: string, slots: readonly Slot[]): string;
  noneFree(part: PartOfDay | undefined): string;
  isFree(slot: Slot): string;
  readonly suits: string;
  availability(slots: readonly Slot[]): string;
  confirmBooking(slot: Slot, name: string, phone: string | undefined): string;
  confirmCancel(row: AppointmentRow): string;
  confirmMove(row: AppointmentRow, to: Slot): string;
  readonly askChange: string;
  readonly nothingDone: string;
  booked(row: AppointmentRow): string;
  cancelled(row: AppointmentRow): string;
  moved(row: AppointmentRow): string;
  appointments(rows: readonly AppointmentRow[]): string;
  which(rows: readonly AppointmentRow[]): string;
  readonly askProof: string;
  readonly askAppointmentName: string;
  readonly notFound: string;
  readonly noneOfYours: string;
  theOnes(rows: readonly AppointmentRow[]): string;
  readonly meanThat: string;
  readonly onlyForYou: string;
  readonly onlyOwn: string;
  readonly statusNothing: string;
  statusOf(row: AppointmentRow): string;
  readonly notUnderstood: string;
  readonly unknownHere: string;
  readonly sorryToHear: string;
  readonly calling: string;
  readonly nobodyThere: string;
  readonly failed: string;
  readonly unsure: string;
  refused(message: string): string;
  readonly askAgain: string;
  readonly stillThere: string;
  doctors(list: readonly { name: string; department: string }[]): string;
  hours(open: { from: string; to: string } | undefined): string;
  readonly askMessage: string;
  confirmMessage(text: string, name: string, phone: string): string;
  readonly messageKept: string;
}

const weekdayNames = {
  en: ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'],
  hi: ['रविवार', 'सोमवार', 'मंगलवार', 'बुधवार', 'गुरुवार', 'शुक्रवार', 'शनिवार'],
} as const;
const monthNames = {
  en: 'January February March April May June July August September October November December'.split(' '),
  hi: 'जनवरी फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर'.split(' '),
} as const;

type Tongue = 'en' | 'hi';
export const dayIn = (tongue: Tongue, date: string): string =>
  `${weekdayNames[tongue][weekdayOf(date)]}${tongue === 'en' ? ',' : ''} ${dayOf(date)} ${monthNames[tongue][monthOf(date) - 1]}`;

export function timeIn(tongue: Tongue, time: string): string {
  const minutes = minutesOf(time);
  const hour = Math.floor(minutes / 60);
  const clock = `${hour % 12 === 0 ? 12 : hour % 12}:${time.slice(3)}`;
  if (tongue === 'en') return `${clock} ${hour < 12 ? 'AM' : 'PM'}`;
  const part = hour < 4 ? 'रात' : hour < 12 ? 'सुबह' : hour < 16 ? 'दोपहर' : hour < 20 ? 'शाम' : 'रात';
  return `${part} ${clock} बजे`;
}

const listed = (parts: readonly string[], or: string) =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} ${or} ${parts.at(-1)}`;
const unique = <T>(all: readonly T[]): T[] => [...new Set(all)];

/** Free times as one phrase: what they have in common is told once. */
function timesOf(
  tongue: Tongue,
  slots: readonly Slot[],
  known: { doctorName?: string | undefined; date?: string | undefined } = {},
): string {
  const oneDay = unique(slots.map(({ date }) => date)).length === 1;
  const oneDoctor = unique(slots.map(({ doctorId }) => doctorId)).length === 1;
  const or = tongue === 'en' ? 'or' : 'या';
  const each = slots.map((slot) => {
    const who = oneDoctor ? '' : tongue === 'en' ? ` with ${slot.doctorName}` : ` (${slot.doctorName})`;
    const day = oneDay ? '' : tongue === 'en' ? ` on ${dayIn('en', slot.date)}` : '';
    return tongue === 'en'
      ? `${timeIn('en', slot.time)}${day}${who}`
      : `${oneDay ? '' : `${dayIn('hi', slot.date)} को `}${timeIn('hi', slot.time)}${who}`;
  });
  const first = slots[0];
  if (!first) return '';
  const doctor = oneDoctor && known.doctorName !== first.doctorName ? first.doctorName : '';
  const day = oneDay ? first.date : '';
  return tongue === 'en'
    ? `${listed(each, or)}${day ? ` on ${dayIn('en', day)}` : ''}${doctor ? ` with ${doctor}` : ''}`
    : `${doctor ? `${doctor} के साथ ` : ''}${day ? `${dayIn('hi', day)} को ` : ''}${listed(each, or)}`;
}

const doctorsEn = (list: readonly { name: string; department: string }[]) =>
  listed(
    list.slice(0, 6).map(({ name, department }) => `${name} (${department})`),
    'and',
  );
/** A number as it is read back: in the groups of its country, without the code where it is the usual one. */
export const phoneAloud = (number: string): string => (/^\+91\d{10}$/.test(number) ? `${number.slice(3, 8)} ${number.slice(8)}` : number);
const whenEn = ({ date, time }: { date: string; time: string }) => `${dayIn('en', date)} at ${timeIn('en', time)}`;
const whenHi = ({ date, time }: { date: string; time: string }) => `${dayIn('hi', date)} को ${timeIn('hi', time)}`;

const english: Sentences = {
  greet: 'Hello. How can I help you?',
  askTask: 'Would you like to make, move or cancel an appointment?',
  more: 'Is there anything else?',
  youAreWelcome: 'You are welcome.',
  goodbye: 'Goodbye. Take care.',
  askDoctor: (doctors) =>
    doctors.length > 0 && doctors.length <= 6
      ? `We have ${doctorsEn(doctors)}. Which doctor or department would you like to see?`
      : 'Which doctor or department would you like to see?',
  askWhichDoctor: (names) => `There is more than one: ${listed(names, 'and')}. Which doctor would you like to see?`,
  noSuchDoctor: (names) =>
    names.length === 0
      ? 'I find no doctor of that name here. Which doctor or department would you like to see?'
      : `I find no doctor of that name here. We have ${listed(names.slice(0, 6), 'and')}. Which doctor would you like to see?`,
  noSuchDepartment: (departments) =>
    departments.length === 0
      ? 'We do not have that department. Which doctor would you like to see?'
      : `We do not have that department. We have ${listed(departments.slice(0, 8), 'and')}. Which department would you like?`,
  understoodDoctor: (name) => `I understood ${name}.`,
  askDate: 'Which day would you like to come?',
  askWhichDay: (dates) =>
    `Which day do you mean: ${listed(
      dates.map((date) => dayIn('en', date)),
      'or',
    )}?`,
  noSuchDay: 'There is no such day in the calendar.',
  dayIsOver: 'That day is over.',
  askTime: 'At what time would you like to come?',
  askWhichTime: (times) =>
    `At which time do you mean: ${listed(
      times.map((time) => timeIn('en', time)),
      'or',
    )}?`,
  askName: (relation) => (relation ? `What is the full name of your ${relation}?` : 'What is the full name of the patient?'),
  askPhone: 'Which phone number can we reach you on?',
  phoneIncomplete: (digits) => `So far I have ${digits.split('').join(' ')}. What is the rest of the number?`,
  phoneWrong: 'That does not make a whole phone number. Could you tell me the number again, please?',
  offer: (slots, wished) =>
    slots.length === 1
      ? `There is ${timesOf('en', slots, wished)}. Would that time suit you?`
      : `There is ${timesOf('en', slots, wished)}. Which time would you like?`,
  taken: (time, date, slots) =>
    slots.length > 0
      ? `${timeIn('en', time)} on ${dayIn('en', date)} is not free. The nearest free times are ${timesOf('en', slots)}. Which time would you like?`
      : `${timeIn('en', time)} on ${dayIn('en', date)} is not free, and I find no other time near it. Which other day would you like?`,
  noneFree: (part) =>
    part
      ? `I find nothing free then in the ${part}. Which other day or time would you like?`
      : 'I find nothing free then. Which other day would you like?',
  isFree: (slot) => `${slot.doctorName} is free on ${whenEn(slot)}.`,
  suits: 'Would that time suit you?',
  availability: (slots) => `These times are free: ${timesOf('en', slots)}. Which time would you like, if any?`,
  confirmBooking: (slot, name, phone) =>
    `${slot.doctorName}, ${slot.department}, on ${whenEn(slot)}, for ${name}${phone ? `, reached on ${phoneAloud(phone)}` : ''}. Shall I book this?`,
  confirmCancel: (row) => `${row.doctorName} on ${whenEn(row)}, for ${row.patientName}. Shall I cancel it?`,
  confirmMove: (row, to) =>
    `${row.doctorName} on ${whenEn(row)}, to ${whenEn(to)}${to.doctorId === row.doctorId ? '' : ` with ${to.doctorName}`}. Shall I move it?`,
  askChange: 'What should be different: the doctor, the day, the time or the name?',
  nothingDone: 'All right, I have changed nothing.',
  booked: (row) =>
    `Your appointment is booked: ${row.doctorName} on ${whenEn(row)}, for ${row.patientName}.${row.bookingCode ? ` The booking code is ${row.bookingCode.split('').join(' ')}.` : ''}`,
  cancelled: (row) => `The appointment with ${row.doctorName} on ${whenEn(row)} is cancelled.`,
  moved: (row) => `The appointment is now booked with ${row.doctorName} on ${whenEn(row)}.`,
  appointments: (rows) =>
    rows.length === 1 && rows[0]
      ? `There is one appointment: ${rows[0].doctorName} on ${whenEn(rows[0])}, for ${rows[0].patientName}.`
      : `There are ${rows.length}: ${rows.map((row) => `${row.doctorName} on ${whenEn(row)}`).join('; ')}.`,
  which: (rows) =>
    `There are ${rows.length} appointments: ${rows.map((row) => `${row.doctorName} on ${whenEn(row)}`).join('; ')}. Which of them do you mean?`,
  askProof: 'What is the booking code? If you do not have it, please tell me the date of birth of the patient.',
  askAppointmentName: 'What is the full name of the patient?',
  notFound: 'I cannot find an appointment with these details.',
  noneOfYours: 'I find no appointment of yours like that.',
  theOnes: (rows) => `I do not find that one. There is ${rows.map((row) => `${row.doctorName} on ${whenEn(row)}`).join('; ')}.`,
  meanThat: 'Do you mean this one?',
  onlyForYou: 'I can make appointments only for you yourself here.',
  onlyOwn: 'I can only speak with each patient about their own visits, so I cannot tell you that.',
  statusNothing: 'Nothing has been booked or changed in this conversation yet. I tell you only what stands in the calendar.',
  statusOf: (row) => `In the calendar stands: ${row.doctorName} on ${whenEn(row)}, ${row.status}.`,
  notUnderstood: 'I am sorry, I did not understand that.',
  unknownHere: 'I do not know that here; the staff can tell you.',
  sorryToHear: 'I am sorry to hear that. Shall I find an appointment with a doctor?',
  calling: 'I am calling a member of the staff for you. Please stay here for a moment.',
  nobodyThere: 'I cannot reach anybody of the staff just now. Please come to the desk or call again a little later.',
  failed: 'The calendar did not answer, so nothing was booked or changed. Shall I try again?',
  unsure: 'The calendar did not answer in time, and I cannot tell whether it went through.',
  refused: () => 'I could not do this, and nothing was booked or changed.',
  askAgain: 'Shall I try again?',
  stillThere: 'Are you still there?',
  doctors: (list) => `We have ${doctorsEn(list)}.`,
  hours: (open) =>
    open
      ? `Doctors see patients between ${timeIn('en', open.from)} and ${timeIn('en', open.to)}.`
      : 'I do not know the opening hours here; the staff can tell you.',
  askMessage: 'What is the message?',
  confirmMessage: (text, name, phone) => `From ${name}, ${phoneAloud(phone)}: “${text}”. Shall I write this down for the staff?`,
  messageKept: 'I have written down your message, and the staff will see it.',
};

const relationHi: Readonly<Record<Relation, string>> = {
  daughter: 'आपकी बेटी',
  son: 'आपके बेटे',
  child: 'बच्चे',
  wife: 'आपकी पत्नी',
  husband: 'आपके पति',
  mother: 'आपकी माँ',
  father: 'आपके पिता',
  brother: 'आपके भाई',
  sister: 'आपकी बहन',
  friend: 'आपके दोस्त',
};
const doctorsHi = (list: readonly { name: string; department: string }[]) =>
  listed(
    list.slice(0, 6).map(({ name, department }) => `${name} (${department})`),
    'और',
  );
const partHi: Readonly<Record<PartOfDay, string>> = { morning: 'सुबह', afternoon: 'दोपहर में', evening: 'शाम को', night: 'रात को' };

const hindi: Sentences = {
  greet: 'नमस्ते। मैं आपकी क्या मदद करूँ?',
  askTask: 'क्या आप अपॉइंटमेंट लेना, बदलना या रद्द करना चाहते हैं?',
  more: 'और कुछ?',
  youAreWelcome: 'आपका स्वागत है।',
  goodbye: 'नमस्ते, अपना ध्यान रखिए।',
  askDoctor: (doctors) =>
    doctors.length > 0 && doctors.length <= 6
      ? `हमारे यहाँ ${doctorsHi(doctors)} हैं। आप किस डॉक्टर या विभाग में दिखाना चाहेंगे?`
      : 'आप किस डॉक्टर या विभाग में दिखाना चाहेंगे?',
  askWhichDoctor: (names) => `इस नाम के एक से ज़्यादा हैं: ${listed(names, 'और')}। आप किस डॉक्टर को दिखाना चाहेंगे?`,
  noSuchDoctor: (names) =>
    names.length === 0
      ? 'इस नाम के डॉक्टर यहाँ नहीं मिले। आप किस डॉक्टर या विभाग में दिखाना चाहेंगे?'
      : `इस नाम के डॉक्टर यहाँ नहीं मिले। हमारे यहाँ ${listed(names.slice(0, 6), 'और')} हैं। आप किस डॉक्टर को दिखाना चाहेंगे?`,
  noSuchDepartment: (departments) =>
    departments.length === 0
      ? 'वह विभाग हमारे यहाँ नहीं है। आप किस डॉक्टर को दिखाना चाहेंगे?'
      : `वह विभाग हमारे यहाँ नहीं है। हमारे यहाँ ${listed(departments.slice(0, 8), 'और')} हैं। आपको कौन सा विभाग चाहिए?`,
  understoodDoctor: (name) => `मैंने ${name} समझा।`,
  askDate: 'आप किस दिन आना चाहेंगे?',
  askWhichDay: (dates) =>
    `आप कौन सा दिन कह रहे हैं: ${listed(
      dates.map((date) => dayIn('hi', date)),
      'या',
    )}?`,
  noSuchDay: 'कैलेंडर में ऐसा कोई दिन नहीं है।',
  dayIsOver: 'वह दिन बीत चुका है।',
  askTime: 'आप कितने बजे आना चाहेंगे?',
  askWhichTime: (times) =>
    `आप कौन सा समय कह रहे हैं: ${listed(
      times.map((time) => timeIn('hi', time)),
      'या',
    )}?`,
  askName: (relation) => (relation ? `${relationHi[relation]} का पूरा नाम क्या है?` : 'मरीज़ का पूरा नाम क्या है?'),
  askPhone: 'आपका फ़ोन नंबर क्या है?',
  phoneIncomplete: (digits) => `अब तक मुझे ${digits.split('').join(' ')} मिला है। बाकी नंबर क्या है?`,
  phoneWrong: 'यह पूरा फ़ोन नंबर नहीं है। कृपया नंबर फिर से बताइए।',
  offer: (slots, wished) =>
    slots.length === 1
      ? `${timesOf('hi', slots, wished)} खाली है। क्या यह समय चलेगा?`
      : `ये समय खाली हैं: ${timesOf('hi', slots, wished)}। आपको कौन सा समय चाहिए?`,
  taken: (time, date, slots) =>
    slots.length > 0
      ? `${whenHi({ date, time })} का समय खाली नहीं है। सबसे पास के खाली समय हैं: ${timesOf('hi', slots)}। आपको कौन सा समय चाहिए?`
      : `${whenHi({ date, time })} का समय खाली नहीं है, और पास में कोई दूसरा समय भी नहीं है। आप और किस दिन आना चाहेंगे?`,
  noneFree: (part) =>
    part ? `तब ${partHi[part]} कोई समय खाली नहीं है। आपको और कौन सा दिन या समय चाहिए?` : 'तब कोई समय खाली नहीं है। आप और किस दिन आना चाहेंगे?',
  isFree: (slot) => `${slot.doctorName} ${whenHi(slot)} खाली हैं।`,
  suits: 'क्या यह समय चलेगा?',
  availability: (slots) => `ये समय खाली हैं: ${timesOf('hi', slots)}। अगर चाहिए तो आपको कौन सा समय चाहिए?`,
  confirmBooking: (slot, name, phone) =>
    `${slot.doctorName}, ${slot.department}, ${whenHi(slot)}, ${name} के लिए${phone ? `, संपर्क ${phoneAloud(phone)}` : ''}। क्या मैं यह बुक कर दूँ?`,
  confirmCancel: (row) => `${row.doctorName} के साथ ${whenHi(row)}, ${row.patientName} के लिए। क्या मैं इसे रद्द कर दूँ?`,
  confirmMove: (row, to) =>
    `${row.doctorName} के साथ ${whenHi(row)} से ${whenHi(to)}${to.doctorId === row.doctorId ? '' : `, ${to.doctorName} के साथ`}। क्या मैं इसे बदल दूँ?`,
  askChange: 'क्या बदलना है: डॉक्टर, दिन, समय या नाम?',
  nothingDone: 'ठीक है, मैंने कुछ नहीं बदला।',
  booked: (row) =>
    `आपका अपॉइंटमेंट बुक हो गया है: ${row.doctorName}, ${whenHi(row)}, ${row.patientName} के लिए।${row.bookingCode ? ` बुकिंग कोड ${row.bookingCode.split('').join(' ')} है।` : ''}`,
  cancelled: (row) => `${row.doctorName} के साथ ${whenHi(row)} का अपॉइंटमेंट रद्द हो गया है।`,
  moved: (row) => `अपॉइंटमेंट अब ${row.doctorName} के साथ ${whenHi(row)} बुक हो गया है।`,
  appointments: (rows) =>
    rows.length === 1 && rows[0]
      ? `एक अपॉइंटमेंट है: ${rows[0].doctorName}, ${whenHi(rows[0])}, ${rows[0].patientName} के लिए।`
      : `${rows.length} अपॉइंटमेंट हैं: ${rows.map((row) => `${row.doctorName}, ${whenHi(row)}`).join('; ')}।`,
  which: (rows) => `${rows.length} अपॉइंटमेंट हैं: ${rows.map((row) => `${row.doctorName}, ${whenHi(row)}`).join('; ')}। आप किसकी बात कर रहे हैं?`,
  askProof: 'बुकिंग कोड क्या है? अगर कोड नहीं है तो कृपया मरीज़ की जन्म तारीख बताइए।',
  askAppointmentName: 'मरीज़ का पूरा नाम क्या है?',
  notFound: 'इन बातों से मुझे कोई अपॉइंटमेंट नहीं मिला।',
  noneOfYours: 'आपका ऐसा कोई अपॉइंटमेंट मुझे नहीं मिला।',
  theOnes: (rows) => `वह मुझे नहीं मिला। यह है: ${rows.map((row) => `${row.doctorName}, ${whenHi(row)}`).join('; ')}।`,
  onlyForYou: 'मैं यहाँ सिर्फ़ आपके अपने लिए समय ले सकता हूँ।',
  meanThat: 'क्या आप इसी की बात कर रहे हैं?',
  onlyOwn: 'मैं हर मरीज़ से सिर्फ़ उनकी अपनी मुलाकातों की बात कर सकता हूँ, इसलिए यह नहीं बता सकता।',
  statusNothing: 'इस बातचीत में अभी तक कुछ बुक या बदला नहीं गया है। मैं वही बताता हूँ जो कैलेंडर में लिखा है।',
  statusOf: (row) => `कैलेंडर में लिखा है: ${row.doctorName}, ${whenHi(row)}, ${row.status === 'cancelled' ? 'रद्द' : 'तय'}।`,
  notUnderstood: 'माफ़ कीजिए, मैं समझ नहीं पाया।',
  unknownHere: 'यह मुझे यहाँ पता नहीं है; कर्मचारी बता सकते हैं।',
  sorryToHear: 'यह सुनकर दुख हुआ। क्या मैं डॉक्टर से मिलने का समय देखूँ?',
  calling: 'मैं आपके लिए किसी कर्मचारी को बुला रहा हूँ। कृपया थोड़ी देर यहीं रुकें।',
  nobodyThere: 'अभी कोई कर्मचारी नहीं मिल रहा। कृपया काउंटर पर आइए या थोड़ी देर बाद फिर बात कीजिए।',
  failed: 'कैलेंडर से जवाब नहीं मिला, इसलिए कुछ बुक या बदला नहीं गया। क्या मैं फिर कोशिश करूँ?',
  unsure: 'कैलेंडर से समय पर जवाब नहीं मिला, और मैं नहीं बता सकता कि यह हुआ या नहीं।',
  refused: () => 'मैं यह नहीं कर पाया, और कुछ बुक या बदला नहीं गया।',
  askAgain: 'क्या मैं फिर कोशिश करूँ?',
  stillThere: 'क्या आप वहाँ हैं?',
  doctors: (list) => `हमारे यहाँ ${doctorsHi(list)} हैं।`,
  hours: (open) =>
    open
      ? `डॉक्टर ${timeIn('hi', open.from)} से ${timeIn('hi', open.to)} के बीच मरीज़ देखते हैं।`
      : 'खुलने का समय मुझे यहाँ पता नहीं है; कर्मचारी बता सकते हैं।',
  askMessage: 'संदेश क्या है?',
  confirmMessage: (text, name, phone) => `${name}, ${phoneAloud(phone)} की ओर से: “${text}”। क्या मैं इसे कर्मचारियों के लिए लिख दूँ?`,
  messageKept: 'मैंने आपका संदेश लिख लिया है, और कर्मचारी इसे देखेंगे।',
};

export const sentencesIn = (language: string): Sentences => (language.toLowerCase().startsWith('hi') ? hindi : english);
