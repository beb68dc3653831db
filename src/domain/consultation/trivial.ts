export function trivialReply(_t: string, _l: string): string | undefined { return undefined; }
