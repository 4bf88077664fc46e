/* What the listeners' page says besides the trials. */

"use strict";

RestorationLab.LISTEN_WORDS = {
  en: {
    language: "Language",
    preview: "Preview: what is answered here is not kept.",
    consentHeading: "Before you begin",
    consent: "You will hear short pieces of music in several versions and say what you think of "
      + "them. Your answers, the time you take, the kind of browser you use and a random number "
      + "that stands for you are stored; your name and your address are not. You may stop at any "
      + "time by closing this page.",
    agree: "I agree, begin",
    notOpen: "This study takes no listeners at the moment. Please ask whoever sent you the link.",
    noStudy: "There is no such study. Please check the link, or ask whoever sent it to you.",
    noMemory: "This browser does not let the page remember anything: if you reload it, you will "
      + "have to begin again.",
    instructionsHeading: "How it works",
    instructions: "On each page you hear one piece of music in several versions. Switch between "
      + "them as often as you like, also while they play, and answer the question. There are no "
      + "right or wrong answers: what counts is what you hear. Please sit in a quiet place and use "
      + "headphones if you can.",
    volumeHeading: "Set your volume",
    volumeHint: "Play the noise and set your device so that it is comfortably loud. Please do not "
      + "change the volume after that.",
    playNoise: "▶ Play the noise", stopNoise: "❚❚ Stop the noise",
    volumeDone: "The volume is set",
    volumeTodo: "Please play the noise first.",
    headphonesHeading: "Headphone check",
    headphones: "Three tones follow one another. Which one is the quietest?",
    headphonesWhy: "This tells whether you are listening with headphones.",
    tones: ["the first", "the second", "the third"],
    playTones: "▶ Play the three tones",
    playing: "Playing …",
    next: "Next",
    progress: (number, total) => `${number} of ${total}`,
    training: "Practice: this one does not count",
    trialHeading: "Listen",
    refusedHeading: "Thank you for your interest",
    refused: "This study needs headphones, and the check says that you are not wearing any. Your "
      + "part ends here.",
    doneHeading: "Thank you!",
    done: "All your answers are saved. You can close this page now.",
    receipt: (code) => `Your number in this study is ${code}. Quote it if you ever want your `
      + "answers to be removed.",
    heardHeading: "What you heard",
    another: "Somebody else listens on this device now",
    anotherSure: "Begin again as another listener?",
    lost: (seconds) => `The connection is lost. Your answers are still here. Trying again in `
      + `${seconds} s …`,
    retrying: "Trying again …",
    tryNow: "Try now",
    refusedAnswer: "The answers were not accepted:",
    notSaved: "The answers could not be saved. They are still here: please try again in a moment, "
      + "or download them and send them to whoever runs the study.",
    download: "Download my answers",
    unknownSession: "This session has ended. Please reload the page to begin again.",
    failed: (sentence) => `Something went wrong: ${sentence} Please reload the page.`,
    loading: "Loading …",
  },
  it: {
    language: "Lingua",
    preview: "Anteprima: le risposte date qui non vengono conservate.",
    consentHeading: "Prima di cominciare",
    consent: "Ascolterà brevi brani musicali in più versioni e dirà che cosa ne pensa. Vengono "
      + "conservati le sue risposte, il tempo impiegato, il tipo di browser e un numero casuale che "
      + "la rappresenta; non il suo nome né il suo indirizzo. Può smettere in qualsiasi momento "
      + "chiudendo questa pagina.",
    agree: "Accetto, cominciamo",
    notOpen: "Al momento questo studio non accetta ascoltatori. Chieda a chi le ha mandato il link.",
    noStudy: "Questo studio non esiste. Controlli il link, o chieda a chi glielo ha mandato.",
    noMemory: "Questo browser non permette alla pagina di ricordare nulla: se la ricarica dovrà "
      + "ricominciare da capo.",
    instructionsHeading: "Come funziona",
    instructions: "In ogni pagina si ascolta un brano in più versioni. Può passare dall'una "
      + "all'altra quante volte vuole, anche durante l'ascolto, e poi rispondere alla domanda. Non "
      + "ci sono risposte giuste o sbagliate: conta ciò che sente. Si metta in un luogo silenzioso "
      + "e usi le cuffie, se può.",
    volumeHeading: "Regoli il volume",
    volumeHint: "Faccia partire il rumore e regoli il suo dispositivo in modo che il volume sia "
      + "gradevole. Dopo, per favore, non lo cambi più.",
    playNoise: "▶ Ascolta il rumore", stopNoise: "❚❚ Ferma il rumore",
    volumeDone: "Il volume è regolato",
    volumeTodo: "Prima faccia partire il rumore.",
    headphonesHeading: "Controllo delle cuffie",
    headphones: "Si sentono tre suoni, uno dopo l'altro. Qual è il più debole?",
    headphonesWhy: "Serve a sapere se sta usando le cuffie.",
    tones: ["il primo", "il secondo", "il terzo"],
    playTones: "▶ Ascolta i tre suoni",
    playing: "In ascolto …",
    next: "Avanti",
    progress: (number, total) => `${number} di ${total}`,
    training: "Prova: questa non conta",
    trialHeading: "Ascolto",
    refusedHeading: "Grazie dell'interesse",
    refused: "Questo studio richiede le cuffie, e dal controllo risulta che non le sta usando. La "
      + "sua parte finisce qui.",
    doneHeading: "Grazie!",
    done: "Tutte le risposte sono salvate. Ora può chiudere la pagina.",
    receipt: (code) => `Il suo numero in questo studio è ${code}. Lo indichi se un giorno vorrà far `
      + "cancellare le sue risposte.",
    heardHeading: "Che cosa ha ascoltato",
    another: "Ora ascolta un'altra persona su questo dispositivo",
    anotherSure: "Ricominciare come un altro ascoltatore?",
    lost: (seconds) => `La connessione è caduta. Le sue risposte sono ancora qui. Nuovo tentativo `
      + `tra ${seconds} s …`,
    retrying: "Nuovo tentativo …",
    tryNow: "Riprova ora",
    refusedAnswer: "Le risposte non sono state accettate:",
    notSaved: "Non è stato possibile salvare le risposte. Sono ancora qui: riprovi tra poco, oppure "
      + "le scarichi e le mandi a chi conduce lo studio.",
    download: "Scarica le mie risposte",
    unknownSession: "Questa sessione è terminata. Ricarichi la pagina per ricominciare.",
    failed: (sentence) => `Qualcosa è andato storto: ${sentence} Ricarichi la pagina.`,
    loading: "Caricamento …",
  },
};
