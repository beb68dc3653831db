/**
 * Pure: a table as CSV (RFC 4180, with CRLF). No cell is one that a spreadsheet computes: what begins like a formula is given an
 * apostrophe, which spreadsheets show as text; numbers, also of phones, stay as they are.
 */
export function csvLine(cells: readonly (string | number | null | undefined)[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

export function csvCell(value: string | number | null | undefined): string {
  const text = value === null || value === undefined ? '' : String(value);
  const safe = /^[=+\-@\t\r]/.test(text) && !/^[+-]?[\d ()-]+$/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
