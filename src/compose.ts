import { randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Express } from 'express';
import { type KnowledgeTools, openKnowledge } from './compose-knowledge.ts';
import { type ComposedPost, composePost } from './compose-post.ts';
import { boxNames, type ComposedLock, composeLock } from './compose-tls.ts';
import type { Config } from './config.ts';
import { makeApiKeys } from './domain/access/api-keys.ts';
import type { Caller } from './domain/access/caller.ts';
import { PLATFORM } from './domain/access/caller.ts';
import type { BoxNames } from './domain/access/certificates.ts';
import { makeGuesses } from './domain/access/guesses.ts';
import { makeHospitals } from './domain/access/hospitals.ts';
import { makeSecondFactors } from './domain/access/second-factor.ts';
import { makeSessions } from './domain/access/sessions.ts';
import { makeSetup, type Setup } from './domain/access/setup.ts';
import { openTrustedTime } from './domain/access/trusted-time.ts';
import { makeUsers } from './domain/access/users.ts';
import { makeWhoAmI } from './domain/access/who-am-i.ts';
import { makeWhoIs } from './domain/access/who-is.ts';
import { makeAudit } from './domain/audit/audit.ts';
import { makeHeads } from './domain/audit/heads.ts';
import { makeConsult } from './domain/consultation/consult.ts';
import { makeConsultations } from './domain/consultation/consultations.ts';
import { makeEncounterKeeper } from './domain/consultation/encounter-keeper.ts';
import { makeLiveWords } from './domain/consultation/live-words.ts';
import { phraseLanguages } from './domain/consultation/phrases.ts';
import { makeHouseDesk } from './domain/consultation/reception/house-desk.ts';
import { makeReception } from './domain/consultation/reception/reception.ts';
import { redFlagLanguages } from './domain/consultation/red-flags.ts';
import { makeSound } from './domain/consultation/sound.ts';
import { type DiskFacts, makeDiskRoom } from './domain/disk-room.ts';
import type { FileStore } from './domain/files.ts';
import { makeBackups } from './domain/jobs/backups.ts';
import { makeJobs } from './domain/jobs/jobs.ts';
import { makeOperations } from './domain/jobs/operations.ts';
import { makeAnswers } from './domain/knowledge/answers.ts';
import { makeCrossLanguage } from './domain/knowledge/cross-language.ts';
import { INGEST, makeDocuments, REINDEX } from './domain/knowledge/documents.ts';
import { makeIngest } from './domain/knowledge/ingest.ts';
import { makeSearch } from './domain/knowledge/search.ts';
import { makeStarter } from './domain/knowledge/starter.ts';
import { makeUpkeep, type Upkeep } from './domain/knowledge/upkeep.ts';
import { makeBackupNotices } from './domain/notices/backup-notices.ts';
import { makeNotices } from './domain/notices/notices.ts';
import { outboxKeeper } from './domain/outbox/outbox-keeper.ts';
import { makeConsents } from './domain/patients/consents.ts';
import { makeErasure } from './domain/patients/erasure.ts';
import type { Keeper } from './domain/patients/keeper.ts';
import type { RetentionKind } from './domain/patients/kept.ts';
import { makeLegalHolds } from './domain/patients/legal-holds.ts';
import { makeMerge } from './domain/patients/merge.ts';
import { makePatientExport } from './domain/patients/patient-export.ts';
import { makePatients } from './domain/patients/patients.ts';
import { makeRegister } from './domain/patients/register.ts';
import { makeRetention, type Retention } from './domain/patients/retention.ts';
import { appointmentKeeper } from './domain/scheduling/appointment-keeper.ts';
import { makeCallBook } from './domain/scheduling/call-book.ts';
import { callKeeper } from './domain/scheduling/call-keeper.ts';
import { makeCalls } from './domain/scheduling/calls.ts';
import { makeFeeds } from './domain/scheduling/feeds.ts';
import { makePractice } from './domain/scheduling/practice.ts';
import { makeQueue } from './domain/scheduling/queue.ts';
import { queueKeeper } from './domain/scheduling/queue-keeper.ts';
import { makeScheduling } from './domain/scheduling/scheduling.ts';
import type { Storage } from './domain/storage.ts';
import { usageKeeper } from './domain/usage/usage-keeper.ts';
import { makeUsageLedger, type UsageLedger } from './domain/usage/usage-ledger.ts';
import { makeTelephone } from './domain/voice/telephone.ts';
import { makeVoice } from './domain/voice/voice.ts';
import type { Machines } from './engines/machines.ts';
import { noMachines } from './engines/no-machines.ts';
import { makePasswordHasher } from './integrations/secrets/passwords.ts';
import { makeSealer } from './integrations/secrets/sealer.ts';
import { makeTokenSigner } from './integrations/secrets/token-signer.ts';
import { makeTokenMaker } from './integrations/secrets/tokens.ts';
import type { Clock } from './shared/clock.ts';
import { describeError, type Log } from './shared/log.ts';
import { makeZones } from './shared/zone.ts';
import { homePlace, namedPlace } from './storage/backup-folder.ts';
import { openCallFile } from './storage/files/call-file.ts';
import { diskFacts } from './storage/files/disk-facts.ts';
import { openHeadFile } from './storage/files/head-file.ts';
import { openHeadKey } from './storage/files/head-key.ts';
import { keepRoom } from './storage/files/keep-room.ts';
import { openLocalFiles } from './storage/files/local-files.ts';
import { openSigningKeys } from './storage/files/signing-keys.ts';
import { openStarterFolder } from './storage/files/starter-folder.ts';
import { layoutOf } from './storage/home-layout.ts';
import type { KeyRing } from './storage/key-ring.ts';
import { openHome } from './storage/open-home.ts';
import type { SqliteStorage } from './storage/sqlite/storage.ts';
import type { TenancyVerdict } from './storage/tenancy.ts';
import { listVolumes } from './storage/volumes.ts';
import { makePages } from './transport/http/pages.ts';
import { makeRateLimit } from './transport/http/rate-limit.ts';
import { auditRoutes } from './transport/http/routes/audit.ts';
import { authRoutes } from './transport/http/routes/auth.ts';
import { calendarRoutes } from './transport/http/routes/calendars.ts';
import { callRoutes } from './transport/http/routes/calls.ts';
import { consentRoutes } from './transport/http/routes/consents.ts';
import { consultationRoutes } from './transport/http/routes/consultations.ts';
import { descriptionRoutes } from './transport/http/routes/descriptions.ts';
import { documentRoutes } from './transport/http/routes/documents.ts';
import { healthRoutes } from './transport/http/routes/health.ts';
import { hospitalRoutes } from './transport/http/routes/hospitals.ts';
import { jobRoutes } from './transport/http/routes/jobs.ts';
import { keepingRoutes } from './transport/http/routes/keeping.ts';
import { knowledgeRoutes } from './transport/http/routes/knowledge.ts';
import { outboxRoutes } from './transport/http/routes/outbox.ts';
import { peopleRoutes } from './transport/http/routes/people.ts';
import { queueRoutes } from './transport/http/routes/queue.ts';
import { registerRoutes } from './transport/http/routes/register.ts';
import { schedulingRoutes } from './transport/http/routes/scheduling.ts';
import { systemRoutes } from './transport/http/routes/system.ts';
import { MEDIA_PATH, telephonyRoutes } from './transport/http/routes/telephony.ts';
import { userRoutes } from './transport/http/routes/users.ts';
import { makeHttpApp } from './transport/http/server.ts';
import { trustPages } from './transport/http/trust.ts';
import { makeIdentify } from './transport/identify.ts';
import { makeMetrics } from './transport/metrics.ts';
import type { Door, Route } from './transport/route.ts';
import type { SocketParts } from './transport/socket/server.ts';
import { makeTickets } from './transport/socket/tickets.ts';
import { makeVoiceConnection } from './transport/socket/voice-connection.ts';
import type { AudioSocketParts } from './transport/telephony/audio-socket.ts';
import { makeMediaStream } from './transport/telephony/media-stream.ts';
import { makeRinging } from './transport/telephony/ringing.ts';
import type { JobHandler } from './transport/worker/loop.ts';
import { startWorkerLoop } from './transport/worker/loop.ts';
import { startTimers, type Timer } from './transport/worker/timers.ts';
import { findEntry, loadCatalogue, type WeightsSettings } from './weights/catalogue.ts';
import { listModels } from './weights/list.ts';
import { pullModel } from './weights/pull.ts';

/** The whole house, put together. The only file that names concrete things of every kind; it decides nothing. */
export interface House {
  readonly app: Express;
  readonly routes: readonly Route[];
  readonly sockets: SocketParts;
  /** What stands behind telephone lines. */
  readonly lines: AudioSocketParts;
  readonly setup: Setup;
  readonly storage: SqliteStorage;
  readonly files: FileStore;
  /** What stands in the TLS door, where there is one. */
  readonly lock: ComposedLock | undefined;
  readonly retention: Retention;
  readonly knowledge: Upkeep;
  readonly post: Pick<ComposedPost, 'reminders'>;
  /** Starts what runs by itself: the worker. */
  start(): void;
  close(): Promise<void>;
}

export interface HouseParts {
  readonly config: Config;
  readonly keyRing: KeyRing;
  readonly clock: Clock;
  readonly log: Log;
  readonly strictUnits: boolean;
  /** The machines of this box; none for a house that only describes itself. */
  readonly machines?: Machines;
  /** What documents are read and searched with, where a test has its own. */
  readonly knowledge?: KnowledgeTools;
  /** Where the machines' meters write. */
  readonly ledger?: UsageLedger;
  /** When this release was built, for a clock that stands before it. */
  readonly builtMs?: number;
  /** Milliseconds since the machine began, its sleep included. */
  readonly uptimeMs?: () => number;
  /** What the disk of the data folder says; a test has its own. */
  readonly disk?: () => DiskFacts;
  /** Says what somebody at the box must read at once. */
  readonly announce?: (sentence: string) => void;
  readonly onStatement?: (verdict: TenancyVerdict) => void;
  /** What the box is called, where a test does not want this machine's names. */
  readonly names?: () => BoxNames;
}

export const version: string = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;

/** A day before these files were written: by then it was that late somewhere. */
export function builtMs(): number {
  return statSync(fileURLToPath(import.meta.url)).mtimeMs - 24 * 3_600_000;
}

/** A new address is nobody's in the meantime. */
const LOOK_AT_LOCK_MS = 20_000;

const languages = [
  { code: 'en', name: 'English' },
  { code: 'hi', name: 'हिन्दी' },
];

export async function composeHouse({
  config,
  keyRing,
  clock,
  log,
  strictUnits,
  machines = noMachines(),
  knowledge,
  ledger = makeUsageLedger(clock),
  announce,
  onStatement,
  builtMs,
  uptimeMs,
  disk: lookAtDisk = () => diskFacts(config.home),
  names,
}: HouseParts): Promise<House> {
  // Memory
  const now = () => clock.now().getTime();
  const { storage, recovery } = await openHome({
    home: config.home,
    keyRing,
    full: config.storage.full,
    strictUnits,
    log,
    madeBy: version,
    nowMs: now(),
    announce,
    onStatement,
  });
  const disk = makeDiskRoom(lookAtDisk);
  const files = keepRoom(await openLocalFiles({ folder: join(config.home, 'files'), key: keyRing.files }), disk);
  const headKey = openHeadKey(join(config.home, 'keys'), keyRing.files, now());
  const signingKeys = openSigningKeys(join(config.home, 'keys'), keyRing.files, now());

  // Tools of trust
  const time = await openTrustedTime({
    storage,
    clock,
    builtMs,
    uptimeMs,
    commits: storage.commits,
    warn(fault, sentence) {
      log.error({ fault }, 'clock.doubted');
      announce?.(sentence);
    },
  });
  const tokens = makeTokenMaker(await boxSecret(storage));
  const [passwords, signer] = await Promise.all([makePasswordHasher(), makeTokenSigner(signingKeys)]);

  const lock = config.listen.tls ? await composeLock({ config, storage, clock, log, names }).catch(closing(storage)) : undefined;

  // Machines
  const weights = weightsSettingsOf(config);

  // Rooms
  const whoIs = makeWhoIs(storage);
  const guesses = makeGuesses({ storage, time });
  const sealer = makeSealer(keyRing.secrets);
  const secondFactors = makeSecondFactors({ storage, clock, time, passwords, tokens, sealer, guesses });
  const sessions = makeSessions({ storage, clock, time, passwords, signer, tokens, whoIs, guesses, secondFactors });
  const setup = makeSetup({ storage, clock, time, passwords, tokens, sessions });
  const users = makeUsers({ storage, clock, time, passwords });
  const apiKeys = makeApiKeys({ storage, clock, time, tokens });
  const hospitals = makeHospitals({ storage, clock });
  const heads = makeHeads({ storage, clock, key: headKey.key, file: openHeadFile(config.headsFile, config.home) });
  const audit = makeAudit({ storage, clock, heads });
  const practice = makePractice({ storage, clock });
  const patients = makePatients({ storage, clock });
  const consents = makeConsents({ storage, clock });
  const waking = { ingest: () => {}, mend: () => {} };
  const tools =
    knowledge ??
    (await openKnowledge({
      file: layoutOf(config.home).searchIndex,
      key: keyRing.database,
      environment: config.environment,
      log,
      onEmptied: () => waking.mend(),
    }).catch(closing(storage)));
  const { reader, index } = tools;
  const queued = () => waking.ingest();
  const ingest = makeIngest({ ...tools, storage, clock, files, machines });
  const sweep = (hospitalId: string) =>
    ingest.sweep(hospitalId).catch((error: unknown) => log.warn({ hospitalId, error: describeError(error) }, 'documents.not-swept'));
  const documents = makeDocuments({ storage, clock, files, reader, sweep, queued });
  const upkeep = makeUpkeep({ storage, clock, machines, index, ingest, queued });
  waking.mend = () =>
    void upkeep
      .mend(new AbortController().signal)
      .catch((error: unknown) => log.error({ error: describeError(error) }, 'knowledge.not-mended'));
  const starter = makeStarter({ documents, folder: openStarterFolder(config.knowledge.starterFolder) });
  const jobs = makeJobs({ storage, clock, time, ended: { [INGEST]: ingest.ended } });
  const notices = makeNotices({ storage, clock });
  const post = composePost({ config, storage, clock, time, notices, sealer });
  const scheduling = makeScheduling({ storage, clock, time, tokens, guesses, notices, post: post.post });
  const feeds = makeFeeds({ storage, clock, tokens });
  const measured = sessionsMeasured(config.home);
  const everyMs = config.storage.backupHours * 3_600_000;
  const placed = { home: config.home, keyRing, madeBy: version, now };
  const backups = makeBackups({
    storage,
    clock,
    disk,
    places: [homePlace(placed), ...config.storage.backupFolders.map((folder) => namedPlace(folder, placed))],
    everyMs,
    volumes: () => listVolumes(config.home),
    failed: makeBackupNotices({ storage, clock, notices }).failed,
  });
  const operations = makeOperations({
    storage,
    clock,
    disk,
    machines,
    backups: backups.status,
    models: { list: () => listModels(weights), require: async (id) => void findEntry(await loadCatalogue(weights), id) },
    offline: config.offline,
    maxSessions: config.voice.maxSessions,
    measuredSessions: measured,
    hardware: { cores: availableParallelism(), ramBytes: totalmem() },
  });

  if (recovery) await backups.recordRecovery(recovery);
  if (headKey.fresh || recovery) await heads.beginAnew(headKey.fresh ? 'new-key' : 'recovery');

  const words = makeLiveWords();
  /** Every room that holds things about patients; retention, export and erasure reach no others. */
  const keepers: readonly Keeper[] = [
    makeEncounterKeeper('transcripts'),
    makeEncounterKeeper('calls'),
    callKeeper,
    appointmentKeeper,
    queueKeeper,
    outboxKeeper,
    usageKeeper,
  ];
  const eraser = storage.maintenance;
  const retention = makeRetention({ storage, files, clock, time, keepers, eraser });
  const erasure = makeErasure({ storage, files, clock, keepers, eraser });
  const patientExport = makePatientExport({ storage, clock, keepers });
  const legalHolds = makeLegalHolds({ storage, clock });
  const register = makeRegister({ storage, clock });
  const merge = makeMerge({ storage, clock, keepers });
  const calls = makeCalls({ storage, clock });
  const { callsFolder } = config.storage;
  const callBook = callsFolder === undefined ? undefined : makeCallBook({ storage, file: openCallFile(callsFolder), now });

  const talking: { ended: (consultationId: string) => void } = { ended: () => {} };
  const consultations = makeConsultations({ storage, clock, time, signer, words, ended: (id) => talking.ended(id) });
  const crossLanguage = makeCrossLanguage();
  const search = makeSearch({ storage, clock, machines, index, crossLanguage, remembersMeaning: config.knowledge.remembersMeaning });
  const answers = makeAnswers({ search, storage, clock, machines, ledger, crossLanguage, limits: config.answers });
  const reception = makeReception({ storage, clock, deskFor: makeHouseDesk({ storage, clock, scheduling, zones: makeZones() }) });
  const consult = makeConsult({ storage, clock, machines, ledger, notices, words, answers, reception });
  const sound = makeSound({ machines, storage, ledger });
  const voice = makeVoice({
    consultations,
    consult,
    sound,
    machines,
    storage,
    clock,
    words,
    log,
    limit: Math.min(config.voice.maxSessions, measured ?? config.voice.maxSessions),
    idleMs: config.voice.idleSeconds * 1_000,
    offline: config.offline,
  });
  talking.ended = voice.consultationEnded;
  const telephone = makeTelephone({ storage, clock, log, consultations, voice, machines });

  // Doors
  const identify = makeIdentify({ storage, time, signer, apiKeys });
  const tickets = makeTickets({ clock, tokens });
  const ringing = makeRinging({ clock, tokens });
  const metrics = makeMetrics();
  const storageIsOpen = () =>
    storage
      .read(PLATFORM, (stores) => stores.access.isEmpty())
      .then(
        () => true,
        () => false,
      );
  const problems = async () => {
    const { sentence } = await time.look();
    const shortage = disk.problem();
    return [...(sentence ? [{ code: 'CLOCK_WRONG', detail: sentence }] : []), ...(shortage ? [shortage] : [])];
  };
  const described: Route[] = [
    ...authRoutes({ sessions, secondFactors, setup, users, apiKeys, whoAmI: makeWhoAmI(storage), tickets, languages }),
    ...hospitalRoutes({ hospitals }),
    ...userRoutes({ users }),
    ...registerRoutes({ register, merge }),
    ...peopleRoutes({ practice, patients, audit, feeds, baseUrl: baseUrlOf(config) }),
    ...callRoutes({ calls }),
    ...schedulingRoutes({ scheduling }),
    ...queueRoutes({ queue: makeQueue({ storage, clock, notices }) }),
    ...calendarRoutes({ feeds, baseUrl: baseUrlOf(config) }),
    ...outboxRoutes({ outbox: post.outbox, channels: post.channels }),
    ...consentRoutes({ consents }),
    ...keepingRoutes({ legalHolds, patientExport, erasure }),
    ...auditRoutes({ audit }),
    ...jobRoutes({ jobs, notices, clock }),
    ...documentRoutes({ documents, starter }),
    ...knowledgeRoutes({ search, answers }),
    ...consultationRoutes({ consultations, consult, sound, practice, tickets, offline: config.offline, baseUrl: baseUrlOf(config) }),
    ...telephonyRoutes({ telephone, ringing, authToken: config.telephony.twilioAuthToken, publicUrl: config.listen.publicUrl }),
    ...systemRoutes({ operations, time, machines, redFlagLanguages, textLanguages: phraseLanguages, now: () => clock.now() }),
    ...healthRoutes({ engines: machines.reports, storageIsOpen, metrics: metrics.text, now: () => clock.now(), problems }),
  ];
  const routes = [...described, ...descriptionRoutes(described, version)];
  const app = makeHttpApp({
    routes,
    pages: [
      ...(lock?.authority ? trustPages({ authority: lock.authority, plainPort: config.listen.port, names: () => boxNames(config) }) : []),
      ...makePages({ trustedIps: config.doors.trustedIps }),
    ],
    identify,
    clock,
    log,
    apiPerMinute: config.limits.apiPerMinute,
    chatPerMinute: config.limits.chatPerMinute,
    corsOrigins: config.doors.corsOrigins,
    trustedIps: config.doors.trustedIps,
    behindProxy: config.listen.behindProxy,
    secureAt: lock && { port: lock.port, publicUrl: config.listen.publicUrl },
    served: metrics.served,
  });
  const voiceLimit = makeRateLimit(config.limits.voicePerMinute, () => clock.elapsedMs(), Math.max(1, config.limits.voicePerMinute));
  const voiceDoor = (opensAtOnce: boolean) =>
    makeVoiceConnection({
      voice,
      clock,
      log,
      limit: ({ userId }) => voiceLimit.take(userId),
      idleMs: config.voice.idleSeconds * 1_000,
      opensAtOnce,
    });
  const lines = { telephone, ringing, clock, log, limit: (from: string) => voiceLimit.take(`phone:${from}`) };
  const isAlive = async ({ sessionId, userId, hospitalId }: Pick<Caller, 'sessionId' | 'userId' | 'hospitalId'>) => {
    if (sessionId !== undefined) return sessions.isAlive(sessionId);
    const key = await storage.read(hospitalId, (stores) => stores.access.apiKey(userId));
    return key !== undefined && key.revokedAt === null && (key.expiresAt === null || key.expiresAt > time.lifeMs());
  };
  const handlers: Record<string, JobHandler> = {
    backup: async ({ payload }, run) => {
      const made = await backups.make(run, (payload as { automatic?: boolean }).automatic ? 'due' : 'all');
      await heads.sign().catch((error: unknown) => log.error({ error: describeError(error) }, 'audit.heads-not-kept'));
      return made;
    },
    retention: ({ hospitalId, payload }, run) => retention.carryOut(hospitalId, (payload as { kind: RetentionKind }).kind, run),
    'model-pull': async (job, { signal, progress }) => {
      const { id } = job.payload as { id: string };
      await pullModel(weights, id, {
        signal,
        onProgress: ({ done, total, unit }) => void progress(done, total ?? 0, unit).catch(() => {}),
      });
      return { id };
    },
  };
  /** Reading a long document takes minutes: it holds up neither a backup nor the next short one. */
  const reading: Record<string, JobHandler> = { [INGEST]: ingest.carryOut, [REINDEX]: upkeep.carryOut };
  const timers: Timer[] = [
    ...(everyMs === 0 ? [] : [{ name: 'backup', firstAfterMs: 60_000, everyMs: 600_000, run: backups.queueWhenDue }]),
    { name: 'audit-heads', firstAfterMs: 60_000, everyMs: 3_600_000, run: heads.sign },
    { name: 'clock', firstAfterMs: 5_000, everyMs: 5_000, run: async () => void (await time.look()) },
    { name: 'time', firstAfterMs: 60_000, everyMs: 60_000, run: time.note },
    { name: 'retention', firstAfterMs: 300_000, everyMs: 3_600_000, run: retention.queueWhenDue },
    { name: 'rebuild', firstAfterMs: 900_000, everyMs: 900_000, run: retention.rebuildWhenQuiet },
    ...(callBook ? [{ name: 'call-book', firstAfterMs: 10_000, everyMs: 10_000, run: async () => void (await callBook.write()) }] : []),
    ...post.timers,
    { name: 'escalation', firstAfterMs: 5_000, everyMs: 5_000, run: notices.escalate },
    ...(lock ? [{ name: 'certificate', firstAfterMs: LOOK_AT_LOCK_MS, everyMs: LOOK_AT_LOCK_MS, run: lock.look }] : []),
    { name: 'knowledge', firstAfterMs: 2_000, everyMs: 300_000, run: upkeep.mend },
    { name: 'usage', firstAfterMs: 60_000, everyMs: 60_000, run: () => keepUnclaimed(storage, ledger) },
  ];
  let running: { stop(): Promise<void> }[] = [];

  return {
    app,
    routes,
    sockets: {
      rooms: { '/api/v1/ws/streaming': voiceDoor(false), '/api/v1/voice/live': voiceDoor(true) },
      openRooms: { [MEDIA_PATH]: makeMediaStream(lines) },
      identify,
      tickets,
      isAlive,
      clock,
      log,
    },
    lines,
    setup,
    storage,
    files,
    lock,
    retention,
    knowledge: upkeep,
    post,
    start() {
      // Its lists are read now, and not while the first patient waits.
      crossLanguage.inEnglishWords('बुखार', 'hi');
      const working = { jobs, mustWait: disk.isLow, clock, log };
      const readers = startWorkerLoop({ ...working, handlers: reading, atOnce: 2 });
      waking.ingest = readers.wake;
      running = [startWorkerLoop({ ...working, handlers }), readers, startTimers({ timers, clock, log })];
    },
    async close() {
      await Promise.all(running.map((part) => part.stop()));
      await time.note().catch((error: unknown) => log.warn({ error: describeError(error) }, 'clock.not-noted'));
      await Promise.all([reader.close(), index.close()]);
      await storage.close();
    },
  };
}

/** Lets go of the data before a start that failed is told of. */
function closing(storage: SqliteStorage): (error: unknown) => Promise<never> {
  return async (error) => {
    await storage.close();
    throw error;
  };
}

/** What engines used for requests whose room never came back for it: accounted for all the same. */
async function keepUnclaimed(storage: Storage, ledger: UsageLedger): Promise<void> {
  const byHospital = Map.groupBy(ledger.sweep(300_000), (use) => use.label.hospitalId);
  for (const [hospitalId, uses] of byHospital)
    await storage.transact(hospitalId, (stores) => stores.usage.insert(uses, { sessionId: null, doctorId: null, patientId: null }));
}

/** The secret under which refresh tokens have their successors; made once, kept in the (encrypted) database. */
export async function boxSecret(storage: Storage): Promise<Buffer> {
  const known = await storage.transact(PLATFORM, async (stores) => {
    const before = await stores.access.setting('box_secret');
    if (before !== undefined) return before;
    const fresh = randomBytes(32).toString('hex');
    await stores.access.putSetting('box_secret', fresh);
    return fresh;
  });
  return Buffer.from(known, 'hex');
}

/** Where weights are, for the model store. */
export function weightsSettingsOf({ models, offline }: Config): WeightsSettings {
  return {
    modelsDir: models.folder,
    source: models.source,
    offline,
    profile: models.profile,
    projectModelsDir: fileURLToPath(new URL('../models', import.meta.url)),
  };
}

/** How a person's device reaches this box: as configured, else as this request did. */
function baseUrlOf({ listen }: Config): (door: Door) => string {
  return ({ request }) => listen.publicUrl?.replace(/\/$/, '') ?? `${request.protocol}://${request.headers.host ?? 'localhost'}`;
}

/** What `bedside bench` wrote, if it was run on this box. */
function sessionsMeasured(home: string): number | null {
  try {
    const { voice_sessions } = JSON.parse(readFileSync(join(home, 'bench.json'), 'utf8')) as { voice_sessions?: unknown };
    return typeof voice_sessions === 'number' ? voice_sessions : null;
  } catch {
    return null;
  }
}
