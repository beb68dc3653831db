import { describe, expect, it } from 'vitest';
import { languageOf, languageOfDocument } from '../../../src/domain/knowledge/document-language.ts';

describe('the language of a document', () => {
  it.each([
    ['en', 'A child with fever should drink often, and the nurse measures the temperature twice a day.'],
    ['fr', 'L’enfant qui a de la fièvre doit boire souvent, et la température est mesurée par une infirmière dans la journée.'],
    ['es', 'El niño con fiebre debe beber con frecuencia y la enfermera mide la temperatura dos veces al día en el hospital.'],
    ['pt', 'A criança com febre deve beber água com frequência e a enfermeira mede a temperatura duas vezes ao dia; não é para esperar.'],
    ['de', 'Das Kind mit Fieber soll oft trinken, und die Temperatur wird zweimal am Tag von der Pflege gemessen.'],
    ['it', 'Il bambino con la febbre deve bere spesso e la temperatura è misurata due volte al giorno nella clinica.'],
    ['hi', 'बच्चे को दस्त होने पर ओआरएस का घोल पिलाएँ। हर दस्त के बाद एक गिलास दें।'],
    ['hi', 'Paracetamol 500 mg: बुखार में एक गोली, दिन में तीन बार दें।'],
    ['mr', 'मुलाला ताप आहे आणि त्याला पाणी द्यावे, नाही तर दवाखान्यात न्यावे.'],
    ['bn', 'শিশুর জ্বর হলে বেশি করে জল দিন।'],
    ['ta', 'குழந்தைக்கு காய்ச்சல் இருந்தால் தண்ணீர் கொடுங்கள்.'],
    ['te', 'పిల్లవాడికి జ్వరం ఉంటే నీళ్లు ఇవ్వండి.'],
    ['kn', 'ಮಗುವಿಗೆ ಜ್ವರ ಇದ್ದರೆ ನೀರು ಕೊಡಿ.'],
    ['ml', 'കുട്ടിക്ക് പനി ഉണ്ടെങ്കിൽ വെള്ളം കൊടുക്കുക.'],
    ['gu', 'બાળકને તાવ હોય તો પાણી આપો.'],
    ['pa', 'ਬੱਚੇ ਨੂੰ ਬੁਖਾਰ ਹੋਵੇ ਤਾਂ ਪਾਣੀ ਦਿਓ।'],
    ['or', 'ପିଲାକୁ ଜ୍ୱର ହେଲେ ପାଣି ଦିଅନ୍ତୁ।'],
    ['ur', 'بچے کو بخار ہو تو پانی پلائیں۔'],
    ['und', 'Lorem ipsum dolor sit amet, consectetuer adipiscing elit.'],
    ['und', '12.5 47 %'],
    ['und', ''],
  ])('%s', (language, text) => expect(languageOf(text)).toBe(language));

  it('is told from all parts of it', () => {
    const hindi = { kind: 'paragraph' as const, text: 'बच्चे को घोल पिलाएँ और आराम करने दें।' };
    const blocks = [
      { kind: 'heading' as const, level: 1, text: 'Guideline of the ward for all staff' },
      ...Array.from({ length: 500 }, () => hindi),
    ];
    expect(languageOfDocument({ blocks })).toBe('hi');
    const table = { kind: 'table' as const, header: ['Name of the drug', 'What it is for'], rows: [['ORS', 'for the child that is dry']] };
    expect(languageOfDocument({ blocks: [table] })).toBe('en');
    expect(languageOfDocument({ blocks: [] })).toBe('und');
  });
});
