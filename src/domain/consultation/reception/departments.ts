import { once } from '../meaning/once.ts';
import { isOneOf, type Spoken, wordSet } from './spoken.ts';

/** What people call the departments of a hospital, and its doctors: "skin", "the heart specialist", "बच्चों का डॉक्टर", "daant". Data. */
const families: Readonly<Record<string, string>> = {
  cardiology: 'cardiology cardiologist cardiologists cardiac cardio heart dil दिल हृदय कार्डियोलॉजी कार्डियोलॉजिस्ट हार्ट hriday',
  dermatology:
    'dermatology dermatologist dermatologists dermatologoy derma skin rash त्वचा चमड़ी स्किन twacha tvacha chamdi charm चर्म डर्मेटोलॉजी',
  paediatrics:
    'paediatrics pediatrics paediatrician pediatrician paediatric pediatric child children childrens kids baby बच्चों बच्चे बाल bachchon bachche bacche bachcho bacchon शिशु पीडियाट्रिक',
  ophthalmology:
    'ophthalmology ophthalmologist ophthalmic opthalmologist opthamologist eye eyes optician आँख आँखों नेत्र aankh aankhon ankhon ankh netra',
  dentistry: 'dentistry dentist dentists dental tooth teeth दाँत दाँतों दंत daant daanton dant danton डेंटिस्ट डेंटल',
  orthopaedics:
    'orthopaedics orthopedics orthopaedic orthopedic orthopaedist orthopedist ortho bone bones joint joints knee fracture हड्डी हड्डियों जोड़ों haddi haddiyon हड्डि ऑर्थोपेडिक',
  gynaecology:
    'gynaecology gynecology gynaecologist gynecologist gynae gyno obstetrics obstetrician womens pregnancy maternity स्त्री महिला mahila stri गायनेकोलॉजी गायनी',
  ent: 'ent ear nose throat otolaryngology otolaryngologist कान नाक गला गले kaan naak gala gale ईएनटी',
  neurology: 'neurology neurologist neuro brain nerve nerves दिमाग dimag dimaag नस न्यूरोलॉजी न्यूरो',
  psychiatry: 'psychiatry psychiatrist mental मानसिक mansik psychologist psychology मनोचिकित्सक therapist counsellor counselor',
  'general medicine': 'general gp physician medicine internist family practitioner सामान्य जनरल samanya फिजिशियन fizishan',
  urology: 'urology urologist urine peshab पेशाब kidney gurda गुर्दा गुर्दे मूत्र nephrology nephrologist',
  gastroenterology: 'gastroenterology gastroenterologist gastro stomach digestion pet पेट',
  physiotherapy: 'physiotherapy physiotherapist physio फिजियोथेरेपी',
  pulmonology: 'pulmonology pulmonologist chest lung lungs फेफड़े fefde phephde',
  surgery: 'surgery surgeon surgeons सर्जन सर्जरी',
  oncology: 'oncology oncologist cancer कैंसर',
  endocrinology: 'endocrinology endocrinologist diabetes thyroid sugar मधुमेह शुगर थायराइड diabetologist',
};
/** Words of these that say other things more often: they name a department only beside a word for one, or where one was asked for. */
const weak = wordSet(
  'general child children kids baby rash heart dil chest stomach pet पेट sugar शुगर cancer diabetes thyroid urine peshab पेशाब kidney brain mental pregnancy joint joints knee fracture throat nose ear medicine family nerve बाल गला गले gale gala kaan naak कान नाक दिल दिमाग dimag नस eye eyes teeth tooth bone bones skin आँख आँखों दाँत dant daant womens महिला mahila therapist charm',
);
const beside = wordSet(
  'doctor doctors dr specialist specialists department clinic ward doc problem issue checkup check daktar doktar डॉक्टर विभाग vibhag विशेषज्ञ visheshagya section surgeon appointment वाले wale wala के ke ka का की ki expert opd',
);

const index = once(() => Object.entries(families).map(([family, list]) => ({ family, forms: wordSet(list) })));

/** The family that a name of a department, as the hospital wrote it, belongs to. */
export function familyOf(name: string, words: Spoken): string {
  const found = index().find(({ forms }) => words.some((word) => isOneOf(word, forms)));
  return found?.family ?? name.toLowerCase();
}

/** Families that are named, with where; `due` = one was asked for, so that a weak word is enough. */
export function familiesIn(words: Spoken, due: boolean): { family: string; at: number }[] {
  const found: { family: string; at: number }[] = [];
  for (const [at, word] of words.entries())
    for (const { family, forms } of index()) {
      if (!isOneOf(word, forms)) continue;
      const near = [words[at - 1], words[at + 1], words[at + 2], words[at + 3]].some((other) => isOneOf(other, beside));
      if (isOneOf(word, weak) && !due && !near) continue;
      found.push({ family, at });
    }
  return found;
}
