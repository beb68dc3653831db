import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, type SeededHospital, seedHospital, startHouse, type TestHouse } from '../kit/house.ts';

/** The reception agent in the whole house: what it says, and the rows that stand afterwards. */
describe('the reception', () => {
  let house: TestHouse;
  let clinic: SeededHospital;
  let doctorId: string;
  beforeAll(async () => {
    house = await startHouse({ keepHome: true });
    clinic = await seedHospital(house, await house.login(), 'North Clinic');
    const { hospital_admin: token } = clinic.tokens;
    const made = await house.call('POST', '/api/v1/doctors', { token, body: { name: 'Dr Asha Rao', department: 'Cardiology' } });
    doctorId = made.json.doctor_id;
    const weekly = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((weekday) => ({ weekday, from: '09:00', to: '17:00' }));
    const set = await house.call('PUT', `/api/v1/doctors/${doctorId}/schedule`, { token, body: { slot_minutes: 30, weekly } });
    expect(set.status, set.text).toBeLessThan(300);
  });
  afterAll(() => house.stop());

  const begin = async (token: string | undefined) => {
    const made = await house.call('POST', '/api/v1/consultation/create', {
      token,
      body: { consultation_type: 'text', mode: 'reception', language: 'en' },
    });
    expect(made.status, made.text).toBe(201);
    const { session_id } = made.json as { session_id: string };
    return {
      session_id,
      consultation_id: made.json.consultation_id as string,
      say: async (text: string): Promise<Answer['json']> => {
        const answer = await house.call('POST', '/api/v1/conversation/message', { token, body: { session_id, text } });
        expect(answer.status, answer.text).toBe(200);
        return answer.json;
      },
    };
  };
  const rows = async (who: string) => {
    const listed = await house.call('GET', `/api/v1/appointments?from=${day(-1)}&to=${day(30)}&limit=200`, {
      token: clinic.tokens.receptionist,
    });
    return (listed.json.items as { patient_name: string; status: string; start: string; appointment_id: string }[]).filter(
      (row) => row.patient_name === who && row.status === 'booked',
    );
  };
  const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

  it('books after one read-back, shows the deed, and writes the call into the book', async () => {
    const talk = await begin(clinic.tokens.receptionist);
    const first = await talk.say(`Dr Rao on ${day(3)} at 10:30 am for Anita Patel, 98765 40037.`);
    expect(first.response).toContain('Shall I book this?');
    expect(await rows('Anita Patel')).toEqual([]);
    const second = await talk.say('Yes, please.');
    expect(second).toMatchObject({ answered_by: 'rules', trivial: false });
    const [row] = await rows('Anita Patel');
    expect(second.response).toContain('10:30 AM');
    expect(
      second.tool_calls.map(({ name, result }: { name: string; result: { success: boolean } }) => `${name}:${result.success}`),
    ).toEqual(['book_appointment:true', 'log_call_information:true']);
    expect(second.tool_calls[0].result.appointment_details).toMatchObject({
      appointment_id: row?.appointment_id,
      doctor_id: doctorId,
      status: 'booked',
    });
    const calls = await house.call('GET', '/api/v1/calls', { token: clinic.tokens.receptionist });
    expect(calls.json.items.find((call: { session_id: string }) => call.session_id === talk.session_id)).toMatchObject({
      call_type: 'appointment_booking',
      customer_name: 'Anita Patel',
      caller_phone: '+919876540037',
      doctor_enquired: 'Dr Asha Rao',
    });
  });

  it('says a tool call in the stream before the words', async () => {
    const talk = await begin(clinic.tokens.receptionist);
    const answer = await house.call('POST', '/api/v1/conversation/message', {
      token: clinic.tokens.receptionist,
      headers: { accept: 'text/event-stream' },
      body: { session_id: talk.session_id, text: `Is Dr Rao free on ${day(4)} at 11 am?` },
    });
    expect(answer.text).toMatch(/event: tool_call\ndata: \{"name":"check_appointment_availability"[\s\S]*event: delta/);
  });

  it('offers other times where the desk was quicker between the read-back and the yes', async () => {
    const talk = await begin(clinic.tokens.receptionist);
    await talk.say(`Dr Rao on ${day(5)} at 10 am for Kiran Shah, 98765 40038.`);
    const taken = await house.call('POST', '/api/v1/appointments/book', {
      token: clinic.tokens.receptionist,
      body: { patient_name: 'Edwin Burde', phone: '98765 40039', doctor_id: doctorId, appointment_date: day(5), appointment_time: '10:00' },
    });
    expect(taken.status, taken.text).toBe(201);
    const reply = await talk.say('Yes');
    expect(reply.response).toContain('is not free. The nearest free times are');
    expect(reply.tool_calls[0]).toMatchObject({
      name: 'book_appointment',
      result: { success: false, error_type: 'conflict', available: false },
    });
    expect(await rows('Kiran Shah')).toEqual([]);
    await talk.say('10:30 please');
    await talk.say('Yes');
    expect(await rows('Kiran Shah')).toHaveLength(1);
  });

  it('lets a patient move their own appointment, and hear of nobody else', async () => {
    const me = (await house.call('GET', '/api/v1/auth/me', { token: clinic.tokens.patient })).json;
    const own = await house.call('POST', '/api/v1/appointments/book', {
      token: clinic.tokens.receptionist,
      body: { patient_id: me.patient_id, doctor_id: doctorId, appointment_date: day(6), appointment_time: '12:00' },
    });
    expect(own.status, own.text).toBe(201);
    const talk = await begin(clinic.tokens.patient);
    expect((await talk.say('Cancel the appointment of Anita Patel with Dr Rao')).response).not.toContain('10:30');
    const other = await begin(clinic.tokens.patient);
    expect((await other.say('Who has an appointment with Dr Rao this week?')).response).not.toMatch(/anita|kiran/i);
    const moving = await begin(clinic.tokens.patient);
    expect((await moving.say(`Can we move my appointment to ${day(7)} at 2 pm?`)).response).toContain('Shall I move it?');
    expect((await moving.say('Yes')).response).toContain('2:00 PM');
    const moved = await house.call('GET', `/api/v1/appointments/${own.json.appointment_details.appointment_id}`, {
      token: clinic.tokens.receptionist,
    });
    expect(moved.json.start ?? moved.json.appointment_details?.start).toContain(day(7));
  });

  it('calls a person who is asked for, and says so to the desk', async () => {
    const talk = await begin(clinic.tokens.patient);
    const reply = await talk.say('I want to speak to a person, please.');
    expect(reply.tool_calls).toEqual([{ name: 'transfer_to_person', arguments: { reason: 'asked' }, result: { success: true } }]);
    const calls = await house.call('GET', '/api/v1/calls', { token: clinic.tokens.receptionist });
    expect(calls.json.items.find((call: { session_id: string }) => call.session_id === talk.session_id)).toMatchObject({
      status: 'transferred',
    });
  });

  it('puts an emergency before any appointment', async () => {
    const talk = await begin(clinic.tokens.patient);
    await talk.say(`Dr Rao on ${day(8)} at 9 am`);
    const reply = await talk.say('I have a strong pain in my chest and my left arm feels numb.');
    expect(reply.red_flag.code).toBe('chest_pain');
    expect(reply.tool_calls).toEqual([]);
  });

  it('goes on after a restart where it stopped, and forgets when the conversation ends', async () => {
    const talk = await begin(clinic.tokens.receptionist);
    await talk.say(`Dr Rao on ${day(9)} at 3 pm for Lila Bose, 98765 40040.`);
    const { home } = house;
    await house.stop();
    house = await startHouse({ home });
    const token = clinic.tokens.receptionist;
    const answer = await house.call('POST', '/api/v1/conversation/message', { token, body: { session_id: talk.session_id, text: 'Yes' } });
    expect(answer.json.response, answer.text).toContain('Your appointment is booked');
    expect(await rows('Lila Bose')).toHaveLength(1);
    const read = await house.call('GET', `/api/v1/consultations/${talk.consultation_id}`, { token });
    expect(read.text).toContain('for Lila Bose');
  });
});
