import type { AdviceWords } from './words.ts';

export const english: AdviceWords = {
  emergency: 'Call {general} now.',
  emergencyWithAmbulance: 'Call {general}, or the ambulance on {ambulance}, now.',
  urgent: 'Please see a doctor today. If it gets worse, call {general} at once.',
  poison: 'Poison information: {poison}.',
  mentalHealth: 'You can also talk to someone now on {mentalHealth}.',
  codes: {
    chest_pain:
      'Sit down and rest. Do not walk around or drive. Loosen tight clothes, and do not stay alone. If the person stops breathing normally, push hard and fast on the middle of the chest until help comes.',
    stroke:
      'Note the time it began. Lay the person down with the head a little raised. Give nothing to eat or drink. Do not wait for it to pass.',
    breathing:
      'Sit upright and loosen tight clothes. Use your own inhaler if you have one. If something is stuck in the throat and the person cannot cough, give firm blows between the shoulder blades.',
    anaphylaxis:
      'Use an adrenaline pen now if there is one. Lie down with the legs raised, or sit up if it is hard to breathe. Do not stand or walk.',
    bleeding:
      'Press firmly on the wound with a clean cloth and do not let go. Lie down and keep warm. If blood comes from the mouth, lie on the side. Give nothing to eat or drink.',
    unconscious:
      'Look whether the person is breathing. If yes, roll them onto their side with the head tilted back. If they do not breathe normally, push hard and fast on the middle of the chest until help comes.',
    seizure:
      'Move hard things away and put something soft under the head. Do not hold the person down, and put nothing in the mouth. When the shaking stops, roll them onto their side. Note the time.',
    poisoning:
      'Do not make the person vomit. Give nothing to eat or drink unless you are told to. If they are drowsy, lay them on their side. Get out of gas or smoke into fresh air. Keep the bottle or packet to show.',
    snake_bite:
      'Keep calm and keep the bitten part still, as if a bone were broken. Take off rings and tight things. Do not cut, suck, tie tightly or cool it with ice. Be carried to the hospital; do not walk. Leave the animal alone.',
    head_injury:
      'Keep still and do not move the neck. Press a clean cloth gently on a bleeding wound. If the person vomits, roll head and body together to the side. Do not leave them alone.',
    burn: 'If there is fire or electricity, make it safe before you touch the person. Cool the burn under running water for 20 minutes. Take off rings and clothes that are not stuck. Cover it loosely with a clean cloth. No ice, butter or toothpaste. Rinse chemicals off with plenty of water.',
    meningitis:
      'Go to the hospital at once and do not wait for a rash. Keep the person in a quiet, dim place until help comes. If they are drowsy, lay them on their side.',
    dehydration:
      'If the person is awake, give small sips of oral rehydration solution (ORS) often, and go on breastfeeding a baby. Rest in a cool place. If the person is drowsy, give nothing by mouth and go to the hospital at once.',
    diabetic_emergency:
      'If the sugar may be low and the person is awake and can swallow, give sugar or a sweet drink. If they are drowsy or unconscious, give nothing by mouth and lay them on their side. Measure the sugar if you can.',
    pregnancy_danger:
      'Lie down on your left side and do not stay alone. Do not wait for it to pass. If there is bleeding, use a pad and keep it to show; put nothing inside. Take the pregnancy papers with you.',
    child_danger:
      'Take the child to the hospital now. Hold the child close and watch the breathing. If the child can swallow, go on offering breast milk. If the child stops breathing, ask the emergency number to tell you what to do.',
    self_harm:
      'Call {general} now if anyone is hurt or may act on this. You do not have to be alone with it: stay with someone you trust, and let them put medicines, blades and poisons out of reach.',
    abuse:
      'If you are in danger now, call {general}. Go to a safe place if you can. It is not your fault. You can tell our staff in private, and injuries can be treated and written down today.',
  },
};
