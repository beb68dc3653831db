import { describe, expect, it } from 'vitest';
import { asksForPerson } from '../../../src/domain/consultation/handover.ts';
import { trivialReply } from '../../../src/domain/consultation/trivial.ts';

describe('small talk', () => {
  it.each([
    'ok',
    'Okay.',
    'thank you',
    'Thank you!',
    'hmm',
    'thanks a lot doctor',
    'ok, thank you',
    'Yes',
    'haan',
    'haan ji',
    'achha',
    'theek hai',
    'जी',
    'धन्यवाद',
    'ठीक है डॉक्टर साहब',
    'नमस्ते',
    'Hmmm…',
    'OK OK',
    'no thanks',
  ])('is answered in the language of the session: %s', (text) => {
    expect(trivialReply(text, 'en')).toMatch(/^[A-Z][\w ,.?]+$/);
    expect(trivialReply(text, 'hi')).toMatch(/\p{Script=Devanagari}{2}/u);
  });
  it.each([
    'ok but my chest hurts',
    'Ok, but I have had a headache since Monday.',
    'yes I have a fever',
    'no blood',
    'thank you, and what about the tablets?',
    'haan par bukhar hai',
    'जी मुझे बुखार है',
    'ok?',
    'doctor',
    'please',
    '',
    '...',
    '👍',
    'good morning I cannot breathe',
    'yes '.repeat(30),
  ])('ends where somebody says more: %s', (text) => expect(trivialReply(text, 'en')).toBeUndefined());
});

describe('the wish for a person', () => {
  it.each([
    'I want to talk to a person, please.',
    'Please let me speak to somebody of the staff.',
    'can I talk to a human',
    'connect me to the receptionist',
    'I would like to speak with a real doctor',
    'get me a nurse please',
    'transfer me to someone',
    'call a nurse',
    'is there a person I can talk to?',
    "I don't want to talk to a machine",
    'let me talk to the doctor',
    'human please',
    'put me through to the front desk',
    'मुझे किसी इंसान से बात करनी है',
    'डॉक्टर से बात करवाइए',
    'कृपया किसी कर्मचारी को बुलाइए',
    'मुझे नर्स से बात करनी है',
    'kisi insaan se baat karni hai',
    'mujhe doctor se baat karni hai',
    'staff ko bulao',
  ])('is heard: %s', (text) => expect(asksForPerson(text)).toBe(true));

  it.each([
    'I talked to the doctor yesterday',
    'My doctor said I should rest',
    'The nurse gave me an injection',
    'a person in my family has diabetes',
    'I do not want to talk to anybody',
    'I have pain when I talk',
    'Is the doctor available on Monday?',
    'what does the staff do at night',
    'my father spoke to the receptionist last week',
    'Can I take paracetamol?',
    'The human body is strange',
    'when should I call a doctor about a fever?',
    'डॉक्टर ने दवा दी थी',
    'नर्स ने सुई लगाई',
    'मैंने कल डॉक्टर से बात की थी',
    'doctor ne dawai di thi',
    'maine kal doctor se baat ki thi',
  ])('is not read into: %s', (text) => expect(asksForPerson(text)).toBe(false));
});
