/** The consultation that a guest's token is for: it says so in its own middle part. The box checks it; the page only asks by it. */
export function consultationOf(token: string): string | undefined {
  try {
    const middle = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
    const { cid } = JSON.parse(atob(middle)) as { cid?: unknown };
    return typeof cid === 'string' ? cid : undefined;
  } catch {
    return undefined;
  }
}
