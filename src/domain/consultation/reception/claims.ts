import { plainForm, readWords } from '../../../shared/language/read-words.ts';
import { once } from '../meaning/once.ts';
import type { AppointmentRow, ToolName, ToolUse } from './tools.ts';

/**
 * Does a sentence tell a deed as done? In English, Hindi and Hindi in Latin letters. What a model wrote, or a table of sentences, is held against
 * what the tools of this turn really did: a claim without its deed is never said. Questions, offers, wishes, conditions and denials claim nothing. Pure.
 */
export type Deed = 'booked' | 'cancelled' | 'moved' | 'sent' | 'noted' | 'done';

export interface Claims {
  /** Of this turn. */
  readonly uses: readonly ToolUse[];
  /** Rows that stand since earlier turns. */
  readonly done: readonly AppointmentRow[];
}

/** The sentences of `text` that claim what nothing here supports. */
export function unfounded(text: string, { uses, done }: Claims): string[] {
  const succeeded = new Set<ToolName>(uses.filter(({ result }) => result.success).map(({ call }) => call.name));
  const standing = done.filter(({ status }) => status !== 'cancelled').length > 0;
  const founded: Readonly<Record<Deed, boolean>> = {
    booked: succeeded.has('book_appointment') || succeeded.has('reschedule_appointment') || standing,
    cancelled: succeeded.has('cancel_appointment') || done.some(({ status }) => status === 'cancelled'),
    moved: succeeded.has('reschedule_appointment') || standing,
    sent: succeeded.has('send_appointment_email'),
    noted: succeeded.has('log_call_information'),
    done: succeeded.has('book_appointment') || succeeded.has('cancel_appointment') || succeeded.has('reschedule_appointment'),
  };
  return sentencesOf(text).filter((sentence) => claimsIn(sentence).some((deed) => !founded[deed]));
}

const sentencesOf = (text: string): string[] =>
  text.split(/(?<!\b(?:Dr|Mr|Mrs|Ms|Prof|St|डॉ)\.)(?<=[.!?।\n])\s+|\n+/u).filter((sentence) => sentence.trim() !== '');

/** What one sentence claims to have been done. */
export function claimsIn(sentence: string): Deed[] {
  // A question that begins with "Done!" has its claim in another sentence: "Done, anything else?" is split at its comma.
  const parts = /[?？]\s*$/.test(sentence) ? sentence.split(/(?<=[,;:—–-])\s+/u).slice(0, -1) : [sentence];
  return [...new Set(parts.flatMap(claimsOf))];
}

const flatten = (text: string): string =>
  ` ${readWords(text)
    .map((word) => word.plain + (word.mark === 'comma' || word.mark === 'stop' ? ' ,' : ''))
    .join(' ')} `;

const reading = (source: string) =>
  new RegExp(source.replace(/[\p{Script=Devanagari}]+/gu, (word) => plainForm(word)).replace(/_/g, ' '), 'u');

const rules = once(() => {
  const be =
    '(?:is|are|was|were|been|has been|have been|got|gets|its|thats|youre|now|all|successfully|already|just|been successfully|status)';
  const booked =
    '(?:booked|confirmed|scheduled|reserved|secured|arranged|fixed|made|set|registered|locked in|blocked|entered|finalised|finalized|in place|in the calendar|in the book|on the books|on the calendar|in the system|on the list|pencilled in|penciled in|taken care of|through|all yours|sorted)';
  const thing =
    '(?:appointment|appointments|slot|visit|booking|place|time|consultation|checkup|meeting|reservation|request|everything|it|this|that|you|seat|mulakat)';
  return {
    /** Whatever stands before a claim in the same clause and takes it back. */
    denied: reading(
      `_(?:not|never|nothing|none|no|cannot|cant|couldnt|could not|didnt|isnt|arent|wasnt|hasnt|havent|havent|wont|unable|until|unless|without|nobody|failed to|yet to be|to be|can be|could be|will be|would be|would have|should be|may be|might be|must be|needs to be|need to be|has to be|want|wants|like|if|once|when|whether|before|after|as soon as|shall|should|wish|please|lets|let me|let us|going to|about to|trying to|try to|try|able to|able|only|fully|नहीं|nahi|nahin|nai|अभी तक|agar|अगर|yadi|यदि|jab|जब|tab|तब|kya|क्या|chahte|चाहते|chahenge|चाहेंगे|hone ke baad|होने के बाद|taki|mat|मत|बिना|bina|pehle se|पहले से)_`,
    ),
    booked: [
      reading(`_${thing}(?: \\S+){0,7} ${be} (?:now |been |just |all |successfully |already |hereby |also )*${booked}_`),
      reading(
        `_(?:i|we|ive|weve|i have|we have)(?: \\S+){0,2} (?:booked|scheduled|reserved|confirmed|fixed|arranged|secured|made|put|got|set up|set|blocked|locked|added|entered|registered|signed|pencilled|penciled|noted)(?: \\S+){0,4} (?:you|your|it|that|this|appointment|slot|time|visit|booking|place|in|calendar|down)_`,
      ),
      reading(
        `_(?:you are|youre|you have been|youve been) (?:now |all |successfully |officially |already )*(?:booked|confirmed|scheduled|set|in|registered|good to go|on the list|down|sorted|expected)_`,
      ),
      reading(
        `_(?:youve|you have|you now have|you have got) (?:got )?(?:an?|your|the) (?:\\S+ ){0,2}(?:appointment|slot|booking|visit|reservation)(?: \\S+){0,4} (?:with|on|at|for|tomorrow|today|monday|tuesday|wednesday|thursday|friday|saturday|sunday)_`,
      ),
      reading(
        `^ (?:ok |okay |great |perfect |sure |yes |good |wonderful |excellent |, )*(?:booked|confirmed|scheduled|reserved|all set|all booked|success|booking confirmed|booking successful|appointment confirmed|appointment booked|successfully (?:booked|scheduled|confirmed)|consider it (?:booked|done|confirmed)|youre set|you are set)_`,
      ),
      reading(
        `_(?:see you|we will see you|well see you|looking forward to seeing you|we look forward to seeing you|the doctor will see you|is expecting you|expects you|will be expecting you|look forward to your visit|be here|come)(?: \\S+){0,6} (?:at|on|tomorrow|today|then|monday|tuesday|wednesday|thursday|friday|saturday|sunday|visit)_`,
      ),
      reading(`_your (?:booking|confirmation|reference|appointment) (?:code|number|id|reference) is_`),
      reading(
        `_(?:booking|appointment|reservation) (?:is )?(?:complete|completed|successful|went through|has gone through)_|_went through_|_has gone through_|_consider it (?:booked|done|confirmed|cancelled)_|_its a (?:date|deal|booking)_|_(?:its|it is)(?: now| all)? in the (?:calendar|book|system|diary|schedule)_`,
      ),
      reading(
        `_(?:aapka|apka|aapki|apki|aapke|apke|आपका|आपकी|आपके|appointment|अपॉइंटमेंट|slot|booking|बुकिंग|mulakat|मुलाकात|samay|समय|time|naam|नाम|yeh|ye|यह|स्लॉट)(?: \\S+){0,8} (?:ho gaya|ho gayi|ho gaye|ho gya|hogaya|ho chuka|ho chuki|ho chuke|kar diya|kar di|kar dia|kar liya|kar li|likh diya|likh liya|de diya|mil gaya|mil gayi|lag gaya|lag gayi|hua|हो गया|हो गई|हो गए|हो चुका|हो चुकी|कर दिया|कर दी|कर लिया|कर ली|लिख दिया|लिख लिया|दे दिया|मिल गया|मिल गई|लग गया|लग गई)_`,
      ),
      reading(
        `_(?:book|buk|बुक|confirm|कन्फर्म|कंफर्म|fix|फिक्स|pakka|pakki|पक्का|पक्की|tay|तय|schedule|reserve) (?:ho gaya|ho gayi|ho gya|hogaya|ho chuka|ho chuki|kar diya|kar di|kar dia|kar liya|hai|हो गया|हो गई|हो चुका|हो चुकी|कर दिया|कर दी|कर लिया|है|he)_`,
      ),
      reading(
        `_(?:maine|hamne|humne|मैंने|हमने)(?: \\S+){0,6} (?:book|buk|बुक|confirm|fix|पक्का|pakka|likh|लिख|rakh|रख) (?:kar |कर )?(?:diya|di|liya|li|दिया|दी|लिया|ली)_`,
      ),
      reading(
        `_(?:kal|aaj|कल|आज|parson|परसों|baje|बजे|subah|सुबह|sham|शाम)(?: \\S+){0,4} (?:milte hain|milenge|aa jaiye|aa jaiyega|pahunch jaiye|pahunch jaiyega|मिलते हैं|आ जाइए|आ जाइएगा|पहुँच जाइए|पहुंच जाइएगा|aapka intezar|आपका इंतज़ार)_`,
      ),
    ],
    cancelled: [
      reading(
        `_${thing}(?: \\S+){0,7} ${be} (?:now |been |just |all |successfully |already )*(?:cancelled|canceled|deleted|removed|called off|gone|dropped|withdrawn)_`,
      ),
      reading(
        `_(?:i|we|ive|weve|i have|we have)(?: \\S+){0,2} (?:cancelled|canceled|deleted|removed|dropped|called off|taken off|withdrawn)_`,
      ),
      reading(
        `^ (?:ok |okay |great |sure |yes |, )*(?:cancelled|canceled|cancellation (?:is )?(?:complete|confirmed|successful|done))_|_successfully (?:cancelled|canceled)_|_cancellation (?:is|has been|was) (?:complete|confirmed|successful|done)_|_you no longer have (?:an|the|that) (?:appointment|visit)_`,
      ),
      reading(
        `_(?:radd|rad|cancel|रद्द|कैंसल|कैंसिल) (?:ho gaya|ho gayi|ho gya|hogaya|ho chuka|ho chuki|kar diya|kar di|kar dia|हो गया|हो गई|हो चुका|हो चुकी|कर दिया|कर दी|कर दिया गया|है)_|_(?:hata diya|हटा दिया|hata di|हटा दी)_`,
      ),
    ],
    moved: [
      reading(
        `_${thing}(?: \\S+){0,7} ${be} (?:now |been |just |all |successfully |already )*(?:moved|rescheduled|changed|shifted|postponed|brought forward|rebooked)_`,
      ),
      reading(
        `_(?:i|we|ive|weve|i have|we have)(?: \\S+){0,2} (?:moved|rescheduled|changed|shifted|postponed|rebooked)(?: \\S+){0,3} (?:it|you|your|appointment|visit|that|this|booking|to)_`,
      ),
      reading(`^ (?:ok |okay |great |sure |yes |, )*(?:moved|rescheduled|changed|shifted)_|_successfully (?:moved|rescheduled|changed)_`),
      reading(`_(?:badal|बदल|shift|शिफ्ट|move|reschedule|aage|आगे) (?:kar |कर )?(?:diya|di|gaya|gayi|दिया|दी|गया|गई)_`),
    ],
    sent: [
      reading(
        `_(?:i|we|ive|weve|i have|we have|confirmation|email|e mail|mail|message|sms|text)(?: \\S+){0,6} (?:sent|emailed|mailed|texted|messaged)_|_(?:email|mail|message|मेल|ईमेल|संदेश)(?: \\S+){0,4} (?:bhej diya|bhej di|भेज दिया|भेज दी)_`,
      ),
    ],
    noted: [
      reading(
        `_(?:i|we|ive|weve|i have|we have) (?:just |already )?(?:passed|given|forwarded|left|taken|written down|recorded|told)(?: \\S+){0,4} (?:message|doctor|note|staff|complaint)_|_(?:your )?message (?:has been|is|was) (?:passed|given|forwarded|recorded|taken|delivered|noted)_`,
      ),
    ],
    done: [
      reading(
        `^ (?:ok |okay |great |perfect |sure |yes |alright |all right |right |there |, )*(?:done|all done|its done|it is done|thats done|that is done|finished|completed|taken care of|its all done|there you go|sorted|all sorted|its through)_`,
      ),
      reading(
        `_(?:its|it is|thats|that is|everything is|all is|that has been|it has been|all of it is) (?:now |all |just |already )*(?:done|finished|completed|taken care of|sorted|settled)_`,
      ),
      reading(
        `^ (?:जी |ji |haan |हाँ |ठीक है |theek hai |lijiye |लीजिए |bas |बस |accha |अच्छा |, )*(?:ho gaya|ho gayi|ho gya|hogaya|kar diya|kar dia|हो गया|हो गई|कर दिया|कर दी)_`,
      ),
      reading(`_(?:kaam|काम|sab|सब) (?:ho gaya|ho gya|हो गया)_`),
    ],
  };
});

function claimsOf(part: string): Deed[] {
  const flat = flatten(part);
  const { denied, ...claims } = rules();
  const deeds: Deed[] = [];
  for (const [deed, patterns] of Object.entries(claims) as [Deed, readonly RegExp[]][])
    for (const pattern of patterns) {
      const found = pattern.exec(flat);
      if (!found) continue;
      // What denies it stands in the same clause: "Don't worry, it is booked" is a claim.
      const start = flat.lastIndexOf(' , ', found.index + 1);
      const clause = flat.slice(
        start < 0 ? 0 : start + 2,
        found.index + found[0].length + (/[\u0900-\u097f]|\b(?:diya|gaya|gayi|di)\b/u.test(found[0]) ? 8 : 0),
      );
      const own = ` ${clause.replace(/ ,/g, ' ').trim()} `;
      if (denied.test(own)) continue;
      // "That time is already booked": by somebody, and not for whom it is told.
      if (deed === 'booked' && / (?:already|fully|all) booked /.test(own) && !/ (?:you|your|youre|youve) /.test(own)) continue;
      deeds.push(deed);
      break;
    }
  return deeds;
}
