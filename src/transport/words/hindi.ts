export const hindi: Readonly<Record<string, string>> = {};
