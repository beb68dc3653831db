/** Does somebody ask for a person instead of the machine? Pure; English, Hindi in Devanagari and romanised. */
const someone = String.raw`(?:a |an |the |any |some |your |real |actual |live |human |member of (?:the )?)*(?:person|people|human|human being|somebody|someone|somebody else|staff|nurse|doctor|receptionist|reception|operator|agent|front desk|desk|attendant|manager)`;
const english = [
  new RegExp(String.raw`\b(?:talk|speak|speaking|talking|chat)\s+(?:to|with)\s+${someone}\b`, 'i'),
  new RegExp(String.raw`\b(?:connect|transfer|put|pass|hand)\s+me\s+(?:over\s+|through\s+)*(?:to|with)\s+${someone}\b`, 'i'),
  new RegExp(String.raw`^\W*(?:please\s+|can you\s+|could you\s+)*(?:get|call|fetch|bring|send)\s+(?:me\s+)?${someone}\b`, 'i'),
  /\b(?:person|human|somebody|someone)\s+(?:that\s+|who\s+|whom\s+)?i\s+can\s+(?:talk|speak)\s+(?:to|with)\b/i,
  /^\W*(?:a\s+)?(?:real\s+)?(?:human|person|operator|receptionist)(?:\s+please)?\W*$/i,
  /\b(?:don'?t|do not)\s+want\s+to\s+(?:talk|speak)\s+(?:to|with)\s+(?:a|this|the)\s+(?:machine|robot|bot|computer)\b/i,
];
const person = '(?:इंसान|इन्सान|आदमी|व्यक्ति|कर्मचारी|स्टाफ़|स्टाफ|नर्स|डॉक्टर|डाक्टर|रिसेप्शन|रिसेप्शनिस्ट|किसी)';
const hindi = [
  new RegExp(String.raw`${person}(?:\s+(?:साहब|जी))?\s+से\s+(?:ही\s+)?बात\s+(?:करनी|करना|करवा|करा|करूँ|करूंगा|करूँगा|करूँगी|हो\s+सक)`, 'u'),
  new RegExp(String.raw`${person}\s+को\s+(?:बुला|भेज)`, 'u'),
];
const romanPerson = '(?:insaan|insan|aadmi|vyakti|karmchari|staff|nurse|doctor|reception|receptionist|kisi)';
const romanised = [
  new RegExp(String.raw`\b${romanPerson}\s+se\s+(?:hi\s+)?baat\s+(?:karni|karna|karwa|kara|karun|karoon|karunga|karungi)`, 'i'),
  new RegExp(String.raw`\b${romanPerson}\s+ko\s+(?:bula|bhej)`, 'i'),
];

/** What was done already, what others did, and what is only asked about, is no wish. */
const told =
  /\b(?:talked|spoke|spoken|said|told|yesterday|last\s+(?:week|month|time)|when should|should i|do not want to talk to (?:any|no))/i;

export function asksForPerson(text: string): boolean {
  const clean = text.normalize('NFC').replace(/\s+/g, ' ').slice(0, 600);
  if (told.test(clean)) return false;
  return [...english, ...hindi, ...romanised].some((pattern) => pattern.test(clean));
}
