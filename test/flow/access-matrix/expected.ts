/**
 * Who may do what at which address, written by hand from the outer contract (§3 "who may read what", §2 "Auth"), so that it can
 * disagree with the code. It is never generated from the policies of src.
 *
 * yes     may do it with what belongs to their own hospital; another hospital's things are not there (404)
 * every   the same in every hospital of the box (a platform admin's hospitals)
 * own     only with what is about themselves; anything else is not there (404), and a list holds nothing else
 * reason  only with X-Access-Reason of 10 to 500 characters, which is recorded (break-glass)
 * shut    an administrator who gave no reason does not learn that it is not there; with one, it is not there
 * no      403
 * public  open to everybody, whoever they are; closed: the same, but a 409 once the box has been set up
 * signed  403 for whoever they are: only a machine outside may come in, by what it signs or was given for one call
 *
 * Words in brackets behind an address tell apart what it is asked for. Where the contract is silent the table says so.
 */
export type Grant = 'yes' | 'every' | 'own' | 'reason' | 'shut' | 'no';

export const columns = [
  'platform_admin',
  'hospital_admin',
  'doctor',
  'nurse',
  'receptionist',
  'trainee',
  'patient',
  'key:all',
  'key:bookings',
  'key:chat',
  'guest',
] as const;
export type Who = (typeof columns)[number];
export type Row = 'public' | 'closed' | 'signed' | Readonly<Record<Who, Grant>>;

const table = `
# For who has no token yet. Set-up: "once, while no user exists".
POST   /api/v1/auth/login         public
POST   /api/v1/auth/refresh       public
POST   /api/v1/auth/signup        public
GET    /api/v1/setup              public
POST   /api/v1/setup              closed
# §1: probes and descriptions; ENFORCE_TRUSTED_IPS limits the latter, which is proved apart.
GET    /healthz                   public
GET    /readyz                    public
GET    /health                    public
GET    /metrics                   public
GET    /openapi.json              public
GET    /asyncapi.json             public

#                                        platform hospital doctor nurse receptionist trainee patient key:all key:bookings key:chat        guest
# Everybody is somebody: me, leaving, the own password. A key has neither session nor password; a key's "me": silent.
GET    /api/v1/auth/me                   yes      yes      yes    yes   yes          yes     yes     yes     no           no              yes
POST   /api/v1/auth/logout               yes      yes      yes    yes   yes          yes     yes     no      no           no              no
POST   /api/v1/auth/password             yes      yes      yes    yes   yes          yes     yes     no      no           no              no
POST   /api/v1/auth/totp                 yes      yes      yes    yes   yes          yes     yes     no      no           no              no
DELETE /api/v1/auth/totp                 yes      yes      yes    yes   yes          yes     yes     no      no           no              no
# "Browsers' WebSockets ... bearer.<token> or key.<api key>, or ?ticket=": people of every role, and keys that may hear and speak.
POST   /api/v1/auth/ws-ticket            yes      yes      yes    yes   yes          yes     yes     yes     no           no              yes
WS     /api/v1/ws/streaming              yes      yes      yes    yes   yes          yes     yes     yes     no           no              yes
WS     /api/v1/voice/live                yes      yes      yes    yes   yes          yes     yes     yes     no           no              yes

# "Users, settings, keys, analytics, audit, reports: hospital_admin for their hospital"; a platform admin names the hospital.
GET    /api/v1/auth/api-keys             yes      yes      no     no    no           no      no      no      no           no              no
POST   /api/v1/auth/api-keys             yes      yes      no     no    no           no      no      no      no           no              no
DELETE /api/v1/auth/api-keys/:id         yes      yes      no     no    no           no      no      no      no           no              no
GET    /api/v1/users                     yes      yes      no     no    no           no      no      no      no           no              no
POST   /api/v1/users                     yes      yes      no     no    no           no      no      no      no           no              no
GET    /api/v1/users/:id                 yes      yes      no     no    no           no      no      no      no           no              no
PATCH  /api/v1/users/:id                 yes      yes      no     no    no           no      no      no      no           no              no
DELETE /api/v1/users/:id                 yes      yes      no     no    no           no      no      no      no           no              no
PUT    /api/v1/users/:id/hospital-roles  yes      yes      no     no    no           no      no      no      no           no              no
GET    /api/v1/audit/logs                yes      yes      no     no    no           no      no      no      no           no              no
GET    /api/v1/audit/verify              yes      yes      no     no    no           no      no      no      no           no              no

# "Hospitals, prices, models, system: platform_admin (hospital_admin reads system)"; settings of the own hospital: hospital_admin.
GET    /api/v1/admin/hospitals           every    own      no     no    no           no      no      no      no           no              no
POST   /api/v1/admin/hospitals           yes      no       no     no    no           no      no      no      no           no              no
GET    /api/v1/admin/hospitals/:id       every    yes      no     no    no           no      no      no      no           no              no
PATCH  /api/v1/admin/hospitals/:id       every    yes      no     no    no           no      no      no      no           no              no
GET    /api/v1/admin/hospitals/:id/roles every    yes      no     no    no           no      no      no      no           no              no
POST   /api/v1/admin/hospitals/:id/roles every    yes      no     no    no           no      no      no      no           no              no
PATCH  /api/v1/admin/hospitals/:id/roles/:roleId
                                         every    yes      no     no    no           no      no      no      no           no              no
DELETE /api/v1/admin/hospitals/:id/roles/:roleId
                                         every    yes      no     no    no           no      no      no      no           no              no
GET    /api/v1/system/engines            yes      yes      no     no    no           no      no      no      no           no              no
GET    /api/v1/system/models             yes      yes      no     no    no           no      no      no      no           no              no
GET    /api/v1/system/capacity           yes      yes      no     no    no           no      no      no      no           no              no
GET    /api/v1/system/connectivity       yes      yes      no     no    no           no      no      no      no           no              no
PUT    /api/v1/system/connectivity       yes      no       no     no    no           no      no      no      no           no              no
POST   /api/v1/system/models/:id/pull    yes      no       no     no    no           no      no      no      no           no              no
GET    /api/v1/system/backups            yes      yes      no     no    no           no      no      no      no           no              no
POST   /api/v1/system/backup             yes      no       no     no    no           no      no      no      no           no              no
# Confirming the time: silent; whoever administers the box or a hospital of it.
GET    /api/v1/system/clock              yes      yes      no     no    no           no      no      no      no           no              no
POST   /api/v1/system/clock              yes      yes      no     no    no           no      no      no      no           no              no
# What the box can hear and speak: silent; everybody who may use it, and keys for everything.
GET    /api/v1/languages                 yes      yes      yes    yes   yes          yes     yes     yes     no           no              yes
GET    /api/v1/voices                    yes      yes      yes    yes   yes          yes     yes     yes     no           no              yes

# "people, appointments, queue: read, write; platform_admin break-glass, writes too; trainee no; patient own": here, patients.
# A patient's record is made with their user, so they make no second one. Keys: scope bookings (silent).
GET    /api/v1/patients                  reason   yes      yes    yes   yes          no      own     yes     yes          no              no
POST   /api/v1/patients                  reason   yes      yes    yes   yes          no      no      yes     yes          no              no
GET    /api/v1/patients/lookup           reason   yes      yes    yes   yes          no      own     yes     yes          no              no
GET    /api/v1/patients/:id              reason   yes      yes    yes   yes          no      own     yes     yes          no              no
PATCH  /api/v1/patients/:id              reason   yes      yes    yes   yes          no      own     yes     yes          no              no
# "who read what about this patient": audit (hospital_admin), the patient, and as with people a platform admin with a reason.
GET    /api/v1/patients/:id/access-log   reason   yes      no     no    no           no      own     no      no           no              no

# Silent: who takes the register in and out as a whole is its administrator; two records become one at the desk, too.
POST   /api/v1/patients/import           reason   yes      no     no    no           no      no      no      no           no              no
GET    /api/v1/patients/export.csv       reason   yes      no     no    no           no      no      no      no           no              no
POST   /api/v1/patients/:id/merge        reason   yes      yes    no    yes          no      no      no      no           no              no
# Calls are of people and appointments. Keys: scope bookings (silent).
GET    /api/v1/calls                     reason   yes      yes    yes   yes          no      no      yes     yes          no              no
GET    /api/v1/calls/export.csv          reason   yes      yes    yes   yes          no      no      yes     yes          no              no
GET    /api/v1/calls/:id                 reason   yes      yes    yes   yes          no      no      yes     yes          no              no

# "403 without" a signature of the exchange: it is no user of the box, and its stream brings the token of its one call.
POST   /api/v1/telephony/voice           signed
POST   /api/v1/telephony/voice/after     signed
WS     /api/v1/telephony/media           signed
# Silent: an exchange on the premises is a machine that may hear and speak; an administrator tries it out.
POST   /api/v1/telephony/calls           no       yes      no     no    no           no      no      yes     no           no              no
GET    /api/v1/telephony/calls/:uuid/next
                                         no       yes      no     no    no           no      no      yes     no           no              no

# Consents: silent who writes them down; whoever reads and writes people. A key gives none.
GET    /api/v1/patients/:id/consents     reason   yes      yes    yes   yes          no      own     no      no           no              no
POST   /api/v1/patients/:id/consents     reason   yes      yes    yes   yes          no      own     no      no           no              no
POST   /api/v1/patients/:id/consents/:consentId/withdraw
                                         reason   yes      yes    yes   yes          no      own     no      no           no              no
# Silent: the whole of the words in one piece, for the patient, their doctor, and administrators with a reason. Erasing and legal
# holds are the hospital's to decide; a platform admin does it as they write people.
GET    /api/v1/patients/:id/export       reason   reason   yes    no    no           no      own     no      no           no              no
POST   /api/v1/patients/:id/erasure      reason   yes      no     no    no           no      no      no      no           no              no
GET    /api/v1/patients/:id/legal-hold   reason   yes      no     no    no           no      no      no      no           no              no
PUT    /api/v1/patients/:id/legal-hold   reason   yes      no     no    no           no      no      no      no           no              no
DELETE /api/v1/patients/:id/legal-hold   reason   yes      no     no    no           no      no      no      no           no              no

# Reading departments and doctors: silent; who books must see them, and there is no patient in them. Writing: "Schedules,
# departments, doctors: hospital_admin"; a platform admin as with people.
GET    /api/v1/departments               yes      yes      yes    yes   yes          no      yes     yes     yes          no              yes
POST   /api/v1/departments               reason   yes      no     no    no           no      no      no      no           no              no
GET    /api/v1/doctors                   yes      yes      yes    yes   yes          no      yes     yes     yes          no              yes
POST   /api/v1/doctors                   reason   yes      no     no    no           no      no      no      no           no              no
GET    /api/v1/doctors/:id               yes      yes      yes    yes   yes          no      yes     yes     yes          no              yes
PATCH  /api/v1/doctors/:id               reason   yes      no     no    no           no      no      no      no           no              no

# When doctors are free: silent; as with doctors, and "a guest may ask free slots". "Schedules: hospital_admin (a doctor their own
# schedule)"; a platform admin as with people.
GET    /api/v1/doctors/:id/schedule      yes      yes      yes    yes   yes          no      yes     yes     yes          no              yes
PUT    /api/v1/doctors/:id/schedule      reason   yes      own    no    no           no      no      no      no           no              no
GET    /api/v1/slots                     yes      yes      yes    yes   yes          no      yes     yes     yes          no              yes
GET    /api/v1/slots/why                 yes      yes      yes    yes   yes          no      yes     yes     yes          no              yes
POST   /api/v1/appointments/check-availability
                                         yes      yes      yes    yes   yes          no      yes     yes     yes          no              yes
# "people, appointments: read, write; platform_admin break-glass, writes too; patient own"; "a guest may book", and hears of an
# appointment or changes it with two proofs. Holds, who came and who did not: the desk's (silent). Keys: scope bookings.
POST   /api/v1/appointments/book         reason   yes      yes    yes   yes          no      yes     yes     yes          no              yes
POST   /api/v1/appointments/hold         reason   yes      yes    yes   yes          no      yes     yes     yes          no              yes
GET    /api/v1/appointments/holds        reason   yes      yes    yes   yes          no      no      yes     yes          no              no
GET    /api/v1/appointments              reason   yes      yes    yes   yes          no      own     yes     yes          no              no
GET    /api/v1/appointments/:id          reason   yes      yes    yes   yes          no      own     yes     yes          no              no
POST   /api/v1/appointments/:id/cancel   reason   yes      yes    yes   yes          no      own     yes     yes          no              own
POST   /api/v1/appointments/:id/reschedule
                                         reason   yes      yes    yes   yes          no      own     yes     yes          no              own
POST   /api/v1/appointments/:id/confirm  reason   yes      yes    yes   yes          no      own     yes     yes          no              own
POST   /api/v1/appointments/:id/arrive   reason   yes      yes    yes   yes          no      no      yes     yes          no              no
POST   /api/v1/appointments/:id/no-show  reason   yes      yes    yes   yes          no      no      yes     yes          no              no
GET    /api/v1/appointments/:id/invite.ics
                                         reason   yes      yes    yes   yes          no      own     yes     yes          no              no
# "people, appointments, queue: read, write; platform_admin break-glass, writes too; patient own": a patient sees where they stand;
# giving tokens and calling is the desk's (silent).
POST   /api/v1/queue                     reason   yes      yes    yes   yes          no      no      yes     yes          no              no
GET    /api/v1/queue                     reason   yes      yes    yes   yes          no      own     yes     yes          no              no
POST   /api/v1/queue/call-next           reason   yes      yes    yes   yes          no      no      yes     yes          no              no
POST   /api/v1/queue/:id/done            reason   yes      yes    yes   yes          no      no      yes     yes          no              no
POST   /api/v1/queue/:id/skip            reason   yes      yes    yes   yes          no      no      yes     yes          no              no
# "calendars/:doctorId.ics?token=": the token is the right. Who may hand its address on: "shown to those who may"; the hospital's
# administrator, and a doctor their own (silent).
GET    /api/v1/calendars/:doctorId.ics   public
POST   /api/v1/doctors/:id/calendar      no       yes      own    no    no           no      no      no      no           no              no
# "Calls, outbox: receptionist, hospital_admin". What a hospital's ways out are: "Users, settings, keys: hospital_admin".
GET    /api/v1/outbox                    no       yes      no     no    yes          no      no      no      no           no              no
POST   /api/v1/outbox/:id/retry          no       yes      no     no    yes          no      no      no      no           no              no
GET    /api/v1/admin/hospitals/:id/integrations/:kind
                                         every    yes      no     no    no           no      no      no      no           no              no
PUT    /api/v1/admin/hospitals/:id/integrations/:kind
                                         every    yes      no     no    no           no      no      no      no           no              no
# "Documents: doctor, hospital_admin; platform_admin also shared ones. Search and answer: every role but guest": who may search may
# also read. Keys: scope documents. What came with the box is the platform's to share (silent).
POST   /api/v1/rag/ingest-upload         yes      yes      yes    no    no           no      no      yes     no           no              no
POST   /api/v1/rag/upload                yes      yes      yes    no    no           no      no      yes     no           no              no
GET    /api/v1/rag/documents             yes      yes      yes    yes   yes          yes     yes     yes     no           no              no
GET    /api/v1/rag/documents/:id         yes      yes      yes    yes   yes          yes     yes     yes     no           no              no
PATCH  /api/v1/rag/documents/:id         yes      yes      yes    no    no           no      no      yes     no           no              no
DELETE /api/v1/rag/documents/:id         yes      yes      yes    no    no           no      no      yes     no           no              no
GET    /api/v1/rag/documents/:id/chunks  yes      yes      yes    yes   yes          yes     yes     yes     no           no              no
GET    /api/v1/rag/search                yes      yes      yes    yes   yes          yes     yes     yes     no           no              no
POST   /api/v1/rag/answer                yes      yes      yes    yes   yes          yes     yes     yes     no           no              no
GET    /api/v1/rag/starter               yes      no       no     no    no           no      no      no      no           no              no
POST   /api/v1/rag/starter               yes      no       no     no    no           no      no      no      no           no              no

# Jobs: silent; who started it, and the administrators. Events: "staff get the event"; a platform admin sees no red flag, and acks none.
GET    /api/v1/jobs                      yes      yes      own    own   own          no      no      no      no           no              no
GET    /api/v1/jobs/:id                  yes      yes      own    own   own          no      no      no      no           no              no
POST   /api/v1/jobs/:id/cancel           yes      yes      own    own   own          no      no      no      no           no              no
GET    /api/v1/events                    yes      yes      yes    yes   yes          no      no      no      no           no              no
POST   /api/v1/events/:id/ack            no       yes      yes    yes   yes          no      no      no      no           no              no

# "Words of consultations": doctor and nurse read; administrators with a reason; the desk not; a trainee's own practice, a patient's own.
# A guest: "this one consultation, nothing else". Keys: scope chat, and only what they began (silent). Who begins what: practice for
# everybody who works here; conversations with patients for patients, clinicians and keys (silent); reception for the desk as well.
POST   /api/v1/consultation/create       yes      yes      yes    yes   yes          yes     yes     yes     no           yes             no
POST   /api/v1/consultation/create (of a patient)
                                         no       no       yes    yes   no           no      yes     yes     no           yes             no
GET    /api/v1/consultations             reason   reason   yes    yes   yes          own     own     own     no           own             own
GET    /api/v1/consultations/:id         reason   reason   yes    yes   own          own     own     own     no           own             own
# "Words of reception calls: receptionist, nurse, doctor read; hospital_admin break-glass; platform_admin no".
GET    /api/v1/consultations/:id (reception)
                                         shut     reason   yes    yes   yes          own     own     own     no           own             own
# "restricted: its author, its named doctor and break-glass only".
GET    /api/v1/consultations/:id (restricted)
                                         reason   reason   own    own   own          own     own     own     no           own             own
# Ending one: who speaks in it, and clinicians (silent). Inviting a guest: "staff"; not administrators, who read words with a reason only (silent).
POST   /api/v1/consultations/:id/end     own      own      yes    yes   own          own     own     own     no           own             own
POST   /api/v1/consultations/:id/end (restricted)
                                         own      own      own    own   own          own     own     own     no           own             own
POST   /api/v1/consultations/:id/guest   no       no       yes    yes   yes          no      no      no      no           no              no
POST   /api/v1/consultations/:id/guest (restricted)
                                         no       no       own    own   own          no      no      no      no           no              no
# Speaking: in the own session ("SESSION_ERROR: not_yours").
POST   /api/v1/conversation/message      own      own      own    own   own          own     own     own     no           own             own
POST   /api/v1/conversation/audio        own      own      own    own   own          own     own     own     no           own             own
GET    /api/v1/conversation/audio        yes      yes      yes    yes   yes          yes     yes     yes     no           yes             yes
GET    /api/v1/conversation/audio (of a message)
                                         reason   reason   yes    yes   own          own     own     own     no           own             own
POST   /api/v1/chat/                     yes      yes      yes    yes   yes          yes     no      yes     no           yes             no
POST   /api/v1/report                    own      own      yes    yes   own          own     own     own     no           own             no
# "analytics, audit, reports: hospital_admin for their hospital".
GET    /api/v1/reports                   yes      yes      no     no    no           no      no      no      no           no              no
PATCH  /api/v1/reports/:id               yes      yes      no     no    no           no      no      no      no           no              no
POST   /api/v1/avatar/session            yes      yes      yes    yes   yes          yes     yes     yes     no           yes             no
GET    /api/v1/specialties               yes      yes      yes    yes   yes          no      yes     yes     yes          no              yes
`;

/** The table above, by `METHOD path` or `METHOD path (what is asked for)`. */
export const expected: Readonly<Record<string, Row>> = Object.fromEntries(
  table
    .replace(/\n {10,}/g, ' ')
    .split('\n')
    .filter((line) => line && !line.startsWith('#'))
    .map((line) => {
      const [, method, path, about = '', grants = ''] = /^(\w+)\s+(\S+)(\s\([^)]*\))?\s+(.*)$/.exec(line) ?? [];
      return [`${method} ${path}${about}`, rowOf(grants.trim().split(/\s+/))];
    }),
);

/** Where a thing that is not the caller's is named in a body, the contract answers otherwise than with 404 (§2). */
export const refusals: Readonly<Record<string, { readonly here: Refusal; readonly elsewhere: Refusal }>> = {
  'POST /api/v1/conversation/message': { here: [409, 'SESSION_ERROR'], elsewhere: [409, 'DATA_INTEGRITY_ERROR'] },
  'POST /api/v1/conversation/audio': { here: [409, 'SESSION_ERROR'], elsewhere: [409, 'DATA_INTEGRITY_ERROR'] },
  'POST /api/v1/appointments/check-availability': { here: [409, 'DATA_INTEGRITY_ERROR'], elsewhere: [409, 'DATA_INTEGRITY_ERROR'] },
  'POST /api/v1/appointments/book': { here: [409, 'DATA_INTEGRITY_ERROR'], elsewhere: [409, 'DATA_INTEGRITY_ERROR'] },
  'POST /api/v1/appointments/hold': { here: [409, 'DATA_INTEGRITY_ERROR'], elsewhere: [409, 'DATA_INTEGRITY_ERROR'] },
  'POST /api/v1/queue': { here: [409, 'DATA_INTEGRITY_ERROR'], elsewhere: [409, 'DATA_INTEGRITY_ERROR'] },
  'POST /api/v1/queue/call-next': { here: [409, 'DATA_INTEGRITY_ERROR'], elsewhere: [409, 'DATA_INTEGRITY_ERROR'] },
  'POST /api/v1/report': { here: [409, 'DATA_INTEGRITY_ERROR'], elsewhere: [409, 'DATA_INTEGRITY_ERROR'] },
};
type Refusal = readonly [status: number, code: string];

/** The row of an address, without what it is asked for. */
export const routeOf = (name: string): string => name.replace(/ \([^)]*\)$/, '');

function rowOf(grants: readonly string[]): Row {
  const [only] = grants;
  if (grants.length === 1 && (only === 'public' || only === 'closed' || only === 'signed')) return only;
  if (grants.length !== columns.length) throw new Error(`A row of the access table needs ${columns.length} words: ${grants.join(' ')}`);
  for (const grant of grants)
    if (!['yes', 'every', 'own', 'reason', 'shut', 'no'].includes(grant)) throw new Error(`"${grant}" is no grant`);
  return Object.fromEntries(columns.map((who, at) => [who, grants[at]])) as unknown as Row;
}
