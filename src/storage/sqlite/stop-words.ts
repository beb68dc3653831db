import { termsOf } from './search-terms.ts';

/** Words that say nothing about what somebody looks for: English, Hindi, and Hindi in Latin letters. */
const ENGLISH =
  'a about all also am an and any are as at be been being but by can could did do does for from had has have he her him his how i if in into is it its just me more most my no not of on only or other our own same she should so some such than that the their them then there these they this those to too us very was we were what when where which who whom why will with would you your may might please tell know';
const HINDI =
  'का की के को में मैं से है हैं हूं था थी थे हो होता होती होते हुआ हुई हुए और या कि यह ये वह वे इस उस इन उन इसका उसका इसके उसके इसकी उसकी जो जब तब तो भी ही ने पर तक क्या क्यों कैसे कैसा कैसी कब कहां कौन कौनसा कितना कितनी कितने मेरा मेरी मेरे मुझे हम हमें आप आपका आपकी आपके अपना अपनी अपने कर करना करने करते करें करता करती किया जा जाता जाती जाते जाए सकता सकती सकते चाहिए लिए साथ बाद बारे कुछ कोई सब नहीं मत एक अगर रहा रही रहे गया गई गए कृपया बताएं बताइए';
const ROMANISED =
  'ka ki ke ko mein se hai hain hoon hun tha thi ho hota hoti hote hua hui aur ya yeh ye woh wo iska uska iske uske jo jab tab bhi hi ne tak kya kyu kyun kaise kaisa kaisi kab kahan kaun kitna kitni kitne mera meri mere mujhe hum humein aap aapka aapki aapke apna apni apne kar karna karne karte kare karen kiya jata jati jate jaye sakta sakti sakte sakti chahiye liye saath baad baare kuch koi sab nahi nahin mat ek agar raha rahi rahe gaya gayi kripya batao bataiye bataye wala wali wale';

export const stopTerms: ReadonlySet<string> = new Set(termsOf(`${ENGLISH} ${HINDI} ${ROMANISED}`));
