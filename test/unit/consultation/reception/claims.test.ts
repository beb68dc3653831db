import { describe, expect, it } from 'vitest';
import { type Deed, unfounded } from '../../../../src/domain/consultation/reception/claims.ts';
import type { AppointmentRow, ToolName, ToolUse } from '../../../../src/domain/consultation/reception/tools.ts';

const nothing = { uses: [], done: [] };

/** Told as done, with nothing done: must not be said. */
const claims: readonly string[] = [
  'Your appointment is booked.',
  'Your appointment has been booked for tomorrow at ten.',
  'Your slot is fixed.',
  'Done, see you at ten.',
  'Done!',
  'All done.',
  "It's done.",
  'Booked!',
  'I have booked you in with Dr Rao on Monday.',
  "I've booked your appointment.",
  'I booked it for you.',
  "You're all set for Monday at 10.",
  'You are confirmed for 10 AM.',
  'Your visit is confirmed.',
  'Great, your appointment with Dr. Alexis is booked for you!',
  'I have successfully booked your appointment.',
  'Your appointment has been successfully scheduled.',
  "Don't worry, it is booked.",
  "No problem, you're booked.",
  'You are all booked.',
  'The slot is reserved for you.',
  'We have reserved the 10:30 slot for you.',
  'Your place is secured.',
  'I have put you down for Tuesday at four.',
  'I have added you to the calendar.',
  'We look forward to seeing you on Monday.',
  'See you tomorrow at ten.',
  'The doctor will see you at 10 AM on Monday.',
  'Consider it done.',
  'Consider it booked.',
  'Your booking code is 4821.',
  'Your booking is complete.',
  'The booking went through.',
  'Everything is taken care of.',
  'Okay, confirmed.',
  "It's in the calendar now.",
  "Great, I've scheduled that for you.",
  'You now have an appointment with Dr Rao on Friday.',
  'I cancelled it.',
  'I have cancelled your appointment.',
  'Your appointment has been cancelled.',
  'The appointment is now cancelled.',
  'Cancelled.',
  'Your visit on Thursday has been removed.',
  'I have moved your appointment to Wednesday.',
  'Your appointment was rescheduled to nine.',
  'It has been moved to Tuesday.',
  'Your appointment is now on Wednesday, it was changed.',
  'I sent you an email with the details.',
  'A confirmation has been sent to your phone.',
  'I have passed your message to the doctor.',
  'Your message has been given to Dr Rao.',
  'हो गया।',
  'आपका अपॉइंटमेंट बुक हो गया है।',
  'अपॉइंटमेंट कन्फर्म हो गया है।',
  'मैंने आपका अपॉइंटमेंट बुक कर दिया है।',
  'आपकी मुलाकात सोमवार को तय हो गई है।',
  'आपका अपॉइंटमेंट रद्द कर दिया गया है।',
  'रद्द हो गया।',
  'आपका समय पक्का है।',
  'अपॉइंटमेंट बदल दिया है।',
  'Aapka appointment ho gaya.',
  'aapka appointment book ho gaya hai',
  'Ho gaya ji.',
  'Maine book kar diya hai.',
  'Aapki booking confirm ho gayi hai.',
  'Slot pakka hai.',
  'Appointment radd ho gaya.',
  'Aapka appointment cancel kar diya hai.',
  'Kal das baje aa jaiye, aapka naam likh diya hai.',
  'Ji haan, ho gaya hai.',
  'Theek hai, book kar diya.',
];

/** Questions, offers, denials, read-backs, facts: must be said. */
const honest: readonly string[] = [
  'Shall I book this?',
  'Shall I book it for you on Monday at ten?',
  'Would you like me to book it?',
  'Do you want it confirmed by email?',
  'Is that correct?',
  'May I confirm the details?',
  'I can book that for you.',
  'I can book it once I have your phone number.',
  'I will book it when you say yes.',
  'I would be happy to book that.',
  'Let me check whether it can be booked.',
  'Dr Asha Rao on Monday, 23 November at 10:30 AM, for Anita Patel. Shall I book this?',
  'Nothing has been booked yet.',
  'Nothing is booked or changed.',
  'Your appointment is not booked yet.',
  'It has not been cancelled.',
  'I have not booked anything.',
  "I haven't booked it yet.",
  'I could not book that time.',
  'The appointment cannot be booked online.',
  'It is only booked after you agree.',
  'It will be booked as soon as you agree.',
  'If you agree, I will book it.',
  'Once it is booked, you get a code.',
  'When it is confirmed I will tell you.',
  'Before it is booked I need your name.',
  'That slot is already booked.',
  'The doctor is fully booked on Monday.',
  '10:00 AM on Thursday is not free.',
  'The nearest free times are 9:30 AM and 10:30 AM.',
  'There is 9:00 AM, 9:30 AM or 10:00 AM on Sunday with Dr Sharma. Which time would you like?',
  'These times are free: 9:00 AM or 10:00 AM.',
  'Which day would you like to come?',
  'What is the full name of the patient?',
  'Which phone number can we reach you on?',
  'What is the booking code?',
  'I cannot find an appointment with these details.',
  'Would you like to make, move or cancel an appointment?',
  'To cancel it I need the booking code.',
  'Do you want to cancel it?',
  'Shall I move it to Wednesday?',
  'I can move it to Wednesday if you like.',
  'I only say that it is booked when it stands in the calendar.',
  'I cannot tell whether it was booked.',
  'The calendar did not answer, so nothing was booked or changed. Shall I try again?',
  'All right, I have changed nothing.',
  'I am calling a member of the staff for you.',
  'We have Dr Asha Rao and Dr Vikram Sharma.',
  'Doctors see patients between 9:00 AM and 5:00 PM.',
  'You are welcome.',
  'Goodbye. Take care.',
  'I am sorry to hear that. Shall I find an appointment with a doctor?',
  'Please tell me the number again.',
  'Dr Rao is free on Monday at 10.',
  'I need your name before I can confirm it.',
  'I would like to confirm the following: Monday at ten?',
  'Please say yes if it should be booked.',
  'क्या मैं यह बुक कर दूँ?',
  'क्या मैं इसे रद्द कर दूँ?',
  'अभी तक कुछ बुक नहीं हुआ है।',
  'कुछ बुक या बदला नहीं गया।',
  'आप किस दिन आना चाहेंगे?',
  'यह समय खाली नहीं है।',
  'आपका फ़ोन नंबर क्या है?',
  'अगर आप हाँ कहें तो मैं बुक कर दूँगा।',
  'डॉक्टर शर्मा सोमवार को दस बजे खाली हैं।',
  'Kya main book kar doon?',
  'Abhi tak book nahi hua hai.',
  'Aap kis din aana chahenge?',
  'Aapka naam kya hai?',
  'Agar aap haan kahein to main book kar dunga.',
];

const row: AppointmentRow = {
  appointmentId: 'A-1',
  doctorId: 'd',
  doctorName: 'Dr Rao',
  department: 'Cardiology',
  date: '2026-11-23',
  time: '10:00',
  patientName: 'Anita',
  status: 'booked',
};
const used = (name: ToolName, success = true): ToolUse =>
  ({
    call: { name, arguments: {} },
    result: success ? { success: true, row } : { success: false, error_type: 'service', message: '' },
  }) as unknown as ToolUse;

describe('what may not be told as done', () => {
  it('has tables long enough to mean something', () => {
    expect(claims.length).toBeGreaterThanOrEqual(60);
    expect(honest.length).toBeGreaterThanOrEqual(60);
  });
  it.each(claims)('stops: %s', (sentence) => expect(unfounded(sentence, nothing)).not.toEqual([]));
  it.each(honest)('lets through: %s', (sentence) => expect(unfounded(sentence, nothing)).toEqual([]));

  it.each<[Deed, string, ToolName]>([
    ['booked', 'Your appointment is booked: Dr Rao on Monday at 10:00 AM.', 'book_appointment'],
    ['cancelled', 'The appointment with Dr Rao is cancelled.', 'cancel_appointment'],
    ['moved', 'I have moved your appointment to Tuesday.', 'reschedule_appointment'],
    ['sent', 'I sent you an email with the details.', 'send_appointment_email'],
    ['done', 'Done.', 'book_appointment'],
  ])('lets "%s" through where the tool did it, and not where it failed', (_, sentence, tool) => {
    expect(unfounded(sentence, { uses: [used(tool)], done: [] })).toEqual([]);
    expect(unfounded(sentence, { uses: [used(tool, false)], done: [] })).not.toEqual([]);
  });

  it('does not take one deed for another', () => {
    expect(unfounded('Your appointment is cancelled.', { uses: [used('book_appointment')], done: [] })).not.toEqual([]);
    expect(unfounded('Your appointment is booked.', { uses: [used('cancel_appointment')], done: [] })).not.toEqual([]);
    expect(unfounded('Your appointment is booked.', { uses: [used('check_appointment_availability')], done: [] })).not.toEqual([]);
  });

  it('finds the claim between honest sentences, and before a question', () => {
    expect(unfounded('Of course. Your appointment is booked. Is there anything else?', nothing)).toEqual(['Your appointment is booked.']);
    expect(unfounded('Your appointment is booked, is there anything else?', nothing)).not.toEqual([]);
    expect(unfounded('YOUR APPOINTMENT IS BOOKED', nothing)).not.toEqual([]);
  });

  it('remembers the row of an earlier turn', () => {
    expect(unfounded('Your appointment is booked.', { uses: [], done: [row] })).toEqual([]);
    expect(unfounded('Your appointment is booked.', { uses: [], done: [{ ...row, status: 'cancelled' }] })).not.toEqual([]);
  });
});
