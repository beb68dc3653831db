import type { Role } from '../../domain/access/caller.ts';
import type { HospitalInput } from '../../domain/access/hospitals.ts';

/** The two made-up hospitals and who works there. Nobody here exists. */
export interface Clinic {
  /** Ends every sign-in name of the clinic: `nurse@<short>.example`. */
  readonly short: string;
  readonly hospital: HospitalInput;
  readonly staff: readonly { readonly role: Role; readonly login: string; readonly name: readonly [string, string] }[];
  readonly doctors: readonly {
    readonly login: string;
    readonly name: readonly [string, string];
    readonly department: string;
    readonly specialties: readonly string[];
    readonly languages: readonly string[];
  }[];
  readonly firstNames: readonly [string, ...string[]];
  readonly lastNames: readonly [string, ...string[]];
  readonly streets: readonly [string, ...string[]];
  readonly languages: readonly [string, ...string[]];
  /** The beginning of numbers that ring nowhere: set aside for stories, or never given out; two digits are added. */
  readonly phones: string;
}

export const clinics: readonly Clinic[] = [
  {
    short: 'saffron',
    hospital: {
      hospitalName: 'Saffron Clinic (demo)',
      hospitalEmail: 'desk@saffron.example',
      settings: {
        timeZone: 'Asia/Kolkata',
        languages: ['hi', 'en'],
        defaultLanguage: 'hi',
        currency: 'INR',
        defaultCountry: 'IN',
        emergencyNumbers: { general: '112', ambulance: '108', mentalHealth: '14416' },
        allowSignup: true,
      },
    },
    staff: [
      { role: 'hospital_admin', login: 'admin', name: ['Meera', 'Kulkarni'] },
      { role: 'nurse', login: 'nurse', name: ['Sunita', 'Pawar'] },
      { role: 'nurse', login: 'nurse2', name: ['Joseph', 'Minj'] },
      { role: 'receptionist', login: 'reception', name: ['Farhan', 'Shaikh'] },
      { role: 'trainee', login: 'trainee', name: ['Nandini', 'Bose'] },
    ],
    doctors: [
      {
        login: 'dr.rao',
        name: ['Asha', 'Rao'],
        department: 'General Medicine',
        specialties: ['general practice'],
        languages: ['en', 'hi'],
      },
      { login: 'dr.iyer', name: ['Karthik', 'Iyer'], department: 'Paediatrics', specialties: ['paediatrics'], languages: ['en', 'hi'] },
      {
        login: 'dr.khan',
        name: ['Sara', 'Khan'],
        department: 'Gynaecology',
        specialties: ['gynaecology', 'obstetrics'],
        languages: ['en', 'hi'],
      },
      { login: 'dr.desai', name: ['Vivek', 'Desai'], department: 'Orthopaedics', specialties: ['orthopaedics'], languages: ['en', 'hi'] },
    ],
    firstNames: [
      'Anita',
      'Ramesh',
      'Lakshmi',
      'Imran',
      'Pooja',
      'Suresh',
      'Kavita',
      'Arjun',
      'Fatima',
      'Deepak',
      'Savita',
      'Manoj',
      'Gurpreet',
      'Rekha',
      'Vijay',
    ],
    lastNames: ['Sharma', 'Patil', 'Nair', 'Ansari', 'Gupta', 'Joshi', 'Reddy', 'Singh', 'Das', 'Mehta', 'Yadav', 'Fernandes'],
    streets: ['Lane 4, Shivaji Nagar', 'Flat 12, Sai Residency', 'House 7, Gandhi Road', 'Room 3, Station Road', 'Ward 9, Old Town'],
    languages: ['hi', 'hi', 'en'],
    phones: '+9155500001',
  },
  {
    short: 'riverside',
    hospital: {
      hospitalName: 'Riverside Practice (demo)',
      hospitalEmail: 'desk@riverside.example',
      settings: {
        timeZone: 'Europe/London',
        languages: ['en'],
        defaultLanguage: 'en',
        currency: 'USD',
        defaultCountry: 'GB',
        emergencyNumbers: { general: '999', mentalHealth: '116123' },
      },
    },
    staff: [
      { role: 'hospital_admin', login: 'admin', name: ['Helen', 'Marsh'] },
      { role: 'nurse', login: 'nurse', name: ['Grace', 'Okafor'] },
      { role: 'receptionist', login: 'reception', name: ['Tom', 'Ellis'] },
      { role: 'trainee', login: 'trainee', name: ['Maya', 'Lindqvist'] },
    ],
    doctors: [
      {
        login: 'dr.hughes',
        name: ['Owen', 'Hughes'],
        department: 'General Practice',
        specialties: ['general practice'],
        languages: ['en'],
      },
      { login: 'dr.chen', name: ['Lily', 'Chen'], department: "Children's Health", specialties: ['paediatrics'], languages: ['en'] },
      { login: 'dr.novak', name: ['Petra', 'Novak'], department: "Women's Health", specialties: ['gynaecology'], languages: ['en'] },
    ],
    firstNames: [
      'Alice',
      'George',
      'Priya',
      'Daniel',
      'Sofia',
      'Harry',
      'Amara',
      'Liam',
      'Chloe',
      'Samuel',
      'Ivy',
      'Oliver',
      'Zainab',
      'Peter',
    ],
    lastNames: ['Walker', 'Bennett', 'Shah', 'Murphy', 'Clarke', 'Adeyemi', 'Evans', 'Wright', 'Kowalski', 'Turner', 'Hall'],
    streets: ['3 Mill Lane', '18 Station Road', '7 Church Street', '22 Park View', '5 The Green'],
    languages: ['en'],
    phones: '+4477009001',
  },
];
