import { normalisePhone } from '../../shared/phone.ts';

/** A hospital and what it may set for itself. Everything here is data of the hospital, and nothing of it an environment variable. */
export interface Hospital {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly adminContact: string | null;
  readonly settings: HospitalSettings;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface HospitalSettings {
  /** IANA name. */
  readonly timeZone: string;
  readonly languages: readonly string[];
  readonly defaultLanguage: string;
  readonly currency: string;
  /** Empty until the hospital has named at least `general`; no patient session opens before. */
  readonly emergencyNumbers: {
    readonly general?: string;
    readonly ambulance?: string;
    readonly mentalHealth?: string;
    readonly poison?: string;
  };
  /** ISO 3166 code: how a phone number without a country is read. */
  readonly defaultCountry: string;
  readonly allowSignup: boolean;
  readonly answerPolicy: 'intake' | 'cited' | 'open';
  readonly requireConsent: boolean;
  /** Days, per kind. */
  readonly retention: {
    readonly audio: number;
    readonly transcripts: number;
    readonly notes: number;
    readonly calls: number;
    readonly usage: number;
  };
  readonly approvalRules: Readonly<Record<string, readonly string[]>>;
  /** `<purpose>.<use>` or `<purpose>` -> may it use a cloud provider. Nothing leaves unless it stands here. */
  readonly cloudPolicy: Readonly<Record<string, boolean>>;
  readonly urlAllowList: readonly string[];
  readonly ragEnabled: boolean;
  readonly telephone: {
    /** Numbers that ring here, as the exchange tells them. Which number is whose is the box's matter (platform_admin). */
    readonly numbers: readonly string[];
    /** Where a caller is put through to a person: a number or an extension; null = nobody can be put through. */
    readonly desk: string | null;
  };
}

export type HospitalSettingsChange = { readonly [K in keyof HospitalSettings]?: HospitalSettings[K] | undefined };

const defaults: HospitalSettings = {
  timeZone: 'Asia/Kolkata',
  languages: ['en', 'hi'],
  defaultLanguage: 'en',
  currency: 'INR',
  emergencyNumbers: {},
  defaultCountry: 'IN',
  allowSignup: false,
  answerPolicy: 'cited',
  requireConsent: false,
  retention: { audio: 30, transcripts: 3650, notes: 3650, calls: 365, usage: 1095 },
  approvalRules: { nurse: ['nurse triage'] },
  cloudPolicy: {},
  urlAllowList: [],
  ragEnabled: true,
  telephone: { numbers: [], desk: null },
};

/** Pure: settings with a change laid over them. Groups (numbers, retention, ...) are merged, lists are replaced. */
export function withSettings(change: HospitalSettingsChange = {}, before: HospitalSettings = defaults): HospitalSettings {
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as Partial<HospitalSettings>;
  return {
    ...before,
    ...given,
    emergencyNumbers: { ...before.emergencyNumbers, ...given.emergencyNumbers },
    retention: { ...before.retention, ...given.retention },
    approvalRules: { ...before.approvalRules, ...given.approvalRules },
    cloudPolicy: { ...before.cloudPolicy, ...given.cloudPolicy },
    telephone: { ...before.telephone, ...given.telephone },
  };
}

/** Pure: does this number, as an exchange or a person writes it, ring at this hospital? */
export function ringsAt({ settings }: Pick<Hospital, 'settings'>, dialled: string): boolean {
  const plain = (number: string) => normalisePhone(number, settings.defaultCountry) ?? number.replace(/\D/g, '');
  return plain(dialled) !== '' && settings.telephone.numbers.some((number) => plain(number) === plain(dialled));
}
