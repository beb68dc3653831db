import type { Generated } from 'kysely';

/** The tables, for Kysely, in camelCase (its plugin says them to SQLite in snake_case). Times are integer milliseconds UTC; `json` columns are text; truth is 0 or 1. */
export interface Tables {
  platformSettings: { key: string; value: string };
  hospitals: {
    id: string;
    name: string;
    email: string | null;
    adminContact: string | null;
    settings: string;
    createdAt: number;
    updatedAt: number;
  };
  logins: { login: string; userId: string; hospitalId: string };
  users: {
    id: string;
    hospitalId: string;
    role: string;
    email: string | null;
    username: string | null;
    phone: string | null;
    firstName: string;
    lastName: string;
    gender: string | null;
    dob: string | null;
    address: string | null;
    language: string | null;
    passwordHash: string | null;
    passwordExpiresAt: number | null;
    active: number;
    createdAt: number;
    updatedAt: number;
  };
  sessions: {
    id: string;
    hospitalId: string;
    userId: string;
    createdAt: number;
    expiresAt: number;
    revokedAt: number | null;
  };
  refreshTokens: {
    tokenHash: string;
    sessionId: string;
    createdAt: number;
    expiresAt: number;
    usedAt: number | null;
    successorHash: string | null;
  };
  apiKeys: {
    id: string;
    hospitalId: string;
    name: string;
    scopes: string;
    prefix: string;
    keyHash: string;
    createdBy: string;
    createdAt: number;
    expiresAt: number | null;
    revokedAt: number | null;
  };
  loginWaits: { subject: string; failures: number; lastFailedAt: number; waitUntil: number };
  knownDevices: { deviceHash: string; userId: string; seenAt: number };
  hospitalRoles: { id: string; hospitalId: string; roleName: string; parentId: string | null; createdAt: number };
  userHospitalRoles: { hospitalId: string; userId: string; roleId: string };
  departments: { id: string; hospitalId: string; name: string; createdAt: number };
  doctors: {
    id: string;
    hospitalId: string;
    name: string;
    departmentId: string;
    userId: string | null;
    specialties: string;
    languages: string;
    createdAt: number;
  };
  patients: {
    id: string;
    hospitalId: string;
    firstName: string;
    lastName: string;
    email: string | null;
    dob: string | null;
    birthYear: number | null;
    gender: string | null;
    language: string | null;
    guardianId: string | null;
    localNumber: string | null;
    abhaNumber: string | null;
    address: string | null;
    preferredDoctorId: string | null;
    allergies: string | null;
    medications: string | null;
    needs: string | null;
    notes: string | null;
    userId: string | null;
    createdAt: number;
    updatedAt: number;
  };
  patientPhones: { hospitalId: string; patientId: string; number: string; whose: string | null };
  auditEntries: {
    hospitalId: string;
    seq: number;
    id: string;
    eventType: string;
    action: string;
    entityType: string;
    entityId: string | null;
    patientId: string | null;
    actor: string;
    actorRole: string;
    via: string;
    requestId: string;
    at: number;
    payloadHash: string;
    hash: string;
  };
  auditPayloads: { hospitalId: string; id: string; payload: string };
  auditHeads: { hospitalId: string; seq: number; hash: string };
  onceResults: { userId: string; key: string; fingerprint: string; result: string; createdAt: number };
  jobs: {
    id: string;
    hospitalId: string;
    kind: string;
    payload: string;
    status: string;
    progressDone: number;
    progressTotal: number;
    progressUnit: string;
    result: string | null;
    error: string | null;
    attempt: number;
    leaseUntil: number | null;
    runAfter: number;
    cancelAsked: number;
    createdBy: string;
    createdAt: number;
    updatedAt: number;
  };
  notices: {
    id: string;
    hospitalId: string;
    type: string;
    data: string;
    audience: string;
    createdAt: number;
    ackedAt: number | null;
    ackedBy: string | null;
    escalatedAt: number | null;
  };
  consultations: {
    id: string;
    hospitalId: string;
    patientId: string | null;
    doctorId: string | null;
    ownerId: string;
    specialty: string | null;
    type: string;
    mode: string;
    language: string;
    scenario: string | null;
    sensitivity: string;
    status: string;
    createdAt: number;
    endedAt: number | null;
  };
  consultationSessions: {
    id: string;
    hospitalId: string;
    consultationId: string;
    type: string;
    startedAt: number;
    endedAt: number | null;
    totalTokens: number;
    totalCalls: number;
    receptionState: string | null;
  };
  messages: {
    id: string;
    hospitalId: string;
    consultationId: string;
    sessionId: string;
    sender: string;
    senderId: string;
    text: string;
    language: string;
    answeredBy: string | null;
    abstained: number;
    trivial: number;
    demonstration: number;
    interrupted: number;
    sources: string;
    redFlag: string | null;
    transcript: string | null;
    metrics: string | null;
    processingMs: number;
    createdAt: number;
    toolCalls: string;
  };
  redFlags: {
    id: string;
    hospitalId: string;
    consultationId: string;
    messageId: string;
    code: string;
    severity: string;
    language: string;
    matched: string;
    advice: string;
    createdAt: number;
  };
  inaccuracyReports: {
    id: string;
    hospitalId: string;
    messageId: string;
    reason: string;
    correction: string | null;
    status: string;
    createdBy: string;
    createdAt: number;
  };
  usageRows: {
    id: string;
    hospitalId: string;
    purpose: string;
    use: string;
    engine: string;
    model: string;
    local: number;
    units: string;
    startedAt: number;
    ms: number;
    firstMs: number | null;
    status: string;
    requestId: string;
    sessionId: string | null;
    doctorId: string | null;
    patientId: string | null;
  };
  secondFactors: {
    hospitalId: string;
    userId: string;
    sealedSecret: string;
    beganAt: number;
    confirmedAt: number | null;
    lastStep: number;
  };
  recoveryCodes: { hospitalId: string; userId: string; codeHash: string };
  consents: {
    id: string;
    hospitalId: string;
    patientId: string;
    purposes: string;
    givenBy: string;
    how: string;
    language: string;
    textVersion: string;
    givenAt: number;
    recordedBy: string;
    withdrawnAt: number | null;
    withdrawnBy: string | null;
  };
  legalHolds: {
    id: string;
    hospitalId: string;
    patientId: string;
    reason: string;
    setBy: string;
    setAt: number;
    liftedAt: number | null;
    liftedBy: string | null;
  };
  deletions: {
    id: string;
    hospitalId: string;
    kind: string;
    cause: string;
    entityType: string;
    entityId: string;
    patientId: string | null;
    items: number;
    madeAt: number;
    deletedAt: number;
  };
  calls: {
    id: string;
    hospitalId: string;
    sessionId: string;
    consultationId: string;
    startedAt: number;
    endedAt: number | null;
    callerPhone: string | null;
    customerName: string | null;
    customerEmail: string | null;
    customerType: string;
    patientId: string | null;
    language: string;
    callType: string;
    departmentEnquired: string | null;
    doctorEnquired: string | null;
    status: string;
    outcome: string | null;
    filedAt: number | null;
  };
  mergedPatients: { hospitalId: string; id: string; intoId: string; mergedAt: number; mergedBy: string };
  doomedFiles: { hospitalId: string; fileKey: string };
  schedules: { hospitalId: string; doctorId: string; schedule: string; updatedBy: string; updatedAt: number };
  appointments: {
    id: string;
    hospitalId: string;
    doctorId: string;
    patientId: string | null;
    status: string;
    startsAt: number;
    endsAt: number;
    busyUntil: number;
    timeZone: string;
    bookingCode: string | null;
    email: string | null;
    notes: string | null;
    sequence: number;
    holdHash: string | null;
    holdUntil: number | null;
    madeBy: string;
    createdAt: number;
    updatedAt: number;
  };
  outbox: {
    /** In the order in which they were written. */
    place: Generated<number>;
    id: string;
    hospitalId: string;
    kind: string;
    channel: string;
    event: string;
    key: string;
    lane: string;
    appointmentId: string | null;
    patientId: string | null;
    recipient: string;
    content: string | null;
    status: string;
    attempts: number;
    nextAt: number | null;
    leaseUntil: number | null;
    error: string | null;
    answer: number | null;
    expiresAt: number | null;
    createdAt: number;
    updatedAt: number;
    sentAt: number | null;
  };
  channels: {
    hospitalId: string;
    kind: string;
    settings: string;
    sealedSecret: string | null;
    updatedBy: string;
    updatedAt: number;
  };
  calendarFeeds: { hospitalId: string; doctorId: string; token: string; showsNames: number; madeBy: string; madeAt: number };
  appointmentEvents: {
    id: string;
    hospitalId: string;
    appointmentId: string;
    step: string;
    at: number;
    by: string;
    fromStartsAt: number | null;
    fromDoctorId: string | null;
    reason: string | null;
  };
  queueDays: { hospitalId: string; day: string; lastToken: number };
  queueEntries: {
    id: string;
    hospitalId: string;
    day: string;
    tokenNumber: number;
    patientId: string;
    doctorId: string | null;
    departmentId: string;
    appointmentId: string | null;
    appointmentAt: number | null;
    priority: number;
    status: string;
    joinedAt: number;
    callId: string | null;
    calledAt: number | null;
    endedAt: number | null;
    madeBy: string;
  };
  documents: {
    id: string;
    hospitalId: string;
    title: string;
    fileName: string;
    kind: string;
    language: string;
    tags: string;
    sha256: string;
    bytes: number;
    fileKey: string;
    pages: number | null;
    unreadPages: string;
    chunks: number;
    status: string;
    error: string | null;
    replaces: string | null;
    jobId: string;
    createdBy: string;
    createdAt: number;
    updatedAt: number;
  };
  chunks: {
    hospitalId: string;
    documentId: string;
    place: number;
    id: string;
    text: string;
    page: number | null;
    headings: string;
    tableHead: string | null;
    language: string;
    start: number;
    end: number;
  };
  removedDocuments: { hospitalId: string; documentId: string };
  knowledgeVersions: { hospitalId: string; version: number };
}

/**
 * To whom a table's rows belong. `hospital`: every statement names the hospital. `{ orBy }`: the hospital, or a column that
 * only its owner can know (a token's hash) or that was read from a row of that hospital; `{ by }`: such a column alone, where
 * the table has no hospital. `platform`: rows of the box itself. The names are SQLite's own: the guard reads statements as sent.
 */
export type Tenancy = 'hospital' | 'platform' | { readonly orBy: readonly string[] } | { readonly by: readonly string[] };

export const tenancy: Readonly<Record<string, Tenancy>> = {
  platform_settings: 'platform',
  hospitals: 'platform',
  logins: 'platform',
  users: 'hospital',
  sessions: { orBy: ['id'] },
  refresh_tokens: { by: ['token_hash', 'session_id'] },
  api_keys: { orBy: ['key_hash'] },
  login_waits: 'platform',
  known_devices: { by: ['device_hash'] },
  hospital_roles: 'hospital',
  user_hospital_roles: 'hospital',
  departments: 'hospital',
  doctors: 'hospital',
  patients: 'hospital',
  patient_phones: 'hospital',
  audit_entries: 'hospital',
  audit_payloads: 'hospital',
  audit_heads: 'hospital',
  once_results: { by: ['user_id'] },
  jobs: 'hospital',
  notices: 'hospital',
  consultations: 'hospital',
  consultation_sessions: 'hospital',
  messages: 'hospital',
  red_flags: 'hospital',
  inaccuracy_reports: 'hospital',
  usage_rows: 'hospital',
  second_factors: 'hospital',
  recovery_codes: 'hospital',
  consents: 'hospital',
  legal_holds: 'hospital',
  deletions: 'hospital',
  calls: 'hospital',
  merged_patients: 'hospital',
  doomed_files: 'hospital',
  schedules: 'hospital',
  appointments: 'hospital',
  appointment_events: 'hospital',
  queue_days: 'hospital',
  queue_entries: 'hospital',
  outbox: 'hospital',
  channels: 'hospital',
  calendar_feeds: 'hospital',
  documents: 'hospital',
  chunks: 'hospital',
  removed_documents: 'hospital',
  knowledge_versions: 'hospital',
};
