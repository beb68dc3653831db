"""Conversations with a reception, made from templates with endless fillings; besides, small talk, health facts and short notes as JSON.

A conversation is a list of turns ("user", text) or ("assistant", [parts]); a part is a sentence or a call {"name", "params", "result"}.
Values that a call copies begin with a capital or are digits, wherever they stand, so that a small network can copy them token by token.
"""
import random

FIRST = """Asha John Fatima Ravi Maria David Sunita Ahmed Grace Peter Anita Kofi Priya James Leila Samuel Meena Daniel Amina Thomas Lakshmi Rahul
Sarah Joseph Nisha Michael Zainab Arjun Emma Vikram Elena Omar Kavita Paul Rosa Imran Hannah Suresh Ruth Ibrahim Deepa Martin Aisha Kiran Julia
Mohan Esther Farah Anand Laura Sanjay Naomi Yusuf Geeta Simon Rekha Robert Salma Ajay Clara""".split()
LAST = """Rao Khan Patel Sharma Mensah Okafor Singh Silva Das Thomas Gupta Ali Fernandez Nair Brown Iyer Adeyemi Kumar Jones Reddy Hassan Wilson
Mehta Owusu Garcia Verma Smith Joshi Banda Chopra Taylor Bose Mwangi Kaur Lopez Menon Clark Shetty Abebe Pillai Walker Sethi Desai Green""".split()
DOCTORS = "Rao Mensah Patel Sharma Silva Okafor Iyer Khan Fernandez Nair Gupta Brown Singh Das Mehta Hassan Joshi Owusu Reddy Wilson".split()
HELD_OUT_FIRST = "Tanvi Oliver Wanjiru Bilal Ingrid Gopal Chidi Mercy Leon Padma Hector Shabnam".split()
HELD_OUT_LAST = "Kulkarni Boateng Novak Ansari Barreto Quereshi Lindqvist Acheampong Saxena Dlamini Hoffman Rathore".split()
HELD_OUT_DOCTORS = "Bhatt Asante Moreau Siddiqui Kaplan Thakur".split()
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
MONTHS = "January February March April May June July August September October November December".split()
CLINICS = ["Sunrise Clinic", "City Hospital", "Green Valley Clinic", "Lakeside Hospital", "Hill Road Clinic", "Hope Clinic"]
MESSAGES = ["My blood test results are ready", "The new tablets make me dizzy", "I need a copy of my bill", "Please call me about the scan",
            "I will be late today", "My prescription has run out", "I need a letter for my school", "The cough is not better",
            "Please call back about the operation", "I lost my appointment card", "My insurance number has changed", "The swelling is gone",
            "I need a certificate for work", "My mother has a fever again"]
TRANSFERS = [("I want to speak to a person.", "The caller asked for a person"), ("Can I talk to a human?", "The caller asked for a person"),
             ("This is an emergency!", "Emergency"), ("My husband has collapsed!", "Emergency"), ("I have strong chest pain.", "Emergency"),
             ("I have a question about my bill.", "Billing question"), ("I want to complain about a nurse.", "Complaint"),
             ("Please put me through to the nurse.", "The caller asked for a person")]
SMALL_TALK = [
    ("Hello.", "Hello! How can I help you today?"), ("Hi.", "Hello! How can I help you today?"), ("Good morning.", "Good morning! How can I help you?"),
    ("Good evening.", "Good evening! How can I help you?"), ("Who are you?", "I am the automatic receptionist of the clinic."),
    ("Are you a machine?", "Yes, I am a computer program. I can also connect you to a person."), ("Thank you.", "You are welcome."),
    ("Thank you, that is all.", "You are welcome. Goodbye!"), ("Goodbye.", "Goodbye, and take care!"), ("How are you?", "I am well, thank you. How can I help you?"),
    ("What can you do?", "I can check times, book, move or cancel an appointment, and take a message."),
    ("When are you open?", "The clinic is open from Monday to Saturday, from 9 AM to 6 PM."), ("Where is the clinic?", "The clinic is next to the town hall."),
    ("Is there parking?", "Yes, there is free parking behind the clinic."), ("Do you take insurance?", "Yes, please bring your insurance card."),
    ("How much is a visit?", "The reception can tell you the price of a visit."), ("Can you hear me?", "Yes, I can hear you well."),
]
FACTS = [
    ("fever", "A fever is a body temperature above 38 degrees. It is often a sign that the body is fighting an infection."),
    ("a headache", "A headache is pain in the head. Rest, water and a quiet room often help."),
    ("diabetes", "Diabetes means that there is too much sugar in the blood. It is treated with food, exercise and medicine."),
    ("asthma", "Asthma makes the airways narrow, so that breathing is hard. An inhaler opens them again."),
    ("high blood pressure", "High blood pressure means that the blood presses too hard on the vessels. Less salt and exercise can lower it."),
    ("anaemia", "Anaemia means that the blood has too few red cells. It makes people tired and pale."),
    ("a cold", "A cold is an infection of the nose and throat. It usually goes away within ten days."),
    ("malaria", "Malaria is an infection spread by mosquitoes. It causes fever and must be treated quickly."),
    ("migraine", "Migraine is a strong headache that comes again and again. Light and noise often make it worse."),
    ("dehydration", "Dehydration means that the body has lost too much water. Drink small amounts often."),
    ("pneumonia", "Pneumonia is an infection of the lungs. It causes cough, fever and shortness of breath."),
    ("an allergy", "An allergy is a reaction of the body to something harmless. It can cause itching, sneezing or a rash."),
]
SYMPTOMS = ["Fever", "Cough", "Headache", "Sore throat", "Back pain", "Stomach pain", "Skin rash", "Ear ache", "Vomiting", "Dizziness", "Chest pain", "Joint pain",
            "Tooth ache", "Diarrhoea", "Knee pain", "Weakness"]
PLANS = ["Rest and fluids", "Paracetamol for three days", "Blood test tomorrow", "Come back in one week", "X-ray of the chest", "Amoxicillin for five days",
         "Eye drops twice a day", "See the surgeon", "No treatment needed", "Physiotherapy", "Less salt and exercise", "Cream for the skin"]
ONSETS, NUCLEI, CODAS = "B D F G H J K L M N P R S T V W Y Z Ch Sh Th Kr Pr St".split(), "a e i o u ai ee ou".split(), ["", "n", "r", "l", "m", "s", "k", "d", "sh", "nd"]
INVENTED = 0.5  # share of made-up names: they teach copying instead of remembering


class Writer:
    """Makes conversations from one source of chance; a held-out writer uses only names that training never saw."""

    def __init__(self, seed: int, unseen: bool = False):
        self.chance, self.unseen = random.Random(seed), unseen

    def pick(self, options):
        return self.chance.choice(options)

    def maybe(self, share: float) -> bool:
        return self.chance.random() < share

    def invented(self) -> str:
        syllables = [self.pick(ONSETS).lower() + self.pick(NUCLEI) + self.pick(CODAS) for _ in range(self.chance.randint(1, 3))]
        if self.maybe(0.3):
            syllables.insert(0, self.pick(NUCLEI)[0] + self.pick(CODAS))  # names that begin with a vowel, as Ingrid does
        name = "".join(syllables)
        return name.capitalize()

    def name_of(self, known, held_out, invented_share: float) -> str:
        if self.unseen:
            return self.pick(held_out)
        return self.invented() if self.maybe(invented_share) else self.pick(known)

    def person(self) -> str:
        return f"{self.name_of(FIRST, HELD_OUT_FIRST, INVENTED)} {self.name_of(LAST, HELD_OUT_LAST, INVENTED)}"

    def doctor(self) -> str:
        return f"Doctor {self.name_of(DOCTORS, HELD_OUT_DOCTORS, INVENTED)}"

    def number(self, digits: int) -> str:
        return "".join(str(self.chance.randint(0, 9)) for _ in range(digits))

    def phone(self) -> str:
        return self.pick("6789") + self.number(9)

    def date(self) -> str:
        kind = self.chance.random()
        month, day = self.chance.randint(1, 12), self.chance.randint(1, 28)
        if kind < 0.65:
            return f"{self.chance.randint(2024, 2032)}-{month:02d}-{day:02d}"
        return f"{MONTHS[month - 1]} {day}" if kind < 0.85 else self.pick(WEEKDAYS)

    def time(self) -> str:
        return f"{self.chance.randint(1, 12):02d}:{self.pick([0, 10, 15, 20, 30, 40, 45, 50]):02d} {self.pick(['AM', 'PM'])}"

    def email(self) -> str:
        return f"{self.name_of(FIRST, HELD_OUT_FIRST, INVENTED)}{self.number(self.pick([0, 2, 3]))}@{self.pick(['example.org', 'mail.example', 'clinic.example'])}"

    @staticmethod
    def when(date: str) -> str:
        return f"on {date}"

    def ask(self, turns: list, said: str, question: str, answer: str) -> str:
        """One question of the assistant and the user's answer to it."""
        turns.extend([("user", said), ("assistant", [question])])
        return answer

    def details(self, turns: list, opening: str, wanted: list[tuple[str, str, str, str]]) -> str:
        """Opens with some of the details, then answers the assistant's questions for the others; returns the last thing said.

        Each wanted detail: (phrase in the opening, question, short answer, long answer).
        """
        given = [self.maybe(0.5) for _ in wanted]
        said = opening + "".join(" " + phrase for (phrase, *_), known in zip(wanted, given) if known) + "."
        for (_, question, short, long), known in zip(wanted, given):
            if not known:
                said = self.ask(turns, said, question, self.pick([short, long]))
        return said

    def ask_doctor(self, doctor):
        return (f"with {doctor}", "Which doctor would you like to see?", f"{doctor}.", f"I would like to see {doctor}.")

    def ask_date(self, date):
        return (self.when(date), "On which date?", f"{date}.", f"{self.when(date).capitalize() if date[0].isdigit() else 'On ' + date} please.")

    def ask_time(self, time):
        return (f"at {time}", "At what time?", f"{time}.", f"At {time} please.")

    def ask_name(self, name):
        return (f"for {name}", "What is the patient's name?", f"{name}.", f"The name is {name}.")

    def ask_code(self, code):
        return (f"with booking code {code}", "What is the booking code?", f"{code}.", f"The code is {code}.")

    def call(self, name: str, params: dict, result: dict) -> dict:
        return {"name": name, "params": params, "result": result}

    def check(self, turns, doctor=None):
        doctor, date, time = doctor or self.doctor(), self.date(), self.time()
        if self.maybe(0.4):
            said = self.pick([f"Is {doctor} free {self.when(date)} at {time}?", f"Can I see {doctor} {self.when(date)} at {time}?",
                              f"Does {doctor} have time {self.when(date)} at {time}?"])
        else:
            said = self.details(turns, self.pick(["Is there a free slot", "I want to check a time", "Do you have a free time"]),
                                [self.ask_doctor(doctor), self.ask_date(date), self.ask_time(time)])
        free = self.maybe(0.7)
        result = {"success": True, "available": free}
        if not free:
            result["alternatives"] = [self.time()]
        reply = (f"{doctor} is free {self.when(date)} at {time}. Shall I book it?" if free
                 else f"{doctor} is not free at {time}. The nearest free time is {result['alternatives'][0]}.")
        turns.extend([("user", said), ("assistant", [self.call("check_appointment_availability", {
            "appointment_date": date, "appointment_time": time, "doctor_name": doctor}, result), reply])])
        return (doctor, date, time) if free else None

    def finish_booking(self, turns, said, name, phone, date, time, doctor):
        done = self.maybe(0.85)
        code = self.number(4)
        result = {"success": True, "booking_code": code} if done else {"success": False, "error_type": "conflict", "message": "That time is taken."}
        reply = (f"The appointment of {name} with {doctor} is {self.when(date)} at {time}. The booking code is {code}." if done
                 else "I am sorry, that time is taken. Would you like another time?")
        turns.extend([("user", said), ("assistant", [self.call("book_appointment", {
            "patient_name": name, "phone": phone, "appointment_date": date, "appointment_time": time, "doctor_name": doctor}, result), reply])])

    def ask_phone(self, phone):
        return (f"and the phone number is {phone}", "What is the phone number?", f"{phone}.", f"My number is {phone}.")

    def book(self, turns):
        doctor, date, time, name, phone = self.doctor(), self.date(), self.time(), self.person(), self.phone()
        opening = self.pick(["I would like to book an appointment", "I need an appointment", "Please book an appointment", "Book a visit"])
        said = self.details(turns, opening, [self.ask_doctor(doctor), self.ask_date(date), self.ask_time(time), self.ask_name(name), self.ask_phone(phone)])
        self.finish_booking(turns, said, name, phone, date, time, doctor)

    def check_then_book(self, turns):
        found = self.check(turns)
        if not found:
            return
        doctor, date, time = found
        name, phone = self.person(), self.phone()
        said = self.details(turns, self.pick(["Yes, please book it", "Yes", "Please book that"]), [self.ask_name(name), self.ask_phone(phone)])
        self.finish_booking(turns, said, name, phone, date, time, doctor)

    def cancel(self, turns):
        name, code = self.person(), self.number(4)
        opening = self.pick(["I want to cancel my appointment", "Please cancel the appointment", "I need to cancel a visit"])
        said = self.details(turns, opening, [self.ask_name(name), self.ask_code(code)])
        done = self.maybe(0.85)
        result = {"success": True} if done else {"success": False, "error_type": "validation", "message": "No such booking."}
        reply = f"The appointment of {name} is cancelled." if done else "I cannot find that booking. Please check the code."
        turns.extend([("user", said), ("assistant", [self.call("cancel_appointment", {"patient_name": name, "booking_code": code}, result), reply])])

    def reschedule(self, turns):
        name, code, date, time = self.person(), self.number(4), self.date(), self.time()
        opening = self.pick(["I want to move my appointment", "Please change my appointment", "I need to reschedule my visit"])
        said = self.details(turns, opening, [self.ask_name(name), self.ask_code(code), (f"to {date}", "To which date?", f"{date}.", f"To {date} please."),
                                             self.ask_time(time)])
        done = self.maybe(0.85)
        result = {"success": True} if done else {"success": False, "error_type": "conflict", "message": "That time is taken."}
        reply = (f"The appointment of {name} is now {self.when(date)} at {time}." if done else "I am sorry, that time is taken. Would you like another time?")
        turns.extend([("user", said), ("assistant", [self.call("reschedule_appointment", {
            "patient_name": name, "booking_code": code, "appointment_date": date, "appointment_time": time}, result), reply])])

    def message(self, turns):
        name, phone, message = self.person(), self.phone(), self.pick(MESSAGES)
        opening = self.pick(["I want to leave a message", "Can I leave a message", "Please take a message"])
        said = self.ask(turns, f"{opening}.", "What is the message?", f"{message}.") if self.maybe(0.5) else f"{opening}: {message}."
        said = self.ask(turns, said, "What is your name?", self.pick([f"{name}.", f"My name is {name}."]))
        said = self.ask(turns, said, "What is the phone number?", self.pick([f"{phone}.", f"My number is {phone}."]))
        turns.extend([("user", said), ("assistant", [self.call("log_call_information", {
            "customer_name": name, "caller_phone": phone, "message": message}, {"success": True}), f"Thank you, {name}. The staff will read your message."])])

    def mail(self, turns):
        code, email = self.number(4), self.email()
        if self.maybe(0.5):
            said = f"Please send the details of booking {code} to {email}."
        else:
            said = self.ask(turns, "Please send me the details by email.", "What is the booking code?", self.pick([f"{code}.", f"The code is {code}."]))
            said = self.ask(turns, said, "What is the email address?", self.pick([f"{email}.", f"It is {email}."]))
        turns.extend([("user", said), ("assistant", [self.call("send_appointment_email", {"booking_code": code, "email": email}, {"success": True}),
                                                     f"The details of booking {code} were sent to {email}."])])

    def transfer(self, turns):
        said, reason = self.pick(TRANSFERS)
        turns.extend([("user", said), ("assistant", [self.call("transfer_to_person", {"reason": reason}, {"success": True}),
                                                     "I am connecting you to a person. Please hold the line."])])

    def chat(self, turns):
        said, reply = self.pick(SMALL_TALK)
        turns.extend([("user", said), ("assistant", [reply])])

    def reception(self) -> list:
        """A call to the reception: one to three tasks."""
        turns: list = []
        tasks = [(self.check, 2), (self.book, 4), (self.check_then_book, 3), (self.cancel, 2), (self.reschedule, 3), (self.message, 2), (self.mail, 1.5),
                 (self.transfer, 1), (self.chat, 1.5)]
        if self.maybe(0.25):
            self.chat(turns)
        for _ in range(self.pick([1, 1, 2])):
            self.chance.choices([task for task, _ in tasks], [weight for _, weight in tasks])[0](turns)
        return turns

    def conversation(self) -> list:
        """Without functions: small talk and health facts."""
        turns: list = []
        for _ in range(self.chance.randint(1, 3)):
            if self.maybe(0.4):
                self.chat(turns)
            else:
                thing, fact = self.pick(FACTS)
                turns.extend([("user", self.pick([f"What is {thing}?", f"Tell me about {thing}.", f"Can you explain {thing}?"])), ("assistant", [fact])])
        return turns

    def note(self) -> list:
        """A sentence of a doctor and its note as JSON."""
        symptoms, plan, name = self.pick(SYMPTOMS), self.pick(PLANS), self.person()
        days = self.chance.randint(2, 14)
        said = f"Patient: {name}. Symptoms: {symptoms} for {days} days. Plan: {plan}."
        return [("user", said), ("assistant", [f'{{"patient": "{name}", "symptoms": "{symptoms}", "days": {days}, "plan": "{plan}"}}'])]

    def system(self, kind: str) -> str:
        clinic = self.pick(CLINICS)
        if kind == "reception":
            return self.pick([f"You are the receptionist of {clinic}.", f"You answer the phone of {clinic}. Be brief and polite.",
                              "You are the reception of a clinic. Use the functions to help the caller."])
        if kind == "note":
            return self.pick(["Write the note as JSON.", "Turn what the doctor says into JSON with patient, symptoms, days and plan."])
        return self.pick([f"You are a helpful assistant of {clinic}.", "You are a helpful assistant.", "You explain health in plain words. Be brief."])
