export interface Department {
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
}

export interface Doctor {
  readonly id: string;
  readonly name: string;
  readonly departmentId: string;
  readonly department: string;
  readonly userId: string | null;
  readonly specialties: readonly string[];
  readonly languages: readonly string[];
  readonly createdAt: number;
}
