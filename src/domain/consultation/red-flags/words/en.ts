import type { WordList } from '../../meaning/lexicon.ts';

/** How English says it: small lists, one a concept. How a thing is meant (denied, past, asked) is said by meaning/cues. */
export const english: WordList = {
  // parts of the body
  chest:
    'left side of (my|his|her) chest, middle of (my|his|her) chest, thorax, cardiac area, chest, chests, breastbone, breast bone, sternum, ribcage, rib cage',
  heart: 'heart',
  head: 'temple, temples, crown of (his|her|my) head, head, skull, forehead, scalp',
  neck: 'neck',
  throat: 'throat, windpipe, airway, gullet',
  face: 'face, smile, cheek, side of (his|her|my|the) mouth, mouth',
  lips: 'lip, lips, tongue, tounge, uvula',
  eyes: 'eye, eyes, eyelid, eyelids',
  limb: 'arm, arms, hand, hands, leg, legs, foot, feet, limb, limbs, wrist, thigh, calf, ankle',
  wrist: 'wrist, wrists, arm, arms, myself, himself, herself, themselves, thighs',
  belly: 'belly, tummy, stomach, abdomen, abdominal, womb, pelvis, pelvic, lower back, one side',
  other_part: `back, knee, knees, shoulder, shoulders, hip, hips, elbow, toe, toes, finger, fingers, thumb, ear, ears, nose, tooth, teeth, gum, gums,
    heel, joint, joints, sinus, sinuses, bladder, kidney, groin, jaw`,
  jaw: 'jaw, left arm, left shoulder, both arms, down my arm, down his arm, down her arm',
  body: 'body, all over, whole body, everywhere',
  skin: 'skin',
  ear_nose: 'ear, ears, nose',

  // complaints
  pain: 'throbbing, twinge, spasm, soreness, hurted, ached, burning, pain, pains, paining, painful, discomfort, uncomfortable, tearing, ripping, hurt, hurts, hurting, ache, aches, aching, sore, agony, stabbing, cramp, cramps, cramping, burning pain, killing',
  strong: `severe, severely, terrible, terribly, horrible, unbearable, excruciating, intense, extreme, extremely, awful, bad, badly, very, really, so,
    sharp, strong, worst, massive, agonising, agonizing, constant, sudden, suddenly, high`,
  pressure: `like a (weight|rock|truck|brick|stone|belt), fullness, choking feeling, being crushed, pressure, tight, tightness, tightening, heavy, heaviness, squeez*, crush*, pressing, weight, band, gripping, constrict*, squash*, squish*, compress*, clamp*, suffocating, elephant, stone, brick, vice`,
  clutch: 'clutch*, grabbing, grabbed, holding his, holding her, holding my, gripping',
  heart_attack:
    'heart failure, massive attack, coronary, heart attack, heart attacks, cardiac arrest, cardiac attack, myocardial infarction, heart has stopped, heart stopped',
  sweat: 'sweat*, cold and clammy, clammy, drenched, grey, gray, ashen, pale',
  when_coughing: `(when|whenever|every time) (i|he|she) (cough|coughs), from (all this|all the|the|so much|) coughing, because of (the|this|all the|) (cough|coughing), coughing so much,
    (when|if) (i|you|he|she) (press|push|touch) (on|it|), when (i|he|she) _ (swallow|swallows|eat|eats), after (eating|meals|food), to (the|) touch, tender, after (the gym|lifting|exercise|working out), pulled a muscle, muscle pain`,
  heartburn: 'heartburn, acidity, acid reflux, reflux, indigestion, gas',

  droop: `slanted, tilted, sagged down, cant smile, cannot smile, paralysed, one sided, droop*, sagging, sagged, sags, dropped, drops, dropping, crooked, twisted, lopsided, uneven, pulled to (one|the) side, gone to (one|the) side, to one side,
    fallen on one side, (not|isnt) moving, cant move, hanging, hangs, hanging down, melted, drooling, dribbling, gone funny, looks (twisted|funny|wrong), has gone down, slack, paralysed, paralyzed, paralysis`,
  half_body: `one side of (his|her|my|the) body, (left|right) side of (his|her|my|the) body, (left|right) side, one side, half (of|) (his|her|my|the) (body|face),
    one half of (his|her|my|the) (body|face), one side of (his|her|my|the) face, (left|right) side of (his|her|my|the) face, (arm|hand) and (leg|foot), (arm|hand) and (his|her|my) (leg|foot)`,
  one_side_limb: '(left|right|one) (arm|hand|leg|foot|side), (arm|hand|leg) on (one|the left|the right) side',
  numb: 'numb, numbness, no feeling, cant feel, lost feeling, tingling, dead',
  weak: `clumsy, heavy and, wont grip, cant grip, drops everything, weak, weakness, paralysed, paralyzed, paralysis, limp, cant (move|lift|raise|use|hold|feel), cannot (move|lift|raise|use|hold|feel), (not|isnt|unable) (able|) (to|) (move|lift|raise|use|hold|grip|feel), (not|isnt|stopped) working, (wont|doesnt|does not|will not) work, not (moving|working), wont (move|work|lift),
    (is|has gone) useless, (doesnt|does not) (move|work), lost (all|) (strength|power|use), no strength, no power, dropped the, drops things`,
  gone_weak: '(went|gone|going|become|became|becoming|turned) (weak|numb|limp|dead|floppy|useless), gave way, gives way, giving way',
  slurred: `(cant|cannot|unable to|cant seem to) find (my|his|her|the) words, (cant|cannot|unable to) get (my|his|her|the) words, (cant|cannot) form (words|sentences), words do not come, words come out wrong, talking funny, speaking funny, speech is going, tongue is thick, cannot find words, cant find (the|his|her) words, drunk but, mumbling, muttering, babbling, trouble getting (his|her|my|the) words out, (speech|talking|voice|words) (is|are|has become|became|has gone|was|) (suddenly|) not (clear|normal|proper|right|making sense), (not|cant|cannot) (speaking|speak|talking|talk) (properly|clearly|normally), slur, slurs, slurred, slurring, words are (jumbled|slurred|mixed up), (speech|talking) (is|was|has gone|sounds|has become) (slurred|jumbled|funny|strange|weird|unclear|garbled),
    jumbled (words|speech), garbled, talking gibberish, gibberish, cant get (his|her|my|the) words out, words (wont|do not|dont) come out, (words|speech) (is|are) not clear,
    (his|her|my) words are not (right|clear)`,
  cant_speak:
    '(cant|cannot|can not|could not|couldnt|not able to|unable to|hardly|barely) (speak|talk) (properly|clearly|right|at all|a word|any more|anymore|), lost (his|her|my) speech, trouble speaking, difficulty speaking',
  no_voice: `throat, voice, hoarse, laryngitis, tonsil*, tooth, mouth ulcer*, speak english, speak hindi, speak for, (speak|talk) (to|with|about) (you|him|her|anyone|my|the|a), (talk|speak) (right now|now|today|long|loud|loudly),
    at work, meeting, shy`,
  vision_lost: `sight went, vision went, vision has gone, cant see anything, cannot see anything, curtain over, (cant|cannot|can not|could not|couldnt|unable to) see, lost (my|his|her|) (sight|vision|eyesight), gone blind, went blind, blind in, (vision|sight|eyesight) (is|has|) (gone|lost|disappeared), seeing double, double vision`,
  one_eye: 'one eye, (left|right) eye, one of (my|his|her) eyes, out of one',
  sudden:
    'in an instant, out of a sudden, in a minute, sudden, suddenly, all of a sudden, out of nowhere, out of the blue, without warning, just now, just started, abruptly',
  onset: `since (#|half an|an|few|some) (hour|hours|minutes|mins), from (morning|last night|yesterday), (#|few) (mins|hrs|hr) (ago|back), (a few|few|some|one|two|three|four|five|six|ten|fifteen|twenty|thirty|half an|an|a|#) (minute|minutes|hour|hours) (ago|back), since (this morning|breakfast|lunch|dinner|waking|yesterday|last night|morning|this afternoon|an hour|noon|the morning),
    this (morning|afternoon|evening), today, tonight, for (the last|the past|) (an|one|two|three|half an) (hour|hours), when (i|he|she) woke up, woke up with, right now`,
  confused: `not recognising (us|me|anyone|anybody|people), not recognizing (us|me|anyone|anybody|people), does not know who, doesnt know who, talking rubbish, talking strangely, not in (his|her) senses, out of (his|her) mind, muddled, confused, confusion, disoriented, disorientated, does not know where, doesnt know where, does not recognise, doesnt recognise, does not recognize, doesnt recognize, not making (any|) sense, makes no sense, talking nonsense,
    delirious, (cannot|cant) understand what (we|i) say, not himself, not herself, cant think`,
  stroke_name: 'stroke, strokes, mini stroke, brain attack, tia, brain haemorrhage, brain hemorrhage, brain bleed',
  worst_headache: `worst headache, worst head ache, thunderclap, worst pain in (my|his|her) head, headache of (my|his|her) life, (headache|head ache) (that|) (came|come|comes) (on|) (all|) (at once|suddenly|of a sudden),
    (sudden|suddenly) _ (severe|terrible|violent|worst|blinding|explosive) (headache|head ache), (severe|terrible|violent|blinding|explosive) sudden (headache|head ache)`,
  headache:
    'headache, headaches, head ache, head pain, pain in (my|his|her|the) head, migraine, head hurts, head is hurting, head is splitting, head is pounding',

  oxygen: 'oxygen, spo2, spo, saturation, sats, o2, oximeter',
  breath: 'breath, breathe, breathing, breaths, breathes, respiration',
  difficulty: `difficulty, difficult, difficulties, hard, harder, hardly, barely, trouble, problem, problems, struggl*, labored, laboured, laborious, fighting, unable, worse, noisy, fight, painful`,
  cant_breathe: `drowning, like (he|she|i|im|hes|shes) (is|am|) drowning, cant inhale, cannot inhale, not able to inhale, unable to inhale, no air, need air, need oxygen, fighting for air, running out of air, breath is stuck, cannot take air, (trouble|difficulty|problem|hard|difficult) (getting|to get|in getting) (any|enough|) (air|breath|oxygen), not able to (breathe|breath), (not|isnt) (able|) to get (air|breath), unable to get (air|breath), (cant|cannot|can not|could not|couldnt|unable to|not able to|hardly|barely|struggling to|struggles to|fighting to|hard to|difficult to|trying to) (even|really|properly|) (breathe|breath|catch my breath|catch his breath|catch her breath|get my breath|get his breath|get her breath|get air|get enough air|take a breath|get a breath),
    hard for (me|him|her|my _) to breathe, not getting (enough|any) (air|oxygen), (cant|cannot) get (any|enough) (air|oxygen), (fighting|fight) for (breath|air|every breath), gasp for, gasping, gasps, suffocat*, smother*, air hunger, starved of air`,
  not_breathing: `drowned, drowning in, pulled out of (the|) (water|pool|pond|river|well), nearly drowned, not taking (a|any) breath, not breathing, stopped breathing, stops breathing, (isnt|wasnt) breathing, (doesnt|does not) breathe, no breathing, (breathing|breath) (has|) stopped, no longer breathing, wont breathe`,
  breathless:
    'breathlessness, breath is short, puffing, breathless, breathlessness, short of breath, shortness of breath, out of breath, winded, puffed out, panting, dyspnoea, dyspnea, wheez*',
  at_rest: `at rest, sitting still, while sitting, when sitting, lying down, lie down, even sitting, doing nothing, at night, even when, just talking, even talking, walking to the (door|bathroom|toilet|kitchen), walk to the (door|bathroom|toilet|kitchen), cant finish, cant complete, few steps`,
  choking: 'choking, chokes, choked on, choke on',
  stuck: 'went down the wrong way, went the wrong way, in (his|her|my) (throat|windpipe), stuck, lodged, wedged, caught, jammed, blocked',
  blue: 'turning blue, gone blue, blue around, bluish, black, blue, bluish, purple, grey, gray',
  asthma: 'asthma, inhaler, puffer, nebuliser, nebulizer, copd',
  asthma_attack: 'asthma attack, asthmatic attack, attack of asthma, copd flare, bad asthma, severe asthma',
  not_helping: `(not|isnt|arent|wont|doesnt|does not|hasnt) (helping|help|helped|working|work|settling|settle|settled|improving|getting better|better|responding|eased|easing|relieved), no (relief|improvement|effect|better), keeps getting worse, getting worse, still (struggling|wheezing|breathless|bad|tight|swelling|swollen)`,
  fast: 'fast, rapid, rapidly, quick, quickly, shallow, racing, grunting',
  ribs: 'ribs, (chest|ribs|tummy|stomach) _ (going|pulling|pulled|sucking|sucked|caving|drawing|drawn) in, chest is pulling in, chest sucking in, sucking in, pulling in, drawing in, caving in, chest indrawing, retraction*, nostrils flaring',
  mild: `little, a bit, bit, slight, slightly, mild, mildly, minor, lightly, small, tiny, tad, somewhat, occasionally, sometimes, kind of, not too bad, barely noticeable`,
  on_effort: `stairs, floors, uphill, up hill, hill, exercise, exercising, exert*, running, run, jogging, treadmill, walk far, walking far, long walk, workout, work out, working out, yard work, activity, active, exertion, walking, out of shape, walk`,

  swollen:
    'thick, thicker, feels thick, swelling up, swells, bloated up, twice the size, double the size, swollen shut, swell*, swollen, swelled, puff, puffed, puffy, puffing, ballooning, ballooned, blown up, blowing up, fatter, getting fat, gotten big, getting bigger, enlarged, bigger and bigger, itchy and tight, huge, fat',
  closing: `closing, closing up, closes, closed up, closed, tightening, tight, swelling shut, shutting, constricting, narrowing, swelling, swollen, swelled`,
  exposure: `mango, pineapple, wheat, soy, strawberry, kiwi, sulfa, diclofenac, drip, infusion, hair dye, seafood, crab, lobster, cashews, almonds, walnut, walnuts, sesame, peanut butter, contrast, antivenom, blood transfusion, insect, bee, wasp, hornet, sting, stung, stings, peanut, peanuts, nut, nuts, cashew*, almond*, prawn*, shrimp*, shellfish, fish, egg, eggs, sesame, milk, injection, injected, jab, shot, vaccine, antibiotic*, penicillin, amoxicillin, ibuprofen, aspirin, painkiller*,
    new medicine, medicine, medication, tablet, tablets, pill, after eating, ate, eaten, ant bites, fire ants, contrast dye, latex, insect bite`,
  stung: 'stung, sting, bee sting, wasp sting, bee stings, stung by',
  nails: 'nails, fingernails, fingers, fingertips, hands, toes',
  purple: 'purple, purplish, blue, dark red, black, bruise like',
  hives:
    'bumps, bumps everywhere, lumps all over, itching, itchy, red spots all over, red patches all over, welts all over, body is red, skin is red, spots, patches, hives, welts, rash, rashes, wheals, itching all over, itchy all over, red all over, blotch*, covered in',
  faint_feeling:
    'fainted, giddy, giddiness, unconscious, passed out, faint, dizzy, dizziness, lightheaded, light headed, collaps*, passing out, about to pass out, weak, floppy, vomit*, throwing up, cant stand',
  anaphylaxis_name: `anaphyla*, (severe|serious|bad|terrible|massive|violent) allergic reaction, (severe|serious) allergy, (severe|serious) reaction to, allergic shock`,
  epipen: 'epipen, epi pen, epipens, adrenaline pen, adrenaline injector, auto injector, autoinjector',
  used: 'used, gave, given, injected, using, need, needs, jabbed, took',
  allergy: 'allergy, allergic, allergies',
  bumped: 'bit my, bit his, bit her, bitten my, bumped, tooth, teeth, dentist, dental, abscess, ulcer, cold sore, pimple, punched',

  blood: 'blood',
  bleed:
    'nosebleed, nose bleed, nosebleeds, blood loss, bleedings, bleed, bleeds, bleeding, bleeding out, bled, haemorrhage, hemorrhage, haemorrhaging, hemorrhaging',
  heavy: `like anything, like a tap, like water, nonstop, flowing, running down, dripping fast, bucketful, soaking through, gushes, profusely, excessive, excessively, way too much, cupful, cup full, large clots, heavy, heavily, heavier, profuse*, a lot, lots, lot, loads, so much, too much, badly, everywhere, spurt*, gush*, pouring, pours, pool, pools, streaming, soaked, soaking, drenched, full of, bucket, uncontroll*, non stop, nonstop, huge, large, large amount*, clots, pumping, squirting, all over`,
  severe_bleed:
    'stabbed, stab wound, gunshot, gun shot, bullet wound, was shot, got shot, deep gash, finger (is|was|got) cut off, cut off (his|her|my) (finger|fingers|hand|toe), artery, (severe|severely|serious|massive|major) (bleeding|bleed|blood loss|haemorrhage|hemorrhage|haemorrhaging), bleeding (severely|seriously|massively), bleed to death, bleeding to death, bleeding out',
  wont_stop: `(wont|will not|cant|cannot|can not|not|isnt|still not) (be controlled|get controlled|getting controlled|under control), keeps oozing, keeps on bleeding, still bleeding, bleeding again, still coming, keeps flowing, keeps pouring, not clotting, (wont|will not|would not|wouldnt|doesnt|does not|isnt|is not|not|hasnt|has not|havent|cant|cannot|can not|couldnt|could not|never) (stop|stops|stopping|stopped|be stopped|clot|clotting|slow|slowing|get it to stop|make it stop|stop it|stop the bleeding|control), keeps (bleeding|coming), unable to stop, nothing stops, without stopping, non stop, nonstop, for hours, continuously`,
  long_time:
    '# (minutes|hours|hour), (thirty|forty|fifty|sixty|ninety|half an|an|one|two|three|four|several|many|#) (minutes|hour|hours), half an hour, over an hour, all (day|morning|night), for hours, hours',
  vomit: 'vomitings, vomit, vomits, vomiting, vomited, throwing up, threw up, throw up, throws up, puking, puked, being sick, puke, puk*',
  vomit_blood: `vomited (fresh|red|dark|bright|clotted|) blood, vomiting (with|) blood, blood in vomit, throwing up blood, blood came (when|while|with) (i|he|she|his|her) (cough*|vomit*), cough with blood, sputum with blood, blood stained (sputum|vomit), spit blood, brought up blood, blood (vomiting|vomitings|vomit), (vomit|vomited|vomiting|coughed up|coughing up|threw up|spat out|spitting out) (a|one|half a|) (bowl|cup|glass|mouthful|bucket|lot|lots|little|spoon|clot|clots) of blood, (vomit|vomits|vomiting|vomited|throwing up|threw up|throw up|throws up|puking|puked|coughing up|coughs up|coughed up|cough up|spitting up|spitting|spits|spit up|bringing up|brought up) (a lot of|lots of|some|bright|fresh|red|up|dark|much|of|) (red|) blood,
    blood (when|whenever|each time) (i|he|she) (cough|coughs|vomit|vomits), blood in (my|his|her|the) (vomit|sputum|phlegm), vomit (is|was|looks) (bloody|like coffee grounds), coffee grounds, coughing blood, coughed blood, vomits blood, haemoptysis, hematemesis, haematemesis, bloody vomit`,
  stool:
    'latrine, stool, potty, loo, when i go to the toilet, bowels, stool, stools, poo, poop, faeces, feces, motion, motions, back passage, rectum, rectal, bottom, bowel, toilet bowl, toilet, anus',
  black_stool: `black (coloured|colored|colour|color) (stool|stools|motion|motions|potty), (stool|stools|motion|motions|potty|poop) (is|are|) black, (stool|stools|poo|poop|motion|motions|faeces|feces) (is|are|was|were|has been|have been|has turned|turned|looks|look|) (very|jet|) (black|tarry), (black|tarry) (and|) (sticky|tarry|) (stool|stools|poo|poop|motions|faeces|feces), black tarry, like tar, melaena, melena`,
  pads: 'pad, pads, tampons, sanitary pads, sanitary towels',
  lost: 'loss of, lots of, lost, losing, loses',

  unconscious: `not in senses, lost (his|her) senses, senseless, fell unconscious, gone unconscious, became unconscious, went unconscious, no pulse, no heartbeat, fainting, faint and, keeled over, slumped, slumped over, went limp, gone limp, lying motionless, motionless, dropped down, semi conscious, semiconscious, unconscious, unconcious, unconsious, knocked out, lost conciousness, lost consciousness, losing consciousness, loses consciousness, loss of consciousness, not conscious, (isnt|wasnt) conscious, unresponsive, passed out, passing out, passes out, blacked out, blacking out, blackouts, black out, out cold, comatose, in a coma, fainted, fainting, faints, collapsed, collapses, collapsing, cannot rouse, cant rouse, cannot be roused, cant be woken, cannot be woken, lifeless, barely conscious, in and out of consciousness, hasnt come round, has not come round, no pulse, cant find a pulse, cannot find a pulse, cannot feel a pulse, cant feel a pulse, fell down unconscious`,
  wont_wake: `(wont|will not|doesnt|does not|not|isnt|cant|cannot|couldnt|unable to|not able to) (wake|awaken|rouse|waken|wake up) (him|her|them|my|the|_), still (not awake|asleep and), (wont|will not|doesnt|does not|not|isnt|cant|cannot|can not|couldnt|unable to|wouldnt|hasnt|never) (waking|wake|wakes|woken|be woken|wake up|waking up|woke up|woken up|wake him|wake her|wake him up|wake her up|get up|getting up|open his eyes|open her eyes|opening his eyes|opening her eyes|come round|come around|respond|responding|responded|react|reacting|be roused|answer or react|moving or talking)`,
  unresponding:
    'no reaction, not talking and not moving, does not react, not reacting, no movement, (not|isnt|doesnt|does not|wont|will not|stopped) (respond|responding|react|reacting|answer or react|answering|reply|replying|moving), no response',
  device:
    'phone, mobile, battery, app, application, computer, laptop, website, page, screen, email, emails, message, messages, office, college, school exam, printer, machine, software, server, car, number, bank, insurance',
  fell_down:
    'dropped to the ground, fell to the ground, dropped to the floor, fell to the floor, fell down, fell over, on the floor, on the ground, lying on',

  seizure: `having seizures, had seizures, getting seizures, convulsive, grand mal, epilepsy attack, attack of epilepsy, attack of fits, fit attack, fits attack, febrile (fit|fits|seizure|convulsion), status epilepticus, seizure, seizures, (having|have|had|has|got|gets|get|getting|of|with|more|another|several|many|#) _ fits, fits (with|in|since|from|again|now|today|for|and), a fit, had a fit, having fits, epileptic attack, epileptic fit, epileptic fits, convulsion, convulsions, convulsing, convulses, convulsed, convulse, two fits, three fits, another fit, fit after fit, one fit after another, fits one after another, tonic clonic, seizing, fitting`,
  foam: 'foam, foaming, froth, frothing',
  mouth: 'mouth, lips, teeth',
  jerk: 'fitting, twitches, convulse, vibrating, jolting, stiffening, shivering uncontrollably, shake, went stiff, body stiff, jerk, jerks, jerking, jerky, twitching, shaking, trembling, thrashing, shakes, spasms, spasm, stiffened, stiff, rigid, clenched',
  whole:
    'all over, whole body, body, arms and legs, arms, legs, limbs, uncontroll*, violently, cant stop, (his|her) hands and feet, went stiff, teeth',
  eyes_rolled:
    '(eyes|eye) (have|are|were|has|had|) (rolled|rolling|roll|turned|gone|went|going) (back|up|upwards|white|upward), rolled up eyes, rolled back eyes, rolling his eyes back, eyes rolled',
  dentures: 'clothes, dress, shirt, shoe, shoes, cloth, helmet, denture*, jeans, trousers, ring, glasses, size',

  ingest:
    'swallowed up, gobbled, drinks, sucked, drank up, drank half, consumed, has had, licking, eats, ingests, drank, drunk, drink, drinking, ate, eaten, eat, eating, swallowed, swallow, swallowing, swallows, took, taken, taking, consumed, ingested, licked, put in his mouth, put in her mouth, in his mouth, in her mouth, got into, chewed, gulped, sipped, sniffed, inhaled, breathed in, injected',
  poison: `rat cake, rat paste, rodenticide, roach spray, bug spray, cleaning liquid, cleaning fluid, cleaner, phenol, toilet bowl cleaner, glass cleaner, oven cleaner, drain opener, nail remover, acetone, spirit, methylated spirit, white spirit, lamp oil, engine oil, brake fluid, coolant, paint, paint thinner, glue, varnish, mercury, arsenic, cyanide, zinc phosphide, paraquat, chlorpyrifos, endosulfan, dettol liquid, vaporub, eucalyptus oil, camphor oil, essential oil, berries, mushrooms, castor seeds, datura seeds, toilet freshener, mosquito (coil|liquid|refill|machine|killer), coin cell, coin battery, moth balls, liquidator, perfume, after shave, hand sanitizer, sanitizer, sanitiser, surf, phenyle, finyl, bleach, rat poison, rat killer, mouse poison, insecticide, pesticide, pesticides, weedkiller, weed killer, herbicide, poison, poisonous, kerosene, paraffin, petrol, diesel, gasoline, turpentine, thinner, acid, phenyl, phenol, harpic, lizol, dettol, domex, toilet cleaner, floor cleaner, drain cleaner, detergent, antifreeze, mothball, mothballs, naphthalene, camphor, organophosphate, organophosphorus, celphos, sulphos, aluminium phosphide, mosquito repellent, all out, hit spray, nail polish remover, caustic, caustic soda, hydrogen peroxide, methanol, hooch, oleander, datura, poisonous (berries|mushrooms|plant|seeds), wild mushrooms, ant killer, cockroach killer, fertiliser, fertilizer, washing liquid, laundry pod, battery, batteries, button battery, button cell, magnet, magnets, spray`,
  poisoned:
    'been poisoned, food was poisoned, someone poisoned, sprayed poison, poisoned, been poisoned, swallowed poison, drank poison, took poison, ate poison, took _ overdose, taken an overdose, overdosed, overdosing, an overdose, overdose of',
  pills:
    'sleeping pill, bp tablet, dose, doses, heart medicine, bp tablets, pill, pills, tablet, tablets, capsule, capsules, medicine, medicines, medication, paracetamol, tylenol, sleeping pills, sleeping tablets, strip, bottle, syrup, strips, iron tablets',
  others_pills:
    '(my|his|her|our|the|someones|grandmas|grandpas|grandmothers|grandfathers|mums|moms|dads|mothers|fathers|wifes|husbands) (sleeping|heart|bp|blood pressure|iron|diabetes|) (pills|tablets|tablet|medicine|medicines|medication|capsules)',
  too_many: `load of, loads of, bunch of, tons of, whole bottle, half the bottle, half a bottle, bottle of, bottleful, entire bottle, entire strip, more than, several, many, double the, all (the|his|her|my|of), whole (strip|bottle|packet|pack|box), entire, too many, too much, a lot of, lots of, (strip|bottle|packet|box|handful) of, full (strip|bottle), handful, fistful, bunch of, a dozen, dozens, extra (pills|tablets|doses|dose), by mistake, accidentally, by accident, wrong, double, someone elses, (his|her) (grandmothers|grandfathers|mothers|fathers)`,
  spraying:
    'spraying, sprayed, fumes, fume, leak, leaking, gas smell, smell of gas, smell gas, gas leak, carbon monoxide, generator, coal fire, charcoal, smoke, chlorine',
  gas: 'gas smell, smell of gas, smell gas, gas leak, gas, carbon monoxide, charcoal, coal fire, smoke, fumes, generator, heater, chlorine',
  poison_sign:
    'vomit*, drool*, dizzy, headache, headaches, throwing up, sick, drowsy, sweating, cant see, collapsed, unconscious, burning mouth, salivat*, frothing, confused, weak, foaming, breath, breathe, twitching',
  all_of_us: 'all of us, we all, everyone, everybody, whole family, the family, both of us, we are',

  snake: 'snake, snakes, cobra, viper, krait, python, rattlesnake, serpent, adder, mamba',
  scorpion: 'scorpion, scorpions',
  bite: 'bitten by, has bitten, got bitten, puncture, bite, bit, bitten, bites, biting, fang marks, fangs, fang, struck, sting, stung, stings, stinging',
  snakebite:
    'snake teeth marks, two teeth marks, two tooth marks, two puncture marks, snakebite, snake bite, snake bites, snake bit, scorpion sting, scorpion bite, fang marks, bitten by a snake, snake bitten',

  hit: `hit, hits, hitting, banging, knocking, banged, bang, bangs, bumped, bump, knocked, knock, struck, smashed, smacked, whacked, injured, injury, injuries, trauma, wound, gash, cracked, dent, dented, fractured, landed, kicked, fell, fallen, falling, fall, falls, open, hurt`,
  memory:
    '(cant|cannot|doesnt|does not|can not|didnt|dont|do not) (remember|recognise|recognize|recall) (anything|his|her|my|what|who|me|us|the|how), lost (his|her|my) memory, memory loss, forgot (who|what) (he|she|i)',
  dent: 'dent, dented, caved in, depression in',
  head_injury_name:
    'injured (his|her|my) head, hurt (his|her|my) head badly, head got (hurt|injured|hit), head (is|was) (cut|split) open, split (his|her|my) head, cracked (his|her|my) head, hit on the head, (hit|struck) on (his|her|my|the) head, head has (a|) (cut|wound|gash), head injury, head injuries, head trauma, head wound, concussion, concussed, skull fracture, fractured skull, brain injury, injury to the head, injury to (his|her|my) head, blow to the head, on to his head, onto (his|her|my|the) head, on (his|her) head',
  fell: 'fell, fallen, fall, falls, tripped, slipped, came off, thrown, knocked down, accident, crash, crashed',
  danger_sign: `throbbing, unsteady, fits, seizing, slurring, weakness, passed out, blackout, swollen eye, black eyes, clear liquid, vomit*, throwing up, threw up, confused, confusion, drowsy, sleepy, sleeping a lot, cant wake, unconscious, seeing double, double vision, blurred, fit, seizure, bleeding, blood, doesnt remember, does not remember, cant remember, cannot remember, forgot what, memory, blood thinner*, warfarin, clear fluid, fluid, pupil, pupils, dizzy, passed out, blacked out, knocked out, slurred, headache, weak, not himself, not herself, acting strange, acting strangely, wont stop crying, repeating, blurry, blurring, headache, sleeping`,
  hard: 'ceiling fan, fan, pole, wall, floor, cement, window, swing, slide, horse, truck, bus, coconut, metal, hard, badly, severely, bad, serious, seriously, heavily, violently, height, stairs, roof, motorbike, motorcycle, bike, scooter, car, ladder, tree, bat, brick, stone, rod, concrete, without a helmet, no helmet, helmet, balcony, bicycle, horse, bed, arms, terrace, hammer',
  fluid_ear:
    '(fluid|water|liquid|blood) (is|) (coming|leaking|dripping|running|draining) (from|out of) (his|her|my|the|one|both) (ear|ears|nose)',
  pupil: 'pupil, pupils',
  uneven: 'bigger, larger, unequal, different, uneven, dilated',
  blood_thinner: 'blood thinner, blood thinners, warfarin, anticoagulant*, apixaban, clopidogrel',
  baby_fell: '(baby|infant|toddler|newborn) _ (fell|rolled|dropped|has fallen|slipped), dropped (the|my) baby',

  burnt: `burn, burns, burnt, burned, burning, scald, scalds, scalded, scalding, blister, blisters, blistered, charred, skin is peeling, peeling`,
  burn_injury: 'burned, burnt, scald, scalds, scalded, charred, burns, third degree, second degree, burn',
  hot_thing: `boiling (water|oil|milk|tea|dal|soup|rice|sugar), oven, heater, bonfire, candle, petrol, gas stove, diya, lamp, hot wax, exhaust, silencer, chimney, geyser, boiling, hot (water|oil|tea|coffee|milk|ghee|fat|soup|rice|iron|steam|pan|tar|metal|drink|dal), steam, kettle, pressure cooker, stove, hot, fire, flames, flame, cooker, iron, cylinder, firecracker, fireworks, cracker, explosion, exploded, burst, blast`,
  spilled:
    'spill*, spilt, fell on, fallen on, pour*, splashed, splash, pulled, tipped, dropped, over (himself|herself|myself|him|her|me|his|my), on (himself|herself|myself), touched, burst, exploded, stepped in',
  caught_fire:
    '(house|kitchen|room|bed|blanket) _ (on fire|caught fire), burning clothes, caught in (a|the) fire, burnt in (a|the) fire, burned in (a|the) fire, (clothes|hair|sari|saree|dress|dupatta|shirt|he|she|sleeve|skirt) _ (caught fire|on fire|caught alight|in flames), caught fire, set (himself|herself|myself|her|him) (on fire|alight), set on fire',
  acid: 'cement, lime, paint thinner, drain cleaner, battery acid, acid, caustic, chemical, chemicals, bleach, lye, lime, alkali',
  thrown:
    'threw, thrown, throws, splash*, spill*, spilt, went in, got in, got into, poured, sprayed, in (my|his|her|the|one) (eye|eyes|face)',
  shock:
    'got a shock, got shock, current shock, got (an|) electric current, electrical burn, touched a live wire, lightning struck, electric shock, electrocut*, electric current, live wire, struck by lightning, hit by lightning, high voltage, shock from',
  not_burn_injury: `dinner, lunch, breakfast, food, toast, rice, curry, calories, calorie, midnight oil, tongue, out at work, burnt out, burned out, burn out, urine, urinate, urinating, pee, peeing, pass water, passing water, heartburn, stomach, reflux, sunburn, sunburnt, sunburned, feeling, sensation, cd, fat, candle, when i look, screen, bridges`,
  body_place:
    'face, arm, arms, hand, hands, leg, legs, foot, feet, chest, back, belly, tummy, stomach, palm, palms, fingers, skin, body, neck, eyes, eye, head, thigh, him, her, himself, herself, myself, over his, over her',

  fever:
    'fever, fevers, feverish, temperature, burning up, high temp, (very|so|too) hot, hot to touch, febrile, shivering, chills, fever of',
  stiff:
    '(screams|cries|screamed|cried|hurts) (when|if) (we|i|you|he|she) (move|touch|bend|lift), cannot be bent, wont (bend|move|turn), (will not|does not|doesnt) (bend|move|turn), hard to bend, painful to bend, hurts when (i|he|she) (bend|bends), stiff, stiffness, rigid, cant bend, cannot bend, unable to bend, cant move, cannot move, cant turn, hurts to bend, locked',
  chin: '(cant|cannot|can not|unable to|not able to) (put|touch|bend|move|bring|get) (my|his|her|the) (chin|neck|head)',
  purple_rash:
    '(dark|purple|red|blood|bleeding) (spots|dots) (on|under) (his|her|my|the) skin, rash (spreading|is spreading) fast, bruising rash, rash like bruises, (spots|rash|marks|patches) _ _ (that|which|) (dont|doesnt|do not|does not|wont|will not|not) (fade|fading|disappear|go away|vanish|blanch|whiten), (purple|red purple|dark red|bruise like|blotchy|purplish|pinprick) (rash|spots|patches|marks), red purple spots, rash _ (doesnt|does not|wont|will not|not|isnt) (fade|fading|go|disappear|blanch|vanish), (dont|doesnt|do not|does not|wont|will not|not) (fade|go away|disappear|blanch|fading) when, petechia*, purpura, glass test, rash looks like bruises',
  light: 'light, lights, bright light, sunlight',
  hurts_eyes: 'hurts, hurt, unbearable, bothers, painful, sensitive, cant bear, cannot bear, cant stand, cannot stand, cant look',
  meningitis_name: 'meningitis, encephalitis, meningococcal',

  diarrhoea:
    'cholera like, watery poos, purging, dysentry, loose stool, loosies, loose poo, (watery|liquid|runny) (poop|poo|potty|stool|stools|motion|motions|diarrhoea|diarrhea), motions, loosemotion, diarrhoea, diarrhea, loose motion, loose motions, loose stools, watery stools, the runs, watery motions, dysentery, cholera, gastro, gastroenteritis, stomach flu, purging',
  many_times:
    '(ten|twelve|fifteen|twenty|thirty|forty|many|countless|#) times, nonstop, non stop, all day, all night, every hour, every few minutes, constantly, continuous, continuously, everything, wont stop, since yesterday, for two days, for three days, rice water',
  no_urine: `(havent|hasnt|have not|has not|not|didnt|did not) (urinated|peed|passed urine|made water|passed water), no urine, (barely|hardly) any urine, very little urine, urine (is|has) (not coming|stopped), (urine|pee|wee) (has|have|is|) (completely|almost|) (stopped|reduced|nil|very less|very little), (nappy|nappies|diaper|diapers) (is|are|has been|have been|has stayed|still) dry, no wet (nappy|nappies|diaper|diapers), (hasnt|has not|havent|have not|had not|not|no|didnt|did not|isnt) (passed|pass|passing|had|made|done|been) (any|a|) (urine|water|pee|wee|wet nappy|wet diaper|wet nappies|wet diapers), (hasnt|has not|havent|have not|not) (peed|pee|urinated|weed|wet), no (urine|pee|wee|wet nappy|wet nappies|wet diaper|wet diapers), (not|hardly|barely) (passing|making) (any|) (urine|water), not peeing, not urinating, dry (nappy|nappies|diaper|diapers) (since|for|all), (havent|hasnt|have not|has not) been to (pee|the loo|the toilet|the bathroom)`,
  hours:
    'hours, hour, since (last night|yesterday|this morning|morning|the morning|night), all day, all night, for a day, whole day, fourteen, twelve, ten',
  sunken:
    'sunken cheeks, skin (stays up|stays pinched|does not go back|doesnt go back), crying without tears, eyes look deep, eyes (have|are|look|looks) _ (gone in|sunk|sunken|deep|hollow), eyes gone in, dry (lips|mouth|tongue), (lips|mouth|tongue) (is|are) _ dry, sunken, sunk, sunken eyes, no tears, without tears, hollow eyes, sunken fontanelle, soft spot is sunken',
  cant_keep: `(cant|cannot|can not|couldnt|could not|unable to|not able to|not) (keep|keeping|kept|hold|holding) (anything|any|water|food|fluids|even|it|liquids|any) _ _ _ down, (cant|cannot|can not|not able to|unable to) keep _ _ (down|in), vomits everything, vomiting everything, throws up everything, throwing up everything, (everything|anything) (i|he|she) (eats|eat|drinks|drink) comes (up|out)`,
  too_weak: `(hardly|barely) (sit|stand|move|walk|talk|awake|open), cant walk, cannot walk, cant lift, unable to stand, not able to stand, unable to sit, semi conscious, no strength, no energy, cold hands, fainted, collapsing, giddy, giddiness, about to faint, feel like fainting, very weak, too weak, very weak, so weak, extremely weak, cant stand, cannot stand, cant sit, cannot sit, cant get up, cannot get up, dizzy, dizziness, drowsy, faint, fainting, cramps, limp, lethargic, listless, sleepy, too drowsy, weak, barely awake, collapsed, dry mouth, mouth is dry, dry lips, mouth is very dry, confused`,
  dehydration_name:
    '(severe|severely|badly|very|dangerously) dehydrat*, heat stroke, heatstroke, sun stroke, sunstroke, stopped sweating, heat exhaustion',
  sun: 'sun, heat, heatwave, hot day, hot weather',

  nose: 'nose, nostril, nostrils, nasal, blocked nose, stuffy nose, stuffy',
  by_night:
    'at night, at nights, when i sleep, sleep on, sleeping on, slept on, in the mornings, keyboard, typing, carpal tunnel, sat on, sitting cross legged, comes and goes',
  bone_feeling: 'feeling of something, lump in my throat, feels like something, as if something, like something',
  period_normal: 'as usual, first day, second day, always heavy',
  cold: 'cold, chills, freezing, winter, nervous, nerves, excited, fear',
  soak: 'soak*, full, filled, filling, changing, change',
  labour: 'contraction, in labour, in labor, cramping every, pains every, labour, labor, labour pain, labour pains, contractions, pushing',
  hot_body: 'very hot, burning up, hot to touch, very warm, fever, boiling hot',
  sugar: 'sugar, sugars, glucose, glucometer, blood sugar, glucose meter, cbg, rbs, grbs',
  diabetic: 'diabetic, diabetes, type 1, type one, type 2, insulin, sugar patient, metformin',
  insulin: 'insulin',
  low: 'very low, extremely low, too low, below, under, plunged, crashing, dropping fast, low, lows, dropped, dropping, drops, crashed, crashing, falling, fallen, down to, plummeted, too low, very low',
  very_high:
    'very high, too high, extremely high, sky high, shows hi, says hi, reads hi, reading hi, hi on the meter, off the scale, so high, dangerously high, is high, are high, high ketones, ketones are high, ketones',
  sugar_sign: `shiver*, tremor*, irritable, foggy, very weak, drowsiness, seeing double, deep breathing, breathing deep, breathing deeply, breath smells, blacked out, cold sweat, shak*, trembl*, sweat*, confus*, drows*, sleepy, dizzy, faint*, collaps*, unconscious, passed out, vomit*, throwing up, cold and sweaty, clammy, breathing fast, cant think, nonsense, fast breathing, deep breathing, not responding, wont wake, fit, seizure, slurred, very thirsty, blurred, weak, not making sense, lethargic, not waking, unresponsive, smells of fruit, fruity, belly pain, stomach pain`,
  sugar_dazed:
    'breathing deep, breathing deeply, shivering, trembling, breath smells, tremor*, blacked out, not waking, confus*, drows*, sleepy, collaps*, unconscious, passed out, cold and sweaty, clammy, trembl*, nonsense, not responding, wont wake, unresponsive, not making sense, slurred, fit, seizure, fruity, vomit*, throwing up, shaking, shaky',
  hypo: 'hypo, hypos, hypoglycaemia, hypoglycemia, hypoglycaemic, hypoglycemic, ketoacidosis, dka, diabetic coma, insulin shock, sugar crash',
  no_food:
    '(did not|didnt|has not|hasnt|not|havent|have not|forgot to|without) (eat|eating|eaten), no food, skipped (lunch|dinner|breakfast|the meal|a meal|meal)',

  pregnant: `pregnant, pregnancy, expecting, months gone, carrying a baby, unborn, labour, labor, (weeks|months) along, in labour, in labor, contractions, trimester, gestation, my due date, (i am|im|am|is|at) # weeks, antenatal, foetus, fetus`,
  birth:
    'delivered, delivery, gave birth, given birth, after birth, childbirth, postpartum, post partum, c section, caesarean, cesarean, had (a|my|her|the) baby, miscarriage, abortion, miscarried',
  no_movement: `no heartbeat of (the|) baby, baby has no heartbeat, (baby|babys) (movement|movements) (is|are|have|has) (less|reduced|stopped|decreased), (baby) _ (not moving|not kicking|stopped moving|stopped kicking), (havent|have not|didnt|did not|not) felt (the|my|any|) (baby|movement|movements|kick|kicks), (baby|babies|he|she) _ (hasnt|has not|havent|not|isnt|stopped) _ (moved|moving|kicked|kicking), (hasnt|has not|havent|not|isnt) (moved|kicked) (since|all|today), (cant|cannot|can not|dont|do not|not|havent|no longer) (feel|felt|feeling) (the|my|any|) (baby|babys|movement|movements|kick|kicks|kicking|him move|her move), no (fetal|foetal|baby) (movement|movements), (baby|babys) _ (moving|kicking|movements) (less|reduced|much less|have reduced|has reduced|has slowed), (less|fewer|reduced) (movements|movement|kicks)`,
  still_inside: 'stopped (moving|kicking), no (movement|movements|kicks)',
  waters:
    'leaking, leaks, wetness down there, water is leaking, water leaking, fluid is leaking, fluid coming, amniotic, (waters|water|water bag|membranes) (have|has|) (broke|broken|burst|leaking|gone|ruptured), leaking (water|fluid), fluid (leaking|gushing), gush of (water|fluid), waters broke, waters have gone, waters breaking',
  early_weeks:
    '(twenty|thirty|thirty one|thirty two|thirty three|thirty four|only|#) (weeks|week), too early, early, months, preterm, premature',
  cord: 'cord',
  coming_out: 'coming out, came out, hanging out, is out, comes first, visible, feet first, foot, stuck',
  not_born: 'not coming out, (isnt|wont|doesnt|not|has not|hasnt) _ (come|coming|born|out), baby is stuck, (shoulder|head) is stuck',
  spotting: 'bleed*, bled, blood, spotting, clots, haemorrhage, hemorrhage',
  blurred:
    'blurred, blurry, flashing lights, flashes, spots before, seeing spots, seeing stars, vision, dazzle, see spots, double, zig zag',
  preeclampsia:
    'high bp in pregnancy, high blood pressure in pregnancy, umbilical cord, pre eclampsia, preeclampsia, eclampsia, ectopic, placenta previa, placental abruption',

  newborn: `newborn, new born, newborns, neonate, days old, day old, (one|two|three|four|five|six|#) (week|weeks) old, (one|two|#) (month|months) old, (week|month) old, (two|one) months old, month old baby, just born, premature baby, preterm baby`,
  baby: 'baby, babys, babies, infant, infants, newborn, new born, toddler, month old, months old, week old, weeks old, days old, year old, one year old, neonate, little one',
  foreign: 'coin, coins, pin, nail, needle, bead, marble, button, stone, screw, toy, battery, magnet, safety pin, earring',
  child:
    'child, childs, son, daughter, kid, baby, babys, infant, toddler, boy, girl, grandson, granddaughter, newborn, year old, month old, months old, little one, nephew, niece, aged',
  not_feeding: `not interested in (milk|feeding|feeds), no interest in (milk|feeding), wont take (the|) (breast|bottle|feed|feeds), not sucking, stopped sucking, stopped feeding, stopped drinking, hasnt had (any|) (milk|feed), (wont|will not|not|isnt|doesnt|does not|hasnt|has not|refus*|stopped|unable to|cant|cannot|too sleepy to|too weak to|too tired to|too drowsy to|didnt|never) (to|) (feed|feeding|fed|suck|sucking|drink|drinking|breastfeed|breastfeeding|latch|nurse|taking milk|take milk|taken milk|taken any milk|take any milk|taking feeds|take feeds|taken any feed|take the breast|taking the breast|take the bottle|taking the bottle|drinking anything|drink anything|drinking milk|drink milk|swallow|taken a feed), refuses (the|) (breast|bottle|milk|feeds|all feeds), refusing (the|) (breast|bottle|milk|feeds)`,
  floppy:
    'not crying, grey and, stopped crying and, weak and, dull and, not active, very dull, not responsive, hardly moving, unusually sleepy, excessively sleepy, sleepy and, no tone, cold to touch, body is cold, feels cold, is cold, very pale, pale, floppy, limp, listless, lethargic, like a rag doll, not moving, no energy at all, unresponsive, not responding, very drowsy, drowsy, too sleepy, sleeping all the time, wont wake, hard to wake, difficult to wake, not waking, staring blankly',
  fontanelle: 'soft spot, fontanelle, fontanel',
  bulging: 'bulging, bulges, swollen, sunken, sunk, raised, depressed',
  inconsolable:
    'keeps screaming, keeps crying, (crying|screaming) (for|since) (hours|morning|last night|yesterday|an hour|two hours|three hours), moaning, weak cry, whimpering, (cries|crying|screaming|cried|screams) _ (non stop|nonstop|constantly|for hours|without stopping|continuously), high pitched (cry|scream|crying|screaming), (cant|cannot|wont|will not) be (consoled|comforted|soothed|settled), inconsolable, (wont|will not|doesnt|does not|hasnt) stop crying',
  mottled: 'mottled, pale and cold, cold hands and feet, skin is cold, cold and pale, grey, gray, blue, bluish, very pale, blotchy',
  jaundice: 'yellow, jaundice, jaundiced',
  fever_days: 'for (four|five|six|seven|#) days, (four|five|six|seven) days, for a week, 104, 105, 40',

  kill_self: `(jump*) (off|from|out of) (my|the|a|our) (balcony|roof|terrace|window|building|bridge|floor|flat), (jump*) in front of (a|the) (train|bus|truck|car|metro), wrote a (goodbye|suicide|farewell), farewell letter, planned (how|my) (to die|death|suicide), hanging herself, hanging himself, noose, thinking of ending, thinking about suicide, thought of suicide, suicidal thoughts, attempt suicide, attempted suicide, tried to (kill|hang|poison|drown|burn) (myself|himself|herself), die by suicide, take poison, drink poison, jump from (the|my) (building|window|floor), jump in (the|a) (river|well), jump off, overdose on purpose, shoot himself, kill myself, killing myself, kill himself, kill herself, killing himself, killing herself, kill themselves, suicide, suicidal, end my life, ending my life, end his life, end her life, end it all, ending it all, end everything, ending everything, finish myself, finish my life, ending myself, end myself, finish it all, take my own life, taking my own life, take his own life, take her own life, taking my life, take my life, end my own life, hang myself, hang himself, hang herself, hanging myself, hanged himself, hanged herself, drown myself, shoot myself, jump off (the|a) (bridge|roof|building|terrace|balcony), jump in front of, jump from the (roof|terrace|balcony|bridge), (slit|slitting|slash|cut|cutting) (my|his|her) (wrist|wrists|veins), goodbye (message|note|letter), suicide note, unalive myself, do away with myself`,
  want_to_die: `(nobody|no one) would (care|notice|miss me) _ (if|when) i (died|die|was gone|were gone|am gone|disappeared), (nobody|no one) would miss me, want to sleep forever, better for everyone if i, better if i (am|was|were) not (here|alive), a burden (to|on) (everyone|my family|everybody|them) _, dont want to be here, do not want to be here, i want to be dead, what if i died, thoughts about (death|dying), thinking about death, dont want to wake up, (wish|hope) i (die|never wake), ready to die, no longer want to live, i (will|am going to|gonna) (end|finish) (it|myself|everything), life should end, better to die, rather not be here, disappear from this world, (want|wants|wanted|wanna|wish|wishes|going|like|ready|rather|better|prefer) (to|) (die|be dead|not exist|disappear forever|not wake up), (wish|wishes|wished) (i|he|she) (was|were|is|am|would be) dead, wish i (could|would) (die|not wake up), wish i had never been born, (i|he|she|id) rather be dead, rather die, better off dead, better (off|) without me, better if i (was|were) (dead|gone|not here), i should be dead, want it all to (end|stop), want (it|everything) to be over, sleep and never wake up, go to sleep and not wake up, never wake up, thoughts of (dying|death|ending), thinking (of|about) (dying|death|ending it)`,
  no_life: `giving up on life, given up on life, ready to give up, cant do this (any more|anymore), (cant|cannot) go on, no will to live, dont want this life, cant take (it|this|life) (any more|anymore), cannot take (it|this|life) (any more|anymore), nothing left, (lost|no) (the|) (will|desire) to live, hopeless and, no hope left, dont care if i live, (dont|do not|doesnt|cant|cannot) see (any|a|the) (reason|point|purpose|meaning) (to|in|of|for) (keep living|living|live|go on|going on|carry on|being alive), no (reason|point) (to|in) (keep|keep on|go on|carry on) living, life has no (meaning|purpose|point), fed up (of|with) (life|living|my life), (dont|do not|doesnt|does not|didnt|no longer|not) (want|wants|wanna|wish|feel like) (to|) (live|living|be alive|being alive|go on|going on living|exist|be here any more|be here anymore|be in this world|wake up), (no|see no|any) (point|reason|purpose) (in|to|of|for) (living|live|life|go on|going on|be alive|carry on), (nothing|no reason) (left|) to live for, (nothing|anything) to live for, life (is|isnt|is not|seems) (not|) (worth|pointless|meaningless), not worth living, tired of (living|life|being alive), cant go on (living|any more|anymore|like this), cannot go on (living|any more|anymore|like this), (dont|do not) see (a|any) future`,
  live_place:
    'live in (this|the|a) (city|house|town|village|country|flat|place|area|hostel|street), live (in|with|at|near|there|alone|here), living (in|with|at|near)',
  self_injury: `slit, slitting, slashed, cut (his|her|my) (arm|arms|hand|thigh|thighs|wrist) with a (blade|razor|knife), burning myself, hitting myself, self harms, (hurt|hurting|harm|harming|harmed|cut|cutting|cuts|burn|burning|injure|injuring|burned) (myself|himself|herself|themselves) (on purpose|again|deliberately|intentionally|when|to feel), self harm, self harming, self harmed, self injury, (cutting|cut) (my|his|her) (wrists|wrist|arms|arm|thighs), harm myself, harming myself, hurting myself, cutting myself, harming himself, harming herself, cutting herself, cutting himself, hurt myself on purpose, want to hurt myself, urge to hurt myself`,
  by_accident:
    'while (chopping|cutting|cooking|shaving|peeling|slicing|working|gardening), chopping, shaving, accidentally, by accident, slicing, onions, vegetables, knife slipped, on a (nail|tin|glass), on glass',
  prevention: 'prevention, prevent, poster, helpline poster, awareness, squad, article, lecture',

  attacker: `mother in law, brother in law, sister in law, roommate, warden, tutor, driver, watchman, guard, colleague, manager, stepbrother, step brother, foster, guardian, my own son, husband, wife, partner, boyfriend, girlfriend, father, mother, stepfather, stepmother, step father, step mother, stepdad, uncle, aunt, brother, sister, son, daughter in law, son in law, in laws, inlaws, mother in law, father in law, ex, teacher, boss, neighbour, neighbor, cousin, carer, caretaker, nurse, man, men, someone, somebody, he, she, they, dad, mum, mom, parents, family, stranger, fiance, landlord, employer, priest, coach, grandfather, grandson, relative`,
  strikes: `punches me, throttled me, throttles me, choked me, choking me, drags me, hits me every, hurts me, (burned|burnt|burns) me with (a|) (cigarette|cigarettes|iron), spits on me, (beats|hits|kicks|slaps|punches|thrashes) (my|the|our) (mother|mum|mom|wife|child|children|kids|son|daughter|baby), beating (me|us|her), hits me, hit me, slapped me, punched me, kicked me, beat me up, beats me up, with a (belt|stick|rod), threw (hot|boiling|acid) _ (at|on) me, (pushed|pushes|dragged|drags|shoved|shoves) (me|her), (beats|hits|slaps|punches|kicks|strangles|chokes|abuses|hurts|tortures|attacks|burns|bites|whips|belts|molests|rapes|forces|threatens|slapped|punched|strangled|choked|abused|tortured|attacked|molested|raped|threatened|assaulted|harassed|thrashed|thrashes|beat|hit|kicked|beating|hitting|slapping|hurt) (me|us|my (son|daughter|child|mother|sister|kids|children|baby|brother)|her|him|the (child|children|kids|baby)),
    (being|am being|is being|was|were|been|get|gets|got|getting) (beaten|abused|molested|raped|assaulted|tortured|strangled|sexually abused|sexually assaulted|physically abused|beaten up|thrashed), (am|is|are|) being hit, beats up, (choked|burnt|burned|stabbed|bit|pushed) (me|her), tried to (strangle|choke|kill|rape|stab|smother|suffocate|burn) (me|her|us|him|my), hand on my throat, (hurting|hitting|beating|abusing|molesting|touching) my (child|son|daughter|baby|mother|sister|kids|children)`,
  rape: 'forced to have sex, forces me to have sex, forced sex, forced into sex, made me have sex, sex against my will, have sex without my consent, forces me into sex, rape, raped, raping, sexually assaulted, sexual assault, sexually abused, sexual abuse, molested, molesting, gang raped, date rape, drugged and',
  bad_touch: `touching me, touching (her|him|my daughter|my son), rubs against, rubbed against, (touch|touches|touched|touching|grabs|gropes|groped|fondled|fondles) (me|us|her|him|my (daughter|son|child|sister|body|private parts|privates|breasts|chest)), forced me to, forces me to, forces himself, forced himself, made me touch, makes me touch, private parts, shows me (his|dirty|bad)`,
  bad_way: `(bad|wrong|dirty|sexual|inappropriate) (way|place|places|touch), inappropriately, badly, private parts, secret, not to tell, dont tell, do not tell, at night, without my consent, sexually, against my will, forced, forces, touch him, sex, naked, undress`,
  molest: 'touched (my|her|his|me) (private parts|breasts|chest|bottom|inappropriately), (groped|fondled|molested) (me|her|him|my)',
  locked_up:
    '(lock|locks|locked|locking) (me|us|her|my mother) (up|in|inside|indoors|out), (keep|keeps|kept|keeping) (me|us|her) (locked|in a room|indoors|prisoner|inside), (dont|do not|doesnt|does not|wont|will not|not|never) (give|gives|giving|let|lets|allow|allows|allowed) (me|us|her) _ (food|eat|leave|go|out|see|money|medicine), takes (my|her) (pension|money|phone|medicine), not allowed to leave, not give me food',
  threat:
    '(threat*) (to|) (kill|hurt|burn|stab|shoot|rape|murder|harm|hit|beat|throw acid), (threat*) (me|us|her|my) _ _ _ (kill|knife|gun|acid|hurt|burn|murder), (says|said|saying) (he|she|they) (will|would|is going to|are going to) (kill|burn|murder|rape|stab) (me|us|her|my), death threat, death threats, with a knife',
  afraid_home:
    '(afraid|scared|frightened|terrified|fear|fearful) (to|of) (go|going|return|returning|be at|being at|stay at) home, (afraid|scared|frightened|terrified) of (my|her|his) (husband|partner|father|stepfather|son|boyfriend|uncle|brother|in laws|ex|wife|mother), not safe at home, unsafe at home, dont feel safe at home, do not feel safe at home',
  abuse_name:
    'blackmail*, scared of my husband, afraid of my husband, my husband is violent, violent husband, violent at home, being tortured, torture me, tortures me, harassing me, sexually harass*, harassment at home, mistreated, mistreats, abuses me, abusing me, domestic violence, domestic abuse, being abused, is abused, am abused, child abuse, abusive, marital rape, dowry, trafficked, trafficking, forced marriage, elder abuse, is abusing, abuses',
  bruises: 'bruise, bruises, bruised, marks on her, marks on his',
  hurting_child:
    '(hurting|hurts|hurt|hitting|hits|beating|beats|abusing) (my|the|our) (child|son|daughter|baby|kid|grandson|granddaughter)',
  benign_hit:
    'vehicle, accident, rear ended, motorcycle, truck, bus, van, driver, driving, ball, his knee, her knee, his head, her head, his toe, door, table, wall, heart, eggs, egg, heat, sun, drum, drums, record, traffic, target, by a car, car hit, hit by, gym, wave, flu, cold, virus, tiredness, headache, pain, smell, sentence, back hurts, leg hurts, knee hurts, chest hurts, stomach hurts, it hurts',
  substance: 'substance abuse, drug abuse, alcohol abuse, abuse clinic, alcohol clinic',

  $idiom: `stroke of (luck|genius|midnight), (breast|back|swimming) stroke, breaststroke, brush stroke, brush strokes, strokes of, breath of fresh air, (took|takes|take|taking) my breath away, hold my breath, bad breath, breath (smells|smell|stinks), heart (broken|break|breaking|felt|warming|to heart), broken heart, heartbroken, by heart, learn by heart, gave me a heart attack, give me a heart attack, (nearly|almost) (gave|had) _ _ _ heart attack, killing me, (kill|die|dying) for (a|an|some|the), dying to (see|know|meet|go|eat|hear), dying of (laughter|boredom|hunger|curiosity|shame|heat), died of (shame|laughter|boredom|embarrassment), (could|nearly|almost) (have|) died of, dead tired, dead battery, dead line, scared to death, bored to death, worried to death, tickled to death, fits of (laughter|giggles|rage|laughing), fit as a fiddle, (fit|fits) (and|&) (healthy|well), keep fit, stay fit, get fit, (dont|doesnt|does not|do not|didnt|well|perfectly) fit, (passed|pass) out of, passed with, sight of blood, blood (test|tests|pressure|group|sugar|sugars|glucose|work|report|reports|count|type|donation|bank|sample|thinner|thinners|donor|relation|brother|bath|shot|draw|drive|flow|clot|clots|vessel|vessels|cells|cell|supply), bloodshot, bloodwork, bleeding (me|us) dry, bleeding edge, bleeding heart, hit the (nail|road|sack|gym|jackpot|target|hay), head of (the|department|a), head office, head start, off the top of my head, headed, over my head, head lice, cold shoulder, choked up, choke point, burn* (the midnight|out), burn (calories|fat|off), slow burn, snakes and ladders, snake plant, snake oil, snake in the grass, snake game, snake gourd, stuck in (traffic|a queue|a meeting|the lift), fall asleep, falling asleep, fell asleep, fell in love, fall in love, falling behind, fall (back|behind|apart), shake hands, shaking my head, shook hands, food poisoning, toxic boss, poison ivy, kidney stones, kidney stone, gall stones, gallstone, gallstones, gall bladder stone, seizure of, police seizure, no (blood|fluid) relation, die hard, died down, dies down, (phone|battery|mobile|laptop|tablet|car|engine) (has|is|) (died|dead|dying), a shot in the dark, beat around, (it|that|what) beats me, eye opener, fever pitch, light headed, lightheaded, light headedness, lightheadedness, light headache, light (meal|meals|food|lunch|dinner|exercise|walk|cold|cough|duty|breakfast|work), light of, heavy (traffic|work|rain|meal|lifting|bag), dry (cough|skin|eyes|eye|clean), tight (schedule|budget|clothes|jeans|shoes|deadline), stiff (competition|collar|drink), low (cost|price|fat|salt|sugar diet|sugar food), high time, sugar (free|cane), without sugar, no sugar in, less sugar, blind (date|spot), under the weather, stone cold, panic attack, panic attacks, anxiety attack, anxiety attacks`,
};
