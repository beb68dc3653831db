import { describe, expect, it } from 'vitest';
import { type Found, findDepartment, findDoctor } from '../../../../src/domain/consultation/reception/names.ts';
import { readPerson } from '../../../../src/domain/consultation/reception/person-name.ts';

const doctors = [
  ['Dr Asha Rao', 'Cardiology'],
  ['Dr Vikram Sharma', 'Dermatology'],
  ['Dr Neha Patel', 'Ophthalmology'],
  ['Dr Sunil Verma', 'Paediatrics'],
  ['Dr Kwame Mensah', 'Orthopaedics'],
  ['Dr Fatima Sheikh', 'Dentistry'],
].map(([name = '', department = ''], index) => ({ id: String(index), name, department }));
const twoRaos = [...doctors, { id: '9', name: 'Dr Anil Rao', department: 'Neurology' }];

const shown = <T extends { name: string } | string>(found: Found<T> | undefined): string => {
  if (!found) return '-';
  const name = (one: T) => (typeof one === 'string' ? one : one.name);
  if (found.kind === 'several') return `several ${found.among.map(name).join(', ')}`;
  return found.kind === 'none' ? 'none' : `${found.kind} ${name(found.one)}`;
};

const said: readonly (readonly [string, string])[] = [
  ['with Dr Rao tomorrow', 'exact Dr Asha Rao'],
  ['Dr. Rao', 'exact Dr Asha Rao'],
  ['DOCTOR RAO', 'exact Dr Asha Rao'],
  ['doctor row', 'closest Dr Asha Rao'],
  ['dr roa', 'closest Dr Asha Rao'],
  ['Doctor Rau please', 'closest Dr Asha Rao'],
  ['डॉक्टर राव', 'closest Dr Asha Rao'],
  ['डॉ. राव', 'closest Dr Asha Rao'],
  ['Dr Asha', 'exact Dr Asha Rao'],
  ['Dr Asha Rao on Friday', 'exact Dr Asha Rao'],
  ['Dr. Vikram Sharma', 'exact Dr Vikram Sharma'],
  ['dr sharma', 'exact Dr Vikram Sharma'],
  ['dr shrama', 'closest Dr Vikram Sharma'],
  ['DOCTOR SHARMER', 'closest Dr Vikram Sharma'],
  ['doctor shar ma', 'exact Dr Vikram Sharma'],
  ['डॉक्टर शर्मा से मिलना है', 'exact Dr Vikram Sharma'],
  ['doctor charma', 'closest Dr Vikram Sharma'],
  ['Dr Patel ko dikhana hai', 'exact Dr Neha Patel'],
  ['डॉक्टर पटेल को दिखाना है', 'exact Dr Neha Patel'],
  ['dr patil', 'closest Dr Neha Patel'],
  ['doctor battle', 'closest Dr Neha Patel'],
  ['Doctor Verma', 'exact Dr Sunil Verma'],
  ['dr varma', 'closest Dr Sunil Verma'],
  ['dr burma', 'closest Dr Sunil Verma'],
  ['Dr Mensah', 'exact Dr Kwame Mensah'],
  ['DOCTOR MENSA', 'exact Dr Kwame Mensah'],
  ['doctor sheik', 'exact Dr Fatima Sheikh'],
  ['Dr Shaikh', 'closest Dr Fatima Sheikh'],
  ['daktar sahab', '-'],
  ['Doctor Kapoor please', 'none'],
  ['Dr Johnson', 'none'],
  ['I need a doctor', '-'],
  ['which doctor is free on Monday', '-'],
  ['my name is Meera Patel', '-'],
  ['I am Anita Sharma', '-'],
  ['Rao', 'exact Dr Asha Rao'],
  ['with Sharma, please', 'exact Dr Vikram Sharma'],
  ['not Dr Rao, Dr Sharma', 'exact Dr Vikram Sharma'],
  ['I want Dr Sharma, not Dr Rao', 'exact Dr Vikram Sharma'],
];

const departments: readonly (readonly [string, string])[] = [
  ['I would like to see a cardiologist', 'exact Cardiology'],
  ['heart specialist', 'exact Cardiology'],
  ['dil ka doctor', 'exact Cardiology'],
  ['skin doctor', 'exact Dermatology'],
  ['somebody in dermatology', 'exact Dermatology'],
  ['DERMATOLOGIST', 'exact Dermatology'],
  ['त्वचा विभाग', 'exact Dermatology'],
  ['the eye doctor', 'exact Ophthalmology'],
  ['aankh ke doctor', 'exact Ophthalmology'],
  ['आँखों के डॉक्टर', 'exact Ophthalmology'],
  ['bachchon ka doctor', 'exact Paediatrics'],
  ['बच्चों के डॉक्टर', 'exact Paediatrics'],
  ['a pediatrician', 'exact Paediatrics'],
  ['my bones doctor', 'exact Orthopaedics'],
  ['haddi wale doctor', 'exact Orthopaedics'],
  ['orthopedic', 'exact Orthopaedics'],
  ['a dentist', 'exact Dentistry'],
  ['daant ka doctor', 'exact Dentistry'],
  ['the psychiatrist', 'none'],
  ['I have a pain in my heart', '-'],
  ['my child is ill', '-'],
  ['at ten on Monday', '-'],
];

const persons: readonly (readonly [string, string, boolean?])[] = [
  ['My name is Anita Patel.', 'Anita Patel'],
  ['MY NAME IS ANITA PATEL', 'Anita Patel'],
  ['my name is anita patel and my number is 98765', 'Anita Patel'],
  ['It is John Mensah', 'John Mensah', true],
  ["I'm Ben", 'Ben'],
  ['I am Meera Nair, phone 9876540037.', 'Meera Nair'],
  ['This is Grace Okafor, 9876540037.', 'Grace Okafor'],
  ['make it half past three, and the name is Grace Okafor.', 'Grace Okafor'],
  ['Dr Rao on the 26th at 10 am please. Kiran Shah, 98765 40037.', 'Kiran Shah'],
  ['Dr Rao on Friday at 3 pm for Tarun Reddy, 9876540037', 'Tarun Reddy'],
  ['Mera naam Rekha Gupta hai', 'Rekha Gupta'],
  ['मेरा नाम अनीता पटेल है', 'अनीता पटेल'],
  ['main Ravi bol raha hoon', 'Ravi'],
  ['Neha Mathur', 'Neha Mathur', true],
  ['NEHA MATHUR', 'Neha Mathur', true],
  ['Yes its Ben, i would like it asap please', 'Ben', true],
  ['the patient is Omar Khan', 'Omar Khan'],
  ['R A O', 'Rao', true],
  ['John Mensah, M E N S A H', 'John Mensah', true],
  ['Grace Okafo, O K A F O R', 'Grace Okafor', true],
  ['Anita Patel speaking', 'Anita Patel'],
  ['Mrs Lila Bose', 'Lila Bose', true],
  ['an appointment for my son John', 'John son'],
  ['I need an appointment for my daughter.', 'daughter'],
  ['meri beti ke liye', 'daughter'],
  ['मेरे पति के लिए', 'husband'],
  ['I am not sure', '-', true],
  ['i am sick', '-'],
  ['I am the administrator. Mark it as booked', '-'],
  ['I am calling about my visit', '-'],
  ['Any doctor', '-', true],
  ['Your appointment is booked', '-', true],
  ['my name is booked confirmed', '-'],
  ['tomorrow at ten', '-', true],
  ['yes please', '-', true],
  ['what is the fee?', '-', true],
];

describe('doctors, as they are heard', () => {
  it('has tables long enough to mean something', () => expect(said.length + departments.length).toBeGreaterThanOrEqual(60));
  it.each(said)('%s', (text, expected) => expect(shown(findDoctor(text, doctors))).toBe(expected));
  it('asks where two have the name, and not where the first name tells', () => {
    expect(shown(findDoctor('Dr Rao', twoRaos))).toBe('several Dr Asha Rao, Dr Anil Rao');
    expect(shown(findDoctor('Dr Anil Rao', twoRaos))).toBe('exact Dr Anil Rao');
    expect(shown(findDoctor('doctor asha rao on friday', twoRaos))).toBe('exact Dr Asha Rao');
  });
  it('takes a bare name where one was asked for', () => {
    expect(shown(findDoctor('sharma', doctors, true))).toBe('exact Dr Vikram Sharma');
    expect(shown(findDoctor('shrama', doctors, true))).toBe('closest Dr Vikram Sharma');
    expect(shown(findDoctor('no idea', doctors, true))).toBe('-');
  });
});

describe('departments, as people call them', () => {
  const names = doctors.map(({ department }) => department);
  it.each(departments)('%s', (text, expected) => expect(shown(findDepartment(text, names))).toBe(expected));
  it('takes the part of the body where a department was asked for', () => {
    expect(shown(findDepartment('skin', names, true))).toBe('exact Dermatology');
    expect(shown(findDepartment('आँख', names, true))).toBe('exact Ophthalmology');
  });
});

describe('names of people', () => {
  it.each(persons.map(([text, expected, due = false]) => ({ text, expected, due })))('$text', ({ text, expected, due }) => {
    const person = readPerson(text, due);
    expect([person?.name, person?.relation].filter(Boolean).join(' ') || '-').toBe(expected);
  });
});
