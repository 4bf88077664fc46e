/* What the player and a trial say, in every language of the listeners' page. */

"use strict";
window.RestorationLab = window.RestorationLab || {};

RestorationLab.WORDS = {
  en: {
    play: "▶ Play", pause: "❚❚ Pause", position: "Position", loop: "Loop", volume: "Volume",
    level: "Level, dBFS",
    loopStart: "Loop start", loopEnd: "Loop end", handle: "drag, or use the arrow keys",
    wave: "The sound over time: click to go there, drag to repeat a part",
    wholeClip: "Loop the whole clip",
    keys: (count) => `Keys: 1–${count} choose, Space plays, L loops, ← → step, Home rewinds. `
      + "Click the waveform to go there, drag over it to repeat a part.",
    loadingSounds: "Loading the sounds …",
    listenTo: (label) => `Listen to ${label}`,
    heard: "heard",
    ratingOf: (label, low, high) => `Rating of ${label}, 0 ${low} to 100 ${high}`,
    notRated: "not rated",
    scales: {
      preference: ["bad", "excellent"],
      annoyance: ["very annoying", "no hiss"],
      naturalness: ["artificial", "natural"],
    },
    rate: {
      preference: "How good does each version sound?",
      annoyance: "How annoying is the hiss in each version?",
      naturalness: "How natural does each version sound?",
    },
    choose: {
      preference: "Which one do you prefer?",
      annoyance: "In which one is the hiss less annoying?",
      naturalness: "Which one sounds more natural?",
    },
    sameClip: "All versions are the same clip, equally loud, in random order. "
      + "Switch between them while it plays.",
    chooseThis: { preference: "I prefer this one", annoyance: "This one", naturalness: "This one" },
    none: { preference: "No preference", annoyance: "No difference", naturalness: "No difference" },
    whichIsX: "X is either A or B. Which one?",
    isX: (label) => `X is ${label}`,
    comment: "Comment",
    commentHint: "Comment (optional): what did you hear?",
    todo: (tasks) => `Still to do: ${tasks.join("; ")}.`,
    todoHear: (labels, seconds) => `listen to ${labels.join(", ")} for at least ${seconds} s each`,
    todoRate: (labels) => `rate ${labels.join(", ")}`,
    todoChoose: "choose the one you prefer",
    todoAnswer: "answer the question",
    ready: "Ready to save.",
    saving: "Saving …",
  },
  it: {
    play: "▶ Ascolta", pause: "❚❚ Pausa", position: "Posizione", loop: "Ripeti", volume: "Volume",
    level: "Livello, dBFS",
    loopStart: "Inizio del ciclo", loopEnd: "Fine del ciclo",
    handle: "trascinare, o usare le frecce",
    wave: "Il suono nel tempo: un clic per andare in un punto, trascinare per ripetere una parte",
    wholeClip: "Ripeti tutto il brano",
    keys: (count) => `Tasti: 1–${count} scelgono, Spazio avvia e ferma, L ripete, ← → si spostano, `
      + "Home torna all'inizio. Un clic sulla forma d'onda va in quel punto; trascinando si ripete "
      + "una parte.",
    loadingSounds: "Caricamento dei suoni …",
    listenTo: (label) => `Ascolta ${label}`,
    heard: "ascoltato",
    ratingOf: (label, low, high) => `Voto per ${label}, da 0 ${low} a 100 ${high}`,
    notRated: "senza voto",
    scales: {
      preference: ["pessimo", "ottimo"],
      annoyance: ["molto fastidioso", "nessun fruscio"],
      naturalness: ["artificiale", "naturale"],
    },
    rate: {
      preference: "Quanto suona bene ogni versione?",
      annoyance: "Quanto è fastidioso il fruscio in ogni versione?",
      naturalness: "Quanto suona naturale ogni versione?",
    },
    choose: {
      preference: "Quale preferisce?",
      annoyance: "In quale il fruscio è meno fastidioso?",
      naturalness: "Quale suona più naturale?",
    },
    sameClip: "Tutte le versioni sono lo stesso brano, allo stesso volume, in ordine casuale. "
      + "Si può passare dall'una all'altra durante l'ascolto.",
    chooseThis: { preference: "Preferisco questa", annoyance: "Questa", naturalness: "Questa" },
    none: {
      preference: "Nessuna preferenza", annoyance: "Nessuna differenza",
      naturalness: "Nessuna differenza",
    },
    whichIsX: "X è A oppure B. Quale delle due?",
    isX: (label) => `X è ${label}`,
    comment: "Commento",
    commentHint: "Commento (facoltativo): che cosa ha sentito?",
    todo: (tasks) => `Manca ancora: ${tasks.join("; ")}.`,
    todoHear: (labels, seconds) => `ascoltare ${labels.join(", ")} per almeno ${seconds} s ciascuna`,
    todoRate: (labels) => `dare un voto a ${labels.join(", ")}`,
    todoChoose: "scegliere quella che preferisce",
    todoAnswer: "rispondere alla domanda",
    ready: "Pronto da salvare.",
    saving: "Salvataggio …",
  },
};
