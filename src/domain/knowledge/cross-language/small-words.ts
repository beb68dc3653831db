/** Words that say how a question is built and not what it is about. In Latin letters they look like English (me, to, is, are, the, use) and are not. */
export const smallWords = `
का की के को से में पर ने तक और या व एवं तथा भी ही तो जो कि क्या कब कहां कैसे कैसा कैसी किस किसे किसी किन किनका कौन कौनसा कौनसी कितना कितनी कितने
है हैं था थी थे हो होता होती होते होना होने होनी हुआ हुई हुए होगा होगी होंगे हूं हों रहा रही रहे रहता रहती रहते रहना गया गई गए जा जाता जाती जाते जाना जाने जाए जाएं जाएगा
कर करना करने करनी करता करती करते करें करे करूं करो करके किया किए कीजिए करवाना कराना दे देना देने देता देती देते दें दिया दी दिए ले लें लेते लेता लिया लेकर
सक सकता सकती सकते सका पाता पाती पाना चाहिए चाहिये चाहता चाहती चाहते लिए लिये द्वारा वाला वाली वाले मुझे मुझको मुझसे मैं मेरा मेरी मेरे हम हमें हमारा हमारी हमारे
आप आपका आपकी आपके आपको तुम यह ये वह वे वो इस इसे इसका इसकी इसके इसमें इन इनका इनके इससे उस उसे उसका उसकी उसके उससे उन उनका उनके उन्हें अपना अपनी अपने कुछ कोई सब सभी
बहुत बारे बाद पहले लेकिन मगर अगर यदि जब तब जैसे जैसा जैसी ऐसा ऐसी ऐसे वैसे फिर अब अभी यहां वहां बताओ बताएं बताइए बताना बता कृपया प्लीज जी हां नमस्ते दौरान बिना भर
सा सी बीच ओर हर एक दो तीन चार पांच छह सात दस न ना नहीं मत जिस जिसे जिसका जिसकी जिसके जिससे जिन किससे किसलिए चल लग पड़ता पड़ती पड़ना बन बनता बनती आ आता आती आते आए आना आने आया आई
मिल मिलता मिलती मिलना मिलेगा करेगा करेंगे रखना रखें रख सके पास जैसी डाल समय कहते कहा जानना पता चाहूंगा चाहूंगी होकर मान अन्य किन्हीं केवल सिर्फ बस
आगे अलावा रह रही रहें शायद चीज चीजें चीजों सबसे आपस आपसी आसानी आसान सिवा सिवाय बजाय वरना ताकि चूंकि क्योंकि हालांकि बल्कि लगभग करीब तकरीबन थोड़ा थोड़ी थोड़े कम-से-कम मिला मिली मिले मिलाना दोनों तीनों चुका चुकी चुके
लगा लगी लगे लगता लगती लगते लगना लगवाना लगवाने पकड़ पकड़ना पकड़ता ढूंढूं ढूंढ ढूंढना चलता चलती चलते चलेगा चलकर चला चली चले दिखाना दिखाऊं दिखाएं रखा रखी रखते रखता टिकना टिकती बोल बोले बोलते कहना कहलाता सोच
वही यही इसीलिए इसलिए उसी इसी किसको किनको जिनको जिनका जिनकी इतना इतनी इतने उतना उतनी जितना जितनी बातें बात हाल चाहे अलग-अलग कोई-सा सच क्यूं वैसा वैसी यहीं वहीं कहीं कभी शुक्रिया धन्यवाद डालना पहुंचना पहुंच पिलाना पड़ना पड़े बार
सकूं सकेगा सकेगी जाऊं जाते जाओ जाएंगे जाएगी जाती जाना दूं देगा देंगे देती लेगा लेना लेनी लेने होऊं होंगी होवे हूँ रहूं रहेगा रहेगी करूंगा करूंगी करेंगी करनी करवाने करवाया करवाएं करवा करा कराएं कराया कराने कराते
मैडम सरजी भैया दीदी जनाब नाम नामक वगैरह इत्यादि आदि मात्र जरा काफी बिल्कुल एकदम ज़रूर यानी यानि मतलब-कि अपने-आप खुद स्वयं किए-जाने जाने किन-किन क्या-क्या कौन-कौन कहीं-कहीं
`;

/** As they are typed in Latin letters, where the script does not tell. */
export const smallWordsInLatinLetters = `
ka ki ke ko se me mein main mai mei men par pe pr ne tak aur or ya va bhi hi to toh jo kya kia kyaa kab kahan kaha kaise kese kaisa kaisi kis kise kisi kin kon kaun konsa kaunsa konsi kaunsi kitna kitni kitne
hai hain he h hay hn hei tha thi the thin ho hota hoti hote hona hone hua hui hue huwa hoga hogi honge hu hun hoon hoo raha rahi rahe rha rhi rhe rahta rehta rehti gaya gayi gaye gya gyi ja jata jati jate jana jane jaye jaaye
kar karna karne karta karti karte kare karen karein karun karu karo karke kr krna krne krte krti kiya kiye kijiye de dena dene deta dete den diya di diye le lena len lete leta liya sakta sakti sakte skta skti skte sake chahiye chahie chaiye chahta chahti
liye liya lie dwara wala wali wale vala vali mujhe mujhko mujhse muje mera meri mere hum ham hame humein hamara hamari aap ap aapka apka aapko apko tum yeh ye yah woh vo wo voh is ise iska iski iske isme inka in inke isse us use uska uski uske usse un unka unki unke unhe apna apni apne kuch kuchh koi sab sabhi
bahut bohot bahot bhot baare bare baad bad pehle pahle lekin magar agar agr yadi jab jb tab jaise jaisa aisa aise fir phir ab abhi yahan wahan batao bataye bataiye bataen batana bata kripya please plz ji haan han namaste dauran daoran bina bhar sa si har ek do teen tin char nahi nahin nhi nai na mat jis jise jiska jiski jiske jisse
kyunki kyonki lag pad padta padti ban banta banti aa aata aati aate ata ati aana aane aaya aayi mil milta milti milna rakhna rakhe pata are isliye sirf bas dono
usko isko jisko kisko unko inko jinko jinka jinki jinke chuka chuki chuke baar bar wapis alawa shayad sabse aapas apas aage age asani aasani laga lagi lage lagta lagti lagte lagna lagwana lagwane lagana lagane pakad pakadna dhundu dhundhu dhundna
chalta chalti chalte chalega chala chali chale chal dikhana dikhau dikhaye rakh rakha rakhi rakho rehne rahne rehna rahna reh leni lenge loon lu doon du dun doge mila mili mile itna itni itne utna jitna jitni baat batayen bata bataye karwana karwane karwaye karwa kara karana karane
jau jaun jaunga jayega jayegi jayenge jao hogaya hogayi hone hoti ek thoda thodi thode lagbhag karib kareeb kafi kaafi bilkul ekdam zaroor jarur yani khud agr ager wagera vagaira shukriya dhanyavad namaskar sir-ji madam bhaiya didi doctor-sahab naam nam ye-sab kabhi kahin tab tabhi lagwaye lagvaye pade padne pilana pilaye pilaen karwau
`;

/** English words of no weight, found in mixed talk. */
export const smallEnglishWords = `
a an the of for with and or at on by from as be been was were has have had will would should can could may might must do does did i my mine your yours his her its our their they them he she it we you who what which that this these those there
when where how why than then into about any some such no not yes if but so also very more most am are
`;
