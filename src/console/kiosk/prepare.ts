import { type Bearer, request, requestAs } from '../session/api.ts';
import { modeFor } from '../talk/role.ts';
import type { GuestLink } from './kiosk-record.ts';

/** Conversations that are opened ahead, so that the kiosk can go on from patient to patient without anybody's sign-in. */
export const PREPARED = 20;

export async function prepareLinks(bearer: Bearer, role: string, count: number, onDone: (done: number) => void): Promise<GuestLink[]> {
  const links: GuestLink[] = [];
  for (let done = 0; done < count; done++) {
    const { consultation_id, session_id } = await requestAs<{ consultation_id: string; session_id: string }>(
      bearer,
      'POST',
      '/api/v1/consultation/create',
      {
        consultation_type: 'voice',
        mode: modeFor(role),
        language: 'auto',
      },
    );
    const path = `/api/v1/consultations/${encodeURIComponent(consultation_id)}`;
    const { token, expires_in } = await requestAs<{ token: string; expires_in: number }>(bearer, 'POST', `${path}/guest`);
    links.push({ consultationId: consultation_id, sessionId: session_id, token, untilMs: Date.now() + expires_in * 1000 });
    onDone(links.length);
  }
  return links;
}

/** Nobody will use these any more. */
export async function endLinks(links: readonly GuestLink[]): Promise<void> {
  for (const { consultationId, token } of links)
    await request('POST', `/api/v1/consultations/${encodeURIComponent(consultationId)}/end`, { token }).catch(() => {}); // it ends with its link, within a day
}
