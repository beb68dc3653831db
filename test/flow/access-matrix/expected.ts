/**
 * Who may do what at which address, written by hand from the outer contract (§3 "who may read what", §2 "Auth"), so that it can
 * disagree with the code. It is never generated from the policies of src.
 *
 * yes     may do it with what belongs to their own hospital; another hospital's things are not there (404)
 * every   the same in every hospital of the box (a platform admin's hospitals)
 * own     only with what is about themselves; anything else is not there (404), and a list holds nothing else
 * reason  only with X-Access-Reason of 10 to 500 characters, which is recorded (break-glass)
 * no      403
 * public  open to everybody, whoever they are; closed: the same, but a 409 once the box has been set up
 *
 * Where the contract is silent the table says so. Guests get their token with consultations, a later part: their column comes with it.
 */
export type Grant = 'yes' | 'every' | 'own' | 'reason' | 'no';

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
] as const;
export type Who = (typeof columns)[number];
export type Row = 'public' | 'closed' | Readonly<Record<Who, Grant>>;

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

#                                        platform hospital doctor nurse receptionist trainee patient key:all key:bookings key:chat
# Everybody is somebody: me, leaving, the own password. A key has neither session nor password; a key's "me": silent.
GET    /api/v1/auth/me                   yes      yes      yes    yes   yes          yes     yes     yes     no           no
POST   /api/v1/auth/logout               yes      yes      yes    yes   yes          yes     yes     no      no           no
POST   /api/v1/auth/password             yes      yes      yes    yes   yes          yes     yes     no      no           no
# "Browsers' WebSockets ... bearer.<token> or key.<api key>, or ?ticket=": people of every role, and keys that may hear and speak.
POST   /api/v1/auth/ws-ticket            yes      yes      yes    yes   yes          yes     yes     yes     no           no
WS     /api/v1/ws/streaming              yes      yes      yes    yes   yes          yes     yes     yes     no           no
WS     /api/v1/voice/live                yes      yes      yes    yes   yes          yes     yes     yes     no           no

# "Users, settings, keys, analytics, audit, reports: hospital_admin for their hospital"; a platform admin names the hospital.
GET    /api/v1/auth/api-keys             yes      yes      no     no    no           no      no      no      no           no
POST   /api/v1/auth/api-keys             yes      yes      no     no    no           no      no      no      no           no
DELETE /api/v1/auth/api-keys/:id         yes      yes      no     no    no           no      no      no      no           no
GET    /api/v1/users                     yes      yes      no     no    no           no      no      no      no           no
POST   /api/v1/users                     yes      yes      no     no    no           no      no      no      no           no
GET    /api/v1/users/:id                 yes      yes      no     no    no           no      no      no      no           no
PATCH  /api/v1/users/:id                 yes      yes      no     no    no           no      no      no      no           no
DELETE /api/v1/users/:id                 yes      yes      no     no    no           no      no      no      no           no
PUT    /api/v1/users/:id/hospital-roles  yes      yes      no     no    no           no      no      no      no           no
GET    /api/v1/audit/logs                yes      yes      no     no    no           no      no      no      no           no
GET    /api/v1/audit/verify              yes      yes      no     no    no           no      no      no      no           no

# "Hospitals, prices, models, system: platform_admin (hospital_admin reads system)"; settings of the own hospital: hospital_admin.
GET    /api/v1/admin/hospitals           every    own      no     no    no           no      no      no      no           no
POST   /api/v1/admin/hospitals           yes      no       no     no    no           no      no      no      no           no
GET    /api/v1/admin/hospitals/:id       every    yes      no     no    no           no      no      no      no           no
PATCH  /api/v1/admin/hospitals/:id       every    yes      no     no    no           no      no      no      no           no
GET    /api/v1/admin/hospitals/:id/roles every    yes      no     no    no           no      no      no      no           no
POST   /api/v1/admin/hospitals/:id/roles every    yes      no     no    no           no      no      no      no           no
PATCH  /api/v1/admin/hospitals/:id/roles/:roleId
                                         every    yes      no     no    no           no      no      no      no           no
DELETE /api/v1/admin/hospitals/:id/roles/:roleId
                                         every    yes      no     no    no           no      no      no      no           no
GET    /api/v1/system/engines            yes      yes      no     no    no           no      no      no      no           no
GET    /api/v1/system/models             yes      yes      no     no    no           no      no      no      no           no
GET    /api/v1/system/capacity           yes      yes      no     no    no           no      no      no      no           no
GET    /api/v1/system/connectivity       yes      yes      no     no    no           no      no      no      no           no
PUT    /api/v1/system/connectivity       yes      no       no     no    no           no      no      no      no           no
POST   /api/v1/system/models/:id/pull    yes      no       no     no    no           no      no      no      no           no
POST   /api/v1/system/backup             yes      no       no     no    no           no      no      no      no           no
# What the box can hear and speak: silent; everybody who may use it, and keys for everything.
GET    /api/v1/languages                 yes      yes      yes    yes   yes          yes     yes     yes     no           no
GET    /api/v1/voices                    yes      yes      yes    yes   yes          yes     yes     yes     no           no

# "people, appointments, queue: read, write; platform_admin break-glass, writes too; trainee no; patient own": here, patients.
# A patient's record is made with their user, so they make no second one. Keys: scope bookings (silent).
GET    /api/v1/patients                  reason   yes      yes    yes   yes          no      own     yes     yes          no
POST   /api/v1/patients                  reason   yes      yes    yes   yes          no      no      yes     yes          no
GET    /api/v1/patients/lookup           reason   yes      yes    yes   yes          no      own     yes     yes          no
GET    /api/v1/patients/:id              reason   yes      yes    yes   yes          no      own     yes     yes          no
PATCH  /api/v1/patients/:id              reason   yes      yes    yes   yes          no      own     yes     yes          no
# "who read what about this patient": audit (hospital_admin), the patient, and as with people a platform admin with a reason.
GET    /api/v1/patients/:id/access-log   reason   yes      no     no    no           no      own     no      no           no

# Reading departments and doctors: silent; who books must see them, and there is no patient in them. Writing: "Schedules,
# departments, doctors: hospital_admin"; a platform admin as with people.
GET    /api/v1/departments               yes      yes      yes    yes   yes          no      yes     yes     yes          no
POST   /api/v1/departments               reason   yes      no     no    no           no      no      no      no           no
GET    /api/v1/doctors                   yes      yes      yes    yes   yes          no      yes     yes     yes          no
POST   /api/v1/doctors                   reason   yes      no     no    no           no      no      no      no           no
GET    /api/v1/doctors/:id               yes      yes      yes    yes   yes          no      yes     yes     yes          no
PATCH  /api/v1/doctors/:id               reason   yes      no     no    no           no      no      no      no           no

# Jobs: silent; who started it, and the administrators. Events: "staff get the event"; a platform admin sees no red flag, and acks none.
GET    /api/v1/jobs                      yes      yes      own    own   own          no      no      no      no           no
GET    /api/v1/jobs/:id                  yes      yes      own    own   own          no      no      no      no           no
POST   /api/v1/jobs/:id/cancel           yes      yes      own    own   own          no      no      no      no           no
GET    /api/v1/events                    yes      yes      yes    yes   yes          no      no      no      no           no
POST   /api/v1/events/:id/ack            no       yes      yes    yes   yes          no      no      no      no           no
`;

/** The table above, by `METHOD path`. */
export const expected: Readonly<Record<string, Row>> = Object.fromEntries(
  table
    .replace(/\n {10,}/g, ' ')
    .split('\n')
    .filter((line) => line && !line.startsWith('#'))
    .map((line) => {
      const [method, path, ...grants] = line.split(/\s+/);
      return [`${method} ${path}`, rowOf(grants)];
    }),
);

function rowOf(grants: readonly string[]): Row {
  if (grants.length === 1 && (grants[0] === 'public' || grants[0] === 'closed')) return grants[0];
  if (grants.length !== columns.length) throw new Error(`A row of the access table needs ${columns.length} words: ${grants.join(' ')}`);
  for (const grant of grants) if (!['yes', 'every', 'own', 'reason', 'no'].includes(grant)) throw new Error(`"${grant}" is no grant`);
  return Object.fromEntries(columns.map((who, at) => [who, grants[at]])) as unknown as Row;
}
