// interim, replaced by the rules
export const redFlagLanguages = ['en', 'hi'];
export function findRedFlags(_t: string, _o: { language: string; emergencyNumbers: { general: string } }): { code: string; severity: 'emergency' | 'urgent'; language: string; matched: string; advice: string }[] { return []; }
