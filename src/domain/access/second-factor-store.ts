export interface SecondFactor {
  readonly userId: string;
  /** Under the key ring: never the secret itself. */
  readonly sealedSecret: string;
  readonly beganAt: number;
  /** Null until the user has shown that their device makes the right codes. */
  readonly confirmedAt: number | null;
  /** The newest step whose code was taken. */
  readonly lastStep: number;
}

export interface SecondFactorStore {
  find(userId: string): Promise<SecondFactor | undefined>;
  put(factor: SecondFactor): Promise<void>;
  /** Takes its recovery codes with it. */
  remove(userId: string): Promise<void>;
  putRecoveryCodes(userId: string, hashes: readonly string[]): Promise<void>;
  /** True where there was such a code; it is gone then. */
  takeRecoveryCode(userId: string, hash: string): Promise<boolean>;
  recoveryCodesLeft(userId: string): Promise<number>;
}
