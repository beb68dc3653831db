import Papa from 'papaparse';
import type { RegisterRow } from '../../domain/patients/register.ts';
import { AppError } from '../../shared/errors.ts';
import { patientChange } from '../schema/people.ts';
import { fromWire } from '../wire.ts';
import { fieldsOf } from '../words/field-message.ts';

/** What other systems call our columns; without spaces, marks and case. */
const names: Readonly<Record<string, string>> = {
  patientid: 'patient_id',
  name: 'name',
  fullname: 'name',
  patientname: 'name',
  patient: 'name',
  नाम: 'name',
  firstname: 'first_name',
  givenname: 'first_name',
  lastname: 'last_name',
  surname: 'last_name',
  familyname: 'last_name',
  phone: 'phone',
  phonenumber: 'phone',
  mobile: 'phone',
  mobilenumber: 'phone',
  mobileno: 'phone',
  contact: 'phone',
  contactnumber: 'phone',
  फोन: 'phone',
  फ़ोन: 'phone',
  मोबाइल: 'phone',
  email: 'email',
  emailaddress: 'email',
  dob: 'dob',
  dateofbirth: 'dob',
  birthdate: 'dob',
  जन्मतिथि: 'dob',
  birthyear: 'birth_year',
  yearofbirth: 'birth_year',
  gender: 'gender',
  sex: 'gender',
  लिंग: 'gender',
  language: 'language',
  localnumber: 'local_number',
  mrn: 'local_number',
  uhid: 'local_number',
  patientnumber: 'local_number',
  abhanumber: 'abha_number',
  abha: 'abha_number',
  address: 'address',
  पता: 'address',
  allergies: 'allergies',
  medications: 'medications',
  needs: 'needs',
  notes: 'notes',
};

const MOST_ROWS = 20_000;

/** Reads a register of patients from a CSV file: any order of columns, columns that mean nothing to us are left aside. */
export function readRegister(bytes: Uint8Array): RegisterRow[] {
  const text = decode(bytes);
  const { data, errors } = Papa.parse<string[]>(text, { skipEmptyLines: 'greedy' });
  const head = data[0]?.map(
    (cell) =>
      names[
        cell
          .normalize('NFC')
          .toLowerCase()
          .replace(/[^\p{L}\p{M}]/gu, '')
      ],
  );
  if (!head || errors.some((error) => error.type === 'Quotes')) throw unreadable('This is no table (CSV) that can be read.');
  if (!head.includes('name') && !head.includes('first_name'))
    throw unreadable('The first line must name the columns. One of them must be called name, or first_name.');
  if (data.length - 1 > MOST_ROWS) throw unreadable('These are too many lines for one file. Send it in pieces.');
  return data.slice(1).map((cells, at) => {
    const given: Record<string, unknown> = {};
    head.forEach((name, column) => {
      const cell = plain(cells[column]);
      if (name !== undefined && cell !== '' && !(name in given))
        given[name] = name === 'birth_year' ? Number(cell) : name === 'dob' ? day(cell) : cell;
    });
    const { patient_id, ...fields } = given;
    const parsed = patientChange.safeParse(fields, { reportInput: true });
    const problems = parsed.success
      ? given.name === undefined && given.first_name === undefined
        ? [{ path: 'name', message: 'A name is needed.' }]
        : []
      : fieldsOf(parsed.error.issues);
    return { line: at + 2, id: patient_id as string | undefined, patient: parsed.success ? fromWire(parsed.data) : {}, problems };
  });
}

/** An apostrophe before a formula is a spreadsheet's way of writing text; it is no part of the name. */
const plain = (cell: string | undefined) => (cell ?? '').trim().replace(/^'(?=[=+\-@])/, '');

/** Dates as registers write them: 1980-02-29, 29/02/1980, 29-2-1980, 29.02.1980. The day comes first where both could. */
function day(cell: string): string {
  const match = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/.exec(cell);
  return match ? `${match[3]}-${match[2]?.padStart(2, '0')}-${match[1]?.padStart(2, '0')}` : cell;
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder(bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'windows-1252').decode(bytes);
  }
}

function unreadable(message: string): AppError {
  return new AppError('invalid', message, { fields: [{ path: 'file', message }] });
}
