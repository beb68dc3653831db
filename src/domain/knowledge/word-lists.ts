/** Lists of words that say little, for weighing what a question asks about. Written by hand; a word missing here only weighs more. */
const words = (text: string): ReadonlySet<string> => new Set(text.normalize('NFC').trim().split(/\s+/));

/** Words that carry no subject in any sentence. */
const empty = words(`
a an the this that these those it its itself he she they them their theirs his her hers him himself herself themselves we us our ours you your yours i me my mine
is are was were be been being am do does did done doing has have had having can could may might must shall should will would cannot cant dont doesnt didnt isnt arent wasnt wont
and or but nor so yet if then than as at by for from in into of off on onto out over to toward towards under up upon with within without about above below between among
through during before after again against because while until till since per via not no only just also too very more most less least much many few some any each every all both either neither other another
such same own here there where when why how what which who whom whose whether there's one ones etc rather quite even ever never always often sometimes usually still already almost
get gets got getting go goes going gone come comes came make makes made take takes took taken give gives gave given taking giving making going using put let say says said tell tells told use uses used using
का के की को से में पर ने और या भी ही तो है हैं था थे थी थीं हो होता होती होते हुआ हुई हुए हूं हूँ कर करना करने करते करती करता करें करो किया की गई गया गए जा जाता जाती जाते जाना जाए रहा रही रहे
यह वह ये वे इस उस इन उन इसका इसकी इसके उसका उसकी उसके इसे उसे इन्हें उन्हें मैं हम आप तुम मेरा मेरी मेरे हमारा हमारी हमारे आपका आपकी आपके अपना अपनी अपने मुझे हमें आपको एवं तथा लेकिन मगर पर परंतु अगर यदि जब तब तक जो जिस जिन सब सभी कुछ कोई किसी
नहीं मत न ना बहुत ज़्यादा ज्यादा कम साथ लिए द्वारा वाला वाली वाले बाद पहले फिर अब यहां यहाँ वहां वहाँ एक लगता लगती लगते चाहिए सकता सकती सकते देना दें दे लेना लें ले
hai hain tha thi the ho hota hoti hote hua hui hue ka ke ki ko se me mein mai par pe ne aur ya bhi hi to toh kar karna karne karte karti karta kare karein kiya gaya gayi gaye ja jata jati jaye raha rahi rahe
yeh ye woh wo is us iska iski iske uska uski uske main hum aap mera meri mere hamara hamari aapka apna apni apne mujhe hame agar jab tab tak jo sab kuch koi kisi nahi nahin mat na bahut zyada kam saath liye wala wali wale baad pehle phir ab chahiye sakta sakti sakte dena de lena le hu hoon
`);

/** Words of asking: they say what kind of answer is wanted and nothing of its subject. */
const asking = words(`
what when where which who whom whose why how long often much many time times far please tell explain describe know want need wonder does mean means meaning kind type sort way ways happen happens called define
there any really exactly best better good bad possible likely right different difference find learn question answer information info someone person people anyone somebody
क्या कब कहां कहाँ कौन कौनसा कौनसी किस किसे किसको किसने क्यों कैसे कैसा कैसी कितना कितनी कितने कितनो बताइए बताएं बताएँ बताओ बता मतलब जानना पता समय देर बार
kya kab kahan kaha kaun kaunsa kaunsi kisko kisne kyun kyon kyu kaise kaisa kaisi kitna kitni kitne batao bataiye bataye batayen matlab pata samay der baar
`);

/** Words that any page of a clinic may have: they help to find it and do not tell it from others. */
const common = words(`
patient patients hospital clinic doctor doctors nurse medicine medicin medical health healthcare care disease diseas diseases disorder condition illness ill sick problem issue treatment treat treatments therapy cure
cause caus causes symptom sign diagnosis diagnos test result effect side risk factor complication prevent prevention body pain adult child children women woman men man male female old young age ages year month week day hour minute
study studi research clinical associat association associated related relation relationship role impact influence outcome increas increase decrease reduc reduce improv improve chang change level rate high low new
common normal abnormal important effectiv effective effectiveness efficacy safe safety benefit useful usefulness need necessary justify justified appropriate available help work start stop begin continue last live life
report reported feature features characteristic property properties activity incidence frequency concentration amount number presence case cases group population differenc different compare compar comparison versus term
large small big little great early late long-term short first second single double main major minor possible predict predictor prognosis prognostic management manage approach method analysis evaluat evaluation assess assessment
morning evening night today tomorrow daily
मरीज मरीज़ रोगी अस्पताल डॉक्टर दवा दवाई दवाइयां इलाज बीमारी रोग लक्षण कारण जांच जाँच खतरा असर बच्चा बच्चे बच्चों आदमी औरत महिला साल महीना हफ्ता दिन घंटा मिनट शरीर दर्द
mareez mariz rogi aspatal doctor dawa dawai ilaj bimari rog lakshan karan jaanch khatra asar bachha bacche sal saal mahina hafta din ghanta sharir dard
`);

/** Words of every day: more than nothing, less than a name. */
const everyday = words(`
lead back away occur detect find found see look show receive cause keep carry bring put leave move turn call ask answer think feel become remain stay reach pass stand sit run walk talk speak read write learn teach
pay cost buy sell send hold open close cut break build grow fall rise add allow offer provide include contain consist form base follow join meet depend exist involve require lower higher deal
home house room place way day thing part side end point line case fact hand head area country city world school work family friend name word book page list water food money price number
hard easy fast slow strong weak heavy light hot cold warm dry wet full empty clean dirty long short wide deep near far next last early late common special general local public
death die dead alive born birth success fail failure problem question reason result choice option chance kind sense idea plan rule law state service system program project process
people person adult male female similar alternative additional current recent previous future particular specific various certain
`);

const numbers: ReadonlyMap<string, string> = new Map(
  [
    'zero _ two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty',
    'शून्य _ दो तीन चार पांच छह सात आठ नौ दस ग्यारह बारह तेरह चौदह पंद्रह सोलह सत्रह अठारह उन्नीस बीस',
  ].flatMap((row) => row.split(' ').map((word, number): [string, string] => [word, String(number)])),
);

export const listed = { empty, asking, common, everyday, numbers } as const;

/** Words of patients and words of doctors for one thing; and words that a leaflet and a question use for one another. */
const groups = `
kidney renal nephric
heart cardiac
liver hepatic
lung pulmonary
stomach gastric belly tummy abdomen abdominal
brain cerebral
skin dermal cutaneous
bone skeletal
tooth teeth dental
eye ocular ophthalmic
ear aural otic
blood haematic
child children kid kids paediatric pediatric
doctor physician
medicine medication drug medicament
dose dosage
fever pyrexia
warm heat temperature degree celsius
tired fatigue tiredness
vomit emesis
itch pruritus itching
swelling edema oedema
cancer tumor tumour malignancy neoplasm carcinoma
shot injection jab
vaccine vaccination immunization immunisation vaccinate
bleed hemorrhage haemorrhage
period menstruation menstrual
pregnant pregnancy
breastfeed breastfeeding lactation lactating nursing
surgery operation surgical
fridge refrigerator
refrigerate refrigerated
buy bought purchase
keep kept store storage
begin began begun start
eat ate eaten
drink drank drunk
hold held
sleep slept
wash rinse clean
phone telephone call
open opened opening opens
close closed closing shut
visit visitor visiting
fracture break broken broke
plaster cast
high raised elevated
sugar glucose
urine urinary
death dead die died dying fatal mortality lethal deadly
smoke smoking tobacco cigarette
baby infant newborn neonate
elderly aged senior geriatric
dizzy dizziness vertigo
recur recurrence relapse
price cost fee charge
counter desk window
pill tablet
toilet bathroom restroom washroom
laboratory lab
inherit genetic hereditary gene
examination exam test
pee urinate urination
poop stool faeces feces
heal healing
throw discard
`;

export const synonymGroups: readonly (readonly string[])[] = groups
  .trim()
  .split('\n')
  .map((line) => line.split(' '));

/** Several words of patients for one of doctors: where either stands, the other is said as well. */
export const saidInOneWord: readonly (readonly [string, string])[] = [
  ['high blood pressure', 'hypertension'],
  ['low blood pressure', 'hypotension'],
  ['high blood sugar', 'hyperglycemia'],
  ['low blood sugar', 'hypoglycemia'],
  ['heart attack', 'infarction'],
  ['shortness of breath', 'dyspnea'],
  ['kidney stone', 'nephrolithiasis'],
  ['chicken pox', 'varicella'],
  ['whooping cough', 'pertussis'],
  ['lock jaw', 'tetanus'],
  ['sore throat', 'pharyngitis'],
  ['heart burn', 'reflux'],
  ['blood thinner', 'anticoagulant'],
  ['pain killer', 'analgesic'],
];
