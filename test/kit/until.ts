/** Waits, in real time, until something holds. The limit is a guard against hanging, and no measure of anything. */
export async function until(holds: () => boolean | Promise<boolean>, what: string, limitMs = 15_000): Promise<void> {
  for (const end = performance.now() + limitMs; performance.now() < end; ) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  throw new Error(`waited in vain: ${what}`);
}
