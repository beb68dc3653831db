export function asksForPerson(_t: string): boolean { return false; }
