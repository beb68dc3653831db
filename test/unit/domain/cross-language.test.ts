import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeCrossLanguage, phoneticKey } from '../../../src/domain/knowledge/cross-language.ts';
import { glossOf } from '../../../src/domain/knowledge/gloss.ts';

/** What people of a clinic ask, and the English words that a search cannot do without. */
const asked: Readonly<Record<'hi' | 'hi-Latn', readonly (readonly [question: string, english: string])[]>> = {
  hi: [
    ['बच्चे को तेज़ बुख़ार है, क्या दवा दें?', 'child fever medicine'],
    ['डेंगू के लक्षण क्या होते हैं?', 'dengue symptoms'],
    ['गुर्दे की पथरी में क्या खाना चाहिए?', 'kidney stones food'],
    ['पित्त की थैली में पथरी का ऑपरेशन कब करना पड़ता है?', 'gallstones surgery'],
    ['शुगर के मरीज़ को पैरों में झनझनाहट क्यों होती है?', 'diabetes tingling causes'],
    ['हाई ब्लड प्रेशर की दवा बंद करने से क्या होता है?', 'high blood pressure medicine stop'],
    ['गर्भावस्था में खून की कमी कैसे ठीक करें?', 'pregnancy anemia'],
    ['नवजात शिशु को पीलिया क्यों होता है?', 'newborn jaundice causes'],
    ['दिल का दौरा पड़ने पर प्राथमिक उपचार क्या है?', 'heart attack first aid'],
    ['टीबी का इलाज कितने महीने चलता है?', 'tuberculosis treatment month'],
    ['छोटे बच्चों में दस्त हो तो ओआरएस कैसे पिलाएँ?', 'infant diarrhea oral rehydration'],
    ['मोतियाबिंद का ऑपरेशन सुरक्षित है क्या?', 'cataract surgery safe'],
    ['घुटनों के दर्द के लिए कौन सी कसरत अच्छी है?', 'knee pain exercise'],
    ['माहवारी में बहुत ज़्यादा खून आता है', 'heavy menstrual bleeding'],
    ['कुत्ते के काटने पर रेबीज़ का टीका कब लगवाएँ?', 'dog bite rabies vaccine'],
    ['थायरॉइड की गोली खाली पेट क्यों लेते हैं?', 'thyroid tablet empty stomach'],
    ['मिर्गी के दौरे में क्या करना चाहिए?', 'seizure epilepsy'],
    ['सिगरेट छोड़ने के उपाय बताइए', 'quit smoking'],
    ['आँखों में जलन और पानी आना', 'eye burning'],
    ['बवासीर में खून आए तो कौन सा इलाज है?', 'hemorrhoids bleeding treatment'],
    ['लकवा होने के कारण', 'stroke causes'],
    ['साँस फूलना और पैरों में सूजन किस बीमारी के लक्षण हैं?', 'shortness of breath swelling symptoms'],
    ['स्तन कैंसर की जाँच कैसे होती है?', 'breast cancer test'],
    ['यूरिक एसिड बढ़ने से जोड़ों में दर्द', 'gout uric acid joint pain'],
    ['मेटफॉर्मिन के दुष्प्रभाव', 'metformin side effects'],
    ['डायलिसिस कितनी बार करानी पड़ती है?', 'dialysis'],
    ['बच्चों को टीके कब-कब लगते हैं?', 'vaccine child'],
    ['साँप काट ले तो क्या न करें?', 'snake bite'],
    ['नींद न आने की समस्या का इलाज', 'insomnia treatment'],
    ['दूध पिलाने वाली माँ कौन सी दवा ले सकती है?', 'breastfeeding medicine'],
    ['चेहरे पर मुँहासे और दाग', 'face acne'],
    ['हेपेटाइटिस बी कैसे फैलता है?', 'hepatitis spread b'],
    ['मुँह के छाले बार-बार होते हैं', 'mouth ulcers'],
    ['कमर दर्द के लिए एमआरआई ज़रूरी है?', 'back pain mri'],
    ['पेट में कीड़े की दवा कितने साल के बच्चे को दें?', 'worms medicine child'],
    ['आर्थराइटिस और ऑस्टियोपोरोसिस में क्या फ़र्क है?', 'arthritis osteoporosis difference'],
    ['एमोक्सिसिलिन से एलर्जी हो तो क्या लक्षण दिखते हैं?', 'amoxicillin allergy symptoms'],
    ['लू लगने पर क्या करें?', 'heat stroke'],
    ['दमा के मरीज़ इनहेलर कैसे इस्तेमाल करें?', 'asthma inhaler'],
    ['आत्महत्या के विचार आते हैं, किससे बात करूँ?', 'suicide'],
  ],
  'hi-Latn': [
    ['bachche ko tez bukhar hai kya dawai de', 'child fever medicine'],
    ['UTI ka ilaj kya hai', 'uti treatment'],
    ['gurde ki pathri me kya khana chahiye', 'kidney stones food'],
    ['pitt ki thaili me pathri', 'gallstones'],
    ['sugar ke mareez ko pairon me jhanjhanahat kyun hoti hai', 'diabetes tingling'],
    ['high bp ki dawa band karne se kya hoga', 'high blood pressure medicine stop'],
    ['pregnancy me khoon ki kami kaise theek kare', 'pregnancy anemia'],
    ['navjat shishu ko piliya kyon hota hai', 'newborn jaundice'],
    ['dil ka daura aane par first aid', 'heart attack first aid'],
    ['TB ka ilaaj kitne mahine chalta hai', 'tuberculosis treatment month'],
    ['bacche ko loose motion ho to ORS kaise de', 'child loose motion ors'],
    ['motiyabind ka operation safe hai kya', 'cataract operation safe'],
    ['ghutno me dard ke liye exercise', 'knee pain exercise'],
    ['mahwari me bahut dard hota hai', 'menstrual cramps'],
    ['kutte ke katne par injection kab lagwaye', 'dog bite injection'],
    ['thyroid ki goli khali pet kyu lete hai', 'thyroid tablet empty stomach'],
    ['mirgi ka daura pade to kya kare', 'seizure epilepsy'],
    ['cigarette chhodne ke upay', 'quit smoking'],
    ['aankhon me jalan aur khujli', 'eye burning itching'],
    ['bawasir me khoon aata hai kya karu', 'hemorrhoids bleeding'],
    ['lakwa hone ke karan', 'stroke causes'],
    ['saans phoolna kis bimari ka lakshan hai', 'shortness of breath symptoms'],
    ['stan cancer ki jaanch kaise hoti hai', 'breast cancer test'],
    ['uric acid badhne se jodon me dard', 'uric acid joint pain'],
    ['metformin ke side effects kya hai', 'metformin side effects'],
    ['kya diabetes me chawal kha sakte hain', 'diabetes rice'],
    ['bachcho ke tike kab lagte hai', 'child vaccine'],
    ['saanp ne kaat liya to kya kare', 'snake bite'],
    ['neend nahi aati kya karu', 'insomnia'],
    ['pet me gas aur kabz ki dawa', 'gas constipation medicine'],
    ['mujhe bhookh nahi lagti', 'loss of appetite'],
    ['chehre par muhase aur daag', 'face acne'],
    ['khaansi aur balgam me khoon', 'cough phlegm'],
    ['sir dard aur chakkar aa rahe hai', 'headache dizziness'],
    ['kamar dard ke liye MRI zaroori hai', 'back pain mri'],
    ['pet ke keede ki dawai', 'worms medicine'],
    ['peshab me jalan aur baar baar peshab aana', 'painful urination frequent'],
    ['ulti aur dast me kya khaye', 'vomiting diarrhea'],
    ['dama ke mareej inhaler kaise use kare', 'asthma inhaler'],
    ['haddi tootne par plaster kitne din rehta hai', 'fracture plaster'],
  ],
};

const crossing = makeCrossLanguage();
const wordsOf = (question: string, language: string): readonly string[] =>
  (crossing.inEnglishWords(question, language)?.words ?? '').toLowerCase().split(' ');

describe('a question in Hindi', () => {
  for (const language of ['hi', 'hi-Latn'] as const)
    it.each(asked[language])(`${language}: %s`, (question, english) => {
      expect(crossing.questionLanguage(question)).toBe(language);
      expect(wordsOf(question, language)).toEqual(expect.arrayContaining(english.split(' ')));
    });

  it('says which of its words became what, and which it does not know', () => {
    const heard = crossing.inEnglishWords('बुखार में फुलझड़ी की गोली', 'hi');
    expect(heard?.understood).toContainEqual({ from: 'बुखार', to: ['fever'] });
    expect(heard?.unknown).toEqual(['फुलझड़ी']);
    expect(crossing.inEnglishWords('गुर्दे की पथरी', 'hi')?.understood).toEqual([{ from: 'गुर्दे की पथरी', to: ['kidney stones'] }]);
  });

  it('reads spellings with and without nukta, chandrabindu and long vowels alike', () => {
    for (const word of ['बुख़ार', 'बुखार', 'बूखार']) expect(wordsOf(word, 'hi')).toEqual(['fever']);
    for (const word of ['आँखें', 'आंखों', 'आंख', 'आन्ख']) expect(wordsOf(word, 'hi')).toContain('eye');
    for (const word of ['bukhar', 'bukhaar', 'bukhaar', 'bookhar', 'bukar']) expect(wordsOf(`${word} hai`, 'hi-Latn')).toContain('fever');
    for (const word of ['khansi', 'khaansi', 'khasi', 'khaansee']) expect(wordsOf(`mujhe ${word} hai`, 'hi-Latn')).toContain('cough');
  });

  it('never takes small words of Hindi for English', () => {
    for (const question of ['bukhar me to kya use karen', 'is bimari se jo ho sakta hai wo kis se hai', 'pet me dard the']) {
      const words = wordsOf(question, 'hi-Latn');
      for (const small of ['me', 'to', 'use', 'is', 'the', 'se', 'jo', 'ho', 'hai', 'wo', 'kis', 'kya']) expect(words).not.toContain(small);
    }
  });

  it('keeps names, abbreviations and the numbers that belong to them', () => {
    expect(wordsOf('ट्राइसोमी 13 की जाँच 3 महीने में', 'hi')).toEqual(expect.arrayContaining(['trisomy', '13', 'test']));
    expect(wordsOf('ट्राइसोमी 13 की जाँच 3 महीने में', 'hi')).not.toContain('3');
    expect(wordsOf('MTHFR A1298C ki bimari', 'hi-Latn')).toEqual(['mthfr', 'a1298c', 'disease']);
    expect(wordsOf('EDS ki jaanch', 'hi-Latn')).toEqual(expect.arrayContaining(['eds', 'test']));
    expect(wordsOf('सीओपीडी में ऑक्सीजन', 'hi')).toEqual(['copd', 'oxygen']);
  });

  it('finds loanwords among the words of the index, and reads misspelt ones', () => {
    const vocabulary = (key: string): readonly string[] => (key === phoneticKey('wegener') ? ['wegener'] : []);
    expect(wordsOf('वेगनर का इलाज', 'hi')).not.toContain('wegener');
    expect(crossing.inEnglishWords('वेगनर का इलाज', 'hi', vocabulary)?.words).toBe('wegener treatment therapy');
    expect(wordsOf('हंता वायरस', 'hi')).toEqual(['hantavirus']);
    expect(wordsOf('diabeties ka ilaj', 'hi-Latn')).toContain('diabetes');
  });

  it('leaves English and languages without a list alone', () => {
    expect(crossing.inEnglishWords('What are the symptoms of dengue?', 'en')).toBeUndefined();
    expect(crossing.inEnglishWords('What are the symptoms of dengue?', 'hi')).toBeUndefined();
    expect(crossing.inEnglishWords('காய்ச்சல் என்றால் என்ன?', 'ta')).toBeUndefined();
    expect(crossing.inEnglishWords('', 'hi')).toBeUndefined();
    expect(crossing.inEnglishWords('१२३ ???', 'hi')?.words ?? '').toBe('');
    for (const english of ['fever treatment', 'dengue', 'What is hypertension?', 'chest pain and cough', 'opening hours', 'her hand hurts'])
      expect(crossing.questionLanguage(english)).toBe('en');
    expect(crossing.questionLanguage('pathri dawai')).toBe('hi-Latn');
    expect(crossing.questionLanguage('காய்ச்சல் என்றால் என்ன?')).toBe('ta');
  });

  it('answers any text, and every word it gives is a word', () => {
    const strings = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom(...'कखगाीुेोंँ़्न 13aeikhs?।-') }));
    fc.assert(
      fc.property(strings, (text) => {
        const made = crossing.inEnglishWords(text, 'hi');
        if (made) expect(made.words).toMatch(/^(?:\S+(?: \S+)*)?$/u);
      }),
      { numRuns: 500 },
    );
    const long = 'बच्चे को बुखार और bachche ko khansi '.repeat(4_000);
    const started = performance.now();
    expect(crossing.inEnglishWords(long, 'hi')?.words).toBe('child fever cough');
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});

describe('how a word sounds', () => {
  it.each([
    ['anesthesia', 'एनेस्थीसिया'],
    ['arthritis', 'आर्थराइटिस'],
    ['penicillin', 'पेनिसिलिन'],
    ['thyroid', 'थायरॉइड'],
    ['psoriasis', 'सोरायसिस'],
    ['pneumonia', 'न्यूमोनिया'],
    ['dementia', 'डिमेंशिया'],
    ['chemotherapy', 'कीमोथेरेपी'],
    ['vaccine', 'वैक्सीन'],
    ['amlodipine', 'एम्लोडिपिन'],
    ['cirrhosis', 'सिरोसिस'],
    ['diaphragm', 'डायाफ्राम'],
    ['anesthesia', 'enesthisia'],
    ['arthritis', 'aarthraitis'],
  ])('%s is %s', (english, heard) => {
    expect(phoneticKey(heard)).toBe(phoneticKey(english));
  });

  it('tells words apart that do not sound alike', () => {
    const words = ['arthritis', 'bronchitis', 'penicillin', 'insulin', 'malaria', 'cholera', 'asthma', 'eczema', 'kidney', 'liver'];
    expect(new Set(words.map(phoneticKey)).size).toBe(words.length);
    expect(phoneticKey('123')).toBe('');
  });
});

describe('a gloss beside an English quote', () => {
  const understood = (question: string) => crossing.inEnglishWords(question, 'hi')?.understood ?? [];

  it('pairs what the quote speaks of with the words of the question', () => {
    const quote = 'Fever with swollen kidneys needs treatment at once.';
    expect(glossOf(quote, understood('गुर्दे और बुखार का इलाज'))).toBe('(kidney = गुर्दे, fever = बुखार, treatment = इलाज)');
    expect(glossOf(quote, understood('bukhar ka ilaj'))).toBe('(fever = bukhar, treatment = ilaj)');
  });

  it('says nothing where the quote speaks of something else, or in the same words', () => {
    expect(glossOf('Wash your hands.', understood('बुखार का इलाज'))).toBeUndefined();
    expect(glossOf('Feverish people rest.', understood('बुखार'))).toBeUndefined();
    expect(glossOf('An MRI is needed.', [{ from: 'MRI', to: ['mri'] }])).toBeUndefined();
    expect(glossOf('', [])).toBeUndefined();
  });
});
