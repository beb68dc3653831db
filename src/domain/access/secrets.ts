/** What the rooms need of cryptography; how it is done lies in integrations/secrets/. */
export interface PasswordHasher {
  hash(password: string): Promise<string>;
  /** Takes as long for no hash at all as for a wrong password. */
  verify(hash: string | null, password: string): Promise<boolean>;
}

export interface AccessClaims {
  readonly userId: string;
  readonly sessionId: string;
  readonly hospitalId: string;
  /** Set for a guest: the one consultation, and nothing else. */
  readonly consultationId?: string;
  /** Good for confirming the time of the box, and for nothing else. */
  readonly onlyFor?: 'clock';
}

export interface TokenSigner {
  sign(claims: AccessClaims, issuedAtMs: number, expiresAtMs: number): Promise<string>;
  /** Throws `unauthenticated` (TOKEN_EXPIRED where only its time is over). */
  verify(token: string, nowMs: number): Promise<AccessClaims>;
}

/** Keeps a secret that must be read again, as a password never is. */
export interface SecretSealer {
  /** `owner` says whose it is; it must be the same to open it. */
  seal(secret: Uint8Array, owner: string): string;
  open(sealed: string, owner: string): Uint8Array;
}

export interface TokenMaker {
  /** A new random secret with this prefix. */
  random(prefix: string): string;
  /** The one successor of a refresh token: whoever holds the box's secret gets the same one again. */
  successor(token: string): string;
  /** What is stored in a secret's place. */
  hash(token: string): string;
}
