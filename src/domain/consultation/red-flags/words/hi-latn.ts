import type { WordList } from '../../meaning/lexicon.ts';

/** Romanised Hindi that cannot be made from the Devanagari list: English words inside Hindi phrases, and spellings of their own. */
export const romanisedHindi: WordList = {
  throat: 'galaa',
  asthma_attack: 'asthma ka (attack|atak), dama ka attack, asthma attack',
  shock: 'current lag*, current mar*, bijli ka current, karent lag*',
  ingest: 'piliya, peeliya, khaliya, khali hai, nigalliya',
  face: 'muh, munh, muu, mooh',
  breath: 'saas (lene|nahi|phool*|ki|le)',
  cant_breathe:
    '(saans|sans|saas|breathing|breath) nahi (aa|le|li|aati|ho|aane), (saans|sans|saas|breathing) (ruk|atak|ghut), dum ghut, dam ghut',
  not_breathing: '(saans|sans|saas|breathing) band',
  breathless: '(saans|sans|saas) (phool*|fool*|ful*|chadh*|chad*)',
  difficulty: 'dikat, problem, issue, taqleef',
  heart_attack: 'hart attack, heart atak, hart atek, heart attak',
  weak: 'power nahi, work nahi, move nahi',
  bleed: 'blood (aa|aaya|nikal|ja|beh|gir), bleeding, khoon bah',
  black_stool: '(kaala|kala|kaali|kali|black) _ (potty|latrine|stool|tatti)',
  vomit_blood: '(ulti|vomit|vomiting|khansi|cough) (mein|me) _ (blood|khoon|khun), blood ki (ulti|vomiting)',
  unconscious: 'unconscious, faint ho, hosh me nahi, behos, bihosh',
  purple: 'purple',
  wont_wake: '(response|respond) nahi',
  seizure: 'fits aa, fit aa, fits pad, fit pad, seizure aa, mirgee',
  poisoned: 'jeher kha, jahar kha, zehar kha, zehar pi, overdose',
  poison: 'mosquito _ (machine|liquid|coil|refill), sulfas, celphos, selfas, tezab, acid, zeher, jeher, zehar, jahar, zahar',
  pills: 'goli, goliyan, goliya, dawai, dawa, dava, tablet, tablets, pills',
  sugar_sign: 'kaanp, susti, sust',
  low: 'low, down',
  very_high: 'high, bahut high',
  diabetic: 'sugar ki mareez, sugar ka mareez, sugar patient, sugar hai',
  pregnant:
    'pregnant, garbhvati, pet se hai, pet se hoon, delivery ka dard, (saatva|aathva|athva|nauva|navva|chhatha|chatha|chhata|paanchva|chautha|teesra|doosra) mahina',
  no_movement:
    '(baby|bachcha|bachche) _ (movement|harkat|halchal) _ (nahi|kam|band), (movement|movements|kick) (mehsoos|mahsus|feel|pata) nahi, (baby|bachcha|bachche) (hil|move|kick) nahi, (movement|movements|kick) nahi',
  birth: 'delivery ke baad, delivery hui, c section, operation se bachcha',
  newborn:
    'newborn, new born, # (din|hafte|hafta|week|weeks|day|days) (ka|ki|ke) (baby|bachcha|bachchi|beta|beti), (ek|do) (mahine|month|months) (ka|ki|ke) (baby|bachcha|bachchi|beta|beti)',
  baby: 'baby, bachi',
  child: 'baby, bachi',
  kill_self: 'suicide, khudkhushi, atmahatya, faansi, jindagi khatam, life khatam, life end',
  no_life: 'jeene ka (man|mood|dil) nahi, life se tang',
  attacker: 'husband, boyfriend, teacher, uncle, boss',
  strikes: '(mujhe|mujhko|hame) _ (hit|torture|slap|beat) (karta|karte|karti|kiya), torture karte, torture karta, beat karta',
  rape: 'rape, jabardasti ki, zabardasti ki, jabardasti kar, molest',
  headache: 'sirdard, sardard, headache',
  $idiom:
    'sir (please|ji|aap|mujhe), (yes|ok|okay|no|hello|morning|thanks|namaste|haan|dear|respected) sir, thank you sir, blood (test|pressure|group|report|sugar), daure par, fit (aur|and|hoon)',
};
