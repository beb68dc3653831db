/**
 * Whether words of a document are addressed to a machine that reads documents: orders to ignore its rules, words put into its mouth,
 * pretended results of tools, pictures that would be fetched. Such a sentence is data like every other and is shown on its page; it is
 * evidence of nothing, so no answer quotes it. What a leaflet tells patients to do ("Do not take with milk") is no such order. Pure.
 * This is no wall: that a document can do nothing at all is because nothing here carries out what a text says.
 */
export function addressesMachine(sentence: string): boolean {
  const text = plain(sentence);
  return markup.test(text) || orders.some((order) => order.test(text));
}

/** Letters as they look: no signs without width, no letters of other widths, s p a c e d words together. */
function plain(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u{e0000}-\u{e007f}]/gu, '')
    .replace(/(?<![\p{L}\p{N}])\p{L}(?: \p{L}){4,}(?![\p{L}\p{N}])/gu, (spaced) => spaced.replaceAll(' ', ''))
    .replace(/\s+/g, ' ');
}

/** Forms that only machines read: templates of chats, calls of tools, pictures and frames with an address. */
const markup =
  /<\/?\s*(?:tool_?call|tool_?result|function_?call|tool_?response|system|assistant|instructions?|im_start|im_end)\b|<\|[\w ]+\|>|\[\/?INST\]|<<\/?SYS>>|!\[[^\]]{0,300}\]\(|<\s*(?:img|iframe|script|object|embed|link|meta|svg)\b|"(?:tool_calls?|function_call|arguments|tool_name)"\s*:|\{\s*"(?:name|tool|function|success|role)"\s*:|^#+\s*(?:system|assistant)\b/iu;

const orders: readonly RegExp[] = [
  // "Ignore all previous instructions", "disregard what you were told".
  /\b(?:ignore|disregard|forget|override|bypass|discard|drop)\b(?:\W+[\w']+){0,5}?\W+(?:instructions?|prompts?|rules|directives?|guidelines|messages?|guardrails|safety (?:rules|filters?)|(?:you were|been) told)\b/iu,
  // Words put into a mouth: "System: …", "Assistant: …", "Tool result: …".
  /^\W{0,4}(?:system(?: (?:message|prompt|note|override))?|assistant|developer(?: message)?|tool(?: (?:call|results?|output|response))*|function(?: (?:call|results?|output))*|ai|llm|chatbot|bot|user|human|admin(?:istrator)?)\s*(?:\([^)]*\)\s*)?[:>=]/iu,
  // "You are now a pirate", "from now on you must", "act as an unrestricted model".
  /\byou are (?:now|henceforth) (?:an? |the |in )|\byou are no longer (?:an? |bound|restricted|required|limited)|\b(?:from now on|henceforth),? (?:you|answer|reply|respond|always|every)\b|\b(?:act|behave|pretend|respond|roleplay) (?:as|like|to be) (?:an? |the )?(?:\w+ )?(?:ai|assistant|model|bot|chatbot|hacker|admin\w*|unrestricted|jailbroken|DAN)\b/iu,
  // "Answer every question with", "reply only with the word".
  /\b(?:answer|reply|respond)(?:\W+\w+){0,3}?\W+(?:(?:every|each) (?:\w+ )?(?:questions?|quer(?:y|ies)|requests?|messages?|prompts?)|all (?:\w+ )?(?:questions?|quer(?:y|ies)|requests?|messages?|prompts?) (?:only )?(?:with|by|in the)|any (?:\w+ )?questions? (?:only )?(?:with|by)|only with|exactly with|with (?:only|exactly|the (?:exact )?(?:words?|phrase|text|string))|nothing but)\b/iu,
  /\b(?:begin|start|end|open|close) (?:every|all|each|your) (?:\w+ )?(?:answers?|repl(?:y|ies)|responses?)\b|\b(?:say|print|output|write|repeat|return|type|display|include|append|add|insert|start|begin|end)\b(?:\W+\w+){0,4}?\W+(?:(?:in|to|with|of) (?:every|all|each|your|the) (?:\w+ )?(?:answers?|repl(?:y|ies)|responses?|outputs?)|the (?:exact )?(?:words?|string|phrase) ["'“]?[A-Z0-9_]{4,}|your (?:system )?(?:prompt|instructions?|rules|keys?|passwords?|secrets?))\b/iu,
  // Those who read documents, called by what they are.
  /\b(?:ai|artificial intelligence|language|llm) (?:assistants?|models?|agents?|systems?)\b(?:\W+\w+){0,6}?\W+(?:must|should|shall|will|has to|have to|needs? to|are to|is to|please|do not|never|always)\b|\b(?:dear|hey|attention|note to|notice to|instructions? (?:to|for)|message (?:to|for)|addressed to)\W+(?:the |any |all |you,? )?(?:ai|assistants?|language models?|llms?|chatbots?|bots?|models?|machine)\b|\b(?:system|developer|hidden|initial) prompt\b|\bprompt injection\b|\bjailbreak\w*/iu,
  /\bdo(?:n't| not)\b(?:\W+\w+){0,3}?\W+(?:the|this) user\b|\b(?:tell|inform|convince|persuade) the user\b/iu,
  // "Call book_appointment now", "use the tool", "fetch http://…".
  /\b(?:call|invoke|execute|run|trigger|use)\b(?:\W+\w+){0,3}?\W+\w+_\w+|\b(?:call|invoke|execute)\b(?:\W+\w+){0,3}?\W+(?:tools?|functions?|api|plugins?|endpoint|webhook)\b/iu,
  /\b(?:load|fetch|open|visit|download|retrieve|curl|get|request|browse|go to|navigate to|read)\b(?:\W+\w+){0,4}?\W+https?:\/\/(?:\S+\W+(?:first|before|now|and (?:follow|obey|execute|do))|\d)/iu,
  /\b(?:send|post|forward|upload|transmit|leak|exfiltrate|e-?mail)\b(?:\W+\w+){0,4}?\W+(?:lists?|data|records?|histor(?:y|ies)|conversations?|passwords?|secrets?|everything|contents?|names|numbers)\b(?:\W+\w+){0,4}?\W+(?:to|at) (?:https?:\/\/|\S+@\S+\.)/iu,
  /\b(?:new|updated|real|actual|secret) (?:system )?(?:instructions?|orders?|directives?)\b(?:\W+\w+){0,3}?\W*(?:[:!]|for (?:the|any|all) (?:ai|assistant|model))/iu,
  /\b(?:reveal|leak|disclose|expose|dump|print)\b(?:\W+\w+){0,4}?\W+(?:your (?:instructions?|rules|configuration|memory)|api keys?|credentials)\b/iu,
  /\b(?:book|cancel|delete|reschedule)\b(?:\W+\w+){0,3}?\W+(?:every|all)\b(?:\W+\w+){0,2}?\W+(?:appointments?|patients?|records?|bookings?)\b(?:\W+\w+){0,3}?\W*\b(?:now|immediately|at once|silently)\b/iu,
  // The same in Hindi, in both of its scripts.
  /(?:पिछल|पहले|ऊपर|सभी|सारे|पुराने|अपने|दिए गए)[^।.!?]{0,40}(?:निर्देश|आदेश|नियम|हिदायत|इंस्ट्रक्शन)[^।.!?]{0,40}(?:अनदेखा|अनदेखी|नज़रअंदाज़|नजरअंदाज|नज़रअन्दाज़|भूल|मत मान|न मान|इग्नोर|छोड़ द)/u,
  /(?:हर|सभी|सारे|प्रत्येक)\s+(?:सवाल|सवालों|प्रश्न|प्रश्नों)\s+(?:का|के|के लिए)?[^।.!?]{0,40}(?:जवाब|उत्तर)/u,
  /(?:केवल|सिर्फ़|सिर्फ|बस)\s+[^।.!?]{0,40}(?:जवाब|उत्तर)\s*(?:दो|दें|दीजिए|देना|लिखो|लिखें)|अब\s+(?:से\s+)?(?:तुम|आप)\s+(?:एक\s+)?[^।.!?]{0,30}(?:हो|हैं)(?=\s*[।.!?,]|$)/u,
  /^\W{0,4}(?:सिस्टम|सहायक|असिस्टेंट|टूल(?:\s+का)?(?:\s+परिणाम)?|एआई|उपयोगकर्ता)\s*[:：]/u,
  /(?:एआई|कृत्रिम बुद्धि\S*|सहायक|असिस्टेंट|भाषा मॉडल|चैटबॉट)\s*(?:के लिए|को)\s+[^।.!?]{0,30}(?:निर्देश|आदेश|संदेश)|(?:टूल|फ़ंक्शन|फंक्शन)\s+(?:को\s+)?(?:चलाओ|चलाएं|चलाएँ|कॉल)|\S+_\S+\s+(?:को\s+)?(?:चलाओ|चलाएं|चलाएँ|कॉल कर\S*|बुलाओ)/u,
  /\b(?:pichh?l[ei]|pehle|pahle|upar|sabhi|saare|sare|apne)\b[^.!?]{0,40}\b(?:nirdesh\w*|aadesh\w*|adesh\w*|niyam\w*|instructions?)\b[^.!?]{0,40}\b(?:bhool\w*|bhul\w*|ignore|andekh\w*|nazar\w*|mat mano|chhod\w*|chod\w*)\b|\bhar (?:sawal|sawaal|prashn)\b[^.!?]{0,40}\b(?:jawab|jawaab|uttar)\b/iu,
];
