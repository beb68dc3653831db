/**
 * Hindi words for the body and its parts, and the English words that a document would use. An entry is `forms: English`, entries are divided by
 * semicolons, forms and English words by commas; the first form is the one shown. A form of several words leaves out की, का, के and the like.
 */
export const body = `
शरीर, बदन, देह, जिस्म: body; अंग: organ, limb; खाल, त्वचा, चमड़ी, चर्म: skin; हड्डी, अस्थि: bone; हड्डियां: bones, bone; जोड़, संधि: joint, joints;
मांसपेशी, मांसपेशियां, पेशी, मसल: muscle, muscles; नस, नाड़ी, रग: nerve, vein; नसें: nerves, veins; तंत्रिका: nerve; स्नायु: nerve, ligament;
शिरा: vein; धमनी: artery; रक्त वाहिका, रक्त नली, रक्तवाहिका: blood vessel; खून नली: blood vessel; चर्बी, वसा, फैट: fat; ऊतक: tissue; कोशिका, कोशिकाएं: cell, cells;
सिर, सर, मस्तक, शीश: head; दिमाग, मस्तिष्क, भेजा: brain; खोपड़ी: skull, scalp; माथा, ललाट: forehead; कनपटी: temple, head; बाल, केश: hair; सिर खाल: scalp;
चेहरा, मुखड़ा: face; गाल: cheek; ठोड़ी, ठुड्डी: chin; जबड़ा: jaw; होंठ, ओंठ, होठ: lip, lips; मुंह, मुख: mouth; जीभ, जुबान, जबान: tongue; तालू: palate;
दांत, दंत, दाँत: tooth, teeth, dental; दाढ़: molar, tooth; अक्ल दाढ़: wisdom tooth; मसूड़ा, मसूड़े: gum, gums; लार, थूक: saliva, spit; गला, कंठ: throat; गर्दन, गरदन: neck;
टॉन्सिल, टांसिल: tonsil, tonsils; स्वर यंत्र, कंठनली: larynx, voice box; श्वास नली, सांस नली, श्वासनली: windpipe, airway, trachea; आहार नली, खाने नली, भोजन नली: esophagus;
आंख, नेत्र, नयन, चक्षु: eye, eyes; पलक: eyelid; भौं, भौंह: eyebrow; पुतली: pupil; आंख पर्दा, रेटिना: retina; कॉर्निया: cornea; आंसू: tears; नजर, दृष्टि, निगाह: vision, sight, eyesight;
कान: ear; कान पर्दा, कान परदा: eardrum; कान मैल, मैल कान: earwax; सुनना, सुनाई, श्रवण: hearing; नाक, नासिका: nose, nasal; नथुना: nostril; साइनस: sinus;
कंधा, कांधा: shoulder; बगल, कांख: armpit, underarm; बांह, बाजू, भुजा: arm; कोहनी, कुहनी: elbow; कलाई: wrist; हाथ, हस्त: hand, arm; हथेली: palm, hand; उंगली, अंगुली, उंगलियां: finger;
अंगूठा: thumb, toe; नाखून, नख: nail, nails; छाती, सीना, वक्ष: chest; स्तन, ब्रेस्ट, चूची: breast; निप्पल: nipple; पसली, पसलियां: rib, ribs; फेफड़ा, फेफड़े, फेफड़ों, लंग्स: lung, lungs;
दिल, हृदय, ह्रदय, हार्ट: heart; पेट, उदर, तोंद: stomach, abdomen, belly; आमाशय, जठर: stomach; नाभि: navel, belly button; जिगर, यकृत, कलेजा, लीवर, लिवर: liver;
तिल्ली, प्लीहा: spleen; पित्ताशय, पित्त थैली, पित्त थैला, गॉल ब्लैडर: gallbladder; पित्त: bile; पित्त नली: bile duct; अग्न्याशय, पैंक्रियास, अग्नाशय: pancreas;
आंत, अंतड़ी, आंतें, आंतड़ियां: intestine, bowel, gut; बड़ी आंत, कोलन: colon, large intestine; छोटी आंत: small intestine; अपेंडिक्स: appendix; मलाशय: rectum; गुदा, मलद्वार: anus, anal, rectum;
गुर्दा, गुर्दे, किडनी, वृक्क: kidney, renal; मूत्राशय, पेशाब थैली, ब्लैडर: bladder; मूत्रमार्ग, पेशाब नली, मूत्र मार्ग, पेशाब रास्ता: urinary tract, urethra; मूत्रवाहिनी: ureter;
पेशाब, मूत्र, पिशाब, मूत, सूसू: urine, urination, urinary; मल, टट्टी, पाखाना, मल त्याग: stool, bowel movement; शौच: bowel movement, stool; पीठ: back; कमर: lower back, back, waist;
रीढ़, मेरुदंड, रीढ हड्डी: spine, spinal; रीढ़ रज्जु, मेरुरज्जु: spinal cord; कूल्हा, नितंब, कूल्हे: hip, buttock; जांघ, जंघा: thigh; घुटना, घुटने: knee; पिंडली: calf, leg; टांग, पैर, पांव: leg, foot;
टखना: ankle; एड़ी, एड़ियां: heel; तलवा, तलवे: sole, foot; पैर उंगली: toe; पंजा: foot; लिंग, शिश्न: penis; अंडकोष, वृषण, अंडग्रंथि: testicle, testis, scrotum; जननांग, गुप्तांग, गुप्त अंग: genital, private parts;
योनि: vagina, vaginal; गर्भाशय, बच्चेदानी, बच्चादानी, कोख: uterus, womb; गर्भाशय मुख, गर्भाशय ग्रीवा, बच्चेदानी मुंह: cervix, cervical; अंडाशय, डिंबग्रंथि, ओवरी: ovary, ovaries; प्रोस्टेट, पौरुष ग्रंथि: prostate;
शुक्राणु: sperm; वीर्य: semen; अंडाणु: egg, ovum; ग्रंथि: gland; थायराइड ग्रंथि: thyroid gland; लसीका, लिम्फ: lymph; लसीका ग्रंथि, लिम्फ नोड: lymph node; खून, रक्त, लहू, ब्लड: blood; लाल रक्त कोशिका: red blood cell;
सफेद रक्त कोशिका, श्वेत रक्त कोशिका: white blood cell; प्लेटलेट, बिम्बाणु: platelet; हीमोग्लोबिन: hemoglobin; पसीना, स्वेद: sweat, sweating; बलगम, कफ: phlegm, mucus, sputum; मवाद, पीप, पस: pus; नाल, गर्भनाल: umbilical cord, placenta;
हार्मोन: hormone; जीन, वंशाणु: gene, genes; गुणसूत्र: chromosome; डीएनए: DNA; रोग प्रतिरोधक क्षमता, प्रतिरक्षा, इम्यूनिटी, रोग प्रतिरोधक शक्ति: immune system, immunity; अस्थि मज्जा, बोन मैरो: bone marrow; उपास्थि: cartilage;
पाचन तंत्र: digestive system; पाचन: digestion, digestive; तंत्रिका तंत्र: nervous system; श्वसन: respiratory, breathing; हृदय गति, दिल धड़कन: heart rate, heartbeat; धड़कन: heartbeat, palpitations; नब्ज: pulse; गर्भ: womb, pregnancy;
दूध दांत: baby teeth; कद, लंबाई: height; वजन, भार: weight; आवाज: voice; स्पर्श: touch; स्वाद, जायका: taste; गंध, महक: smell, odor; कान नाक गला: ear nose throat; निचला: lower; ऊपरी: upper; बाहरी: outer, external;
अंदर, भीतर, अंदरूनी: inside, internal; दायां, दाहिना, दाएं: right; बायां, बाएं: left; अंग प्रत्यारोपण: organ transplant; पलकें: eyelids; तिल: mole; मस्सा, मस्से: wart, warts; झिल्ली: membrane; कोलेजन: collagen; मेलेनिन: melanin;
`;
