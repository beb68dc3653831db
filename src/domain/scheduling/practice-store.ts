import type { PageRequest } from '../../shared/page.ts';
import type { Department, Doctor } from './doctor.ts';

export interface PracticeStore {
  departments(page: PageRequest): Promise<readonly Department[]>;
  departmentNamed(name: string): Promise<Department | undefined>;
  insertDepartment(department: Department): Promise<void>;
  doctors(page: PageRequest): Promise<readonly Doctor[]>;
  doctor(id: string): Promise<Doctor | undefined>;
  /** The id of the doctor who signs in as this user. */
  doctorOfUser(userId: string): Promise<string | undefined>;
  insertDoctor(doctor: Doctor): Promise<void>;
  updateDoctor(doctor: Doctor): Promise<void>;
}
