/** Pure: what an exchange in the network is told to do with a call, in its own language (TwiML). */
export function connectStream({ stream, token, next }: { stream: string; token: string; next: string }): string {
  return document(
    `<Connect><Stream url="${escaped(stream)}"><Parameter name="token" value="${escaped(token)}"/></Stream></Connect><Redirect method="POST">${escaped(next)}</Redirect>`,
  );
}

export const putThrough = (desk: string): string => document(`<Dial>${escaped(desk)}</Dial>`);
export const hangUp = (): string => document('<Hangup/>');
/** The line is engaged, or nobody knows whose it is. */
export const reject = (reason: 'busy' | 'rejected'): string => document(`<Reject reason="${reason}"/>`);

const document = (verbs: string) => `<?xml version="1.0" encoding="UTF-8"?><Response>${verbs}</Response>`;

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
