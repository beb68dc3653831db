/** What the rooms need of X.509; how it is done lies in integrations/x509/. */
export interface KeyPair {
  /** PEM; a chain has the box's own certificate first. */
  readonly certificate: string;
  /** PEM, PKCS #8. */
  readonly key: string;
}

/** Under which a browser may reach the box. IPv6 addresses are in their short form. */
export interface BoxNames {
  readonly names: readonly string[];
  readonly addresses: readonly string[];
}

/** What an authority may vouch for, and nothing else: a stolen one must not be able to pass for a bank. Networks, as `10.0.0.0/8`. */
export type Permitted = BoxNames;

export interface Lifetime {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface CertificateMaker {
  makeAuthority(subject: string, permitted: Permitted, life: Lifetime): KeyPair;
  issue(authority: KeyPair, names: BoxNames, life: Lifetime): KeyPair;
}
