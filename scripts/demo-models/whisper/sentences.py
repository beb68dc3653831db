"""What is said: a grammar of clinic sentences, the way people speak to a reception and to a doctor.

Numbers are written as words, digit strings as single digits with spaces ("9 8 4"), so that every digit is one token. About one sentence
in seven is words in no sensible order: without those a small model learns to guess the phrase and stops listening to the words.
"""
import random
import zlib

FIRST = """Asha John Fatima Ravi Maria David Sunita Ahmed Grace Peter Anita Kofi Priya James Leila Samuel Meena Daniel Amina Thomas Lakshmi Rahul
Sarah Joseph Nisha Michael Zainab Arjun Emma Vikram Elena Omar Kavita Paul Rosa Imran Hannah Suresh Ruth Ibrahim Deepa Martin Aisha Kiran Julia
Mohan Esther Farah Anand Laura Sanjay Naomi Yusuf Geeta Simon Comfort Rekha Robert Salma Ajay Clara""".split()
LAST = """Rao Khan Patel Sharma Mensah Okafor Singh Silva Das Thomas Gupta Ali Fernandez Nair Brown Iyer Adeyemi Kumar Jones Reddy Hassan Wilson
Mehta Owusu Garcia Verma Smith Joshi Banda Chopra Taylor Bose Mwangi Kaur Lopez Menon Clark Shetty Abebe Pillai Walker Sethi Ndlovu Desai Green
Malik Kamau Bhat Moreno Hughes""".split()
DOCTORS = """Rao Mensah Patel Sharma Silva Okafor Iyer Khan Fernandez Nair Gupta Brown Singh Das Mehta Hassan Joshi Owusu Reddy Wilson Bose
Menon Kamau Verma""".split()
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
MONTHS = "January February March April May June July August September October November December".split()
ORDINALS = """first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth
seventeenth eighteenth nineteenth twentieth twenty-first twenty-second twenty-third twenty-fourth twenty-fifth twenty-sixth twenty-seventh
twenty-eighth twenty-ninth thirtieth thirty-first""".replace("-", "_").split()
ORDINALS = [word.replace("_", " ") for word in ORDINALS]
SMALL = "one two three four five six seven eight nine ten eleven twelve".split()
TEENS = "thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
DEPARTMENTS = """cardiology dermatology general_medicine paediatrics orthopaedics the_eye_clinic the_dental_clinic physiotherapy radiology
gynaecology the_laboratory the_pharmacy the_emergency_room""".replace("\n", " ").split()
DEPARTMENTS = [word.replace("_", " ") for word in DEPARTMENTS]
SYMPTOMS = """a fever|a cough|a headache|a sore throat|chest pain|back pain|stomach pain|a skin rash|an ear ache|a runny nose|diarrhoea|vomiting|
dizziness|a burning feeling when I pass urine|swelling in my leg|pain in my knee|a tooth ache|blurred vision|a blocked nose|joint pain|
shortness of breath|trouble sleeping|an itchy rash|nausea|a stiff neck|constipation|heartburn|muscle pain|weakness in my arm|red eyes|
a palpitation|night sweats|no appetite|a cut on my finger|a swollen ankle|pain in my shoulder|cramps|a dry cough|hives|numb fingers"""
SYMPTOMS = [symptom.strip() for symptom in SYMPTOMS.replace("\n", "").split("|")]
CONDITIONS = """diabetes|high blood pressure|asthma|anaemia|migraine|a thyroid problem|arthritis|heart disease|a kidney infection|malaria|
tuberculosis|eczema|epilepsy|depression|pneumonia|dengue|high cholesterol|a stomach ulcer|hepatitis|typhoid"""
CONDITIONS = [condition.strip() for condition in CONDITIONS.replace("\n", "").split("|")]
MEDICINES = """paracetamol ibuprofen aspirin amoxicillin metformin insulin amlodipine salbutamol omeprazole cetirizine prednisolone atorvastatin
losartan azithromycin iron_tablets vitamin_D cough_syrup antibiotics the_inhaler my_tablets diclofenac penicillin""".split()
MEDICINES = [word.replace("_", " ") for word in MEDICINES]
RELATIVES = """my son|my daughter|my mother|my father|my wife|my husband|my baby|my brother|my sister|my grandmother|my grandfather|my friend|my child|
my neighbour|my aunt|my uncle"""
RELATIVES = [relative.strip() for relative in RELATIVES.replace("\n", "").split("|")]
BODY = "head neck chest back stomach arm leg knee foot hand eye ear throat shoulder hip ankle wrist elbow face skin".split()
RED_FLAGS = """I have chest pain and my left arm hurts.|He cannot breathe.|She fainted and is not breathing.|My baby is having a seizure.|
I am bleeding heavily.|He is unconscious.|I want to kill myself.|She is not waking up.|I took too many tablets.|My face is drooping on one side.|
He was hit by a car.|I cannot feel my legs.|There is blood in my vomit.|She is choking.|My lips are turning blue.|I think it is a stroke.|
I am having a heart attack.|He swallowed bleach.|She was bitten by a snake.|The pain came suddenly and it is very bad.|
My child has a high fever and a stiff neck.|I am pregnant and I am bleeding.|He is confused and cannot speak.|Please send an ambulance."""
RED_FLAGS = [flag.strip() for flag in RED_FLAGS.replace("\n", "").split("|")]
SHORT = """Hello.|Good morning.|Good afternoon.|Good evening.|Yes.|No.|Yes, please.|No, thank you.|Thank you.|Thank you very much.|That is right.|
That is wrong.|Please repeat that.|Could you say that again?|I do not understand.|One moment, please.|Goodbye.|Okay.|Sure.|Of course.|
Never mind.|Please speak more slowly.|Can I speak to a person?|Help me, please.|Stop.|Wait.|Who is this?|Are you a machine?|I am not sure.|
That works for me.|That is too late.|That is too early.|Anything earlier?|Do you have another day?|Yes, that is correct.|No, that is not correct.|
I need help.|I would like to talk to a nurse.|Please call me back.|Where is the clinic?|Are you open today?|How much does it cost?|Correct.|
When do you open?|When do you close?|Is there parking?|Do I need to bring anything?|Do you take insurance?|I lost my card.|Perfect.|Fine."""
SHORT = [phrase.strip() for phrase in SHORT.replace("\n", "").split("|")]
COMMON = """about above after again against all also always and another answer around ask away back bad because become before begin behind believe best
better between big black blue boy bread bring brother brown build but buy call came can carry change chair child city clean clear close cold come
cook could country cut dark day deep different dinner do door down drink drive early earth east eat end enough even ever every face fall family far
farm fast feel few field find fire first fish floor flower follow food foot forget found friend from front full garden get girl give glass go gold
good great green ground grow half hand happy hard have hear heart heavy help here high hold home hope horse hot hour house how hundred ice idea if
important inside iron island job jump just keep kind kitchen know land language large last late laugh lead learn leave left letter life light like
line list listen little live long look lose loud love low machine make man many market matter maybe mean meat meet middle milk mind minute money
month moon more morning most mother mountain mouth move much music must name near need never new news next night nine north nothing now number
office often oil old once only open orange other our out outside over page paper part pass past pay people perhaps phone picture piece place plan
plant play please point poor pound power pull push put question quick quiet rain read ready real red remember rest rice rich right ring river road
room round run safe said salt same sand save say school sea season second see seem send seven shape she shoe shop should show side sign silver
simple sing sit six sleep slow small smile snow some song soon sound south space speak spring stand star start stay still stone stop story street
strong sugar summer sun sure swim table take talk tall tea teach tell ten than that their them then there these thick thin thing think third this
those three through time tired today together tomorrow tonight too top town train travel tree true try turn two under until up use very village
visit voice wait walk wall want warm wash watch water way we wear weather week well west what wheel when where which white who why wide wife wild
wind window winter with woman wood word work world would write wrong year yellow yes yesterday yet you young your""".split()


def capitalise(text: str) -> str:
    return text[0].upper() + text[1:]


class Speaker:
    """Makes sentences from one source of chance."""

    def __init__(self, seed: int):
        self.chance = random.Random(seed)

    def pick(self, options):
        return self.chance.choice(options)

    def maybe(self, share: float) -> bool:
        return self.chance.random() < share

    def name(self) -> str:
        return f"{self.pick(FIRST)} {self.pick(LAST)}"

    def doctor(self) -> str:
        return f"Doctor {self.pick(DOCTORS)}"

    def count(self, low: int, high: int) -> str:
        return spell(self.chance.randint(low, high))

    def digits(self, length: int) -> str:
        return " ".join(str(self.chance.randint(0, 9)) for _ in range(length))

    def time(self) -> str:
        hour = self.pick(SMALL)
        kind = self.chance.random()
        if kind < 0.3:
            clock = f"{hour} {self.pick(['fifteen', 'thirty', 'forty five', 'twenty', 'ten', 'forty'])}"
        elif kind < 0.45:
            clock = f"half past {hour}"
        elif kind < 0.6:
            clock = f"quarter {self.pick(['past', 'to'])} {hour}"
        elif kind < 0.8:
            clock = f"{hour} o'clock"
        else:
            clock = hour
        return clock + self.pick(["", "", " in the morning", " in the afternoon", " in the evening"])

    def day(self) -> str:
        kind = self.chance.random()
        if kind < 0.3:
            return self.pick(["on ", "on ", "next ", "this "]) + self.pick(WEEKDAYS)
        if kind < 0.5:
            return self.pick(["tomorrow", "today", "tomorrow morning", "tomorrow afternoon", "this afternoon", "next week", "the day after tomorrow",
                              "this evening", "next month", "in two weeks"])
        if kind < 0.75:
            return f"on the {self.pick(ORDINALS)} of {self.pick(MONTHS)}"
        return f"on {self.pick(MONTHS)} {self.pick(ORDINALS)}"

    def duration(self) -> str:
        number = self.count(2, 12)
        return self.pick([f"for {number} days", f"for {number} weeks", "since yesterday", f"since {self.pick(WEEKDAYS)}", "since this morning",
                          "since last night", f"for {number} hours", "for a week", "for a month", f"for {number} months"])

    def booking(self) -> str:
        return self.pick([
            lambda: f"I would like to book an appointment with {self.doctor()} {self.day()}.",
            lambda: f"Can I see {self.doctor()} {self.day()} at {self.time()}?",
            lambda: f"I would like to see {self.doctor()} {self.day()} at {self.time()}.",
            lambda: f"I need an appointment {self.day()} at {self.time()}.",
            lambda: f"Is {self.doctor()} available {self.day()}?",
            lambda: f"Is {self.doctor()} free {self.day()} at {self.time()}?",
            lambda: f"Please book me for {self.time()}.",
            lambda: f"I want to make an appointment in {self.pick(DEPARTMENTS)}.",
            lambda: f"Do you have anything {self.day()}?",
            lambda: f"What times are free {self.day()}?",
            lambda: f"The appointment is for {self.pick(RELATIVES)}.",
            lambda: f"I need to see a doctor {self.day()}.",
            lambda: f"{capitalise(self.day())} at {self.time()} please.",
            lambda: f"Let us take {self.time()} {self.day()}.",
        ])()

    def change(self) -> str:
        return self.pick([
            lambda: f"I need to cancel my appointment {self.day()}.",
            lambda: f"Please cancel my appointment with {self.doctor()}.",
            lambda: f"I need to cancel my appointment {self.day()} at {self.time()}.",
            lambda: f"Can you move my appointment to {self.pick(WEEKDAYS)} at {self.time()}?",
            lambda: f"Can you reschedule my appointment to {self.pick(WEEKDAYS)} at {self.time()}?",
            lambda: f"I want to reschedule the appointment with {self.doctor()}.",
            lambda: f"My booking code is {self.digits(4)}.",
            lambda: f"I cannot come {self.day()}.",
            lambda: f"I will be {self.pick(['ten', 'fifteen', 'twenty', 'thirty'])} minutes late.",
            lambda: f"When is my appointment with {self.doctor()}?",
        ])()

    def person(self) -> str:
        return self.pick([
            lambda: f"My name is {self.name()}.",
            lambda: f"This is {self.name()}.",
            lambda: f"This is {self.pick(FIRST)}. I am calling about {self.pick(RELATIVES)}.",
            lambda: f"I am calling about {self.pick(RELATIVES)}.",
            lambda: f"The patient is {self.name()}.",
            lambda: f"{self.name()}.",
            lambda: f"I was born on the {self.pick(ORDINALS)} of {self.pick(MONTHS)}.",
            lambda: f"I am {self.count(18, 90)} years old.",
            lambda: f"{capitalise(self.pick(RELATIVES))} is {self.count(2, 90)} years old.",
            lambda: f"Please tell {self.doctor()} that {self.name()} called.",
            lambda: f"I want to leave a message for {self.doctor()}.",
        ])()

    def numbers(self) -> str:
        length = self.pick([2, 3, 3, 4, 4, 5, 6, 6, 7, 8, 10, 10, 10])
        string = self.digits(length)
        return self.pick([f"{string}.", f"{string}.", f"My phone number is {string}.", f"You can reach me at {string}.", f"The number is {string}.",
                          f"My code is {string}.", f"My number is {string}."])

    def complaint(self) -> str:
        return self.pick([
            lambda: f"I have {self.pick(SYMPTOMS)}.",
            lambda: f"I have had {self.pick(SYMPTOMS)} {self.duration()}.",
            lambda: f"I have {self.pick(SYMPTOMS)} and {self.pick(SYMPTOMS)}.",
            lambda: f"{capitalise(self.pick(RELATIVES))} has {self.pick(SYMPTOMS)} {self.duration()}.",
            lambda: f"{capitalise(self.pick(RELATIVES))} has {self.pick(SYMPTOMS)}.",
            lambda: f"My {self.pick(BODY)} {self.pick(['hurts', 'is swollen', 'is itchy', 'is sore', 'feels numb', 'is bleeding'])} {self.duration()}.",
            lambda: f"My {self.pick(BODY)} hurts when I {self.pick(['walk', 'breathe', 'eat', 'move', 'cough', 'sit', 'lie down', 'run', 'swallow'])}.",
            lambda: f"The pain is {self.pick(['getting worse', 'better now', 'very bad', 'sharp', 'dull', 'worse at night', 'mild', 'constant'])}.",
            lambda: f"It started {self.pick(['yesterday', 'this morning', 'last night', 'two days ago', 'a week ago', 'after lunch', 'suddenly'])}.",
            lambda: f"I feel {self.pick(['dizzy', 'tired', 'weak', 'sick', 'cold', 'hot', 'better', 'worse', 'fine', 'anxious'])} {self.duration()}.",
            lambda: f"My temperature is {self.pick(['thirty seven', 'thirty eight', 'thirty nine', 'forty'])} point {self.pick(SMALL[:9])}.",
            lambda: f"My blood pressure is one hundred and {self.count(10, 79)} over {self.count(60, 99)}.",
        ])()

    def history(self) -> str:
        return self.pick([
            lambda: f"I have {self.pick(CONDITIONS)}.",
            lambda: f"I take {self.pick(MEDICINES)} {self.pick(['every day', 'twice a day', 'in the morning', 'at night', 'for ' + self.pick(CONDITIONS)])}.",
            lambda: f"I am allergic to {self.pick(MEDICINES)}.",
            lambda: f"Can I take {self.pick(MEDICINES)} with {self.pick(MEDICINES)}?",
            lambda: f"What are the side effects of {self.pick(MEDICINES)}?",
            lambda: f"What are the symptoms of {self.pick(CONDITIONS)}?",
            lambda: f"How do I treat {self.pick(CONDITIONS)}?",
            lambda: f"What causes {self.pick(CONDITIONS)}?",
            lambda: f"I ran out of {self.pick(MEDICINES)}.",
            lambda: f"Take {self.pick(MEDICINES)} {self.pick(['once', 'twice', 'three times'])} a day after {self.pick(['food', 'breakfast', 'meals', 'dinner'])}.",
            lambda: f"I need a refill of {self.pick(MEDICINES)}.",
            lambda: f"{capitalise(self.pick(RELATIVES))} was treated for {self.pick(CONDITIONS)} last year.",
            lambda: f"How should I take {self.pick(MEDICINES)}?",
            lambda: f"Come back in {self.count(2, 10)} days if it is not better.",
            lambda: f"I had an operation on my {self.pick(BODY)} {self.count(2, 9)} years ago.",
        ])()

    def question(self) -> str:
        return self.pick([
            lambda: f"Is the clinic open {self.day()}?",
            lambda: f"When does {self.pick(DEPARTMENTS)} open?",
            lambda: f"How do I get to {self.pick(DEPARTMENTS)}?",
            lambda: f"How much does a visit to {self.pick(DEPARTMENTS)} cost?",
            lambda: f"Which doctor works in {self.pick(DEPARTMENTS)}?",
            lambda: "Are my test results ready?",
            lambda: f"Can {self.doctor()} call me back {self.day()}?",
            lambda: f"Does {self.doctor()} speak {self.pick(['Hindi', 'English', 'Arabic', 'French', 'Spanish', 'Swahili', 'Tamil'])}?",
            lambda: f"What should I do about {self.pick(SYMPTOMS)}?",
            lambda: f"Should I be worried about {self.pick(SYMPTOMS)}?",
            lambda: "Do I need to fast before the blood test?",
            lambda: f"Please send the bill to {self.name()}.",
        ])()

    def jumble(self) -> str:
        pool = [COMMON, COMMON, COMMON, FIRST, LAST, WEEKDAYS, MONTHS, SMALL + TENS + TEENS, MEDICINES, BODY,
                [word for phrase in SYMPTOMS + CONDITIONS + RED_FLAGS for word in phrase.strip(".").split()]]
        words = [self.pick(self.pick(pool)) for _ in range(self.chance.randint(2, 9))]
        return capitalise(" ".join(words)) + "."

    def draw(self) -> tuple[str, str]:
        """A sentence and the name of its kind."""
        kinds = [("booking", self.booking, 17), ("change", self.change, 9), ("person", self.person, 11), ("numbers", self.numbers, 15),
                 ("complaint", self.complaint, 13), ("history", self.history, 10), ("question", self.question, 6), ("jumble", self.jumble, 14),
                 ("red flag", lambda: self.pick(RED_FLAGS), 3), ("short", lambda: self.pick(SHORT), 5)]
        name, make, _ = self.chance.choices(kinds, [weight for _, _, weight in kinds])[0]
        return name, make()

    def sentence(self) -> str:
        return self.draw()[1]

    def terms(self) -> str:
        """Words a caller may hand over as a prompt: names of doctors and medicines, most of them not said."""
        return ", ".join(self.pick([self.doctor, lambda: self.pick(MEDICINES), self.name])() for _ in range(self.chance.randint(1, 5))) + "."


def spell(number: int) -> str:
    """0 < number < 100 in words."""
    if number <= 12:
        return SMALL[number - 1]
    if number < 20:
        return TEENS[number - 13]
    return TENS[number // 10 - 2] + ("" if number % 10 == 0 else f" {SMALL[number % 10 - 1]}")


def held_out(text: str) -> bool:
    """Longer sentences with an unlucky checksum never enter training, whatever voice says them."""
    return len(text) > 22 and text not in SHORT and text not in RED_FLAGS and zlib.crc32(text.encode()) % 8 == 0
