// A guest's page: one conversation, opened by the link in the QR code. Everything it needs comes from this box.
const hindi = {
  title: 'आपकी बातचीत',
  write: 'यहाँ लिखें',
  send: 'भेजें',
  assistant: 'आप एक सहायक को लिख रहे हैं, डॉक्टर को नहीं। कर्मचारी भी इसे पढ़ सकते हैं।',
  over: 'यह बातचीत समाप्त हो चुकी है, या यह लिंक अब मान्य नहीं है।',
  unreachable: 'बॉक्स से संपर्क नहीं हो रहा। आपका लिखा यहीं है; फिर कोशिश की जा रही है।',
  patient: 'आप',
  you: 'सहायक',
  staff: 'कर्मचारी',
};
const english = {
  over: 'This conversation has ended, or the link is not valid any more.',
  unreachable: 'The box does not answer. What you wrote is still here; it is being tried again.',
  patient: 'You',
  you: 'Assistant',
  staff: 'Staff',
};
for (const element of document.querySelectorAll('[data-say]')) english[element.dataset.say] = element.textContent;

const LOOK_MS = 10_000; // each look is an entry in the access log
const token = location.hash.slice(1);
const form = document.querySelector('#form');
const list = document.querySelector('#messages');
const notice = document.querySelector('#notice');
const alarm = document.querySelector('#alarm');
let words = english;
let session;

function consultationOf(text) {
  try {
    return JSON.parse(atob(text.split('.')[1].replaceAll('-', '+').replaceAll('_', '/'))).cid;
  } catch {
    return undefined;
  }
}

async function ask(path, body) {
  const response = await fetch(path, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
    body: body ? JSON.stringify(body) : undefined,
  });
  return { ok: response.ok, status: response.status, json: await response.json() };
}

async function speak(language) {
  words = language === 'hi' ? { ...english, ...hindi } : english;
  if (language === 'hi') await document.fonts.load('1rem "Noto Sans Devanagari"', 'अ').catch(() => {});
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll('[data-say]')) element.textContent = words[element.dataset.say];
}

function show({ messages, red_flags: flags }) {
  for (const message of messages.slice(list.children.length)) {
    const item = document.createElement('li');
    item.className = message.sender_type;
    const who = document.createElement('span');
    who.className = 'who';
    who.textContent = message.sender_type === 'assistant' ? words.you : words[message.sender_type];
    item.append(who, message.message_text);
    list.append(item);
    item.scrollIntoView({ block: 'nearest' });
  }
  const advice = flags.at(-1)?.advice ?? '';
  if (alarm.textContent !== advice) alarm.textContent = advice;
}

function close() {
  form.hidden = true;
  notice.textContent = words.over;
}

async function look() {
  const id = consultationOf(token);
  if (!id) return close();
  try {
    const { ok, json } = await ask(`/api/v1/consultations/${encodeURIComponent(id)}`);
    if (!ok || json.status === 'ended') return close();
    if (!session) await speak(json.language);
    session = json.sessions[0].session_id;
    show(json);
    notice.textContent = '';
  } catch {
    notice.textContent = words.unreachable;
  }
  setTimeout(look, LOOK_MS);
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const button = form.querySelector('button');
  button.disabled = true;
  try {
    const { ok, status, json } = await ask('/api/v1/conversation/message', { session_id: session, text: form.elements.text.value });
    if (ok) {
      form.elements.text.value = '';
      const whole = await ask(`/api/v1/consultations/${encodeURIComponent(consultationOf(token))}`);
      if (whole.ok) show(whole.json);
    } else if (status === 401) close();
    else notice.textContent = json.message;
  } catch {
    notice.textContent = words.unreachable;
  }
  button.disabled = false;
  form.elements.text.focus();
});

look();
