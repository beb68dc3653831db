/** What made-up patients say, line by line; what is answered is the box's own. */
export interface Talk {
  readonly language: 'en' | 'hi';
  readonly lines: readonly string[];
}

export const talks: readonly [Talk, ...Talk[]] = [
  {
    language: 'en',
    lines: [
      'Hello',
      'I have had a fever since yesterday evening',
      'About 38.5, and my throat is sore',
      'No, I take no medicines',
      'Thank you',
    ],
  },
  {
    language: 'en',
    lines: [
      'I have been coughing for two weeks',
      'It is worse at night',
      'A little yellow phlegm in the morning',
      'I used to smoke, I stopped last year',
    ],
  },
  {
    language: 'en',
    lines: ['My lower back hurts when I bend', 'Since I moved house on Sunday', 'No numbness, only stiff', 'When is the doctor free?'],
  },
  { language: 'en', lines: ['I have crushing chest pain and my left arm hurts'] },
  {
    language: 'en',
    lines: [
      'My daughter has had a rash on her arms for three days',
      'She is four years old',
      'She has no fever and eats well',
      'I would like to speak to a person please',
    ],
  },
  {
    language: 'en',
    lines: ['I need my blood pressure tablets again', 'Amlodipine, once a day', 'My last reading was 138 over 86', 'Thanks, bye'],
  },
  { language: 'en', lines: ['Which vaccines does my baby need at six weeks?', 'And can she have them with a cold?'] },
  {
    language: 'en',
    lines: ['I feel very tired since a month', 'I sleep about five hours', 'I drink four cups of coffee a day', 'No, no weight loss'],
  },
  {
    language: 'en',
    lines: ['Good morning', 'I twisted my ankle while running', 'It is swollen but I can walk on it', 'I put ice on it yesterday'],
  },
  { language: 'hi', lines: ['नमस्ते', 'मुझे दो दिन से बुखार है', 'सिर में भी दर्द है', 'नहीं, कोई दवा नहीं ली', 'धन्यवाद'] },
  { language: 'hi', lines: ['मेरे पेट में कल से दर्द है', 'खाना खाने के बाद ज़्यादा होता है', 'उल्टी नहीं हुई', 'मुझे किसी व्यक्ति से बात करनी है'] },
  { language: 'hi', lines: ['मुझे साँस लेने में बहुत तकलीफ़ हो रही है'] },
  { language: 'hi', lines: ['मुझे शुगर की दवा दोबारा चाहिए', 'मेटफ़ॉर्मिन, दिन में दो बार', 'पिछले हफ़्ते शुगर 160 थी'] },
  { language: 'hi', lines: ['बच्चे को तीन दिन से खाँसी है', 'उसकी उम्र पाँच साल है', 'वह खेल रहा है और खाना भी खा रहा है'] },
];

/** Words of somebody who practises with a made-up patient. */
export const practice: readonly string[] = [
  'Hello, I am the trainee here. What brings you in today?',
  'Where is the pain exactly?',
  'Do you take any medicines?',
];
