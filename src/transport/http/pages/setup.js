// The first run: whoever holds the one-time link sets the box up. Everything this page needs comes from this box.
const hindi = {
  title: 'इस बॉक्स को सेट करें',
  intro: 'इसमें दो मिनट लगते हैं और यह एक ही बार होता है। यहाँ लिखी कोई बात बॉक्स से बाहर नहीं जाती।',
  language: 'भाषा',
  hospital: 'अस्पताल',
  hospital_name: 'अस्पताल या क्लिनिक का नाम',
  time_zone: 'टाइम ज़ोन',
  emergency_number: 'आपातकालीन नंबर, जिस पर मरीज़ फ़ोन करें',
  emergency_why: 'जब कोई आपात स्थिति बताता है, तब Bedside यह नंबर बताता है।',
  you: 'आप, पहले प्रशासक',
  first_name: 'नाम',
  last_name: 'उपनाम',
  email: 'ई-मेल पता (इसी से साइन इन होगा)',
  password: 'पासवर्ड',
  password_why: 'कम से कम 10 अक्षर। एक वाक्य अच्छा रहता है।',
  submit: 'सेट करें',
  working: 'सेट किया जा रहा है…',
  done: 'हो गया। बॉक्स तैयार है।',
  not_needed: 'यह बॉक्स पहले ही सेट हो चुका है।',
  no_token: 'इस पते में लिंक का कोड नहीं है। बॉक्स ने चालू होते समय जो पूरा लिंक दिखाया, उसे खोलें।',
  unreachable: 'बॉक्स से संपर्क नहीं हो रहा। क्या वह चालू है? आपका लिखा यहीं है; फिर कोशिश करें।',
};
const english = {
  working: 'Setting up…',
  done: 'Done. The box is ready.',
  not_needed: 'This box has been set up already.',
  no_token: 'This address lacks the code of the link. Open the whole link that the box printed when it started.',
  unreachable: 'The box does not answer. Is it running? What you wrote is still here; try again.',
};

const form = document.querySelector('#form');
const notice = document.querySelector('#notice');
const select = document.querySelector('#language');
const token = location.hash.slice(1);
for (const element of document.querySelectorAll('[data-say]')) english[element.dataset.say] = element.textContent;

const words = () => (select.value === 'hi' ? hindi : english);
async function speak() {
  // The letters first, then the words: a browser that drew them without the font may keep the empty boxes.
  if (select.value === 'hi') await document.fonts.load('1rem "Noto Sans Devanagari"', 'अ').catch(() => {});
  document.documentElement.lang = select.value || 'en';
  for (const element of document.querySelectorAll('[data-say]')) element.textContent = words()[element.dataset.say];
}
function tell(key, failed = false) {
  notice.textContent = words()[key] ?? key;
  notice.classList.toggle('failed', failed);
}
function clearFaults() {
  for (const old of document.querySelectorAll('.wrong')) old.remove();
  for (const input of form.elements) input.removeAttribute('aria-invalid');
}
function showFaults(fields) {
  for (const { path, message } of fields) {
    const input = form.elements[path];
    if (!input) continue;
    const fault = document.createElement('p');
    fault.className = 'wrong';
    fault.id = `${path}_wrong`;
    fault.textContent = message;
    input.after(fault);
    input.setAttribute('aria-invalid', 'true');
    input.setAttribute('aria-describedby', fault.id);
  }
  form.querySelector('[aria-invalid]')?.focus();
}

async function ask(method, body) {
  const response = await fetch('/api/v1/setup', {
    method,
    headers: { 'accept-language': select.value || navigator.language, ...(body ? { 'content-type': 'application/json' } : {}) },
    body: body ? JSON.stringify(body) : undefined,
  });
  return { ok: response.ok, json: await response.json() };
}

select.addEventListener('change', () => speak());
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  clearFaults();
  const button = form.querySelector('button');
  button.disabled = true;
  tell('working');
  try {
    const { ok, json } = await ask('POST', { ...Object.fromEntries(new FormData(form)), token });
    if (ok) {
      form.hidden = true;
      tell('done');
      // The console reads its sign-in from here: whoever set the box up goes on as its first administrator.
      sessionStorage.setItem('bedside.session', JSON.stringify({ ...json, untilMs: Date.now() + json.expires_in * 1000 }));
      localStorage.setItem('bedside.locale', select.value);
      location.replace('/');
    } else {
      tell(json.message, true);
      showFaults(json.context?.fields ?? []);
    }
  } catch {
    tell('unreachable', true);
  }
  button.disabled = false;
});

try {
  const { json } = await ask('GET');
  for (const { code, name } of json.languages) select.append(new Option(name, code));
  select.value = navigator.language.startsWith('hi') ? 'hi' : 'en';
  for (const zone of Intl.supportedValuesOf('timeZone')) document.querySelector('#zones').append(new Option(zone));
  form.elements.time_zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone;
  await speak();
  if (!json.needed || !token) {
    form.hidden = true;
    tell(json.needed ? 'no_token' : 'not_needed', true);
  }
} catch {
  tell('unreachable', true);
}
