/** The sentences of rooms and doors in Hindi, found by the English one. A test makes sure that none is missing. */
export const hindi: Readonly<Record<string, string>> = {
  // Telephone
  'Which telephone numbers ring at a hospital is set by the administrator of the box.':
    'किस अस्पताल में कौन-से टेलीफ़ोन नंबर बजते हैं, यह बॉक्स का एडमिनिस्ट्रेटर तय करता है।',
  'One of these telephone numbers rings at another hospital already.': 'इनमें से एक टेलीफ़ोन नंबर पहले से किसी दूसरे अस्पताल का है।',
  'This call has been put through before.': 'यह कॉल पहले ही जोड़ी जा चुकी है।',
  'This is for callers on a telephone line.': 'यह टेलीफ़ोन से बात करने वालों के लिए है।',
  'This request is not signed by the telephone exchange of this box.': 'इस अनुरोध पर इस बॉक्स के टेलीफ़ोन एक्सचेंज के हस्ताक्षर नहीं हैं।',

  // Signing in
  'Please sign in first.': 'कृपया पहले साइन इन करें।',
  'Please sign in again.': 'कृपया फिर से साइन इन करें।',
  'Your sign-in has run out. Please sign in again.': 'आपके साइन-इन का समय पूरा हो गया है। कृपया फिर से साइन इन करें।',
  'This sign-in name and password do not belong together.': 'यह साइन-इन नाम और पासवर्ड आपस में मेल नहीं खाते।',
  'Too many wrong passwords. Please wait {seconds} seconds and try again.':
    'बहुत बार ग़लत पासवर्ड डाला गया। कृपया {seconds} सेकंड रुककर फिर कोशिश करें।',
  'This sign-in was used from two places, so it was ended for safety. Please sign in again.':
    'यह साइन-इन दो जगहों से इस्तेमाल हुआ, इसलिए सुरक्षा के लिए इसे बंद कर दिया गया। कृपया फिर से साइन इन करें।',
  'Now give the code from your second device, or one of your recovery codes.': 'अब अपने दूसरे डिवाइस का कोड दें, या अपना कोई रिकवरी कोड।',
  'This code is not right, or it was used before. Take the newest one.': 'यह कोड सही नहीं है, या पहले इस्तेमाल हो चुका है। सबसे नया कोड लें।',
  'Your second factor is switched on already. Switch it off before you set up another device.':
    'आपका दूसरा चरण पहले से चालू है। दूसरा डिवाइस जोड़ने से पहले उसे बंद करें।',
  'There is nothing to confirm, or it took too long. Begin again.': 'पुष्टि के लिए कुछ नहीं है, या बहुत देर हो गई। फिर से शुरू करें।',
  'Your second factor is not switched on.': 'आपका दूसरा चरण चालू नहीं है।',
  'Send current_password to begin, and then code to confirm.': 'शुरू करने के लिए current_password भेजें, फिर पुष्टि के लिए code।',
  'The current password is not right.': 'मौजूदा पासवर्ड सही नहीं है।',
  'This is not your current password.': 'यह आपका मौजूदा पासवर्ड नहीं है।',
  'This key is not valid, or not any more.': 'यह कुंजी मान्य नहीं है, या अब मान्य नहीं रही।',
  'This ticket is not valid, or not any more.': 'यह टिकट मान्य नहीं है, या अब मान्य नहीं रहा।',
  'Give an e-mail address, a username or a phone number to sign in with.': 'साइन इन करने के लिए ई-मेल पता, यूज़रनेम या फ़ोन नंबर दें।',
  'One of e-mail, username and phone is needed.': 'ई-मेल, यूज़रनेम और फ़ोन में से एक ज़रूरी है।',
  'Somebody else signs in with this {kind} already.': 'कोई और पहले से इस {kind} से साइन इन करता है।',
  'At this hospital patients cannot register by themselves. Please ask at the reception.':
    'इस अस्पताल में मरीज़ खुद पंजीकरण नहीं कर सकते। कृपया रिसेप्शन पर पूछें।',
  'This set-up link is not valid. Use the newest one that the box printed when it started.':
    'यह सेट-अप लिंक मान्य नहीं है। बॉक्स ने चालू होते समय जो सबसे नया लिंक दिखाया, उसका इस्तेमाल करें।',
  'This box has been set up already. Please sign in.': 'यह बॉक्स पहले ही सेट हो चुका है। कृपया साइन इन करें।',

  // Documents that are not read
  'This file is damaged and cannot be read to its end. Please export it again from the program that made it, and send the new file.':
    'यह फ़ाइल ख़राब है और पूरी नहीं पढ़ी जा सकती। कृपया जिस प्रोग्राम से यह बनी है उससे फिर एक्सपोर्ट करें और नई फ़ाइल भेजें।',
  'This document needs more memory to read than it may have. Please split it into smaller files, or export it again with fewer pictures.':
    'इस दस्तावेज़ को पढ़ने के लिए अनुमति से ज़्यादा मेमोरी चाहिए। कृपया इसे छोटी फ़ाइलों में बाँटें, या कम चित्रों के साथ फिर एक्सपोर्ट करें।',
  'This file is empty. Please choose it again, or export it once more.': 'यह फ़ाइल ख़ाली है। कृपया इसे फिर से चुनें, या एक बार फिर एक्सपोर्ट करें।',
  'Files of this kind ({ending}) are not read. Please open it in the program that made it, save it as PDF, Word (.docx) or CSV, and send that.':
    'इस तरह की फ़ाइलें ({ending}) नहीं पढ़ी जातीं। कृपया जिस प्रोग्राम से यह बनी है उसमें खोलकर PDF, Word (.docx) या CSV के रूप में सहेजें और वह भेजें।',
  'Files of this kind are not read. Please send a PDF, Word (.docx), text, Markdown, HTML or CSV file.':
    'इस तरह की फ़ाइलें नहीं पढ़ी जातीं। कृपया PDF, Word (.docx), टेक्स्ट, Markdown, HTML या CSV फ़ाइल भेजें।',
  'This Word file is protected by a password, or it was saved in the format of Word before 2007. Please remove the password, save it as .docx and send it again.':
    'यह Word फ़ाइल पासवर्ड से सुरक्षित है, या 2007 से पहले के Word के फ़ॉर्मैट में सहेजी गई है। कृपया पासवर्ड हटाएँ, .docx के रूप में सहेजें और फिर भेजें।',
  'By its name this file is text, but it holds something that is no text. Please check that it is the right file, or save it as plain text (UTF-8).':
    'नाम से यह फ़ाइल टेक्स्ट है, पर इसमें जो है वह टेक्स्ट नहीं है। कृपया जाँचें कि फ़ाइल सही है, या इसे सादे टेक्स्ट (UTF-8) के रूप में सहेजें।',
  'By its name this file is {said}, but what it holds is {found}. Please check that it is the right file, or export it again as {said}.':
    'नाम से यह फ़ाइल {said} है, पर इसके अंदर {found} है। कृपया जाँचें कि फ़ाइल सही है, या इसे फिर से {said} के रूप में एक्सपोर्ट करें।',
  'By its name this file is {said}, but it is not one inside. Please check that it is the right file, or export it again as {said}.':
    'नाम से यह फ़ाइल {said} है, पर अंदर से ऐसी नहीं है। कृपया जाँचें कि फ़ाइल सही है, या इसे फिर से {said} के रूप में एक्सपोर्ट करें।',
  'This file is protected by a password. Please remove the password and send it again.':
    'यह फ़ाइल पासवर्ड से सुरक्षित है। कृपया पासवर्ड हटाएँ और फिर भेजें।',
  'This PDF is protected by a password. Please remove the password (open it, then save or print it as a new PDF) and send it again.':
    'यह PDF पासवर्ड से सुरक्षित है। कृपया पासवर्ड हटाएँ (इसे खोलें, फिर नई PDF के रूप में सहेजें या प्रिंट करें) और फिर भेजें।',
  'This document has more than {pages} pages. Please split it into smaller files.':
    'इस दस्तावेज़ में {pages} से ज़्यादा पन्ने हैं। कृपया इसे छोटी फ़ाइलों में बाँटें।',
  'This document holds no text. Please check that it is the right file.': 'इस दस्तावेज़ में कोई टेक्स्ट नहीं है। कृपया जाँचें कि फ़ाइल सही है।',
  'This document holds more text than is taken at once. Please split it into smaller files.':
    'इस दस्तावेज़ में एक बार में लिए जा सकने से ज़्यादा टेक्स्ट है। कृपया इसे छोटी फ़ाइलों में बाँटें।',
  'This file unpacks to far more than it may. No ordinary document does that, so it was not opened.':
    'यह फ़ाइल खुलने पर अनुमति से कहीं ज़्यादा बड़ी हो जाती है। कोई साधारण दस्तावेज़ ऐसा नहीं करता, इसलिए इसे नहीं खोला गया।',
  'This file is larger than {megabytes} MB. Please split it into smaller files.':
    'यह फ़ाइल {megabytes} MB से बड़ी है। कृपया इसे छोटी फ़ाइलों में बाँटें।',
  'This document took too long to read and was stopped. It may be damaged: please export it again, or split it into smaller files.':
    'इस दस्तावेज़ को पढ़ने में बहुत समय लगा और पढ़ना रोक दिया गया। हो सकता है यह ख़राब हो: कृपया इसे फिर एक्सपोर्ट करें, या छोटी फ़ाइलों में बाँटें।',
  'Documents cannot be read at the moment. Please try again in a minute.': 'इस समय दस्तावेज़ नहीं पढ़े जा सकते। कृपया एक मिनट में फिर कोशिश करें।',

  // The clock and the disk of the box
  'The clock of this box stands before the time of what was last written here. Nothing is booked, approved or signed in until an administrator has set the clock, signed in and confirmed the time, or run "bedside doctor --fix-clock" at the box.':
    'इस बॉक्स की घड़ी यहाँ आख़िरी बार लिखे जाने के समय से पीछे है। जब तक कोई प्रशासक घड़ी ठीक करके, साइन इन करके समय की पुष्टि नहीं करता, या बॉक्स पर "bedside doctor --fix-clock" नहीं चलाता, तब तक न बुकिंग होगी, न मंज़ूरी, न नया साइन-इन।',
  'The clock of this box stands before the day on which this version was made. Nothing is booked, approved or signed in until an administrator has set the clock, signed in and confirmed the time, or run "bedside doctor --fix-clock" at the box.':
    'इस बॉक्स की घड़ी इस संस्करण के बनने के दिन से पीछे है। जब तक कोई प्रशासक घड़ी ठीक करके, साइन इन करके समय की पुष्टि नहीं करता, या बॉक्स पर "bedside doctor --fix-clock" नहीं चलाता, तब तक न बुकिंग होगी, न मंज़ूरी, न नया साइन-इन।',
  'By its clock this box was last used more than 400 days ago. Nothing is booked, approved or signed in until an administrator has checked the clock, signed in and confirmed the time, or run "bedside doctor --fix-clock" at the box.':
    'घड़ी के अनुसार यह बॉक्स 400 से ज़्यादा दिन पहले इस्तेमाल हुआ था। जब तक कोई प्रशासक घड़ी जाँचकर, साइन इन करके समय की पुष्टि नहीं करता, या बॉक्स पर "bedside doctor --fix-clock" नहीं चलाता, तब तक न बुकिंग होगी, न मंज़ूरी, न नया साइन-इन।',
  'The clock of this box has jumped by more than an hour. Nothing is booked, approved or signed in until an administrator has checked the clock, signed in and confirmed the time, or run "bedside doctor --fix-clock" at the box.':
    'इस बॉक्स की घड़ी एक घंटे से ज़्यादा इधर-उधर हो गई है। जब तक कोई प्रशासक घड़ी जाँचकर, साइन इन करके समय की पुष्टि नहीं करता, या बॉक्स पर "bedside doctor --fix-clock" नहीं चलाता, तब तक न बुकिंग होगी, न मंज़ूरी, न नया साइन-इन।',
  'This sign-in is only for confirming the time of this box. Confirm it, then sign in again.':
    'यह साइन-इन केवल इस बॉक्स के समय की पुष्टि के लिए है। पुष्टि करें, फिर दोबारा साइन इन करें।',
  'The clock of this box says {clock}. Set the clock of the machine first, then confirm the time.':
    'इस बॉक्स की घड़ी में {clock} बजे हैं। पहले मशीन की घड़ी ठीक करें, फिर समय की पुष्टि करें।',
  'The disk of this box is almost full ({percent} % free), so this has to wait. Conversations and bookings go on. Ask whoever looks after the box to make room.':
    'इस बॉक्स की डिस्क लगभग भर गई है ({percent} % खाली), इसलिए यह अभी रुकेगा। बातचीत और बुकिंग चलती रहेंगी। बॉक्स की देखभाल करने वाले से जगह बनाने को कहें।',
  'The data folder can only be read: nothing new is saved.': 'डेटा फ़ोल्डर केवल पढ़ा जा सकता है: कुछ नया सहेजा नहीं जा रहा।',
  'The disk of this box can only be read at the moment: nothing was saved. Ask whoever looks after the box to make it writable again.':
    'इस बॉक्स की डिस्क अभी केवल पढ़ी जा सकती है: कुछ भी सहेजा नहीं गया। बॉक्स की देखभाल करने वाले से कहें कि इसे फिर से लिखने योग्य बनाएँ।',
  'Less than 5 % of the disk is free: what can wait has to, until there is room again.':
    'डिस्क में 5 % से कम जगह खाली है: जो रुक सकता है, वह जगह बनने तक रुकेगा।',

  // Rights
  'You are not allowed to do this. Ask an administrator of your hospital if you need to.':
    'आपको यह करने की अनुमति नहीं है। ज़रूरत हो तो अपने अस्पताल के प्रशासक से कहें।',
  'You may only see this with a reason, which is recorded and shown to the hospital. Send it in the header X-Access-Reason.':
    'यह आप केवल कारण बताकर देख सकते हैं; कारण दर्ज होता है और अस्पताल को दिखाया जाता है। उसे X-Access-Reason हेडर में भेजें।',
  'For this the patient must agree first. Write their consent down, and try again.':
    'इसके लिए पहले मरीज़ की सहमति ज़रूरी है। उनकी सहमति दर्ज करके फिर कोशिश करें।',
  'The reason must have 10 to 500 characters.': 'कारण 10 से 500 अक्षरों का होना चाहिए।',
  '10 to 500 characters': '10 से 500 अक्षर',
  'An administrator of the box belongs to no hospital. Make a new user for that.':
    'बॉक्स का प्रशासक किसी अस्पताल का नहीं होता। उसके लिए नया यूज़र बनाएँ।',
  'Only an administrator of the box can make another one.': 'बॉक्स का प्रशासक ही दूसरा बॉक्स-प्रशासक बना सकता है।',
  'You cannot remove yourself. Ask another administrator.': 'आप खुद को नहीं हटा सकते। किसी दूसरे प्रशासक से कहें।',
  'This page is only for trusted addresses of this box.': 'यह पन्ना केवल इस बॉक्स के भरोसेमंद पतों के लिए है।',

  // Things
  'This does not exist, or it is not yours to see.': 'यह मौजूद नहीं है, या आप इसे नहीं देख सकते।',
  'There is nothing at this address.': 'इस पते पर कुछ नहीं है।',
  'What {field} refers to does not exist.': '{field} जिसकी ओर इशारा करता है, वह मौजूद नहीं है।',
  'Something with these details exists already.': 'इन विवरणों वाला कुछ पहले से मौजूद है।',
  'This hospital has patients already, so it cannot be a made-up one.': 'इस अस्पताल में पहले से मरीज़ हैं, इसलिए यह बनावटी अस्पताल नहीं हो सकता।',
  'There is already a hospital with this name.': 'इस नाम का अस्पताल पहले से है।',
  'There is already a department with this name.': 'इस नाम का विभाग पहले से है।',
  'This user already signs in as another doctor.': 'यह यूज़र पहले से किसी और डॉक्टर के रूप में साइन इन करता है।',
  'A job title cannot stand under itself.': 'कोई पद अपने ही नीचे नहीं हो सकता।',
  'Other job titles stand under this one. Move or remove them first.': 'इस पद के नीचे और पद हैं। पहले उन्हें हटाएँ या कहीं और रखें।',
  'Somebody still holds this job title. Take it from them first.': 'यह पद अभी किसी के पास है। पहले उनसे हटाएँ।',
  'This job is over already.': 'यह काम पहले ही पूरा हो चुका है।',
  'The job was cancelled.': 'काम रद्द कर दिया गया।',
  'Nobody here can do this job.': 'यहाँ यह काम कोई नहीं कर सकता।',
  'This Idempotency-Key was used before for something else. Use a new key.':
    'यह Idempotency-Key पहले किसी और चीज़ के लिए इस्तेमाल हो चुकी है। नई कुंजी लें।',
  'The Idempotency-Key must have 1 to 255 characters.': 'Idempotency-Key 1 से 255 अक्षरों की होनी चाहिए।',
  'Say which hospital this is for: send hospital_id, or the header X-Hospital-Id.':
    'बताएँ कि यह किस अस्पताल के लिए है: hospital_id या X-Hospital-Id हेडर भेजें।',
  'Which hospital?': 'कौन सा अस्पताल?',

  'There is a legal hold on this patient: nothing about them may be deleted until it is lifted.':
    'इस मरीज़ पर क़ानूनी रोक है: रोक हटने तक उनके बारे में कुछ भी मिटाया नहीं जा सकता।',
  'They prove that what was done was agreed to. They hold no words of the patient.':
    'इनसे साबित होता है कि जो किया गया उसकी सहमति थी। इनमें मरीज़ के शब्द नहीं हैं।',
  'Who looked and when must stay provable. What the entries recorded is erased, and the patient is only a number in them.':
    'किसने कब देखा, यह साबित होना ज़रूरी है। इनमें जो दर्ज था वह मिटा दिया गया, और मरीज़ अब इनमें केवल एक संख्या है।',
  'Backups made before today still hold it. On this box each gives way to a newer one in its turn; copies elsewhere are yours to delete.':
    'आज से पहले के बैकअप में यह अब भी है। इस बॉक्स पर पुराने बैकअप की जगह बारी-बारी नए आ जाते हैं; कहीं और रखी प्रतियाँ आप मिटाएँ।',
  'The amounts are part of the accounts. Whose they were is erased.': 'ये मात्राएँ हिसाब का हिस्सा हैं। ये किसकी थीं, यह मिटा दिया गया।',

  // What was sent
  'Some of what you sent is not right.': 'आपने जो भेजा, उसमें कुछ ठीक नहीं है।',
  'What you sent is not valid JSON.': 'आपने जो भेजा, वह सही JSON नहीं है।',
  'What you sent is too large.': 'आपने जो भेजा, वह बहुत बड़ा है।',
  'The body must be a JSON object.': 'संदेश JSON ऑब्जेक्ट होना चाहिए।',
  'This address takes JSON. Send it with Content-Type: application/json.': 'यह पता JSON लेता है। Content-Type: application/json के साथ भेजें।',
  'This character set or compression is not understood here.': 'यह अक्षर-संकेत या संपीड़न यहाँ समझा नहीं जाता।',
  'This address does not take this method.': 'यह पता यह तरीका नहीं लेता।',
  'This is nested too deeply.': 'इसमें बहुत ज़्यादा परतें हैं।',
  'A field has a name that is not allowed.': 'एक खाने का नाम ऐसा है जिसकी अनुमति नहीं।',
  'This field is not known here.': 'यह खाना यहाँ जाना-पहचाना नहीं है।',
  'This is needed.': 'यह ज़रूरी है।',
  'This has the wrong form.': 'यह सही रूप में नहीं है।',
  'This is not valid JSON.': 'यह सही JSON नहीं है।',
  'This must be text.': 'यह पाठ होना चाहिए।',
  'This must be a number.': 'यह संख्या होनी चाहिए।',
  'This must be a whole number.': 'यह पूर्ण संख्या होनी चाहिए।',
  'This must be true or false.': 'यह true या false होना चाहिए।',
  'This must be a list.': 'यह सूची होनी चाहिए।',
  'This must be an object.': 'यह ऑब्जेक्ट होना चाहिए।',
  'At least {n} characters are needed.': 'कम से कम {n} अक्षर चाहिए।',
  'At most {n} characters are allowed.': 'अधिक से अधिक {n} अक्षर चल सकते हैं।',
  'At least {n} entries are needed.': 'कम से कम {n} प्रविष्टियाँ ज़रूरी हैं।',
  'At most {n} entries are allowed.': 'अधिक से अधिक {n} प्रविष्टियाँ चल सकती हैं।',
  'This must be at least {n}.': 'यह कम से कम {n} होना चाहिए।',
  'This must be at most {n}.': 'यह अधिक से अधिक {n} होना चाहिए।',
  'This must be one of: {values}.': 'यह इनमें से एक होना चाहिए: {values}।',
  'This is not an e-mail address.': 'यह ई-मेल पता नहीं है।',
  'This is not a web address.': 'यह वेब पता नहीं है।',
  'This must be a date, as 2026-01-31.': 'यह तारीख़ होनी चाहिए, जैसे 2026-01-31।',
  'This must be a time, as 2026-01-31T09:30:00Z.': 'यह समय होना चाहिए, जैसे 2026-01-31T09:30:00Z।',
  'This time zone does not exist.': 'ऐसा कोई टाइम ज़ोन नहीं है।',
  'This date of birth is not possible.': 'यह जन्मतिथि संभव नहीं है।',
  'This page does not exist. Begin again without a cursor.': 'यह पन्ना मौजूद नहीं है। बिना cursor के फिर शुरू करें।',
  'This is not a phone number.': 'यह फ़ोन नंबर नहीं है।',
  "Give the patient's name.": 'मरीज़ का नाम दें।',
  'A name is needed.': 'नाम ज़रूरी है।',

  'A record cannot become one with itself.': 'कोई रिकॉर्ड अपने आप से नहीं जुड़ सकता।',
  'Another record is needed.': 'कोई दूसरा रिकॉर्ड चाहिए।',
  'These two records differ in what people are told apart by. Look again whether they are one person.':
    'ये दो रिकॉर्ड उन बातों में अलग हैं जिनसे लोगों की पहचान होती है। फिर से देखें कि क्या यह एक ही व्यक्ति है।',
  'Both of these patients sign in for themselves. Switch one of the two sign-ins off first.':
    'ये दोनों मरीज़ ख़ुद साइन इन करते हैं। पहले दोनों में से एक का साइन-इन बंद करें।',
  'This record became one with another.': 'यह रिकॉर्ड किसी दूसरे रिकॉर्ड में मिला दिया गया है।',
  'There is no file in what you sent.': 'आपने जो भेजा उसमें कोई फ़ाइल नहीं है।',
  'This is no table (CSV) that can be read.': 'यह ऐसी तालिका (CSV) नहीं है जो पढ़ी जा सके।',
  'The first line must name the columns. One of them must be called name, or first_name.':
    'पहली पंक्ति में स्तंभों के नाम होने चाहिए। उनमें से एक का नाम name या first_name होना चाहिए।',
  'These are too many lines for one file. Send it in pieces.': 'एक फ़ाइल के लिए ये बहुत ज़्यादा पंक्तियाँ हैं। इसे टुकड़ों में भेजें।',

  'The documents here do not answer this, so I would rather not guess.': 'यहाँ के दस्तावेज़ों में इसका जवाब नहीं है, इसलिए मैं अंदाज़ा नहीं लगाना चाहूँगा।',
  'Would you like to speak to a member of the staff?': 'क्या आप किसी कर्मचारी से बात करना चाहेंगे?',
  'This box cannot search by meaning yet. The person who looks after it can run “{fix}”.':
    'यह बॉक्स अभी अर्थ से खोज नहीं सकता। इसकी देखभाल करने वाला “{fix}” चला सकता है।',

  'Something in this request is missing or not in its form.': 'इस अनुरोध में कुछ कम है या सही रूप में नहीं है।',
  'This did not work, and it is not known why.': 'यह नहीं हो पाया, और कारण पता नहीं है।',
  'No mail goes to this address from here.': 'यहाँ से इस पते पर कोई मेल नहीं जाती।',

  // The box
  'That was too much at once. Please wait {seconds} seconds.': 'एक साथ बहुत ज़्यादा माँगा गया। कृपया {seconds} सेकंड रुकें।',
  'Too many people are being served at this moment. Please try again in {seconds} seconds.':
    'इस समय बहुत लोगों की सेवा हो रही है। कृपया {seconds} सेकंड बाद फिर कोशिश करें।',
  'The request was cancelled.': 'अनुरोध रद्द हो गया।',
  'The caller has left.': 'माँगने वाला जा चुका है।',
  'Something went wrong on this box. Please try again; if it happens again, tell the person who looks after it.':
    'इस बॉक्स में कुछ गड़बड़ हुई। कृपया फिर कोशिश करें; फिर भी हो तो बॉक्स की देखभाल करने वाले को बताएँ।',
  'The disk is full: nothing was saved. Free some space and try again.': 'डिस्क भर गई है: कुछ भी सहेजा नहीं गया। जगह खाली करके फिर कोशिश करें।',
  'The database is busy. Please try again in a moment.': 'डेटाबेस व्यस्त है। कृपया थोड़ी देर में फिर कोशिश करें।',
  'The database could not carry this out. Nothing was saved.': 'डेटाबेस यह नहीं कर सका। कुछ भी सहेजा नहीं गया।',
  'The database could not be copied or checked. Is the disk full?': 'डेटाबेस की प्रति या जाँच नहीं हो सकी। क्या डिस्क भर गई है?',
  "This box's disk could not keep what was written. Nothing more is saved until the disk has been checked and Bedside was started again.":
    'इस बॉक्स की डिस्क लिखी हुई बात नहीं सँभाल सकी। जब तक डिस्क की जाँच न हो और Bedside दोबारा शुरू न हो, तब तक कुछ और सहेजा नहीं जाएगा।',
  'The search index is closed.': 'खोज सूची बंद है।',
  'The search index was damaged and is being made again. Please try again in a few minutes.':
    'खोज सूची ख़राब हो गई थी और फिर से बनाई जा रही है। कृपया कुछ मिनट बाद फिर कोशिश करें।',
  'The maintenance of the database has ended.': 'डेटाबेस का रखरखाव बंद हो गया है।',
  'The signed heads of the audit log cannot be kept in {file}. Make that place writable and readable for the user that runs Bedside.':
    'ऑडिट लॉग के हस्ताक्षरित अंतिम अंश {file} में नहीं रखे जा सकते। उस जगह को Bedside चलाने वाले उपयोगकर्ता के लिए लिखने और पढ़ने योग्य बनाएँ।',
  'A file on this box was altered or belongs to another key.': 'इस बॉक्स की एक फ़ाइल बदली गई है या किसी और कुंजी की है।',
  'Please begin with init-session.': 'कृपया init-session से शुरू करें।',
  'Too many people are talking to this box at this moment. Please try again in a moment.':
    'इस समय बहुत लोग इस बॉक्स से बात कर रहे हैं। कृपया थोड़ी देर बाद फिर कोशिश करें।',
  'This conversation broke off too long ago. Please start a new one.': 'यह बातचीत बहुत पहले कट गई थी। कृपया नई शुरू करें।',
  'This conversation has begun already.': 'यह बातचीत पहले ही शुरू हो चुकी है।',
  'This is too long for one message. Please send sound in short pieces.': 'यह एक संदेश के लिए बहुत लंबा है। कृपया आवाज़ छोटे टुकड़ों में भेजें।',
  'Too much was sent before the conversation was ready.': 'बातचीत तैयार होने से पहले बहुत ज़्यादा भेजा गया।',
  'This message is not understood here.': 'यह संदेश यहाँ समझा नहीं जाता।',

  // Machines
  'The {machine} failed on this request. Please try again; if it happens again, tell the person who looks after this system.':
    '{machine} इस अनुरोध पर विफल रहा। कृपया फिर कोशिश करें; फिर भी हो तो इस सिस्टम की देखभाल करने वाले को बताएँ।',
  'The {machine} is out of order. It will be tried again in about {seconds} seconds; the person who looks after this system can run “{fix}”.':
    '{machine} काम नहीं कर रहा। लगभग {seconds} सेकंड में फिर कोशिश होगी; सिस्टम की देखभाल करने वाला “{fix}” चला सकता है।',
  'This box has no {machine} yet. The person who looks after it can run “{fix}”.':
    'इस बॉक्स में अभी {machine} नहीं है। इसकी देखभाल करने वाला “{fix}” चला सकता है।',
  'This box cannot {what} {language} well enough yet. Please write, or choose another language.':
    'यह बॉक्स अभी {language} ठीक से {what} नहीं सकता। कृपया लिखें, या कोई और भाषा चुनें।',
  'This file is not a recording that is understood. Please choose one in WAV, MP3, M4A, OGG, WebM or FLAC format.':
    'यह फ़ाइल ऐसी रिकॉर्डिंग नहीं है जो समझी जा सके। कृपया WAV, MP3, M4A, OGG, WebM या FLAC में चुनें।',
  'This file is not a WAV recording. Please choose a recording in WAV, MP3, M4A, OGG, WebM or FLAC format.':
    'यह WAV रिकॉर्डिंग नहीं है। कृपया WAV, MP3, M4A, OGG, WebM या FLAC में रिकॉर्डिंग चुनें।',
  'This file holds no sound.': 'इस फ़ाइल में कोई आवाज़ नहीं है।',
  'This recording is empty. Please record again.': 'यह रिकॉर्डिंग खाली है। कृपया फिर से रिकॉर्ड करें।',
  'This recording is cut off: a part of the file is missing. Please upload it again.':
    'यह रिकॉर्डिंग अधूरी है: फ़ाइल का एक हिस्सा गायब है। कृपया फिर से भेजें।',
  'This recording is damaged and cannot be read to its end. Please record or export it again.':
    'यह रिकॉर्डिंग ख़राब है और पूरी पढ़ी नहीं जा सकती। कृपया फिर से रिकॉर्ड करें या भेजें।',
  'This WAV recording is damaged and cannot be read. Please record or export it again.':
    'यह WAV रिकॉर्डिंग ख़राब है और पढ़ी नहीं जा सकती। कृपया फिर से रिकॉर्ड करें या भेजें।',
  'This WAV recording is in a form that is not understood ({form}). Please export it as 16-bit PCM.':
    'यह WAV रिकॉर्डिंग ऐसे रूप में है जो समझा नहीं जाता ({form})। कृपया इसे 16-bit PCM में भेजें।',
  'This WAV recording says it has {channels} channels, which cannot be right.':
    'यह WAV रिकॉर्डिंग {channels} चैनल बताती है, जो सही नहीं हो सकता।',
  'This WAV recording says it has {rate} samples a second, which cannot be right.':
    'यह WAV रिकॉर्डिंग प्रति सेकंड {rate} नमूने बताती है, जो सही नहीं हो सकता।',
  'The recording is longer than the {machine} takes.': 'रिकॉर्डिंग {machine} की सीमा से लंबी है।',
  'The sound could not be written in this format.': 'आवाज़ इस रूप में नहीं बनाई जा सकी।',
  'The voice could not speak this sentence.': 'यह वाक्य बोला नहीं जा सका।',
  'There is no voice called {voice} on this system.': 'इस सिस्टम पर {voice} नाम की कोई आवाज़ नहीं है।',
  'The {machine} needs {program}, which is not installed. Install it with “{fix}”.':
    '{machine} को {program} चाहिए, जो लगा नहीं है। “{fix}” से लगाएँ।',
  'The {machine} took too long and was stopped. Please try with a shorter recording or text.':
    '{machine} ने बहुत समय लिया और रोक दिया गया। कृपया छोटी रिकॉर्डिंग या पाठ के साथ कोशिश करें।',
  'This computer is too busy to start the {machine}. Please try again in a moment.':
    'यह कंप्यूटर {machine} चालू करने के लिए अभी बहुत व्यस्त है। कृपया थोड़ी देर में फिर कोशिश करें।',
  'This conversation has become too long for the language model: {tokens} tokens, of which {limit} fit. Please start a new conversation or ask about fewer documents.':
    'यह बातचीत भाषा मॉडल के लिए बहुत लंबी हो गई है: {tokens} टोकन, जबकि {limit} ही समाते हैं। कृपया नई बातचीत शुरू करें या कम दस्तावेज़ों के बारे में पूछें।',

  'This hospital has not named its emergency number yet, so no conversation with patients can begin. An administrator can name it in the settings.':
    'इस अस्पताल ने अभी अपना आपातकालीन नंबर नहीं बताया है, इसलिए मरीज़ों से बातचीत शुरू नहीं हो सकती। प्रशासक इसे सेटिंग में बता सकते हैं।',
  'This conversation has ended. Please start a new one.': 'यह बातचीत समाप्त हो चुकी है। कृपया नई शुरू करें।',
  'This conversation belongs to somebody else.': 'यह बातचीत किसी और की है।',
  'This address takes a form with a file. Send it as multipart/form-data.': 'यह पता फ़ाइल वाला फ़ॉर्म लेता है। multipart/form-data के रूप में भेजें।',
  'The form that you sent cannot be read.': 'आपका भेजा फ़ॉर्म पढ़ा नहीं जा सकता।',
  'There is no recording in what you sent.': 'आपने जो भेजा, उसमें कोई रिकॉर्डिंग नहीं है।',
  'Say what should be spoken: a message_id or a text.': 'बताएँ कि क्या बोला जाए: message_id या text।',
  'This box makes no connection to the outside, so this avatar cannot be used.':
    'यह बॉक्स बाहर कोई संपर्क नहीं करता, इसलिए यह अवतार इस्तेमाल नहीं हो सकता।',
  'This avatar is not set up on this box. The local one works without a connection.':
    'यह अवतार इस बॉक्स पर नहीं लगाया गया है। स्थानीय अवतार बिना संपर्क के चलता है।',
  'Either this or text is needed.': 'यह या text ज़रूरी है।',
  // Documents
  'Your hospital has switched its documents off. An administrator can switch them on in its settings.':
    'आपके अस्पताल ने अपने दस्तावेज़ बंद कर रखे हैं। प्रशासक उन्हें सेटिंग्स में चालू कर सकते हैं।',
  'This very file is here already, as a document of its own. Remove that one first.':
    'ठीक यही फ़ाइल यहाँ पहले से एक अलग दस्तावेज़ के रूप में है। पहले उसे हटाएँ।',
  'This can be said of one file at a time.': 'यह एक बार में एक ही फ़ाइल के लिए बताया जा सकता है।',
  'This document was removed before it was read.': 'यह दस्तावेज़ पढ़े जाने से पहले हटा दिया गया।',
  'The pages of this document are pictures, and this box has nothing yet that reads pictures. Please send it as text, or as a PDF with text in it.':
    'इस दस्तावेज़ के पन्ने तस्वीरें हैं, और इस बॉक्स में अभी तस्वीरें पढ़ने वाला कुछ नहीं है। कृपया इसे पाठ के रूप में, या ऐसी PDF में भेजें जिसमें पाठ हो।',
  'There is no text in this document.': 'इस दस्तावेज़ में कोई पाठ नहीं है।',
  'The box is taking in other files just now. Please try again in a moment.': 'बॉक्स अभी दूसरी फ़ाइलें ले रहा है। कृपया थोड़ी देर में फिर कोशिश करें।',
  'These are too many files at a time.': 'एक बार में इतनी फ़ाइलें बहुत ज़्यादा हैं।',

  // What stands in a sentence's places
  'speech recogniser': 'आवाज़ पहचानने वाला इंजन',
  'live speech recogniser': 'सीधे सुनने वाला इंजन',
  'speech detector': 'बोली पहचानने वाला इंजन',
  'language model': 'भाषा मॉडल',
  voice: 'बोलने वाला इंजन',
  'document search engine': 'दस्तावेज़ खोजने वाला इंजन',
  'document ranking engine': 'दस्तावेज़ छाँटने वाला इंजन',
  translator: 'अनुवादक',
  'image reader': 'चित्र पढ़ने वाला इंजन',
  'speaker recogniser': 'वक्ता पहचानने वाला इंजन',
  'sound converter': 'आवाज़ बदलने वाला प्रोग्राम',
  understand: 'समझ',
  speak: 'बोल',

  // TLS
  'Trust this box': 'इस बॉक्स पर भरोसा करें',
  'Phones and computers in this clinic need the certificate of this box once. After that their browsers open it without a warning and give it the microphone.':
    'इस क्लिनिक के फ़ोन और कंप्यूटरों को इस बॉक्स का प्रमाणपत्र एक बार चाहिए। उसके बाद उनके ब्राउज़र इसे बिना चेतावनी के खोलते हैं और माइक्रोफ़ोन देते हैं।',
  'Open this page on another device: point its camera here, or type': 'यह पन्ना दूसरे फ़ोन या कंप्यूटर पर खोलें: उसका कैमरा यहाँ दिखाएँ, या यह पता लिखें',
  'Get the certificate': 'प्रमाणपत्र लें',
  'Tap “Get the certificate” above. Then open Settings and search for “CA certificate” (on most phones: Security, More security settings, Install from phone storage). Choose CA certificate, Install anyway, and the file bedside.crt.':
    'ऊपर “प्रमाणपत्र लें” दबाएँ। फिर सेटिंग्स खोलें और “CA certificate” खोजें (ज़्यादातर फ़ोन में: सुरक्षा, अधिक सुरक्षा सेटिंग्स, फ़ोन की मेमोरी से इंस्टॉल करें)। CA प्रमाणपत्र चुनें, “फिर भी इंस्टॉल करें” दबाएँ, और फ़ाइल bedside.crt चुनें।',
  'Open this page in Safari and tap “Get the certificate”, then Allow. Open Settings, tap “Profile downloaded” and Install. Then open General, About, Certificate Trust Settings and switch on the certificate of Bedside.':
    'यह पन्ना Safari में खोलें, “प्रमाणपत्र लें” दबाएँ, फिर अनुमति दें। सेटिंग्स खोलें, “प्रोफ़ाइल डाउनलोड हुई” दबाएँ और इंस्टॉल करें। फिर सामान्य, परिचय, प्रमाणपत्र भरोसा सेटिंग्स खोलें और Bedside का प्रमाणपत्र चालू करें।',
  'Get the certificate and open the file bedside.crt. Choose Install Certificate, Local Machine, “Place all certificates in the following store”, Browse, “Trusted Root Certification Authorities”. Then close the browser and open it again.':
    'प्रमाणपत्र लें और फ़ाइल bedside.crt खोलें। Install Certificate, Local Machine, “Place all certificates in the following store”, Browse, “Trusted Root Certification Authorities” चुनें। फिर ब्राउज़र बंद करके दोबारा खोलें।',
  'Before you install it, compare these letters with the ones that “bedside doctor” shows at the box itself. If they differ, stop and tell whoever looks after the box.':
    'इंस्टॉल करने से पहले इन अक्षरों को उनसे मिलाएँ जो बॉक्स पर “bedside doctor” दिखाता है। अगर वे अलग हों तो रुकें और बॉक्स की देखभाल करने वाले को बताएँ।',
  'This certificate vouches for addresses of your own network and for the names of this box, and for nothing on the Internet.':
    'यह प्रमाणपत्र केवल आपके अपने नेटवर्क के पतों और इस बॉक्स के नामों की पुष्टि करता है, इंटरनेट की किसी चीज़ की नहीं।',
  'Open Bedside': 'Bedside खोलें',
  'In {file} there is no certificate in PEM form.': '{file} में PEM रूप का कोई प्रमाणपत्र नहीं है।',
  'In {file} there is no private key in PEM form without a passphrase.': '{file} में PEM रूप की, बिना पासफ़्रेज़ वाली कोई निजी कुंजी नहीं है।',
  'The key in {key} does not belong to the certificate in {file}. The certificate of the box comes first.':
    '{key} की कुंजी {file} के प्रमाणपत्र की नहीं है। बॉक्स का प्रमाणपत्र सबसे पहले आता है।',
  'The certificate in {file} has ended on {date}. Put a new one there.': '{file} का प्रमाणपत्र {date} को समाप्त हो चुका है। वहाँ नया रखें।',
  'The certificate in {file} begins on {date}, which is to come. Is the clock of this machine right?':
    '{file} का प्रमाणपत्र {date} से शुरू होता है, जो अभी आना है। क्या इस मशीन की घड़ी सही है?',
  'The certificate in {file} cannot be used: its key is too weak, or its chain is not whole.':
    '{file} का प्रमाणपत्र काम में नहीं आ सकता: उसकी कुंजी कमज़ोर है, या उसकी कड़ी पूरी नहीं है।',
  'The file {file} cannot be read. It is named for TLS.': 'फ़ाइल {file} पढ़ी नहीं जा सकती। TLS के लिए यही बताई गई है।',

  // Appointments
  'This time is only held. Book it first.': 'यह समय अभी केवल रोका गया है। पहले इसे बुक करें।',
  'This appointment is booked.': 'यह अपॉइंटमेंट बुक है।',
  'This appointment is confirmed.': 'इस अपॉइंटमेंट की पुष्टि हो चुकी है।',
  'This appointment was cancelled. Book a new one.': 'यह अपॉइंटमेंट रद्द हो चुका है। नया बुक करें।',
  'The patient has come to this appointment already.': 'मरीज़ इस अपॉइंटमेंट के लिए आ चुके हैं।',
  'The patient did not come to this appointment. Book a new one.': 'मरीज़ इस अपॉइंटमेंट पर नहीं आए। नया बुक करें।',
  'You have too many appointments open at once. Please ask at the reception.': 'आपके एक साथ बहुत ज़्यादा अपॉइंटमेंट खुले हैं। कृपया रिसेप्शन पर पूछें।',
  'That did not fit too often. Please wait {seconds} seconds, or ask at the reception.':
    'जानकारी बहुत बार मेल नहीं खाई। कृपया {seconds} सेकंड रुकें, या रिसेप्शन पर पूछें।',
  'Say for whom: patient_id or patient_name.': 'बताएँ किसके लिए: patient_id या patient_name।',
  'Give two of these: the booking code, the date or year of birth, the full name.':
    'इनमें से दो बताएँ: बुकिंग कोड, जन्मतिथि या जन्म का साल, पूरा नाम।',
  'Another time is held than the one you want to book.': 'रोका गया समय वह नहीं है जिसे आप बुक करना चाहते हैं।',
  'This appointment is on another day. Move it to today if the patient is to be seen.':
    'यह अपॉइंटमेंट किसी और दिन का है। मरीज़ को आज दिखाना हो तो इसे आज पर ले आएँ।',
  'This appointment is still to come. Cancel it if the patient will not come.':
    'इस अपॉइंटमेंट का समय अभी नहीं आया है। मरीज़ नहीं आएँगे तो इसे रद्द करें।',
  'This is not the department of this doctor.': 'यह इन डॉक्टर का विभाग नहीं है।',
  'Several doctors are called so. Give the full name, or the department.': 'इस नाम के कई डॉक्टर हैं। पूरा नाम या विभाग बताएँ।',
  'This date is not possible here.': 'यह तारीख़ यहाँ संभव नहीं है।',
  'At most 62 days can be asked for at once.': 'एक बार में ज़्यादा से ज़्यादा 62 दिन पूछे जा सकते हैं।',
  'An appointment takes 5 to 480 minutes.': 'एक अपॉइंटमेंट 5 से 480 मिनट का होता है।',
  'Up to 240 minutes can be kept free behind an appointment.': 'अपॉइंटमेंट के बाद ज़्यादा से ज़्यादा 240 मिनट ख़ाली रखे जा सकते हैं।',
  'This must be a time of the day, as 09:00.': 'यह दिन का समय होना चाहिए, जैसे 09:00।',
  'This must be a time of the day, as 02:30 PM or 14:30.': 'यह दिन का समय होना चाहिए, जैसे 02:30 PM या 14:30।',
  'The end must come after the beginning.': 'अंत शुरुआत के बाद होना चाहिए।',
  'Give from and to, or closed.': 'from और to दें, या closed।',
  'The last day must not come before the first.': 'आख़िरी दिन पहले दिन से पहले नहीं हो सकता।',
  'This doctor has no hours here yet.': 'इन डॉक्टर का समय यहाँ अभी तय नहीं है।',
  'On that day the clock is put forward, and this time does not exist.': 'उस दिन घड़ी आगे की जाती है, और यह समय होता ही नहीं।',
  'This time has passed.': 'यह समय बीत चुका है।',
  'This is too far ahead: appointments are made for up to three years.': 'यह बहुत आगे की तारीख़ है: अपॉइंटमेंट तीन साल आगे तक ही बनते हैं।',
  'The doctor is on leave that day.': 'डॉक्टर उस दिन छुट्टी पर हैं।',
  'The doctor does not work that day.': 'डॉक्टर उस दिन नहीं बैठते।',
  'This lies outside the hours of the doctor.': 'यह डॉक्टर के समय के बाहर है।',
  'That day the doctor has other hours than usual.': 'उस दिन डॉक्टर का समय रोज़ से अलग है।',
  'The doctor has a break then.': 'उस समय डॉक्टर का अवकाश है।',
  'No appointment begins at this time. Take one of the times that are offered.':
    'इस समय से कोई अपॉइंटमेंट शुरू नहीं होता। दिए गए समयों में से कोई चुनें।',
  'This time is taken already.': 'यह समय पहले ही लिया जा चुका है।',
  'Somebody is booking this time just now. Try again in three minutes, or take another.':
    'कोई अभी यही समय बुक कर रहा है। तीन मिनट बाद फिर कोशिश करें, या दूसरा समय लें।',
  'This time is free: {doctor}, {when}.': 'यह समय ख़ाली है: {doctor}, {when}।',
  'The appointment is booked: {doctor}, {when}. The booking code is {code}.': 'अपॉइंटमेंट बुक हो गया है: {doctor}, {when}। बुकिंग कोड {code} है।',
  'The appointment is moved: {doctor}, {when}. The booking code is still {code}.':
    'अपॉइंटमेंट का समय बदल गया है: {doctor}, {when}। बुकिंग कोड अब भी {code} है।',
  'The appointment is confirmed: {doctor}, {when}.': 'अपॉइंटमेंट की पुष्टि हो गई है: {doctor}, {when}।',
  'The appointment is cancelled: {doctor}, {when}.': 'अपॉइंटमेंट रद्द हो गया है: {doctor}, {when}।',
  'The patient has come: {doctor}, {when}.': 'मरीज़ आ गए हैं: {doctor}, {when}।',
  'The patient did not come: {doctor}, {when}.': 'मरीज़ नहीं आए: {doctor}, {when}।',

  // The line
  'This patient still waits. Call them first.': 'ये मरीज़ अभी प्रतीक्षा में हैं। पहले इन्हें बुलाएँ।',
  'This patient was called already.': 'इन मरीज़ को पहले ही बुलाया जा चुका है।',
  'This patient was seen already.': 'इन मरीज़ को पहले ही देखा जा चुका है।',
  'This patient was skipped. Give them a new token.': 'इन मरीज़ की बारी छोड़ दी गई थी। इन्हें नया टोकन दें।',
  'Say for whom: patient_id or name.': 'बताइए किसके लिए: patient_id या name।',
  'Say to whom: doctor_id or department.': 'बताइए किसके पास: doctor_id या department।',
  'This patient stands in this line already, with token {token}.': 'ये मरीज़ इस कतार में पहले से हैं, टोकन {token}।',
  'The token is {token}.': 'टोकन नंबर {token} है।',
  'Token {token} is called.': 'टोकन {token} को बुलाया गया है।',
  'Nobody waits for this doctor.': 'इन डॉक्टर के लिए कोई प्रतीक्षा में नहीं है।',
  'Token {token} is done.': 'टोकन {token} पूरा हुआ।',
  'Token {token} is skipped.': 'टोकन {token} छोड़ दिया गया है।',
  'Goes first: the desk gave priority {priority}.': 'पहले जाएँगे: रिसेप्शन ने प्राथमिकता {priority} दी है।',
  'Has an appointment at {time}, which has come; appointments and walk-ins take turns.':
    '{time} का अपॉइंटमेंट है, जिसका समय हो गया है; अपॉइंटमेंट वाले और बिना अपॉइंटमेंट वाले बारी-बारी से जाते हैं।',
  'Came at {came} to an appointment at {time}, and counts from {came}; appointments and walk-ins take turns.':
    '{time} के अपॉइंटमेंट के लिए {came} पर आए, और {came} से गिने जाते हैं; अपॉइंटमेंट वाले और बिना अपॉइंटमेंट वाले बारी-बारी से जाते हैं।',
  'Came at {time} without an appointment; appointments and walk-ins take turns.':
    'बिना अपॉइंटमेंट के {time} पर आए; अपॉइंटमेंट वाले और बिना अपॉइंटमेंट वाले बारी-बारी से जाते हैं।',
  'Is early for the appointment at {time}; whoever waits already goes first.':
    '{time} के अपॉइंटमेंट के लिए जल्दी आए हैं; जो पहले से प्रतीक्षा में हैं, वे पहले जाएँगे।',

  // What leaves the building
  'Nothing may leave for this receiver as this box is set. It waits.':
    'इस बॉक्स की सेटिंग के अनुसार इस पाने वाले को अभी कुछ नहीं भेजा जा सकता। संदेश रुका हुआ है।',
  'The receiver could not be reached.': 'पाने वाले तक पहुँचा नहीं जा सका।',
  'The mail server did not accept the name or the password in SMTP_URL.': 'मेल सर्वर ने SMTP_URL का नाम या पासवर्ड स्वीकार नहीं किया।',
  'The mail server refused this mail for good.': 'मेल सर्वर ने यह मेल हमेशा के लिए अस्वीकार कर दी।',
  'The mail server could not take this mail now.': 'मेल सर्वर अभी यह मेल नहीं ले सका।',
  'The receiver could not take this now.': 'पाने वाला अभी इसे नहीं ले सका।',
  'The receiver refused this for good.': 'पाने वाले ने इसे हमेशा के लिए अस्वीकार कर दिया।',
  'SMTP_URL must be an address as smtp://user:password@host:port.': 'SMTP_URL ऐसा पता होना चाहिए: smtp://user:password@host:port।',
  'MAIL_FROM must be an e-mail address, or a name with one as Clinic <desk@clinic.example>.':
    'MAIL_FROM एक ई-मेल पता होना चाहिए, या नाम के साथ पता, जैसे Clinic <desk@clinic.example>।',
  'No mail server is named on this box: set SMTP_URL and MAIL_FROM.': 'इस बॉक्स पर कोई मेल सर्वर नहीं बताया गया है: SMTP_URL और MAIL_FROM भरें।',
  'This way out is not set up, or switched off. An administrator can change it.':
    'भेजने का यह रास्ता तैयार नहीं है, या बंद है। व्यवस्थापक इसे बदल सकते हैं।',
  'A message that is to leave is empty.': 'जो संदेश जाना है, वह ख़ाली है।',
  'It came to be too late for this message.': 'इस संदेश के लिए बहुत देर हो गई।',
  'This message has left already.': 'यह संदेश पहले ही जा चुका है।',
  'A later message about this appointment has left already.': 'इस अपॉइंटमेंट के बारे में बाद का एक संदेश पहले ही जा चुका है।',
  'The places in braces may only stand after the host.': 'कोष्ठक वाली जगहें केवल होस्ट के बाद आ सकती हैं।',
  'Give the secret as secret, and no name and password in the address.': 'गुप्त शब्द secret में दें; पते में नाम और पासवर्ड न लिखें।',
  'The address or the body must have the places {phone} and {text}.': 'पते या संदेश में {phone} और {text} की जगहें होनी चाहिए।',

  // Backups
  'The folder {folder} for backups is not there. Put its disk in, or take it out of the settings.':
    'बैकअप का फ़ोल्डर {folder} नहीं मिला। उसकी डिस्क लगाएँ, या उसे सेटिंग्स से हटाएँ।',
  'There is not enough room for a backup in {folder}. Make room, or choose another folder.':
    '{folder} में बैकअप के लिए काफ़ी जगह नहीं है। जगह बनाएँ, या दूसरा फ़ोल्डर चुनें।',
  'There is not enough room for a backup in {folder}: it needs {need} MB, {free} MB are free. Make room, or choose another folder.':
    '{folder} में बैकअप के लिए काफ़ी जगह नहीं है: {need} MB चाहिए, {free} MB ख़ाली हैं। जगह बनाएँ, या दूसरा फ़ोल्डर चुनें।',
  'A backup cannot be written to {folder}. Check that the folder may be written.':
    'बैकअप {folder} में लिखा नहीं जा सकता। देखें कि उस फ़ोल्डर में लिखने की अनुमति है या नहीं।',
  'The copy of the database in {file} is damaged.': '{file} में डेटाबेस की प्रति ख़राब है।',
  'Something went wrong on this box.': 'इस बॉक्स पर कुछ गड़बड़ हुई।',
};
