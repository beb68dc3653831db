/** Pure: minutes of the day of `09:30`, `9:30` or `24:00`; undefined where it is no time. */
export function minuteOf(text: string): number | undefined {
  const [, hour = '', minute = ''] = /^(\d{1,2}):(\d{2})$/.exec(text) ?? [];
  const minutes = Number(hour) * 60 + Number(minute);
  return hour !== '' && Number(minute) < 60 && minutes <= 24 * 60 ? minutes : undefined;
}

/** Pure: `09:30`. */
export function timeText(minute: number): string {
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

/** Pure: what people write for a time (`2:30 PM`, `02:30 pm`, `14:30`) as `14:30`; undefined where it is none. */
export function readTime(text: string): string | undefined {
  const [, hours = '', minutes = '', half] = /^(\d{1,2}):(\d{2})(?:\s*([ap])\.?m\.?)?$/i.exec(text.trim()) ?? [];
  const [hour, minute] = [Number(hours), Number(minutes)];
  if (hours === '' || minute > 59) return undefined;
  if (half === undefined) return hour <= 23 ? timeText(hour * 60 + minute) : undefined;
  if (hour < 1 || hour > 12) return undefined;
  return timeText((hour % 12) * 60 + (half.toLowerCase() === 'p' ? 12 * 60 : 0) + minute);
}

const two = (number: number) => String(number).padStart(2, '0');
