import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min';

/** A phone number in E.164 (`+919876543210`), read as one of `country` where it names none; undefined when it is none. */
export function normalisePhone(text: string, country: string): string | undefined {
  const parsed = parsePhoneNumberFromString(text, isSupportedCountry(country) ? (country as CountryCode) : undefined);
  return parsed?.isPossible() ? parsed.number : undefined;
}

/** The same for a number that was heard: one whose digits no plan of its country has is not whole, or was heard wrong. */
export function normaliseHeardPhone(text: string, country: string): string | undefined {
  const parsed = parsePhoneNumberFromString(text, isSupportedCountry(country) ? (country as CountryCode) : undefined);
  return parsed?.isValid() ? parsed.number : undefined;
}
