export function verbalise(t: string, _l: string): string { return t; }
