/** What was done under an Idempotency-Key, kept with the deed itself, so that a power cut cannot part them. */
export interface OnceStore {
  find(userId: string, key: string): Promise<{ fingerprint: string; result: string } | undefined>;
  put(userId: string, key: string, fingerprint: string, result: string, at: number): Promise<void>;
  /** Forgets what is old, or whatever names this id. */
  forget(what: { readonly beforeMs: number } | { readonly naming: string }): Promise<void>;
}
